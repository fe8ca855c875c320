//! `midtrans history`: pages of the account's transactions.

mod request;
mod rows;

use std::path::{Path, PathBuf};

use clap::Args;
use http::StatusCode;
use midtrans_protocol::history::{ListTransactions, Page, TransactionPage};
use midtrans_protocol::refusal::{ApiError, shown};
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{GatewayReply, Merchant, decode};
use serde_json::{Value, json};

use crate::arguments::help_end;
use crate::context::{Context, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::{input, moment};

/// Write the request for a page of the account's transactions, and read the gateway's answer
///
/// The gateway has the history by BI-SNAP only. A request there carries an access token, a partner
/// id and a signature by your private key and client secret; the server key does not open it, no
/// variable of this program has those keys, and this program does not send it. It writes the body
/// to sign and send with your BI-SNAP client (--request), and reads the answer that you got
/// (--reply). Without either it says so, and ends with 2.
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct History {
    /// Print the body to sign and send to POST /v1.0/transaction-history-list, byte for byte and
    /// without a line end
    #[arg(long, conflicts_with = "reply")]
    request: bool,
    /// Read the gateway's answer to that from FILE, or from standard input (-)
    #[arg(long, value_name = "FILE")]
    reply: Option<PathBuf>,
    /// The page and its size, such as 0/10, the first ten; at most 50
    #[arg(long, value_name = "PAGE/SIZE", default_value = "0/10")]
    page: String,
    /// The first time: a day, or a day and time in Jakarta [three months back]; at most six months
    /// back
    #[arg(long, value_name = "TIME", value_parser = moment::first)]
    from: Option<WibTime>,
    /// The last time: a day, of which it is the last second, or a day and time in Jakarta [now]
    #[arg(long, value_name = "TIME", value_parser = moment::last)]
    to: Option<WibTime>,
    /// The kind, such as PAYMENT, TOP_UP, WITHDRAWAL or DISBURSEMENT (repeatable) [all]
    #[arg(long = "type", value_name = "TYPE", value_parser = request::kind)]
    types: Vec<String>,
    /// Your id of the transaction: the order id of a payment
    #[arg(long, value_name = "ID")]
    order: Option<String>,
    /// The newest first
    #[arg(long)]
    newest_first: bool,
}

const EXAMPLES: &str = "\
midtrans history --from 2026-03-01 --to 2026-03-31 --type PAYMENT --page 0/50 --request > body.json
midtrans history --page 0/50 --reply answer.json";

impl History {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let page: Page = self.page.parse().map_err(|error| {
            Failure::from(error).next("give --page PAGE/SIZE, as the answer before it says")
        })?;
        let list = self.list(page)?;
        if self.request {
            say(&String::from_utf8_lossy(&list.to_json()));
            return Ok(Exit::Done);
        }
        let Some(file) = &self.reply else {
            return Err(self.cannot_be_sent());
        };
        let answer = answer(&list, file)?;
        self.print(context, &list, &answer);
        Ok(Exit::Done)
    }

    fn cannot_be_sent(&self) -> Failure {
        let what = "the history is behind BI-SNAP, whose access token and signature this program has no keys for; the server key does not open it";
        Failure::usage(what)
            .next("write the body with --request, and send it with your BI-SNAP client")
            .next("then read the answer with --reply FILE")
            .next("about one payment, ask with midtrans status ORDER; about money, with midtrans balance")
    }

    fn print(
        &self,
        context: &Context,
        list: &ListTransactions<Merchant>,
        answer: &TransactionPage,
    ) {
        let found = answer.transactions();
        let mut report = Report::new();
        report.field("page", list.page().to_string());
        report.table(
            rows::COLUMNS.to_vec(),
            found.iter().map(rows::row).collect(),
        );
        if answer.is_empty() {
            report.line("No transactions: this page is beyond the last.");
        }
        let transactions: Vec<Value> = found.iter().map(rows::json).collect();
        report.data("transactions", transactions);
        let next = list.next(answer).map(|next| next.page().to_string());
        report.data("next_page", json!(next));
        if let Some(page) = next {
            let words = self.words();
            let command = context.command(&format!("history --page {page}{words} --request"));
            report
                .line(&format!("next: {command}"))
                .data("next", json!([command]));
        }
        context.print(&report);
    }
}

/// Reads the answer of a file. Its HTTP status is the beginning of its code.
fn answer(list: &ListTransactions<Merchant>, file: &Path) -> Result<TransactionPage, Failure> {
    let body = input::read_all(file)?;
    let body = input::without_mark(&body);
    let code = serde_json::from_slice::<Value>(body).ok();
    let code = code.and_then(|body| Some(body.get("responseCode")?.as_str()?.get(..3)?.to_owned()));
    let status = code.and_then(|code| code.parse::<StatusCode>().ok());
    let status = status.unwrap_or(StatusCode::OK);
    match decode(list, GatewayReply::from_own_client(status, body.to_vec())) {
        Ok(page) => Ok(page),
        Err(ReplyError::Api(refusal)) => Err(refused(&refusal)),
        Err(ReplyError::Decode(error)) => Err(Failure::usage(error.to_string())
            .next("name a file with the whole body of the gateway's answer")),
    }
}

/// The failure of an answer that is a refusal. What the protocol advises is about the server key,
/// which BI-SNAP does not take.
fn refused(refusal: &ApiError) -> Failure {
    let said: Vec<_> = refusal.messages().iter().map(|text| shown(text)).collect();
    let said = said.join("; ");
    Failure::refused(format!("the answer is a refusal with {}: {said}", refusal.code()))
        .data("code", refusal.code())
        .next("401 is about the access token or the signature, 400 about a field of the body, 409 about an external id that was used that day: make the request again")
}
