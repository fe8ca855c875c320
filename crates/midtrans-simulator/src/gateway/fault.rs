//! Faults on demand: at the API, on the way of a notification, with the customer, and in the
//! browser.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::rule::InvalidRule;

/// A fault. Its text is that of the command line, for instance `delay:90s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Fault {
    /// `latency:2s`: a call takes this long, in real time. A repeat with its idempotency key
    /// meanwhile gets HTTP 202.
    Latency(Duration),
    /// `reset-before`: the connection breaks, and nothing has happened.
    ResetBefore,
    /// `reset-after`: the call is carried out, and the connection breaks instead of an answer.
    ResetAfter,
    /// `status:503`: the call is refused with this code and has no effect. Any code that the
    /// gateway documents.
    Status(u16),
    /// `truncated`: the call is carried out, and its answer breaks off in the middle.
    Truncated,
    /// `html:502`: the call is carried out, and a proxy answers with a page instead.
    Html(u16),
    /// `refund-denied`: the bank refuses a direct refund: 202, and the transaction stays settled.
    RefundDenied,
    /// `capture-denied`: the bank refuses to take an amount that it has reserved: 202, and the
    /// transaction stays authorized.
    CaptureDenied,
    /// `duplicate`: a notification is delivered twice.
    Duplicate,
    /// `delay:90s`: a notification leaves this much later, in the gateway's time.
    Delay(Duration),
    /// `reorder`: a notification waits until a later one of its transaction is over, or [`HELD`] at
    /// most.
    Reorder,
    /// `forge`: beside the true notification comes one that says "settled" and is signed with
    /// another key.
    Forge,
    /// `corrupt`: the first attempt to deliver a notification brings half of it.
    Corrupt,
    /// `lose`: a notification is never sent.
    Lose,
    /// `decline`: the provider refuses a customer who approves.
    Decline,
    /// `walk-away`: the customer closes the provider's page; nothing happens.
    WalkAway,
    /// `return-before`: the browser is back at the shop [`LEAD`] before the notification leaves.
    ReturnBefore,
    /// `return-after`: the browser goes back only when the notification is over, or after ten
    /// seconds of real time.
    ReturnAfter,
    /// `never-returns`: the choice counts, and the browser never comes back to the shop.
    NeverReturns,
    /// `forged-return`: the browser comes back with parameters that say the opposite of what
    /// happened.
    ForgedReturn,
    /// `bare-return`: the browser comes back without any parameters, as from Kredivo before January
    /// 2024.
    BareReturn,
}

/// The time that [`Fault::Reorder`] holds a notification back if no later one comes.
pub const HELD: Duration = Duration::from_secs(60);
/// The time by which the browser precedes the notification with [`Fault::ReturnBefore`].
pub const LEAD: Duration = Duration::from_secs(5);

const YEAR: Duration = Duration::from_secs(366 * 24 * 3_600);
const STATUS: RangeInclusive<u16> = 400..=599;
const HTML: RangeInclusive<u16> = 200..=599;

/// The place where a fault applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Call,
    DirectRefund,
    Capture,
    Notification,
    Customer,
    Return,
}

impl Fault {
    /// All faults, those with a value with their default.
    pub const ALL: [Self; 21] = [
        Self::Latency(Duration::from_secs(2)),
        Self::ResetBefore,
        Self::ResetAfter,
        Self::Status(503),
        Self::Truncated,
        Self::Html(502),
        Self::RefundDenied,
        Self::CaptureDenied,
        Self::Duplicate,
        Self::Delay(Duration::from_secs(90)),
        Self::Reorder,
        Self::Forge,
        Self::Corrupt,
        Self::Lose,
        Self::Decline,
        Self::WalkAway,
        Self::ReturnBefore,
        Self::ReturnAfter,
        Self::NeverReturns,
        Self::ForgedReturn,
        Self::BareReturn,
    ];

