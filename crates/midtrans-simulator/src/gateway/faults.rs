//! Draws the faults that apply.
//!
//! Whether a rule hits depends only on the seed, the rule, the order, and how often the rule was
//! asked about that order: the same seed and the same calls of an order give the same faults,
//! whatever other orders do meanwhile.

use std::collections::BTreeMap;

use super::fault::{Fault, Place};
use super::ids::mixed;
use super::rule::Rule;

/// The rules in force, and what was drawn.
#[derive(Debug, Default)]
pub(super) struct Faults {
    seed: u64,
    rules: Vec<(u32, Rule)>,
    next: u32,
    /// The rules of the start.
    first: Vec<(u32, Rule)>,
    /// The number of times that a rule with a rate was asked about an order.
    asked: BTreeMap<(u32, String), u64>,
}

impl Faults {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            ..Self::default()
        }
    }

    /// Notes that the rules so far are those of the start.
    pub(super) fn mark_start(&mut self) {
        self.first.clone_from(&self.rules);
    }

    /// Goes back to the rules of the start.
    pub(super) fn return_to_start(&mut self) {
        self.rules.clone_from(&self.first);
        self.asked.clear();
    }

    pub(super) fn add(&mut self, rule: Rule) -> u32 {
        self.next += 1;
        self.rules.push((self.next, rule));
        self.next
    }

    /// Puts a rule back that another run of the simulator had, with its number.
    #[cfg(feature = "state")]
    pub(super) fn restore(&mut self, number: u32, rule: Rule) {
        self.next = self.next.max(number);
        self.rules.push((number, rule));
    }

    /// Goes on with the seed of another run. How often a rule was asked begins anew.
    #[cfg(feature = "state")]
    pub(super) const fn resume(&mut self, seed: u64) {
        self.seed = seed;
    }

    pub(super) fn remove(&mut self, number: u32) -> bool {
        let before = self.rules.len();
        self.rules.retain(|(own, _)| *own != number);
        self.forget_counts();
        self.rules.len() < before
    }

    /// Drops the counts of rules that are gone.
    fn forget_counts(&mut self) {
        let rules = &self.rules;
        self.asked
            .retain(|(number, _), _| rules.iter().any(|(own, _)| own == number));
    }

    pub(super) fn rules(&self) -> &[(u32, Rule)] {
        &self.rules
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// The faults that apply here now, of those that can: of those that exclude each other, the
    /// first one in force.
    pub(super) fn draw(
        &mut self,
        place: Place,
        order_id: &str,
        can: impl Fn(Fault) -> bool,
    ) -> Vec<Fault> {
        let mut struck = Vec::new();
        for (number, rule) in &mut self.rules {
            let concerned = rule.order.as_ref().is_none_or(|order| order == order_id);
            if rule.fault.place() != place
                || !concerned
                || rule.times == Some(0)
                || !can(rule.fault)
            {
                continue;
            }
            if !rule.fault.combines() && struck.iter().any(|other: &Fault| !other.combines()) {
                continue;
            }
            if rule.per_mille < 1_000 {
                let count = self
                    .asked
                    .entry((*number, order_id.to_owned()))
                    .or_default();
                *count += 1;
                if mixed(&[self.seed, u64::from(*number), hashed(order_id), *count]) % 1_000
                    >= rule.per_mille.into()
                {
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
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(seed: u64) -> Vec<bool> {
        let mut faults = Faults::new(seed);
        faults.add(Rule::new(Fault::Lose).per_mille(200));
        (0..5_000)
            .map(|n| {
                !faults
                    .draw(Place::Notification, &format!("order-{n}"), |_| true)
                    .is_empty()
            })
            .collect()
    }

    #[test]
    fn a_rate_is_kept_on_average_and_is_the_same_for_the_same_seed() {
        let hits = drawn(7).iter().filter(|hit| **hit).count();
        assert!((900..1_100).contains(&hits), "{hits}");
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
    }

    fn drawn_among(others: usize) -> Vec<Vec<Fault>> {
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
    }

    #[test]
    fn what_strikes_an_order_does_not_depend_on_other_orders() {
        assert_eq!(drawn_among(0), drawn_among(3));
    }

    #[test]
    fn a_rule_for_an_order_and_a_number_of_times_is_used_up() {
        let mut faults = Faults::new(1);
        faults.add(Rule::new(Fault::Decline).order("order-1").times(2));
        assert!(faults.draw(Place::Customer, "order-2", |_| true).is_empty());
        assert!(faults.draw(Place::Call, "order-1", |_| true).is_empty());
        assert_eq!(
            faults.draw(Place::Customer, "order-1", |_| true),
            [Fault::Decline]
        );
        assert_eq!(
            faults.draw(Place::Customer, "order-1", |_| true),
            [Fault::Decline]
        );
        assert!(faults.draw(Place::Customer, "order-1", |_| true).is_empty() && faults.is_empty());
    }
}
