//! SQLite: write-ahead log, every commit on the disk before it is acknowledged.

use std::thread;
use std::time::SystemTime;

use midtrans_inbox::Arrival;
use midtrans_inbox_sqlite::{GroupWriter, accept, migrate, tune};
use midtrans_protocol::Notification;
use rusqlite::{Connection, params};

use super::folder::Folder;
use super::{ACCEPT, REPEAT, arrivals, notifications, per_row, row, timed};
use crate::arguments::Arguments;
use crate::load::median;
use crate::table::Row;

/// Callers of the grouping writer, and what they must gain over one.
const CALLERS: usize = 32;
const GAIN: f64 = 1.0 / 5.0;

pub(super) fn measure(arguments: &Arguments) -> Vec<Row> {
    let (rounds, rows) = if arguments.quick { (3, 200) } else { (15, 1_000) };
    let (bare, ours, repeats) = one_by_one(rounds, rows);
    let (alone, together) = grouped(rounds, rows);
    vec![
        row("accept on SQLite, one by one, floor bare insert", bare, ours, ACCEPT),
        row("a repeat on SQLite, floor a first one", ours, repeats, REPEAT),
        row("accept on SQLite, 32 callers, floor one caller", alone, together, GAIN),
    ]
}

/// An inbox in a file of its own.
fn inbox(folder: &Folder) -> Connection {
    let mut connection = Connection::open(folder.file()).expect("a file can be made");
    tune(&connection).expect("a file has a log");
    migrate(&mut connection).expect("tables can be made");
    connection
}

/// Nanoseconds a row: the bare insert, `accept`, and `accept` of what is there.
fn one_by_one(rounds: usize, rows: usize) -> (f64, f64, f64) {
    let (bare_folder, our_folder) = (Folder::new(), Folder::new());
    let (bare, ours) = (inbox(&bare_folder), inbox(&our_folder));
    let mut figures = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..rounds {
        let notifications = notifications(round * rows, rows);
        let arrivals = arrivals(&notifications);
        let mut contestants: [(usize, Box<dyn Fn()>); 2] = [
            (0, Box::new(|| arrivals.iter().for_each(|arrival| bare_insert(&bare, arrival)))),
            (1, Box::new(|| accept_all(&ours, &notifications))),
        ];
        // In turns, so that neither always comes second.
        contestants.rotate_left(round % 2);
        for (at, work) in &contestants {
            figures[*at].push(per_row(timed(work), rows));
        }
        figures[2].push(per_row(timed(|| accept_all(&ours, &notifications)), rows));
    }
    let [bare, ours, repeats] = figures.map(median);
    (bare, ours, repeats)
}

/// What anybody would write by hand: one prepared statement, values that are ready.
fn bare_insert(connection: &Connection, arrival: &Arrival) {
    let mut statement = connection
        .prepare_cached(
            "INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
                fraud_status, gross_amount, received_at, state, due_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )
        .expect("the table is there");
    statement
        .execute(params![
            arrival.key.as_bytes(),
            arrival.order_id,
            arrival.transaction_id,
            arrival.status_code,
            arrival.transaction_status,
            arrival.fraud_status,
            arrival.gross_amount,
            arrival.received_at,
            arrival.state.code(),
            arrival.due_at,
            arrival.body,
        ])
        .expect("a new row goes in");
}

fn accept_all(connection: &Connection, notifications: &[Notification]) {
    for notification in notifications {
        accept(connection, notification, SystemTime::now()).expect("a notification goes in");
    }
}

/// Nanoseconds a row with one caller of the grouping writer, and with many.
fn grouped(rounds: usize, rows: usize) -> (f64, f64) {
    let folder = Folder::new();
    let writer = GroupWriter::start(inbox(&folder)).expect("a thread can be started");
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for (at, callers) in [1, CALLERS].into_iter().enumerate() {
            let each = rows.div_ceil(callers);
            let from = (round * 2 + at) * rows * 2;
            let shares: Vec<_> = (0..callers).map(|caller| notifications(from + caller * each, each)).collect();
            let took = timed(|| {
                thread::scope(|scope| {
                    for share in &shares {
                        scope.spawn(|| call(&writer, share));
                    }
                });
            });
            figures[at].push(per_row(took, each * callers));
        }
    }
    let [alone, together] = figures.map(median);
    (alone, together)
}

/// One after the other, as a caller does who answers each before the next.
fn call(writer: &GroupWriter, share: &[Notification]) {
    for notification in share {
        writer.accept(notification, SystemTime::now()).wait().expect("a notification goes in");
    }
}
