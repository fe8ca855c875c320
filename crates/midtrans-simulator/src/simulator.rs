//! A running simulator.

use std::sync::Arc;
use std::time::Duration;

use midtrans_protocol::account::ClientKey;
use midtrans_protocol::time::WibTime;
use midtrans_protocol::{Environment, Merchant, ServerKey};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::builder::Builder;
use crate::gateway::{
    Accounts, Choice, Command, Delivery, DeliveryId, Fault, FinishRedirect, Gateway, Message,
    NotPossible, Outcome, Rule, Timeline,
};
use crate::shared::Shared;
use crate::start_error::{InvalidUrl, StartError, web_url};
use crate::{courier, front, server};

/// The gateway, listening on a port of this machine or [without any socket](Builder::in_process).
/// It stops when it is dropped.
///
/// Its pay pages are forms: `POST` the address of a page with `choice=approve`, `choice=decline` or
/// `choice=leave` and you are the customer. Or call [`choose`](Self::choose).
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
    /// None where the owner delivers the notifications.
    courier: Option<JoinHandle<()>>,
}

impl Simulator {
    /// The settings of a new simulator.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Starts a simulator with default settings on a free port of 127.0.0.1.
    ///
    /// # Errors
    /// As [`Builder::serve`].
    pub async fn serve() -> Result<Self, StartError> {
        Self::builder().serve().await
    }

    pub(crate) fn without_socket(url: String, shared: Arc<Shared>) -> Self {
        Self {
            url,
            shared,
            stop: None,
            server: None,
            courier: None,
        }
    }

    pub(crate) fn start(listener: TcpListener, url: String, shared: Arc<Shared>) -> Self {
        let (stop, stopped) = oneshot::channel::<()>();
        let router = front::router(Arc::clone(&shared));
        let server = tokio::spawn(server::serve(listener, router, async {
            // Also when the sender is dropped.
            let _ = stopped.await;
        }));
        let courier =
            (!shared.parts.by_hand).then(|| tokio::spawn(courier::run(Arc::clone(&shared))));
        Self {
            url,
            shared,
            stop: Some(stop),
            server: Some(server),
            courier,
        }
    }

    /// The API's base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The account to call this simulator with. Its base URL is an `https` URL where the simulator
    /// listens on an address that is not this machine's own ([`Builder::address`]): a proxy that
    /// speaks TLS has to stand in front.
    #[must_use]
    pub fn merchant(&self) -> Merchant {
        self.merchant_with(self.server_key())
    }

    /// The account of another merchant to call this simulator with. See [`Builder::merchant`].
    #[must_use]
    pub fn merchant_of(&self, merchant_id: &str) -> Option<Merchant> {
        let key = self.shared.quietly(|accounts, _| {
            accounts
                .of_merchant(merchant_id)
                .map(|account| account.settings().server_key().clone())
        });
        key.map(|key| self.merchant_with(key))
    }

    fn merchant_with(&self, key: ServerKey) -> Merchant {
        // A client sends a key over plain HTTP to this machine only.
        let elsewhere = || Environment::custom(&self.url.replacen("http://", "https://", 1));
        let environment = Environment::custom(&self.url)
            .or_else(|_| elsewhere())
            .expect("an address is a valid base");
        Merchant::new(environment, key).expect("a custom environment takes any key")
    }

    /// The key that calls carry and that signs notifications.
    #[must_use]
    pub fn server_key(&self) -> ServerKey {
        self.shared
            .quietly(|accounts, _| accounts.first().settings().server_key().clone())
    }

    /// The key that Akulaku's way back carries.
    #[must_use]
    pub fn client_key(&self) -> ClientKey {
        self.shared
            .quietly(|accounts, _| accounts.first().settings().client_key().clone())
    }

    /// Sets the finish URL of the first merchant from now on.
    ///
    /// # Errors
    /// [`InvalidUrl`] unless it is an absolute `http` or `https` URL.
    pub fn finish_at(&self, url: &str) -> Result<(), InvalidUrl> {
        let url = web_url("finish_url", url)?;
        self.shared
            .with(|accounts, _| accounts.first_mut().settings_mut().finish_url = Some(url));
        Ok(())
    }

    /// Sets the notification URL of the first merchant, for all events from now on.
    ///
    /// # Errors
    /// [`InvalidUrl`] unless it is an absolute `http` or `https` URL on this machine, or on a host
    /// that [`Builder::allow_host`] names. Any host will do where notifications are [delivered by
    /// hand](Builder::deliver_by_hand).
    pub fn notify_at(&self, url: &str) -> Result<(), InvalidUrl> {
        let url = web_url("notification_url", url)?;
        if let Some(host) = self.shared.forbidden_host(&url) {
            return Err(InvalidUrl::forbidden("notification_url", host));
        }
        self.shared
            .with(|accounts, _| accounts.first_mut().settings_mut().notification_url = Some(url));
        Ok(())
    }

    /// Returns the host of a notification URL to which nothing is sent, because
    /// [`Builder::allow_host`] does not name it. `None` where the URL may be notified.
    #[must_use]
    pub fn forbidden_host(&self, notification_url: &str) -> Option<String> {
        self.shared.forbidden_host(notification_url)
    }

