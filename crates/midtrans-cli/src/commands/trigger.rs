//! `midtrans trigger`: sends a notification to a merchant under development.

use std::time::SystemTime;

use clap::{Args, ValueEnum};
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{OrderId, Rupiah, ServerKey};
use serde_json::Value;

use crate::arguments::help_end;
use crate::context::{Context, say};
use crate::delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::progress::Waiting;
use crate::report::Report;
use crate::scenario::{Event, Scenario};
use crate::terminal::{Tone, quoted};
use crate::{amount, notification_edit, payment_type};

/// Send a signed notification to a merchant under development, as the gateway would
///
/// The gateway itself does not know of it. A shop that asks the gateway before it acts, as one with
/// the inbox does, takes the notification and does nothing more: have it happen at a running
/// simulator instead, with `midtrans pay`.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Trigger {
    /// The payment type and its event, such as bank_transfer.settlement; --list shows all events
    #[arg(value_parser = event, required_unless_present = "list")]
    event: Option<Named>,
    /// Show the events
    #[arg(long)]
    list: bool,
    /// The URL to send to; this machine only, unless --allow-host names the host
    #[arg(long, value_name = "URL", required_unless_present_any = ["list", "dry_run"])]
    to: Option<String>,
    /// The gateway's payment_type, where the event stands alone
    #[arg(long, value_name = "METHOD", value_parser = payment_type::read)]
    payment_type: Option<PaymentType>,
    /// A field of the payment's charge that its method needs, such as cstore.store=indomaret:
    /// FIELD=TEXT or FIELD:=JSON (repeatable)
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Change::set)]
    charge: Vec<Change>,
    /// The order it is about
    #[arg(long, value_name = "ID", default_value = "order-101")]
    order: String,
    /// The amount that the customer pays, in whole rupiah
    #[arg(long, value_name = "RUPIAH", default_value = "40000", value_parser = amount::rupiah)]
    amount: Rupiah,
    /// The amount of a partial refund; half without it
    #[arg(long, value_name = "RUPIAH", value_parser = amount::rupiah)]
    refund_amount: Option<Rupiah>,
    /// Change a field before signing: FIELD=TEXT or FIELD:=JSON, deeper ones with dots (repeatable)
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Change::set)]
    set: Vec<Change>,
    /// Leave a field out (repeatable)
    #[arg(long, value_name = "FIELD", value_parser = Change::unset)]
    unset: Vec<Change>,
    /// Sign with a key that is not yours, unless you set signature_key yourself: your shop must
    /// turn it away
    #[arg(long)]
    forge: bool,
    /// Send it so many times, as the gateway sometimes does
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    times: u32,
    /// A host that may be sent to beside this machine (repeatable)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
    /// Print the notification instead of sending it
    #[arg(long)]
    dry_run: bool,
}

const EXAMPLES: &str = "\
midtrans trigger akulaku.settlement --order order-101 --amount 40000 --to http://127.0.0.1:3000/midtrans/notification
midtrans trigger kredivo.refund --set gross_amount=1.00 --times 3 --to http://localhost:3000/notify
midtrans trigger settlement --payment-type cstore --charge cstore.store=indomaret --to http://localhost:3000/notify
midtrans trigger akulaku.settlement --forge --to http://localhost:3000/notify";

/// An event, with its payment type where the word names one.
#[derive(Clone, Debug)]
struct Named {
    payment_type: Option<PaymentType>,
    event: Event,
}

