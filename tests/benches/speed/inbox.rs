//! The inbox, against bare drivers on the same tables, with the same durability.

mod backlog;
pub(crate) mod capacity;
mod drain;
mod fill;
mod folder;
mod gateway;
mod latency;
mod limited;
mod live;
mod postgres;
mod queue;
mod sqlite;
mod stage;
mod template;
mod throughput;
mod worker;

use std::time::{Duration, Instant, SystemTime};

use midtrans_inbox::store::NewNotification;
use midtrans_protocol::notification::signature;
use midtrans_protocol::{Environment, Merchant, Notification, notification};

use crate::arguments::{Arguments, Section};
use crate::figure::Unit;
use crate::samples::{Kind, key, keys};
use crate::table::{Pair, Row};

const SECTION: Section = Section::Inbox;

/// Ours, row by row, may take so many times the bare insert: 0.90 of its rate.
const ACCEPT: f64 = 1.0 / 0.90;
/// A repeat may take this share of a first one: 25 times its rate, since nothing has to reach the
/// disk.
const REPEAT: f64 = 1.0 / 25.0;

use limited::Limited;

pub(crate) use gateway::{SERVE as GATEWAY, serve as serve_gateway};
pub(crate) use worker::{SERVE as WORKER, serve as serve_worker};

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let mut rows = Vec::new();
    if arguments.wants("accept") {
        rows.extend(sqlite::measure(arguments));
        rows.extend(postgres::measure(arguments));
    }
    if arguments.wants("latency") {
        rows.extend(latency::measure(arguments));
    }
    // The gateway's answers come in while the queue is built and what follows is filled in and
    // measured: ten a second.
    let limited = arguments
        .wants("limited")
        .then(|| Limited::begin(arguments));
    let queue = arguments.wants("queue").then(|| queue::measure(arguments));
    let (throughput, at_once) = if arguments.wants("throughput") {
        throughput::measure(arguments)
    } else {
        Default::default()
    };
    rows.extend(throughput);
    rows.extend(
        queue.map(|queue| queue::row(queue, at_once.or_else(|| throughput::at_once(arguments)))),
    );
    if arguments.wants("backlog") {
        rows.extend(backlog::measure(arguments));
    }
    rows.extend(limited.into_iter().flat_map(Limited::rows));
    rows
}

/// The bound of questions in a second where the gateway answers at once. By default it is 500.
const UNBOUNDED: u32 = 20_000;

/// The merchant of a gateway at this address.
fn merchant(gateway: &str) -> Merchant {
    let environment = Environment::custom(gateway).expect("plain HTTP is fine on loopback");
    Merchant::new(environment, key()).expect("a custom environment takes any key")
}

/// So many different notifications, verified; the body is that of Akulaku's settlement.
fn notifications(from: usize, count: usize) -> Vec<Notification> {
    let template = String::from_utf8(Kind::Akulaku.body()).expect("a sample is UTF-8");
    let signature_at = template
        .find("\"signature_key\":\"")
        .expect("a sample is signed")
        + 17;
    let old = &template[signature_at..signature_at + 128];
    let make = |number: usize| {
        let order = format!("order-{number:012}x");
        let signed = signature::sign(&order, "200", "149000.00", &key());
        let body = template
            .replace("order-20260109-1785", &order)
            .replace(old, &signed);
        notification::verify(body.as_bytes(), &keys()).expect("it was signed a moment ago")
    };
    (from..from + count).map(make).collect()
}

/// The same as rows, for the floors: everything but the database is done beforehand.
fn rows(notifications: &[Notification]) -> Vec<NewNotification> {
    notifications
        .iter()
        .map(|notification| NewNotification::of(notification, SystemTime::now()))
        .collect()
}

/// Nanoseconds a row.
fn per_row(took: Duration, rows: usize) -> f64 {
    took.as_secs_f64() * 1e9 / rows as f64
}

fn timed(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn row(what: &str, floor: f64, ours: f64, most: f64) -> Row {
    Row::ratio(SECTION, what, Unit::Nanoseconds, Pair { floor, ours }, most)
}
