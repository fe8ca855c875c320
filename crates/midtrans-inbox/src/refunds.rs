//! Refunds, booked one by one.
//!
//! Two notifications come per refund, the second with the bank's confirmation; each names all refunds so far. They are
//! booked by refund key or by the gateway's number, so neither a repeat nor the order in which they come changes anything.
//! ([Refund](https://docs.midtrans.com/reference/refund-transaction))

use midtrans_protocol::{RefundDetails, Rupiah};

use crate::{Doubt, Refund, Word};

/// Books what a message says about refunds of a transaction, and returns what is new: refunds that were not known, and
/// known ones that are now confirmed.
///
/// # Errors
/// [`Doubt`] when a refund cannot be told from others, when the sum is not the one that is reported, or when more went
/// back than was paid. Nothing of `booked` is to be kept then.
pub(crate) fn book(
    booked: &mut Vec<Refund>,
    transaction_id: &str,
    word: Word<'_>,
    paid: Rupiah,
) -> Result<Vec<Refund>, Doubt> {
    let details = word.details();
    let listed = details.refunds();
    let total = details.refund_amount().and_then(|amount| amount.rupiah());
    let mut news = Vec::new();
    for told in &listed {
        news.extend(book_one(booked, read(told, transaction_id)?));
    }
    if listed.is_empty() {
        news.extend(total.and_then(|total| rest(booked, transaction_id, total, details.refund_key())));
        // A total may be of several refunds of which only the last is named.
        if !news.is_empty() && matches!(word, Word::Notified(_)) {
            return Err(Doubt::RefundsUnlisted);
        }
        booked.extend(news.iter().cloned());
    } else if total.is_some_and(|total| sum(listed.iter().map(RefundDetails::amount)) != Some(total)) {
        return Err(Doubt::RefundsDisagree);
    }
    let amounts = booked.iter().filter(|refund| refund.transaction_id == transaction_id);
    match sum(amounts.map(|refund| Some(refund.amount))) {
        Some(all) if all <= paid => Ok(news),
        _ => Err(Doubt::RefundsExceed),
    }
}

fn read(told: &RefundDetails, transaction_id: &str) -> Result<Refund, Doubt> {
    let id = told.refund_chargeback_id.clone().or_else(|| told.refund_chargeback_uuid.clone());
    let amount = told.amount().ok_or(Doubt::RefundUnreadable)?;
    if id.is_none() && told.refund_key.is_none() {
        return Err(Doubt::RefundUnreadable);
    }
    Ok(Refund {
        transaction_id: transaction_id.to_owned(),
        refund_key: told.refund_key.clone(),
        refund_chargeback_id: id,
        amount,
        confirmed: told.bank_confirmed_at.is_some(),
    })
}

/// Books one refund; returns it if that is news.
fn book_one(booked: &mut Vec<Refund>, told: Refund) -> Option<Refund> {
    let Some(known) = booked.iter_mut().find(|known| is_same(known, &told)) else {
        booked.push(told.clone());
        return Some(told);
    };
    known.refund_key = known.refund_key.take().or(told.refund_key);
    known.refund_chargeback_id = known.refund_chargeback_id.take().or(told.refund_chargeback_id);
    // One that was booked from a bare total may have been several.
    known.amount = told.amount;
    let is_news = told.confirmed && !known.confirmed;
    known.confirmed |= told.confirmed;
    is_news.then(|| known.clone())
}

/// One that was booked from a bare total has neither number nor key; its amount is all there is to know it by.
fn is_same(known: &Refund, told: &Refund) -> bool {
    if known.transaction_id != told.transaction_id {
        return false;
    }
    let same = |one: &Option<String>, other: &Option<String>| Some(one.as_ref()? == other.as_ref()?);
    let by_id = same(&known.refund_chargeback_id, &told.refund_chargeback_id);
    let by_key = same(&known.refund_key, &told.refund_key);
    let is_bare = known.refund_chargeback_id.is_none() && known.refund_key.is_none();
    by_id.or(by_key).unwrap_or(is_bare && known.amount == told.amount)
}

/// What a message that lists no refunds has given back beyond what is booked.
fn rest(booked: &[Refund], transaction_id: &str, total: Rupiah, refund_key: Option<String>) -> Option<Refund> {
    let of_this = booked.iter().filter(|refund| refund.transaction_id == transaction_id);
    let before = sum(of_this.clone().map(|refund| Some(refund.amount)))?;
    let amount = total.checked_sub(before).filter(|rest| *rest > Rupiah::new(0))?;
    let is_known = refund_key.is_some() && of_this.clone().any(|refund| refund.refund_key == refund_key);
    (!is_known).then(|| Refund {
        transaction_id: transaction_id.to_owned(),
        refund_key,
        refund_chargeback_id: None,
        amount,
        confirmed: false,
    })
}

