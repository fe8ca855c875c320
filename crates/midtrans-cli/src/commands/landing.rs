//! `midtrans landing`: explains a customer's return to the shop, which proves nothing.

use std::path::Path;

use clap::Args;
use midtrans_protocol::ServerKeys;
use midtrans_protocol::webhook::landing::{Landing as Back, LandingSignature};

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::report::Report;
use crate::terminal::{Tone, quoted};

/// Explain a finish URL or form: what the customer's browser claims
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Landing {
    /// The finish URL with its query (Kredivo), the query alone, or the body of the form (Akulaku);
    /// - for standard input
    text: String,
}

const EXAMPLES: &str = "\
midtrans landing 'https://shop.example/finish?order_id=order-101&transaction_status=settlement&status_code=200'
midtrans landing - < form-body.txt";

impl Landing {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let account = context.account()?;
        // Only a form has a signature, so no key is asked for where there is none.
        let keys = if account.has_server_key() {
            Some(account.server_keys()?)
        } else {
            None
        };
        let read = if self.text == "-" {
            input::read_text(Path::new("-"))?
        } else {
            self.text.clone()
        };
        let (report, exit) = explain(read.trim(), keys.as_ref()).ok_or_else(|| {
            Failure::refused("this is no way back: nothing in the form can be read").next(
                "give the finish URL with its query, or the form's body with its field `response`",
            )
        })?;
        context.print(&report);
        Ok(exit)
    }
}

/// Explains the text; `None` for a form without content. The exit code is 1 where its signature is
/// forged.
fn explain(text: &str, keys: Option<&ServerKeys>) -> Option<(Report, Exit)> {
    let mut report = Report::new();
    let back = if is_form(text) {
        report
            .row("came by", "a form, as from Akulaku", Tone::Neutral)
            .data("came_by", "form");
        Some(Back::from_form(text.as_bytes())).filter(|back| !back.is_empty())?
    } else {
        report
            .row("came by", "a URL, as from Kredivo", Tone::Neutral)
            .data("came_by", "url");
        Back::from_query(query(text))
    };
    match (back.order(), back.order_id()) {
        (Some(order), _) => report.field("order_id", order.as_str()),
        (None, Some(text)) => report
            .row("order id", &format!("{text} (can be no order)"), Tone::Bad)
            .data("order_id", text),
        (None, None) => report.row("order id", "not said", Tone::Neutral),
    };
    report.field("transaction_id", back.transaction_id());
    let claims = back.hint().map(|status| status.as_str().to_owned());
    report.row(
        "claims",
        claims.as_deref().unwrap_or("nothing about the payment"),
        Tone::Neutral,
    );
    report
        .data("claims", claims)
        .field("status_code", back.status_code());
    let (words, word, tone) = match keys.map(|keys| back.signature(keys)) {
        Some(LandingSignature::Genuine) => (
            "fits: the gateway once signed this order, code and amount, not the status",
            "genuine",
            Tone::Good,
        ),
        Some(LandingSignature::Forged) => (
            "fits none of your keys: the customer or another party made it",
            "forged",
            Tone::Bad,
        ),
        None if back.raw().is_some() => (
            "not checked, there is no server key",
            "unchecked",
            Tone::Careful,
        ),
        _ => ("none", "absent", Tone::Neutral),
    };
    let exit = if word == "forged" {
        Exit::Refused
    } else {
        Exit::Done
    };
    report.row("signature", words, tone).data("signature", word);
    report
        .line("This came through the customer's hands: a reason to look, never a reason to ship.")
        .data("is_proof", false);
    if let Some(order) = back.order() {
        report.line(&format!("next: midtrans status {}", quoted(order.as_str())));
    }
    Some((report, exit))
}

/// Akulaku's form has a field `response`.
fn is_form(text: &str) -> bool {
    text.split('&')
        .any(|pair| pair == "response" || pair.starts_with("response="))
}

/// Returns the part of a URL between `?` and `#`, or all of a query.
fn query(text: &str) -> &str {
    let text = text.split('#').next().unwrap_or_default();
    match text.split_once('?') {
        Some((_, query)) => query,
        None if text.contains("://") || text.starts_with('/') => "",
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use midtrans_protocol::ServerKey;
    use proptest::prelude::{any, prop_assert, proptest};

    use super::*;

    #[test]
    fn a_query_is_found_in_a_url_or_alone() {
        assert_eq!(query("https://shop.example/finish?a=b#c"), "a=b");
        assert_eq!(query("a=b"), "a=b");
        assert_eq!(query("https://shop.example/finish"), "");
        assert_eq!(query("/finish?a=b?c"), "a=b?c");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_and_none_is_a_proof(text in any::<String>(), form in any::<bool>()) {
            let text = if form { format!("response={text}") } else { text };
            let keys = ServerKeys::from(ServerKey::new("SB-Mid-server-x").unwrap());
            if let Some((report, _)) = explain(&text, Some(&keys)) {
                prop_assert!(report.json()["is_proof"] == false && report.json()["signature"] != "genuine");
            }
        }
    }
}
