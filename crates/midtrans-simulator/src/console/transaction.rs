//! `GET /console/transactions/{id}`: one transaction with all that happened to it, for people or as
//! JSON.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use http::{HeaderMap, StatusCode};
use maud::{Markup, html};
use midtrans_protocol::Rupiah;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::transaction::TransactionStatus;
use serde_json::json;

use super::layout::{Page, Section, status, time};
use super::timeline as timeline_table;
use super::{answer, json, messages};
use crate::gateway::{Item, PayPage, Refund, Summary, Timeline};
use crate::shared::Shared;

/// The address of a transaction in the console, by its own id: an order's id may be another
/// merchant's too.
pub(super) fn address(transaction_id: &str) -> String {
    format!("/console/transactions/{transaction_id}")
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let (timeline, is_ambiguous, now) = shared.quietly(|accounts, now| {
        accounts.all_mut().for_each(|account| account.tick(now));
        let timeline = accounts
            .having(&id)
            .and_then(|account| account.timeline(&id));
        (timeline, accounts.is_ambiguous(&id), now)
    });
    match (timeline, answer::wants_json(&headers)) {
        (Some(_), true) if is_ambiguous => {
            answer::json(StatusCode::CONFLICT, &json!({"error": AMBIGUOUS}))
        }
        (Some(timeline), false) if is_ambiguous => answer::page(
            StatusCode::CONFLICT,
            ambiguous(&timeline.summary.order_id, now),
        ),
        (Some(timeline), true) => answer::json(StatusCode::OK, &json::timeline(&timeline)),
        (None, true) => answer::json(StatusCode::NOT_FOUND, &json!({"error": UNKNOWN})),
        (Some(timeline), false) => answer::page(StatusCode::OK, page(&timeline, now)),
        (None, false) => answer::page(StatusCode::NOT_FOUND, unknown(now)),
    }
}

/// Any other address of the console: no call of the API.
pub(super) async fn nowhere(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if answer::wants_json(&headers) {
        return answer::json(
            StatusCode::NOT_FOUND,
            &json!({"error": "the console has no such page"}),
        );
    }
    let page = Page {
        section: Section::Transactions,
        title: "Not found",
        here: None,
        now: shared.parts.clock.now(),
    };
    let content = html! { h1 { "Not found" } p { "The console has no such page. " a href="/console" { "All transactions" } } };
    answer::page(StatusCode::NOT_FOUND, page.with(&content))
}

fn ambiguous(order_id: &str, now: WibTime) -> Markup {
    let page = Page {
        section: Section::Transactions,
        title: "Several transactions",
        here: None,
        now,
    };
    let query = serde_urlencoded::to_string([("order", order_id)]).unwrap_or_default();
    page.with(&html! {
        h1 { "Several transactions" }
        p { "Several merchants have an order of this id. " a href={ "/console?" (query) } { "Their transactions" } }
    })
}

pub(super) const UNKNOWN: &str = "there is no such transaction";
pub(super) const AMBIGUOUS: &str =
    "several merchants have an order of this id: use the transaction id";

pub(super) fn unknown(now: WibTime) -> Markup {
    let page = Page {
        section: Section::Transactions,
        title: "Not found",
        here: None,
        now,
    };
    page.with(&html! {
        h1 { "Not found" }
        p { "There is no such transaction. " a href="/console" { "All transactions" } }
    })
}

fn page(timeline: &Timeline, now: WibTime) -> Markup {
    let summary = &timeline.summary;
    let address = address(&summary.transaction_id);
    let title = format!("Order {}", summary.order_id);
    let page = Page {
        section: Section::Transactions,
        title: &title,
        here: Some(&address),
        now,
    };
    page.with(&html! {
        h1 { (title) }
        section #summary data-live aria-label="Summary" { (facts(timeline)) }
        section #actions data-live aria-labelledby="actions-name" {
            h2 #actions-name { "Make it happen" }
            (actions(timeline, &address))
        }
        section #timeline data-live aria-labelledby="timeline-name" {
            h2 #timeline-name { "Timeline" }
            (timeline_table::table(timeline))
        }
        section #notifications data-live aria-labelledby="notifications-name" {
            h2 #notifications-name { "Notifications" }
            (messages::all(timeline, &address))
        }
    })
}

fn facts(timeline: &Timeline) -> Markup {
    let summary = &timeline.summary;
    html! {
        dl.facts {
            dt { "Status" } dd { (status(&summary.status)) }
            dt { "Amount" } dd { (summary.amount) }
            @if summary.refunded.get() > 0 { dt { "Refunded" } dd { (summary.refunded) } }
            dt { "Method" } dd { (summary.method_name) }
            (instructions(&timeline.page))
            dt { "Merchant" } dd { (summary.merchant_id) }
            dt { "Transaction" } dd { code { (summary.transaction_id) } }
            dt { "Charged" } dd { (time(summary.made)) " WIB" }
            dt { "Pay before" } dd { (time(summary.expires)) " WIB" }
            @if let Some(settled) = summary.settled { dt { "Paid" } dd { (time(settled)) " WIB" } }
            dt { "Pay page" } dd { a #pay-page href=(timeline.pay_page_url) { "open as the customer" } }
        }
        @if !timeline.items.is_empty() {
            details #items {
                summary #items-summary { "Items (" (timeline.items.len()) ")" }
                ul { @for item in &timeline.items { li { (item_line(item)) } } }
            }
        }
        @if !timeline.refunds.is_empty() { (refunds(&timeline.refunds)) }
    }
}

