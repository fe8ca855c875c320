//! `midtrans listen`: receives notifications, says what they are, keeps them and hands them on.

mod folder;

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State};
use axum::http::header::ORIGIN;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use clap::Args;
use midtrans_axum::Answered;
use midtrans_protocol::endpoint::DEADLINE;
use midtrans_protocol::notification::MAX_BYTES;
use midtrans_protocol::{Intake, Rejection, ServerKeys, notification};
use midtrans_simulator::gateway::Outcome;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::arguments::help_end;
use crate::commands::verify::{Wanted, examine};
use crate::context::{Context, in_colour, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal::Tone;
use crate::{delivery, target};
use folder::Folder;

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
    /// Hand genuine notifications on, byte for byte, and answer what comes back; this machine only, unless --allow-host
    #[arg(long, value_name = "URL")]
    forward: Option<String>,
    /// Keep every notification as it came, as a file in DIR, for `midtrans resend`
    #[arg(long, value_name = "DIR")]
    save: Option<PathBuf>,
    /// The most that DIR may hold, in MiB; an eighth of it for what is not genuine
    #[arg(long, value_name = "MIB", default_value_t = 64)]
    save_limit: u32,
    /// End after so many
    #[arg(long, value_name = "N")]
    count: Option<u64>,
    /// A host that may be forwarded to beside this machine (repeatable)
    #[arg(long, value_name = "HOST")]
    allow_host: Vec<String>,
}

const EXAMPLES: &str = "\
midtrans listen --save kept
midtrans listen --port 3001 --forward http://127.0.0.1:3000/midtrans/notification";

struct Listener {
    options: Listen,
    folder: Option<Folder>,
    keys: ServerKeys,
    json: bool,
    received: AtomicU64,
    enough: Notify,
}

impl Listen {
    pub(crate) fn run(self, context: &Context) -> Result<Exit, Failure> {
        let keys = context.account()?.server_keys()?;
        if let Some(url) = &self.forward {
            target::check(url, &self.allow_host)?;
        }
        let folder = self.folder()?;
        let address = SocketAddr::new(self.address, self.port);
        let listener = Listener {
            options: self,
            folder,
            keys,
            json: context.json,
            received: AtomicU64::new(0),
            enough: Notify::new(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::refused(format!("cannot start: {error}")))?;
        runtime.block_on(serve(Arc::new(listener), address)).map_err(|error| {
            Failure::refused(format!("cannot listen at {address}: {error}")).next("take another port with --port")
        })?;
        Ok(Exit::Done)
    }

    fn folder(&self) -> Result<Option<Folder>, Failure> {
        let Some(path) = &self.save else { return Ok(None) };
        let opened = Folder::open(path.clone(), u64::from(self.save_limit) << 20);
        opened.map(Some).map_err(|error| Failure::usage(format!("cannot keep files in {}: {error}", path.display())))
    }
}

async fn serve(listener: Arc<Listener>, address: SocketAddr) -> io::Result<()> {
    let socket = TcpListener::bind(address).await?;
    let url = format!("http://{}", socket.local_addr()?);
    say(&if listener.json {
        format!("{}\n", serde_json::json!({"listening": url}))
    } else {
        format!("listening at {url}, any path; Ctrl-C ends it\n\n")
    });
    let app = Router::new().fallback(receive).layer(DefaultBodyLimit::max(MAX_BYTES)).with_state(Arc::clone(&listener));
    let stop = async move {
        tokio::select! {
            () = listener.enough.notified() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    };
    axum::serve(socket, app).with_graceful_shutdown(stop).await
}

async fn receive(State(listener): State<Arc<Listener>>, request: Request) -> Response {
    let mut report = Report::new();
    report.field("received_at", now_text()).field("path", request.uri().path());
    if is_from_a_page(request.headers()) {
        let why = "a web page in a browser sent it; the gateway is no browser";
        report.row("genuine", "no", Tone::Bad).data("genuine", false).field("why", why);
        report.field("answered", StatusCode::FORBIDDEN.as_u16());
        listener.say(&report);
        return StatusCode::FORBIDDEN.into_response();
    }
    let answer = match checked(request).await {
        Ok(body) => listener.take(&mut report, &body).await,
        Err(rejection) => {
            report.row("genuine", "no", Tone::Bad).data("genuine", false).field("why", rejection.to_string());
            Answered(rejection.into()).into_response()
        }
    };
    report.field("answered", answer.status().as_u16());
    listener.tell(&report);
    answer
}

/// Browsers send one of these headers with every POST of a page, also with one to this machine, and the gateway sends
/// neither. Without a look at them any page could fill the folder and knock at the shop.
fn is_from_a_page(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) || headers.contains_key("sec-fetch-site")
}

/// The body, if the request can be a notification at all.
async fn checked(request: Request) -> Result<Bytes, Rejection> {
    let headers = request.headers();
    Intake::notification(request.method().as_str(), |name| headers.get(name).map(|value| value.as_bytes()))?;
    let body = tokio::time::timeout(DEADLINE, Bytes::from_request(request, &())).await;
    body.map_err(|_| Rejection::TooSlow)?.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Rejection::TooLarge,
        _ => Rejection::Incomplete,
    })
}

impl Listener {
    /// Says what it is, keeps it, hands it on, and answers.
    async fn take(self: &Arc<Self>, report: &mut Report, body: &Bytes) -> Response {
        let verdict = notification::verify(body, &self.keys);
        report.append(examine(body, &self.keys, &Wanted::default()).0);
        match self.folder.as_ref().map(|folder| folder.keep(body, &verdict)) {
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
        match (verdict, self.options.forward.clone()) {
            (Err(rejection), _) => Answered(rejection.into()).into_response(),
            (Ok(_), None) => notification::STORED.into_response(),
            (Ok(_), Some(url)) => self.forward(report, url, body.clone()).await,
        }
    }

    async fn forward(self: &Arc<Self>, report: &mut Report, url: String, body: Bytes) -> Response {
        let listener = Arc::clone(self);
        let to = url.clone();
        let sent = tokio::task::spawn_blocking(move || delivery::send(&to, &body, &listener.options.allow_host)).await;
        match sent {
            Ok(Ok(delivered)) => {
                report.field("forwarded_to", url.as_str());
                delivered.describe(report, &url);
                report.data("delivery", delivered.json());
                match delivered.outcome {
                    Outcome::Answered { status, .. } => {
                        StatusCode::from_u16(status).unwrap_or(notification::NOT_STORED).into_response()
                    }
                    _ => notification::NOT_STORED.into_response(),
                }
            }
            Ok(Err(failure)) => {
                report.toned("not_forwarded", failure.json()["error"].clone(), Tone::Bad);
                notification::NOT_STORED.into_response()
            }
            Err(_) => notification::NOT_STORED.into_response(),
        }
    }

    fn say(&self, report: &Report) {
        let text = if self.json { format!("{}\n", report.json()) } else { format!("{}\n", report.text(in_colour())) };
        say(&text);
    }

    fn tell(&self, report: &Report) {
        self.say(report);
        let received = self.received.fetch_add(1, Ordering::Relaxed) + 1;
        if self.options.count.is_some_and(|count| received >= count) {
            self.enough.notify_one();
        }
    }
}

fn now_text() -> Value {
    midtrans_protocol::WibTime::try_from(SystemTime::now()).map_or(Value::Null, |now| Value::from(format!("{now} WIB")))
}
