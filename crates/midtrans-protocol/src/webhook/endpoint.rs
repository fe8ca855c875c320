//! The work of every webhook and every finish page, for any web framework: bytes in, answer out.
//!
//! For authors of adapters. It knows no runtime and no clock: the adapter brings the bytes, the
//! timer, and the function that starts a task.
//!
//! ```
//! use std::convert::Infallible;
//! use std::future::{pending, ready};
//! use midtrans_protocol::notification::signature;
//! use midtrans_protocol::webhook::Intake;
//! use midtrans_protocol::webhook::endpoint::{Endpoint, KeysFor};
//! use midtrans_protocol::{Notification, ServerKey, ServerKeys};
//!
//! # fn block_on<F: Future>(future: F) -> F::Output {
//! #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
//! #     match std::pin::pin!(future).poll(&mut context) {
//! #         std::task::Poll::Ready(output) => output,
//! #         std::task::Poll::Pending => unreachable!("nothing here waits"),
//! #     }
//! # }
//! let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! # let signed = signature::sign("order-101", "200", "11000.00", &key);
//! # let arrived = format!(r#"{{"order_id":"order-101","status_code":"200","gross_amount":"11000.00",
//! #     "transaction_status":"settlement","signature_key":"{signed}"}}"#);
//! let store = |notification: Notification| ready(Ok::<_, std::io::Error>(drop(notification)));
//! let endpoint = Endpoint::new(ServerKeys::from(key), store);
//!
//! let body = async {
//!     let mut intake = Intake::notification("POST", |_| None)?;
//!     intake.push(arrived.as_bytes())?; // until the framework has no more
//!     Ok(intake.into_bytes())
//! };
//! let timer = || pending::<()>(); // `|| Box::pin(tokio::time::sleep(endpoint.deadline()))`
//! let spawn = async |task| Ok::<_, Infallible>(task.await); // `tokio::spawn`
//! let answer = endpoint.answer(|keys| keys.keys_for("/path"), body, timer, spawn);
//! assert_eq!(block_on(answer).status(), 200);
//! # Ok::<(), midtrans_protocol::InvalidInput>(())
//! ```

mod others;
mod task;

use std::fmt;
use std::future::poll_fn;
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use crate::notification::{Family, Message, PayAccountNotification, SubscriptionEvent};
use crate::webhook::landing::Landing;
use crate::webhook::{Acknowledge, Answer, Rejection};
use crate::{Notification, ServerKeys};

use others::Others;
pub use task::HandlerTask;
use task::{Handling, Timer};

/// The default time limit of an endpoint, from a request's headers to its answer: ten seconds.
///
/// The gateway disconnects after 15 seconds and asks for an answer within five.
/// ([Notifications](https://docs.midtrans.com/docs/https-notification-webhooks))
pub const DEADLINE: Duration = Duration::from_secs(10);

/// The source of the keys for a request: the same for all requests, or those of the merchant that
/// it is for.
///
/// [`ServerKeys`] are fixed keys. A closure from the framework's request to `Option<ServerKeys>`
/// chooses by path or host; `None` is an unknown merchant, and answered with 404.
pub trait KeysFor<R: ?Sized> {
    /// The keys, or `None` for an unknown merchant.
    fn keys_for(&self, request: &R) -> Option<ServerKeys>;
}

impl<R: ?Sized> KeysFor<R> for ServerKeys {
    fn keys_for(&self, _: &R) -> Option<ServerKeys> {
        Some(self.clone())
    }
}

impl<R: ?Sized, F: Fn(&R) -> Option<ServerKeys>> KeysFor<R> for F {
    fn keys_for(&self, request: &R) -> Option<ServerKeys> {
        self(request)
    }
}

/// A webhook: keys, a handler and a time limit. Clones share keys and handler.
pub struct Endpoint<K, H> {
    parts: Arc<(K, H)>,
    deadline: Duration,
    misdirected: Option<Arc<Misdirected>>,
    others: Others,
}

/// The callback for other families, and the families that it was called for.
struct Misdirected {
    reported: AtomicU8,
    tell: Box<dyn Fn(Family) + Send + Sync>,
}

