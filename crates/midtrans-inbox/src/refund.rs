//! Refunds, booked one by one from the gateway's answers.
//!
//! The gateway names a refund by its uuid, its number, the merchant's key, or several of them, and
//! not always by the same ones. All are kept. Two refunds with any equal name are the same refund.
//! An empty text is no name. ([Refund](https://docs.midtrans.com/reference/refund-transaction))

use midtrans_protocol::transaction::RefundDetails;
use midtrans_protocol::{Rupiah, Transaction};
use serde::{Deserialize, Serialize};

use crate::trouble::Trouble;
use crate::{Outcome, Payment, rupiah};

/// A refund: money that was returned to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::exhaustive_structs,
    reason = "stores and tests make it from stored values"
)]
pub struct Refund {
    /// The id of the refunded transaction.
    pub transaction_id: String,
    /// Your key of the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_key: Option<String>,
    /// The gateway's number of the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_chargeback_id: Option<String>,
    /// The gateway's uuid of the refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_chargeback_uuid: Option<String>,
    /// The amount, in whole rupiah.
    #[serde(with = "rupiah")]
    pub amount: Rupiah,
    /// True if the bank has confirmed it: the money has moved.
    pub confirmed: bool,
}

/// Books the refunds of an answer, and returns those that are new or newly confirmed.
///
/// Of a transaction that is not stored, the booked refunds are of before a person looked at them:
/// those that are listed still, or again, count.
///
/// # Errors
/// [`Trouble`]; nothing is booked then.
pub(crate) fn book(
    booked: &mut Vec<Refund>,
    payment: &Payment,
    is_stored: bool,
    answer: &Transaction,
) -> Result<Vec<Refund>, Trouble> {
    let (id, details) = (payment.transaction_id.as_str(), answer.details());
    let listed = read_list(&details.refunds(), id)?;
    let total = details.refund_amount().and_then(|amount| amount.rupiah());
    let of_list = sum(listed.iter().map(|refund| refund.amount));
    let is_without = details.refund_amount().is_none() && payment.outcome == Outcome::Paid;
    if !is_stored && (is_without || !listed.is_empty()) {
        booked.retain(|known| {
            let mut all = listed.iter();
            known.transaction_id != id
                || all.any(|one| known.is_same(one) || known.may_be_same(one))
        });
    }
    let mut after = booked.clone();
    let (answered, news) = if listed.is_empty() {
        let rest = unlisted(&after, id, total, named(details.refund_key()));
        after.extend(rest.iter().cloned());
        (total, rest.into_iter().collect())
    } else if total.is_some_and(|total| of_list != Some(total)) {
        return Err(total_differs());
    } else {
        (of_list, book_listed(&mut after, listed)?)
    };
    let paid = if payment.outcome.had_money() {
        payment.amount
    } else {
        Rupiah::new(0)
    };
    let returned = returned(&after, id)
        .filter(|returned| *returned <= paid)
        .ok_or_else(|| unbookable("more went back than was paid"))?;
    // The answer about a refunded or disputed payment may omit the refunds.
    let is_silent = answered.is_none() && payment.outcome != Outcome::Paid;
    let answered = answered.unwrap_or(Rupiah::new(0));
    if answered > returned {
        return Err(total_differs());
    }
    if answered < returned && !is_silent {
        let why = "the refunds cannot be booked: a refund that was told before is missing";
        return Err(Trouble::Behind(why.to_owned()));
    }
    *booked = after;
    Ok(news)
}

/// Returns the sum of a transaction's refunds; `None` if it exceeds the range of an amount.
pub(crate) fn returned(booked: &[Refund], transaction_id: &str) -> Option<Rupiah> {
    sum(booked
        .iter()
        .filter(|refund| refund.transaction_id == transaction_id)
        .map(|refund| refund.amount))
}

/// Reads the refunds of a list. Duplicates count once; a refund of zero is skipped.
fn read_list(answered: &[RefundDetails], transaction_id: &str) -> Result<Vec<Refund>, Trouble> {
    let mut listed: Vec<Refund> = Vec::new();
    for answered in answered
        .iter()
        .filter(|answered| answered.amount() != Some(Rupiah::new(0)))
    {
        let refund = read(answered, transaction_id)?;
        match listed.iter_mut().find(|known| known.is_same(&refund)) {
            Some(known) if known.amount != refund.amount => return Err(unreadable()),
            Some(known) => drop(known.learn(refund)),
            None => listed.push(refund),
        }
    }
    Ok(listed)
}

