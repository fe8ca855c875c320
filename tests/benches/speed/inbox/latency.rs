//! The time from an order's notification until it was acted on, at a steady fifty orders a second.

use std::time::Duration;

use super::SECTION;
use super::fill::State;
use super::gateway::Gateway;
use super::live::Shop;
use super::stage::Stage;
use super::template::Template;
use crate::arguments::Arguments;
use crate::figure::Unit;
use crate::table::{Pair, Row};

/// Fifty a second.
pub(super) const GAP: Duration = Duration::from_millis(20);
const ORDERS: usize = 3_000;
/// The orders of the first ten seconds, while the rate of questions is still growing.
const FIRST: usize = 500;

/// Of the 99th of a hundred, in milliseconds.
const P99: f64 = 600.0;
const WHAT: &str = "PostgreSQL, 50 orders/s, gateway 150 ms: accepted → acted, p99";

pub(super) fn measure(arguments: &Arguments) -> Vec<Row> {
    run(arguments).unwrap_or_else(|error| {
        vec![Row::unmeasured(
            SECTION,
            WHAT,
            "≤ 600 ms",
            &error.to_string(),
        )]
    })
}

fn run(arguments: &Arguments) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    let orders = if arguments.quick {
        FIRST * 3 / 2
    } else {
        ORDERS
    };
    eprintln!("inbox: {orders} orders at 50 a second …");
    let mut stage = Stage::new()?;
    stage.set(&Template::make(), State::Charged, orders as u64)?;
    let gateway = Gateway::slow(150)?;
    let url = stage.server.url();
    let took = stage.runtime.block_on(async {
        let shop = Shop::open(&url, &gateway.base, false)?;
        let took = shop.sell(orders, GAP).await?;
        shop.close().await.map(|()| took)
    })?;
    let steady = took[FIRST..].to_vec();
    let (p50, p99) = (part(steady.clone(), 0.50), part(steady, 0.99));
    let start = part(took[..FIRST].to_vec(), 0.99);
    eprintln!(
        "inbox: p50 {p50:.0} ms, p99 {p99:.0} ms, p99 of the first ten seconds {start:.0} ms"
    );
    let alone = Pair::alone;
    Ok(vec![
        Row::count(
            SECTION,
            WHAT,
            Unit::Milliseconds,
            alone(p99),
            P99,
            "≤ 600 ms",
        ),
        Row::informative(
            SECTION,
            &format!("{WHAT}, within ten seconds of the start"),
            Unit::Milliseconds,
            alone(start),
        ),
        Row::informative(
            SECTION,
            &WHAT.replace("p99", "median"),
            Unit::Milliseconds,
            alone(p50),
        ),
    ])
}

/// The time, in milliseconds, that such a part of all took at most.
fn part(mut took: Vec<Duration>, part: f64) -> f64 {
    took.sort_unstable();
    let at = (took.len() as f64 * part) as usize;
    took[at.min(took.len() - 1)].as_secs_f64() * 1e3
}
