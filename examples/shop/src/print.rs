//! Requests and answers in words, without their secrets.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use serde_json::Value;

use crate::journal::{Entry, Way};

/// Prints an entry. `gateway` is the simulator's address, to tell the two servers of a browser
/// apart.
pub(crate) fn entry(entry: &Entry, gateway: &str) {
    match entry {
        Entry::Said(Way::Worker, words) => println!("     the worker: {words}"),
        Entry::Said(_, words) => println!("     the shop: {words}"),
        Entry::Acted(id, outcome) => println!("     the worker: {id} is {outcome}, committed"),
        Entry::Asked(way, request) => {
            let (from, to) = parties(*way, &request.uri().to_string(), gateway);
            let uri = without_card(&request.uri().to_string());
            println!("   > {from} to {to}: {} {uri}", request.method());
            for (name, value) in request.headers() {
                println!("       {name}: {}", header(name.as_str(), value));
            }
            body(request.headers(), request.body());
        }
        Entry::Answered(_, response) => {
            println!("   < {}", response.status());
            if let Some(location) = response.headers().get(LOCATION) {
                println!("       location: {}", header("location", location));
            }
            body(response.headers(), response.body());
        }
    }
}

/// The URL of a token request has the whole card in its query.
fn without_card(uri: &str) -> String {
    match uri.split_once("/v2/token?") {
        Some((gateway, _)) => format!("{gateway}/v2/token?(the card, hidden)"),
        None => uri.to_owned(),
    }
}

fn parties(way: Way, uri: &str, gateway: &str) -> (&'static str, &'static str) {
    match way {
        Way::Browser if uri.starts_with(gateway) => ("browser", "gateway"),
        Way::Browser => ("browser", "shop"),
        Way::Api => ("shop", "gateway"),
        Way::Worker => ("worker", "gateway"),
        Way::Notification => ("gateway", "shop"),
        Way::Stranger => ("stranger", "shop"),
    }
}

fn header(name: &str, value: &axum::http::HeaderValue) -> String {
    if name == "authorization" || value.is_sensitive() {
        return "(hidden)".to_owned();
    }
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// Prints a body in the way that suits its content type.
fn body(headers: &HeaderMap, bytes: &[u8]) {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let text = String::from_utf8_lossy(bytes);
    match kind.split(';').next().unwrap_or_default() {
        _ if text.trim().is_empty() => {}
        "application/json" => json(&text),
        "application/x-www-form-urlencoded" => form(&text),
        "text/html" => println!("       a page: {}", title(&text)),
        // Nothing but the status' own words.
        "text/plain" => {}
        "image/png" => println!("       a picture of {} bytes", bytes.len()),
        _ => println!("       {text}"),
    }
}

fn json(text: &str) {
    let Ok(mut value) = serde_json::from_str(text) else {
        return println!("       {text}");
    };
    hide(&mut value);
    let pretty = serde_json::to_string_pretty(&value).unwrap_or_default();
    pretty.lines().for_each(|line| println!("       {line}"));
}

fn form(text: &str) {
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(text).unwrap_or_default();
    for (name, value) in fields {
        match name.as_str() {
            "callback_key" | "token_id" if !value.is_empty() => println!("       {name}: (hidden)"),
            "response" => {
                println!("       {name}:");
                json(&value);
            }
            _ => println!("       {name}: {value}"),
        }
    }
}

fn hide(value: &mut Value) {
    let Value::Object(fields) = value else { return };
    for (name, value) in fields {
        match value {
            Value::String(text) if name == "signature_key" || name == "token_id" => {
                let start: String = text.chars().take(8).collect();
                *text = format!("{start}… (shortened)");
            }
            _ => hide(value),
        }
    }
}

/// Returns the title and the first heading.
fn title(html: &str) -> String {
    let between = |start: &str, end: &str| {
        let (_, rest) = html.split_once(start)?;
        rest.split_once(end).map(|(text, _)| text.to_owned())
    };
    let title = between("<title>", "</title>").unwrap_or_default();
    match between("<h1>", "</h1>") {
        Some(heading) => format!("“{title}”, headed “{heading}”"),
        None => format!("“{title}”"),
    }
}
