//! PostgreSQL.

use std::time::{Instant, SystemTime};

use midtrans_inbox::store::from_millis;
use midtrans_inbox_postgres::Inbox;
use midtrans_private_postgres::Shutdown;

use super::super::UNBOUNDED;
use super::super::drain::{Drained, drain};
use super::super::fill::{PostgresFill, Span, State, settled_at};
use super::super::gateway::Gateway;
use super::super::stage::Stage;
use super::super::template::Template;
use super::super::worker::{Side, Store, Task};
use super::super::{notifications, per_row};
use super::{AT_WORK, Amount, Result, WORKERS, milliseconds, row, sizes, timed};
use crate::figure::Unit;
use crate::table::{Pair, Row};

/// Rows written in one statement.
const SPAN: u64 = 250_000;

/// Orders that the size of one is taken from, with and without the body of its notification.
const SAMPLE: u64 = 100_000;

/// Orders of the database that the large one is compared with.
const SMALL: u64 = 60_000;

/// Notifications that are accepted, one after the other.
const ACCEPTED: usize = 1_000;

pub(super) fn measure(amount: Amount) -> Result<Vec<Row>> {
    let template = Template::make();
    let mut stage = Stage::new()?;
    // As a server for a shop of that size has it. By default it is 128 MB, and a checkpoint comes
    // after each GB.
    for setting in [
        "shared_buffers = '2GB'",
        "max_wal_size = '8GB'",
        "checkpoint_timeout = '15min'",
    ] {
        stage.execute(&format!("ALTER SYSTEM SET {setting}"))?;
    }
    stage.restart(Shutdown::Fast)?;
    let mut rows = one_order(&mut stage, &template, amount)?;
    stage.runtime.block_on(stage.fill.clear())?;
    fill(&mut stage, &template, amount)?;
    let large = large(&mut stage, amount)?;
    let at_rest = at_rest(&mut stage, &template, amount)?;
    rows.extend(large.rows(small(&mut stage, &template, amount)?));
    rows.extend(at_rest);
    Ok(rows)
}

/// Measures the disk space of one order.
fn one_order(stage: &mut Stage, template: &Template, amount: Amount) -> Result<Vec<Row>> {
    let count = SAMPLE.min(amount.settled);
    stage.set(template, State::Settled, count)?;
    let [order, order_index] = stage.size("midtrans_order")?;
    let [with_body, notification_index] = stage.size("midtrans_notification")?;
    stage.execute("UPDATE midtrans_notification SET body = NULL")?;
    stage.execute("VACUUM FULL midtrans_notification")?;
    let [without_body, _] = stage.size("midtrans_notification")?;
    let bytes = |what: &str, bytes: f64| {
        row(
            &format!("PostgreSQL, one settled order: bytes of {what}"),
            Unit::Count,
            Pair::alone(bytes / count as f64),
        )
    };
    Ok(vec![
        bytes("its row", order),
        bytes("the row's indexes", order_index),
        bytes("one notification with its body", with_body),
        bytes("one notification without its body", without_body),
        bytes("the notification's indexes", notification_index),
    ])
}

/// Measures three workers and `accept`, the latter in nanoseconds, on a database that holds nothing
/// else.
fn small(stage: &mut Stage, template: &Template, amount: Amount) -> Result<(f64, f64)> {
    let count = SMALL.min(amount.unsettled());
    stage.set(template, State::Due, count)?;
    let drained = work(stage, count)?;
    eprintln!(
        "capacity: three workers with nothing else: {:.0} orders/s",
        drained.steady()
    );
    stage.runtime.block_on(stage.fill.clear())?;
    Ok((drained.steady(), accept(stage)?))
}

fn fill(stage: &mut Stage, template: &Template, amount: Amount) -> Result<()> {
    let (url, mut from) = (stage.server.url(), 1);
    let steps = [
        (State::Settled, amount.settled),
        (State::Notified, amount.notified),
        (State::Due, amount.due),
    ];
    for (state, count) in steps {
        let spans: Vec<Span> = spans(from, count).collect();
        let half = spans.len().div_ceil(2);
        timed(&format!("{count} orders, {state:?}"), || {
            let (one, two) = spans.split_at(half);
            stage.runtime.block_on(async {
                tokio::try_join!(
                    write(&url, template, state, one),
                    write(&url, template, state, two)
                )
                .map(drop)
            })?;
            Ok(())
        })?;
        from += count;
    }
    timed("vacuum, analyse, checkpoint", || {
        Ok(stage.runtime.block_on(stage.fill.settle())?)
    })?;
    Ok(())
}

async fn write(url: &str, template: &Template, state: State, spans: &[Span]) -> sqlx::Result<()> {
    let mut fill = PostgresFill::new(url).await?;
    for span in spans {
        fill.write(template, state, *span).await?;
        eprintln!("capacity: {state:?} {} to {}", span.from, span.last());
    }
    Ok(())
}

fn spans(from: u64, count: u64) -> impl Iterator<Item = Span> {
    let end = from + count;
    (from..end).step_by(SPAN as usize).map(move |from| Span {
        from,
        count: SPAN.min(end - from),
    })
}

/// The large database at work.
struct Large {
    name: String,
    order: [f64; 2],
    notification: [f64; 2],
    drained: Drained,
    accepting: f64,
}

