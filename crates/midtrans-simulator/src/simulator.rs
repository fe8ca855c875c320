//! A running simulator.

use std::sync::Arc;
use std::time::Duration;

use midtrans_protocol::{ClientKey, Environment, Merchant, ServerKey, WibTime};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::builder::{Builder, InvalidUrl, web_url};
use crate::gateway::{Choice, Delivery, DeliveryId, Fault, Message, Outcome, WayBack};
use crate::shared::Shared;
use crate::{courier, front};

/// The gateway, listening on a port of 127.0.0.1. It ends when this is dropped.
///
/// Its pay pages are forms: `POST` the address of a page with `choice=approve`, `choice=decline` or `choice=leave` and
/// you are the customer. Or call [`choose`](Self::choose).
///
/// ```
/// use midtrans_simulator::Simulator;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let simulator = Simulator::builder().serve().await?;
/// // The shop starts, knows its own port now, and charges with `simulator.merchant()`.
/// simulator.finish_at("http://127.0.0.1:3000/finish")?;
/// simulator.notify_at("http://127.0.0.1:3000/notify")?;
/// assert!(simulator.url().starts_with("http://127.0.0.1:"));
/// simulator.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Simulator {
    url: String,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
    /// Nobody sends by itself where the merchant's test does.
    courier: Option<JoinHandle<()>>,
}

impl Simulator {
    /// The settings of a new simulator.
    pub fn builder() -> Builder {
        Builder::default()
    }

    pub(crate) fn start(listener: TcpListener, url: String, shared: Arc<Shared>) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let router = front::router(Arc::clone(&shared));
        let server = tokio::spawn(async move {
            let served = axum::serve(listener, router).with_graceful_shutdown(async {
                // Also when the sender is dropped.
                let _ = stopped.await;
            });
            // It ends with an error only if the socket is lost, and then there is nobody left to tell.
            let _ = served.await;
        });
        let courier = (!shared.by_hand).then(|| tokio::spawn(courier::run(Arc::clone(&shared))));
        Self { url, shared, stop: Some(stop), server: Some(server), courier }
    }

    /// The API's base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The account to call this simulator with.
    #[must_use]
    #[expect(clippy::missing_panics_doc, reason = "an address of this machine is a valid base for any key")]
    pub fn merchant(&self) -> Merchant {
        let environment = Environment::custom(&self.url).expect("a loopback address is a valid base");
        Merchant::new(environment, self.server_key()).expect("a custom environment takes any key")
    }

    /// The key that calls carry and that signs notifications.
    #[must_use]
    pub fn server_key(&self) -> ServerKey {
        self.shared.quietly(|gateway, _| gateway.settings().server_key().clone())
    }

    /// The key that Akulaku's way back carries.
    #[must_use]
    pub fn client_key(&self) -> ClientKey {
        self.shared.quietly(|gateway, _| gateway.settings().client_key().clone())
    }

    /// Sends customers there from now on.
    ///
    /// # Errors
    /// [`InvalidUrl`] unless it is an absolute `http` or `https` URL.
    pub fn finish_at(&self, url: &str) -> Result<(), InvalidUrl> {
        let url = web_url("finish_url", url)?;
        self.shared.with(|gateway, _| gateway.settings_mut().finish_url = Some(url));
        Ok(())
    }

    /// Sends the notifications of everything that happens from now on there.
    ///
    /// # Errors
    /// [`InvalidUrl`] unless it is an absolute `http` or `https` URL.
    pub fn notify_at(&self, url: &str) -> Result<(), InvalidUrl> {
        let url = web_url("notification_url", url)?;
        self.shared.with(|gateway, _| gateway.settings_mut().notification_url = Some(url));
        Ok(())
    }

    /// Plays the customer without a browser. Takes an order id or a transaction id; `None` if there is none such.
    pub fn choose(&self, id: &str, choice: Choice) -> Option<WayBack> {
        self.shared.with(|gateway, now| gateway.choose(id, choice, now))
    }

    /// The time at the gateway.
    #[must_use]
    pub fn now(&self) -> WibTime {
        self.shared.clock.now()
    }

    /// Moves the gateway's clock forward by whole seconds: expiries and repeated notifications come due.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
        self.shared.changed.notify_one();
    }

    /// Lets the next call fail. See [`Gateway::fail_next`](crate::gateway::Gateway::fail_next).
    pub fn fail_next(&self, fault: Fault) {
        self.shared.with(|gateway, _| gateway.fail_next(fault));
    }

    /// Carries the next call of the API out, and breaks the connection off instead of answering.
    pub fn lose_next_answer(&self) {
        self.shared.lose_next_answer();
    }

    /// The notifications that are to be sent by now, where they are [delivered by hand](Builder::deliver_by_hand). Each is
    /// handed out once; report what came of it.
    #[must_use]
    pub fn due(&self) -> Vec<Delivery> {
        self.shared.quietly(|gateway, now| gateway.due(now))
    }

    /// What came of a notification that was delivered by hand. One that failed becomes due again as the real gateway would
    /// repeat it.
    pub fn delivered(&self, id: DeliveryId, outcome: Outcome) {
        self.shared.quietly(|gateway, now| gateway.delivered(id, outcome, now));
    }

    /// When something happens by itself next: an expiry, or a notification.
    #[must_use]
    pub fn next_at(&self) -> Option<WibTime> {
        self.shared.quietly(|gateway, _| gateway.next_at())
    }

    /// All notifications ever made, with their history.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.shared.quietly(|gateway, _| gateway.messages().to_vec())
    }

    /// Sends a notification again that is over. `false` if it is not over.
    pub fn repeat(&self, id: DeliveryId) -> bool {
        self.shared.with(|gateway, now| gateway.repeat(id, now))
    }

    /// Returns when no notification is due now or under way. Later repeats are not waited for; nor are notifications that
    /// are delivered by hand.
    pub async fn idle(&self) {
        self.shared.idle().await;
    }

    /// Stops listening and lets calls end that are under way, for a second at most.
    pub async fn shutdown(mut self) {
        self.stop = None;
        if let Some(mut server) = self.server.take() {
            let _ = tokio::time::timeout(Duration::from_secs(1), &mut server).await;
            server.abort();
        }
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        if let Some(courier) = &self.courier {
            courier.abort();
        }
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}
