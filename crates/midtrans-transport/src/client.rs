//! The clients: a caller, a transport, and a loop of a few lines.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use midtrans_protocol::account::Account;
use midtrans_protocol::ids::{IdempotencyKey, PaymentId};
use midtrans_protocol::operation::Operation;
use midtrans_protocol::paging::Paged;
use midtrans_protocol::transaction::{Cancel, Expire, Refund};
use midtrans_protocol::{
    Charge, Decision, Expected, GetStatus, Merchant, Notification, Transaction, decide,
};

#[cfg(feature = "async")]
use crate::{AsyncPages, AsyncTransport};
use crate::{
    BlockingPages, BlockingTransport, CallOptions, Caller, Config, Error, Next, Observer,
    RandomSource,
};

/// The time limit of [`BlockingClient::confirm`] and `AsyncClient::confirm`, with all attempts. The
/// ready webhooks give a handler ten seconds, and the gateway waits fifteen.
pub const CONFIRM_WITHIN: Duration = Duration::from_secs(8);

/// Calls the gateway and blocks the thread.
///
/// A client is a handle: a clone costs two reference counts and uses the same transport, and with
/// it the same connections, whether the transport itself can be cloned or not. Make one for the
/// whole program and put clones of it into threads and into the state of a web framework.
pub struct BlockingClient<T, A = Merchant> {
    transport: Arc<T>,
    caller: Arc<Caller<A>>,
}

/// Calls the gateway without blocking the thread. Dropping the future of a call leaves its outcome
/// unknown.
///
/// A client is a handle: a clone costs two reference counts and uses the same transport, and with
/// it the same connections, whether the transport itself can be cloned or not. Make one for the
/// whole program and put clones of it into tasks and into the state of a web framework.
///
/// ```
/// use midtrans_transport::{AsyncClient, AsyncTransport};
///
/// #[derive(Clone)]
/// struct App<T: AsyncTransport> {
///     midtrans: AsyncClient<T>,
/// }
/// ```
#[cfg(feature = "async")]
pub struct AsyncClient<T, A = Merchant> {
    transport: Arc<T>,
    caller: Arc<Caller<A>>,
}

