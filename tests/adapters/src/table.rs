//! The contract: each request and the required answer.

mod customer;
mod gateway;
mod strangers;

use crate::request::{Payload, Request};

/// A line of the contract.
#[derive(Clone, Debug)]
pub struct Row {
    /// The name of the line.
    pub name: &'static str,
    /// The request.
    pub request: Request,
    /// The status that must come back.
    pub status: u16,
    /// The headers that must come back, each beginning with this value.
    pub headers: &'static [(&'static str, &'static str)],
    /// The required body.
    pub body: Body,
    /// `true` if the next request on this connection must be answered too.
    pub keeps_alive: bool,
}

/// A kind of body.
#[derive(Clone, Copy, Debug)]
pub enum Body {
    /// These words and nothing else.
    Is(&'static str),
    /// A page with these words in it, and without any tag of a stranger's.
    Shows(&'static str),
    /// Whatever the framework likes.
    Any,
}

/// All lines.
#[must_use]
pub fn table() -> Vec<Row> {
    [gateway::rows(), strangers::rows(), customer::rows()].concat()
}

const PLAIN: &[(&str, &str)] = &[
    ("cache-control", "no-store"),
    ("content-type", "text/plain"),
];
const PROBED: &[(&str, &str)] = &[("cache-control", "no-store"), ("allow", "POST")];

/// A line about a webhook, whose answer is the status and its usual words.
fn row(name: &'static str, request: Request, status: u16) -> Row {
    let words = match status {
        200 => "OK",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        413 => "Payload Too Large",
        415 => "Unsupported Media Type",
        _ => "Service Unavailable",
    };
    Row {
        name,
        request,
        status,
        headers: PLAIN,
        body: Body::Is(words),
        keeps_alive: false,
    }
}

impl Row {
    fn then_keeps_alive(self) -> Self {
        Self {
            keeps_alive: true,
            ..self
        }
    }

    fn with_any_body(self) -> Self {
        Self {
            body: Body::Any,
            headers: &[],
            ..self
        }
    }
}

/// A delivery with the gateway's headers.
fn delivery(target: impl Into<String>, body: impl Into<Vec<u8>>) -> Request {
    Request::new("POST", target)
        .header("Content-Type", "application/json")
        .header("Accept", "application/json")
        .header("User-Agent", "Veritrans")
        .payload(Payload::Sized(body.into()))
}
