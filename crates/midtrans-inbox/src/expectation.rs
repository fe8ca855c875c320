//! The expectation of a payment: what you store before charging.

use std::time::{Duration, SystemTime};

use midtrans_protocol::charge::CustomExpiry;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::{PaymentType, Terms};
use midtrans_protocol::snap::{CreateTransaction, Expiry};
use midtrans_protocol::{Charge, Expected, OrderId, Rupiah};

use crate::Outcome;
use crate::moment::later;

/// The longest time after its first attempt in which a charge can still arrive at the gateway. The
/// last attempt starts three minutes after the first and takes half a minute; half a minute is left
/// for clock differences.
pub const CHARGE_ARRIVES_WITHIN: Duration = Duration::from_secs(4 * 60);

/// The gateway notifies an expiry within this time.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
pub const EXPIRY_IS_TOLD_AFTER: Duration = Duration::from_secs(90);

/// The gateway notifies a settlement within this time.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
pub const SETTLEMENT_IS_TOLD_AFTER: Duration = Duration::from_secs(20);

/// The most by which a worker's clock may be ahead while a page of Snap is open. An order is asked
/// about on the whole way, so that counting 404s, as after a charge, tells nothing about the time.
const CLOCKS_DIFFER: Duration = Duration::from_secs(3_600);

/// The payment type of an expectation of a page of Snap: the customer has not chosen one yet.
const ON_A_PAGE: &str = "snap";

/// A payment that is about to be requested. Store it before you send the charge: after a crash at
/// any later line, a worker finds it and asks the gateway about the order. An order that is stored
/// and never charged does no harm.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "stores make it from their rows")]
pub struct Expectation {
    /// Your id of the order.
    pub order_id: OrderId,
    /// The price, in whole rupiah.
    pub amount: Rupiah,
    /// The payment method.
    pub payment_type: PaymentType,
    /// The idempotency key of the charge: a retry within the gateway's five minutes is the same
    /// charge.
    pub idempotency_key: IdempotencyKey,
    /// The last moment at which the charge can still arrive at the gateway. An order is never
    /// reported as [`NotCharged`](Outcome::NotCharged) before it.
    pub charge_until: SystemTime,
    /// The latest moment at which the payment expires if the customer does nothing.
    pub expires_at: SystemTime,
}

impl Expectation {
    /// Creates the expectation of a charge that is sent now. It expires after the charge's own
    /// expiry or the [payment method's](midtrans_protocol::method::Terms::default_expiry). ([Custom
    /// expiry](https://docs.midtrans.com/reference/custom-expiry-object))
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use midtrans_protocol::ids::IdempotencyKey;
    /// # use midtrans_protocol::method::Akulaku;
    /// # use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
    /// use midtrans_inbox::Expectation;
    ///
    /// # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
    /// # let charge = Charge::builder(order, Akulaku).minimal().build()?;
    /// let now = SystemTime::now();
    /// let expectation = Expectation::of(&charge, IdempotencyKey::new("d0a1")?, now);
    /// assert_eq!(expectation.amount, Rupiah::new(40_000));
    /// assert_eq!(expectation.charge_until, now + Duration::from_secs(240));
    /// assert_eq!(expectation.expires_at, now + Duration::from_secs(2 * 3_600));
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn of(charge: &Charge, idempotency_key: IdempotencyKey, now: SystemTime) -> Self {
        let details = charge.transaction_details();
        let expiry = charge.custom_expiry();
        let from = expiry
            .and_then(|expiry| expiry.order_time())
            .map_or(now, SystemTime::from);
        let life = expiry.map_or(charge.terms().default_expiry, CustomExpiry::duration);
        Self {
            order_id: details.order_id().clone(),
            amount: details.gross_amount(),
            payment_type: charge.payment_type().clone(),
            idempotency_key,
            charge_until: later(now, CHARGE_ARRIVES_WITHIN),
            expires_at: later(from, life),
        }
    }