fn sum(amounts: impl Iterator<Item = Option<Rupiah>>) -> Option<Rupiah> {
    amounts.into_iter().try_fold(Rupiah::new(0), |sum, amount| sum.checked_add(amount?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{answer, notification};

    const PAID: Rupiah = Rupiah::new(40_000);

    fn told(booked: &mut Vec<Refund>, fields: &str) -> Result<Vec<(u64, bool)>, Doubt> {
        let status = format!(r#""transaction_status":"partial_refund",{fields}"#);
        let transaction = answer("order-1", "200", "40000.00", &status);
        let news = book(booked, "t-1", Word::Answered(&transaction), PAID)?;
        Ok(news.iter().map(|refund| (refund.amount.get(), refund.confirmed)).collect())
    }

    const FIRST: &str = r#"{"refund_chargeback_id":1,"refund_key":"r-1","refund_amount":"5000.00"}"#;
    const FIRST_CONFIRMED: &str = r#"{"refund_chargeback_id":1,"refund_key":"r-1","refund_amount":"5000.00",
        "bank_confirmed_at":"2026-11-22 10:00:00"}"#;
    const SECOND: &str = r#"{"refund_chargeback_id":2,"refund_key":"r-2","refund_amount":"7000.00"}"#;

    fn list(refunds: &[&str]) -> String {
        format!(r#""refunds":[{}]"#, refunds.join(","))
    }

    #[test]
    fn a_refund_is_news_when_it_is_first_heard_of_and_when_it_is_confirmed() {
        let mut booked = Vec::new();
        assert_eq!(told(&mut booked, &list(&[FIRST])).unwrap(), [(5_000, false)]);
        assert_eq!(told(&mut booked, &list(&[FIRST])).unwrap(), []);
        assert_eq!(told(&mut booked, &list(&[FIRST_CONFIRMED])).unwrap(), [(5_000, true)]);
        assert_eq!(told(&mut booked, &list(&[FIRST])).unwrap(), [], "the first one, late");
        assert_eq!(told(&mut booked, &list(&[FIRST_CONFIRMED, SECOND])).unwrap(), [(7_000, false)]);
        assert_eq!(booked.len(), 2);
    }

    #[test]
    fn a_confirmed_refund_that_was_never_heard_of_is_news_once() {
        let mut booked = Vec::new();
        assert_eq!(told(&mut booked, &list(&[FIRST_CONFIRMED])).unwrap(), [(5_000, true)]);
        assert_eq!(told(&mut booked, &list(&[FIRST])).unwrap(), []);
    }

    #[test]
    fn a_bare_total_is_the_same_refund_as_the_list_that_follows() {
        let mut booked = Vec::new();
        assert_eq!(told(&mut booked, r#""refund_amount":"5000.00""#).unwrap(), [(5_000, false)]);
        assert_eq!(told(&mut booked, r#""refund_amount":"5000.00""#).unwrap(), []);
        assert_eq!(told(&mut booked, &list(&[FIRST])).unwrap(), []);
        assert_eq!(booked[0].refund_key.as_deref(), Some("r-1"));
        assert_eq!(told(&mut booked, r#""refund_amount":"12000.00","refund_key":"r-2""#).unwrap(), [(7_000, false)]);
        assert_eq!(told(&mut booked, &list(&[FIRST, SECOND])).unwrap(), []);
        assert_eq!(booked.len(), 2);
    }

    #[test]
    fn a_bare_total_in_a_notification_is_doubtful_unless_it_is_known() {
        let fields = r#""transaction_status":"partial_refund","refund_amount":"5000.00","refund_key":"r-1""#;
        let bare = notification("order-1", "200", "40000.00", fields);
        let mut booked = Vec::new();
        assert_eq!(book(&mut booked, "t-1", Word::Notified(&bare), PAID), Err(Doubt::RefundsUnlisted));
        assert_eq!(told(&mut booked, &list(&[FIRST])).unwrap(), [(5_000, false)]);
        assert_eq!(book(&mut booked, "t-1", Word::Notified(&bare), PAID), Ok(Vec::new()));
    }

    #[test]
    fn two_refunds_of_one_amount_are_two() {
        let again = r#"{"refund_chargeback_id":3,"refund_key":"r-3","refund_amount":"5000.00"}"#;
        let mut booked = Vec::new();
        assert_eq!(told(&mut booked, &list(&[FIRST, again])).unwrap(), [(5_000, false), (5_000, false)]);
    }

    #[test]
    fn a_total_that_is_not_the_sum_is_doubtful() {
        let fields = format!(r#"{},"refund_amount":"5001.00""#, list(&[FIRST]));
        assert_eq!(told(&mut Vec::new(), &fields), Err(Doubt::RefundsDisagree));
    }

    #[test]
    fn more_than_was_paid_is_doubtful() {
        let much = r#"{"refund_key":"r-4","refund_amount":"40001.00"}"#;
        assert_eq!(told(&mut Vec::new(), &list(&[much])), Err(Doubt::RefundsExceed));
        let max = r#"{"refund_key":"r-5","refund_amount":"18446744073709551615.00"}"#;
        assert_eq!(told(&mut Vec::new(), &list(&[max, FIRST])), Err(Doubt::RefundsExceed));
    }

    #[test]
    fn a_refund_without_amount_or_name_is_doubtful() {
        for odd in
            [r#"{"refund_key":"r-1"}"#, r#"{"refund_amount":"5.00"}"#, r#"{"refund_key":"r","refund_amount":"x"}"#, "7"]
        {
            assert_eq!(told(&mut Vec::new(), &list(&[odd])), Err(Doubt::RefundUnreadable), "{odd}");
        }
    }
}
