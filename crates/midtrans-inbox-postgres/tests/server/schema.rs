//! Migrations: programs that start at the same time, programs of several versions, and roles with
//! the least rights.

use midtrans_inbox_postgres::inbox::store::from_millis;
use midtrans_inbox_postgres::{
    Accepted, Charged, ExpectResult, Inbox, expect_in, grants_sql, schema_sql,
};
use sqlx::AssertSqlSafe;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::task::JoinSet;

use crate::charging::insert_order;
use crate::gateway::{CHARGE, transaction};
use crate::shop::{Ships, Shop, at, charge_of, expectation, options, signed};

/// Creates an inbox in a new schema, without tables.
async fn bare(schema: &str) -> Option<(Inbox, sqlx::PgPool)> {
    let pool = PgPoolOptions::new()
        .connect_with(options(schema)?)
        .await
        .unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE SCHEMA {schema}")))
        .execute(&pool)
        .await
        .unwrap();
    Some((Inbox::of(&pool), pool))
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_programs_that_start_at_once_have_one_set_of_tables() {
    let Some((_, pool)) = bare("starts").await else {
        return;
    };
    let mut starting = JoinSet::new();
    for _ in 0..8 {
        let inbox = Inbox::of(&pool);
        starting.spawn(async move { inbox.migrate().await });
    }
    for started in starting.join_all().await {
        started.unwrap();
    }
    let version = sqlx::query_scalar("SELECT sum(version)::bigint FROM midtrans_schema");
    assert_eq!(version.fetch_one(&pool).await.ok(), Some(1_i64));
}

#[tokio::test]
async fn a_newer_version_is_refused_with_both_numbers() {
    let Some(shop) = Shop::new("newer").await else {
        return;
    };
    shop.execute("UPDATE midtrans_schema SET version = 7").await;
    let error = shop.inbox.migrate().await.unwrap_err();
    assert!(
        error.is_schema() && error.to_string().contains('7') && error.to_string().contains('1'),
        "{error}"
    );
    assert_eq!(shop.number("SELECT version FROM midtrans_schema").await, 7);
}

#[tokio::test]
async fn an_inbox_without_tables_says_that_its_migration_comes_first() {
    let Some((inbox, _)) = bare("tableless").await else {
        return;
    };
    let error = inbox
        .accept(&signed("order-1", "201", "pending"), at(1))
        .await
        .unwrap_err();
    assert!(
        error.is_schema() && error.to_string().contains("migration"),
        "{error}"
    );
    assert!(inbox.snapshot(at(1)).await.unwrap_err().is_schema());
}

#[tokio::test]
async fn a_shop_whose_migrations_run_elsewhere_runs_the_same_sql() {
    let Some((inbox, pool)) = bare("elsewhere").await else {
        return;
    };
    sqlx::raw_sql(AssertSqlSafe(schema_sql()))
        .execute(&pool)
        .await
        .unwrap();
    let version = "CREATE TABLE midtrans_schema (version BIGINT NOT NULL);
        INSERT INTO midtrans_schema (version) VALUES (1)";
    assert!(schema_sql().contains("CREATE TABLE midtrans_schema (version BIGINT NOT NULL);"));
    sqlx::raw_sql(version).execute(&pool).await.unwrap();
    inbox.migrate().await.unwrap();
    assert_eq!(inbox.snapshot(at(1)).await.unwrap().notifications, 0);
}

#[tokio::test]
async fn every_schema_has_tables_of_its_own() {
    let (Some(_), Some((second, pool))) = (Shop::new("account_1").await, bare("account_2").await)
    else {
        return;
    };
    let both = PgConnectOptions::clone(&pool.connect_options())
        .options([("search_path", "account_2,account_1")]);
    Inbox::open(both).migrate().await.unwrap();
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'account_2'";
    assert_eq!(
        sqlx::query_scalar(tables).fetch_one(&pool).await.ok(),
        Some(5_i64)
    );
    assert_eq!(second.snapshot(at(1)).await.unwrap().notifications, 0);
}

/// Creates a role with the least rights in the shop's schema, and returns its connection options.
async fn restricted_role(shop: &Shop, role: &str, schema: &str) -> PgConnectOptions {
    let grants = grants_sql().replace("TO shop;", &format!("TO {role};"));
    shop.execute(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role}; {grants}
         GRANT SELECT, INSERT, UPDATE ON orders, effects TO {role};"
    ))
    .await;
    options(schema).unwrap().username(role)
}

