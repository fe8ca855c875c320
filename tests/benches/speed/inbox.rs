//! The inbox, against bare drivers that store the same rows in the same tables, with the same durability.

mod folder;
mod postgres;
mod sqlite;

use std::time::{Duration, Instant, SystemTime};

use midtrans_inbox::store::NewNotification;
use midtrans_protocol::{Notification, notification, signature};

use crate::arguments::{Arguments, Section};
use crate::figure::Unit;
use crate::samples::{Kind, key, keys};
use crate::table::{Pair, Row};

const SECTION: Section = Section::Inbox;

/// Ours, row by row, may take so many times the bare insert: 0.90 of its rate.
const ACCEPT: f64 = 1.0 / 0.90;
/// A repeat may take this share of a first one: 25 times its rate, since nothing has to reach the disk.
const REPEAT: f64 = 1.0 / 25.0;

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let mut rows = sqlite::measure(arguments);
    rows.extend(postgres::measure(arguments));
    rows
}

/// So many different notifications, verified; the body is that of Akulaku's settlement.
fn notifications(from: usize, count: usize) -> Vec<Notification> {
    let template = String::from_utf8(Kind::Akulaku.body()).expect("a sample is UTF-8");
    let signature_at = template.find("\"signature_key\":\"").expect("a sample is signed") + 17;
    let old = &template[signature_at..signature_at + 128];
    let make = |number: usize| {
        let order = format!("order-{number:012}x");
        let signed = signature::sign(&order, "200", "149000.00", &key());
        let body = template.replace("order-20260109-1785", &order).replace(old, &signed);
        notification::verify(body.as_bytes(), &keys()).expect("it was signed a moment ago")
    };
    (from..from + count).map(make).collect()
}

/// The same as rows, for the floors: everything but the database is done beforehand.
fn rows(notifications: &[Notification]) -> Vec<NewNotification> {
    notifications.iter().map(|notification| NewNotification::of(notification, SystemTime::now())).collect()
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