/// Implements a client. The blocking and the async one differ in `async` and `await`, and in that
/// the operation of an async call is `Sync`.
macro_rules! client {
    ($client:ident, $transport:ident, $pages:ident $(, $async:ident, $await:ident, $sync:ident)?) => {
        impl<T, A> Clone for $client<T, A> {
            fn clone(&self) -> Self {
                Self { transport: Arc::clone(&self.transport), caller: Arc::clone(&self.caller) }
            }
        }

        /// Shows the account and the settings, but not the transport, which need not implement
        /// `Debug`.
        impl<T, A: Account> fmt::Debug for $client<T, A> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($client)).field("caller", &self.caller).finish_non_exhaustive()
            }
        }

        impl<T: $transport, A: Account> $client<T, A> {
            /// A client for one account, with the default settings.
            #[must_use]
            pub fn new(transport: T, account: A) -> Self {
                Self { transport: Arc::new(transport), caller: Arc::new(Caller::new(account)) }
            }

            /// Sets limits and retry policy. Existing clones keep theirs.
            #[must_use]
            pub fn with_config(self, config: Config) -> Self {
                Self { caller: Arc::new(Arc::unwrap_or_clone(self.caller).with_config(config)), ..self }
            }

            /// Sets the source of idempotency keys and jitter. Existing clones keep theirs.
            #[must_use]
            pub fn with_random(self, random: impl RandomSource + 'static) -> Self {
                Self { caller: Arc::new(Arc::unwrap_or_clone(self.caller).with_random(random)), ..self }
            }

            /// Sets an observer of every attempt. Existing clones keep theirs.
            #[must_use]
            pub fn with_observer(self, observer: impl Observer + 'static) -> Self {
                Self { caller: Arc::new(Arc::unwrap_or_clone(self.caller).with_observer(observer)), ..self }
            }

            /// A new idempotency key. Store it before you send the call with
            /// [`CallOptions::keyed`].
            ///
            /// # Errors
            /// When the machine has no random numbers.
            pub fn idempotency_key(&self) -> io::Result<IdempotencyKey> {
                self.caller.idempotency_key()
            }

            /// Sends an operation.
            ///
            /// # Errors
            /// [`Error`]; ask its [`outcome_unknown`](Error::outcome_unknown) first.
            pub $($async)? fn send<O: Operation<Account = A> $(+ $sync)?>(
                &self,
                operation: &O,
            ) -> Result<O::Reply, Error> {
                self.send_with(operation, &CallOptions::default())$(.$await)?
            }

            /// Sends an operation with an idempotency key, notification URLs or a deadline of its
            /// own.
            ///
            /// # Errors
            /// As [`send`](Self::send).
            pub $($async)? fn send_with<O: Operation<Account = A> $(+ $sync)?>(
                &self,
                operation: &O,
                options: &CallOptions,
            ) -> Result<O::Reply, Error> {
                let mut exchange = self.caller.begin(operation, options)?;
                let started = self.transport.now();
                loop {
                    let elapsed = self.transport.now() - started;
                    let (request, limits) = exchange.attempt(elapsed, SystemTime::now())?;
                    let outcome = self.transport.send(request, limits)$(.$await)?;
                    match exchange.receive(outcome, self.transport.now() - started) {
                        Next::Pause(pause) => self.transport.pause(pause)$(.$await)?,
                        Next::Done(result) => return result,
                    }
                }
            }
        }

        impl<T, A: Account> $client<T, A> {
            /// The pages of a list, from this one on: one call for each, when it is asked for. A
            /// cursor that was stored is read with [`FromStr`](std::str::FromStr), which refuses a
            /// malformed one.
            #[must_use]
            pub fn pages<O: Paged<Account = A>>(&self, first: O) -> $pages<T, O, A> {
                $pages::new(self.clone(), first)
            }
        }

        /// Shortcuts for common operations. [`send`](Self::send) serves all others.
        impl<T: $transport> $client<T> {
            /// The merchant account.
            #[must_use]
            pub fn merchant(&self) -> &Merchant {
                self.caller.account()
            }

            /// Creates a payment. Store the order before, and send the customer to
            /// [`Transaction::redirect_url`] after.
            ///
            /// # Errors
            /// As `send`. After an unknown outcome ask [`status`](Self::status); never charge under
            /// a new order id. A provider that denies the charge at once is an error too,
            /// [`Error::is_denied`].
            pub $($async)? fn charge(&self, charge: &Charge) -> Result<Transaction, Error> {
                self.send(charge)$(.$await)?
            }

            /// Asks for the status of a payment.
            ///
            /// # Errors
            /// As `send`. A 404 ([`Error::is_not_found`]) means that the gateway knows no such
            /// transaction.
            pub $($async)? fn status(&self, id: impl Into<PaymentId>) -> Result<Transaction, Error> {
                self.send(&GetStatus::new(id))$(.$await)?
            }

            /// Decides about an order after a notification, and asks Get Status where the
            /// notification alone does not decide: one to two of a hundred honest ones, see
            /// [`decide`].
            ///
            /// Get Status is asked for at most [`CONFIRM_WITHIN`], so that a webhook can still
            /// answer. A [`Decision::Review`] that comes back is one that a person has to look at,
            /// or is about another order or account
            /// ([`Review::asks_for_status`](midtrans_protocol::decision::Review::asks_for_status)).
            ///
            /// # Errors
            /// As `send`. Nothing is decided then: answer
            /// [`Acknowledge::Later`](midtrans_protocol::webhook::Acknowledge::Later), and the
            /// gateway notifies again.
            pub $($async)? fn confirm(
                &self,
                expected: &Expected,
                notification: &Notification,
            ) -> Result<Decision, Error> {
                match decide(expected, notification) {
                    Decision::Review(review) if review.asks_for_status() => {
                        let mut options = CallOptions::default();
                        options.deadline = Some(CONFIRM_WITHIN);
                        let status = GetStatus::new(expected.order_id());
                        Ok(decide(expected, &self.send_with(&status, &options)$(.$await)??))
                    }
                    decision => Ok(decision),
                }
            }

            /// Cancels a pending payment.
            ///
            /// # Errors
            /// As `send`; 412 in any other state.
            pub $($async)? fn cancel(&self, id: impl Into<PaymentId>) -> Result<Transaction, Error> {
                self.send(&Cancel::new(id))$(.$await)?
            }

            /// Ends a pending payment at once.
            ///
            /// # Errors
            /// As `send`; 412 in any other state.
            pub $($async)? fn expire(&self, id: impl Into<PaymentId>) -> Result<Transaction, Error> {
                self.send(&Expire::new(id))$(.$await)?
            }

            /// Refunds a payment.
            ///
            /// # Errors
            /// As `send`; 412 when not refundable (any more), 414 for a refused amount, 406 for a
            /// known refund key.
            pub $($async)? fn refund(&self, refund: &Refund) -> Result<Transaction, Error> {
                self.send(refund)$(.$await)?
            }
        }
    };
}
client!(BlockingClient, BlockingTransport, BlockingPages);
#[cfg(feature = "async")]
client!(AsyncClient, AsyncTransport, AsyncPages, async, await, Sync);
