//! The merchant's charges on PostgreSQL.

use std::time::{Duration, SystemTime};

use midtrans_inbox_postgres::{ChargeRequest, Charged, Inbox, Worker};
use midtrans_protocol::Charge;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_reqwest::ReqwestTransport;
use midtrans_transport::{AsyncClient, BlockingClient};
use midtrans_ureq::UreqTransport;
use sqlx::{Connection, PgConnection};
use tokio::runtime::Runtime;

use super::{ChargeStore, CrashPoint, CrashingTransport, Step};
use crate::failure::{Failure, failed};
use crate::merchant::{ShopHandler, account, inbox, policy, settings};

pub(crate) struct PostgresChargeStore {
    runtime: Runtime,
    inbox: Inbox,
}

pub(crate) fn open(url: &str) -> Result<PostgresChargeStore, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed("a runtime"))?;
    runtime.block_on(async {
        let mut connection = PgConnection::connect(url)
            .await
            .map_err(failed("connecting"))?;
        let sql = "CREATE TABLE IF NOT EXISTS orders (id TEXT PRIMARY KEY)";
        sqlx::query(sql)
            .execute(&mut connection)
            .await
            .map(drop)
            .map_err(failed("the shop's own table"))
    })?;
    Ok(PostgresChargeStore {
        runtime,
        inbox: inbox(url)?,
    })
}

impl ChargeStore for PostgresChargeStore {
    fn charge(
        &mut self,
        gateway: &str,
        charge: &Charge,
        key: IdempotencyKey,
        crash_at: CrashPoint,
    ) -> Result<Charged, Failure> {
        // The blocking client is enough: nothing else happens in this process.
        let client = BlockingClient::new(
            CrashingTransport(
                UreqTransport::new().map_err(failed("the client"))?,
                crash_at,
            ),
            account(gateway)?,
        );
        let order_id = charge.transaction_details().order_id().as_str().to_owned();
        let request = ChargeRequest::new(charge, key, SystemTime::now());
        let charged = self.inbox.charge_with(
            request,
            async |connection: &mut PgConnection| {
                let order = sqlx::query("INSERT INTO orders (id) VALUES ($1)").bind(order_id);
                order.execute(connection).await?;
                crash_at.reach(Step::OrderWritten);
                Ok::<_, sqlx::Error>(())
            },
            async |charge, options| {
                let result = client.send_with(charge, options);
                crash_at.reach(Step::Answered);
                result
            },
        );
        self.runtime.block_on(charged).map_err(failed("the charge"))
    }

    fn reconcile(&mut self, gateway: &str, later: Duration) -> Result<(), Failure> {
        let merchant = account(gateway)?;
        self.runtime.block_on(async {
            let policy = policy(&merchant);
            let client = AsyncClient::new(
                ReqwestTransport::new().map_err(failed("the client"))?,
                merchant,
            );
            let worker = Worker::new(self.inbox.clone(), client)
                .with_policy(policy)
                .with_settings(settings());
            let worker = worker.with_clock(move || SystemTime::now() + later);
            while worker
                .round(&ShopHandler {
                    random_failure: false,
                })
                .await
                .map_err(failed("a round"))?
                > 0
            {}
            Ok(())
        })
    }
}
