//! `POST /console/transactions/{id}/{command}`: the buttons of the console. A browser goes back to
//! the page; a program that accepts JSON gets JSON.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use maud::html;
use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use serde_json::json;

use super::form::Form;
use super::layout::{Page, Section};
use super::transaction::{AMBIGUOUS, UNKNOWN, address};
use super::{answer, messages};
use crate::gateway::{Accounts, Command, DeliveryId, NotPossible};
use crate::shared::Shared;

pub(super) async fn carry_out(
    State(shared): State<Arc<Shared>>,
    Path((id, word)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    let result = shared.with(|accounts, now| order(accounts, &id, &word, &form, now));
    match (result, answer::wants_json(&headers)) {
        (Ok(done), true) => answer::json(
            StatusCode::OK,
            &match done.resent {
                Some(count) => json!({ "resent": count }),
                None => json!({ "done": true }),
            },
        ),
        (Err(error), true) => answer::json(error.status, &json!({ "error": error.reason })),
        (Ok(done), false) => answer::see(&done.place),
        (Err(error), false) => {
            let here = shared.quietly(|accounts, _| accounts.having(&id)?.timeline(&id));
            let back = here.map_or("/console".to_owned(), |timeline| {
                address(&timeline.summary.transaction_id)
            });
            let page = Page {
                section: Section::Transactions,
                title: "Not done",
                here: None,
                now: shared.parts.clock.now(),
            };
            let content = html! {
                h1 { "Not done" }
                p role="alert" { (error.reason) "." }
                p { a href=(back) { "Back" } }
            };
            answer::page(error.status, page.with(&content))
        }
    }
}

struct Done {
    /// The page to show next.
    place: String,
    resent: Option<usize>,
}

/// The reason why nothing was done.
struct CommandError {
    status: StatusCode,
    reason: String,
}

impl CommandError {
    fn new(status: StatusCode, reason: impl Into<String>) -> Self {
        Self {
            status,
            reason: reason.into(),
        }
    }
}

impl From<NotPossible> for CommandError {
    fn from(reason: NotPossible) -> Self {
        let status = match reason {
            NotPossible::Unknown => StatusCode::NOT_FOUND,
            NotPossible::Amount => StatusCode::BAD_REQUEST,
            NotPossible::WrongState => StatusCode::CONFLICT,
        };
        Self::new(status, reason.to_string())
    }
}

fn order(
    accounts: &mut Accounts,
    id: &str,
    word: &str,
    form: &Form,
    now: WibTime,
) -> Result<Done, CommandError> {
    if accounts.is_ambiguous(id) {
        return Err(CommandError::new(StatusCode::CONFLICT, AMBIGUOUS));
    }
    let timeline = accounts
        .having(id)
        .and_then(|account| account.timeline(id))
        .ok_or_else(|| CommandError::new(StatusCode::NOT_FOUND, UNKNOWN))?;
    let place = address(&timeline.summary.transaction_id);
    let command = match word {
        "settle" => Command::Settle,
        "decline" => Command::Decline,
        "expire" => Command::Expire,
        "approve" => Command::Approve,
        "deny" => Command::Deny,
        "capture" => Command::Capture,
        "cancel" => Command::Cancel,
        "refund" => Command::Refund(
            number(form, "amount", "whole rupiah in digits, such as 25000")?.map(Rupiah::new),
        ),
        "resend" | "duplicate" | "delay" => {
            let all: Vec<DeliveryId> = timeline.messages.iter().map(|message| message.id).collect();
            let chosen = chosen(form)?;
            let ids: Vec<DeliveryId> = all
                .into_iter()
                .filter(|id| chosen.is_none_or(|chosen| chosen == *id))
                .collect();
            if chosen.is_some() && ids.is_empty() {
                return Err(CommandError::new(
                    StatusCode::NOT_FOUND,
                    "this transaction has no such notification",
                ));
            }
            let count = deliver(accounts, &ids, word, form, now)?;
            let place = chosen.map_or(place.clone(), |id| {
                format!("{place}#{}", messages::anchor(id))
            });
            return Ok(Done {
                place,
                resent: (word == "resend").then_some(count),
            });
        }
        _ => return Err(CommandError::new(StatusCode::NOT_FOUND, COMMANDS)),
    };
    // By its own id: an order's latest transaction is not the one that was looked at, perhaps.
    let id = timeline.summary.transaction_id.as_str();
    let account = accounts.having(id).ok_or(NotPossible::Unknown)?;
    account.command(id, command, now)?;
    Ok(Done {
        place,
        resent: None,
    })
}

/// Applies a command to every notification that is named, and returns the number that it fitted.
fn deliver(
    accounts: &mut Accounts,
    ids: &[DeliveryId],
    word: &str,
    form: &Form,
    now: WibTime,
) -> Result<usize, CommandError> {
    let minutes = match word {
        "delay" => number(form, "minutes", MINUTES)?
            .filter(|minutes| (1..=YEAR).contains(minutes))
            .ok_or_else(|| {
                CommandError::new(
                    StatusCode::BAD_REQUEST,
                    format!("minutes: expected {MINUTES}"),
                )
            })?,
        _ => 0,
    };
    let mut count = 0;
    for id in ids.iter().copied() {
        let account = accounts.sending(id);
        let is_done = match word {
            "resend" => account.repeat(id, now) || account.hasten(id, now),
            "duplicate" => account.duplicate(id, now),
            _ => account.postpone(id, Duration::from_secs(minutes * 60), now),
        };
        count += usize::from(is_done);
    }
    match (count, word) {
        (0, "resend") => Err(CommandError::new(
            StatusCode::CONFLICT,
            "there is no notification to send: none, or it is under way",
        )),
        (0, "duplicate") => Err(CommandError::new(
            StatusCode::CONFLICT,
            "there is no notification to send",
        )),
        (0, _) => Err(CommandError::new(
            StatusCode::CONFLICT,
            "there is no notification that waits",
        )),
        _ => Ok(count),
    }
}

fn chosen(form: &Form) -> Result<Option<DeliveryId>, CommandError> {
    let id = form.text("notification").map(DeliveryId::from_str);
    id.transpose()
        .map_err(|error| CommandError::new(StatusCode::BAD_REQUEST, error.to_string()))
}

fn number(form: &Form, name: &str, expected: &str) -> Result<Option<u64>, CommandError> {
    let Some(text) = form.text(name) else {
        return Ok(None);
    };
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if digits => Ok(Some(number)),
        _ => Err(CommandError::new(
            StatusCode::BAD_REQUEST,
            format!("{name}: expected {expected}"),
        )),
    }
}

const COMMANDS: &str = "there is no such command: expected settle, decline, expire, cancel, approve, deny, capture, refund, resend, duplicate or delay";
const MINUTES: &str = "minutes from 1 to 525600";
const YEAR: u64 = 525_600;
