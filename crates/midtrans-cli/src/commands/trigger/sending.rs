//! Sends a notification that was made, as often as it was asked for.

use super::Trigger;
use crate::context::{Context, say};
use crate::delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Waiting;
use crate::report::Report;
use crate::terminal::Tone;

/// What is said about a notification that is sent.
pub(super) struct Sending {
    pub(super) event: String,
    /// The name and the id of what it is about.
    pub(super) about: (&'static str, String),
    /// The gateway signs such notifications.
    pub(super) is_signed: bool,
    /// The command that has it happen at a simulator.
    pub(super) next: String,
}

impl Sending {
    /// The signature in words, and its tone.
    fn signature(&self, is_forged: bool) -> (&'static str, Tone) {
        match (self.is_signed, is_forged) {
            (true, true) => ("no, forged: a 4xx is the right answer", Tone::Careful),
            (true, false) => ("with your server key", Tone::Neutral),
            (false, _) => ("no, as the gateway's own: a reason to ask", Tone::Neutral),
        }
    }
}

impl Trigger {
    pub(super) fn send(
        &self,
        context: &Context,
        body: &str,
        sending: &Sending,
    ) -> Result<Exit, Failure> {
        let Some(to) = self.to.as_deref().filter(|_| !self.dry_run) else {
            say(&format!("{body}\n"));
            return Ok(Exit::Done);
        };
        let mut report = Report::new();
        let (name, id) = &sending.about;
        let (signed, tone) = sending.signature(self.forge);
        report
            .field("event", sending.event.as_str())
            .field(name, id.as_str())
            .field("to", to)
            .row("signed", signed, tone)
            .data("forged", self.forge);
        let exit = self.deliver(&mut report, to, body)?;
        if exit == Exit::Done && !self.forge {
            report.line(
                "The gateway knows nothing of it: a shop that asks first, as one with the inbox does, will not act.",
            );
            report
                .line(&format!(
                    "next: {} (has it happen at a running simulator)",
                    sending.next
                ))
                .data("instead", sending.next.as_str());
        }
        context.print(&report);
        Ok(exit)
    }

    /// Sends it as often as it was asked for.
    fn deliver(&self, report: &mut Report, to: &str, body: &str) -> Result<Exit, Failure> {
        let mut exit = Exit::Done;
        let mut deliveries = Vec::new();
        let route = delivery::Route::new(to, &self.allow_host)?;
        for _ in 0..self.times {
            let waiting = Waiting::for_("the merchant's answer");
            let delivered = route.send(body.as_bytes());
            drop(waiting);
            delivered.describe(report, to);
            deliveries.push(delivered.json());
            let own = match delivered.exit() {
                // A forgery that is turned away is what was wanted, and one that is taken is not.
                _ if self.forge && delivered.is_turned_away() => Exit::Done,
                Exit::Done if self.forge => Exit::Refused,
                other => other,
            };
            exit = exit.and(own);
        }
        report.data("deliveries", deliveries);
        Ok(exit)
    }
}
