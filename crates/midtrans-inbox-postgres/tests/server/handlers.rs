//! Failing handlers: a failure affects one change only.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use midtrans_inbox_postgres::{Change, Handler, HandlerError, WorkerSettings};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::shop::{Shop, signed, write};

/// A handler that stores every change, and misbehaves for one order.
struct MisbehavingHandler {
    does: Misbehaviour,
    calls: AtomicUsize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Misbehaviour {
    Fail,
    Panic,
    SwallowAnError,
    LeaveADebt,
    RollBack,
    Commit,
    RollBackAndBegin,
    CommitAndBegin,
    Hang,
    HangInAStatement,
    BreakTheConnection,
    Deadlock,
    DropANestedTransaction,
    DropABegin,
}

impl MisbehavingHandler {
    fn new(does: Misbehaviour) -> Self {
        Self {
            does,
            calls: AtomicUsize::new(0),
        }
    }
}

#[async_trait]
impl Handler for MisbehavingHandler {
    async fn changed(
        &self,
        connection: &mut PgConnection,
        change: &Change,
    ) -> Result<(), HandlerError> {
        write(connection, change).await?;
        if change.order_id.as_str() != "order-3" {
            return Ok(());
        }
        self.calls.fetch_add(1, Ordering::Relaxed);
        let sql = match self.does {
            Misbehaviour::Fail => return Err("no stock".into()),
            Misbehaviour::Panic => panic!("as the test wants it"),
            Misbehaviour::SwallowAnError => {
                drop(sqlx::query("SELECT 1 / 0").execute(connection).await);
                return Ok(());
            }
            Misbehaviour::Hang => return std::future::pending().await,
            Misbehaviour::DropANestedTransaction => {
                let mut nested = connection.begin().await?;
                sqlx::query("INSERT INTO effects (order_id, outcome) VALUES ('nested', '')")
                    .execute(&mut *nested)
                    .await?;
                return Ok(());
            }
            Misbehaviour::DropABegin => {
                // If the server answers at once, the transaction is dropped ready: try again.
                while crate::shop::polled(connection.begin(), 1).await.is_some() {}
                return Ok(());
            }
            Misbehaviour::LeaveADebt => "INSERT INTO debt VALUES ('missing')",
            Misbehaviour::RollBack => "ROLLBACK",
            Misbehaviour::Commit => "COMMIT",
            Misbehaviour::RollBackAndBegin => "ROLLBACK; BEGIN",
            Misbehaviour::CommitAndBegin => "COMMIT; BEGIN",
            Misbehaviour::HangInAStatement => "SELECT pg_sleep(600)",
            Misbehaviour::BreakTheConnection => "SELECT pg_terminate_backend(pg_backend_pid())",
            Misbehaviour::Deadlock => {
                "DO $$ BEGIN RAISE EXCEPTION USING errcode = '40P01', message = 'deadlock'; END $$"
            }
        };
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(connection)
            .await?;
        Ok(())
    }
}

impl Shop {
    async fn with_debts(schema: &str) -> Option<Self> {
        let shop = Self::new(schema).await?;
        shop.execute(
            "CREATE TABLE debtor (name TEXT PRIMARY KEY);
             CREATE TABLE debt (name TEXT REFERENCES debtor DEFERRABLE INITIALLY DEFERRED)",
        )
        .await;
        let orders: Vec<_> = (0..6).map(|order| format!("order-{order}")).collect();
        shop.sells(&orders.iter().map(String::as_str).collect::<Vec<_>>())
            .await;
        Some(shop)
    }

    /// Runs rounds until nothing is due, even if the database fails one.
    async fn work_off(&self, handler: &MisbehavingHandler) {
        let mut settings = WorkerSettings::default();
        settings.handler_deadline = Duration::from_millis(300);
        let worker = self.worker().with_settings(settings);
        for _ in 0..10 {
            if worker.round(handler).await.is_ok_and(|worked| worked == 0) {
                return;
            }
        }
        panic!("it should be through by now");
    }

