//! The shop's own record of its orders. What it says counts; messages only change it.
//!
//! A real shop keeps this in its database, with each method as one transaction.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use midtrans_axum::protocol::lifecycle::merge;
use midtrans_axum::protocol::{
    Charge, Decision, Details, Environment, Evidence, Expected, Extent, Failure, Merge, RedirectUrl, Stage, decide,
};

use crate::cart::Provider;

/// The gateway wants no more than one question per order in this time.
const BETWEEN_QUESTIONS: Duration = Duration::from_secs(10);
/// How long after the customer's return the notification may take before the shop asks by itself.
const PATIENCE: Duration = Duration::from_secs(5);

/// One order.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) charge: Charge,
    pub(crate) expected: Expected,
    pub(crate) provider: Provider,
    pub(crate) payment: Payment,
    /// Who brought the last news.
    pub(crate) source: Option<Source>,
    /// How often the goods were sent. Anything but 0 and 1 is a bug that costs money.
    pub(crate) shipped: u32,
    stage: Option<Stage>,
    landed: Option<Instant>,
    asked: Option<Instant>,
}

/// Where the payment stands, as far as the shop knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payment {
    /// The gateway knows of none.
    NotStarted,
    /// A charge is under way. A shop that finds such an order when it starts treats it as [`Unknown`](Self::Unknown).
    Charging,
    /// A charge was sent, and there is no answer that can be read.
    Unknown,
    /// The gateway refused the charge: there is nothing to pay.
    Refused,
    /// The gateway waits for the customer, who can pay there.
    Open { pay_page: Option<RedirectUrl> },
    /// Fulfil, once.
    Paid,
    /// It will bring no money.
    Failed(Failure),
    /// The money went back or is disputed.
    Reversed(Extent),
    /// The gateway's words don't fit together: a person has to look.
    Review,
}

impl Payment {
    /// Whether news are still to come.
    pub(crate) const fn is_undecided(&self) -> bool {
        matches!(self, Self::Charging | Self::Unknown | Self::Open { .. })
    }
}

/// Where evidence came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    Notification,
    GetStatus,
    ChargeReply,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Notification => "a genuine notification",
            Self::GetStatus => "the answer to Get Status",
            Self::ChargeReply => "the answer to the charge",
        })
    }
}

/// What evidence did to an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Booked {
    /// The order stands where the decision says.
    Changed(Decision),
    /// A duplicate, or late.
    OldNews,
    /// Not to be believed without asking: Get Status decides.
    Doubtful(String),
    /// No order of this shop.
    NotOurs,
}

/// The record could not be read or written.
#[derive(Debug)]
pub(crate) struct StoreFailed;

impl fmt::Display for StoreFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the order store does not work")
    }
}

impl std::error::Error for StoreFailed {}

/// All orders.
#[derive(Debug)]
pub(crate) struct Orders {
    by_id: Mutex<BTreeMap<String, Order>>,
    environment: Environment,
}

impl Orders {
    /// No orders. The environment says which pay pages customers may be sent to.
    pub(crate) fn new(environment: Environment) -> Self {
        Self { by_id: Mutex::default(), environment }
    }

