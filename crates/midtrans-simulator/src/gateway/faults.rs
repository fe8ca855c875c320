//! What goes wrong on demand: at the API, on the way of a notification, with the customer, in his browser.
//!
//! Whether a rule hits depends only on the seed, the rule, the order, and how often the rule was asked about that order:
//! the same seed and the same calls of an order give the same faults, whatever other orders do meanwhile.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use super::ids::mixed;

/// One thing that goes wrong. Its text is what the command line takes, for instance `delay:90s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// `latency:2s`: a call takes this long, in real time. A repeat with its idempotency key meanwhile gets HTTP 202.
    Latency(Duration),
    /// `reset-before`: the connection breaks, and nothing has happened.
    ResetBefore,
    /// `reset-after`: the call is carried out, and the connection breaks instead of an answer.
    ResetAfter,
    /// `status:503`: the call is refused with this code and has no effect. Any code that the gateway documents.
    Status(u16),
    /// `truncated`: the call is carried out, and its answer breaks off in the middle.
    Truncated,
    /// `html:502`: the call is carried out, and a proxy answers with a page instead.
    Html(u16),
    /// `refund-denied`: the bank refuses a direct refund: 202, and the transaction stays settled.
    RefundDenied,
    /// `duplicate`: a notification is delivered twice.
    Duplicate,
    /// `delay:90s`: a notification leaves this much later, in the gateway's time.
    Delay(Duration),
    /// `reorder`: a notification waits until a later one of its transaction is over, or [`HELD`] at most.
    Reorder,
    /// `forge`: beside the true notification comes one that says "settled" and is signed by somebody else.
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
    /// `return-after`: the browser goes back only when the notification is over, or after ten seconds of real time.
    ReturnAfter,
    /// `never-returns`: the choice counts, and the browser never comes back to the shop.
    NeverReturns,
    /// `forged-return`: the browser comes back with parameters that say the opposite of what happened.
    ForgedReturn,
}

/// How long a notification is held back by [`Fault::Reorder`], if no later one comes.
pub const HELD: Duration = Duration::from_secs(60);
/// How much earlier the browser is than the notification with [`Fault::ReturnBefore`].
pub const LEAD: Duration = Duration::from_secs(5);

const YEAR: Duration = Duration::from_secs(366 * 24 * 3_600);
const STATUS: RangeInclusive<u16> = 400..=599;
const HTML: RangeInclusive<u16> = 200..=599;

/// Where a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Call,
    DirectRefund,
    Notification,
    Customer,
    Return,
}

impl Fault {
    /// All faults, those with a value with their default.
    pub const ALL: [Self; 19] = [
        Self::Latency(Duration::from_secs(2)),
        Self::ResetBefore,
        Self::ResetAfter,
        Self::Status(503),
        Self::Truncated,
        Self::Html(502),
        Self::RefundDenied,
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
        }
    }

    /// Whether it strikes beside others of its place.
    const fn combines(self) -> bool {
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
            Self::Duplicate | Self::Delay(_) | Self::Reorder | Self::Forge | Self::Corrupt | Self::Lose => {
                Place::Notification
            }
            Self::Decline | Self::WalkAway => Place::Customer,
            Self::ReturnBefore | Self::ReturnAfter | Self::NeverReturns | Self::ForgedReturn => Place::Return,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::Latency(time) | Self::Delay(time) if time.subsec_millis() == 0 => write!(f, ":{}s", time.as_secs()),
            Self::Latency(time) | Self::Delay(time) => write!(f, ":{}ms", time.as_millis()),
            Self::Status(code) | Self::Html(code) => write!(f, ":{code}"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Fault {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        let (name, value) = text.split_once(':').map_or((text, None), |(name, value)| (name, Some(value)));
        let fault = Self::ALL.into_iter().find(|fault| fault.name() == name).ok_or(InvalidRule::Fault)?;
        let Some(value) = value else { return Ok(fault) };
        match fault {
            Self::Latency(_) => {
                duration(value).filter(|time| *time <= YEAR).map(Self::Latency).ok_or(InvalidRule::Time)
            }
            Self::Delay(_) => duration(value).filter(|time| *time <= YEAR).map(Self::Delay).ok_or(InvalidRule::Time),
            Self::Status(_) => code(value, STATUS).map(Self::Status),
            Self::Html(_) => code(value, HTML).map(Self::Html),
            _ => Err(InvalidRule::NoValue),
        }
    }
}

/// When a fault strikes. Text: the fault, then any of `order=ORDER`, `rate=5%`, `times=3`, joined by commas.
///
/// ```
/// use midtrans_simulator::gateway::Rule;
///
/// let rule: Rule = "delay:90s,order=order-101,times=1".parse()?;
/// assert_eq!(rule.to_string(), "delay:90s,order=order-101,times=1");
/// assert!("delay:soon".parse::<Rule>().is_err());
/// # Ok::<(), midtrans_simulator::gateway::InvalidRule>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    fault: Fault,
    order: Option<String>,
    per_mille: u16,
    times: Option<u32>,
}

