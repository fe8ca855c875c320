//! `midtrans listen`: receives notifications, says what they are, keeps them and hands them on.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use clap::Args;
use midtrans_axum::Answered;
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
        if let Some(folder) = &self.save {
            let unusable =
                |error: io::Error| Failure::usage(format!("cannot keep files in {}: {error}", folder.display()));
            fs::create_dir_all(folder).map_err(unusable)?;
        }
        let address = SocketAddr::new(self.address, self.port);
        let listener =
            Listener { options: self, keys, json: context.json, received: AtomicU64::new(0), enough: Notify::new() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::refused(format!("cannot start: {error}")))?;
        runtime.block_on(serve(Arc::new(listener), address)).map_err(|error| {
            Failure::refused(format!("cannot listen at {address}: {error}")).next("take another port with --port")
        })?;
        Ok(Exit::Done)
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

async fn receive(
    State(listener): State<Arc<Listener>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let mut report = Report::new();
    report.field("received_at", now_text()).field("path", uri.path());
    let answer = match checked(&method, &headers, body) {
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

/// The body, if the request can be a notification at all.
fn checked(method: &Method, headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Bytes, Rejection> {
    Intake::notification(method.as_str(), |name| headers.get(name).map(|value| value.as_bytes()))?;
    body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Rejection::TooLarge,
        _ => Rejection::Incomplete,
    })
}

impl Listener {
    /// Says what it is, keeps it, hands it on, and answers.
    async fn take(self: &Arc<Self>, report: &mut Report, body: &Bytes) -> Response {
        let verdict = notification::verify(body, &self.keys);
        report.append(examine(body, &self.keys, &Wanted::default()).0);
        let kept = self.keep(
            body,
            verdict.as_ref().ok().map(|told| {
                let status = told.reported().transaction_status().map(|status| status.as_str().to_owned());
                (told.order_id().to_owned(), status.unwrap_or_default())
            }),
        );
        match kept {
            Ok(kept) => drop(report.field("kept", kept)),
            // What was not kept comes again.
            Err(error) => {
                report.toned("not_kept", error.to_string(), Tone::Bad);
                return StatusCode::SERVICE_UNAVAILABLE.into_response();
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

    /// Writes the bytes into a new file that nobody else may read, and returns its name.
    fn keep(&self, body: &[u8], told: Option<(String, String)>) -> io::Result<Option<String>> {
        let Some(folder) = &self.options.save else { return Ok(None) };
        let (order, status) = told.unwrap_or_else(|| ("not-genuine".to_owned(), String::new()));
        let millis = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let stem = format!("{millis}-{}-{}", file_word(&order), file_word(&status));
        let stem = stem.trim_end_matches('-');
        for number in 0..1000 {
            let name = if number == 0 { format!("{stem}.json") } else { format!("{stem}-{number}.json") };
            let path = folder.join(name);
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(mut file) => {
                    file.write_all(body)?;
                    return Ok(Some(path.display().to_string()));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("too many files of one millisecond"))
    }

    fn tell(&self, report: &Report) {
        let text = if self.json { format!("{}\n", report.json()) } else { format!("{}\n", report.text(in_colour())) };
        say(&text);
        let received = self.received.fetch_add(1, Ordering::Relaxed) + 1;
        if self.options.count.is_some_and(|count| received >= count) {
            self.enough.notify_one();
        }
    }
}

fn now_text() -> Value {
    midtrans_protocol::WibTime::try_from(SystemTime::now()).map_or(Value::Null, |now| Value::from(format!("{now} WIB")))
}

/// What a stranger wrote, as a piece of a file's name.
fn file_word(text: &str) -> String {
    let fits = |c: char| if c.is_ascii_alphanumeric() || "-_~".contains(c) { c } else { '_' };
    text.chars().map(fits).take(50).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strangers_word_leads_to_no_other_folder() {
        assert_eq!(file_word("../../etc/passwd"), "______etc_passwd");
        assert_eq!(file_word("order-101"), "order-101");
        assert_eq!(file_word(&"x".repeat(99)).len(), 50);
    }
}
