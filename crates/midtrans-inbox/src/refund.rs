//! Refunds, booked one by one from the gateway's answers.
//!
//! The gateway names a refund by its uuid, its number, the merchant's key, or several of them, and not always by the
//! same ones. Each is kept; any that is equal makes two refunds the same one. An empty text is no name.
//! ([Refund](https://docs.midtrans.com/reference/refund-transaction))

use std::fmt;

use midtrans_protocol::{RefundDetails, Rupiah, Transaction};
use serde::{Deserialize, Serialize};

use crate::rupiah;

/// Money that went back to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::exhaustive_structs, reason = "stores and tests make it from stored values")]
pub struct Refund {
    /// The transaction that it belongs to.
    pub transaction_id: String,
    /// The merchant's key of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_key: Option<String>,
    /// The gateway's number of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_chargeback_id: Option<String>,
    /// The gateway's uuid of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_chargeback_uuid: Option<String>,
    /// The amount, in whole rupiah.
    #[serde(with = "rupiah")]
    pub amount: Rupiah,
    /// Whether the bank has confirmed it: the money has moved.
    pub confirmed: bool,
}

/// Why refunds cannot be booked as they were answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RefundTrouble {
    /// A refund has no amount, or no name at all.
    Unreadable,
    /// The listed refunds do not add up to the total beside them.
    TotalDiffers,
    /// More went back than was paid.
    TooMuch,
    /// A refund that was booked before is no longer in the answer.
    Withdrawn,
}

/// Books the refunds of an answer, and returns those that are new or newly confirmed.
///
/// # Errors
/// [`RefundTrouble`]; `booked` is as it was then.
pub(crate) fn book(
    booked: &mut Vec<Refund>,
    transaction_id: &str,
    answer: &Transaction,
    paid: Rupiah,
) -> Result<Vec<Refund>, RefundTrouble> {
    let listed = answer.details().refunds();
    let total = answer.details().refund_amount().and_then(|amount| amount.rupiah());
    let told: Vec<_> = listed.iter().map(|told| read(told, transaction_id)).collect::<Result<_, _>>()?;
    let mut after = booked.clone();
    let mut news = book_listed(&mut after, told);
    if listed.is_empty() {
        let rest = unlisted(&after, transaction_id, total, named(answer.details().refund_key()));
        after.extend(rest.iter().cloned());
        news.extend(rest);
    } else if total.is_some_and(|total| sum(listed.iter().map(RefundDetails::amount)) != Some(total)) {
        return Err(RefundTrouble::TotalDiffers);
    }
    let returned = returned(&after, transaction_id).ok_or(RefundTrouble::TooMuch)?;
    if returned > paid {
        return Err(RefundTrouble::TooMuch);
    }
    let told = total.or_else(|| sum(listed.iter().map(RefundDetails::amount)));
    if told.unwrap_or(Rupiah::new(0)) < returned {
        return Err(RefundTrouble::Withdrawn);
    }
    *booked = after;
    Ok(news)
}

/// The sum of what went back of a transaction; `None` when it is beyond what an amount can be.
pub(crate) fn returned(booked: &[Refund], transaction_id: &str) -> Option<Rupiah> {
    sum(booked.iter().filter(|refund| refund.transaction_id == transaction_id).map(|refund| Some(refund.amount)))
}

fn read(told: &RefundDetails, transaction_id: &str) -> Result<Refund, RefundTrouble> {
    let refund = Refund {
        transaction_id: transaction_id.to_owned(),
        refund_key: named(told.refund_key.clone()),
        refund_chargeback_id: named(told.refund_chargeback_id.clone()),
        refund_chargeback_uuid: named(told.refund_chargeback_uuid.clone()),
        amount: told.amount().ok_or(RefundTrouble::Unreadable)?,
        confirmed: named(told.bank_confirmed_at.clone()).is_some(),
    };
    if refund.is_bare() { Err(RefundTrouble::Unreadable) } else { Ok(refund) }
}

