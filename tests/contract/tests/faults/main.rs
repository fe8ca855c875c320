//! The effect of each fault of the gateway through this library: measured here, documented in the
//! simulator's FAULTS.md.
//!
//! After a change that is meant, `UPDATE_DOCS=1 cargo test -p midtrans-contract-tests --test
//! faults` writes the page anew.
#![allow(clippy::unwrap_used, reason = "a test says what it expects")]

mod browser;
mod calls;
mod changes;
mod families;
mod notifications;
mod order;
mod products;
mod snap_page;

use std::fmt::Write;
use std::path::Path;

const PAGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../crates/midtrans-simulator/FAULTS.md"
);

const BEGINNING: &str = "\
# Faults, and what this library makes of them

The simulator does each of these on demand: `--fault FAULT` at its command line, its console's settings, or `add_fault` in a
test. This page is written by a test that does each of them to the clients, the inbox and the landing page of this workspace
(`tests/contract/tests/faults`), so it says what happens and not what should.

";

/// A table in Markdown.
fn table(page: &mut String, heading: &str, about: &str, columns: &[&str], rows: &[Vec<String>]) {
    write!(
        page,
        "## {heading}\n\n{about}\n\n| {} |\n|{}\n",
        columns.join(" | "),
        "---|".repeat(columns.len())
    )
    .unwrap();
    for row in rows {
        assert_eq!(row.len(), columns.len());
        writeln!(page, "| {} |", row.join(" | ")).unwrap();
    }
    page.push('\n');
}

/// Snap, linked accounts, subscriptions, payment links and invoices.
fn beside_the_core_api(page: &mut String) {
    table(
        page,
        "Calls beside the Core API",
        "Without a socket; the fault strikes once. *Afterwards* is the state of what the calls with three attempts have left: \
         in no row is anything made twice.",
        &[
            "call",
            "fault",
            "one attempt",
            "three attempts",
            "afterwards",
        ],
        &products::rows(),
    );
    table(
        page,
        "Snap's page",
        "The customer has chosen a method and approves. `snap.js` calls the callback of this word in a popup; *the browser \
         says* is what `Landing` reads of one that was redirected. The page of a payment link opens \
         one of these pages.",
        &[
            "fault",
            "method",
            "callback",
            "the browser says",
            "Get Status says",
        ],
        &snap_page::rows(),
    );
    table(
        page,
        "Linked accounts and subscriptions",
        "The fault strikes the first notification, and `decline` the charge. The webhook reads any family and answers; \
         *afterwards* is what the gateway says when it is asked. `forge` has nothing to forge here.",
        &["fault", "the customer", "the webhook read", "afterwards"],
        &families::rows(),
    );
}

#[test]
fn the_page_about_faults_says_what_happens() {
    let mut page = BEGINNING.to_owned();
    table(
        &mut page,
        "Calls",
        "Each call is made over `midtrans-ureq`, over `midtrans-reqwest`, and without a socket; a cell that names no client \
         holds for all three. The fault strikes once. *One attempt* is a client that never repeats, *three* is the default. \
         The last column counts the transactions that the gateway has after the charge with three attempts.",
        &[
            "fault",
            "charge, one attempt",
            "charge, three attempts",
            "Get Status, three attempts",
            "transactions",
        ],
        &calls::rows(),
    );
    table(
        &mut page,
        "Notifications",
        "The customer pays at once; the fault strikes the notification of the settlement, or the pending one where that is \
         said. The webhook verifies and stores; the worker of `midtrans-inbox-sqlite`, with its default policy, decides. Time \
         is the gateway's.",
        &[
            "fault",
            "the webhook answered, in order",
            "the shop ships",
            "times",
            "after",
        ],
        &notifications::rows(),
    );
    table(
        &mut page,
        "The customer's browser",
        "*The browser says* is what `Landing` reads; nothing is shipped because of it. *Get Status* is asked at that moment.",
        &[
            "fault",
            "payment type",
            "the customer",
            "the browser says",
            "its signature",
            "Get Status says",
        ],
        &browser::rows(),
    );
    table(
        &mut page,
        "Refunds and captures",
        "The bank refuses what the merchant asks for, once. *After* is what Get Status says then, *again* what the same call \
         brings when it is made once more.",
        &["fault", "call", "the client says", "after", "again"],
        &changes::rows(),
    );
    beside_the_core_api(&mut page);
    page.truncate(page.trim_end().len());
    page.push('\n');
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let written = std::fs::read_to_string(Path::new(PAGE)).unwrap_or_default();
    assert!(
        written == page,
        "FAULTS.md says something else; UPDATE_DOCS=1 writes it anew. Now it is:\n{page}"
    );
}