    /// Plays the customer without a browser. Takes an order id or a transaction id; `None` if there
    /// is none such.
    pub fn choose(&self, id: &str, choice: Choice) -> Option<FinishRedirect> {
        self.shared
            .with(|accounts, now| accounts.having(id)?.choose(id, choice, now))
    }

    /// The time at the gateway.
    #[must_use]
    pub fn now(&self) -> WibTime {
        self.shared.parts.clock.now()
    }

    /// Moves the clock forward: expiries and repeated notifications come due.
    pub fn advance(&self, by: Duration) {
        self.shared.parts.clock.advance(by);
        self.shared.with(|_, _| ());
    }

    /// Applies a fault once, to the next order of the first merchant that it fits.
    pub fn fail_next(&self, fault: Fault) {
        self.add_fault(Rule::new(fault).times(1));
    }

    /// Adds a rule for faults of the first merchant; for others, see
    /// [`with_accounts`](Self::with_accounts) and [`Accounts::of_merchant_mut`]. Returns the rule's
    /// number, to remove it with.
    pub fn add_fault(&self, rule: impl Into<Rule>) -> u32 {
        self.shared
            .with(|accounts, _| accounts.first_mut().add_fault(rule))
    }

    /// Removes a rule of the first merchant. `false` if it is not there or used up.
    pub fn remove_fault(&self, number: u32) -> bool {
        self.shared
            .with(|accounts, _| accounts.first_mut().remove_fault(number))
    }

    /// Forgets all transactions, notifications, stored answers and calls of all merchants.
    /// Settings, the clock and the faults of the start stay. For tests that share a simulator.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// The timeline of a transaction, by its order id or its own.
    #[must_use]
    pub fn timeline(&self, id: &str) -> Option<Timeline> {
        self.shared
            .quietly(|accounts, _| accounts.having(id)?.timeline(id))
    }

    /// Carries out a command of the console, without any fault.
    ///
    /// # Errors
    /// [`NotPossible`], and then nothing has happened.
    pub fn command(&self, id: &str, command: Command) -> Result<(), NotPossible> {
        self.shared.with(|accounts, now| match accounts.having(id) {
            Some(account) => account.command(id, command, now),
            None => Err(NotPossible::Unknown),
        })
    }

    /// Gives access to the accounts behind the simulator, for all that has no method here.
    pub fn with_accounts<T>(&self, work: impl FnOnce(&mut Accounts, WibTime) -> T) -> T {
        self.shared.with(work)
    }

    /// Passes every notification that is due by now to `to`, and records the outcome that it
    /// returns, until nothing is due. Returns the number of attempts. Only where notifications are
    /// delivered by hand, or without sockets.
    pub fn deliver(&self, mut to: impl FnMut(&Delivery) -> Outcome) -> usize {
        let mut attempts = 0;
        loop {
            let due = self.due();
            if due.is_empty() {
                return attempts;
            }
            for delivery in due {
                attempts += 1;
                self.delivered(delivery.id, to(&delivery));
            }
        }
    }

    /// The notifications that are due by now, where they are [delivered by
    /// hand](Builder::deliver_by_hand). Each is handed out once; report its outcome with
    /// [`delivered`](Self::delivered).
    #[must_use]
    pub fn due(&self) -> Vec<Delivery> {
        self.shared.quietly(|accounts, now| {
            accounts
                .all_mut()
                .flat_map(|account| account.due(now))
                .collect()
        })
    }

    /// Reports the outcome of a notification that was delivered by hand. One that failed becomes
    /// due again as the real gateway would repeat it.
    pub fn delivered(&self, id: DeliveryId, outcome: Outcome) {
        self.shared
            .with(|accounts, now| accounts.sending(id).delivered(id, outcome, now));
    }

    /// The time of the next event that happens by itself: an expiry, or a notification.
    #[must_use]
    pub fn next_at(&self) -> Option<WibTime> {
        self.shared
            .quietly(|accounts, _| accounts.all().filter_map(Gateway::next_at).min())
    }

    /// All notifications ever made, with their history.
    #[must_use]
    pub fn messages(&self) -> Vec<Message> {
        self.shared.quietly(|accounts, _| {
            accounts
                .all()
                .flat_map(Gateway::messages)
                .cloned()
                .collect()
        })
    }

    /// Sends a finished notification again. `false` if it is not over.
    pub fn repeat(&self, id: DeliveryId) -> bool {
        self.shared
            .with(|accounts, now| accounts.sending(id).repeat(id, now))
    }

    /// Returns when no notification is due now or under way. Later repeats are not waited for; nor
    /// are notifications that are delivered by hand.
    pub async fn idle(&self) {
        self.shared.idle().await;
    }

    /// Stops listening and waits for calls under way, for a second at most.
    pub async fn shutdown(mut self) {
        self.stop = None;
        if let Some(mut server) = self.server.take() {
            let _ = tokio::time::timeout(Duration::from_secs(1), &mut server).await;
            server.abort();
        }
        self.shared.close();
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        // A delivery that is still under way keeps the rest, but not the file.
        self.shared.close();
        if let Some(courier) = &self.courier {
            courier.abort();
        }
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}