    /// The word without the value.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Latency(_) => "latency",
            Self::ResetBefore => "reset-before",
            Self::ResetAfter => "reset-after",
            Self::Status(_) => "status",
            Self::Truncated => "truncated",
            Self::Html(_) => "html",
            Self::RefundDenied => "refund-denied",
            Self::CaptureDenied => "capture-denied",
            Self::Duplicate => "duplicate",
            Self::Delay(_) => "delay",
            Self::Reorder => "reorder",
            Self::Forge => "forge",
            Self::Corrupt => "corrupt",
            Self::Lose => "lose",
            Self::Decline => "decline",
            Self::WalkAway => "walk-away",
            Self::ReturnBefore => "return-before",
            Self::ReturnAfter => "return-after",
            Self::NeverReturns => "never-returns",
            Self::ForgedReturn => "forged-return",
            Self::BareReturn => "bare-return",
        }
    }

    /// The nearest fault that makes sense: see [`Rule::new`].
    pub(super) fn within_bounds(self) -> Self {
        match self {
            Self::Latency(time) => Self::Latency(time.min(YEAR)),
            Self::Delay(time) => Self::Delay(time.min(YEAR)),
            Self::Status(code) => Self::Status(code.clamp(*STATUS.start(), *STATUS.end())),
            Self::Html(code) => Self::Html(code.clamp(*HTML.start(), *HTML.end())),
            other => other,
        }
    }

    /// Returns true if it applies beside others of its place.
    pub(super) const fn combines(self) -> bool {
        matches!(self, Self::Latency(_) | Self::Forge)
    }

    pub(super) const fn place(self) -> Place {
        match self {
            Self::Latency(_)
            | Self::ResetBefore
            | Self::ResetAfter
            | Self::Status(_)
            | Self::Truncated
            | Self::Html(_) => Place::Call,
            Self::RefundDenied => Place::DirectRefund,
            Self::CaptureDenied => Place::Capture,
            Self::Duplicate
            | Self::Delay(_)
            | Self::Reorder
            | Self::Forge
            | Self::Corrupt
            | Self::Lose => Place::Notification,
            Self::Decline | Self::WalkAway => Place::Customer,
            Self::ReturnBefore
            | Self::ReturnAfter
            | Self::NeverReturns
            | Self::ForgedReturn
            | Self::BareReturn => Place::Return,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Latency(time) | Self::Delay(time) if time.subsec_millis() == 0 => {
                write!(f, ":{}s", time.as_secs())
            }
            Self::Latency(time) | Self::Delay(time) => write!(f, ":{}ms", time.as_millis()),
            Self::Status(code) | Self::Html(code) => write!(f, ":{code}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Fault {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        let (name, value) = text
            .split_once(':')
            .map_or((text, None), |(name, value)| (name, Some(value)));
        let fault = Self::ALL
            .into_iter()
            .find(|fault| fault.name() == name)
            .ok_or(InvalidRule::Fault)?;
        let Some(value) = value else { return Ok(fault) };
        match fault {
            Self::Latency(_) => duration(value)
                .filter(|time| *time <= YEAR)
                .map(Self::Latency)
                .ok_or(InvalidRule::Time),
            Self::Delay(_) => duration(value)
                .filter(|time| *time <= YEAR)
                .map(Self::Delay)
                .ok_or(InvalidRule::Time),
            Self::Status(_) => code(value, STATUS).map(Self::Status),
            Self::Html(_) => code(value, HTML).map(Self::Html),
            _ => Err(InvalidRule::NoValue),
        }
    }
}

fn duration(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let count: u64 = digits.parse().ok()?;
    match &text[digits.len()..] {
        "ms" => Some(Duration::from_millis(count)),
        "s" | "" => Some(Duration::from_secs(count)),
        "m" => count.checked_mul(60).map(Duration::from_secs),
        "h" => count.checked_mul(3_600).map(Duration::from_secs),
        _ => None,
    }
}

fn code(text: &str, range: RangeInclusive<u16>) -> Result<u16, InvalidRule> {
    text.parse()
        .ok()
        .filter(|code| range.contains(code))
        .ok_or(InvalidRule::Code)
}
