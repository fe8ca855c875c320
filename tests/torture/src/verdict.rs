//! The comparison of the database with the gateway.

use std::collections::{BTreeMap, BTreeSet};

use crate::scenarios::{Scenario, digest};
use crate::store::{Ledger, Row};

/// The result of a run.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// One sentence per order that is wrong.
    pub(crate) wrong: Vec<String>,
    pub(crate) shipped: u64,
    pub(crate) refunds: u64,
    pub(crate) dead: u64,
    /// The expected digest, which follows from the seed.
    pub(crate) expected: u64,
    /// The digest of what was found.
    pub(crate) found: u64,
}

impl Verdict {
    pub(crate) fn of(scenarios: &[Scenario], ledger: &Ledger) -> Self {
        let mut verdict = Self::default();
        let nothing = Row::default();
        for scenario in scenarios {
            let row = ledger.get(&scenario.order_id).unwrap_or(&nothing);
            verdict.wrong.extend(
                wrong(scenario, row).map(|words| format!("{}: {words}", scenario.order_id)),
            );
            verdict.shipped += count(row, "ship");
            verdict.refunds += count(row, "refund") + count(row, "confirmed");
            verdict.dead += row.dead.len() as u64;
        }
        let known: BTreeSet<_> = scenarios
            .iter()
            .map(|scenario| scenario.order_id.as_str())
            .collect();
        let unknown = ledger
            .keys()
            .filter(|order| !known.contains(order.as_str()));
        verdict
            .wrong
            .extend(unknown.map(|order| format!("{order}: it was never ordered")));
        let ends: Vec<_> = scenarios.iter().map(Scenario::end).collect();
        let expected = scenarios
            .iter()
            .zip(&ends)
            .map(|(scenario, end)| (scenario.order_id.as_str(), end.outcome, &end.refunds));
        verdict.expected = digest(expected);
        let booked: Vec<_> = scenarios
            .iter()
            .map(|scenario| booked(ledger.get(&scenario.order_id).unwrap_or(&nothing), scenario))
            .collect();
        let found = scenarios.iter().zip(&booked).map(|(scenario, refunds)| {
            let outcome = ledger
                .get(&scenario.order_id)
                .and_then(|row| row.outcome.as_deref());
            (
                scenario.order_id.as_str(),
                outcome.unwrap_or("open"),
                refunds,
            )
        });
        verdict.found = digest(found);
        verdict
    }
}

fn count(row: &Row, kind: &str) -> u64 {
    row.effects
        .iter()
        .filter(|(found, _)| found == kind)
        .count() as u64
}

/// Returns the refunds that the merchant booked, with the amounts that the gateway knows.
fn booked(row: &Row, scenario: &Scenario) -> BTreeMap<String, u64> {
    let amounts = scenario.end().refunds;
    let keys = row
        .effects
        .iter()
        .filter(|(kind, _)| kind == "refund" || kind == "confirmed")
        .map(|(_, key)| key);
    keys.map(|key| (key.clone(), amounts.get(key).copied().unwrap_or(0)))
        .collect()
}

fn wrong(scenario: &Scenario, row: &Row) -> Option<String> {
    let end = scenario.end();
    let outcome = row.outcome.as_deref().unwrap_or("open");
    if outcome != end.outcome {
        return Some(format!("is {outcome}, should be {}", end.outcome));
    }
    let shipped = count(row, "ship");
    if !(end.shipments.0..=end.shipments.1).contains(&shipped) {
        return Some(format!("was shipped {shipped} times"));
    }
    for key in end.refunds.keys() {
        let times = |kind: &str| {
            row.effects
                .iter()
                .filter(|effect| effect.0 == kind && effect.1 == *key)
                .count()
        };
        if times("confirmed") != 1 || times("refund") > 1 {
            return Some(format!(
                "booked {key} {} times, confirmed {} times",
                times("refund"),
                times("confirmed")
            ));
        }
    }
    if let Some(why) = row.dead.first() {
        return Some(format!("waits for a person: {why}"));
    }
    let acts = |word: &str| {
        row.effects
            .iter()
            .filter(|(kind, detail)| kind == "outcome" && detail == word)
            .count()
    };
    if acts("paid") > 1 {
        return Some("was acted on twice as paid".to_owned());
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::Event;

    fn scenario(events: Vec<Event>) -> Scenario {
        Scenario {
            order_id: "order-1".to_owned(),
            is_kredivo: false,
            events,
        }
    }

    fn row(outcome: &str, effects: &[(&str, &str)]) -> Row {
        let effects = effects
            .iter()
            .map(|(kind, detail)| ((*kind).to_owned(), (*detail).to_owned()))
            .collect();
        Row {
            outcome: Some(outcome.to_owned()),
            effects,
            dead: Vec::new(),
        }
    }

    #[test]
    fn each_kind_of_wrong_is_found() {
        let paid = [("outcome", "paid"), ("ship", "paid")];
        assert_eq!(
            wrong(&scenario(vec![Event::Pays]), &row("paid", &paid)),
            None
        );
        let twice = [paid, paid].concat();
        assert!(wrong(&scenario(vec![Event::Pays]), &row("paid", &twice)).is_some());
        assert!(wrong(&scenario(vec![Event::Pays]), &row("paid", &[])).is_some());
        assert!(wrong(&scenario(vec![Event::Pays]), &row("pending", &[])).is_some());
        assert!(wrong(&scenario(vec![Event::Expires]), &row("expired", &paid)).is_some());
        let refund = vec![Event::Pays, Event::IsRefunded("r".to_owned(), 5)];
        let booked = [paid.as_slice(), &[("refund", "r"), ("confirmed", "r")]].concat();
        assert_eq!(
            wrong(&scenario(refund.clone()), &row("partly refunded", &booked)),
            None
        );
        let never_confirmed = [paid.as_slice(), &[("refund", "r")]].concat();
        assert!(wrong(&scenario(refund), &row("partly refunded", &never_confirmed)).is_some());
    }

    #[test]
    fn the_digest_of_a_right_ledger_is_the_digest_of_the_seed() {
        let scenarios = [scenario(vec![Event::Pays])];
        let ledger = Ledger::from([(
            "order-1".to_owned(),
            row("paid", &[("ship", "paid"), ("outcome", "paid")]),
        )]);
        let verdict = Verdict::of(&scenarios, &ledger);
        assert_eq!(verdict.expected, verdict.found);
        assert!(verdict.wrong.is_empty() && verdict.shipped == 1);
        assert_ne!(
            Verdict::of(&scenarios, &Ledger::new()).found,
            verdict.expected
        );
    }
}
