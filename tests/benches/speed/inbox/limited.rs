//! A gateway that answers ten questions a second and else says 429, while fifty orders a second
//! come in for a minute, with the option for limited gateways.

use std::sync::mpsc::{Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::SECTION;
use super::fill::State;
use super::gateway::Gateway;
use super::latency::GAP;
use super::live::Shop;
use super::stage::Stage;
use super::template::Template;
use crate::arguments::Arguments;
use crate::figure::Unit;
use crate::table::{Pair, Row};

const PER_SECOND: u64 = 10;
const ORDERS: usize = 3_000;

/// The longest that an order may wait, in milliseconds.
const LONGEST: f64 = 1_000.0;
const WHAT: &str =
    "PostgreSQL, gateway answers 10/s and else 429, paid by signature, 50 orders/s for a minute";

/// No confirmation takes so long.
const TIMEOUT: Duration = Duration::from_secs(20 * 60);

type Result<R> = std::result::Result<R, Box<dyn std::error::Error>>;

/// The run, whose second half goes on in a thread of its own: it asks ten questions a second for
/// some minutes.
pub(super) struct Limited(JoinHandle<Vec<Row>>);

impl Limited {
    /// Returns when all orders were told.
    pub(super) fn begin(arguments: &Arguments) -> Self {
        let orders = if arguments.quick { ORDERS / 10 } else { ORDERS };
        let (told, all_told) = channel();
        let run = thread::spawn(move || {
            run(orders, &told).unwrap_or_else(|error| {
                vec![Row::unmeasured(
                    SECTION,
                    WHAT,
                    "≤ 1,000 ms",
                    &error.to_string(),
                )]
            })
        });
        // Where it failed, the channel is closed.
        let _ = all_told.recv();
        Self(run)
    }

    /// Waits until all orders are confirmed.
    pub(super) fn rows(self) -> Vec<Row> {
        eprintln!("inbox: waiting for the limited gateway's answers …");
        self.0.join().expect("the run does not panic")
    }
}

fn run(orders: usize, told: &Sender<()>) -> Result<Vec<Row>> {
    eprintln!("inbox: {orders} orders at 50 a second, of which the gateway answers ten …");
    let mut stage = Stage::new()?;
    stage.set(&Template::make(), State::Charged, orders as u64)?;
    let mut gateway = Gateway::limited(PER_SECOND)?;
    let url = stage.server.url();
    let started = Instant::now();
    let (shop, took) = stage.runtime.block_on(async {
        let shop = Shop::open(&url, &gateway.base, true)?;
        let took = shop.sell(orders, GAP).await?;
        Ok::<_, Box<dyn std::error::Error>>((shop, took))
    })?;
    let longest = took
        .iter()
        .max()
        .map_or(f64::NAN, |longest| longest.as_secs_f64() * 1e3);
    eprintln!("inbox: all told, the longest after {longest:.0} ms");
    told.send(())?;
    let unconfirmed = confirm(&mut stage, started)?;
    let confirmed = started.elapsed().as_secs_f64();
    let (answered, refused) = gateway.counts()?;
    eprintln!(
        "inbox: {unconfirmed} unconfirmed after {confirmed:.0} s, {answered} answers, {refused} refusals"
    );
    stage.runtime.block_on(shop.close())?;
    let alone = Pair::alone;
    Ok(vec![
        Row::count(
            SECTION,
            &format!("{WHAT}: longest accepted → acted"),
            Unit::Milliseconds,
            alone(longest),
            LONGEST,
            "≤ 1,000 ms",
        ),
        Row::count(
            SECTION,
            &format!("{WHAT}: not confirmed in the end"),
            Unit::Count,
            alone(unconfirmed),
            0.0,
            "none",
        ),
        Row::informative(
            SECTION,
            &format!("{WHAT}: all confirmed after"),
            Unit::Seconds,
            alone(confirmed),
        ),
        Row::informative(
            SECTION,
            &format!("{WHAT}: questions refused"),
            Unit::Count,
            alone(refused),
        ),
    ])
}

/// Waits until every order is confirmed. Returns how many are not, where that takes too long.
fn confirm(stage: &mut Stage, started: Instant) -> Result<f64> {
    let unconfirmed = "SELECT count(*) FROM midtrans_order
        WHERE outcome IS DISTINCT FROM 'paid' OR (state::json ->> 'unconfirmed')::boolean OR check_at IS NOT NULL";
    let mut said = Instant::now();
    loop {
        let left = stage.number(unconfirmed)?;
        if left == 0 || started.elapsed() > TIMEOUT {
            return Ok(left as f64);
        }
        if said.elapsed() > Duration::from_secs(60) {
            said = Instant::now();
            eprintln!("inbox: {left} to be confirmed …");
        }
        thread::sleep(Duration::from_millis(500));
    }
}
