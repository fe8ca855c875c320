//! `midtrans inbox`: how an inbox is doing, and what needs a person.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod tell;

use std::time::SystemTime;

use clap::{Args, Subcommand};

use crate::arguments::help_end;
use crate::context::{Context, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal::quoted;
use store::Store;

/// Operate an inbox: counts, dead letters, the history of an order, another try
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans inbox --database shop.db counts"), subcommand_required = true)]
pub(crate) struct Inbox {
    /// A SQLite file, or postgres://user@host/database; a URL with a password goes into MIDTRANS_INBOX
    #[arg(long, global = true, value_name = "PLACE")]
    database: Option<String>,
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Count what waits, what is done and what needs a person
    #[command(after_help = help_end("midtrans inbox counts --database shop.db"))]
    Counts {
        /// Print them as Prometheus reads them
        #[arg(long)]
        metrics: bool,
    },
    /// List what needs a person, oldest first
    #[command(after_help = help_end("midtrans inbox dead --database shop.db"))]
    Dead {
        /// So many at most
        #[arg(long, value_name = "N", default_value_t = 100)]
        most: u32,
    },
    /// Tell everything about one order
    #[command(after_help = help_end("midtrans inbox history order-101 --database shop.db"))]
    History {
        /// The order
        order: String,
    },
    /// Have the dead letters of one order tried again
    #[command(after_help = help_end("midtrans inbox retry order-101 --database shop.db"))]
    Retry {
        /// The order
        order: String,
    },
}

impl Inbox {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let mut store = self.open(context)?;
        let again = |words: &str| self.command(context, words);
        let now = SystemTime::now();
        let mut report = Report::new();
        match &self.question {
            Question::Counts { metrics } => {
                let snapshot = store.snapshot(now)?;
                if *metrics {
                    say(&snapshot.to_string());
                    return Ok(Exit::Done);
                }
                tell::counts(&mut report, &snapshot, &again);
            }
            Question::Dead { most } => tell::dead(&mut report, &store.dead_letters(*most)?, &again),
            Question::History { order } => {
                let history = store.history(order)?;
                if history.record.is_none() && history.notifications.is_empty() {
                    return Err(Failure::refused("the inbox knows no such order").next("check the id and the database"));
                }
                tell::history(&mut report, order, &history, &again);
            }
            Question::Retry { order } => {
                let count = store.retry(order, now)?;
                if count == 0 {
                    return Err(Failure::refused("no dead letter is about this order")
                        .next(again(&format!("history {}", quoted(order)))));
                }
                report.field("order_id", order.as_str()).field("tried_again", count);
                report.line("A running worker takes them up.");
            }
        }
        context.print(&report);
        Ok(Exit::Done)
    }

    /// Another question to the same inbox, to be copied into a shell.
    fn command(&self, context: &Context, words: &str) -> String {
        let database = self.database.as_ref().map(|place| format!(" --database {}", quoted(place)));
        context.command(&format!("inbox {words}{}", database.unwrap_or_default()))
    }

    fn open(&self, context: &Context) -> Result<Box<dyn Store>, Failure> {
        if self.database.as_deref().is_some_and(has_password) {
            return Err(Failure::usage("a password on the command line can be read by everybody on this machine")
                .next("put the URL into MIDTRANS_INBOX, or into the file of --keys"));
        }
        let account = context.account()?;
        let place = self.database.as_deref().or(account.inbox()).ok_or_else(|| {
            Failure::usage("there is no inbox to look at").next("name it with --database FILE, or in MIDTRANS_INBOX")
        })?;
        store::open(place)
    }
}

/// Whether a URL carries a password, before the host or behind it.
fn has_password(place: &str) -> bool {
    let Some((_, rest)) = place.split_once("://") else { return false };
    let (authority, query) = rest.split_once('?').unwrap_or((rest, ""));
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || query.split('&').any(|pair| pair.starts_with("password="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_a_url_is_seen() {
        assert!(has_password("postgres://shop:secret@db/shop"));
        assert!(has_password("postgres://db/shop?user=a&password=secret"));
        for place in ["postgres://shop@db:5432/shop", "shop.db", "postgres://%2Ftmp%2Fx:5432/postgres?sslmode=disable"]
        {
            assert!(!has_password(place), "{place}");
        }
    }
}