#[tokio::test]
async fn a_role_with_the_least_rights_runs_everything_but_the_migration() {
    let Some(shop) = Shop::new("least").await else {
        return;
    };
    let inbox = Inbox::open(restricted_role(&shop, "least_clerk", "least").await);
    inbox
        .migrate()
        .await
        .expect("the tables are there: it only looks");
    shop.gateway
        .replies(CHARGE, 200, &transaction("order-1", "pending"));
    let (client, charge) = (shop.gateway.client(), charge_of("order-1"));
    let charged = inbox
        .charge(&client, &charge, async |connection| {
            insert_order(connection, "order-1").await
        })
        .await;
    assert!(matches!(charged.unwrap(), Charged::Instructions(_)));
    let accepted = inbox
        .accept(&signed("order-1", "200", "settlement"), shop.now())
        .await;
    assert_eq!(accepted.unwrap(), Accepted::New);
    let _ = inbox
        .accept(&signed("order-2", "200", "settlement"), shop.now())
        .await
        .unwrap();
    shop.gateway.says("order-1", "settlement");
    let worker = shop.worker_of(&inbox);
    assert_eq!(
        worker.round(&Ships).await.unwrap(),
        2,
        "{:?}",
        shop.lines.take()
    );
    assert_eq!(shop.effects().await, ["order-1 paid"]);
    inbox.ask_by("order-1", shop.now()).await.unwrap();
    inbox.snapshot(shop.now()).await.unwrap();
    inbox.dead_letters(9).await.unwrap();
    assert_eq!(inbox.unexpected(9).await.unwrap().len(), 1);
    inbox.history("order-1").await.unwrap();
    shop.execute("UPDATE midtrans_order SET review = 'look'")
        .await;
    assert_eq!(inbox.retry("order-1", shop.now()).await.unwrap(), 1);
    assert_eq!(inbox.prune(shop.now()).await.unwrap(), 0);
    let pool = PgPoolOptions::new()
        .connect_with(options("least").unwrap().username("least_clerk"))
        .await
        .unwrap();
    let mut expecting = pool.begin().await.unwrap();
    let later = expectation("order-2", shop.now());
    assert_eq!(
        expect_in(&mut expecting, &later, shop.now()).await.unwrap(),
        ExpectResult::Recorded
    );
    expecting.commit().await.unwrap();
    // Elsewhere it may create nothing.
    shop.execute("DROP TABLE midtrans_schema").await;
    let error = inbox.migrate().await.unwrap_err().to_string();
    assert!(
        error.contains("lacks a right") && error.contains("permission denied for schema"),
        "{error}"
    );
}

#[tokio::test]
async fn every_right_is_needed_and_its_lack_is_named() {
    let Some(shop) = Shop::new("lacking").await else {
        return;
    };
    let inbox = Inbox::open(restricted_role(&shop, "lacking_clerk", "lacking").await);
    let worker = shop.worker_of(&inbox);
    for (at, (right, table)) in [
        ("INSERT", "midtrans_notification"),
        ("SELECT", "midtrans_notification"),
        ("INSERT", "midtrans_wake"),
        ("UPDATE", "midtrans_wake"),
        ("DELETE", "midtrans_wake"),
        ("UPDATE", "midtrans_order"),
        ("INSERT", "midtrans_change"),
        ("DELETE", "midtrans_change"),
        ("UPDATE", "midtrans_next_change"),
    ]
    .into_iter()
    .enumerate()
    {
        shop.execute(&format!("REVOKE {right} ON {table} FROM lacking_clerk"))
            .await;
        let order_id = format!("order-{at}");
        shop.expects(&order_id).await;
        shop.gateway.says(&order_id, "settlement");
        let accepted = inbox
            .accept(&signed(&order_id, "200", "settlement"), shop.now())
            .await;
        let error = match accepted {
            Err(error) => error.to_string(),
            Ok(_) => match worker.round(&Ships).await {
                Err(error) => error.to_string(),
                Ok(_) => shop.lines.take().concat(),
            },
        };
        assert!(
            error.contains(table) && error.contains("permission denied"),
            "{right} {table}: {error}"
        );
        shop.execute(&format!("GRANT {right} ON {table} TO lacking_clerk"))
            .await;
        shop.set(shop_seconds(at) + 100);
    }
}

