//! The plan of a subscription whose card is saved on a page of Snap.

use serde::Serialize;

use crate::subscription::IntervalUnit;
use crate::time::WibTime;

/// The plan of a subscription: Snap then saves the card without a tick box and tells the customer
/// what for. The subscription itself is made afterwards, with
/// [`subscription::Create`](crate::subscription::Create) and the same values. ([JSON
/// objects](https://docs.midtrans.com/reference/json-objects))
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Recurring {
    /// `true` to require that the card is saved.
    pub required: bool,
    /// The time of the first charge.
    #[serde(
        skip_serializing_if = "Option::is_none",
        serialize_with = "crate::subscription::write_time"
    )]
    pub start_time: Option<WibTime>,
    /// The unit of the interval.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub interval_unit: Option<IntervalUnit>,
}

impl Recurring {
    /// A plan that requires the card to be saved.
    #[must_use]
    pub const fn new(start_time: WibTime, interval_unit: IntervalUnit) -> Self {
        Self {
            required: true,
            start_time: Some(start_time),
            interval_unit: Some(interval_unit),
        }
    }
}
