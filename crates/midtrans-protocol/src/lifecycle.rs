//! The order of a transaction's statuses, which tells late, repeated and reordered messages apart.

use crate::Rupiah;
use crate::transaction::{Details, FraudStatus, TransactionStatus};

/// The part of a transaction's state that puts messages in order. Keep one per transaction id: an
/// order that is charged again after it expired starts a new life under the same order id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// The status.
    pub status: TransactionStatus,
    /// The amount refunded so far, cumulative. It tells a second partial refund from a duplicate of
    /// the first.
    pub refunded: Option<Rupiah>,
}

impl Stage {
    /// The stage that a notification reports or a transaction is in; `None` without a status.
    ///
    /// A card payment that fraud detection still questions (`challenge`) is at the stage `pending`,
    /// whatever its status says: approved, it goes on to `capture` or `authorize`, and denied to
    /// `deny`. With its own status the approval would look like a duplicate.
    ///
    /// ```
    /// # use midtrans_protocol::lifecycle::Stage;
    /// # use midtrans_protocol::transaction::TransactionStatus;
    /// # use midtrans_protocol::{GatewayReply, GetStatus, OrderId, decode};
    /// # let operation = GetStatus::new(OrderId::new("order-101")?);
    /// # let body = br#"{"status_code":"200","order_id":"order-101","transaction_status":"settlement"}"#.to_vec();
    /// # let reply = GatewayReply::from_own_client(http::StatusCode::OK, body);
    /// let transaction = decode(&operation, reply)?;
    /// assert_eq!(Stage::of(transaction.details()), Some(TransactionStatus::Settlement.into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(details: &Details) -> Option<Self> {
        use TransactionStatus::{Authorize, Capture, Pending};
        let is_challenged = details.fraud_status() == Some(&FraudStatus::Challenge);
        let status = match details.transaction_status()? {
            Authorize | Capture if is_challenged => Pending,
            status => status.clone(),
        };
        Some(Self {
            status,
            refunded: details.refunded(),
        })
    }
}

impl From<TransactionStatus> for Stage {
    fn from(status: TransactionStatus) -> Self {
        Self {
            status,
            refunded: None,
        }
    }
}

/// The relation of an incoming stage to the stored one.
#[must_use = "it says whether the stage is to be stored"]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a fifth answer should break the build of everyone who merges"
)]
pub enum Merge {
    /// It is new: store it and act.
    Advanced,
    /// It is stored already: acknowledge and do nothing.
    Duplicate,
    /// It came late, and the stored one is newer: acknowledge and do nothing.
    Stale,
    /// Neither leads to the other, or one is unknown: ask Get Status.
    Conflict,
}

/// Compares an incoming stage with the stored one.
///
/// A gap is fine: `settlement` after nothing but `pending`, or `refund` when the settlement never
/// arrived. `deny` after `settlement`, which three methods (none of them Akulaku or Kredivo)
/// document as a rare reversal, is a [`Merge::Conflict`]: a late refusal of an earlier attempt
/// looks the same, and only Get Status can tell.
///
/// ```
/// use midtrans_protocol::lifecycle::{Merge, merge};
/// use midtrans_protocol::transaction::TransactionStatus;
///
/// let (pending, paid) = (TransactionStatus::Pending.into(), TransactionStatus::Settlement.into());
/// assert_eq!(merge(&pending, &paid), Merge::Advanced);
/// assert_eq!(merge(&paid, &pending), Merge::Stale);
/// assert_eq!(merge(&paid, &paid), Merge::Duplicate);
/// assert_eq!(merge(&TransactionStatus::Expire.into(), &paid), Merge::Conflict);
/// ```
pub fn merge(stored: &Stage, incoming: &Stage) -> Merge {
    use TransactionStatus::{PartialChargeback, PartialRefund, Unknown};
    match (&stored.status, &incoming.status) {
        (Unknown(_), _) | (_, Unknown(_)) => Merge::Conflict,
        (PartialRefund, PartialRefund) => by_amount(stored.refunded, incoming.refunded),
        // No cumulative amount is documented for disputes, so a second one can't be told from a
        // repeat.
        (PartialChargeback, PartialChargeback) => Merge::Conflict,
        (from, to) if from == to => Merge::Duplicate,
        (from, to) if leads_to(from, to) => Merge::Advanced,
        (from, to) if leads_to(to, from) => Merge::Stale,
        _ => Merge::Conflict,
    }
}

fn by_amount(stored: Option<Rupiah>, incoming: Option<Rupiah>) -> Merge {
    match (stored, incoming) {
        (Some(stored), Some(incoming)) if incoming > stored => Merge::Advanced,
        (Some(stored), Some(incoming)) if incoming < stored => Merge::Stale,
        (Some(_), Some(_)) => Merge::Duplicate,
        _ => Merge::Conflict,
    }
}