    /// Returns the number of failures, whether it is a dead letter, and the reason.
    async fn failure(&self) -> (i32, bool, String) {
        let failure = "SELECT failures, retry_at IS NULL, coalesce(reason, '') FROM midtrans_change
            WHERE order_id = 'order-3'";
        sqlx::query_as(failure).fetch_one(&self.pool).await.unwrap()
    }

    async fn told_of_others(&self) -> Vec<String> {
        let mut effects = self.effects().await;
        effects.retain(|effect| !effect.starts_with("order-3"));
        effects.sort();
        effects
    }

    async fn told_of_it(&self) -> usize {
        self.effects()
            .await
            .into_iter()
            .filter(|effect| effect.starts_with("order-3"))
            .count()
    }
}

const OTHERS: [&str; 5] = [
    "order-0 paid",
    "order-1 paid",
    "order-2 paid",
    "order-4 paid",
    "order-5 paid",
];

#[tokio::test]
async fn whatever_a_handler_does_wrong_is_taken_back_and_counted_and_the_others_of_its_batch_are_told_once()
 {
    for (at, does, why) in [
        (0, Misbehaviour::Fail, "no stock"),
        (1, Misbehaviour::Panic, "panicked"),
        (2, Misbehaviour::SwallowAnError, "did not return it"),
        (3, Misbehaviour::LeaveADebt, "cannot be committed"),
        (4, Misbehaviour::RollBack, "ended the inbox's transaction"),
        (
            5,
            Misbehaviour::RollBackAndBegin,
            "ended the inbox's transaction",
        ),
        (6, Misbehaviour::Hang, "took longer"),
        (7, Misbehaviour::HangInAStatement, "took longer"),
        (8, Misbehaviour::BreakTheConnection, "connection broke"),
        (9, Misbehaviour::DropABegin, "ended the inbox's transaction"),
    ] {
        let Some(shop) = Shop::with_debts(&format!("bad_{at}")).await else {
            return;
        };
        let handler = MisbehavingHandler::new(does);
        shop.work_off(&handler).await;
        assert_eq!(shop.told_of_others().await, OTHERS, "{does:?}");
        assert_eq!(shop.told_of_it().await, 0, "{does:?}");
        let (failures, is_dead, reason) = shop.failure().await;
        assert!(
            (failures, is_dead) == (1, false) && reason.contains(why),
            "{does:?}: {failures} {is_dead} {reason}"
        );
        assert_eq!(handler.calls.load(Ordering::Relaxed), 1, "{does:?}");
        assert_eq!(shop.idle_in_transaction().await, 0, "{does:?}");
        // Ten seconds later it is called again.
        shop.set(10);
        shop.round().await;
        assert_eq!(shop.told_of_it().await, 1, "{does:?}");
    }
}

#[tokio::test]
async fn a_handler_that_commits_has_made_a_dead_letter_and_nothing_else_is_told_twice() {
    for (at, does) in [Misbehaviour::Commit, Misbehaviour::CommitAndBegin]
        .into_iter()
        .enumerate()
    {
        let Some(shop) = Shop::with_debts(&format!("commits_{at}")).await else {
            return;
        };
        let handler = MisbehavingHandler::new(does);
        shop.work_off(&handler).await;
        assert_eq!(shop.told_of_others().await, OTHERS, "{does:?}");
        assert_eq!(shop.told_of_it().await, 1, "what it wrote is stored");
        let (_, is_dead, reason) = shop.failure().await;
        assert!(
            is_dead && reason.contains("committed"),
            "{does:?}: {reason}"
        );
        shop.set(86_400);
        shop.work_off(&handler).await;
        assert_eq!(
            handler.calls.load(Ordering::Relaxed),
            1,
            "{does:?}: only a person has it called again"
        );
        let letters = shop.inbox.dead_letters(9).await.unwrap();
        assert_eq!(
            (letters.len(), letters[0].order_id.as_str()),
            (1, "order-3")
        );
        assert_eq!(shop.inbox.retry("order-3", shop.now()).await.unwrap(), 1);
        shop.round().await;
        assert_eq!(shop.number("SELECT count(*) FROM midtrans_change").await, 0);
    }
}

#[tokio::test]
async fn a_deadlock_is_no_failure_of_the_handler() {
    let Some(shop) = Shop::with_debts("deadlock").await else {
        return;
    };
    shop.work_off(&MisbehavingHandler::new(Misbehaviour::Deadlock))
        .await;
    assert_eq!(shop.told_of_others().await, OTHERS);
    let (failures, is_dead, reason) = shop.failure().await;
    assert!(
        (failures, is_dead) == (0, false) && reason.contains("deadlock"),
        "{failures} {is_dead} {reason}"
    );
    shop.set(1);
    shop.round().await;
    assert_eq!(shop.told_of_it().await, 1);
}

#[tokio::test]
async fn a_transaction_that_a_handler_begins_is_a_savepoint() {
    let Some(shop) = Shop::with_debts("nested").await else {
        return;
    };
    shop.work_off(&MisbehavingHandler::new(
        Misbehaviour::DropANestedTransaction,
    ))
    .await;
    assert_eq!(shop.told_of_it().await, 1);
    assert_eq!(
        shop.told_of_others().await,
        OTHERS,
        "what was not committed in it is taken back"
    );
}

#[tokio::test]
async fn what_a_handler_defers_stays_deferred_for_the_others() {
    struct Borrows;
    #[async_trait]
    impl Handler for Borrows {
        async fn changed(
            &self,
            connection: &mut PgConnection,
            change: &Change,
        ) -> Result<(), HandlerError> {
            let name = change.order_id.as_str();
            // In this order it would fail at once if it were not deferred.
            sqlx::query("INSERT INTO debt VALUES ($1)")
                .bind(name)
                .execute(&mut *connection)
                .await?;
            sqlx::query("INSERT INTO debtor VALUES ($1)")
                .bind(name)
                .execute(&mut *connection)
                .await?;
            write(connection, change).await?;
            Ok(())
        }
    }
    let Some(shop) = Shop::with_debts("deferred").await else {
        return;
    };
    assert_eq!(shop.round_with(&Borrows).await, 12);
    assert_eq!(shop.number("SELECT count(*) FROM debt").await, 6);
}

#[tokio::test]
async fn a_change_that_fails_too_often_is_a_dead_letter_and_holds_up_its_order_only() {
    let Some(shop) = Shop::with_debts("too_often").await else {
        return;
    };
    let handler = MisbehavingHandler::new(Misbehaviour::Fail);
    for hour in 0..12 {
        shop.set(hour * 3_600);
        shop.work_off(&handler).await;
    }
    assert_eq!(handler.calls.load(Ordering::Relaxed), 10);
    assert_eq!(shop.told_of_others().await, OTHERS);
    // A later change of it waits; one of another order does not.
    for order_id in ["order-3", "order-4"] {
        let refunded =
            crate::gateway::transaction(order_id, "settlement").replace("settlement", "refund");
        let refunded = refunded.replace(
            "\"fraud_status\"",
            "\"refund_amount\":\"40000.00\",\"fraud_status\"",
        );
        shop.gateway.replies(order_id, 200, &refunded);
        shop.accepts(&signed(order_id, "200", "refund")).await;
    }
    shop.work_off(&handler).await;
    assert_eq!(
        shop.number("SELECT count(*) FROM midtrans_change WHERE order_id = 'order-3'")
            .await,
        2
    );
    assert_eq!(
        shop.number("SELECT count(*) FROM midtrans_change WHERE order_id = 'order-4'")
            .await,
        0
    );
    shop.inbox.retry("order-3", shop.now()).await.unwrap();
    shop.round().await;
    let effects = shop.effects().await;
    let of_it: Vec<_> = effects
        .iter()
        .filter(|effect| effect.starts_with("order-3"))
        .collect();
    assert_eq!(of_it, ["order-3 paid", "order-3 refunded"], "in order");
}
