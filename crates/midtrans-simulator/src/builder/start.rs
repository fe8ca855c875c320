//! The start of a simulator from its settings.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::net::TcpListener;

use super::Builder;
use crate::account::Account;
use crate::blocking::BlockingSimulator;
use crate::clock::Clock;
use crate::courier::forbidden_host;
use crate::gateway::{Accounts, Settings};
use crate::hosts::Hosts;
use crate::shared::{Guarded, Parts, Shared};
use crate::simulator::Simulator;
use crate::start_error::{StartError, web_url};
#[cfg(feature = "state")]
use crate::state::State;

impl Builder {
    /// Starts the simulator in the running tokio runtime.
    ///
    /// # Errors
    /// [`StartError`] for an invalid setting, or a port that is taken.
    pub async fn serve(self) -> Result<Simulator, StartError> {
        let wanted = SocketAddr::new(self.address, self.port);
        let refused = |error| StartError::Listen(wanted, error);
        let listener = TcpListener::bind(wanted).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let url = format!(
            "http://{}",
            SocketAddr::new(reachable(address.ip()), address.port())
        );
        let shared = self.shared(&url, Some(address.ip()))?;
        Ok(Simulator::start(listener, url, shared))
    }

    /// Makes a simulator that listens nowhere and needs no runtime: it is a transport, and
    /// [`deliver`](Simulator::deliver) passes its notifications to a function. Its pay pages cannot
    /// be opened.
    ///
    /// # Errors
    /// [`StartError`] for an invalid setting.
    pub fn in_process(self) -> Result<Simulator, StartError> {
        let url = "http://127.0.0.1:8180".to_owned();
        let shared = self.deliver_by_hand().shared(&url, None)?;
        Ok(Simulator::without_socket(url, shared))
    }

    /// Starts the simulator in a thread of its own, for programs and tests without a runtime.
    ///
    /// # Errors
    /// As [`serve`](Self::serve).
    pub fn serve_blocking(self) -> Result<BlockingSimulator, StartError> {
        BlockingSimulator::start(self)
    }

    fn shared(self, url: &str, listens_at: Option<IpAddr>) -> Result<Arc<Shared>, StartError> {
        #[cfg_attr(
            not(feature = "state"),
            expect(unused_mut, reason = "nothing is put back")
        )]
        let mut accounts = self.accounts(url)?;
        let clock = Clock::start(self.time, self.starts);
        #[cfg(feature = "state")]
        let state = match &self.state {
            Some(file) => {
                let mut state = State::open(file).map_err(StartError::State)?;
                let (ahead, seen) = state.clock().map_err(StartError::State)?;
                clock.advance(ahead);
                clock.never_before(seen);
                state
                    .load(&mut accounts, clock.now())
                    .map_err(StartError::State)?;
                self.apply_own_settings(&mut accounts);
                // Reports a file that cannot be written at the start, not later.
                state
                    .save(&mut accounts, clock.ahead(), clock.now())
                    .map_err(StartError::State)?;
                Some(state)
            }
            None => None,
        };
        let guarded = Guarded {
            accounts,
            #[cfg(feature = "state")]
            state,
        };
        let parts = Parts {
            clock,
            hosts: Hosts::new(
                &guarded.accounts.first().settings().url,
                self.hosts,
                listens_at,
            ),
            allowed_hosts: self.allowed_hosts,
            answer_delay: self.answer_delay,
            delivery_timeout: self.delivery_timeout,
            by_hand: self.by_hand,
            on_event: self.on_event,
        };
        Ok(Arc::new(Shared::new(guarded, parts)))
    }

    fn accounts(&self, url: &str) -> Result<Accounts, StartError> {
        let public_url = match &self.public_url {
            Some(url) => web_url("public_url", url)?.trim_end_matches('/').to_owned(),
            None => url.to_owned(),
        };
        let seed = self.seed.unwrap_or_else(seed_of_the_moment);
        let mut accounts = Accounts::new(self.settings(&public_url, &self.own, seed)?);
        for account in &self.merchants {
            if !accounts.open(self.settings(&public_url, account, seed)?) {
                return Err(StartError::SameMerchant(account.merchant_id.clone()));
            }
        }
        for account in accounts.all_mut() {
            account.record_events(self.on_event.is_some());
            for rule in &self.faults {
                account.add_fault(rule.clone());
            }
            account.mark_start();
        }
        Ok(accounts)
    }

    /// Puts this run's own settings above those of the state file.
    #[cfg(feature = "state")]
    fn apply_own_settings(&self, accounts: &mut Accounts) {
        for (account, given) in accounts
            .all_mut()
            .zip(std::iter::once(&self.own).chain(&self.merchants))
        {
            let settings = account.settings_mut();
            settings.lenient = self.lenient.unwrap_or(settings.lenient);
            settings.kredivo_approved = given.kredivo_approved.unwrap_or(settings.kredivo_approved);
        }
    }

    fn settings(
        &self,
        public_url: &str,
        account: &Account,
        seed: u64,
    ) -> Result<Settings, StartError> {
        let mut settings =
            Settings::new(public_url).with_keys(&account.server_key, &account.client_key)?;
        settings.merchant_id.clone_from(&account.merchant_id);
        for (setting, url) in &account.urls {
            let url = web_url(setting.as_str(), url)?;
            // Delivery by hand sends nothing anywhere.
            if setting.is_notified()
                && !self.by_hand
                && let Some(host) = forbidden_host(&url, &self.allowed_hosts)
            {
                let setting = setting.as_str();
                return Err(StartError::HostNotAllowed { setting, host });
            }
            *settings.url_of_mut(*setting) = Some(url);
        }
        settings.lenient = self.lenient.unwrap_or_default();
        settings.kredivo_approved = account.kredivo_approved.unwrap_or_default();
        settings.takes_card_numbers = self.takes_card_numbers;
        settings.seed = seed;
        Ok(settings)
    }
}

/// The address at which this machine reaches the simulator.
const fn reachable(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => IpAddr::V6(Ipv6Addr::LOCALHOST),
        address => address,
    }
}

fn seed_of_the_moment() -> u64 {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    // Nanoseconds fit until the year 2554; afterwards they start again.
    since_epoch.as_nanos() as u64
}
