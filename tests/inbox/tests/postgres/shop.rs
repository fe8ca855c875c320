//! The shop's ledger, and the handler that writes to it.

use std::panic::resume_unwind;
use std::sync::Mutex;

use async_trait::async_trait;
use midtrans_inbox_postgres as inbox;
use midtrans_inbox_postgres::HandlerError;
use midtrans_inbox_postgres::inbox::Change;
use midtrans_inbox_tests::effect::Effect;
use midtrans_inbox_tests::store::Handler;
use midtrans_inbox_tests::worker::{Act, NO, NONSENSE};
use sqlx::{FromRow, PgConnection, Row};

pub(crate) const TABLES: &str = "CREATE TABLE effects (id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        order_id TEXT NOT NULL, outcome TEXT NOT NULL, before TEXT NOT NULL, transaction_id TEXT NOT NULL,
        refunds TEXT NOT NULL);
    CREATE TABLE orders (order_id TEXT NOT NULL)";

pub(crate) async fn write(connection: &mut PgConnection, change: &Change) -> sqlx::Result<()> {
    let Effect {
        order_id,
        outcome,
        before,
        transaction_id,
        refunds,
    } = Effect::of(change);
    let mut insert = sqlx::query(
        "INSERT INTO effects (order_id, outcome, before, transaction_id, refunds) VALUES ($1, $2, $3, $4, $5)",
    );
    for value in [order_id, outcome, before, transaction_id, refunds] {
        insert = insert.bind(value);
    }
    insert.execute(connection).await.map(drop)
}

pub(crate) async fn read(connection: &mut PgConnection) -> sqlx::Result<Vec<Effect>> {
    let sql = "SELECT order_id, outcome, before, transaction_id, refunds FROM effects ORDER BY id";
    let effects: Vec<Line> = sqlx::query_as(sql).fetch_all(connection).await?;
    Ok(effects.into_iter().map(|Line(effect)| effect).collect())
}

struct Line(Effect);

impl FromRow<'_, sqlx::postgres::PgRow> for Line {
    fn from_row(row: &sqlx::postgres::PgRow) -> sqlx::Result<Self> {
        Ok(Self(Effect {
            order_id: row.try_get("order_id")?,
            outcome: row.try_get("outcome")?,
            before: row.try_get("before")?,
            transaction_id: row.try_get("transaction_id")?,
            refunds: row.try_get("refunds")?,
        }))
    }
}

/// A handler that writes every change down, and then behaves as the scenario says.
pub(crate) struct Shop<'a>(pub(crate) Mutex<Handler<'a>>);

#[async_trait]
impl inbox::Handler for Shop<'_> {
    async fn changed(
        &self,
        connection: &mut PgConnection,
        change: &Change,
    ) -> Result<(), HandlerError> {
        write(connection, change).await?;
        let act = (self.0.lock().expect("nothing panics while it is asked"))(change);
        match act {
            Act::Well => Ok(()),
            Act::Fails => Err(NO.into()),
            Act::Panics => resume_unwind(Box::new(NO)),
            Act::Overlooks => {
                assert!(sqlx::query(NONSENSE).execute(connection).await.is_err());
                Ok(())
            }
        }
    }
}
