//! The conditions that hold after each step, and at the end. They share no code with the inbox.

use std::collections::BTreeMap;

use super::play::{Life, is_not_charged};
use super::truth::{Order, Said};
use super::world::{Accept, World, lock};
use crate::effect::Effect;
use crate::message::PRICE;
use midtrans_inbox::{Notified, Record};

const MONEY: [&str; 6] = [
    "settlement",
    "capture",
    "refund",
    "partial_refund",
    "chargeback",
    "partial_chargeback",
];
const ENDED: [&str; 4] = ["deny", "cancel", "expire", "failure"];

/// The most questions about one order, whatever happened to it.
const QUESTIONS: usize = 900;

/// Checks every order after a step.
pub(super) fn look(life: &mut Life) -> Result<(), String> {
    let orders = life.seen.len();
    for at in 0..orders {
        let id = lock(&life.world).gateway.orders[at].id.clone();
        let Some(record) = life.shop.load(&id) else {
            continue;
        };
        let seen = life.seen[at].replace(record.clone());
        let world = lock(&life.world);
        let looked = step(&world, at, seen.as_ref(), &record);
        let truth = &world.gateway.orders[at].transactions;
        looked.map_err(|why| {
            format!("{id}: {why}\ntruth: {truth:#?}\nbefore: {seen:#?}\nafter: {record:#?}")
        })?;
    }
    Ok(())
}

fn step(world: &World, at: usize, seen: Option<&Record>, record: &Record) -> Result<(), String> {
    let order = &world.gateway.orders[at];
    if record.notified.ids.len() > Notified::MAX_IDS {
        return Err("keeps more ids than it may".to_owned());
    }
    let invented = |payment: &midtrans_inbox::Payment| {
        !order
            .answered
            .iter()
            .any(|said| said.transaction_id == payment.transaction_id)
    };
    if record.payments.iter().any(invented) {
        return Err("knows a transaction that the gateway never answered".to_owned());
    }
    if order.questions > QUESTIONS {
        return Err(format!("{} questions", order.questions));
    }
    let of_order = world.accepted.iter().filter(|accept| accept.order == at);
    let key_of = |accept: &Accept| {
        let transaction = accept
            .signed
            .as_ref()
            .and_then(|signed| order.transactions.get(signed.transaction));
        transaction.map(|transaction| transaction.key.as_str())
    };
    let counts = |accept: &&Accept| {
        accept
            .signed
            .as_ref()
            .is_some_and(|signed| signed.amount >= PRICE)
    };
    let became_not_charged = is_not_charged(record)
        && !seen.is_some_and(|seen| is_not_charged(seen) && seen.life == record.life);
    let key = record.expectation.idempotency_key.as_str();
    // In a later life, codes below 200 may be signatures of an earlier one.
    let says = |accept: &&Accept| {
        record.life == 1
            || accept
                .signed
                .as_ref()
                .is_some_and(|signed| signed.code == "200")
    };
    let of_charge = |accept: &Accept| key_of(accept) == Some(key);
    if became_not_charged
        && world
            .arrivals
            .iter()
            .any(|arrival| arrival.order == at && arrival.key == key)
    {
        return Err("not charged, while its charge was on its way".to_owned());
    }
    let mut keys: Vec<_> = order
        .transactions
        .iter()
        .map(|transaction| transaction.key.as_str())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.len() < order.transactions.len() {
        return Err("charged twice with one key".to_owned());
    }
    if became_not_charged && of_order.clone().filter(counts).filter(says).any(of_charge) {
        return Err("not charged, after a notification of its charge was accepted".to_owned());
    }
    let Some(seen) = seen.filter(|seen| seen.life < record.life) else {
        return Ok(());
    };
    let old = seen.expectation.idempotency_key.as_str();
    if of_order
        .filter(counts)
        .filter(|accept| is_latest_money(order, accept))
        .any(|accept| key_of(accept) == Some(old))
    {
        return Err("charged again, after a notification of money was accepted".to_owned());
    }
    Ok(())
}

