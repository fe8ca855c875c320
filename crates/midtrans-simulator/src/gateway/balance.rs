//! `GET /v1/balance/mutation`: the merchant's balance over a time, from the payments of this
//! account. ([Balance mutation](https://docs.midtrans.com/reference/merchant-balance-mutation-api))
//!
//! Money is effective as soon as it is settled, and a capture is pending until then. Nothing is
//! paid out and no fee is taken.

use http::Request;
use midtrans_protocol::time::WibTime;

use super::answer::Answer;
use super::body::Body;
use super::refusal::Refusal;
use super::{Gateway, product};

/// The balances at a moment, in rupiah.
#[derive(Clone, Copy, Debug, Default)]
struct Balance {
    effective: u64,
    pending: u64,
}

impl Gateway {
    pub(super) fn balance_mutation(&self, request: &Request<Vec<u8>>) -> Result<Answer, Refusal> {
        let pairs = request.uri().query().map(serde_urlencoded::from_str);
        let pairs: Vec<(String, String)> = pairs.and_then(Result::ok).unwrap_or_default();
        let given = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map_or("", |(_, text)| text.as_str())
        };
        let mut problems = Vec::new();
        match given("currency") {
            "" => problems.push("currency must not be empty".to_owned()),
            "IDR" => {}
            _ => problems.push("currency must be IDR".to_owned()),
        }
        let (start, end) = (given("start_time"), given("end_time"));
        let mut read = |name: &str, text: &str| {
            let time = instant(text);
            match (text.is_empty(), time) {
                (true, _) => problems.push(format!("{name} must not be empty")),
                (false, None) => problems.push(format!("{name} format is invalid")),
                _ => {}
            }
            time
        };
        let (from, to) = (read("start_time", start), read("end_time", end));
        if from.zip(to).is_some_and(|(from, to)| from > to) {
            problems.push("start_time must be before end_time".to_owned());
        }
        let (Some(from), Some(to), true) = (from, to, problems.is_empty()) else {
            return Err(product::errors(400, &problems));
        };
        let (opening, closing) = (self.balance_at(from), self.balance_at(to));
        let none = Balance::default();
        let head = Body::default()
            .text("currency", "IDR")
            .text("start_time", start)
            .text("end_time", end);
        let wallet = |source: &str, opening, closing| {
            mutation(Body::default().text("source", source), opening, closing)
        };
        let wallets = [
            wallet("payin", opening, closing),
            wallet("iris", none, none),
        ];
        let body = mutation(head, opening, closing).list("wallets", wallets.into_iter());
        Ok(product::answered(200, body.finish()))
    }

    fn balance_at(&self, at: WibTime) -> Balance {
        let mut balance = Balance::default();
        for payment in self.ledger.payments() {
            let amount = payment.amount.get();
            let is_before = |time: Option<WibTime>| time.is_some_and(|time| time <= at);
            if is_before(payment.settled) {
                let refunds = payment.refunds.iter().filter(|refund| refund.made <= at);
                let refunded: u64 = refunds.map(|refund| refund.amount.get()).sum();
                let kept = amount.saturating_sub(refunded);
                balance.effective = balance.effective.saturating_add(kept);
            } else if is_before(payment.captured) && payment.was_paid() {
                balance.pending = balance.pending.saturating_add(amount);
            }
        }
        balance
    }
}

/// The six numbers, as JSON numbers with a decimal.
fn mutation(body: Body, opening: Balance, closing: Balance) -> Body {
    let numbers = [
        ("opening_balance_effective", opening.effective),
        ("closing_balance_effective", closing.effective),
        ("opening_balance_pending", opening.pending),
        ("closing_balance_pending", closing.pending),
        (
            "opening_balance_overall",
            opening.effective.saturating_add(opening.pending),
        ),
        (
            "closing_balance_overall",
            closing.effective.saturating_add(closing.pending),
        ),
    ];
    numbers.into_iter().fold(body, |body, (name, amount)| {
        body.raw(name, &format!("{amount}.0"))
    })
}

/// `2021-01-01T00:00:00+07:00`. A `+` that was not escaped has become a space.
fn instant(text: &str) -> Option<WibTime> {
    let text = text.replace(' ', "+");
    let (local, zone) = match text.strip_suffix('Z') {
        Some(local) => (local, "+0000".to_owned()),
        None => {
            let at = text.len().checked_sub(6)?;
            (text.get(..at)?, text.get(at..)?.replace(':', ""))
        }
    };
    super::expiry::moment(&format!("{} {zone}", local.replace('T', " ")))
}
