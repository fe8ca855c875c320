//! The events of each order at the gateway. They follow from the seed alone, whatever the merchant
//! does and however often it crashes.

use std::collections::BTreeMap;

use fastrand::Rng;
use midtrans_protocol::Rupiah;

/// The price of every order.
pub(crate) const PRICE: Rupiah = Rupiah::new(40_000);

/// Something that happens to an order at the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Pays,
    IsDeclined,
    IsCancelled,
    Expires,
    /// So much is refunded, with this key.
    IsRefunded(String, u64),
}

/// The state of an order after all events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct End {
    /// The inbox's word for its outcome.
    pub(crate) outcome: &'static str,
    /// The number of times that it must have been shipped, at least and at most.
    pub(crate) shipments: (u64, u64),
    /// Its refunds, by key.
    pub(crate) refunds: BTreeMap<String, u64>,
}

/// One order's scenario.
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    pub(crate) order_id: String,
    pub(crate) is_kredivo: bool,
    pub(crate) events: Vec<Event>,
}

impl Scenario {
    pub(crate) fn all(seed: u64, orders: usize) -> Vec<Self> {
        let mut rng = Rng::with_seed(seed);
        (0..orders)
            .map(|number| Self::draw(&mut rng, number))
            .collect()
    }

    fn draw(rng: &mut Rng, number: usize) -> Self {
        let order_id = format!("order-{number:06}x");
        let refund =
            |key: u32, amount: u64| Event::IsRefunded(format!("{order_id}-r{key}"), amount);
        let (half, part) = (rng.u64(1..20_000), rng.u64(1..20_000));
        let events = match rng.u32(0..100) {
            0..50 => vec![Event::Pays],
            50..60 => vec![Event::Pays, refund(1, half)],
            60..67 => vec![Event::Pays, refund(1, half), refund(2, part)],
            67..74 => vec![Event::Pays, refund(1, PRICE.get())],
            74..78 => vec![Event::Pays, refund(1, half), refund(2, PRICE.get() - half)],
            78..84 => vec![Event::Expires],
            84..90 => vec![Event::IsDeclined],
            90..95 => vec![Event::IsCancelled],
            _ => vec![],
        };
        Self {
            is_kredivo: rng.bool(),
            events,
            order_id,
        }
    }

    /// Returns the expected end.
    pub(crate) fn end(&self) -> End {
        let refunds: BTreeMap<_, _> = self
            .events
            .iter()
            .filter_map(|event| match event {
                Event::IsRefunded(key, amount) => Some((key.clone(), *amount)),
                _ => None,
            })
            .collect();
        let back: u64 = refunds.values().sum();
        let (outcome, shipments) = match self.events.first() {
            None => ("pending", (0, 0)),
            Some(Event::IsDeclined) => ("denied", (0, 0)),
            Some(Event::IsCancelled) => ("cancelled", (0, 0)),
            Some(Event::Expires) => ("expired", (0, 0)),
            Some(_) if back == 0 => ("paid", (1, 1)),
            // All was refunded: if the payment was never reported before, there is nothing to ship.
            Some(_) if back == PRICE.get() => ("refunded", (0, 1)),
            Some(_) => ("partly refunded", (1, 1)),
        };
        End {
            outcome,
            shipments,
            refunds,
        }
    }
}

/// Returns one number for the expected end of all orders.
pub(crate) fn digest<'a>(
    ends: impl Iterator<Item = (&'a str, &'a str, &'a BTreeMap<String, u64>)>,
) -> u64 {
    // FNV-1a: any mixing does, as long as it is the same in every run.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for (order, outcome, refunds) in ends {
        for byte in format!("{order} {outcome} {refunds:?}\n").bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_is_one_world_and_another_seed_another() {
        let world = |seed| {
            let scenarios = Scenario::all(seed, 500);
            let ends: Vec<_> = scenarios.iter().map(Scenario::end).collect();
            let rows = scenarios
                .iter()
                .zip(&ends)
                .map(|(scenario, end)| (scenario.order_id.as_str(), end.outcome, &end.refunds));
            digest(rows)
        };
        assert_eq!(world(7), world(7));
        assert_ne!(world(7), world(8));
    }

    #[test]
    fn every_kind_of_end_occurs() {
        let ends: std::collections::BTreeSet<_> = Scenario::all(1, 1_000)
            .iter()
            .map(|scenario| scenario.end().outcome)
            .collect();
        assert_eq!(ends.len(), 7);
    }
}
