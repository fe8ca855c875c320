//! SQLite, with a recursive query.

use std::path::Path;

use midtrans_inbox_sqlite::{migrate, tune};
use rusqlite::{Connection, params};

use super::super::template::{NUMBER, Template};
use super::{Span, State, received_from};

/// The tables of an inbox, and the way to fill them.
pub(in super::super) struct SqliteFill {
    connection: Connection,
}

/// The numbers from the first parameter to the second.
macro_rules! numbers {
    ($sql:literal) => {
        concat!("WITH RECURSIVE numbers (n) AS (SELECT ?1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2) ", $sql)
    };
}

impl SqliteFill {
    /// In a file that need not be there.
    pub(in super::super) fn new(file: &Path) -> rusqlite::Result<Self> {
        let mut connection = Connection::open(file)?;
        tune(&connection).expect("a file has a log");
        migrate(&mut connection).expect("tables can be made");
        Ok(Self { connection })
    }

    pub(in super::super) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Writes orders, and what belongs to them.
    pub(in super::super) fn write(
        &self,
        template: &Template,
        state: State,
        span: Span,
    ) -> rusqlite::Result<()> {
        let transaction = self.connection.unchecked_transaction()?;
        orders(&transaction, template, state, span)?;
        if matches!(state, State::Notified | State::Settled) {
            notifications(&transaction, template, state, span)?;
        }
        if state == State::Notified {
            let wakes = "INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at,
                    notification_id)
                 SELECT order_id, status_code, amount, transaction_id, received_at, id FROM midtrans_notification
                 WHERE order_id BETWEEN ?1 AND ?2 ORDER BY id";
            let [from, to] = span.order_ids(template);
            transaction.execute(wakes, [from, to])?;
        }
        transaction.commit()
    }

    /// A checkpoint, so that it does not fall into what is measured.
    pub(in super::super) fn settle(&self) -> rusqlite::Result<()> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    }
}

fn orders(
    connection: &Connection,
    template: &Template,
    state: State,
    span: Span,
) -> rusqlite::Result<()> {
    let row = if state == State::Settled {
        &template.settled
    } else {
        &template.open
    };
    let check_at = if state == State::Due {
        Some(row.recorded_at)
    } else {
        row.check_at
    };
    let [from, to] = span.parameters();
    let sql = numbers!(
        "INSERT INTO midtrans_order (order_id, amount, payment_type, idempotency_key, charge_until, expires_at,
            recorded_at, outcome, check_at, state)
         SELECT replace(?3, ?4, printf('%012d', n)), ?5, ?6, ?7 || n, ?8, ?9, ?10, ?11, ?12, ?13 FROM numbers"
    );
    // As long as a real one, which is a UUID.
    let key: String = row.idempotency_key.chars().take(28).collect();
    let order = params![
        from,
        to,
        row.order_id,
        NUMBER,
        row.amount,
        row.payment_type,
        key,
        row.charge_until,
        row.expires_at,
        row.recorded_at,
        row.outcome,
        check_at,
        row.state,
    ];
    connection.execute(sql, order).map(drop)
}

fn notifications(
    connection: &Connection,
    template: &Template,
    state: State,
    span: Span,
) -> rusqlite::Result<()> {
    let row = &template.notification;
    let ([from, to], (received, each)) = (span.parameters(), received_from(template, state));
    // SQLite has no hash. Random keys fill an index as hashes do.
    let sql = numbers!(
        "INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
            fraud_status, gross_amount, amount, received_at, body)
         SELECT randomblob(32), replace(?3, ?4, printf('%012d', n)), ?5, ?6, ?7, ?8, ?9, ?10, ?11 + ?12 * n,
            replace(?13, ?4, printf('%012d', n)) FROM numbers"
    );
    let notification = params![
        from,
        to,
        row.order_id,
        NUMBER,
        row.transaction_id,
        row.status_code,
        row.transaction_status,
        row.fraud_status,
        row.gross_amount,
        row.amount.map(|amount| amount.get() as i64),
        received,
        each,
        row.body,
    ];
    connection.execute(sql, notification).map(drop)
}
