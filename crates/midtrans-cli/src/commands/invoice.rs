//! `midtrans invoice`: invoices with a PDF.

mod create;
mod lines;
mod shown;

use clap::{Args, Subcommand};
use midtrans_protocol::invoice::{Get as GetInvoice, InvoiceId, Refusal, Void as VoidInvoice};
use midtrans_protocol::refusal::ApiError;
use midtrans_ureq::CallOptions;
use serde_json::json;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::gateway::{self, Calling, Product, Reason};
use crate::terminal::quoted;

/// Make, show and end invoices, paid by a payment link or by transfers
///
/// The gateway has no list of invoices: keep their ids.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans invoice get 2a3d4c5e-0f1b-4a6d-9d3e-7c1f0b2a4d55"), subcommand_required = true)]
pub(crate) struct Invoice {
    #[command(subcommand)]
    command: InvoiceCommand,
}

#[derive(Debug, Subcommand)]
enum InvoiceCommand {
    Create(Box<create::Create>),
    Get(Get),
    Void(Void),
}

/// Show an invoice
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans invoice get 2a3d4c5e-0f1b-4a6d-9d3e-7c1f0b2a4d55"))]
struct Get {
    /// The gateway's id of the invoice
    id: String,
    #[command(flatten)]
    calling: Calling,
}

/// End an invoice that is not paid, or a quotation
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans invoice void 2a3d4c5e-0f1b-4a6d-9d3e-7c1f0b2a4d55"))]
struct Void {
    /// The gateway's id of the invoice
    id: String,
    /// The customer has rejected the quotation
    #[arg(long)]
    rejected: bool,
    #[command(flatten)]
    calling: Calling,
}

impl Invoice {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.command {
            InvoiceCommand::Create(command) => command.run(context),
            InvoiceCommand::Get(command) => command.run(context),
            InvoiceCommand::Void(command) => command.run(context),
        }
    }
}

/// The reason for which the gateway refuses, where there is something to do about it.
fn reason(refusal: &ApiError) -> Option<Reason> {
    Some(match Refusal::of(refusal)? {
        Refusal::OrderTaken => Reason::new(
            "order_taken",
            "the order id was used before",
            "after an earlier try it may be this very invoice: look in the dashboard; else take another id",
        ),
        Refusal::NotVoidable => Reason::new(
            "not_voidable",
            "the state of the invoice does not allow its end",
            "look at its status with midtrans invoice get: only one that is pending or overdue can be ended, or a quotation",
        ),
        Refusal::NotFound => Reason::new(
            "not_found",
            "there is no such invoice",
            "check the id, which is the gateway's and not the order id, and the environment",
        ),
        _ => return None,
    })
}

/// The command that asks about an invoice.
fn get(context: &Context, id: &InvoiceId) -> String {
    context.command(&format!("invoice get {}", quoted(id.as_str())))
}

/// The facts about a call; `ask` is the command that asks what became of it.
fn product(ask: Option<String>) -> Product<'static> {
    Product {
        ask,
        unknown: "",
        reason: &reason,
    }
}

impl Get {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let id = InvoiceId::received(self.id.as_str())?;
        let account = context.account()?;
        let (get, options, product) = (GetInvoice::new(id), CallOptions::default(), product(None));
        let calling = &self.calling;
        let found = gateway::call_product(context, &account, calling, &get, &options, &product)?;
        let mut report = account.report();
        shown::describe(&mut report, &found);
        context.print(&report);
        Ok(Exit::Done)
    }
}

impl Void {
    fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let id = InvoiceId::received(self.id.as_str())?;
        let account = context.account()?;
        let ask = get(context, &id);
        let void = if self.rejected {
            VoidInvoice::rejected_by_client(id)
        } else {
            VoidInvoice::new(id)
        };
        let (options, product) = (CallOptions::default(), product(Some(ask.clone())));
        let calling = &self.calling;
        let ended = gateway::call_product(context, &account, calling, &void, &options, &product)?;
        if !ended.is_success() {
            let what = "the gateway answered without saying that the invoice is void";
            return Err(Failure::unknown(what).next(ask));
        }
        let mut report = account.report();
        report
            .field("invoice_id", self.id.as_str())
            .field("voided", true)
            .line(&format!("next: {ask}"))
            .data("next", json!([ask]));
        context.print(&report);
        Ok(Exit::Done)
    }
}
