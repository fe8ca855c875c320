//! `midtrans listen`: receives notifications, verifies, prints, saves and forwards them.

mod folder;
mod forward;
mod in_flight;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use clap::Args;
use midtrans_axum::Answered;
use midtrans_protocol::notification::MAX_BYTES;
use midtrans_protocol::webhook::endpoint::DEADLINE;
use midtrans_protocol::webhook::{Intake, Rejection};
use midtrans_protocol::{ServerKeys, notification};
use midtrans_simulator::gateway::Outcome;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

use crate::arguments::help_end;
use crate::commands::verify::{ExpectedArgs, examine};
use crate::context::{Context, in_colour, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Lines};
use crate::report::Report;
use crate::stopping::Stopping;
use crate::terminal::{Tone, json_line};
use folder::Folder;
use forward::{AT_ONCE, Forward};
use in_flight::InFlight;

/// Receive notifications, verify and print them, and hand them on to a shop on this machine
#[derive(Args, Debug)]
#[command(after_help = help_end(EXAMPLES))]
pub(crate) struct Listen {
    /// Listen on this port, at any path; 0 takes a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Listen on this address; others than this machine's can be reached by strangers
    #[arg(long, default_value = "127.0.0.1")]
    address: IpAddr,
    /// Hand genuine notifications and the unsigned events of subscriptions on, byte for byte, and
    /// answer what comes back; this machine only, unless --allow-host
    #[arg(long, value_name = "URL")]
    forward: Option<String>,
    /// Keep every notification as it came, as a file in DIR, for `midtrans resend`
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// The most that DIR may hold, in MiB; an eighth of it for what is not genuine
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    save_limit: u32,
    /// End after so many genuine notifications; what else comes does not count
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    /// A host that may be forwarded to beside this machine (repeatable)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
}

const EXAMPLES: &str = "\
midtrans listen --save kept
midtrans listen --port 3001 --forward http://127.0.0.1:3000/midtrans/notification";

struct Listener {
    folder: Option<Folder>,
    forward: Option<Forward>,
    keys: ServerKeys,
    json: bool,
    /// The number of genuine notifications that end it.
    count: Option<u64>,
    received: AtomicU64,
    enough: Notify,
    in_flight: InFlight,
}

impl Listen {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let keys = context.account()?.server_keys()?;
        let forward = self
            .forward
            .as_ref()
            .map(|url| Forward::new(url, &self.allow_host))
            .transpose()?;
        let listener = Listener {
            folder: self.folder()?,
            forward,
            keys,
            json: context.json,
            count: self.count,
            received: AtomicU64::new(0),
            enough: Notify::new(),
            in_flight: InFlight::new(),
        };
        output::queue(Lines::Result, context.json);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .max_blocking_threads(AT_ONCE)
            .enable_all()
            .build();
        let runtime =
            runtime.map_err(|error| Failure::refused(format!("cannot start: {error}")))?;
        let ended = runtime.block_on(serve(
            Arc::new(listener),
            SocketAddr::new(self.address, self.port),
        ));
        // What a second Ctrl-C has cut off is not waited for.
        runtime.shutdown_background();
        ended
    }

    fn folder(&self) -> Result<Option<Folder>, Failure> {
        let Some(path) = &self.save else {
            return Ok(None);
        };
        let opened = Folder::open(path.clone(), u64::from(self.save_limit) << 20);
        opened.map(Some).map_err(|error| {
            Failure::usage(format!("cannot keep files in {}: {error}", path.display()))
        })
    }
}

async fn serve(listener: Arc<Listener>, address: SocketAddr) -> Result<Exit, Failure> {
    let refused = |error: io::Error| {
        Failure::refused(format!("cannot listen at {address}: {error}"))
            .next("take another port with --port")
    };
    let socket = TcpListener::bind(address).await.map_err(refused)?;
    let own = socket.local_addr().map_err(refused)?;
    if let Some(forward) = &listener.forward {
        forward.refuse_itself(own)?;
    }
    let stopping = Stopping::on_signals().map_err(refused)?;
    let url = format!("http://{own}");
    say(&if listener.json {
        format!("{}\n", serde_json::json!({"listening": url}))
    } else {
        format!("listening at {url}, any path; Ctrl-C ends it\n\n")
    });
    let app = Router::new()
        .fallback(receive)
        .layer(DefaultBodyLimit::max(MAX_BYTES))
        .with_state(Arc::clone(&listener));
    let until = stopping.clone();
    let server = axum::serve(socket, app).with_graceful_shutdown(async move { until.wait().await });
    let mut server = tokio::spawn(server.into_future());
    tokio::select! {
        () = stopping.wait() => {}
        () = listener.enough.notified() => {}
    }
    stopping.stop();
    let last = async {
        listener.in_flight.none().await;
        // Their answers are on their way. Half a request is not waited for.
        let _ = timeout(LAST_ANSWERS, &mut server).await;
        while !output::is_written() && listener.has_enough() {
            sleep(BETWEEN_LOOKS).await;
        }
    };
    tokio::select! {
        biased;
        () = last => Ok(Exit::Done),
        () = stopping.wait_again() => listener.cut_off(),
    }
}

