//! SQLite: write-ahead log, every commit on the disk before it is acknowledged.

use std::thread;
use std::time::SystemTime;

use midtrans_inbox::store::{NewNotification, to_millis};
use midtrans_inbox_sqlite::{GroupWriter, accept, migrate, tune};
use midtrans_protocol::Notification;
use rusqlite::{Connection, params};

use super::folder::Folder;
use super::{ACCEPT, REPEAT, notifications, per_row, row, rows as rows_of, timed};
use crate::arguments::Arguments;
use crate::load::median;
use crate::table::Row;

/// Callers of the grouping writer, and what they must gain over one.
const CALLERS: usize = 32;
const GAIN: f64 = 1.0 / 5.0;

pub(super) fn measure(arguments: &Arguments) -> Vec<Row> {
    let (rounds, rows) = if arguments.quick {
        (3, 200)
    } else {
        (15, 1_000)
    };
    let (bare, ours, repeats) = one_by_one(rounds, rows);
    let (alone, together) = grouped(rounds, rows);
    vec![
        row(
            "accept on SQLite, one by one, floor bare insert",
            bare,
            ours,
            ACCEPT,
        ),
        row(
            "a repeat on SQLite, floor a first one",
            ours,
            repeats,
            REPEAT,
        ),
        row(
            "accept on SQLite, 32 callers, floor one caller",
            alone,
            together,
            GAIN,
        ),
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
        let news = rows_of(&notifications);
        let mut contestants: [(usize, Box<dyn Fn()>); 2] = [
            (
                0,
                Box::new(|| news.iter().for_each(|new| bare_insert(&bare, new))),
            ),
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

/// The insert written by hand: two prepared statements in a transaction, values that are ready.
fn bare_insert(connection: &Connection, new: &NewNotification) {
    let transaction = connection.unchecked_transaction().expect("nothing is open");
    let amount = new.amount.map(|amount| amount.get() as i64);
    transaction
        .prepare_cached(
            "INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
                fraud_status, gross_amount, amount, received_at, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .expect("the table is there")
        .execute(params![
            new.key.as_bytes(),
            new.order_id,
            new.transaction_id,
            new.status_code,
            new.transaction_status,
            new.fraud_status,
            new.gross_amount,
            amount,
            to_millis(new.received_at),
            new.body,
        ])
        .expect("a new row goes in");
    transaction
        .prepare_cached(
            "INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at, notification_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .expect("the table is there")
        .execute(params![
            new.order_id,
            new.status_code,
            amount,
            new.transaction_id,
            to_millis(new.received_at),
            transaction.last_insert_rowid(),
        ])
        .expect("a new row goes in");
    transaction.commit().expect("the disk has room");
}

fn accept_all(connection: &Connection, notifications: &[Notification]) {
    for notification in notifications {
        accept(connection, notification, SystemTime::now())
            .map(drop)
            .expect("a notification goes in");
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
            let shares: Vec<_> = (0..callers)
                .map(|caller| notifications(from + caller * each, each))
                .collect();
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
        writer
            .accept(notification, SystemTime::now())
            .wait()
            .map(drop)
            .expect("a notification goes in");
    }
}