/// Returns whether a notification is the latest of its transaction and says that money came.
fn is_latest_money(order: &Order, accept: &Accept) -> bool {
    let Some(signed) = accept.signed.as_ref() else {
        return false;
    };
    let of_transaction = order
        .signed
        .iter()
        .filter(|other| other.transaction == signed.transaction);
    let latest = of_transaction.map(|signed| signed.change).max();
    signed.code == "200" && latest == Some(accept.change)
}

/// Checks everything at the end. `is_reviewed` is true if a person has looked.
pub(super) fn at_rest(life: &mut Life, is_reviewed: bool) -> Result<(), String> {
    let ledger = life.shop.ledger();
    for at in 0..life.seen.len() {
        let id = lock(&life.world).gateway.orders[at].id.clone();
        let told: Vec<_> = ledger
            .iter()
            .filter(|effect| effect.order_id == id)
            .collect();
        let is_dead = life
            .shop
            .waiting(&id)
            .iter()
            .any(|waiting| waiting.retry_at.is_none());
        let record = life.shop.load(&id);
        let world = lock(&life.world);
        let order = &world.gateway.orders[at];
        let is_signature_enough = world.policy.paid_by_signature;
        let judged = record.as_ref().map_or(Ok(()), |record| {
            justified(order, &told, is_signature_enough)?;
            once(order, &told)?;
            followed(order, &told)?;
            if is_dead && !is_reviewed {
                Ok(())
            } else {
                ended(order, record, &told, world.gateway.has_lagged)
            }
        });
        judged.map_err(|why| {
            let words: Vec<_> = told
                .iter()
                .map(|effect| format!("{} {effect}", effect.transaction_id))
                .collect();
            format!(
                "{id} ({}): {why}\ntold: {words:#?}\ntruth: {:#?}\n{record:#?}",
                order.payment_type, order.transactions
            )
        })?;
    }
    Ok(())
}

/// Fails if something was told that the gateway did not answer.
fn justified(order: &Order, told: &[&Effect], is_signature_enough: bool) -> Result<(), String> {
    for effect in told {
        let answered = |fits: &dyn Fn(&Said) -> bool| {
            order
                .answered
                .iter()
                .any(|said| said.transaction_id == effect.transaction_id && fits(said))
        };
        let any_refund = order
            .answered
            .iter()
            .any(|said| !said.refunds.is_empty() || said.status.contains("refund"));
        let is_fine = match effect.outcome.as_str() {
            "paid" => {
                let is_signed = is_signature_enough && effect.transaction_id.is_empty();
                let reserves = !matches!(
                    order.payment_type,
                    "akulaku" | "kredivo" | "bank_transfer" | "cstore"
                );
                let signed = |signed: &super::truth::Signed| {
                    signed.code == "200" && signed.amount == PRICE && !reserves
                };
                answered(&|said| MONEY.contains(&said.status))
                    || (is_signed && order.signed.iter().any(signed))
            }
            "pending" => answered(&|said| matches!(said.status, "pending" | "authorize")),
            "denied" => answered(&|said| said.status == "deny"),
            "cancelled" => answered(&|said| said.status == "cancel"),
            "expired" => answered(&|said| said.status == "expire"),
            "failed" => answered(&|said| said.status == "failure"),
            "disputed" => answered(&|said| said.status == "chargeback"),
            "partly disputed" => answered(&|said| said.status == "partial_chargeback"),
            "refunded" | "partly refunded" => any_refund,
            _ => effect.outcome == "not charged" && effect.transaction_id.is_empty(),
        };
        if !is_fine {
            return Err(format!(
                "told as {effect}, which the gateway never answered"
            ));
        }
        for refund in effect.refunds() {
            let number = number_of(order, &refund)?;
            let is_it = |other: &&super::truth::Returned| {
                let is_same = other.number == number && (other.is_confirmed || !refund.confirmed);
                other.amount == refund.amount.get() && (is_same || order.is_odd)
            };
            let of_it = order
                .answered
                .iter()
                .filter(|said| said.transaction_id == refund.transaction_id);
            if of_it.flat_map(|said| &said.refunds).find(is_it).is_none() {
                return Err(format!(
                    "told of a refund that the gateway never answered: {refund:?}"
                ));
            }
        }
    }
    Ok(())
}

