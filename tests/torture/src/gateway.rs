//! The gateway of a run: the simulator, whose notifications are delivered by hand.

use std::time::Duration;

use midtrans_protocol::charge::{CustomExpiry, ExpiryUnit};
use midtrans_protocol::ids::{PaymentId, RefundKey};
use midtrans_protocol::method::{Akulaku, Kredivo, Method};
use midtrans_protocol::transaction::Refund;
use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
use midtrans_simulator::gateway::{Choice, Delivery, DeliveryId, Outcome};
use midtrans_simulator::{BlockingSimulator, Simulator, Time};
use midtrans_transport::BlockingClient;
use midtrans_ureq::UreqTransport;

use crate::failure::{Failure, failed};
use crate::scenarios::{Event, PRICE, Scenario};

pub(crate) struct Gateway {
    simulator: BlockingSimulator,
    client: BlockingClient<UreqTransport>,
}

/// Longer than all repeats of all notifications, so that only the intended payments expire.
const DAYS_TO_PAY: u32 = 180;

impl Gateway {
    pub(crate) fn start(seed: u64) -> Result<Self, Failure> {
        let start = "2026-11-22 10:00:00"
            .parse()
            .map_err(failed("the gateway's clock"))?;
        let simulator = Simulator::builder()
            .seed(seed)
            .time(Time::Manual(start))
            .notification_url("http://127.0.0.1/notification")
            .lenient()
            .deliver_by_hand()
            .serve_blocking()
            .map_err(failed("the simulator"))?;
        let client = BlockingClient::new(
            UreqTransport::new().map_err(failed("the client"))?,
            simulator.merchant(),
        );
        Ok(Self { simulator, client })
    }

    pub(crate) fn url(&self) -> &str {
        self.simulator.url()
    }

    pub(crate) fn charge(&self, scenario: &Scenario) -> Result<(), Failure> {
        self.client
            .charge(&charge(&scenario.order_id, scenario.is_kredivo)?)
            .map(drop)
            .map_err(failed("a charge"))
    }

    /// Applies an event to an order.
    pub(crate) fn happen(&self, order_id: &str, event: &Event) -> Result<(), Failure> {
        let id = PaymentId::received(order_id).map_err(failed("an order id"))?;
        let called = match event {
            Event::Pays => return self.choose(order_id, Choice::Approve),
            Event::IsDeclined => return self.choose(order_id, Choice::Decline),
            Event::IsCancelled => self.client.cancel(id),
            Event::Expires => self.client.expire(id),
            Event::IsRefunded(key, amount) => {
                let key = RefundKey::new(key.as_str()).map_err(failed("a refund key"))?;
                let refund =
                    Refund::part(id, key, Rupiah::new(*amount)).map_err(failed("a refund"))?;
                self.client.refund(&refund)
            }
        };
        called
            .map(drop)
            .map_err(failed("an operation at the gateway"))?;
        if matches!(event, Event::IsRefunded(..)) {
            // The bank takes five seconds to confirm.
            self.simulator.advance(Duration::from_secs(6));
        }
        Ok(())
    }

    fn choose(&self, order_id: &str, choice: Choice) -> Result<(), Failure> {
        let way = self.simulator.choose(order_id, choice);
        way.map(drop)
            .ok_or_else(|| Failure(format!("the gateway knows no order {order_id}")))
    }

    pub(crate) fn due(&self) -> Vec<Delivery> {
        self.simulator.due()
    }

    pub(crate) fn delivered(&self, id: DeliveryId, outcome: Outcome) {
        self.simulator.delivered(id, outcome);
    }

    /// Moves the clock to the next repeat. Returns whether there is one.
    pub(crate) fn skip_to_next_repeat(&self) -> bool {
        let now = self.simulator.now();
        // Pending orders expire in half a year; no repeat is later than some hours.
        let soon = Duration::from_secs(24 * 3_600);
        match self
            .simulator
            .next_at()
            .filter(|at| now.checked_add(soon).is_some_and(|end| *at <= end))
        {
            Some(at) => {
                let seconds = u64::try_from(at.unix() - now.unix()).unwrap_or(0);
                self.simulator.advance(Duration::from_secs(seconds));
                true
            }
            None => false,
        }
    }

    /// Moves the clock until the gateway has forgotten an idempotency key.
    pub(crate) fn forget_keys(&self) {
        self.simulator.advance(Duration::from_secs(6 * 60));
    }

    /// Returns the number of an order's transactions, and of those that were ever paid.
    pub(crate) fn transactions_of(&self, order_id: &str) -> (usize, usize) {
        let messages = self.simulator.messages();
        let of_order = messages
            .iter()
            .filter(|message| *message.order_id == *order_id);
        let all: std::collections::BTreeSet<_> = of_order
            .clone()
            .map(|message| &message.transaction_id)
            .collect();
        let paid = of_order.filter(|message| message.transaction_status.as_str() == "settlement");
        let paid: std::collections::BTreeSet<_> =
            paid.map(|message| &message.transaction_id).collect();
        (all.len(), paid.len())
    }
}

/// The charge of an order.
pub(crate) fn charge(order_id: &str, is_kredivo: bool) -> Result<Charge, Failure> {
    let order_id = OrderId::new(order_id).map_err(failed("an order id"))?;
    let details = TransactionDetails::new(order_id, PRICE).map_err(failed("a price"))?;
    let method = if is_kredivo {
        Method::from(Kredivo)
    } else {
        Method::from(Akulaku)
    };
    let expiry = CustomExpiry::new(DAYS_TO_PAY, ExpiryUnit::Day).map_err(failed("an expiry"))?;
    Charge::builder(details, method)
        .minimal()
        .custom_expiry(expiry)
        .build()
        .map_err(failed("a charge"))
}