async fn receive(State(listener): State<Arc<Listener>>, request: Request) -> Response {
    let mut report = Report::new();
    report
        .field("received_at", now_text())
        .field("path", request.uri().path());
    if is_from_a_page(request.headers()) {
        let why = "a web page in a browser sent it; the gateway is no browser";
        return listener.turned_away(report, why, StatusCode::FORBIDDEN.into_response());
    }
    let headers = request.headers().clone();
    if listener
        .forward
        .as_ref()
        .is_some_and(|forward| forward.has_come_back(&headers))
    {
        let why = "this listener has handed it on itself: --forward leads back here";
        return listener.turned_away(report, why, StatusCode::LOOP_DETECTED.into_response());
    }
    match checked(request).await {
        Ok(body) => {
            // In a task of its own: a sender that hangs up does not keep anything from being told.
            let held = listener.in_flight.hold();
            let taken = tokio::spawn(async move {
                let _held = held;
                let answer = listener.take(&mut report, &body, &headers).await;
                listener.tell(&mut report, &answer);
                answer
            });
            taken
                .await
                .unwrap_or_else(|_| notification::NOT_STORED.into_response())
        }
        Err(rejection) => {
            let why = rejection.to_string();
            listener.turned_away(report, &why, Answered(rejection.into()).into_response())
        }
    }
}

/// Browsers send one of these headers with every POST of a page, also with one to this machine, and
/// the gateway sends neither. Without a look at them any page could fill the folder and knock at
/// the shop.
fn is_from_a_page(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site")
}

/// The body, if the request can be a notification at all.
async fn checked(request: Request) -> Result<Bytes, Rejection> {
    let headers = request.headers();
    Intake::notification(request.method().as_str(), |name| {
        headers.get(name).map(|value| value.as_bytes())
    })?;
    let body = tokio::time::timeout(DEADLINE, Bytes::from_request(request, &())).await;
    body.map_err(|_| Rejection::TooSlow)?
        .map_err(|rejection| match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Rejection::TooLarge,
            _ => Rejection::Incomplete,
        })
}

impl Listener {
    /// Prints, saves and forwards a notification, and answers it.
    async fn take(&self, report: &mut Report, body: &Bytes, headers: &HeaderMap) -> Response {
        let verdict = notification::verify_any(body, &self.keys);
        report.append(examine(body, &self.keys, &ExpectedArgs::default()).0);
        if folder::is_genuine(&verdict) {
            self.count_one();
        }
        match self
            .folder
            .as_ref()
            .map(|folder| folder.keep(body, &verdict))
        {
            None => {}
            Some(Ok(kept)) => drop(report.field("kept", kept)),
            Some(Err(error)) => {
                report.toned("not_kept", error.to_string(), Tone::Bad);
                // What was not kept comes again, if it is worth it.
                if verdict.is_ok() {
                    return notification::NOT_STORED.into_response();
                }
            }
        }
        match (verdict, &self.forward) {
            (Err(rejection), _) => Answered(rejection.into()).into_response(),
            // Printing it was all that would have kept it.
            (Ok(_), None) if self.folder.is_none() && output::has_failed() => {
                notification::NOT_STORED.into_response()
            }
            (Ok(_), None) => notification::STORED.into_response(),
            (Ok(_), Some(forward)) => hand_on(forward, report, body.clone(), headers).await,
        }
    }

    fn turned_away(&self, mut report: Report, why: &str, answer: Response) -> Response {
        report
            .row("genuine", "no", Tone::Bad)
            .data("genuine", false)
            .field("why", why);
        self.tell(&mut report, &answer);
        answer
    }

    fn tell(&self, report: &mut Report, answer: &Response) {
        report.field("answered", answer.status().as_u16());
        let text = if self.json {
            json_line(&report.json())
        } else {
            format!("{}\n", report.text(in_colour()))
        };
        say(&text);
    }

    /// Counts a genuine notification, forwarded or not. Forged messages do not count.
    fn count_one(&self) {
        self.received.fetch_add(1, Ordering::Relaxed);
        if self.has_enough() {
            self.enough.notify_one();
        }
    }

    /// Ends at once after a second signal, and reports the notifications in flight.
    fn cut_off(&self) -> Result<Exit, Failure> {
        let count = self.in_flight.count();
        if count == 0 {
            return Ok(Exit::Done);
        }
        let what = "told to end a second time: notifications in hand have no answer, and may have been handed on";
        let failure = Failure::unknown(what).field("in_hand", count);
        Err(failure.next(
            "wait until they come again, or look whether your shop has them before you send them",
        ))
    }

    fn has_enough(&self) -> bool {
        self.count
            .is_some_and(|count| self.received.load(Ordering::Relaxed) >= count)
    }
}

async fn hand_on(
    forward: &Forward,
    report: &mut Report,
    body: Bytes,
    headers: &HeaderMap,
) -> Response {
    let not_forwarded = |report: &mut Report, why: &str| {
        report.toned("not_forwarded", why, Tone::Bad);
        notification::NOT_STORED.into_response()
    };
    match forward.send(body, headers).await {
        Some(Ok(delivered)) => {
            report.field("forwarded_to", forward.url());
            delivered.describe(report, forward.url());
            report.data("delivery", delivered.json());
            match delivered.outcome {
                Outcome::Answered { status, .. } => StatusCode::from_u16(status)
                    .unwrap_or(notification::NOT_STORED)
                    .into_response(),
                _ => notification::NOT_STORED.into_response(),
            }
        }
        Some(Err(failure)) => not_forwarded(report, failure.what()),
        None => not_forwarded(report, "too many others are on their way"),
    }
}

/// The time for answers to leave when everything is said.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// The pause between two looks whether everything is printed, at the end of `--count`.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);

fn now_text() -> Value {
    midtrans_protocol::time::WibTime::try_from(SystemTime::now())
        .map_or(Value::Null, |now| Value::from(format!("{now} WIB")))
}
