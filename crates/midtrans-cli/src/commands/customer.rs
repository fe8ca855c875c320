//! `midtrans pay`, `decline` and `open`: the customer at a running simulator.

mod browser;

use clap::Args;
use serde_json::Value;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::running::{At, RunningSimulator};
use crate::terminal::quoted;

/// Be the customer who pays, at a running simulator: the order settles and the shop is notified
///
/// It pays at the page that the simulator has for the order, whatever the payment method.
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans pay order-101\nmidtrans pay order-101 --simulator http://127.0.0.1:8181"))]
pub(crate) struct Pay {
    /// Order id or transaction id
    id: String,
    #[command(flatten)]
    at: At,
}

/// Be the customer whom the provider declines, at a running simulator: the order is denied and the
/// shop is notified
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans decline order-101"))]
pub(crate) struct Decline {
    /// Order id or transaction id
    id: String,
    #[command(flatten)]
    at: At,
}

/// Open the page where an order of a running simulator is paid in the browser
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans open order-101\nmidtrans open order-101 --print"))]
pub(crate) struct Open {
    /// Order id or transaction id
    id: String,
    /// Only print the address
    #[arg(long)]
    print: bool,
    #[command(flatten)]
    at: At,
}

impl Pay {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        choose(context, &self.at.find(context)?, &self.id, &PAYING)
    }
}

impl Decline {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        choose(context, &self.at.find(context)?, &self.id, &DECLINING)
    }
}

impl Open {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let simulator = self.at.find(context)?;
        let order = simulator.transaction(&self.id)?;
        // Browsers may know the simulator by another name, which the redirect has.
        let (name, url) = match (text(&order, "redirect_url"), pay_page(&order)) {
            ("", Some(page)) => ("pay_page", format!("{}{page}", simulator.base())),
            ("", None) => return Err(has_no_page()),
            (url, _) => ("redirect_url", url.to_owned()),
        };
        if !self.print {
            browser::open(&url).map_err(|error| {
                Failure::refused(format!("no browser could be started ({error})"))
                    .field(name, url.as_str())
                    .next("open the address yourself, or name your browser's program in the variable BROWSER")
            })?;
        }
        let mut report = describe(&simulator, &order);
        report.field(name, url);
        context.print(&report);
        Ok(Exit::Done)
    }
}

/// A button of the pay page.
struct Choice {
    word: &'static str,
    /// The statuses that it may lead to; of a card, the money is taken or reserved first.
    statuses: &'static [&'static str],
    done: &'static str,
}

const PAYING: Choice = Choice {
    word: "approve",
    statuses: &["settlement", "capture", "authorize"],
    done: "paid",
};
const DECLINING: Choice = Choice {
    word: "decline",
    statuses: &["deny"],
    done: "declined",
};

/// Presses the button on the pay page, so that the simulator's faults apply here too.
fn choose(
    context: &Context,
    simulator: &RunningSimulator,
    id: &str,
    choice: &Choice,
) -> Result<Exit, Failure> {
    let before = simulator.transaction(id)?;
    let status = text(&before, "transaction_status");
    let ask = || context.command(&format!("status {}", quoted(id)));
    if status != "pending" {
        let what = format!(
            "the order is {status}, and only a pending one can be {}",
            choice.done
        );
        return Err(Failure::refused(what)
            .field("transaction_status", status)
            .next(ask()));
    }
    let page = pay_page(&before).ok_or_else(has_no_page)?;
    // Its page by its own address: the order's latest transaction may be another one by now.
    let paid = text(&before, "transaction_id");
    let answer = simulator
        .post(page, &[("choice", choice.word)])
        .map_err(|failure| failure.next(ask()))?;
    // The page is there, and has no such button.
    if answer.status == 400 && choice.word == DECLINING.word {
        let expire = context.command(&format!("expire {}", quoted(id)));
        return Err(
            Failure::refused("the order is paid by no provider who could decline it").next(
                format!("have it expire, as if it were never paid: {expire}"),
            ),
        );
    }
    if !matches!(answer.status, 200..=399) {
        return Err(Failure::refused("the pay page did not take the choice")
            .field("http_status", answer.status)
            .next(ask()));
    }
    let after = simulator.transaction(paid).map_err(|mut failure| {
        // The page has taken the choice.
        failure.exit = Exit::Unknown;
        failure.next(ask())
    })?;
    let status = text(&after, "transaction_status");
    let faults = happened(&after, "struck", "fault");
    if !choice.statuses.contains(&status) {
        let what = format!("the order was not {}: it is {status}", choice.done);
        return Err(Failure::refused(what)
            .field("fault", faults)
            .field("transaction_status", status)
            .next(ask()));
    }
    let mut report = describe(simulator, &after);
    describe_end(&mut report, &after, faults);
    context.print(&report);
    Ok(Exit::Done)
}

