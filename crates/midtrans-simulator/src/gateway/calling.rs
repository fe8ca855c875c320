//! A call of the API from its first byte to its answer.

use std::time::Duration;

use http::header::ALLOW;
use http::{HeaderValue, Request, Response, StatusCode};
use midtrans_protocol::time::WibTime;

use super::answer::Answer;
use super::body::Body;
use super::card::mask;
use super::fault::{Fault, Place};
use super::idempotency::{self, Recall};
use super::refusal::Refusal;
use super::reply::{ActiveFaults, Reply};
use super::route::Route;
use super::timeline::{self, Call, TimelineEvent};
use super::{Event, Gateway, bi_snap, charge, credentials};

/// The first half of a call: see [`Gateway::begin`].
#[derive(Debug)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a caller of `begin` has to know every case"
)]
#[must_use]
pub enum Started {
    /// The answer, and the time that it takes because of a fault.
    Answered(Reply, Duration),
    /// The call runs: finish it.
    Running(PendingCall),
}

/// A call that has begun. While it is not finished, a repeat with its idempotency key gets HTTP
/// 202.
#[derive(Debug)]
#[must_use]
pub struct PendingCall {
    pub(super) account: u32,
    key: Option<String>,
    about: About,
}

/// The subject of a call, and the faults that apply to it.
#[derive(Debug)]
struct About {
    route: Result<Route, Refusal>,
    order_id: Option<String>,
    faults: ActiveFaults,
}

impl About {
    fn of(request: &Request<Vec<u8>>) -> Self {
        let route = Route::read(request.method(), request.uri().path());
        Self {
            route,
            order_id: None,
            faults: ActiveFaults::default(),
        }
    }
}

impl PendingCall {
    /// The time that the call takes because of a fault.
    #[must_use]
    pub const fn pause(&self) -> Duration {
        self.about.faults.pause
    }
}

impl Gateway {
    /// Answers a call to the API, without pauses.
    pub fn handle(&mut self, request: &Request<Vec<u8>>, now: WibTime) -> Reply {
        match self.begin(request, now) {
            Started::Answered(reply, _) => reply,
            Started::Running(pending) => self.finish(pending, request, now),
        }
    }

    /// Answers a call at once where nothing has to be waited for.
    ///
    /// # Errors
    /// The call that has to be waited for.
    pub(crate) fn answer(
        &mut self,
        request: &Request<Vec<u8>>,
        least: Duration,
        now: WibTime,
    ) -> Result<Reply, Box<Started>> {
        match self.begin(request, now) {
            Started::Answered(reply, pause) if pause.is_zero() => Ok(reply),
            Started::Running(call) if least.is_zero() && call.pause().is_zero() => {
                Ok(self.finish(call, request, now))
            }
            slow => Err(Box::new(slow)),
        }
    }

    /// Begins to answer a call: keys, idempotency and faults. Nothing has happened to any
    /// transaction yet.
    pub fn begin(&mut self, request: &Request<Vec<u8>>, now: WibTime) -> Started {
        self.tick(now);
        if let Some(answer) = bi_snap::refused(request.uri().path()) {
            let about = About::of(request);
            let reply = self.answered(answer, request, about, now);
            return Started::Answered(reply, Duration::ZERO);
        }
        if !credentials::are_right(request, &self.settings) {
            let about = About::of(request);
            let refusal = match about.route {
                Ok(Route::Bin(_)) => Refusal::UnauthorizedBin,
                _ => Refusal::Unauthorized,
            };
            let reply = self.refused(&refusal, request, about, now);
            return Started::Answered(reply, Duration::ZERO);
        }
        let about = self.about(request);
        let pause = about.faults.pause;
        match about.faults.fault {
            Some(Fault::Status(code)) => {
                return Started::Answered(
                    self.refused(&Refusal::OnPurpose(code), request, about, now),
                    pause,
                );
            }
            Some(Fault::ResetBefore) => {
                let nothing = Answer {
                    http_status: 0,
                    status_code: 0,
                    body: String::new(),
                    is_text: false,
                };
                return Started::Answered(self.answered(nothing, request, about, now), pause);
            }
            _ => {}
        }
        let key = match &about.route {
            Ok(Route::Product(product)) => product.key(request),
            Ok(Route::Charge) if !charge::keeps_key(request.body()) => None,
            _ => idempotency::key(request.method(), request.headers()),
        };
        match key
            .as_deref()
            .map_or(Recall::New, |key| self.memory.begin(key, now))
        {
            Recall::New => Started::Running(PendingCall {
                account: self.account,
                key,
                about,
            }),
            Recall::Stored(answer) => {
                Started::Answered(self.answered(answer, request, about, now), pause)
            }
            Recall::Running => {
                Started::Answered(self.answered(still_running(), request, about, now), pause)
            }
        }
    }