impl Rule {
    /// Strikes always and everywhere. Times beyond a year count as a year, and codes that do not fit as the nearest that do.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        let fault = match fault {
            Fault::Latency(time) => Fault::Latency(time.min(YEAR)),
            Fault::Delay(time) => Fault::Delay(time.min(YEAR)),
            Fault::Status(code) => Fault::Status(code.clamp(*STATUS.start(), *STATUS.end())),
            Fault::Html(code) => Fault::Html(code.clamp(*HTML.start(), *HTML.end())),
            other => other,
        };
        Self { fault, order: None, per_mille: 1_000, times: None }
    }

    /// Strikes only this order.
    #[must_use]
    pub fn order(mut self, order_id: impl Into<String>) -> Self {
        self.order = Some(order_id.into());
        self
    }

    /// Strikes in so many of a thousand cases, on average; above a thousand is always.
    #[must_use]
    pub const fn per_mille(mut self, per_mille: u16) -> Self {
        self.per_mille = if per_mille > 1_000 { 1_000 } else { per_mille };
        self
    }

    /// Strikes so often and then never again.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// What goes wrong.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.fault
    }
}

impl From<Fault> for Rule {
    fn from(fault: Fault) -> Self {
        Self::new(fault)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)?;
        if let Some(order) = &self.order {
            write!(f, ",order={order}")?;
        }
        match (self.per_mille / 10, self.per_mille % 10) {
            (100, _) => {}
            (percent, 0) => write!(f, ",rate={percent}%")?,
            (percent, tenth) => write!(f, ",rate={percent}.{tenth}%")?,
        }
        match self.times {
            Some(times) => write!(f, ",times={times}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Rule {
    type Err = InvalidRule;

    fn from_str(text: &str) -> Result<Self, InvalidRule> {
        let mut parts = text.trim().split(',');
        let mut rule = Self::new(parts.next().unwrap_or_default().trim().parse()?);
        for part in parts {
            match part.trim().split_once('=') {
                Some(("order", order)) if !order.is_empty() => rule.order = Some(order.to_owned()),
                Some(("rate", rate)) => rule.per_mille = per_mille(rate).ok_or(InvalidRule::Rate)?,
                Some(("times", times)) => rule.times = Some(times.parse().map_err(|_| InvalidRule::Times)?),
                _ => return Err(InvalidRule::Condition),
            }
        }
        Ok(rule)
    }
}

/// Why a text is no rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidRule {
    /// No such fault.
    Fault,
    /// This fault takes no value.
    NoValue,
    /// Not a time.
    Time,
    /// Not a code.
    Code,
    /// Not a condition.
    Condition,
    /// Not a rate.
    Rate,
    /// Not a count.
    Times,
}

impl fmt::Display for InvalidRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fault => {
                f.write_str("no such fault; there are ")?;
                let names = Fault::ALL.map(|fault| fault.to_string());
                f.write_str(&names.join(", "))
            }
            Self::NoValue => f.write_str("this fault takes no value"),
            Self::Time => f.write_str("expected a time such as 90s, 250ms or 5m"),
            Self::Code => f.write_str("expected an HTTP status that fits this fault, such as 503"),
            Self::Condition => f.write_str("expected order=ORDER, rate=PERCENT% or times=COUNT"),
            Self::Rate => f.write_str("expected a rate from 0% to 100%, with at most one decimal"),
            Self::Times => f.write_str("expected times=COUNT"),
        }
    }
}

impl Error for InvalidRule {}

/// The rules in force, and what was drawn.
#[derive(Debug, Default)]
pub(super) struct Faults {
    seed: u64,
    rules: Vec<(u32, Rule)>,
    next: u32,
    /// How often a rule with a rate was asked about an order.
    asked: BTreeMap<(u32, String), u64>,
}