fn large(stage: &mut Stage, amount: Amount) -> Result<Large> {
    let name = format!(
        "PostgreSQL, {} settled and {} due",
        millions(amount.settled),
        millions(amount.unsettled())
    );
    let (order, notification) = (
        stage.size("midtrans_order")?,
        stage.size("midtrans_notification")?,
    );
    stage
        .runtime
        .block_on(sizes::say(stage.fill.connection()))?;
    let drained = work(stage, amount.unsettled())?;
    eprintln!("capacity: three workers: {:.0} orders/s", drained.steady());
    stage
        .runtime
        .block_on(sizes::say(stage.fill.connection()))?;
    stage
        .runtime
        .block_on(sizes::say_churn(stage.fill.connection()))?;
    Ok(Large {
        name,
        order,
        notification,
        drained,
        accepting: accept(stage)?,
    })
}

impl Large {
    fn rows(&self, small: (f64, f64)) -> Vec<Row> {
        let name = &self.name;
        let megabytes = |what: &str, bytes: f64| {
            row(
                &format!("{name}: {what}"),
                Unit::Megabytes,
                Pair::alone(bytes / 1e6),
            )
        };
        let rate = Pair {
            floor: small.0,
            ours: self.drained.steady(),
        };
        let accepting = Pair {
            floor: small.1,
            ours: self.accepting,
        };
        let [before, after] = self.drained.memory.map(|bytes| bytes / 1e6);
        let memory = Pair {
            floor: before,
            ours: after,
        };
        vec![
            megabytes("midtrans_order", self.order[0]),
            megabytes("indexes of midtrans_order", self.order[1]),
            megabytes("midtrans_notification", self.notification[0]),
            megabytes("indexes of midtrans_notification", self.notification[1]),
            row(
                &format!("{name}: three workers, gateway 0 ms, floor nothing settled"),
                Unit::PerSecond,
                rate,
            ),
            row(
                &format!("{name}: first act"),
                Unit::Milliseconds,
                milliseconds(self.drained.first),
            ),
            row(
                &format!("{name}: memory of a worker, floor after the first act"),
                Unit::Megabytes,
                memory,
            ),
            row(
                &format!("{name}: accept, one by one, floor nothing stored"),
                Unit::Nanoseconds,
                accepting,
            ),
        ]
    }
}

/// Measures an operator's questions, and pruning.
fn at_rest(stage: &mut Stage, template: &Template, amount: Amount) -> Result<Vec<Row>> {
    let name = format!("PostgreSQL, {} settled", millions(amount.settled));
    let inbox = Inbox::open(stage.server.url().parse()?);
    let now = SystemTime::now();
    let runtime = &stage.runtime;
    let (snapshot, took) = timed("a snapshot", || Ok(runtime.block_on(inbox.snapshot(now))?))?;
    eprintln!("capacity: {snapshot}");
    let (_, history) = timed("a history", || {
        Ok(runtime.block_on(inbox.history("order-000000000042x"))?)
    })?;
    let old = from_millis(settled_at(template, amount.settled / 10));
    let (pruned, pruning) = timed(
        "pruning a tenth",
        || Ok(runtime.block_on(inbox.prune(old))?),
    )?;
    let (_, again) = timed(
        "pruning nothing",
        || Ok(runtime.block_on(inbox.prune(old))?),
    )?;
    let (_, vacuum) = timed("vacuum of notifications", || {
        stage.execute("VACUUM midtrans_notification")
    })?;
    eprintln!("capacity: {pruned} bodies pruned");
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
            milliseconds(history),
        ),
        row(&format!("{name}: pruning bodies"), Unit::PerSecond, rate),
        row(
            &format!("{name}: pruning again, nothing to do"),
            Unit::Milliseconds,
            milliseconds(again),
        ),
        row(
            &format!("{name}: vacuum of notifications after a tenth was pruned"),
            Unit::Milliseconds,
            milliseconds(vacuum),
        ),
    ])
}

fn work(stage: &mut Stage, count: u64) -> Result<Drained> {
    let gateway = Gateway::slow(0)?;
    let task = Task {
        side: Side::Ours,
        store: Store::Postgres,
        database: stage.server.url(),
        gateway: gateway.base.clone(),
        rate: UNBOUNDED,
        by_signature: false,
    };
    let mut workers = (0..WORKERS)
        .map(|_| task.start())
        .collect::<std::io::Result<Vec<_>>>()?;
    Ok(drain(&mut workers, count, AT_WORK, || ())?)
}

/// Nanoseconds that one notification takes, one after the other. They are of orders that were not
/// expected.
fn accept(stage: &Stage) -> Result<f64> {
    let inbox = Inbox::open(stage.server.url().parse()?);
    let news = notifications(900_000_000, ACCEPTED);
    let started = Instant::now();
    stage.runtime.block_on(async {
        for notification in &news {
            inbox
                .accept(notification, SystemTime::now())
                .await
                .map(drop)?;
        }
        Ok::<(), midtrans_inbox::Error>(())
    })?;
    Ok(per_row(started.elapsed(), ACCEPTED))
}

fn millions(count: u64) -> String {
    Unit::Count.show(count as f64)
}
