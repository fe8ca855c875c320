//! A transport without sockets and without waiting: the same script, and a clock that tests move.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use midtrans_transport::{
    AsyncTransport, BlockingTransport, Limits, Reach, Request, Response, TransportError,
    TransportErrorKind,
};

use crate::scenario::Step;

/// Plays a script and remembers what it was asked. Clones share both.
#[derive(Clone, Debug)]
pub struct Fake {
    script: Vec<Step>,
    started: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    requests: Vec<Request>,
    elapsed: Duration,
}

impl Fake {
    /// Starts to play a script; its last step goes on for ever.
    #[must_use]
    pub fn new(script: Vec<Step>) -> Self {
        Self {
            script,
            started: Instant::now(),
            state: Arc::default(),
        }
    }

    /// The requests so far.
    ///
    /// # Panics
    /// If another user of the transport panicked.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.state
            .lock()
            .expect("no user panics with the state in hand")
            .requests
            .clone()
    }

    fn play(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        use TransportErrorKind::{BodyTooLarge, Broken, Connect, Timeout};
        let mut state = self
            .state
            .lock()
            .expect("no user panics with the state in hand");
        let step = &self.script[state.requests.len().min(self.script.len() - 1)];
        state.requests.push(request);
        let failure = match step {
            Step::Reply {
                status,
                headers,
                body,
            } => {
                let mut reply = http::Response::builder().status(*status);
                for (name, value) in headers {
                    reply = reply.header(*name, value);
                }
                return Ok(reply
                    .body(body.clone())
                    .expect("scripts have valid replies"));
            }
            Step::Silent | Step::SlowBody => {
                state.elapsed += limits.timeout;
                TransportError::new(Timeout, Reach::Unknown)
            }
            Step::Dead => TransportError::new(Connect, Reach::NotSent),
            Step::NoHandshake => TransportError::new(Timeout, Reach::NotSent),
            Step::Reset | Step::CutOff | Step::Garbage => {
                TransportError::new(Broken, Reach::Unknown)
            }
            Step::Endless | Step::Huge => TransportError::new(BodyTooLarge, Reach::Unknown)
                .with_reply(Response::new(Vec::new())),
        };
        Err(failure)
    }

    fn wait(&self, pause: Duration) {
        self.state
            .lock()
            .expect("no user panics with the state in hand")
            .elapsed += pause;
    }

    fn time(&self) -> Instant {
        self.started
            + self
                .state
                .lock()
                .expect("no user panics with the state in hand")
                .elapsed
    }
}

impl BlockingTransport for Fake {
    fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.play(request, limits)
    }
    fn pause(&self, pause: Duration) {
        self.wait(pause);
    }
    fn now(&self) -> Instant {
        self.time()
    }
}

#[async_trait]
impl AsyncTransport for Fake {
    async fn send(&self, request: Request, limits: Limits) -> Result<Response, TransportError> {
        self.play(request, limits)
    }
    async fn pause(&self, pause: Duration) {
        self.wait(pause);
    }
    fn now(&self) -> Instant {
        self.time()
    }
}
