//! The merchant's books on PostgreSQL.

use std::time::{Duration, SystemTime};

use midtrans_inbox::{Expectation, Expecting};
use midtrans_inbox_postgres::{Worker, ask_by, expect};
use midtrans_reqwest::ReqwestTransport;
use midtrans_transport::AsyncClient;
use sqlx::postgres::{PgPool, PgPoolOptions};
use tokio::runtime::Runtime;

use super::{Books, Fate, Step};
use crate::failure::{Failure, failed};
use crate::merchant::{TheShop, account, policy, settings};

pub(crate) struct PostgresBooks {
    runtime: Runtime,
    pool: PgPool,
}

pub(crate) fn open(url: &str) -> Result<PostgresBooks, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed("a runtime"))?;
    let pool = runtime.block_on(async {
        let pool = PgPoolOptions::new().max_connections(2).connect(url).await.map_err(failed("connecting"))?;
        let sql = "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, pay_page TEXT)";
        sqlx::query(sql).execute(&pool).await.map_err(failed("the shop's own table"))?;
        Ok(pool)
    })?;
    Ok(PostgresBooks { runtime, pool })
}

impl Books for PostgresBooks {
    fn write_down(&mut self, expectation: &Expectation, fate: Fate) -> Result<Expecting, Failure> {
        self.runtime.block_on(async {
            let mut transaction = self.pool.begin().await.map_err(failed("a transaction"))?;
            let order = sqlx::query("INSERT INTO orders (id) VALUES ($1) ON CONFLICT DO NOTHING");
            let order = order.bind(expectation.order_id.as_str()).execute(&mut *transaction);
            order.await.map_err(failed("the order"))?;
            fate.reach(Step::OrderWritten);
            let expecting =
                expect(&mut transaction, expectation, SystemTime::now()).await.map_err(failed("expecting"))?;
            fate.reach(Step::Expected);
            transaction.commit().await.map_err(failed("a commit"))?;
            fate.reach(Step::Committed);
            Ok(expecting)
        })
    }

    fn store_reply(&mut self, order_id: &str, pay_page: &str) -> Result<(), Failure> {
        let update = sqlx::query("UPDATE orders SET pay_page = $2 WHERE id = $1").bind(order_id).bind(pay_page);
        self.runtime.block_on(update.execute(&self.pool)).map(drop).map_err(failed("the order"))
    }

    fn ask_soon(&mut self, order_id: &str) -> Result<(), Failure> {
        self.runtime.block_on(async {
            let mut connection = self.pool.acquire().await.map_err(failed("connecting"))?;
            ask_by(&mut connection, order_id, SystemTime::now()).await.map_err(failed("asking"))
        })
    }

    fn reconcile(&mut self, gateway: &str, later: Duration) -> Result<(), Failure> {
        let merchant = account(gateway)?;
        self.runtime.block_on(async {
            let policy = policy(&merchant);
            let client = AsyncClient::new(ReqwestTransport::new().map_err(failed("the client"))?, merchant);
            let worker = Worker::new(client).with_policy(policy).with_settings(settings());
            let worker = worker.with_clock(move || SystemTime::now() + later);
            let mut connection = self.pool.acquire().await.map_err(failed("connecting"))?;
            while worker.round(&mut connection, &TheShop { stumbles: false }).await.map_err(failed("a round"))? > 0 {}
            Ok(())
        })
    }
}