    /// Carries a call out that has begun, and answers it.
    pub fn finish(
        &mut self,
        pending: PendingCall,
        request: &Request<Vec<u8>>,
        now: WibTime,
    ) -> Reply {
        self.tick(now);
        let mut about = pending.about;
        let result = match &about.route {
            Ok(route) => self.run(route, request, now),
            Err(refusal) => Err(refusal.clone()),
        };
        if let Some(key) = pending.key {
            let success = result
                .as_ref()
                .ok()
                .filter(|answer| answer.status_code != 202);
            self.memory.end(&key, success, now);
        }
        match result {
            Ok(answer) => {
                // A charge that succeeded made the last one; its body need not be read again.
                if about.route == Ok(Route::Charge) {
                    about.order_id = self
                        .ledger
                        .payments()
                        .last()
                        .map(|payment| payment.order_id.to_string());
                }
                self.answered(answer, request, about, now)
            }
            Err(refusal) => self.refused(&refusal, request, about, now),
        }
    }

    fn about(&mut self, request: &Request<Vec<u8>>) -> About {
        let mut about = About::of(request);
        if !self.faults.is_empty() {
            about.order_id = self.order_of(&about.route, request);
            about.faults = ActiveFaults::of(
                &self.draw(Place::Call, about.order_id.as_deref().unwrap_or_default()),
            );
        }
        about
    }

    /// The order that a call is about, as far as it says.
    fn order_of(
        &self,
        route: &Result<Route, Refusal>,
        request: &Request<Vec<u8>>,
    ) -> Option<String> {
        match route.as_ref().ok()?.id() {
            Some(id) => {
                let known = self
                    .ledger
                    .find(id)
                    .map(|index| self.ledger[index].order_id.to_string());
                Some(known.unwrap_or_else(|| id.to_owned()))
                    .filter(|id| id.len() <= charge::MAX_ORDER_ID)
            }
            None if route == &Ok(Route::Capture) => {
                let body: serde_json::Value = serde_json::from_slice(request.body()).ok()?;
                let index = self.ledger.find(body["transaction_id"].as_str()?)?;
                Some(self.ledger[index].order_id.clone())
            }
            None => charge::order_id(request.body()).filter(|id| id.len() <= charge::MAX_ORDER_ID),
        }
    }

    fn refused(
        &mut self,
        refusal: &Refusal,
        request: &Request<Vec<u8>>,
        about: About,
        now: WibTime,
    ) -> Reply {
        let id = self.ids.uuid();
        self.answered(
            refusal.answer_to(&mask::text(request.uri().path()), &id, now),
            request,
            about,
            now,
        )
    }

    /// Records the call and sends its answer.
    fn answered(
        &mut self,
        answer: Answer,
        request: &Request<Vec<u8>>,
        about: About,
        now: WibTime,
    ) -> Reply {
        let About {
            route,
            order_id,
            faults,
        } = about;
        let order_id = order_id.or_else(|| self.order_of(&route, request));
        let (path, fault) = (request.uri().path(), faults.shown());
        let shown = mask::text(path);
        self.tell(|_| Event::Called {
            call: format!("{} {shown}", request.method()),
            http_status: answer.http_status,
            status_code: answer.status_code,
            fault,
        });
        let number = self.calls.next();
        // A call without a key may come from anywhere.
        let index = order_id
            .as_deref()
            .filter(|_| answer.status_code != 401)
            .and_then(|id| self.ledger.find(id));
        if let (Some(index), Ok(route)) = (index, &route) {
            let status_code = answer.status_code;
            self.note(
                index,
                now,
                TimelineEvent::Called {
                    call: number,
                    operation: route.operation().into(),
                    status_code,
                    fault,
                },
            );
        }
        let waits =
            index.is_none() && order_id.is_some() && route.is_ok() && answer.status_code != 401;
        self.calls.add(Call {
            number,
            at: now,
            method: request.method().to_string(),
            path: timeline::excerpt(mask::address(request.uri()).as_bytes()),
            order_id,
            idempotency_key: idempotency::key(request.method(), request.headers()),
            request: timeline::excerpt(&mask::body(request.body())),
            http_status: answer.http_status,
            status_code: answer.status_code,
            answer: timeline::excerpt(answer.body.as_bytes()),
            fault,
            operation: route.as_ref().map_or("", Route::operation),
            waits,
        });
        let mut response: Response<Vec<u8>> = answer.into_response();
        if response.status() == StatusCode::METHOD_NOT_ALLOWED
            && let Ok(methods) = HeaderValue::from_str(&Route::allowed(path))
            && !methods.is_empty()
        {
            // HTTP wants it: RFC 9110, 15.5.6.
            response.headers_mut().insert(ALLOW, methods);
        }
        Reply::with_fault(response, faults.fault)
    }
}

/// HTTP 202 is all that is documented; the sentence is ours. Without a `status_code`: 202 there
/// means "denied".
fn still_running() -> Answer {
    let body = Body::default().text("status_message", "The request is still in progress");
    Answer {
        http_status: 202,
        status_code: 202,
        body: body.finish(),
        is_text: false,
    }
}