/// The numbers that the customer types at the bank or the counter, or scans.
fn instructions(page: &PayPage) -> Markup {
    html! {
        @match page {
            PayPage::Redirect | PayPage::Wallet { .. } | PayPage::Scan { .. } => {
                @if let Some(text) = page.qr_string() { dt { "QR code" } dd { code { (text) } } }
            }
            PayPage::Authentication { masked_card, .. } => {
                dt { "Card" } dd { code { (masked_card) } }
            }
            PayPage::Prompt { account, .. } => { dt { "Asks" } dd { code { (account) } } }
            PayPage::Number { bank, number } => {
                dt { "Bank" } dd { (bank) }
                dt { "Virtual account" } dd { code { (number) } }
            }
            PayPage::Bill { biller_code, bill_key } => {
                dt { "Biller code" } dd { code { (biller_code) } }
                dt { "Bill key" } dd { code { (bill_key) } }
            }
            PayPage::Code { store, code } => {
                dt { "Store" } dd { (store) }
                dt { "Payment code" } dd { code { (code) } }
            }
        }
    }
}

fn item_line(item: &Item) -> String {
    let sign = if item.price < 0 { "−" } else { "" };
    format!(
        "{} × {}, {sign}{} each",
        item.quantity,
        item.name,
        Rupiah::new(item.price.unsigned_abs())
    )
}

fn refunds(refunds: &[Refund]) -> Markup {
    html! {
        div.scroll #refund-rows tabindex="0" role="region" aria-labelledby="refunds-caption" {
            table.cards role="table" {
                caption #refunds-caption { "Refunds" }
                thead role="rowgroup" {
                    tr role="row" {
                        th scope="col" role="columnheader" { "Time" }
                        th.number scope="col" role="columnheader" { "Amount" }
                        th scope="col" role="columnheader" { "Key" }
                        th scope="col" role="columnheader" { "Reason" }
                        th scope="col" role="columnheader" { "Confirmed by the bank" }
                    }
                }
                tbody role="rowgroup" {
                    @for refund in refunds {
                        tr role="row" {
                            td role="cell" { (time(refund.made)) }
                            td.number role="cell" { (refund.amount) }
                            td.whole role="cell" data-label="Key" { code { (refund.key) } }
                            td.whole role="cell" data-label="Reason" { (refund.reason) }
                            td.whole role="cell" data-label="Confirmed by the bank" { @match refund.confirmed { Some(at) => (time(at)), None => "not yet" } }
                        }
                    }
                }
            }
        }
    }
}

fn actions(timeline: &Timeline, address: &str) -> Markup {
    let summary = &timeline.summary;
    let can_decline = timeline.page.can_decline();
    let left = summary
        .amount
        .checked_sub(summary.refunded)
        .unwrap_or_default();
    let is_paid = matches!(
        summary.status,
        TransactionStatus::Settlement | TransactionStatus::PartialRefund
    );
    html! {
        @if summary.status == TransactionStatus::Pending {
            form.actions method="post" {
                @for (word, name) in COMMANDS {
                    @if word != "decline" || can_decline {
                        button #{ "do-" (word) } formaction={ (address) "/" (word) } { (name) }
                    }
                }
            }
        } @else if let TransactionStatus::Capture | TransactionStatus::Authorize = summary.status {
            form.actions method="post" {
                @for (word, name) in held(summary) {
                    button #{ "do-" (word) } formaction={ (address) "/" (word) } { (name) }
                }
            }
        } @else if is_paid && left.get() > 0 {
            form.actions method="post" action={ (address) "/refund" } {
                label { "Amount in rupiah" input.medium #amount name="amount" inputmode="numeric" pattern="[0-9]*" aria-describedby="amount-hint"; }
                button #do-refund { "Refund" }
                span.hint #amount-hint { "Without an amount, all that is left: " (left) }
            }
        } @else {
            p.nothing { "It is over: nothing can be done to it any more." }
        }
    }
}

/// What can be done to a card's money that is taken or reserved, and not settled.
fn held(summary: &Summary) -> &'static [(&'static str, &'static str)] {
    match summary.status {
        _ if summary.is_challenged => &[
            ("approve", "Approve"),
            ("deny", "Deny"),
            ("cancel", "Cancel"),
        ],
        TransactionStatus::Authorize => &[("capture", "Capture"), ("cancel", "Cancel")],
        _ => &[("settle", "Settle"), ("cancel", "Cancel")],
    }
}

const COMMANDS: [(&str, &str); 4] = [
    ("settle", "Settle"),
    ("decline", "Decline"),
    ("expire", "Expire"),
    ("cancel", "Cancel"),
];
