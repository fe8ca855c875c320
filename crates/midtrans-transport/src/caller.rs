//! The settings that both clients share: account, limits, retries, random source, observer.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use midtrans_protocol::account::Account;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::operation::{Operation, Replay};
use midtrans_protocol::{Merchant, RequestOptions};

use crate::{Error, Exchange, Observer, Reach, TransportError, TransportErrorKind};

/// The limits and the retry policy of a client's calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Config {
    /// The longest that one HTTP call may take, from DNS to the last byte of the reply. Default: 30
    /// seconds. All attempts of an operation together may take three times that and the pauses; to
    /// have an answer sooner, set [`CallOptions::deadline`].
    pub timeout: Duration,
    /// The longest reply body, in bytes. Default: 1 MiB.
    pub max_body: usize,
    /// The retry policy.
    pub retry: RetryPolicy,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(30),
            max_body: 1 << 20,
            retry: RetryPolicy::default(),
        }
    }
}

/// The retry policy: number of attempts and the pauses between them.
///
/// Whatever is set here, nothing that may have reached the gateway and is not idempotent is sent
/// again without an idempotency key, and no attempt starts later than [`WINDOW`](Self::WINDOW) after the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RetryPolicy {
    /// Attempts in all, the first included; 0 counts as 1. Default: 3.
    pub attempts: u32,
    /// The pause after the first attempt; it doubles each time, with a jitter of half to all of it.
    /// Default: half a second.
    pub pause: Duration,
    /// The longest pause, unless the gateway's `Retry-After` asks for more. Default: 8 seconds.
    pub max_pause: Duration,
}

impl RetryPolicy {
    /// The gateway forgets an idempotency key five minutes after it stored a success, so repeats
    /// stop after three. It forgets that of a new subscription after three, and those stop after
    /// one: see [`Operation::key_lifetime`].
    pub const WINDOW: Duration = Duration::from_secs(180);

    /// One attempt, no retries.
    #[must_use]
    pub const fn never() -> Self {
        Self {
            attempts: 1,
            pause: Duration::ZERO,
            max_pause: Duration::ZERO,
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            pause: Duration::from_millis(500),
            max_pause: Duration::from_secs(8),
        }
    }
}

/// The options of a single call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallOptions {
    /// Idempotency key and notification URLs. Without a key, a fresh one is made where the
    /// operation wants one.
    pub request: RequestOptions,
    /// The longest that the call may take with all its attempts and pauses.
    pub deadline: Option<Duration>,
    /// Another retry policy than the client's, such as [`RetryPolicy::never`] for a caller that has
    /// a schedule of its own.
    pub retry: Option<RetryPolicy>,
}

impl CallOptions {
    /// A call with this idempotency key: one that was stored before, so that a repeat from another
    /// process or after a crash is the same call.
    #[must_use]
    pub fn keyed(idempotency_key: IdempotencyKey) -> Self {
        let mut options = Self::default();
        options.request.idempotency_key = Some(idempotency_key);
        options
    }
}

/// The source of idempotency keys and of the jitter of pauses. Tests bring their own.
pub trait RandomSource: Send + Sync {
    /// 128 random bits, different for every call, in every process of the merchant.
    ///
    /// # Errors
    /// When the machine has none. A call that needs an idempotency key is not sent then.
    fn random(&self) -> io::Result<u128>;
}

/// The operating system's random numbers.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsRandom;

impl RandomSource for OsRandom {
    fn random(&self) -> io::Result<u128> {
        let mut bits = [0; 16];
        getrandom::getrandom(&mut bits)
            .map_err(|_| io::Error::other("the operating system has no random numbers"))?;
        Ok(u128::from_ne_bytes(bits))
    }
}

/// An account with the settings of its calls, which [`BlockingClient`](crate::BlockingClient) and
/// `AsyncClient` share. Use it with [`Exchange`] to drive a transport of another shape.
#[derive(Clone)]
pub struct Caller<A = Merchant> {
    account: A,
    pub(crate) config: Config,
    random: Arc<dyn RandomSource>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
}

impl<A: Account> Caller<A> {
    /// A caller for this account, with the default settings.
    #[must_use]
    pub fn new(account: A) -> Self {
        Self {
            account,
            config: Config::default(),
            random: Arc::new(OsRandom),
            observer: None,
        }
    }

    /// Sets limits and retry policy.
    #[must_use]
    pub fn with_config(mut self, config: Config) -> Self {
        self.config = config;
        self
    }

    /// Sets the source of idempotency keys and jitter.
    #[must_use]
    pub fn with_random(mut self, random: impl RandomSource + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }

    /// Sets an observer of every attempt.
    #[must_use]
    pub fn with_observer(mut self, observer: impl Observer + 'static) -> Self {
        self.observer = Some(Arc::new(observer));
        self
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> &A {
        &self.account
    }

    /// Starts a call.
    ///
    /// # Errors
    /// Only when an idempotency key is needed, none is given, and there are no random numbers to
    /// make one.
    pub fn begin<'a, O: Operation<Account = A>>(
        &'a self,
        operation: &'a O,
        options: &CallOptions,
    ) -> Result<Exchange<'a, O>, Error> {
        let mut options = options.clone();
        if operation.replay() == Replay::Keyed && options.request.idempotency_key.is_none() {
            let key = self.idempotency_key().map_err(|source| {
                let refused = TransportError::new(TransportErrorKind::Request, Reach::NotSent)
                    .with_source(source);
                Error::unsent(O::NAME, refused)
            })?;
            options.request.idempotency_key = Some(key);
        }
        Ok(Exchange::new(self, operation, options))
    }

    /// A key that no call has had yet.
    ///
    /// # Errors
    /// When there are no random numbers to make one.
    pub fn idempotency_key(&self) -> io::Result<IdempotencyKey> {
        self.random.random().map(IdempotencyKey::from_random)
    }

    /// A random duration between half of the pause and all of it.
    pub(crate) fn jittered(&self, pause: Duration) -> Duration {
        // Without random numbers the whole pause is as good a choice as any.
        let share = self
            .random
            .random()
            .map_or(1_000, |bits| 500 + (bits % 501) as u32);
        pause / 1_000 * share
    }
}

impl<A: Account> fmt::Debug for Caller<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller")
            .field("account", &self.account)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