    /// Creates the expectation of a page of Snap that is made now.
    ///
    /// An order whose customer has chosen no method yet has no transaction, and the gateway answers
    /// 404 about it as long as the page is open: that is no reason to report
    /// [`NotCharged`](Outcome::NotCharged). It is reported only after the page has ended, and the
    /// longest time of a payment that was begun at the last moment, and at least an hour, by which
    /// clocks may differ. Until then the order is asked about from time to time, so that a payment is
    /// found although its notification was lost.
    ///
    /// The page ends with its own expiry, else with that of the payment. Without both it may live
    /// seven days, because the account's preferences are not known here: set
    /// [`page_expiry`](midtrans_protocol::snap::Checkout::page_expiry) to hear sooner of customers
    /// who went away. A payment without an expiry has a day.
    ///
    /// The gateway finds a payment by DANA only by its own id, which its notification tells: an order
    /// that was paid so, and of which every notification was lost, is told as not charged.
    ///
    /// The payment type of the order is `snap`, an unknown one: a signature alone never says that
    /// money came. Of an order that is [`Open`](ExpectResult::Open) show the page that was made
    /// before; a new page of the same order has to end before
    /// [`charge_until`](Self::charge_until) of the stored one. The idempotency key tells one life
    /// of the order from the next; Snap does not look at it.
    ///
    /// ```
    /// # use std::time::{Duration, SystemTime};
    /// # use midtrans_protocol::ids::IdempotencyKey;
    /// # use midtrans_protocol::{OrderId, Rupiah, TransactionDetails};
    /// use midtrans_inbox::Expectation;
    /// use midtrans_protocol::charge::ExpiryUnit;
    /// use midtrans_protocol::snap::{Checkout, CreateTransaction, Expiry};
    ///
    /// # let order = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
    /// let mut checkout = Checkout::new(order);
    /// checkout.page_expiry = Some(Expiry::new(1, ExpiryUnit::Hour)?);
    /// checkout.expiry = Some(Expiry::new(2, ExpiryUnit::Hour)?);
    /// let now = SystemTime::now();
    /// let page = CreateTransaction::new(checkout)?;
    /// let expectation = Expectation::of_page(&page, IdempotencyKey::new("d0a1")?, now);
    /// assert_eq!(expectation.expires_at, now + Duration::from_secs(3 * 3_600));
    /// assert_eq!(expectation.charge_until, expectation.expires_at + Duration::from_secs(240));
    /// # Ok::<(), midtrans_protocol::InvalidInput>(())
    /// ```
    #[must_use]
    pub fn of_page(
        page: &CreateTransaction,
        idempotency_key: IdempotencyKey,
        now: SystemTime,
    ) -> Self {
        let checkout = page.checkout();
        let payment = checkout.expiry.as_ref();
        let longest = later(now, Expiry::LONGEST_PAGE);
        let page_ends = match (&checkout.page_expiry, payment) {
            (Some(own), _) => later(now, own.duration()),
            (None, Some(payment)) => end_of(payment, now),
            (None, None) => longest,
        };
        let page_ends = page_ends.min(longest);
        let expires_at = match payment {
            Some(payment) if payment.start_time().is_some() => end_of(payment, now).max(page_ends),
            Some(payment) => later(page_ends, payment.duration()),
            None => later(page_ends, Terms::UNKNOWN.default_expiry),
        };
        Self {
            order_id: checkout.transaction_details.order_id().clone(),
            amount: checkout.transaction_details.gross_amount(),
            payment_type: PaymentType::from(ON_A_PAGE),
            idempotency_key,
            charge_until: later(
                expires_at.max(later(page_ends, CLOCKS_DIFFER)),
                CHARGE_ARRIVES_WITHIN,
            ),
            expires_at,
        }
    }

    /// Returns the order and price that the gateway's answers are compared with.
    #[must_use]
    pub fn expected(&self) -> Expected {
        Expected::new(self.order_id.clone(), self.amount)
    }

    /// Returns whether the customer may still pay on a page of Snap, also after a denial.
    pub(crate) fn has_open_page(&self, now: SystemTime) -> bool {
        self.payment_type.as_str() == ON_A_PAGE && now < self.charge_until
    }

    /// Returns whether both request the same amount by the same method, regardless of their keys
    /// and times.
    pub(crate) fn is_same_payment(&self, other: &Self) -> bool {
        self.amount == other.amount && self.payment_type == other.payment_type
    }
}

/// Returns the end of an expiry that is counted from its own start, or from now.
fn end_of(expiry: &Expiry, now: SystemTime) -> SystemTime {
    let from = expiry.start_time().map_or(now, SystemTime::from);
    later(from, expiry.duration())
}

/// The result of storing an expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "only `Recorded` allows a new charge"]
#[expect(
    clippy::exhaustive_enums,
    reason = "a caller has to know every case before it charges"
)]
pub enum ExpectResult {
    /// The expectation is stored. After the commit, send the charge with its idempotency key.
    Recorded,
    /// The order was stored before, and its payment is still open. This is the stored expectation.
    /// Nothing was written.
    Open(Expectation),
    /// The order was stored before, and this is its outcome. Nothing was written.
    Decided(Outcome),
    /// The order was stored before with another amount or payment method, and its payment is still
    /// open. An order has one price. Nothing was written.
    Differs(Expectation),
}
