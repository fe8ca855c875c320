//! `midtrans trigger`: sends a notification to a merchant under development.

mod product;
mod sending;

use std::time::SystemTime;

use clap::{Args, ValueEnum};
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{OrderId, Rupiah, ServerKey};
use serde_json::Value;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::notification_edit::{self, OF_PAYMENT};
use crate::report::Report;
use crate::scenario::{Event, ProductEvent, Scenario};
use crate::terminal::quoted;
use crate::{amount, payment_type};
use sending::Sending;

/// Send a signed notification to a merchant under development, as the gateway would
///
/// The gateway itself does not know of it. A shop that asks the gateway before it acts, as one with
/// the inbox does, takes the notification and does nothing more: have it happen at a running
/// simulator instead, with `midtrans pay`.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Trigger {
    /// The payment type and its event, such as bank_transfer.settlement, or an event of a linked
    /// account or a subscription, such as pay_account.enabled; --list shows all events
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
    /// The order that a payment is about
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
midtrans trigger akulaku.settlement --forge --to http://localhost:3000/notify
midtrans trigger pay_account.enabled --set account_id=a-1 --to http://localhost:3000/notify";

/// An event, as it is typed.
#[derive(Clone, Debug)]
enum Named {
    /// Of a payment, with its payment type where the word names one.
    Payment(Option<PaymentType>, Event),
    /// Of a linked account or a subscription.
    Product(ProductEvent),
}

impl Trigger {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let Some(named) = self.event.as_ref().filter(|_| !self.list) else {
            context.print(&events());
            return Ok(Exit::Done);
        };
        match named {
            Named::Payment(payment_type, event) => {
                self.run_payment(context, payment_type.as_ref(), *event)
            }
            Named::Product(event) => self.run_product(context, *event),
        }
    }

    fn run_payment(
        &self,
        context: &Context,
        named_type: Option<&PaymentType>,
        event: Event,
    ) -> Result<Exit, Failure> {
        let account = context.account()?;
        let payment_type = named_type.or(self.payment_type.as_ref()).ok_or_else(|| {
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
        let told = scenario.notification(event, WibTime::try_from(SystemTime::now())?)?;
        let key = if self.forge {
            None
        } else {
            Some(account.server_key()?)
        };
        let body = self.worded(&told, OF_PAYMENT, key.as_ref())?;
        let sending = Sending {
            event: format!("{payment_type}.{}", name(event)),
            about: ("order_id", self.order.clone()),
            is_signed: true,
            next: context.command(&self.instead(payment_type, event)),
        };
        self.send(context, &body, &sending)
    }

    /// Returns the notification with all changes, signed.
    fn worded(
        &self,
        told: &str,
        fields: [&str; 3],
        key: Option<&ServerKey>,
    ) -> Result<String, Failure> {
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
            Some(key) => notification_edit::signed(&body, fields, key),
            None if has_own_signature => Ok(body),
            // Without something to sign, the simulator's signature stays, which is as wrong.
            None => {
                let key = ServerKey::new(FORGERS_KEY)?;
                Ok(notification_edit::signed(&body, fields, &key).unwrap_or(body))
            }
        }
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
    let (of_payments, of_products) = (described::<Event>(), described::<ProductEvent>());
    report
        .data("events", names(&of_payments))
        .data("product_events", names(&of_products));
    report.table(vec!["event", "what happened"], of_payments);
    report.line(
        "Each with a payment type: akulaku.settlement, or settlement --payment-type akulaku.",
    );
    report.table(vec!["event", "what happened"], of_products);
    report
}

fn names(events: &[Vec<String>]) -> Vec<Value> {
    let names = events.iter().filter_map(|row| row.first());
    names.map(|name| Value::from(name.as_str())).collect()
}

/// The events of a kind, with what happened.
fn described<E: ValueEnum>() -> Vec<Vec<String>> {
    let about = |event: &E| {
        let value = event.to_possible_value()?;
        Some(vec![
            value.get_name().to_owned(),
            value.get_help()?.to_string(),
        ])
    };
    E::value_variants().iter().filter_map(about).collect()
}

fn event(text: &str) -> Result<Named, String> {
    if let Ok(event) = ProductEvent::from_str(text, false) {
        return Ok(Named::Product(event));
    }
    let (payment_type, word) = match text.split_once('.') {
        Some((name, word)) => (Some(payment_type::read(name)?), word),
        None => (None, text),
    };
    let event = Event::from_str(word, false).map_err(|_| UNKNOWN)?;
    Ok(Named::Payment(payment_type, event))
}

fn name(value: impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

const UNKNOWN: &str = "no such event; `midtrans trigger --list` shows them";
const FORGERS_KEY: &str = "not-the-server-key";
