//! `midtrans doctor`: checks keys, gateway, clock and webhook.

mod finding;
mod webhook;

use std::error::Error;
use std::time::{Duration, Instant, SystemTime};

use clap::Args;
use midtrans_protocol::account::Host;
use midtrans_protocol::ids::PaymentId;
use midtrans_protocol::reply::ReplyError;
use midtrans_protocol::{
    Environment, GatewayReply, GetStatus, Merchant, RequestOptions, decode, encode,
};
use midtrans_ureq::UreqTransport;
use midtrans_ureq::midtrans_transport::{
    BlockingTransport, Limits, Response, TransportError, TransportErrorKind,
};

use crate::account::Account;
use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::progress::Waiting;
use finding::{Finding, Grade};

/// Check keys, gateway, clock, TLS and, with --webhook, your notification URL
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans doctor --webhook https://shop.example/midtrans/notification"))]
pub(crate) struct Doctor {
    /// Your notification URL: gets the dashboard's test notification, and two forged ones, which it
    /// has to turn away
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
}

impl Doctor {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        let account = context.account()?;
        let mut findings = keys(&account);
        let merchant = account.merchant().ok();
        match &merchant {
            Some(merchant) => findings.extend(gateway(merchant)),
            None => findings.push(Finding::new(
                "gateway",
                Grade::Unknown,
                "not asked, without a usable key",
            )),
        }
        if let Some(url) = &self.webhook {
            match account.server_key() {
                Ok(key) => findings.extend(webhook::findings(url, &key, account.environment())),
                Err(_) => findings.push(Finding::new(
                    "webhook",
                    Grade::Unknown,
                    "not asked, without a usable key",
                )),
            }
        }
        let mut report = account.report();
        let exit = finding::describe(&mut report, &findings);
        context.print(&report);
        Ok(exit)
    }
}

fn keys(account: &Account) -> Vec<Finding> {
    let server = match account.server_key().and_then(|_| account.merchant()) {
        Ok(_) => Finding::new(
            "server key",
            Grade::Good,
            format!("from {}", account.origin()),
        ),
        Err(failure) => {
            let json = failure.json();
            let step = json["next"][0].as_str().unwrap_or_default().to_owned();
            Finding::new(
                "server key",
                Grade::Bad,
                json["error"].as_str().unwrap_or_default(),
            )
            .next(step)
        }
    };
    let client = account.client_key().map(|key| match key {
        Ok(key) if suits(key.as_str(), account.environment()) => {
            Finding::new("client key", Grade::Good, "usable")
        }
        Ok(_) => Finding::new(
            "client key",
            Grade::Bad,
            "it belongs to the other environment",
        )
        .next("take the client key that stands beside the server key"),
        Err(error) => Finding::new("client key", Grade::Bad, error.to_string()),
    });
    std::iter::once(server).chain(client).collect()
}

fn suits(key: &str, environment: &Environment) -> bool {
    match environment {
        Environment::Production => !key.starts_with("SB-"),
        Environment::Sandbox => !key.starts_with("Mid-"),
        _ => true,
    }
}

/// Asks for a transaction that cannot exist: the answer shows the state of key, network, TLS and
/// clock.
fn gateway(merchant: &Merchant) -> Vec<Finding> {
    let Ok(missing) = PaymentId::received(NO_SUCH_ORDER) else {
        return Vec::new();
    };
    let transport = match UreqTransport::new() {
        Ok(transport) => transport,
        Err(error) => return vec![Finding::new("gateway", Grade::Bad, error.to_string())],
    };
    let status = GetStatus::new(missing);
    let request = encode(
        &status,
        merchant,
        &RequestOptions::default(),
        SystemTime::now(),
    );
    let base = merchant.environment().base(Host::Api);
    let waiting = Waiting::for_("the gateway");
    let started = Instant::now();
    let answered = transport.send(request, Limits::new(TIMEOUT, 1 << 20));
    let took = started.elapsed();
    drop(waiting);
    match answered {
        Ok(response) => {
            let mut findings = vec![reached(base, took), tls(base)];
            findings.extend(clock(&response, SystemTime::now()));
            findings.push(key_at_gateway(&status, response));
            findings
        }
        Err(error) => vec![unreached(base, &error)],
    }
}

