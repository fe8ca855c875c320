//! PostgreSQL, with `generate_series`.

use sqlx::{Connection, PgConnection};

use super::super::template::{NUMBER, Template};
use super::{Span, State, received_from};

/// The tables of an inbox, and the way to fill them.
pub(in super::super) struct PostgresFill {
    connection: PgConnection,
}

impl PostgresFill {
    /// Over a connection of its own.
    pub(in super::super) async fn new(url: &str) -> sqlx::Result<Self> {
        Ok(Self {
            connection: PgConnection::connect(url).await?,
        })
    }

    pub(in super::super) const fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Empties all tables.
    pub(in super::super) async fn clear(&mut self) -> sqlx::Result<()> {
        let clear =
            "TRUNCATE midtrans_order, midtrans_notification, midtrans_wake, midtrans_change";
        sqlx::raw_sql(clear)
            .execute(&mut self.connection)
            .await
            .map(drop)
    }

    /// Writes orders, and what belongs to them.
    pub(in super::super) async fn write(
        &mut self,
        template: &Template,
        state: State,
        span: Span,
    ) -> sqlx::Result<()> {
        self.orders(template, state, span).await?;
        if matches!(state, State::Notified | State::Settled) {
            self.notifications(template, state, span).await?;
        }
        if state == State::Notified {
            let wakes = "INSERT INTO midtrans_wake (order_id, status_code, amount, transaction_id, received_at,
                    notification_id)
                 SELECT order_id, status_code, amount, transaction_id, received_at, id FROM midtrans_notification
                 WHERE order_id BETWEEN $1 AND $2 ORDER BY id";
            let [from, to] = span.order_ids(template);
            sqlx::query(wakes)
                .bind(from)
                .bind(to)
                .execute(&mut self.connection)
                .await?;
        }
        Ok(())
    }

    /// Does now the work that autovacuum does after a while, and a checkpoint, so that neither
    /// falls into a measurement.
    pub(in super::super) async fn settle(&mut self) -> sqlx::Result<()> {
        for sql in ["VACUUM ANALYZE", "CHECKPOINT"] {
            sqlx::raw_sql(sql).execute(&mut self.connection).await?;
        }
        Ok(())
    }

    async fn orders(&mut self, template: &Template, state: State, span: Span) -> sqlx::Result<()> {
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
        sqlx::query(
            "INSERT INTO midtrans_order (order_id, amount, payment_type, idempotency_key, charge_until, expires_at,
                recorded_at, outcome, check_at, state)
             SELECT replace($3, $4, lpad(n::text, 12, '0')), $5, $6, $7 || n, $8, $9, $10, $11, $12, $13
             FROM generate_series($1::bigint, $2::bigint) AS n",
        )
        .bind(span.parameters()[0])
        .bind(span.parameters()[1])
        .bind(&row.order_id)
        .bind(NUMBER)
        .bind(row.amount)
        .bind(&row.payment_type)
        // As long as a real one, which is a UUID.
        .bind(row.idempotency_key.chars().take(28).collect::<String>())
        .bind(row.charge_until)
        .bind(row.expires_at)
        .bind(row.recorded_at)
        .bind(&row.outcome)
        .bind(check_at)
        .bind(&row.state)
        .execute(&mut self.connection)
        .await
        .map(drop)
    }

    async fn notifications(
        &mut self,
        template: &Template,
        state: State,
        span: Span,
    ) -> sqlx::Result<()> {
        let row = &template.notification;
        let (from, each) = received_from(template, state);
        sqlx::query(
            "INSERT INTO midtrans_notification (dedupe_key, order_id, transaction_id, status_code, transaction_status,
                fraud_status, gross_amount, amount, received_at, body)
             SELECT sha256(convert_to('notification ' || n, 'UTF8')), replace($3, $4, lpad(n::text, 12, '0')), $5, $6, $7,
                $8, $9, $10, $11::bigint + $12::bigint * n, replace($13, $4, lpad(n::text, 12, '0'))
             FROM generate_series($1::bigint, $2::bigint) AS n",
        )
        .bind(span.parameters()[0])
        .bind(span.parameters()[1])
        .bind(&row.order_id)
        .bind(NUMBER)
        .bind(&row.transaction_id)
        .bind(&row.status_code)
        .bind(&row.transaction_status)
        .bind(&row.fraud_status)
        .bind(&row.gross_amount)
        .bind(row.amount.map(|amount| amount.get() as i64))
        .bind(from)
        .bind(each)
        .bind(&row.body)
        .execute(&mut self.connection)
        .await
        .map(drop)
    }
}