impl<K, H> Endpoint<K, H> {
    /// A webhook whose handler gets every notification that was signed with one of the keys.
    pub fn new(keys: K, handler: H) -> Self {
        Self {
            parts: Arc::new((keys, handler)),
            deadline: DEADLINE,
            misdirected: None,
            others: Others::default(),
        }
    }

    /// Sets another deadline than [`DEADLINE`].
    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Sets a handler for notifications about linked accounts, where the pay account notification
    /// URL of the dashboard leads here. Their signature is checked first; a forged one is answered
    /// with 403. Without a handler they are answered with 200, unread, and the gateway stops.
    #[must_use]
    pub fn on_pay_account<F, A>(
        mut self,
        handler: impl Fn(PayAccountNotification) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = A> + Send + 'static,
        A: Into<Acknowledge>,
    {
        self.others.set_pay_account(handler);
        self
    }

    /// Sets a handler for events of subscriptions, where the recurring notification URL of the
    /// dashboard leads here. **They are not signed: anyone can send one.** Let the handler store the
    /// id and ask the gateway. Without a handler they are answered with 200, unread, and the gateway
    /// stops.
    #[must_use]
    pub fn on_subscription<F, A>(
        mut self,
        handler: impl Fn(SubscriptionEvent) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = A> + Send + 'static,
        A: Into<Acknowledge>,
    {
        self.others.set_subscription(handler);
        self
    }

    /// Sets a callback for notifications of families that have no handler, called once for each
    /// family: they are answered with 200 and reach no handler. The [`Family`] knows which setting
    /// of the dashboard is wrong, and its `Display` is a line for your log.
    #[must_use]
    pub fn on_misdirected(mut self, tell: impl Fn(Family) + Send + Sync + 'static) -> Self {
        self.misdirected = Some(Arc::new(Misdirected {
            reported: AtomicU8::new(0),
            tell: Box::new(tell),
        }));
        self
    }

    fn tell(&self, rejection: &Rejection) {
        let (Rejection::Misdirected(family), Some(misdirected)) = (rejection, &self.misdirected)
        else {
            return;
        };
        if misdirected
            .reported
            .fetch_or(family.bit(), Ordering::Relaxed)
            & family.bit()
            == 0
        {
            (misdirected.tell)(*family);
        }
    }

    /// The time limit of a request; the adapter makes a timer of it.
    #[must_use]
    pub const fn deadline(&self) -> Duration {
        self.deadline
    }

    /// Chooses the keys, waits for the body, verifies it, runs the handler, and returns the answer.
    ///
    /// A handler that panics, and a body or a handler for which the time is up, end in 503: the
    /// gateway tries again. They are dropped at that point. A handler that blocks its thread cannot
    /// be dropped.
    ///
    /// Dropping this future, as a server does when the sender disconnects, ends the wait for a body
    /// and never a handler: one that has to wait becomes a task of the runtime, for which `spawn`
    /// is called with a [`HandlerTask`]. It is the runtime's `spawn` function itself, whose handle
    /// gives the task's output, or an error when the runtime ended the task, which is 503. The
    /// handle must leave its task alone when it is dropped.
    ///
    /// `timer` is called at the second poll that finds nothing to do, and makes a future that ends
    /// when the time is up.
    ///
    /// `choose` asks the keys about the request, which is of no use afterwards: move it in, so that
    /// its memory is free while the body comes.
    pub async fn answer<F, A, M, T, J, E>(
        &self,
        choose: impl FnOnce(&K) -> Option<ServerKeys>,
        body: impl Future<Output = Result<Vec<u8>, Rejection>>,
        timer: M,
        spawn: impl FnOnce(HandlerTask<F, M, T>) -> J,
    ) -> Answer
    where
        H: Fn(Notification) -> F,
        F: Future<Output = A>,
        A: Into<Acknowledge>,
        M: FnOnce() -> T,
        T: Future + Unpin,
        J: Future<Output = Result<Acknowledge, E>>,
    {
        let mut timer = Timer::new(timer);
        let message = match self.receive(choose, body, &mut timer).await {
            Ok(message) => message,
            Err(answer) => return answer,
        };
        let (_, handler) = &*self.parts;
        let begin = || match message {
            Message::Payment(notification) => Some(Handling::own(handler(notification))),
            other => self.others.begin(other).map(Handling::Other),
        };
        let Ok(Some(handling)) = catch_unwind(AssertUnwindSafe(begin)) else {
            return Acknowledge::Later.into();
        };
        let mut task = HandlerTask::new(handling, timer);
        // A handler that need not wait needs no task. It begins here, within the spans and
        // task-locals of the request.
        if let Poll::Ready(acknowledge) =
            poll_fn(|context| Poll::Ready(task.poll_handler(context))).await
        {
            return acknowledge.into();
        }
        spawn(task).await.unwrap_or(Acknowledge::Later).into()
    }

    /// The message, or the answer that needs no handler.
    async fn receive<M, T>(
        &self,
        choose: impl FnOnce(&K) -> Option<ServerKeys>,
        body: impl Future<Output = Result<Vec<u8>, Rejection>>,
        timer: &mut Timer<M, T>,
    ) -> Result<Message, Answer>
    where
        M: FnOnce() -> T,
        T: Future + Unpin,
    {
        let (keys, _) = &*self.parts;
        // Pinned in place: a future that is passed on takes its memory once more each time.
        let mut verified = pin!(async {
            let keys = choose(keys).ok_or(Rejection::UnknownMerchant)?;
            let verified = self.others.verify(&body.await?, &keys);
            verified.inspect_err(|rejection| self.tell(rejection))
        });
        let mut waited = false;
        let poll = |context: &mut Context<'_>| match catch_unwind(AssertUnwindSafe(|| {
            verified.as_mut().poll(context)
        })) {
            Ok(Poll::Ready(verified)) => Poll::Ready(verified.map_err(Answer::from)),
            // Under most servers the body arrives a moment after the head: a second poll is cheaper
            // than a timer.
            Ok(Poll::Pending) if !mem::replace(&mut waited, true) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Ok(Poll::Pending) => timer
                .poll_up(context)
                .map(|()| Err(Acknowledge::Later.into())),
            // A future that panicked is never polled again: it is dropped.
            Err(_) => Poll::Ready(Err(Acknowledge::Later.into())),
        };
        poll_fn(poll).await
    }
}