/// Returns the number of a refund. All its names must agree on it, unless one was taken back and
/// another of its amount came.
fn number_of(order: &Order, refund: &midtrans_inbox::Refund) -> Result<u64, String> {
    let of = |name: &Option<String>, prefix: &str| {
        name.as_deref().map(|name| {
            name.strip_prefix(prefix)
                .and_then(|number| number.parse::<u64>().ok())
        })
    };
    let numbers = [
        of(&refund.refund_key, &format!("{}-r-", order.id)),
        of(&refund.refund_chargeback_id, ""),
        of(&refund.refund_chargeback_uuid, &format!("{}-u-", order.id)),
    ];
    let mut known = numbers.into_iter().flatten();
    let first = known
        .next()
        .flatten()
        .ok_or_else(|| format!("a refund without a name: {refund:?}"))?;
    let agree = order.is_odd || known.all(|number| number == Some(first));
    if agree {
        Ok(first)
    } else {
        Err(format!("two refunds became one: {refund:?}"))
    }
}

/// Fails if paid is told twice without having been told as not paid in between, or a refund more
/// than once and once confirmed.
fn once(order: &Order, told: &[&Effect]) -> Result<(), String> {
    let mut is_paid = false;
    for effect in told {
        match effect.outcome.as_str() {
            "paid" if is_paid => return Err("paid twice".to_owned()),
            "paid" => is_paid = true,
            "pending" | "denied" | "cancelled" | "expired" | "failed" | "not charged" => {
                is_paid = false
            }
            _ => {}
        }
    }
    let mut times: BTreeMap<(u64, bool), usize> = BTreeMap::new();
    for refund in told.iter().flat_map(|effect| effect.refunds()) {
        let number = number_of(order, &refund)?;
        *times.entry((number, refund.confirmed)).or_default() += 1;
        if !refund.confirmed && times.contains_key(&(number, true)) && !order.is_odd {
            return Err(format!(
                "refund {number} was told as unconfirmed after it was confirmed"
            ));
        }
    }
    match times
        .iter()
        .find(|(_, times)| **times > 1)
        .filter(|_| !order.is_odd)
    {
        Some(((number, confirmed), times)) => Err(format!(
            "refund {number} ({confirmed}) was told {times} times"
        )),
        None => Ok(()),
    }
}

/// Fails if what is told of one transaction does not follow from what was told before, as long as
/// no person has looked.
fn followed(order: &Order, told: &[&Effect]) -> Result<(), String> {
    let may_be_reversed = matches!(
        order.payment_type,
        "bank_transfer" | "cstore" | "credit_card"
    );
    let is_money = |effect: &Effect| {
        matches!(
            effect.outcome.as_str(),
            "paid" | "refunded" | "partly refunded" | "disputed" | "partly disputed"
        )
    };
    let is_closed = |effect: &Effect| {
        matches!(
            effect.outcome.as_str(),
            "denied" | "cancelled" | "expired" | "failed"
        )
    };
    let mut was_paid = false;
    for (number, effect) in told.iter().enumerate() {
        was_paid |= effect.outcome == "paid";
        if effect.outcome == "partly refunded" && !was_paid {
            return Err("partly refunded and never paid".to_owned());
        }
        let same = |other: &&&Effect| other.transaction_id == effect.transaction_id;
        let Some(before) = told[..number]
            .iter()
            .rev()
            .find(same)
            .filter(|_| order.looked == 0)
        else {
            continue;
        };
        let is_wrong = match () {
            () if is_closed(before) => true,
            () if is_money(before) => {
                effect.outcome == "pending" || (is_closed(effect) && !may_be_reversed)
            }
            () => false,
        };
        if is_wrong && !effect.transaction_id.is_empty() {
            return Err(format!("told as {effect} after {before}"));
        }
    }
    Ok(())
}