fn shop_seconds(at: usize) -> u64 {
    at as u64 * 4_000
}

#[tokio::test]
async fn a_backlog_of_changes_is_taken_by_index_also_before_postgres_has_analysed_it() {
    let Some(shop) = Shop::new("plan").await else {
        return;
    };
    shop.execute(
        "ALTER TABLE midtrans_change SET (autovacuum_enabled = off);
         INSERT INTO midtrans_change (order_id, amount, payment_type, transaction_id, outcome, refunds, changed_at)
         SELECT 'order-' || n, 40000, 'akulaku', 't-1', 'paid', '[]', 1 FROM generate_series(1, 3000) AS n",
    )
    .await;
    let explain = "EXPLAIN SELECT id FROM midtrans_next_change WHERE retry_at <= 5
        ORDER BY retry_at, id LIMIT 64 FOR UPDATE SKIP LOCKED";
    let plan: Vec<String> = sqlx::query_scalar(explain)
        .fetch_all(&shop.pool)
        .await
        .unwrap();
    let plan = plan.join("\n");
    assert!(
        plan.contains("Index Scan using midtrans_change_retry") && !plan.contains("Sort"),
        "{plan}"
    );
}

#[tokio::test]
async fn what_is_pruned_is_found_by_an_index_of_what_has_a_body_and_is_old() {
    let Some(shop) = Shop::new("plan_prune").await else {
        return;
    };
    shop.execute(
        "INSERT INTO midtrans_notification (dedupe_key, order_id, status_code, gross_amount, received_at, body)
         SELECT int8send(n), 'order-' || n, '200', '1.00', n / 2400, '{}' FROM generate_series(1, 30000) AS n;
         ANALYZE midtrans_notification",
    )
    .await;
    let step = "EXPLAIN SELECT received_at, id FROM midtrans_notification
        WHERE body IS NOT NULL AND received_at < 9 AND (received_at, id) > (1, 1)
        ORDER BY received_at, id LIMIT 1000";
    let update = "EXPLAIN UPDATE midtrans_notification SET body = NULL
        WHERE body IS NOT NULL AND (received_at, id) > (1, 1) AND (received_at, id) <= (1, 9)";
    for explain in [step, update] {
        let plan: Vec<String> = sqlx::query_scalar(explain)
            .fetch_all(&shop.pool)
            .await
            .unwrap();
        let plan = plan.join("\n");
        assert!(
            plan.contains("midtrans_notification_body") && !plan.contains("Sort"),
            "{plan}"
        );
    }
}

#[tokio::test]
async fn any_number_of_bodies_of_one_moment_is_pruned_but_those_of_open_orders() {
    let Some(shop) = Shop::new("prune").await else {
        return;
    };
    shop.execute(
        "INSERT INTO midtrans_notification (dedupe_key, order_id, status_code, gross_amount, received_at, body)
         SELECT int8send(n), 'order-' || n, '200', '1.00', 1000 + n / 2400, '{}' FROM generate_series(1, 2500) AS n",
    )
    .await;
    shop.expects("order-7").await;
    assert_eq!(shop.inbox.prune(from_millis(1_000)).await.unwrap(), 0);
    assert_eq!(
        shop.inbox.prune(from_millis(1_001)).await.unwrap(),
        2_399 - 1
    );
    assert_eq!(shop.inbox.prune(from_millis(9_000)).await.unwrap(), 101);
    assert_eq!(shop.inbox.prune(from_millis(9_000)).await.unwrap(), 0);
}