/// The statuses that may follow a status directly.
/// ([Cycle](https://docs.midtrans.com/docs/transaction-status-cycle))
fn next(status: &TransactionStatus) -> &'static [TransactionStatus] {
    use TransactionStatus::{
        Authorize, Cancel, Capture, Chargeback, Deny, Expire, Failure, PartialChargeback,
        PartialRefund, Pending, Refund, Settlement, Unknown,
    };
    match status {
        Pending => &[
            Authorize, Capture, Settlement, Deny, Cancel, Expire, Failure,
        ],
        Authorize => &[Capture, Deny, Cancel, Expire],
        Capture => &[Settlement, Cancel, Refund, PartialRefund],
        Settlement => &[PartialRefund, Refund, PartialChargeback, Chargeback],
        // A payment of which a part went back can be disputed for the rest.
        PartialRefund => &[Refund, PartialChargeback, Chargeback],
        PartialChargeback => &[Chargeback],
        Deny | Cancel | Expire | Failure | Refund | Chargeback | Unknown(_) => &[],
    }
}

fn leads_to(from: &TransactionStatus, to: &TransactionStatus) -> bool {
    next(from)
        .iter()
        .any(|step| step == to || leads_to(step, to))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};
    use proptest::sample::select;

    use super::*;

    fn status() -> impl Strategy<Value = TransactionStatus> {
        select(TransactionStatus::WORDS).prop_map(TransactionStatus::from)
    }

    proptest! {
        #[test]
        fn looking_from_the_other_side_turns_the_answer_round(a in status(), b in status()) {
            let (a, b) = (Stage::from(a), Stage::from(b));
            let mirrored = match merge(&a, &b) {
                Merge::Advanced => Merge::Stale,
                Merge::Stale => Merge::Advanced,
                same => same,
            };
            prop_assert_eq!(merge(&b, &a), mirrored);
        }

        #[test]
        fn any_delivery_order_of_one_life_ends_in_the_same_place(
            life in select(vec![
                vec!["pending", "settlement", "partial_refund", "refund"],
                vec!["pending", "capture", "settlement", "chargeback"],
                vec!["pending", "expire"],
                vec!["authorize", "cancel"],
            ]),
            order in proptest::collection::vec(0usize..4, 1..40),
        ) {
            let stages: Vec<Stage> = life.iter().map(|word| TransactionStatus::from(*word).into()).collect();
            let mut stored = stages[order[0] % stages.len()].clone();
            let mut furthest = order[0] % stages.len();
            for at in order {
                let at = at % stages.len();
                furthest = furthest.max(at);
                match merge(&stored, &stages[at]) {
                    Merge::Advanced => stored = stages[at].clone(),
                    Merge::Duplicate | Merge::Stale => {}
                    // A partial refund without an amount, reported twice, is the only case that
                    // cannot be ordered.
                    Merge::Conflict => prop_assert!(stages[at].status == TransactionStatus::PartialRefund),
                }
            }
            prop_assert_eq!(&stored, &stages[furthest]);
        }

        #[test]
        fn an_unknown_status_is_never_news(known in status(), word in "[a-z]{1,3}x") {
            let (known, odd) = (Stage::from(known), Stage::from(TransactionStatus::from(word.as_str())));
            prop_assert_eq!(merge(&known, &odd), Merge::Conflict);
            prop_assert_eq!(merge(&odd, &known), Merge::Conflict);
        }
    }

    #[test]
    fn a_second_partial_refund_is_news_and_the_first_told_twice_is_not() {
        let refunded = |rupiah| Stage {
            status: TransactionStatus::PartialRefund,
            refunded: Some(Rupiah::new(rupiah)),
        };
        assert_eq!(merge(&refunded(5_000), &refunded(12_000)), Merge::Advanced);
        assert_eq!(
            merge(&refunded(12_000), &refunded(12_000)),
            Merge::Duplicate
        );
        assert_eq!(merge(&refunded(12_000), &refunded(5_000)), Merge::Stale);
        assert_eq!(
            merge(&refunded(5_000), &TransactionStatus::PartialRefund.into()),
            Merge::Conflict
        );
    }

    #[test]
    fn money_after_the_end_is_a_conflict_and_not_a_repeat() {
        for end in ["deny", "cancel", "expire", "failure"] {
            let end = Stage::from(TransactionStatus::from(end));
            assert_eq!(
                merge(&end, &TransactionStatus::Settlement.into()),
                Merge::Conflict
            );
            assert_eq!(
                merge(&TransactionStatus::Settlement.into(), &end),
                Merge::Conflict
            );
        }
    }
}
