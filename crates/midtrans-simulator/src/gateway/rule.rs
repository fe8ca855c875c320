//! Rules: a fault, and the conditions under which it applies.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use super::fault::Fault;

/// A fault and the conditions under which it applies. Text: the fault, then any of `order=ORDER`,
/// `rate=5%`, `times=3`, joined by commas.
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
    pub(super) fault: Fault,
    pub(super) order: Option<String>,
    pub(super) per_mille: u16,
    pub(super) times: Option<u32>,
}

impl Rule {
    /// A rule that applies always and everywhere. Times beyond a year count as a year, and codes
    /// that do not fit as the nearest that do.
    #[must_use]
    pub fn new(fault: Fault) -> Self {
        let fault = fault.within_bounds();
        Self {
            fault,
            order: None,
            per_mille: 1_000,
            times: None,
        }
    }

    /// Limits the rule to one order.
    #[must_use]
    pub fn order(mut self, order_id: impl Into<String>) -> Self {
        self.order = Some(order_id.into());
        self
    }

    /// Limits the rule to so many of a thousand cases, on average; above a thousand is always.
    #[must_use]
    pub const fn per_mille(mut self, per_mille: u16) -> Self {
        self.per_mille = if per_mille > 1_000 { 1_000 } else { per_mille };
        self
    }

    /// Limits the rule to so many times.
    #[must_use]
    pub const fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// The fault.
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
                Some(("rate", rate)) => {
                    rule.per_mille = per_mille(rate).ok_or(InvalidRule::Rate)?
                }
                Some(("times", times)) => {
                    rule.times = Some(times.parse().map_err(|_| InvalidRule::Times)?)
                }
                _ => return Err(InvalidRule::Condition),
            }
        }
        Ok(rule)
    }
}

/// The reason why a text is not a rule.
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

fn per_mille(text: &str) -> Option<u16> {
    let percent = text.strip_suffix('%')?;
    let (whole, tenth) = percent.split_once('.').unwrap_or((percent, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if tenth.len() != 1 || !digits(tenth) || !digits(whole) {
        return None;
    }
    let rate = whole
        .parse::<u16>()
        .ok()?
        .checked_mul(10)?
        .checked_add(tenth.parse().ok()?)?;
    (rate <= 1_000).then_some(rate)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn every_rule_reads_back_as_it_is_written() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse(), Ok(fault));
            assert_eq!(fault.name().parse(), Ok(fault), "the default value");
            let rule = Rule::new(fault).order("order-1").per_mille(55).times(3);
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        assert_eq!(
            "latency:250ms".parse(),
            Ok(Fault::Latency(Duration::from_millis(250)))
        );
        assert_eq!(
            "delay:5m".parse(),
            Ok(Fault::Delay(Duration::from_secs(300)))
        );
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
}
