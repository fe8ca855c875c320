//! `midtrans snap create`: makes a page on which the customer chooses how to pay.

use std::path::PathBuf;

use clap::Args;
use midtrans_protocol::Rupiah;
use midtrans_protocol::snap::{CreateTransaction, Expiry};
use midtrans_ureq::CallOptions;
use serde_json::json;

use super::reason;
use crate::arguments::help_end;
use crate::context::Context;
use crate::draft::{self, Given};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::gateway::{self, Calling, Product};
use crate::page_options::{self, PageOptions};
use crate::terminal::quoted;
use crate::{amount, expiry, output};

/// Make a page on which the customer chooses how to pay
///
/// The same order may be sent again while it is unpaid, for example with another price: it gets a
/// new page, and the one before is dead. Fields that have no option are set by their names in the
/// gateway's reference.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(super) struct Create {
    /// Your id of the order; write it down with the amount before you make the page
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    order: Option<String>,
    /// Whole rupiah, such as 40000 or 40.000
    #[arg(long, value_name = "RUPIAH", required_unless_present = "from", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    #[command(flatten)]
    page: PageOptions,
    /// The time the customer has to pay, such as 30m, 2h or 1d
    #[arg(long, value_name = "TIME", value_parser = expiry::of_page)]
    expiry: Option<Expiry>,
    /// Any other field of the page: FIELD=TEXT or FIELD:=JSON, deeper ones with dots (repeatable);
    /// it may not say otherwise than an option
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Change::set)]
    set: Vec<Change>,
    /// The page as the gateway's JSON, from a file or - ; the other options replace what it says
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    calling: Calling,
}

const EXAMPLES: &str = "\
midtrans snap create --order order-101 --amount 40000
midtrans snap create --order order-101 --amount 40000 --enable bca_va --enable gopay --expiry 2h \\
  --finish-url https://shop.example/finish
midtrans snap create --from page.json --set user_id=customer-7";

const OPTIONS: &[(&str, &str)] = &[
    (
        "transaction_details.gross_amount",
        "give it with --amount RUPIAH",
    ),
    ("checkout", "give a JSON object, with fewer levels"),
];

impl Create {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let create = self.draft()?;
        output::refuse_if_closed("the page")?;
        let account = context.account()?;
        let details = &create.checkout().transaction_details;
        let order = details.order_id().as_str();
        let ask = context.command(&format!(
            "status {} --amount {}",
            quoted(order),
            details.gross_amount().get()
        ));
        let product = Product {
            ask: Some(ask.clone()),
            unknown: "a page that was made without your knowledge charges nothing; the last one made is the one that can be paid",
            reason: &|refusal| reason(refusal, &ask),
        };
        let options = CallOptions::default();
        let calling = &self.calling;
        let session =
            gateway::call_product(context, &account, calling, &create, &options, &product)?;
        let mut report = account.report();
        report
            .field("order_id", order)
            .field("token", session.token().as_str())
            .field("redirect_url", session.redirect_url());
        if session.redirect(account.environment()).is_none() {
            report.line("careful: the redirect url is not on the gateway's own host");
        }
        let cancel = context.command("snap cancel TOKEN");
        report
            .line("next: give the token to snap.js, or send the customer's browser to the redirect url, and wait for the notification")
            .line(&format!("next: {ask} (404 until the customer has chosen a method, which is not \"not charged\")"))
            .line(&format!("to end the page before: {cancel}"))
            .data("next", json!([ask, cancel]));
        context.print(&report);
        Ok(Exit::Done)
    }

    /// Puts the gateway's JSON together, and has the protocol crate read and check it.
    fn draft(&self) -> Result<CreateTransaction, Failure> {
        let body = draft::from_file("page", self.from.as_deref())?;
        let body = draft::filled("page", body, &self.options(), &self.set)?;
        CreateTransaction::from_json(&body.to_string())
            .map_err(|error| draft::refused(error, &[OPTIONS, page_options::OPTIONS].concat()))
    }

    fn options(&self) -> Vec<Given> {
        let amount = self.amount.map(|amount| amount.get());
        let expiry = self.expiry.as_ref().map(|it| json!(it));
        let given = [
            Given::new(
                "--order",
                &["transaction_details", "order_id"],
                self.order.as_deref(),
            ),
            Given::new("--amount", &["transaction_details", "gross_amount"], amount),
            Given::new("--expiry", &["expiry"], expiry),
        ];
        let given = given.into_iter().chain(self.page.given());
        given.flatten().collect()
    }
}
