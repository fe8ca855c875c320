//! The settings of a simulator that does not run yet.

mod start;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
#[cfg(feature = "state")]
use std::path::PathBuf;
use std::time::Duration;

use midtrans_protocol::time::WibTime;

use crate::account::Account;
use crate::clock::Time;
use crate::dashboard_urls::dashboard_urls;
use crate::gateway::retry::TIMEOUT;
use crate::gateway::settings::{CLIENT_KEY, MERCHANT_ID, SERVER_KEY};
use crate::gateway::{Event, Rule, UrlSetting};
use crate::shared::EventHook;
#[cfg(doc)]
use crate::simulator::Simulator;

/// The settings of a simulator that does not run yet. See [`Simulator::builder`].
#[must_use]
pub struct Builder {
    address: IpAddr,
    port: u16,
    own: Account,
    public_url: Option<String>,
    allowed_hosts: BTreeSet<String>,
    hosts: BTreeSet<String>,
    time: Time,
    starts: Option<WibTime>,
    takes_card_numbers: bool,
    answer_delay: Duration,
    delivery_timeout: Duration,
    seed: Option<u64>,
    lenient: Option<bool>,
    faults: Vec<Rule>,
    merchants: Vec<Account>,
    #[cfg(feature = "state")]
    state: Option<PathBuf>,
    by_hand: bool,
    on_event: Option<EventHook>,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            own: Account::new(MERCHANT_ID, SERVER_KEY, CLIENT_KEY),
            public_url: None,
            allowed_hosts: BTreeSet::new(),
            hosts: BTreeSet::new(),
            time: Time::default(),
            starts: None,
            takes_card_numbers: false,
            answer_delay: Duration::ZERO,
            delivery_timeout: TIMEOUT,
            seed: None,
            lenient: None,
            faults: Vec::new(),
            merchants: Vec::new(),
            #[cfg(feature = "state")]
            state: None,
            by_hand: false,
            on_event: None,
        }
    }
}

