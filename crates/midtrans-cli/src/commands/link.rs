//! `midtrans link`: payment links.

mod create;

use clap::{Args, Subcommand};
use midtrans_protocol::OrderId;
use midtrans_protocol::payment_link::{Delete as DeleteLink, Get as GetLink, Purchase, Refusal};
use midtrans_protocol::refusal::ApiError;
use midtrans_ureq::CallOptions;
use serde_json::{Value, json};

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling, Product, Reason};
use crate::terminal::quoted;

/// Make, show and end payment links: an address to send to the customer by mail or chat
///
/// Each attempt to pay is a transaction of its own, whose order id is the link's with a number
/// behind it. The gateway has no list of links: keep their order ids.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans link create --order link-9001 --amount 190000\nmidtrans link get link-9001"), subcommand_required = true)]
pub(crate) struct Link {
    #[command(subcommand)]
    command: LinkCommand,
}

#[derive(Debug, Subcommand)]
enum LinkCommand {
    Create(Box<create::Create>),
    Get(Get),
    Delete(Delete),
}

/// Show a link and the attempts to pay by it
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans link get link-9001"))]
struct Get {
    /// The order id of the link
    order: String,
    #[command(flatten)]
    calling: Calling,
}

/// End a link; payments that were made stay
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans link delete link-9001"))]
struct Delete {
    /// The order id of the link
    order: String,
    #[command(flatten)]
    calling: Calling,
}

impl Link {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.command {
            LinkCommand::Create(command) => command.run(context),
            LinkCommand::Get(command) => command.run(context),
            LinkCommand::Delete(command) => command.run(context),
        }
    }
}

/// The reason for which the gateway refuses, where there is something to do about it. `get` is the
/// command that asks about the link.
fn reason(refusal: &ApiError, get: &str) -> Option<Reason> {
    Some(match Refusal::of(refusal)? {
        Refusal::OrderTaken => Reason::new(
            "order_taken",
            "the order id was used before",
            format!("{get} (after an earlier try it may be this very link; else take another id)"),
        ),
        Refusal::LinkIdTaken => Reason::new(
            "link_id_taken",
            "the last part of the address was used before",
            "choose another --link-id, or leave it out",
        ),
        Refusal::NotFound => Reason::new(
            "not_found",
            "there is no such link",
            "check the order id and the environment; a link that was deleted is gone",
        ),
        _ => return None,
    })
}

/// The command that asks about a link.
fn get(context: &Context, order: &OrderId) -> String {
    context.command(&format!("link get {}", quoted(order.as_str())))
}

impl Get {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let order = OrderId::existing(self.order.as_str())?;
        let account = context.account()?;
        let product = Product {
            ask: None,
            unknown: "",
            reason: &|refusal| reason(refusal, &get(context, &order)),
        };
        let (ask, options) = (GetLink::new(order.clone()), CallOptions::default());
        let calling = &self.calling;
        let link = gateway::call_product(context, &account, calling, &ask, &options, &product)?;
        let mut report = account.report();
        report
            .field("order_id", link.order_id())
            .field("payment_link_url", link.payment_link_url())
            .amount("gross_amount", link.gross_amount().as_ref())
            .field("usage", link.usage())
            .field("usage_limit", link.usage_limit())
            .time("expiry_start", link.expiry_start());
        let methods = link.enabled_payments();
        let methods: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
        report.data("enabled_payments", json!(methods));
        let purchases = link.purchases();
        if purchases.is_empty() {
            report.line("No attempt to pay has been made.");
        } else {
            let columns = vec!["attempt", "status", "method"];
            report.table(columns, purchases.iter().map(row).collect());
            report.line("next: midtrans status ATTEMPT --amount RUPIAH, before you act on one");
        }
        let purchases: Vec<Value> = purchases.iter().map(json).collect();
        report.data("purchases", purchases);
        context.print(&report);
        Ok(Exit::Done)
    }
}

fn status(purchase: &Purchase) -> Option<String> {
    purchase
        .payment_status()
        .map(|status| status.as_str().to_owned())
}

fn row(purchase: &Purchase) -> Vec<String> {
    let cells = [
        purchase.order_id(),
        status(purchase),
        purchase.payment_method(),
    ];
    let cells = cells.into_iter();
    cells
        .map(|cell| cell.unwrap_or_else(|| "-".to_owned()))
        .collect()
}

/// The token of the attempt's page is left out.
fn json(purchase: &Purchase) -> Value {
    json!({
        "order_id": purchase.order_id(),
        "payment_status": status(purchase),
        "payment_method": purchase.payment_method(),
    })
}

impl Delete {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let order = OrderId::existing(self.order.as_str())?;
        let account = context.account()?;
        let ask = get(context, &order);
        let product = Product {
            ask: Some(ask.clone()),
            unknown: "",
            reason: &|refusal| reason(refusal, &ask),
        };
        let (delete, options) = (DeleteLink::new(order), CallOptions::default());
        let calling = &self.calling;
        let ended = gateway::call_product(context, &account, calling, &delete, &options, &product)?;
        let mut report = account.report();
        report
            .field("order_id", self.order.as_str())
            .field("gateway_says", ended.message());
        context.print(&report);
        Ok(Exit::Done)
    }
}
