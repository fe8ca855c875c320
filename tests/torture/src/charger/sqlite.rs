//! The merchant's charges on SQLite.

use std::path::Path;
use std::time::{Duration, SystemTime};

use midtrans_inbox_sqlite::{ChargeRequest, Charged, Stop, Worker, charge_with};
use midtrans_protocol::Charge;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_transport::BlockingClient;
use midtrans_ureq::UreqTransport;
use rusqlite::Connection;

use super::{ChargeStore, CrashPoint, CrashingTransport, Step};
use crate::failure::{Failure, failed};
use crate::merchant::{self, account, policy, settings};

pub(crate) struct SqliteChargeStore(Connection);

pub(crate) fn open(path: &Path) -> Result<SqliteChargeStore, Failure> {
    let connection = merchant::connect(path)?;
    let sql = "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY)";
    connection
        .execute(sql, [])
        .map_err(failed("the shop's own table"))?;
    Ok(SqliteChargeStore(connection))
}

impl ChargeStore for SqliteChargeStore {
    fn charge(
        &mut self,
        gateway: &str,
        charge: &Charge,
        key: IdempotencyKey,
        crash_at: CrashPoint,
    ) -> Result<Charged, Failure> {
        let client = BlockingClient::new(
            CrashingTransport(
                UreqTransport::new().map_err(failed("the client"))?,
                crash_at,
            ),
            account(gateway)?,
        );
        let order_id = charge.transaction_details().order_id().as_str().to_owned();
        let request = ChargeRequest::new(charge, key, SystemTime::now());
        charge_with(
            &mut self.0,
            request,
            |transaction| {
                transaction.execute("INSERT INTO orders (id) VALUES (?1)", [order_id])?;
                crash_at.reach(Step::OrderWritten);
                Ok::<_, rusqlite::Error>(())
            },
            |charge, options| {
                let result = client.send_with(charge, options);
                crash_at.reach(Step::Answered);
                result
            },
        )
        .map_err(failed("the charge"))
    }

    fn reconcile(&mut self, gateway: &str, later: Duration) -> Result<(), Failure> {
        let merchant = account(gateway)?;
        let policy = policy(&merchant);
        let client = BlockingClient::new(
            UreqTransport::new().map_err(failed("the client"))?,
            merchant,
        );
        let worker = Worker::new(client)
            .with_policy(policy)
            .with_settings(settings());
        let worker = worker.with_clock(move || SystemTime::now() + later);
        while worker
            .round(&mut self.0, &Stop::new(), merchant::act)
            .map_err(failed("a round"))?
            > 0
        {}
        Ok(())
    }
}