fn reached(base: &str, took: Duration) -> Finding {
    let grade = if took < Duration::from_secs(5) {
        Grade::Good
    } else {
        Grade::Careful
    };
    Finding::new(
        "gateway",
        grade,
        format!("{base} answers after {} ms", took.as_millis()),
    )
}

fn tls(base: &str) -> Finding {
    if base.starts_with("https://") {
        Finding::new("TLS", Grade::Good, "its certificate is trusted")
    } else {
        Finding::new(
            "TLS",
            Grade::Good,
            "not used, the gateway is on this machine",
        )
    }
}

fn unreached(base: &str, error: &TransportError) -> Finding {
    let deeper = error
        .source()
        .map(|source| format!(" ({source})"))
        .unwrap_or_default();
    let name = if error.kind() == TransportErrorKind::Tls {
        "TLS"
    } else {
        "gateway"
    };
    let step = match error.kind() {
        TransportErrorKind::Tls => {
            "look for a proxy that opens TLS connections, and at this machine's clock"
        }
        _ if base.starts_with("http://") => {
            "start the simulator with `midtrans simulate`, or set the environment"
        }
        _ => "check DNS, firewall and proxy: HTTPS to that host has to be allowed",
    };
    Finding::new(name, Grade::Bad, format!("{base}: {error}{deeper}")).next(step)
}

fn key_at_gateway(asked: &GetStatus, response: Response) -> Finding {
    let (head, body) = response.into_parts();
    let name = "key at gateway";
    match decode(asked, GatewayReply::from_own_client(head.status, body)) {
        Err(ReplyError::Api(refusal)) if refusal.is_not_found() => {
            Finding::new(name, Grade::Good, "accepted")
        }
        Err(ReplyError::Api(refusal)) if refusal.is_unauthorized() => {
            Finding::new(name, Grade::Bad, "refused with 401")
                .next("copy the server key of this environment again")
        }
        Err(error) => {
            Finding::new(name, Grade::Unknown, error.to_string()).next("try again in a minute")
        }
        Ok(_) => Finding::new(
            name,
            Grade::Bad,
            "it knows a transaction that cannot exist, so it is not the gateway",
        )
        .next("check the environment's URL"),
    }
}

/// Compares this machine's clock with the gateway's `Date`, which has whole seconds.
fn clock(response: &Response, now: SystemTime) -> Option<Finding> {
    let date = response.headers().get("date")?.to_str().ok()?;
    let date = httpdate::parse_http_date(date).ok()?;
    let (apart, word) = match now.duration_since(date) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    Some(match apart.as_secs() {
        0..=5 => Finding::new("clock", Grade::Good, "agrees with the gateway's"),
        seconds => {
            let grade = if seconds > 60 {
                Grade::Bad
            } else {
                Grade::Careful
            };
            Finding::new("clock", grade, format!("{seconds} s {word} the gateway's"))
                .next("let NTP set this machine's clock: expiries and retries go by it")
        }
    })
}

const NO_SUCH_ORDER: &str = "midtrans-doctor-no-such-order";
const TIMEOUT: Duration = Duration::from_secs(15);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_held_against_the_gateways_date() {
        let response = |date: &'static str| {
            let mut response = Response::new(Vec::new());
            response
                .headers_mut()
                .insert("date", http::HeaderValue::from_static(date));
            response
        };
        let then = httpdate::parse_http_date("Sun, 22 Nov 2026 03:00:00 GMT").unwrap();
        let grade = |date, seconds| {
            clock(&response(date), then + Duration::from_secs(seconds)).map(|found| found.grade)
        };
        assert_eq!(grade("Sun, 22 Nov 2026 03:00:00 GMT", 2), Some(Grade::Good));
        assert_eq!(
            grade("Sun, 22 Nov 2026 03:00:30 GMT", 0),
            Some(Grade::Careful)
        );
        assert_eq!(
            grade("Sun, 22 Nov 2026 03:00:00 GMT", 600),
            Some(Grade::Bad)
        );
        assert_eq!(grade("yesterday", 0), None);
    }
}
