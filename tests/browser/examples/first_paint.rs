//! The first paint of Snap's page in Chromium, on a phone's size: the median of many loads.
//!
//! `cargo run --release -p midtrans-browser-tests --example first_paint -- 30`
//!
//! The goal is at most 100 ms for the first contentful paint. It is a measurement and no test: a
//! busy machine says nothing about the page.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that cannot go on has failed"
)]
#![allow(clippy::float_arithmetic, reason = "milliseconds; no amount of money")]

use std::path::Path;

use midtrans_browser_tests::Browser;
use midtrans_simulator::Simulator;
use serde_json::{Value, json};

/// `SB-Mid-server-simulator:` in base64.
const KEY: &str = "Basic U0ItTWlkLXNlcnZlci1zaW11bGF0b3I6";

/// The longest that the first contentful paint may take, in milliseconds.
const GOAL: f64 = 100.0;

fn main() {
    let loads = std::env::args()
        .nth(1)
        .map_or(20, |count| count.parse().unwrap());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tmp");
    let browser = match Browser::find(&folder) {
        Ok(browser) => browser,
        Err(absence) => {
            println!("Not measured: {absence}");
            return;
        }
    };
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let urls: Vec<String> = (0..loads)
        .map(|number| page(simulator.url(), number))
        .collect();
    let measured = browser.walk("paint.mjs", &json!({ "urls": urls }));
    let [first, contentful] = [0, 1].map(|at| sorted(&measured, at));
    println!("{loads} loads of Snap's page, 360 × 740, empty cache:");
    println!("first paint: {}", told(&first));
    println!("first contentful paint: {}", told(&contentful));
    let outcome = if median(&contentful) <= GOAL {
        "met"
    } else {
        "missed"
    };
    println!("goal of at most {GOAL:.0} ms for the median: {outcome}");
}

/// Makes a page of Snap and returns its address.
fn page(gateway: &str, number: usize) -> String {
    let order = json!({
        "transaction_details": {"order_id": format!("paint-{number}"), "gross_amount": 770_000},
        "item_details": [
            {"id": "SHOE", "price": 750_000, "quantity": 1, "name": "Sepatu lari"},
            {"id": "SHIPPING", "price": 20_000, "quantity": 1, "name": "Ongkos kirim"},
        ],
        "customer_details": {"first_name": "Siti", "email": "siti@example.com", "phone": "0812"},
    });
    let mut reply = ureq::post(format!("{gateway}/snap/v1/transactions"))
        .header("authorization", KEY)
        .send(order.to_string())
        .unwrap();
    let reply: Value = serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
    reply["redirect_url"].as_str().unwrap().to_owned()
}

fn sorted(measured: &Value, at: usize) -> Vec<f64> {
    let loads = measured.as_array().unwrap().iter();
    let mut times: Vec<f64> = loads.map(|load| load[at].as_f64().unwrap()).collect();
    times.sort_by(f64::total_cmp);
    times
}

fn median(sorted: &[f64]) -> f64 {
    sorted[sorted.len() / 2]
}

fn told(sorted: &[f64]) -> String {
    let (least, most) = (sorted[0], sorted[sorted.len() - 1]);
    let median = median(sorted);
    format!("median {median:.0} ms, from {least:.0} to {most:.0} ms")
}