impl<K, H> Clone for Endpoint<K, H> {
    fn clone(&self) -> Self {
        Self {
            parts: Arc::clone(&self.parts),
            deadline: self.deadline,
            misdirected: self.misdirected.clone(),
            others: self.others.clone(),
        }
    }
}

impl<K, H> fmt::Debug for Endpoint<K, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// Waits for a body, unless the time is up before its end. For extractors, whose handler runs
/// elsewhere.
///
/// `time_is_up` is first polled when the body has not arrived at the second poll, so make the timer
/// in it.
///
/// # Errors
/// Those of `body`; [`Rejection::TooSlow`] when the time is up.
pub async fn in_time(
    body: impl Future<Output = Result<Vec<u8>, Rejection>>,
    time_is_up: impl Future,
) -> Result<Vec<u8>, Rejection> {
    let (mut body, mut time_is_up) = (pin!(body), pin!(time_is_up));
    let mut waited = false;
    poll_fn(
        |context: &mut Context<'_>| match body.as_mut().poll(context) {
            Poll::Ready(body) => Poll::Ready(body),
            Poll::Pending if !mem::replace(&mut waited, true) => {
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Pending => time_is_up
                .as_mut()
                .poll(context)
                .map(|_| Err(Rejection::TooSlow)),
        },
    )
    .await
}

/// Reads the customer's return: the query of a GET or HEAD, the form of every other method, and the
/// query where the form is empty.
///
/// It never fails: a customer is waiting for a page. A form that is too long, incomplete or not
/// received within [`DEADLINE`] gives an empty landing. `time_is_up` is as in [`in_time`].
pub async fn landing(
    method: &str,
    query: Option<&str>,
    body: impl Future<Output = Result<Vec<u8>, Rejection>>,
    time_is_up: impl Future,
) -> Landing {
    let query = query.unwrap_or_default();
    match method {
        "GET" | "HEAD" => Landing::from_query(query),
        _ => {
            let form = in_time(body, time_is_up).await;
            form.map_or_else(|_| Landing::default(), |form| Landing::from_form(&form))
                .or_query(query)
        }
    }
}
