//! `midtrans charge`: asks for a payment.

mod draft;

use std::path::PathBuf;

use clap::Args;
use midtrans_protocol::charge::CustomExpiry;
use midtrans_protocol::method::PaymentType;
use midtrans_protocol::operation::NotificationUrls;
use midtrans_protocol::{CustomerDetails, ItemDetails, Rupiah};
use serde_json::json;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::gateway::{self, Changing};
use crate::terminal::quoted;
use crate::{amount, expiry, instructions, order_lines, output, payment_type, transaction};

/// Ask for a payment with any payment method, and get what the customer needs for paying
///
/// METHOD is the gateway's payment_type. The fields that it takes are on its page of the gateway's
/// reference, and go behind --set by their names there: --set bank_transfer.bank=bca. What this
/// version knows of a method is checked before anything is sent.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Charge {
    /// The gateway's payment_type, such as bank_transfer, cstore or akulaku
    #[arg(value_name = "METHOD", value_parser = payment_type::read, required_unless_present = "from")]
    payment_type: Option<PaymentType>,
    /// Your id of the order; write it down with the amount before you charge
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    order: Option<String>,
    /// Whole rupiah, such as 40000 or 40.000
    #[arg(long, value_name = "RUPIAH", required_unless_present = "from", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    /// A line of the order: id=…,name=…,price=…,quantity=… and, where the method wants them,
    /// brand=…,category=…,url=…; or JSON
    #[arg(long, value_name = "FIELDS", value_parser = order_lines::item)]
    item: Vec<ItemDetails>,
    /// The customer: first_name=…,last_name=…,email=…,phone=… and, where the method wants them,
    /// address=…,city=…,postal_code=…; or JSON
    #[arg(long, value_name = "FIELDS", value_parser = order_lines::customer)]
    customer: Option<CustomerDetails>,
    /// The time the customer has to pay, such as 30m, 2h or 1d
    #[arg(long, value_name = "TIME", value_parser = expiry::of_charge)]
    expiry: Option<CustomExpiry>,
    /// Any other field of the charge: FIELD=TEXT or FIELD:=JSON, deeper ones with dots
    /// (repeatable); it may not say otherwise than METHOD or an option
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Change::set)]
    set: Vec<Change>,
    /// The charge as the gateway's JSON, from a file or - ; the other options replace what it says
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// Send this charge's notifications there instead of to the dashboard's URL (up to three times)
    #[arg(long, value_name = "URL")]
    notify: Vec<String>,
    #[command(flatten)]
    changing: Changing,
}

const EXAMPLES: &str = "\
midtrans charge bank_transfer --order order-101 --amount 40000 --set bank_transfer.bank=bca
midtrans charge cstore --order order-102 --amount 40000 --set cstore.store=indomaret --expiry 1d
midtrans charge akulaku --order order-103 --amount 40000 \\
  --item id=SHOE-42,name=Sepatu,price=40000 \\
  --customer first_name=Siti,last_name=Rahma,email=siti@example.com,phone=08123456789
midtrans charge --from charge.json --order order-104";

impl Charge {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let charge = self.draft()?;
        output::refuse_if_closed("what the customer needs for paying")?;
        let account = context.account()?;
        let mut options = self.changing.options()?;
        if !self.notify.is_empty() {
            options.request.override_notification = Some(NotificationUrls::new(&self.notify)?);
        }
        let order = charge.transaction_details().order_id().as_str();
        let amount = charge.transaction_details().gross_amount().get();
        let calling = &self.changing.calling;
        let reply = gateway::call(context, &account, calling, &charge, &options, order)?;
        let mut report = account.report();
        transaction::describe(&mut report, &reply);
        report.line(&format!("next: {}", instructions::next_step(&reply)));
        let ask = context.command(&format!("status {} --amount {amount}", quoted(order)));
        report
            .line(&format!("next: {ask}"))
            .data("next", json!([ask]));
        context.print(&report);
        Ok(Exit::Done)
    }
}