    fn lock(&self) -> Result<MutexGuard<'_, BTreeMap<String, Order>>, StoreFailed> {
        self.by_id.lock().map_err(|_| StoreFailed)
    }

    /// Writes an order down, before anything is charged. One that is there already stays as it is.
    pub(crate) fn place(&self, charge: Charge, provider: Provider) -> Result<(), StoreFailed> {
        let details = charge.transaction_details();
        let expected = Expected::new(details.order_id().clone(), details.gross_amount());
        self.lock()?.entry(expected.order_id().to_string()).or_insert(Order {
            charge,
            expected,
            provider,
            payment: Payment::NotStarted,
            source: None,
            shipped: 0,
            stage: None,
            landed: None,
            asked: None,
        });
        Ok(())
    }

    pub(crate) fn get(&self, id: &str) -> Result<Option<Order>, StoreFailed> {
        Ok(self.lock()?.get(id).cloned())
    }

    /// The charge to send now, if none was sent. That it is under way is written down first: of two requests only one
    /// gets it, and a shop that dies in between knows that it has to ask.
    pub(crate) fn start_charging(&self, id: &str) -> Result<Option<Charge>, StoreFailed> {
        let mut orders = self.lock()?;
        let Some(order) = orders.get_mut(id).filter(|order| order.payment == Payment::NotStarted) else {
            return Ok(None);
        };
        order.payment = Payment::Charging;
        Ok(Some(order.charge.clone()))
    }

    /// Writes down what became of a charge, unless news about the payment were faster.
    pub(crate) fn settle_charge(&self, id: &str, payment: Payment) -> Result<(), StoreFailed> {
        let is_open = |order: &&mut Order| matches!(order.payment, Payment::Charging | Payment::Unknown);
        self.lock()?.get_mut(id).filter(is_open).into_iter().for_each(|order| order.payment = payment.clone());
        Ok(())
    }

    /// Holds evidence against the order and lets it act, once.
    pub(crate) fn book(
        &self,
        id: &str,
        evidence: &impl Evidence,
        details: &Details,
        source: Source,
    ) -> Result<Booked, StoreFailed> {
        let mut orders = self.lock()?;
        let Some(order) = orders.get_mut(id) else { return Ok(Booked::NotOurs) };
        let decision = decide(&order.expected, evidence);
        let (Some(incoming), false) = (Stage::of(details), matches!(decision, Decision::Review(_))) else {
            return Ok(Booked::Doubtful(format!("{decision:?}")));
        };
        match order.stage.as_ref().map_or(Merge::Advanced, |stored| merge(stored, &incoming)) {
            Merge::Advanced => {}
            Merge::Duplicate | Merge::Stale => {
                order.keep_pay_page(details, &self.environment);
                return Ok(Booked::OldNews);
            }
            Merge::Conflict => return Ok(Booked::Doubtful(format!("{} does not fit what is known", incoming.status))),
        }
        order.stage = Some(incoming);
        order.source = Some(source);
        order.act(decision);
        order.keep_pay_page(details, &self.environment);
        Ok(Booked::Changed(decision))
    }

    /// Notes that a person has to look.
    pub(crate) fn needs_review(&self, id: &str) -> Result<(), StoreFailed> {
        self.lock()?.get_mut(id).into_iter().for_each(|order| order.payment = Payment::Review);
        Ok(())
    }

    /// Notes that the customer came back.
    pub(crate) fn landed(&self, id: &str, now: Instant) -> Result<(), StoreFailed> {
        self.lock()?.get_mut(id).into_iter().for_each(|order| order.landed = order.landed.or(Some(now)));
        Ok(())
    }

    /// Whether it is time to ask the gateway about an order, which counts as asked then.
    pub(crate) fn is_time_to_ask(&self, id: &str, now: Instant) -> Result<bool, StoreFailed> {
        let mut orders = self.lock()?;
        let Some(order) = orders.get_mut(id) else { return Ok(false) };
        let is_due = match order.payment {
            Payment::Unknown => true,
            Payment::Open { .. } => order.landed.is_some_and(|landed| now.duration_since(landed) >= PATIENCE),
            _ => false,
        };
        let is_asked = order.asked.is_some_and(|asked| now.duration_since(asked) < BETWEEN_QUESTIONS);
        if is_due && !is_asked {
            order.asked = Some(now);
        }
        Ok(is_due && !is_asked)
    }
}

impl Order {
    /// Whether the gateway said, since the customer was there, that nothing was paid.
    pub(crate) fn waits_for_customer(&self) -> bool {
        matches!(self.payment, Payment::Open { pay_page: Some(_) }) && self.asked >= self.landed
    }

    fn act(&mut self, decision: Decision) {
        self.payment = match decision {
            Decision::Paid => {
                // Card payments are paid twice over, by `capture` and by `settlement`.
                if self.shipped == 0 {
                    self.shipped += 1;
                }
                Payment::Paid
            }
            Decision::Pending => Payment::Open { pay_page: None },
            Decision::Failed(failure) => Payment::Failed(failure),
            Decision::Refunded(extent) | Decision::Disputed(extent) => Payment::Reversed(extent),
            Decision::Review(_) => Payment::Review,
        };
    }

    /// Only the charge's reply knows the pay page, and the first notification may be faster than it.
    fn keep_pay_page(&mut self, details: &Details, environment: &Environment) {
        if let Payment::Open { pay_page: page @ None } = &mut self.payment {
            let url = details.raw().text("redirect_url");
            // An address that is none is as good as none: nobody is sent there, and nothing links to it.
            *page = url.and_then(|url| RedirectUrl::new(&url, environment).ok());
        }
    }
}
