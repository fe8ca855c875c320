//! `midtrans invoice create`: makes an invoice.

use std::path::PathBuf;
use std::time::SystemTime;

use clap::Args;
use midtrans_protocol::invoice::Create as Operation;
use midtrans_protocol::time::WibTime;
use serde_json::{Value, json};

use super::{get, lines, reason, shown};
use crate::arguments::help_end;
use crate::context::Context;
use crate::draft::{self, Given};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::gateway::{self, Changing, Product};
use crate::{moment, output};

/// Make an invoice, paid by a payment link (--enable) or by transfers (--va)
///
/// With a customer's e-mail address the gateway sends the invoice there. Fields that have no option
/// are set by their names in the gateway's reference, such as notes, taxes and those of a quotation.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(super) struct Create {
    /// Your id of the invoice, out of a-z 0-9 - _ ~ . , used once per account
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    order: Option<String>,
    /// The number on the document
    #[arg(long, value_name = "TEXT", required_unless_present = "from")]
    number: Option<String>,
    /// The date on the document: a day, or a day and time in Jakarta [now]
    #[arg(long, value_name = "TIME", value_parser = moment::first)]
    date: Option<WibTime>,
    /// The date until which it is to be paid: a day, of which it is the end, or a day and time
    #[arg(long, value_name = "TIME", required_unless_present = "from", value_parser = moment::last)]
    due: Option<WibTime>,
    /// A line: description=…,price=…,quantity=… and, if wanted, item_id=…,discount_percentage=…;
    /// or JSON (repeatable)
    #[arg(long, value_name = "FIELDS", required_unless_present = "from", value_parser = lines::item)]
    item: Vec<Value>,
    /// The customer: name=…,email=…,phone=…,id=…; or JSON. The phone number begins with no 0
    #[arg(long, value_name = "FIELDS", required_unless_present = "from", value_parser = lines::customer)]
    customer: Option<Value>,
    /// A method of the payment link, in Snap's words such as bca_va or gopay (repeatable)
    #[arg(long, value_name = "METHOD", required_unless_present_any = ["from", "va"])]
    enable: Vec<String>,
    /// A virtual account to transfer to, whose number the gateway chooses unless BANK=NUMBER says
    /// one (repeatable)
    #[arg(long, value_name = "BANK", conflicts_with = "enable", value_parser = lines::virtual_account)]
    va: Vec<Value>,
    /// Any other field of the invoice: FIELD=TEXT or FIELD:=JSON, deeper ones with dots
    /// (repeatable); it may not say otherwise than an option
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Change::set)]
    set: Vec<Change>,
    /// The invoice as the gateway's JSON, from a file or - ; the other options replace what it says
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    changing: Changing,
}

const EXAMPLES: &str = "\
midtrans invoice create --order inv-1 --number INV/2026/1 --due 2026-12-31 \\
  --item description=Sepatu,price=40000,quantity=2 --customer name=Siti,email=siti@example.com --enable gopay
midtrans invoice create --order inv-2 --number INV/2026/2 --due 2026-12-31 \\
  --item description=Sepatu,price=40000 --customer name=Siti --va bca_va --set notes='Terima kasih'
midtrans invoice create --from invoice.json --order inv-3";

const OPTIONS: &[(&str, &str)] = &[
    ("order_id", "give it with --order ID"),
    ("invoice_number", "give it with --number TEXT"),
    ("invoice_date", "give it with --date TIME"),
    ("due_date", "give it with --due TIME"),
    ("item_details", "give every line with --item"),
    ("customer_details", "give it with --customer"),
    (
        "payment_link.enabled_payments",
        "give each method with --enable METHOD",
    ),
    ("virtual_accounts", "give each account with --va BANK"),
    ("payment_type", "pass --enable METHOD, or --va BANK"),
];

impl Create {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let create = self.draft()?;
        output::refuse_if_closed("the invoice's id")?;
        let account = context.account()?;
        let product = Product {
            ask: None,
            unknown: "an invoice of this order id may be there: look in the dashboard before you make another",
            reason: &reason,
        };
        let (calling, options) = (&self.changing.calling, self.changing.options()?);
        let made = gateway::call_product(context, &account, calling, &create, &options, &product)?;
        let mut report = account.report();
        shown::describe(&mut report, &made);
        report.line("next: keep the invoice id; without the customer's e-mail address, send the PDF or the link yourself");
        if let Some(id) = made.id() {
            let ask = get(context, &id);
            report
                .line(&format!("next: {ask}"))
                .data("next", json!([ask]));
        }
        context.print(&report);
        Ok(Exit::Done)
    }

    /// Puts the gateway's JSON together, and has the protocol crate read and check it.
    fn draft(&self) -> Result<Operation, Failure> {
        let mut body = draft::from_file("invoice", self.from.as_deref())?;
        if self.date.is_none() && !body.contains_key("invoice_date") {
            let now = WibTime::try_from(SystemTime::now())?;
            body.insert("invoice_date".to_owned(), now.to_iso().into());
        }
        let body = draft::filled("invoice", body, &self.options(), &self.set)?;
        Operation::from_json(&body.to_string()).map_err(|error| draft::refused(error, OPTIONS))
    }

    fn options(&self) -> Vec<Given> {
        let time = |time: Option<WibTime>| time.map(WibTime::to_iso);
        let methods = self.enable.iter().map(|word| json!(word));
        let accounts = self.va.iter().cloned();
        let paid_by = match (self.enable.is_empty(), self.va.is_empty()) {
            (false, _) => Some(("--enable", "payment_link")),
            (_, false) => Some(("--va", "virtual_account")),
            _ => None,
        };
        let paid_by = paid_by.map(|(name, word)| Given::new(name, &["payment_type"], Some(word)));
        let given = [
            Given::new("--order", &["order_id"], self.order.as_deref()),
            Given::new("--number", &["invoice_number"], self.number.as_deref()),
            Given::new("--date", &["invoice_date"], time(self.date)),
            Given::new("--due", &["due_date"], time(self.due)),
            Given::list("--item", &["item_details"], self.item.iter().cloned()),
            Given::new("--customer", &["customer_details"], self.customer.clone()),
            Given::list("--enable", &["payment_link", "enabled_payments"], methods),
            Given::list("--va", &["virtual_accounts"], accounts),
            paid_by.flatten(),
        ];
        given.into_iter().flatten().collect()
    }
}