fn read(answered: &RefundDetails, transaction_id: &str) -> Result<Refund, Trouble> {
    let refund = Refund {
        transaction_id: transaction_id.to_owned(),
        refund_key: named(answered.refund_key.clone()),
        refund_chargeback_id: named(answered.refund_chargeback_id.clone()),
        refund_chargeback_uuid: named(answered.refund_chargeback_uuid.clone()),
        amount: answered.amount().ok_or_else(unreadable)?,
        confirmed: named(answered.bank_confirmed_at.clone()).is_some(),
    };
    let has_name = refund.names().into_iter().any(Option::is_some);
    has_name.then_some(refund).ok_or_else(unreadable)
}

fn named(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// Books the refunds of one list, and returns those that are new or newly confirmed. A booked
/// refund matches at most one of the list: first the one that shares a name with it, else one of
/// equal amount whose names are of other kinds.
fn book_listed(booked: &mut Vec<Refund>, listed: Vec<Refund>) -> Result<Vec<Refund>, Trouble> {
    let ways: [fn(&Refund, &Refund) -> bool; 2] = [Refund::is_same, Refund::may_be_same];
    let mut places = vec![None; listed.len()];
    for matches in ways {
        for (at, answered) in listed.iter().enumerate() {
            let is_free = |at| !places.contains(&Some(at));
            let mut all = booked.iter().enumerate();
            places[at] = places[at]
                .or_else(|| all.position(|(at, known)| is_free(at) && matches(known, answered)));
        }
    }
    let mut news = Vec::new();
    for (answered, place) in listed.into_iter().zip(places) {
        match place.and_then(|at| booked.get_mut(at)) {
            Some(known) if known.amount != answered.amount => {
                return Err(unbookable("a refund has another amount than it had before"));
            }
            Some(known) => news.extend(known.learn(answered)),
            None => {
                booked.push(answered.clone());
                news.push(answered);
            }
        }
    }
    Ok(news)
}

impl Refund {
    fn names(&self) -> [&Option<String>; 3] {
        [
            &self.refund_chargeback_uuid,
            &self.refund_chargeback_id,
            &self.refund_key,
        ]
    }

    /// Returns whether two refunds have an equal name.
    fn is_same(&self, other: &Self) -> bool {
        let mut kinds = self.names().into_iter().zip(other.names());
        self.transaction_id == other.transaction_id
            && kinds.any(|(one, other)| one.is_some() && one == other)
    }

    /// Returns whether two refunds of one amount cannot be told apart: no kind of name is known of
    /// both.
    fn may_be_same(&self, other: &Self) -> bool {
        let mut kinds = self.names().into_iter().zip(other.names());
        self.transaction_id == other.transaction_id
            && self.amount == other.amount
            && kinds.all(|(one, other)| one.is_none() || other.is_none())
    }

    /// Adds what an answer says about this refund. Returns it if it is newly confirmed.
    fn learn(&mut self, answered: Self) -> Option<Self> {
        self.refund_key = self.refund_key.take().or(answered.refund_key);
        self.refund_chargeback_id = self
            .refund_chargeback_id
            .take()
            .or(answered.refund_chargeback_id);
        self.refund_chargeback_uuid = self
            .refund_chargeback_uuid
            .take()
            .or(answered.refund_chargeback_uuid);
        let is_news = answered.confirmed && !self.confirmed;
        self.confirmed |= answered.confirmed;
        is_news.then(|| self.clone())
    }
}

/// Returns the refund that an answer without a list implies: the part of its total that is not
/// booked.
fn unlisted(
    booked: &[Refund],
    transaction_id: &str,
    total: Option<Rupiah>,
    key: Option<String>,
) -> Option<Refund> {
    let before = returned(booked, transaction_id)?;
    let amount = total?
        .checked_sub(before)
        .filter(|rest| *rest > Rupiah::new(0))?;
    let is_known = booked
        .iter()
        .any(|refund| refund.transaction_id == transaction_id && refund.refund_key == key);
    Some(Refund {
        transaction_id: transaction_id.to_owned(),
        // A key of a refund that is booked names that one and not the rest.
        refund_key: key.filter(|_| !is_known),
        refund_chargeback_id: None,
        refund_chargeback_uuid: None,
        amount,
        confirmed: false,
    })
}

fn sum(mut amounts: impl Iterator<Item = Rupiah>) -> Option<Rupiah> {
    amounts.try_fold(Rupiah::new(0), Rupiah::checked_add)
}

fn unbookable(why: &str) -> Trouble {
    Trouble::Final(format!("the refunds cannot be booked: {why}"))
}

fn unreadable() -> Trouble {
    unbookable("a refund has no amount, or neither uuid, number nor key")
}

fn total_differs() -> Trouble {
    unbookable("the refunds do not add up to the total beside them")
}

#[cfg(test)]
mod tests;
