//! SQLite.

use std::fs;
use std::time::{Instant, SystemTime};

use midtrans_inbox::store::from_millis;
use midtrans_inbox_sqlite::{accept, history, prune, snapshot};
use rusqlite::Connection;

use super::super::UNBOUNDED;
use super::super::drain::{Drained, drain};
use super::super::fill::{Span, SqliteFill, State, settled_at};
use super::super::folder::Folder;
use super::super::gateway::Gateway;
use super::super::template::Template;
use super::super::worker::{Side, Store, Task};
use super::super::{notifications, per_row};
use super::{AT_WORK, Amount, Result, milliseconds, row, timed};
use crate::figure::Unit;
use crate::table::{Pair, Row};

/// Orders that the size of one is taken from, with and without the body of its notification.
const SAMPLE: u64 = 100_000;
const SMALL: u64 = 60_000;
const ACCEPTED: usize = 1_000;

pub(super) fn measure(amount: Amount) -> Result<Vec<Row>> {
    let (template, amount) = (Template::make(), amount.tenth());
    let mut rows = one_order(&template, amount)?;
    let folder = Folder::new();
    let fill = SqliteFill::new(&folder.file())?;
    // Only to fill it: a cache that holds the index of random keys.
    fill.connection()
        .pragma_update(None, "cache_size", -4_000_000)?;
    let mut from = 1;
    for (state, count) in [
        (State::Notified, amount.notified),
        (State::Settled, amount.settled),
        (State::Due, amount.due),
    ] {
        timed(&format!("{count} orders, {state:?}"), || {
            Ok(fill.write(&template, state, Span { from, count })?)
        })?;
        from += count;
    }
    fill.settle()?;
    let bytes = fs::metadata(folder.file())?.len() as f64;
    let name = format!(
        "SQLite, {} settled and {} due",
        count(amount.settled),
        count(amount.unsettled())
    );
    let drained = work(&folder, amount.unsettled())?;
    let accepting = accept_each(fill.connection())?;
    let at_rest = at_rest(fill.connection(), &name, &template, amount)?;
    let small = small(&template, amount)?;
    let rate = Pair {
        floor: small.0,
        ours: drained.steady(),
    };
    let accepting = Pair {
        floor: small.1,
        ours: accepting,
    };
    let memory = Pair {
        floor: drained.memory[0] / 1e6,
        ours: drained.memory[1] / 1e6,
    };
    rows.extend([
        row(
            &format!("{name}: the file"),
            Unit::Megabytes,
            Pair::alone(bytes / 1e6),
        ),
        row(
            &format!("{name}: one worker, gateway 0 ms, floor nothing settled"),
            Unit::PerSecond,
            rate,
        ),
        row(
            &format!("{name}: first act"),
            Unit::Milliseconds,
            milliseconds(drained.first),
        ),
        row(
            &format!("{name}: memory of the worker, floor after its first act"),
            Unit::Megabytes,
            memory,
        ),
        row(
            &format!("{name}: accept, one by one, floor nothing stored"),
            Unit::Nanoseconds,
            accepting,
        ),
    ]);
    rows.extend(at_rest);
    Ok(rows)
}

/// Measures the disk space of one order.
fn one_order(template: &Template, amount: Amount) -> Result<Vec<Row>> {
    let many = SAMPLE.min(amount.settled);
    let folder = Folder::new();
    let fill = SqliteFill::new(&folder.file())?;
    fill.write(template, State::Settled, Span::first(many))?;
    fill.settle()?;
    let with_body = fs::metadata(folder.file())?.len() as f64 / many as f64;
    fill.connection()
        .execute_batch("UPDATE midtrans_notification SET body = NULL; VACUUM")?;
    fill.settle()?;
    let without_body = fs::metadata(folder.file())?.len() as f64 / many as f64;
    let what = "SQLite, one settled order with one notification: bytes";
    Ok(vec![
        row(
            &format!("{what}, body and all indexes"),
            Unit::Count,
            Pair::alone(with_body),
        ),
        row(
            &format!("{what} without the body"),
            Unit::Count,
            Pair::alone(without_body),
        ),
    ])
}

/// Measures a worker and `accept`, the latter in nanoseconds, on a database that holds nothing
/// else.
fn small(template: &Template, amount: Amount) -> Result<(f64, f64)> {
    let many = SMALL.min(amount.unsettled());
    let folder = Folder::new();
    let fill = SqliteFill::new(&folder.file())?;
    let accepting = accept_each(fill.connection())?;
    fill.connection()
        .execute_batch("DELETE FROM midtrans_wake; DELETE FROM midtrans_notification")?;
    fill.write(template, State::Due, Span::first(many))?;
    fill.settle()?;
    Ok((work(&folder, many)?.steady(), accepting))
}

fn at_rest(
    connection: &Connection,
    name: &str,
    template: &Template,
    amount: Amount,
) -> Result<Vec<Row>> {
    let (found, took) = timed("a snapshot", || {
        Ok(snapshot(connection, SystemTime::now())?)
    })?;
    eprintln!("capacity: {found}");
    let (_, one) = timed("a history", || {
        Ok(history(connection, "order-000000000042x")?)
    })?;
    let old = from_millis(settled_at(template, amount.settled / 10));
    let (pruned, pruning) = timed("pruning a tenth", || Ok(prune(connection, old)?))?;
    let rate = Pair::alone(pruned as f64 / pruning.as_secs_f64());
    Ok(vec![
        row(
            &format!("{name}: a snapshot"),
            Unit::Milliseconds,
            milliseconds(took),
        ),
        row(
            &format!("{name}: an order's history"),
            Unit::Milliseconds,
            milliseconds(one),
        ),
        row(&format!("{name}: pruning bodies"), Unit::PerSecond, rate),
    ])
}

fn work(folder: &Folder, many: u64) -> Result<Drained> {
    let gateway = Gateway::slow(0)?;
    let task = Task {
        side: Side::Ours,
        store: Store::Sqlite,
        database: folder.file().display().to_string(),
        gateway: gateway.base.clone(),
        rate: UNBOUNDED,
        by_signature: false,
    };
    let drained = drain(&mut [task.start()?], many, AT_WORK, || ())?;
    eprintln!("capacity: one worker: {:.0} orders/s", drained.steady());
    Ok(drained)
}

/// Nanoseconds that one notification takes, one after the other. They are of orders that were not
/// expected.
fn accept_each(connection: &Connection) -> Result<f64> {
    let news = notifications(900_000_000, ACCEPTED);
    let started = Instant::now();
    for notification in &news {
        accept(connection, notification, SystemTime::now()).map(drop)?;
    }
    Ok(per_row(started.elapsed(), ACCEPTED))
}

fn count(count: u64) -> String {
    Unit::Count.show(count as f64)
}
