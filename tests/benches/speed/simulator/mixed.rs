//! All operations at once: 64 connections, each of which walks orders through the gateway and sends
//! its next request when it has its answer.

use std::collections::HashMap;
use std::io;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime;
use tokio::task::JoinSet;

use super::{CONNECTIONS, SECTION};
use crate::arguments::Arguments;
use crate::figure::Unit;
use crate::process::Server;
use crate::simulator_server::{MIXED, SERVE};
use crate::table::{Pair, Row};

/// The walks of each connection.
const WALKS: usize = 120;
/// The slowest of a hundred requests takes no longer.
const P99: f64 = 10e6;

/// One request of a walk: method, path, body, a text that the answer has, and the field of the
/// answer that the later requests use. `{order}` and a kept field stand in braces.
type Step = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const CARDLESS: &[Step] = &[
    (
        "POST",
        "/v2/charge",
        r#"{"payment_type":"akulaku","transaction_details":{"order_id":"{order}","gross_amount":40000},"item_details":[{"id":"A","name":"Sepatu","price":40000,"quantity":1}],"customer_details":{"first_name":"Siti","email":"siti@example.com","phone":"08123456789"}}"#,
        r#""status_code":"201""#,
        "transaction_id",
    ),
    (
        "GET",
        "/v2/akulaku/redirect/{transaction_id}",
        "",
        "HTTP/1.1 200",
        "",
    ),
    (
        "POST",
        "/v2/akulaku/redirect/{transaction_id}",
        "choice=approve",
        "HTTP/1.1 200",
        "",
    ),
    ("GET", "/v2/{order}/status", "", r#""settlement""#, ""),
    (
        "POST",
        "/v2/{order}/refund",
        r#"{"refund_key":"r-{order}","amount":5000,"reason":"size"}"#,
        r#""status_code":"200""#,
        "",
    ),
];
const TRANSFER: &[Step] = &[
    (
        "POST",
        "/v2/charge",
        r#"{"payment_type":"bank_transfer","transaction_details":{"order_id":"{order}","gross_amount":40000},"bank_transfer":{"bank":"bca"}}"#,
        r#""status_code":"201""#,
        "transaction_id",
    ),
    ("GET", "/pay/{transaction_id}", "", "HTTP/1.1 200", ""),
    (
        "POST",
        "/pay/{transaction_id}",
        "choice=approve",
        "HTTP/1.1 303",
        "",
    ),
    (
        "GET",
        "/v2/{transaction_id}/status",
        "",
        r#""settlement""#,
        "",
    ),
];
const WALLET: &[Step] = &[
    (
        "POST",
        "/v2/charge",
        r#"{"payment_type":"gopay","transaction_details":{"order_id":"{order}","gross_amount":40000}}"#,
        r#""status_code":"201""#,
        "transaction_id",
    ),
    ("GET", "/v2/{order}/status", "", r#""pending""#, ""),
    (
        "POST",
        "/v2/{order}/expire",
        "",
        r#""status_code":"407""#,
        "",
    ),
];
const CARD: &[Step] = &[
    (
        "GET",
        "/v2/token?client_key=SB-Mid-client-simulator&card_number=4811111111111114&card_exp_month=12&card_exp_year=2039&card_cvv=123",
        "",
        r#""status_code":"200""#,
        "token_id",
    ),
    (
        "POST",
        "/v2/charge",
        r#"{"payment_type":"credit_card","transaction_details":{"order_id":"{order}","gross_amount":40000},"credit_card":{"token_id":"{token_id}"}}"#,
        r#""capture""#,
        "",
    ),
    (
        "POST",
        "/v2/{order}/cancel",
        "",
        r#""status_code":"200""#,
        "",
    ),
    ("GET", "/v1/bins/481111", "", r#""brand""#, ""),
];
const SNAP: &[Step] = &[
    (
        "POST",
        "/snap/v1/transactions",
        r#"{"transaction_details":{"order_id":"{order}","gross_amount":40000}}"#,
        "HTTP/1.1 201",
        "token",
    ),
    (
        "GET",
        "/v2/{order}/status",
        "",
        r#""status_code":"404""#,
        "",
    ),
    (
        "GET",
        "/snap/v4/redirection/{token}",
        "",
        "HTTP/1.1 200",
        "",
    ),
    (
        "POST",
        "/snap/v4/redirection/{token}",
        "method=bca_va",
        "HTTP/1.1 303",
        "",
    ),
    (
        "POST",
        "/snap/v4/redirection/{token}",
        "choice=approve",
        "HTTP/1.1 303",
        "",
    ),
    ("GET", "/v2/{order}/status", "", r#""settlement""#, ""),
    (
        "POST",
        "/snap/v1/transactions",
        r#"{"transaction_details":{"order_id":"{order}-2","gross_amount":40000}}"#,
        "HTTP/1.1 201",
        "token",
    ),
    (
        "POST",
        "/snap/v1/transactions/{token}/cancel",
        "",
        "HTTP/1.1 200",
        "",
    ),
    (
        "GET",
        "/snap/v3/merchant-preferences",
        "",
        "HTTP/1.1 200",
        "",
    ),
];
const SUBSCRIPTION: &[Step] = &[
    (
        "POST",
        "/v1/subscriptions",
        r#"{"name":"Langganan","amount":"40000","currency":"IDR","payment_type":"credit_card","token":"{order}","schedule":{"interval":1,"interval_unit":"month","max_interval":12}}"#,
        r#""active""#,
        "id",
    ),
    ("GET", "/v1/subscriptions/{id}", "", r#""active""#, ""),
    (
        "PATCH",
        "/v1/subscriptions/{id}",
        r#"{"amount":"50000"}"#,
        "Subscription is updated.",
        "",
    ),
    (
        "POST",
        "/v1/subscriptions/{id}/disable",
        "",
        "Subscription is updated.",
        "",
    ),
    (
        "POST",
        "/v1/subscriptions/{id}/cancel",
        "",
        "HTTP/1.1 200",
        "",
    ),
];
const ACCOUNT: &[Step] = &[
    (
        "POST",
        "/v2/pay/account",
        r#"{"payment_type":"gopay","gopay_partner":{"phone_number":"81212345678","country_code":"62"}}"#,
        r#""status_code":"201""#,
        "account_id",
    ),
    (
        "GET",
        "/v2/pay/account/{account_id}",
        "",
        r#""PENDING""#,
        "",
    ),
];
const LINK: &[Step] = &[
    (
        "POST",
        "/v1/payment-links",
        r#"{"transaction_details":{"order_id":"{order}","gross_amount":40000},"usage_limit":1}"#,
        "payment_url",
        "",
    ),
    ("GET", "/v1/payment-links/{order}", "", "HTTP/1.1 200", ""),
    (
        "DELETE",
        "/v1/payment-links/{order}",
        "",
        "HTTP/1.1 200",
        "",
    ),
];
const INVOICE: &[Step] = &[
    (
        "POST",
        "/v1/invoices",
        r#"{"order_id":"{order}","invoice_number":"{order}","due_date":"2039-08-06 20:03:04 +0700","invoice_date":"2026-08-06 20:03:04 +0700","customer_details":{"id":"c","name":"Siti","email":"siti@example.com","phone":"8123456789"},"payment_type":"payment_link","item_details":[{"item_id":"A","description":"Sepatu","quantity":1,"price":40000}]}"#,
        "HTTP/1.1 201",
        "id",
    ),
    ("GET", "/v1/invoices/{id}", "", "HTTP/1.1 200", ""),
    (
        "PATCH",
        "/v1/invoices/{id}/void",
        r#"{"void_reason":"typo"}"#,
        "HTTP/1.1 200",
        "",
    ),
];
const LOOKS: &[Step] = &[
    (
        "GET",
        "/v1/balance/mutation?currency=IDR&start_time=2026-01-01T00:00:00%2B07:00&end_time=2026-01-31T00:00:00%2B07:00",
        "",
        "HTTP/1.1 200",
        "",
    ),
    ("GET", "/pay", "", "HTTP/1.1 200", ""),
    ("GET", "/snap/snap.js", "", "HTTP/1.1 200", ""),
];
const SCRIPTS: [&[Step]; 10] = [
    CARDLESS,
    TRANSFER,
    WALLET,
    CARD,
    SNAP,
    SUBSCRIPTION,
    ACCOUNT,
    LINK,
    INVOICE,
    LOOKS,
];

pub(super) fn measure(arguments: &Arguments) -> io::Result<Vec<Row>> {
    let server = Server::start(&[SERVE, MIXED])?;
    let client = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let walks = arguments.rounds(WALKS);
    let started = Instant::now();
    let mut set = JoinSet::new();
    for at in 0..CONNECTIONS {
        set.spawn_on(walk(server.port, at, walks), client.handle());
    }
    let mut times = Vec::new();
    let mut wrong = Vec::new();
    for ended in client.block_on(set.join_all()) {
        let (own, own_wrong) = ended?;
        times.extend(own);
        wrong.extend(own_wrong);
    }
    let wall = started.elapsed().as_secs_f64() * 1e9 / times.len() as f64;
    times.sort_unstable();
    let p99 = times[times.len() * 99 / 100].as_secs_f64() * 1e9;
    if let Some(first) = wrong.first() {
        eprintln!(
            "simulator: {} answers were wrong, such as {first}",
            wrong.len()
        );
    }
    Ok(vec![
        Row::count(
            SECTION,
            "all operations at 64 connections, p99 from request to answer",
            Unit::Nanoseconds,
            Pair::alone(p99),
            P99,
            "≤ 10 ms",
        ),
        Row::count(
            SECTION,
            "all operations at 64 connections, wrong answers",
            Unit::Count,
            Pair::alone(wrong.len() as f64),
            0.0,
            "0",
        ),
        Row::informative(
            SECTION,
            "all operations at 64 connections, time per request",
            Unit::Nanoseconds,
            Pair::alone(wall),
        ),
    ])
}

/// The times of one connection's requests, and the steps whose answers were wrong.
async fn walk(port: u16, at: usize, walks: usize) -> io::Result<(Vec<Duration>, Vec<String>)> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let mut connection = Connection {
        stream,
        read: Vec::new(),
    };
    let (mut times, mut wrong) = (Vec::new(), Vec::new());
    for walk in 0..walks {
        // Each connection begins with another script.
        let script = SCRIPTS[(at + walk) % SCRIPTS.len()];
        let mut kept = HashMap::from([("order", format!("load-{at}-{walk}"))]);
        for (method, path, body, wanted, keep) in script {
            let request = request(method, &filled(path, &kept), &filled(body, &kept));
            let sent = Instant::now();
            let answer = connection.ask(&request).await?;
            times.push(sent.elapsed());
            if !answer.contains(wanted) {
                wrong.push(format!("{method} {path}: {answer}"));
                break;
            }
            if !keep.is_empty() {
                kept.insert(keep, field(&answer, keep));
            }
        }
    }
    Ok((times, wrong))
}

fn filled(template: &str, kept: &HashMap<&str, String>) -> String {
    kept.iter()
        .fold(template.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}

/// The text of a field of a JSON answer; empty where there is none, which the next answer shows.
fn field(answer: &str, name: &str) -> String {
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    let json: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    json[name].as_str().unwrap_or_default().to_owned()
}

fn request(method: &str, path: &str, body: &str) -> Vec<u8> {
    let kind = match body.starts_with('{') {
        true => "application/json",
        false => "application/x-www-form-urlencoded",
    };
    format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\n\
         Authorization: Basic U0ItTWlkLXNlcnZlci1zaW11bGF0b3I6\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    /// Sends a request and reads the whole answer, whose length is in its head.
    async fn ask(&mut self, request: &[u8]) -> io::Result<String> {
        self.stream.write_all(request).await?;
        self.read.clear();
        while self.missing()? > 0 {
            if self.stream.read_buf(&mut self.read).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(String::from_utf8_lossy(&self.read).into_owned())
    }

    /// The bytes of the answer that have not come: at least one, until the head is there.
    fn missing(&self) -> io::Result<usize> {
        let Some(head) = self.read.windows(4).position(|end| end == b"\r\n\r\n") else {
            return Ok(1);
        };
        let text = String::from_utf8_lossy(&self.read[..head]).to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:"));
        let length = length.and_then(|length| length.trim().parse::<usize>().ok());
        let length = length.ok_or_else(|| io::Error::other("an answer without a length"))?;
        Ok((head + 4 + length).saturating_sub(self.read.len()))
    }
}