impl Trigger {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let Some(named) = self.event.as_ref().filter(|_| !self.list) else {
            context.print(&events());
            return Ok(Exit::Done);
        };
        let account = context.account()?;
        let named_type = named.payment_type.as_ref().or(self.payment_type.as_ref());
        let payment_type = named_type.ok_or_else(|| {
            Failure::usage("the payment type of the event is missing")
                .next("put it in front, as in bank_transfer.settlement, or name it with --payment-type METHOD")
        })?;
        let scenario = Scenario {
            payment_type: payment_type.clone(),
            charge: self.charge.clone(),
            order_id: OrderId::new(self.order.as_str())?,
            amount: self.amount,
            refund: self.refund_amount,
            merchant_id: account.merchant_id().map(str::to_owned),
        };
        let told = scenario.notification(named.event, WibTime::try_from(SystemTime::now())?)?;
        let key = if self.forge {
            None
        } else {
            Some(account.server_key()?)
        };
        let body = self.worded(&told, key.as_ref())?;
        let Some(to) = self.to.as_deref().filter(|_| !self.dry_run) else {
            say(&format!("{body}\n"));
            return Ok(Exit::Done);
        };
        self.send(context, to, &body, payment_type, named.event)
    }

    /// Returns the notification with all changes, signed.
    fn worded(&self, told: &str, key: Option<&ServerKey>) -> Result<String, Failure> {
        let changes: Vec<Change> = self.set.iter().chain(&self.unset).cloned().collect();
        let has_own_signature = changes.iter().any(Change::is_of_the_signature);
        if has_own_signature && key.is_some() {
            return Err(
                Failure::usage("signature_key is made from the other fields")
                    .next("add --forge to send a signature of your own"),
            );
        }
        let body = notification_edit::changed(told, &changes)?;
        match key {
            Some(key) => notification_edit::signed(&body, key),
            None if has_own_signature => Ok(body),
            // Without something to sign, the simulator's signature stays, which is as wrong.
            None => {
                Ok(notification_edit::signed(&body, &ServerKey::new(FORGERS_KEY)?).unwrap_or(body))
            }
        }
    }

    fn send(
        &self,
        context: &Context,
        to: &str,
        body: &str,
        payment_type: &PaymentType,
        happened: Event,
    ) -> Result<Exit, Failure> {
        let mut report = Report::new();
        let event = format!("{payment_type}.{}", name(happened));
        report
            .field("event", event)
            .field("order_id", self.order.as_str())
            .field("to", to);
        let signed = if self.forge {
            "no, forged: a 4xx is the right answer"
        } else {
            "with your server key"
        };
        report.row(
            "signed",
            signed,
            if self.forge {
                Tone::Careful
            } else {
                Tone::Neutral
            },
        );
        report.data("forged", self.forge);
        let mut exit = Exit::Done;
        let mut deliveries = Vec::new();
        let route = delivery::Route::new(to, &self.allow_host)?;
        for _ in 0..self.times {
            let waiting = Waiting::for_("the merchant's answer");
            let delivered = route.send(body.as_bytes());
            drop(waiting);
            delivered.describe(&mut report, to);
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
        if exit == Exit::Done && !self.forge {
            let instead = context.command(&self.instead(payment_type, happened));
            report.line(
                "The gateway knows nothing of it: a shop that asks first, as one with the inbox does, will not act.",
            );
            report.line(&format!(
                "next: {instead} (has it happen at a running simulator)"
            ));
            report.data("instead", instead);
        }
        context.print(&report);
        Ok(exit)
    }

    /// Returns the command that makes the event happen at a simulator, instead of only notifying
    /// it.
    fn instead(&self, payment_type: &PaymentType, event: Event) -> String {
        let order = quoted(&self.order);
        match event {
            Event::Pending => {
                let fields = self.charge.iter().filter_map(Change::words);
                let fields = fields.map(|words| format!(" --set {}", quoted(&words)));
                let (amount, fields) = (self.amount.get(), fields.collect::<String>());
                format!("charge {payment_type} --order {order} --amount {amount}{fields}")
            }
            Event::Settlement | Event::Authorize | Event::Capture | Event::Challenge => {
                format!("pay {order}")
            }
            Event::Deny => format!("decline {order}"),
            Event::Cancel => format!("cancel {order}"),
            Event::Expire => format!("expire {order}"),
            Event::Refund | Event::RefundConfirmed => format!("refund {order} --refund-key r1"),
            Event::PartialRefund | Event::PartialRefundConfirmed => {
                let part = self
                    .refund_amount
                    .map_or_else(|| self.amount.get().div_ceil(2), Rupiah::get);
                format!("refund {order} --refund-key r1 --amount {part}")
            }
        }
    }
}

fn events() -> Report {
    let mut report = Report::new();
    let about = |event: &Event| {
        let value = event.to_possible_value()?;
        Some((value.get_name().to_owned(), value.get_help()?.to_string()))
    };
    let events: Vec<(String, String)> = Event::value_variants().iter().filter_map(about).collect();
    report.data(
        "events",
        events
            .iter()
            .map(|(name, _)| Value::from(name.as_str()))
            .collect::<Vec<_>>(),
    );
    report.table(
        vec!["event", "what happened"],
        events
            .into_iter()
            .map(|(name, about)| vec![name, about])
            .collect(),
    );
    report.line(
        "Each with a payment type: akulaku.settlement, or settlement --payment-type akulaku.",
    );
    report
}

fn event(text: &str) -> Result<Named, String> {
    let (payment_type, word) = match text.split_once('.') {
        Some((name, word)) => (Some(payment_type::read(name)?), word),
        None => (None, text),
    };
    Ok(Named {
        payment_type,
        event: Event::from_str(word, false).map_err(|_| UNKNOWN)?,
    })
}

fn name(value: impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

const UNKNOWN: &str = "no such event; `midtrans trigger --list` shows them";
const FORGERS_KEY: &str = "not-the-server-key";
