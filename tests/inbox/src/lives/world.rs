//! Everything around an inbox: the gateway, the network, the clocks of three hosts, and a log of
//! what was accepted.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use midtrans_inbox::Policy;
use midtrans_protocol::{Notification, ServerKeys, notification};

use super::dice::Dice;
use super::truth::{Charged, Gateway, Mode, Order, Signed};
use crate::gateway::{Answered, asked_id, reply};
use crate::message::{self, PRICE};
use midtrans_transport::{Reach, Request, TransportError, TransportErrorKind};

/// Methods that the shop charges at a click, and methods whose charge another system sends.
pub(super) const CLICKED: [&str; 2] = ["akulaku", "kredivo"];
pub(super) const SENT_ELSEWHERE: [&str; 4] = ["bank_transfer", "credit_card", "cstore", "akulaku"];

/// The world. All programs of a life share one.
pub(super) struct World {
    pub(super) dice: Dice,
    pub(super) gateway: Gateway,
    pub(super) deliveries: Vec<Delivery>,
    pub(super) arrivals: Vec<Arrival>,
    pub(super) accepted: Vec<Accept>,
    pub(super) policy: Policy,
    /// The errors of the clocks of the webhook's host and of the two workers' hosts, in seconds.
    pub(super) clocks: [i64; 3],
    /// True if something happens while a question is under way already.
    pub(super) is_aside: bool,
    /// True if all is well, so that nothing goes wrong on purpose.
    pub(super) is_calm: bool,
}

/// A notification on its way.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub(super) at: u64,
    pub(super) order: usize,
    /// The change that it tells; 0 for a forged one.
    pub(super) change: usize,
    pub(super) body: String,
}

/// A charge on its way.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub(super) at: u64,
    pub(super) order: usize,
    pub(super) key: String,
}

/// A notification that was accepted.
#[derive(Clone, Debug)]
pub(super) struct Accept {
    pub(super) order: usize,
    pub(super) change: usize,
    pub(super) signed: Option<Signed>,
}

pub(super) type Shared = Arc<Mutex<World>>;

pub(super) fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let orders = (0..1 + dice.below(2)).map(|number| {
            let of = if dice.chance(60) {
                dice.pick(&CLICKED)
            } else {
                dice.pick(&SENT_ELSEWHERE)
            };
            Order::new(format!("order-{number}"), of)
        });
        let gateway = Gateway {
            now: 0,
            orders: orders.collect(),
            mode: Mode::Fine,
            until: 0,
            lag: 0,
            has_lagged: false,
        };
        let mut policy = Policy::new(message::key());
        policy.max_failures = 4;
        policy.paid_by_signature = dice.chance(25);
        let mut clock = || dice.pick(&[0, 0, 0, 0, 2, -7, 3_600, -3_600]);
        let clocks = [clock(), clock(), clock()];
        let (deliveries, arrivals, accepted) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            dice,
            gateway,
            deliveries,
            arrivals,
            accepted,
            policy,
            clocks,
            is_aside: false,
            is_calm: false,
        }
    }

    /// Returns the time by the clock of a host: 0 is the webhook's, 1 and 2 are the workers'.
    pub(super) fn clock(&self, host: usize) -> SystemTime {
        let true_time = UNIX_EPOCH + Duration::from_secs(1_795_300_000 + self.gateway.now);
        let offset = Duration::from_secs(self.clocks[host].unsigned_abs());
        if self.clocks[host] < 0 {
            true_time - offset
        } else {
            true_time + offset
        }
    }

    /// Lets the order go one step further, and mostly notifies it.
    pub(super) fn advance(&mut self, order: usize) {
        let notified = self.gateway.advance(order, &mut self.dice);
        if let Some((change, body)) = notified {
            self.post(order, change, body);
        }
    }

    fn post(&mut self, order: usize, change: usize, body: String) {
        if self.dice.chance(12) && !self.is_calm {
            self.gateway.orders[order].lost = true;
            return;
        }
        for _ in 0..if self.dice.chance(15) { 2 } else { 1 } {
            let delay = self.dice.pick(&[0, 0, 0, 1, 3, 10, 60, 600, 7_200]);
            self.deliveries.push(Delivery {
                at: self.gateway.now + delay,
                order,
                change,
                body: body.clone(),
            });
        }
    }

    /// Lets a charge arrive.
    pub(super) fn arrive(&mut self, order: usize, key: &str) -> Charged {
        let charged = self.gateway.charge(order, key, PRICE, &mut self.dice);
        if let Charged::Made {
            change,
            notification,
            ..
        } = &charged
        {
            self.post(order, *change, notification.clone());
        }
        charged
    }

    /// Goes to a later moment. Charges that are on their way until then arrive when they should.
    pub(super) fn go_to(&mut self, moment: u64) {
        self.arrivals.sort_by_key(|arrival| arrival.at);
        while self
            .arrivals
            .first()
            .is_some_and(|arrival| arrival.at <= moment)
        {
            let Arrival { at, order, key } = self.arrivals.remove(0);
            self.gateway.now = self.gateway.now.max(at);
            self.arrive(order, &key);
        }
        self.gateway.now = moment;
    }

    /// Returns the gateway's answer to a request, if it arrives.
    pub(super) fn answer(&mut self, request: &Request) -> Answered {
        if let Some(id) = asked_id(request) {
            return self.gateway.answer(&id, &mut self.dice);
        }
        let key = request
            .headers()
            .get("idempotency-key")
            .and_then(|key| key.to_str().ok())
            .unwrap_or_default();
        let body = String::from_utf8_lossy(request.body()).into_owned();
        let order = self
            .gateway
            .orders
            .iter()
            .position(|order| body.contains(&format!("\"{}\"", order.id)));
        let (order, key) = (order.unwrap_or_default(), key.to_owned());
        let lost = || {
            Err(TransportError::new(
                TransportErrorKind::Timeout,
                Reach::Unknown,
            ))
        };
        match if self.is_calm { 0 } else { self.dice.below(20) } {
            0..12 => match self.arrive(order, &key) {
                Charged::Made { answer, .. } | Charged::Again(answer) => Ok(reply(200, &answer)),
                Charged::Taken => Ok(reply(
                    200,
                    r#"{"status_code":"406","status_message":"order_id is taken"}"#,
                )),
            },
            12..15 => {
                let _ = self.arrive(order, &key);
                lost()
            }
            15..17 => {
                let at = self.gateway.now + 1 + self.dice.next() % 30;
                self.arrivals.push(Arrival { at, order, key });
                lost()
            }
            17 => lost(),
            18 => Err(TransportError::new(
                TransportErrorKind::Connect,
                Reach::NotSent,
            )),
            _ => Ok(reply(
                200,
                r#"{"status_code":"400","status_message":"invalid"}"#,
            )),
        }
    }

    /// Verifies a notification that arrives; `None` if it is not genuine.
    pub(super) fn open(&mut self, delivery: &Delivery) -> Option<Notification> {
        let keys = ServerKeys::from(message::key());
        let verified = notification::verify(delivery.body.as_bytes(), &keys).ok()?;
        let order = &mut self.gateway.orders[delivery.order];
        order.heard = order.heard.max(delivery.change);
        let signed = order
            .signed
            .iter()
            .find(|signed| signed.change == delivery.change)
            .cloned();
        self.accepted.push(Accept {
            order: delivery.order,
            change: delivery.change,
            signed,
        });
        Some(verified)
    }
}
