//! `midtrans link create`: makes a payment link.

use std::path::PathBuf;

use clap::Args;
use midtrans_protocol::Rupiah;
use midtrans_protocol::payment_link::Create as Operation;
use midtrans_protocol::snap::Expiry;
use midtrans_ureq::CallOptions;
use serde_json::json;

use super::{get, reason};
use crate::arguments::help_end;
use crate::context::Context;
use crate::draft::{self, Given};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::field_change::Change;
use crate::gateway::{self, Calling, Product};
use crate::page_options::{self, PageOptions};
use crate::{amount, expiry, output};

/// Make a payment link, and get its address
///
/// With a customer's e-mail address the gateway sends the link there. Fields that have no option
/// are set by their names in the gateway's reference.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(super) struct Create {
    /// Your id of the link, used once per account
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    order: Option<String>,
    /// Whole rupiah, such as 40000 or 40.000
    #[arg(long, value_name = "RUPIAH", required_unless_present_any = ["from", "buyer_chooses"], conflicts_with = "buyer_chooses", value_parser = amount::rupiah)]
    amount: Option<Rupiah>,
    /// The buyer types the amount
    #[arg(long)]
    buyer_chooses: bool,
    /// The least that the buyer may type
    #[arg(long, value_name = "RUPIAH", requires = "buyer_chooses", value_parser = amount::rupiah)]
    min_amount: Option<Rupiah>,
    /// The most that the buyer may type
    #[arg(long, value_name = "RUPIAH", requires = "buyer_chooses", value_parser = amount::rupiah)]
    max_amount: Option<Rupiah>,
    /// The title on the page
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The last part of the address, out of a-z 0-9 - [one that is hard to guess]
    #[arg(long, value_name = "ID")]
    link_id: Option<String>,
    /// The number of payments that the link takes [1]
    #[arg(long, value_name = "N")]
    uses: Option<u32>,
    /// The time after which the link ends, such as 2h or 7d
    #[arg(long, value_name = "TIME", value_parser = expiry::of_page)]
    expiry: Option<Expiry>,
    #[command(flatten)]
    page: PageOptions,
    /// Any other field of the link: FIELD=TEXT or FIELD:=JSON, deeper ones with dots (repeatable);
    /// it may not say otherwise than an option
    #[arg(long, value_name = "FIELD=VALUE", value_parser = Change::set)]
    set: Vec<Change>,
    /// The link as the gateway's JSON, from a file or - ; the other options replace what it says
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    #[command(flatten)]
    calling: Calling,
}

const EXAMPLES: &str = "\
midtrans link create --order link-9001 --amount 190000 --title 'Sepatu merah' --expiry 7d
midtrans link create --order donation-1 --buyer-chooses --min-amount 10000 --uses 1000
midtrans link create --from link.json --order link-9002";

const OPTIONS: &[(&str, &str)] = &[
    (
        "transaction_details.gross_amount",
        "give it with --amount RUPIAH, or let the buyer type it with --buyer-chooses",
    ),
    (
        "transaction_details.payment_link_id",
        "give it with --link-id ID",
    ),
    (
        "dynamic_amount",
        "give the bounds with --buyer-chooses, --min-amount and --max-amount",
    ),
    ("usage_limit", "give it with --uses N"),
    ("title", "give it with --title TEXT"),
];

impl Create {
    pub(super) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let create = self.draft()?;
        output::refuse_if_closed("the link's address")?;
        let account = context.account()?;
        let order = &create.contents().order_id;
        let ask = get(context, order);
        let product = Product {
            ask: Some(ask.clone()),
            unknown: "",
            reason: &|refusal| reason(refusal, &ask),
        };
        let (calling, options) = (&self.calling, CallOptions::default());
        let link = gateway::call_product(context, &account, calling, &create, &options, &product)?;
        let mut report = account.report();
        report
            .field("order_id", order.as_str())
            .field("payment_url", link.payment_url());
        if link.redirect(account.environment()).is_none() {
            report.line("careful: the payment url is not on the gateway's own host");
        }
        report
            .line("next: send the payment url to the customer, and wait for the notification of each payment")
            .line(&format!("next: {ask}"))
            .data("next", json!([ask]));
        context.print(&report);
        Ok(Exit::Done)
    }

    /// Puts the gateway's JSON together, and has the protocol crate read and check it.
    fn draft(&self) -> Result<Operation, Failure> {
        let body = draft::from_file("link", self.from.as_deref())?;
        let body = draft::filled("link", body, &self.options(), &self.set)?;
        Operation::from_json(&body.to_string())
            .map_err(|error| draft::refused(error, &[OPTIONS, page_options::OPTIONS].concat()))
    }

    fn options(&self) -> Vec<Given> {
        let rupiah = |amount: Option<Rupiah>| amount.map(|amount| amount.get());
        let kind = self.buyer_chooses.then_some("DYNAMIC_AMOUNT");
        let expiry = self.expiry.as_ref().map(|it| json!(it));
        let link_id = self.link_id.as_deref();
        let (least, most) = (rupiah(self.min_amount), rupiah(self.max_amount));
        let given = [
            Given::new(
                "--order",
                &["transaction_details", "order_id"],
                self.order.as_deref(),
            ),
            Given::new(
                "--amount",
                &["transaction_details", "gross_amount"],
                rupiah(self.amount),
            ),
            Given::new(
                "--link-id",
                &["transaction_details", "payment_link_id"],
                link_id,
            ),
            Given::new("--buyer-chooses", &["payment_link_type"], kind),
            Given::new("--min-amount", &["dynamic_amount", "min_amount"], least),
            Given::new("--max-amount", &["dynamic_amount", "max_amount"], most),
            Given::new("--title", &["title"], self.title.as_deref()),
            Given::new("--uses", &["usage_limit"], self.uses),
            Given::new("--expiry", &["expiry"], expiry),
        ];
        let given = given.into_iter().chain(self.page.given());
        given.flatten().collect()
    }
}
