//! The merchant's books on SQLite.

use std::path::Path;
use std::time::{Duration, SystemTime};

use midtrans_inbox::{Expectation, Expecting};
use midtrans_inbox_sqlite::{Stop, Worker, ask_by, expect};
use midtrans_transport::BlockingClient;
use midtrans_ureq::UreqTransport;
use rusqlite::{Connection, params};

use super::{Books, Fate, Step};
use crate::failure::{Failure, failed};
use crate::merchant::{self, account, policy, settings};

pub(crate) struct SqliteBooks(Connection);

pub(crate) fn open(path: &Path) -> Result<SqliteBooks, Failure> {
    let connection = merchant::connect(path)?;
    let sql = "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY, pay_page TEXT)";
    connection.execute(sql, []).map_err(failed("the shop's own table"))?;
    Ok(SqliteBooks(connection))
}

impl Books for SqliteBooks {
    fn write_down(&mut self, expectation: &Expectation, fate: Fate) -> Result<Expecting, Failure> {
        let now = SystemTime::now();
        let transaction = self.0.transaction().map_err(failed("a transaction"))?;
        let sql = "INSERT INTO orders (id) VALUES (?1) ON CONFLICT DO NOTHING";
        transaction.execute(sql, [expectation.order_id.as_str()]).map_err(failed("the order"))?;
        fate.reach(Step::OrderWritten);
        let expecting = expect(&transaction, expectation, now).map_err(failed("expecting"))?;
        fate.reach(Step::Expected);
        transaction.commit().map_err(failed("a commit"))?;
        fate.reach(Step::Committed);
        Ok(expecting)
    }

    fn store_reply(&mut self, order_id: &str, pay_page: &str) -> Result<(), Failure> {
        let sql = "UPDATE orders SET pay_page = ?2 WHERE id = ?1";
        self.0.execute(sql, params![order_id, pay_page]).map(drop).map_err(failed("the order"))
    }

    fn ask_soon(&mut self, order_id: &str) -> Result<(), Failure> {
        ask_by(&self.0, order_id, SystemTime::now()).map_err(failed("asking"))
    }

    fn reconcile(&mut self, gateway: &str, later: Duration) -> Result<(), Failure> {
        let merchant = account(gateway)?;
        let policy = policy(&merchant);
        let client = BlockingClient::new(UreqTransport::new(), merchant);
        let worker = Worker::new(client).with_policy(policy).with_settings(settings());
        let worker = worker.with_clock(move || SystemTime::now() + later);
        while worker.round(&mut self.0, &Stop::new(), merchant::act).map_err(failed("a round"))? > 0 {}
        Ok(())
    }
}