impl Faults {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, ..Self::default() }
    }

    pub(super) fn add(&mut self, rule: Rule) -> u32 {
        self.next += 1;
        self.rules.push((self.next, rule));
        self.next
    }

    /// Puts a rule back that another run of the simulator had, with its number.
    #[cfg(feature = "state")]
    pub(super) fn put_back(&mut self, number: u32, rule: Rule) {
        self.next = self.next.max(number);
        self.rules.push((number, rule));
    }

    /// Goes on with the seed of another run. How often a rule was asked begins anew.
    #[cfg(feature = "state")]
    pub(super) const fn go_on(&mut self, seed: u64) {
        self.seed = seed;
    }

    pub(super) fn remove(&mut self, number: u32) -> bool {
        let before = self.rules.len();
        self.rules.retain(|(own, _)| *own != number);
        self.forget_counts();
        self.rules.len() < before
    }

    /// Of rules that are gone nothing is counted.
    fn forget_counts(&mut self) {
        let rules = &self.rules;
        self.asked.retain(|(number, _), _| rules.iter().any(|(own, _)| own == number));
    }

    pub(super) fn rules(&self) -> &[(u32, Rule)] {
        &self.rules
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The faults that strike here now, of those that can: of those that exclude each other, the first one in force.
    pub(super) fn draw(&mut self, place: Place, order_id: &str, can: impl Fn(Fault) -> bool) -> Vec<Fault> {
        let mut struck = Vec::new();
        for (number, rule) in &mut self.rules {
            let concerned = rule.order.as_ref().is_none_or(|order| order == order_id);
            if rule.fault.place() != place || !concerned || rule.times == Some(0) || !can(rule.fault) {
                continue;
            }
            if !rule.fault.combines() && struck.iter().any(|other: &Fault| !other.combines()) {
                continue;
            }
            if rule.per_mille < 1_000 {
                let count = self.asked.entry((*number, order_id.to_owned())).or_default();
                *count += 1;
                if mixed(&[self.seed, u64::from(*number), hashed(order_id), *count]) % 1_000 >= rule.per_mille.into() {
                    continue;
                }
            }
            rule.times = rule.times.map(|times| times.saturating_sub(1));
            struck.push(rule.fault);
        }
        let before = self.rules.len();
        self.rules.retain(|(_, rule)| rule.times != Some(0));
        if self.rules.len() < before {
            self.forget_counts();
        }
        struck
    }
}

/// FNV-1a.
fn hashed(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
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
    text.parse().ok().filter(|code| range.contains(code)).ok_or(InvalidRule::Code)
}

fn per_mille(text: &str) -> Option<u16> {
    let percent = text.strip_suffix('%')?;
    let (whole, tenth) = percent.split_once('.').unwrap_or((percent, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if tenth.len() != 1 || !digits(tenth) || !digits(whole) {
        return None;
    }
    let rate = whole.parse::<u16>().ok()?.checked_mul(10)?.checked_add(tenth.parse().ok()?)?;
    (rate <= 1_000).then_some(rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_reads_back_as_it_is_written() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(fault));
            assert_eq!(fault.name().parse(), Ok(fault), "the default value");
            let rule = Rule::new(fault).order("order-1").per_mille(55).times(3);
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        assert_eq!("latency:250ms".parse(), Ok(Fault::Latency(Duration::from_millis(250))));
        assert_eq!("delay:5m".parse(), Ok(Fault::Delay(Duration::from_secs(300))));
    }

    #[test]
    fn what_is_no_rule_says_what_was_expected() {
        for (text, error) in [
            ("", InvalidRule::Fault),
            ("rest-before", InvalidRule::Fault),
            ("lose:1", InvalidRule::NoValue),
            ("delay:soon", InvalidRule::Time),
            ("delay:18446744073709551615h", InvalidRule::Time),
            ("status:200", InvalidRule::Code),
            ("lose,5%", InvalidRule::Condition),
            ("lose,order=", InvalidRule::Condition),
            ("lose,rate=5", InvalidRule::Rate),
            ("lose,rate=100.1%", InvalidRule::Rate),
            ("lose,rate=+1%", InvalidRule::Rate),
            ("lose,times=-1", InvalidRule::Times),
        ] {
            assert_eq!(text.parse::<Rule>(), Err(error), "{text}");
        }
    }

    #[test]
    fn a_rate_is_kept_on_average_and_is_the_same_for_the_same_seed() {
        let drawn = |seed: u64| {
            let mut faults = Faults::new(seed);
            faults.add(Rule::new(Fault::Lose).per_mille(200));
            (0..5_000)
                .map(|n| !faults.draw(Place::Notification, &format!("order-{n}"), |_| true).is_empty())
                .collect::<Vec<_>>()
        };
        let hits = drawn(7).iter().filter(|hit| **hit).count();
        assert!((900..1_100).contains(&hits), "{hits}");
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
    }

    #[test]
    fn what_strikes_an_order_does_not_depend_on_other_orders() {
        let drawn = |others: usize| {
            let mut faults = Faults::new(1);
            faults.add(Rule::new(Fault::ResetAfter).per_mille(500));
            let mut own = Vec::new();
            for round in 0..50 {
                for other in 0..others {
                    faults.draw(Place::Call, &format!("other-{other}-{round}"), |_| true);
                }
                own.push(faults.draw(Place::Call, "order-1", |_| true));
            }
            own
        };
        assert_eq!(drawn(0), drawn(3));
    }

    #[test]
    fn a_rule_for_an_order_and_a_number_of_times_is_used_up() {
        let mut faults = Faults::new(1);
        faults.add(Rule::new(Fault::Decline).order("order-1").times(2));
        assert!(faults.draw(Place::Customer, "order-2", |_| true).is_empty());
        assert!(faults.draw(Place::Call, "order-1", |_| true).is_empty());
        assert_eq!(faults.draw(Place::Customer, "order-1", |_| true), [Fault::Decline]);
        assert_eq!(faults.draw(Place::Customer, "order-1", |_| true), [Fault::Decline]);
        assert!(faults.draw(Place::Customer, "order-1", |_| true).is_empty() && faults.is_empty());
    }
}