fn named(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

/// Books the refunds of one list, and returns those that are news. A booked refund is at most one of the list: first the
/// one that shares a name with it, else one of its amount whose names are of other kinds.
fn book_listed(booked: &mut Vec<Refund>, told: Vec<Refund>) -> Vec<Refund> {
    let mut places: Vec<Option<usize>> = told.iter().map(|told| place(booked, &[], told, Refund::is_same)).collect();
    for at in 0..places.len() {
        if places[at].is_none() {
            places[at] = place(booked, &places, &told[at], Refund::may_be_same);
        }
    }
    let mut news = Vec::new();
    for (told, place) in told.into_iter().zip(places) {
        match place.and_then(|at| booked.get_mut(at)) {
            Some(known) => news.extend(known.learn(told)),
            None => {
                booked.push(told.clone());
                news.push(told);
            }
        }
    }
    news
}

fn place(
    booked: &[Refund],
    taken: &[Option<usize>],
    told: &Refund,
    is_it: fn(&Refund, &Refund) -> bool,
) -> Option<usize> {
    let mut all = booked.iter().enumerate();
    all.find(|(at, known)| !taken.contains(&Some(*at)) && is_it(known, told)).map(|(at, _)| at)
}

impl Refund {
    fn is_same(&self, other: &Self) -> bool {
        let equal = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        self.transaction_id == other.transaction_id
            && (equal(&self.refund_chargeback_uuid, &other.refund_chargeback_uuid)
                || equal(&self.refund_chargeback_id, &other.refund_chargeback_id)
                || equal(&self.refund_key, &other.refund_key))
    }

    /// Whether nothing tells two refunds of one amount apart: no name of one kind is known of both.
    fn may_be_same(&self, other: &Self) -> bool {
        let differ = |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some();
        self.transaction_id == other.transaction_id
            && self.amount == other.amount
            && !differ(&self.refund_chargeback_uuid, &other.refund_chargeback_uuid)
            && !differ(&self.refund_chargeback_id, &other.refund_chargeback_id)
            && !differ(&self.refund_key, &other.refund_key)
    }

    /// Takes in what an answer says about this refund; returns it if it is now confirmed and was not before.
    fn learn(&mut self, told: Self) -> Option<Self> {
        self.refund_key = self.refund_key.take().or(told.refund_key);
        self.refund_chargeback_id = self.refund_chargeback_id.take().or(told.refund_chargeback_id);
        self.refund_chargeback_uuid = self.refund_chargeback_uuid.take().or(told.refund_chargeback_uuid);
        self.amount = told.amount;
        let is_news = told.confirmed && !self.confirmed;
        self.confirmed |= told.confirmed;
        is_news.then(|| self.clone())
    }

    const fn is_bare(&self) -> bool {
        self.refund_key.is_none() && self.refund_chargeback_id.is_none() && self.refund_chargeback_uuid.is_none()
    }
}

/// What an answer that lists no refunds has given back beyond what is booked.
fn unlisted(booked: &[Refund], transaction_id: &str, total: Option<Rupiah>, key: Option<String>) -> Option<Refund> {
    let before = returned(booked, transaction_id)?;
    let amount = total?.checked_sub(before).filter(|rest| *rest > Rupiah::new(0))?;
    let is_known = booked.iter().any(|refund| refund.transaction_id == transaction_id && refund.refund_key == key);
    // The key of a refund that is booked already names that one and not the rest.
    let refund_key = key.filter(|_| !is_known);
    let transaction_id = transaction_id.to_owned();
    let (refund_chargeback_id, refund_chargeback_uuid) = (None, None);
    Some(Refund { transaction_id, refund_key, refund_chargeback_id, refund_chargeback_uuid, amount, confirmed: false })
}

fn sum(amounts: impl Iterator<Item = Option<Rupiah>>) -> Option<Rupiah> {
    amounts.into_iter().try_fold(Rupiah::new(0), |sum, amount| sum.checked_add(amount?))
}

impl fmt::Display for RefundTrouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "a refund has no amount, or neither uuid, number nor key",
            Self::TotalDiffers => "the refunds do not add up to the total beside them",
            Self::TooMuch => "more went back than was paid",
            Self::Withdrawn => "a refund that was told before is missing",
        })
    }
}

#[cfg(test)]
mod tests;