fn describe(simulator: &RunningSimulator, order: &Value) -> Report {
    let mut report = Report::new();
    report.field("simulator", simulator.base());
    for name in [
        "order_id",
        "transaction_id",
        "payment_type",
        "gross_amount",
        "transaction_status",
    ] {
        report.field(name, order[name].clone());
    }
    report
}

/// Reports the faults, the URLs that are notified, and the URL the browser goes to.
fn describe_end(report: &mut Report, order: &Value, faults: Vec<Value>) {
    for fault in &faults {
        report.row("fault", text_of(fault), crate::terminal::Tone::Careful);
    }
    report.data("faults", faults);
    let messages = order["notifications"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let told = messages
        .iter()
        .filter(|message| message["transaction_status"] == order["transaction_status"]);
    let urls: Vec<Value> = told.map(|message| message["url"].clone()).collect();
    for url in &urls {
        report.row(
            "notification to",
            text_of(url),
            crate::terminal::Tone::Neutral,
        );
    }
    if urls.is_empty() {
        report.row(
            "notification to",
            "nowhere: the simulator has no notification URL",
            crate::terminal::Tone::Careful,
        );
    }
    report.data("notification_urls", urls);
    report.field(
        "browser_back_to",
        happened(order, "sent_back", "url").into_iter().next(),
    );
}

/// Returns this field of all entries of this kind since the customer's last choice.
fn happened(order: &Value, what: &str, field: &str) -> Vec<Value> {
    let entries = order["entries"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let since = entries
        .iter()
        .rposition(|entry| entry["what"] == "chose")
        .unwrap_or(0);
    entries[since..]
        .iter()
        .filter(|entry| entry["what"] == what)
        .map(|entry| entry[field].clone())
        .collect()
}

/// Returns path and query of the page where the order is paid, at the simulator's own address.
fn pay_page(order: &Value) -> Option<&str> {
    let page = order["pay_page"].as_str()?;
    (page.starts_with('/') && !page.starts_with("//")).then_some(page)
}

fn has_no_page() -> Failure {
    Failure::refused("this simulator has no page where the order is paid")
        .next("settle it in the simulator's console, or take a newer simulator")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    text_of(&value[name])
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pay_page_is_a_path_at_the_simulator_and_nothing_else() {
        let page =
            |page: Value| pay_page(&serde_json::json!({ "pay_page": page })).map(str::to_owned);
        assert_eq!(page("/pay/t-1".into()).as_deref(), Some("/pay/t-1"));
        for elsewhere in [
            "//elsewhere.example/",
            "http://elsewhere.example/",
            "@elsewhere.example",
            "",
        ] {
            assert_eq!(page(elsewhere.into()), None);
        }
        assert_eq!(page(Value::Null), None);
    }

    #[test]
    fn only_what_followed_the_last_choice_is_told() {
        let entries = serde_json::json!({"entries": [
            {"what": "chose"}, {"what": "struck", "fault": "walk-away"}, {"what": "chose"}, {"what": "sent_back", "url": "u"},
        ]});
        assert!(happened(&entries, "struck", "fault").is_empty());
        assert_eq!(happened(&entries, "sent_back", "url"), ["u"]);
    }
}
