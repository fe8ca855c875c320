//! What the shop must have done about an order, from the gateway's last word and from what was notified. It shares no code
//! with the inbox.

use super::life::Life;
use crate::effect::Effect;
use crate::message::Message;

/// Words of the ledger that say that money was there before.
const MONEY: [&str; 3] = ["paid", "partly refunded", "refunded"];

pub(super) fn judge(life: Life, told: &[&Message], ledger: &[Effect]) -> Result<(), String> {
    let (ends, pendings): (&[&str], _) = match life {
        Life::NeverCharged => (&["not charged"], 0..=0),
        Life::Waiting => (&[], 1..=1),
        Life::Settled => (&["paid"], 0..=1),
        Life::Expired => (&["expired"], 0..=1),
        Life::Denied => (&["denied"], 0..=1),
        Life::Cancelled => (&["cancelled"], 0..=1),
        Life::RefundedInPart | Life::RefundedTwice | Life::RefundedInFull => (&[], 0..=1),
        Life::ExpiredAndChargedAgain => (&["expired", "paid"], 0..=2),
    };
    let is_refunded = matches!(life, Life::RefundedInPart | Life::RefundedTwice | Life::RefundedInFull);
    let count = |word: &str| ledger.iter().filter(|effect| effect.outcome == word).count();
    if !pendings.contains(&count("pending")) {
        return Err(format!("told {} times that it is pending", count("pending")));
    }
    let others = ledger.iter().map(|effect| effect.outcome.as_str()).filter(|outcome| *outcome != "pending");
    if is_refunded {
        refunded(ledger)?;
    } else if !others.eq(ends.iter().copied()) {
        return Err(format!("not {ends:?}"));
    }
    refunds(told, ledger)
}

/// Paid once and before all refunds, or never, and then the first refund says that nobody had heard of the payment.
fn refunded(ledger: &[Effect]) -> Result<(), String> {
    let mut with_money = ledger.iter().skip_while(|effect| effect.outcome == "pending");
    let Some(first) = with_money.next() else { return Err("the money was never told".to_owned()) };
    if !MONEY.contains(&first.outcome.as_str()) || MONEY.contains(&first.before.as_str()) {
        return Err("its first word about money does not begin with none".to_owned());
    }
    let all_refunds = with_money.all(|effect| MONEY[1..].contains(&effect.outcome.as_str()));
    if all_refunds { Ok(()) } else { Err("after the money something else than refunds".to_owned()) }
}

/// Each refund at most once before and once after it was confirmed, never the other way round, and what was notified is
/// there.
fn refunds(told: &[&Message], ledger: &[Effect]) -> Result<(), String> {
    let booked: Vec<_> = ledger.iter().flat_map(Effect::refunds).collect();
    let known = [("r-1", 5_000), ("r-2", 7_000), ("r-2", crate::message::PRICE - 5_000)];
    let mut explained = 0;
    for (key, amount) in known {
        let (plain, confirmed) = (format!("{key} {amount}"), format!("{key} {amount} confirmed"));
        let places = |line: &str| booked.iter().enumerate().filter(|(_, is)| **is == line).map(|(at, _)| at).collect();
        let (before, after): (Vec<_>, Vec<_>) = (places(&plain), places(&confirmed));
        explained += before.len() + after.len();
        if before.len() > 1 || after.len() > 1 || before.first().zip(after.first()).is_some_and(|(one, two)| one > two)
        {
            return Err(format!("{key} was booked {} times and {} times confirmed", before.len(), after.len()));
        }
        let names = |confirmed: bool| {
            let is_it = |refund: &crate::message::Returned| {
                (refund.key, refund.amount) == (key, amount) && (refund.is_confirmed || !confirmed)
            };
            told.iter().any(|message| message.refunds.iter().any(is_it))
        };
        if names(true) && after.is_empty() || names(false) && before.is_empty() && after.is_empty() {
            return Err(format!("{key} was notified and is not booked"));
        }
    }
    if explained == booked.len() { Ok(()) } else { Err("a refund was booked that never was".to_owned()) }
}
