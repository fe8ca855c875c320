//! The gateway's retries after an attempt to deliver, as the simulated gateway has them.

use std::time::Duration;

use midtrans_protocol::time::WibTime;
use midtrans_protocol::{OrderId, Rupiah};
use midtrans_simulator::gateway::{Delivery, DeliveryState, Gateway, Outcome};

use crate::failure::Failure;
use crate::scenario::{Scenario, any_payment_type};

/// One notification on its way.
#[derive(Debug)]
pub(crate) struct Schedule {
    gateway: Gateway,
    delivery: Delivery,
    now: WibTime,
}

impl Schedule {
    pub(crate) fn new(url: &str) -> Result<Self, Failure> {
        let now = WibTime::from_unix(0).ok_or_else(unlikely)?;
        let order_id = OrderId::new("schedule")?;
        let scenario = Scenario {
            payment_type: any_payment_type(),
            charge: Vec::new(),
            order_id,
            amount: Rupiah::new(5_000),
            refund: None,
            merchant_id: None,
        };
        let mut gateway = scenario.charged(url, now)?;
        let delivery = gateway.due(now).pop().ok_or_else(unlikely)?;
        Ok(Self {
            gateway,
            delivery,
            now,
        })
    }

    /// The URL of the next attempt.
    pub(crate) fn url(&self) -> &str {
        &self.delivery.url
    }

    /// Records the result of the attempt. Returns true if the gateway goes on at once, to another
    /// URL.
    pub(crate) fn follows(&mut self, outcome: &Outcome) -> bool {
        self.gateway
            .delivered(self.delivery.id, outcome.clone(), self.now);
        match self.gateway.due(self.now).pop() {
            Some(next) => {
                self.delivery = next;
                true
            }
            None => false,
        }
    }

    /// Returns the pauses before all further attempts, if each ends like this one.
    pub(crate) fn repeats(mut self, outcome: &Outcome) -> Vec<Duration> {
        let mut pauses = Vec::new();
        while let Some(at) = self.waits_until() {
            if at > self.now {
                pauses.push(Duration::from_secs(at.unix().abs_diff(self.now.unix())));
            }
            self.now = at;
            let Some(next) = self.gateway.due(at).pop() else {
                break;
            };
            self.gateway.delivered(next.id, outcome.clone(), at);
        }
        pauses
    }

    fn waits_until(&self) -> Option<WibTime> {
        let message = self
            .gateway
            .messages()
            .iter()
            .find(|message| message.id == self.delivery.id)?;
        if let DeliveryState::Waiting(at) = message.state {
            Some(at)
        } else {
            None
        }
    }
}

fn unlikely() -> Failure {
    Failure::refused("the gateway's schedule cannot be told")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(outcome: &Outcome) -> Vec<u64> {
        let mut schedule = Schedule::new("http://127.0.0.1/n").unwrap();
        assert!(!schedule.follows(outcome));
        schedule
            .repeats(outcome)
            .iter()
            .map(|pause| pause.as_secs() / 60)
            .collect()
    }

    #[test]
    fn the_repeats_are_those_of_the_gateways_table() {
        assert_eq!(minutes(&Outcome::answered(200)), [0; 0]);
        assert_eq!(minutes(&Outcome::answered(302)), [0; 0]);
        assert_eq!(minutes(&Outcome::answered(500)), [2]);
        assert_eq!(minutes(&Outcome::answered(404)), [2, 10]);
        assert_eq!(minutes(&Outcome::answered(503)), [2, 10, 30, 90]);
        assert_eq!(minutes(&Outcome::answered(403)), [2, 10, 30, 90, 210]);
        assert_eq!(minutes(&Outcome::TimedOut), [2, 10, 30, 90, 210]);
    }

    #[test]
    fn a_redirect_that_keeps_the_body_is_followed_at_most_five_times() {
        let mut schedule = Schedule::new("http://127.0.0.1/n").unwrap();
        let moved = Outcome::redirected(308, "/m");
        let hops = (0..10).take_while(|_| schedule.follows(&moved)).count();
        assert_eq!((hops, schedule.url()), (5, "http://127.0.0.1/m"));
    }
}
