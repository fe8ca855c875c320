//! The simulator as a transport: calls reach it without a socket, and no pause takes time.

use std::time::{Duration, Instant};

use async_trait::async_trait;
use midtrans_transport::{
    AsyncTransport, BlockingTransport, Limits, Reach, Request, Response, TransportError,
    TransportErrorKind,
};

use crate::gateway::{Reply, Started};
use crate::simulator::Simulator;

impl Simulator {
    /// One call. A latency beyond the limit is a timeout at once, and the call is carried out all
    /// the same.
    fn call(&self, request: &Request, limits: Limits) -> Result<Response, TransportError> {
        let shared = self.shared();
        let (reply, pause) =
            match shared.with(|accounts, now| accounts.called(request).begin(request, now)) {
                Started::Answered(reply, pause) => {
                    shared.parts.clock.advance(pause.min(limits.timeout));
                    (reply, pause)
                }
                Started::Running(pending) => {
                    let pause = pending.pause().max(shared.parts.answer_delay);
                    shared.parts.clock.advance(pause.min(limits.timeout));
                    (
                        shared.with(|accounts, now| {
                            accounts.calling(&pending).finish(pending, request, now)
                        }),
                        pause,
                    )
                }
            };
        if !shared.is_saved() {
            return Ok(Reply::unsaved());
        }
        if pause >= limits.timeout {
            return Err(TransportError::new(
                TransportErrorKind::Timeout,
                Reach::Unknown,
            ));
        }
        match reply {
            Reply::Whole(response) if response.body().len() <= limits.max_body => Ok(response),
            Reply::Whole(mut response) => {
                response.body_mut().truncate(limits.max_body);
                let error = TransportError::new(TransportErrorKind::BodyTooLarge, Reach::Unknown);
                Err(error.with_reply(response))
            }
            Reply::Cut { .. } | Reply::Reset => Err(TransportError::new(
                TransportErrorKind::Broken,
                Reach::Unknown,
            )),
        }
    }
}

/// Without a socket. Pauses between attempts move the clock and take no time. There is one clock:
/// the client's and the gateway's are the same.
///
/// ```
/// use std::sync::Arc;
///
/// use midtrans_protocol::transaction::TransactionStatus;
/// use midtrans_protocol::{
///     Charge, CustomerDetails, ItemDetails, OrderId, Rupiah, TransactionDetails,
/// };
/// use midtrans_simulator::Simulator;
/// use midtrans_simulator::gateway::{Choice, Fault, Outcome};
/// use midtrans_transport::BlockingClient;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let builder = Simulator::builder().notification_url("http://127.0.0.1/notify");
/// let simulator = Arc::new(builder.in_process()?);
/// let client = BlockingClient::new(Arc::clone(&simulator), simulator.merchant());
///
/// let order_id = OrderId::new("order-101")?;
/// let order = TransactionDetails::new(order_id.clone(), Rupiah::new(40_000))?;
/// let items = vec![ItemDetails::new("SHOE-42", "Sepatu", Rupiah::new(40_000), 1)];
/// let customer = CustomerDetails::new("Siti", "Rahma", "siti@example.com", "08123456789");
///
/// // The answer is lost; the client asks again with the same key.
/// simulator.fail_next(Fault::ResetAfter);
/// client.charge(&Charge::akulaku(order, items, customer)?)?;
///
/// simulator.choose("order-101", Choice::Approve);
/// let mut bodies = Vec::new();
/// simulator.deliver(|delivery| {
///     bodies.push(delivery.body.clone()); // Your webhook, as a function.
///     Outcome::answered(200)
/// });
/// assert_eq!(bodies.len(), 2, "pending and settlement");
/// let transaction = client.status(&order_id)?;
/// assert_eq!(transaction.transaction_status(), Some(&TransactionStatus::Settlement));
/// # Ok(())
/// # }
/// ```
impl BlockingTransport for Simulator {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.call(&request, limits)
    }

    fn pause(&self, pause: Duration) {
        self.shared().parts.clock.advance(pause);
    }

    fn now(&self) -> Instant {
        self.shared().parts.clock.instant()
    }
}

/// As the blocking one: nothing here waits.
#[async_trait]
impl AsyncTransport for Simulator {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.call(&request, limits)
    }

    async fn pause(&self, pause: Duration) {
        self.shared().parts.clock.advance(pause);
    }

    fn now(&self) -> Instant {
        self.shared().parts.clock.instant()
    }
}

/// Borrowed, for a client that ends before its simulator.
impl BlockingTransport for &Simulator {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        BlockingTransport::send(*self, request, limits)
    }

    fn pause(&self, pause: Duration) {
        BlockingTransport::pause(*self, pause);
    }

    fn now(&self) -> Instant {
        BlockingTransport::now(*self)
    }
}

/// Borrowed, for a client that ends before its simulator.
#[async_trait]
impl AsyncTransport for &Simulator {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        AsyncTransport::send(*self, request, limits).await
    }

    async fn pause(&self, pause: Duration) {
        AsyncTransport::pause(*self, pause).await;
    }

    fn now(&self) -> Instant {
        AsyncTransport::now(*self)
    }
}