/// Fails if the order has not reached the gateway's last word and does not say why not.
fn ended(order: &Order, record: &Record, told: &[&Effect], has_lagged: bool) -> Result<(), String> {
    let last = told.last().map(|effect| effect.outcome.as_str());
    let stored = record.outcome.map(midtrans_inbox::Outcome::as_str);
    if last != stored && !(is_not_charged(record) || (record.life > 1 && stored.is_none())) {
        return Err(format!("stored as {stored:?} and told as {last:?}"));
    }
    // Of an order that had ended, nothing is known without a notification; and where one was lost,
    // an answer that lags accounts for another one.
    if order.heard < order.changes || (order.lost && has_lagged && record.check_at.is_none()) {
        return Ok(());
    }
    if let Some(why) = &record.review {
        return if order.is_odd || record.is_unconfirmed || may_need_person(order, record) {
            Ok(())
        } else {
            Err(format!("a person is called: {why}"))
        };
    }
    let holds = |transaction: &&super::truth::Transaction| {
        let said = transaction.now();
        let is_answered = order.answered.iter().any(|answered| answered == said);
        MONEY.contains(&said.status)
            && said.status != "refund"
            && said.returned() < said.amount
            && is_answered
    };
    if order.transactions.iter().filter(holds).count() > 1 {
        return Err("two transactions hold money, and no person was called".to_owned());
    }
    let expected = truth(order, record);
    if !expected.contains(&stored.unwrap_or_default()) && !order.is_odd {
        return Err(format!("stored as {stored:?}, and not as {expected:?}"));
    }
    if order.is_odd {
        return Ok(());
    }
    for said in order
        .transactions
        .iter()
        .map(super::truth::Transaction::now)
    {
        for refund in &said.refunds {
            let is_told = told
                .iter()
                .flat_map(|effect| effect.refunds())
                .any(|other| {
                    number_of(order, &other) == Ok(refund.number)
                        && other.confirmed == refund.is_confirmed
                });
            if !is_told {
                return Err(format!("{refund:?} was never told"));
            }
        }
    }
    Ok(())
}

/// Returns whether the order may need a person: for two transactions with money, or for a 200 that
/// an earlier life of the order had as well.
fn may_need_person(order: &Order, record: &Record) -> bool {
    let key = record.expectation.idempotency_key.as_str();
    let earlier = |signed: &super::truth::Signed| order.transactions[signed.transaction].key != key;
    let has_old_200 = order
        .signed
        .iter()
        .any(|signed| signed.code == "200" && earlier(signed));
    let with_money = order
        .transactions
        .iter()
        .filter(|transaction| MONEY.contains(&transaction.now().status));
    has_old_200 || with_money.count() > 1
}

/// Returns the outcomes that the order may have.
fn truth(order: &Order, record: &Record) -> Vec<&'static str> {
    let key = record.expectation.idempotency_key.as_str();
    let counts = |transaction: &&super::truth::Transaction| {
        transaction.key == key || MONEY.contains(&transaction.now().status)
    };
    let of_life: Vec<_> = order
        .transactions
        .iter()
        .filter(counts)
        .map(super::truth::Transaction::now)
        .collect();
    let leading = of_life.iter().max_by_key(|said| match said.status {
        "refund" => 3,
        status if MONEY.contains(&status) => 4,
        "pending" | "authorize" => 2,
        _ => 1,
    });
    let Some(said) = leading else {
        return vec!["not charged"];
    };
    match said.status {
        status if ENDED.contains(&status) => vec![match status {
            "deny" => "denied",
            "cancel" => "cancelled",
            "expire" => "expired",
            _ => "failed",
        }],
        "settlement" | "capture" if said.returned() == said.amount => vec!["refunded"],
        "settlement" | "capture" if said.refunds.is_empty() => vec!["paid"],
        "settlement" | "capture" | "partial_refund" => vec!["partly refunded"],
        "refund" => vec!["refunded"],
        "chargeback" => vec!["disputed"],
        "partial_chargeback" => vec!["partly disputed"],
        _ => vec!["pending"],
    }
}
