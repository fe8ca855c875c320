//! The terms of a payment method that are no fields: refunds, and the wallet's reaction.

use std::time::Duration;

/// The reaction of a wallet or bank to a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reaction {
    /// It asks the customer.
    Asks,
    /// It declines at once.
    Declines,
    /// It never answers.
    Silent,
}

/// The time in which a payment can be refunded through the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refunds {
    /// Never: the gateway refuses.
    Never,
    /// At any time after the settlement.
    Always,
    /// For this long after the settlement.
    Within(Duration),
}

/// The limits of refunds, beside their time. The default has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RefundLimits {
    /// Nothing but the whole amount.
    pub(super) is_whole: bool,
    /// Not by the path of direct refunds.
    pub(super) is_indirect: bool,
    /// Not at night: from 23:55 to 06:00 in the gateway's time.
    pub(super) is_by_day: bool,
}

pub(super) const MINUTE: Duration = Duration::from_secs(60);
pub(super) const HOUR: Duration = Duration::from_secs(3_600);
pub(super) const DAY: Duration = Duration::from_secs(24 * 3_600);
