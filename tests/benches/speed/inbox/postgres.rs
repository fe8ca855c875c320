//! PostgreSQL: a private server with `fsync` and `synchronous_commit` on, over a unix socket.

use std::time::SystemTime;

use midtrans_inbox::store::{NewNotification, to_millis};
use midtrans_inbox_postgres::Inbox;
use midtrans_private_postgres::PrivatePostgres;
use midtrans_protocol::Notification;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use tokio::runtime::Runtime;

use super::{ACCEPT, SECTION, notifications, per_row, row, rows as rows_of};
use crate::arguments::Arguments;
use crate::load::median;
use crate::table::Row;

/// Callers of the inbox on one connection, and what they must gain over one.
const CALLERS: usize = 64;
const GAIN: f64 = 1.0 / 9.0;

const ONE_BY_ONE: &str = "accept on PostgreSQL, one by one, floor bare insert";

pub(super) fn measure(arguments: &Arguments) -> Vec<Row> {
    let server = match PrivatePostgres::start() {
        Ok(server) => server,
        Err(error) => {
            return vec![Row::unmeasured(
                SECTION,
                ONE_BY_ONE,
                "≤ 1.11 ×",
                &error.to_string(),
            )];
        }
    };
    let runtime = Runtime::new().expect("a runtime can be made");
    let options: PgConnectOptions = server.url().parse().expect("a server's URL");
    let inbox = runtime.block_on(open(&options));
    let (rounds, rows) = if arguments.quick {
        (3, 200)
    } else {
        (15, 1_000)
    };
    let (bare, ours) = runtime.block_on(one_by_one(&inbox, &options, rounds, rows));
    let (alone, together) = runtime.block_on(grouped(&inbox, rounds, rows));
    vec![
        row(ONE_BY_ONE, bare, ours, ACCEPT),
        row(
            "accept on PostgreSQL, 64 callers of one connection, floor one caller",
            alone,
            together,
            GAIN,
        ),
    ]
}

async fn open(options: &PgConnectOptions) -> Inbox {
    let inbox = Inbox::open(options.clone());
    inbox.migrate().await.expect("tables can be made");
    inbox
}

/// Both sides have tables of their own, alike.
async fn one_by_one(
    inbox: &Inbox,
    options: &PgConnectOptions,
    rounds: usize,
    rows: usize,
) -> (f64, f64) {
    let mut connection = options.connect().await.expect("the server is up");
    sqlx::query("CREATE SCHEMA bare")
        .execute(&mut connection)
        .await
        .expect("a schema can be made");
    let options = options.clone().options([("search_path", "bare")]);
    open(&options).await;
    let mut connection = PgConnection::connect_with(&options)
        .await
        .expect("the server is up");
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for turn in 0..2 {
            let side = (round + turn) % 2;
            let notifications = notifications((round * 2 + side) * rows, rows);
            let news = rows_of(&notifications);
            let started = std::time::Instant::now();
            if side == 0 {
                for new in &news {
                    bare_insert(&mut connection, new).await;
                }
            } else {
                for notification in &notifications {
                    inbox
                        .accept(notification, SystemTime::now())
                        .await
                        .map(drop)
                        .expect("a notification goes in");
                }
            }
            figures[side].push(per_row(started.elapsed(), rows));
        }
    }
    let [bare, ours] = figures.map(median);
    (bare, ours)
}

/// The insert written by hand: one prepared statement for both rows, values that are ready.
async fn bare_insert(connection: &mut PgConnection, new: &NewNotification) {
    sqlx::query(
        "WITH stored AS (
            INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
                fraud_status, gross_amount, amount, received_at, body)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            RETURNING id, order_id, status_code, amount, transaction_id, received_at
         )
         INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at, notification_id)
         SELECT order_id, status_code, amount, transaction_id, received_at, id FROM stored",
    )
    .bind(&new.key.as_bytes()[..])
    .bind(&new.order_id)
    .bind(&new.transaction_id)
    .bind(&new.status_code)
    .bind(&new.transaction_status)
    .bind(&new.fraud_status)
    .bind(&new.gross_amount)
    .bind(new.amount.map(|amount| amount.get() as i64))
    .bind(to_millis(new.received_at))
    .bind(&new.body)
    .execute(connection)
    .await
    .expect("a new row goes in");
}

/// Nanoseconds a row with one caller of the inbox, and with many.
async fn grouped(inbox: &Inbox, rounds: usize, rows: usize) -> (f64, f64) {
    let mut figures = [Vec::new(), Vec::new()];
    for round in 0..rounds {
        for (at, callers) in [1, CALLERS].into_iter().enumerate() {
            // Enough for many groups.
            let each = if callers == 1 {
                rows
            } else {
                (rows * 4).div_ceil(callers)
            };
            let from = 100_000_000 + (round * 2 + at) * rows * 8;
            let shares: Vec<_> = (0..callers)
                .map(|caller| notifications(from + caller * each, each))
                .collect();
            let started = std::time::Instant::now();
            let tasks: Vec<_> = shares
                .into_iter()
                .map(|share| tokio::spawn(call(inbox.clone(), share)))
                .collect();
            for task in tasks {
                task.await.expect("a caller does not panic");
            }
            figures[at].push(per_row(started.elapsed(), each * callers));
        }
    }
    let [alone, together] = figures.map(median);
    (alone, together)
}

/// One after the other, as a caller does who answers each before the next.
async fn call(inbox: Inbox, share: Vec<Notification>) {
    for notification in &share {
        inbox
            .accept(notification, SystemTime::now())
            .await
            .map(drop)
            .expect("a notification goes in");
    }
}