impl Builder {
    /// The address to listen on. Default: 127.0.0.1. With another one, everybody who reaches it
    /// reaches the console too, which has no password; containers listen on 0.0.0.0 and need their
    /// [name](Self::host) here.
    pub const fn address(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// The port. Default: any free port.
    pub const fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The server key that calls must carry and that signs notifications. Default:
    /// `SB-Mid-server-simulator`.
    pub fn server_key(mut self, key: impl Into<String>) -> Self {
        self.own.server_key = key.into();
        self
    }

    /// The client key that Akulaku's way back carries. Default: `SB-Mid-client-simulator`.
    pub fn client_key(mut self, key: impl Into<String>) -> Self {
        self.own.client_key = key.into();
        self
    }

    /// The merchant's id. Default: `G000000000`.
    pub fn merchant_id(mut self, id: impl Into<String>) -> Self {
        self.own.merchant_id = id.into();
        self
    }

    /// The address at which browsers find the pay pages, if not the simulator's own.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    dashboard_urls! {}

    fn with_url(mut self, setting: UrlSetting, url: impl Into<String>) -> Self {
        self.own = self.own.with_url(setting, url);
        self
    }

    /// Allows notifications to go to this host, beside the hosts of this machine.
    pub fn allow_host(mut self, host: impl AsRef<str>) -> Self {
        self.allowed_hosts
            .insert(host.as_ref().trim_matches(['[', ']']).to_ascii_lowercase());
        self
    }

    /// A further host name under which callers and browsers are answered, beside the names of this
    /// machine and the [public URL's](Self::public_url): the name of a container, for instance.
    /// Other names get 403, so that no other site's page reads the simulator.
    pub fn host(mut self, name: impl AsRef<str>) -> Self {
        self.hosts
            .insert(name.as_ref().trim_matches(['[', ']']).to_ascii_lowercase());
        self
    }

    /// The pace of the gateway's clock. Default: [`Time::Real`].
    pub const fn time(mut self, time: Time) -> Self {
        self.time = time;
        self
    }

    /// The moment at which the gateway's clock starts, from which it goes on: a day in 2022, for
    /// instance, when cards of that year are good. Default: now. A [state file](Self::state) that
    /// has seen a later moment goes on from that one, and a [manual](Time::Manual) clock stands
    /// where it says.
    pub const fn start_at(mut self, moment: WibTime) -> Self {
        self.starts = Some(moment);
        self
    }

    /// The time that each call of the API takes, in real time. A repeat with the same idempotency
    /// key meanwhile gets HTTP 202.
    pub const fn answer_delay(mut self, delay: Duration) -> Self {
        self.answer_delay = delay;
        self
    }

    /// The time that the merchant may take to answer a notification, in real time. Default: 15
    /// seconds.
    pub const fn delivery_timeout(mut self, timeout: Duration) -> Self {
        self.delivery_timeout = timeout;
        self
    }

    /// The seed of the ids: the same seed and the same calls give the same ids. Without one, every
    /// start has ids of its own, as a shop that outlives a simulator expects.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Takes charges that lack fields which the gateway's reference requires, as the samples of its
    /// guide do: items, the customer, a seller's fields. Types, lengths, the least amount and the
    /// sum of the prices are checked all the same.
    pub const fn lenient(mut self) -> Self {
        self.lenient = Some(true);
        self
    }

    /// Refuses charges that lack fields which the gateway's reference requires. This is the
    /// default; an explicit call also overrides a [state file](Self::state).
    pub const fn strict(mut self) -> Self {
        self.lenient = Some(false);
        self
    }

    /// Takes charges with a whole card number and by Google Pay at every host. The gateway takes
    /// them only at `panapi`, and the simulator at `panapi.localhost`; a client with one base URL
    /// for all hosts reaches no other.
    pub const fn takes_card_numbers(mut self) -> Self {
        self.takes_card_numbers = true;
        self
    }

    /// Declares that Kredivo has allowed the merchant to leave out items and customer.
    pub const fn kredivo_approved(mut self) -> Self {
        self.own.kredivo_approved = Some(true);
        self
    }

    /// Declares that Kredivo requires items and customer of the merchant. This is the default; an
    /// explicit call also overrides a [state file](Self::state).
    pub const fn kredivo_unapproved(mut self) -> Self {
        self.own.kredivo_approved = Some(false);
        self
    }

    /// Adds a fault for every merchant. The calls that a rate hits depend on the
    /// [seed](Self::seed).
    pub fn fault(mut self, rule: impl Into<Rule>) -> Self {
        self.faults.push(rule.into());
        self
    }

    /// Opens an account for another merchant.
    pub fn merchant(mut self, account: Account) -> Self {
        self.merchants.push(account);
        self
    }

    /// Keeps everything in this SQLite file, and goes on with its contents: transactions,
    /// notifications and their history, idempotency keys, URLs, rules for faults, and the clock's
    /// offset. A missing file is made. Settings that are given now win; keys are never in the file,
    /// and the seed is the file's. Only one simulator may use a file at a time.
    #[cfg(feature = "state")]
    pub fn state(mut self, file: impl Into<PathBuf>) -> Self {
        self.state = Some(file.into());
        self
    }

    /// Sends no notification by itself: you ask [`Simulator::due`] for them, deliver them in any
    /// order and as often as you like, and report with [`Simulator::delivered`] what came of each.
    /// For tests of what a merchant does with notifications that are late, repeated, reordered or
    /// lost.
    pub const fn deliver_by_hand(mut self) -> Self {
        self.by_hand = true;
        self
    }

    /// Calls `hook` with every event. It must not call the simulator and wait for it.
    pub fn on_event(mut self, hook: impl Fn(&Event) + Send + Sync + 'static) -> Self {
        self.on_event = Some(Box::new(hook));
        self
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("port", &self.port)
            .field("time", &self.time)
            .finish_non_exhaustive()
    }
}
