//! Changes as rows: other database clients take them, with the statements in the schema's comments.

use std::io::Write as _;
use std::process::{Command, Stdio};

use midtrans_inbox_postgres::schema_sql;
use midtrans_private_postgres::{PrivatePostgres, or_skip};

use crate::shop::{Shop, signed};

const TAKE: &str = "DELETE FROM midtrans_change
    WHERE id = (SELECT id FROM midtrans_next_change
        WHERE retry_at <= (extract(epoch FROM now()) * 1000)::bigint
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id, order_id, outcome";

/// Returns the output of `psql` for these lines.
fn psql(mut psql: Command, url: &str, schema: &str, lines: &str) -> String {
    let started = psql
        .args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", url])
        .env("PGOPTIONS", format!("-c search_path={schema}"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut program = started.unwrap();
    program
        .stdin
        .take()
        .unwrap()
        .write_all(lines.as_bytes())
        .unwrap();
    let output = program.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_statement_is_the_documented_one() {
    let words = |sql: &str| {
        sql.replace("--", " ")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert!(
        words(&schema_sql()).contains(&words(TAKE)),
        "{}",
        words(TAKE)
    );
}

#[tokio::test]
async fn other_clients_take_changes_at_once_each_once_and_in_order_per_order() {
    let Some(shop) = Shop::new("takes").await else {
        return;
    };
    shop.sells(&["order-1", "order-2"]).await;
    shop.gateway.says("order-1", "pending");
    shop.worker().round_without_handler().await.unwrap();
    shop.gateway.says("order-1", "settlement");
    shop.set(20);
    shop.accepts(&signed("order-1", "200", "capture")).await;
    shop.worker().round_without_handler().await.unwrap();
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_change").await, 3);
    let take = async |transaction: &mut sqlx::PgTransaction<'_>| -> Option<(i64, String, String)> {
        sqlx::query_as(TAKE)
            .fetch_optional(&mut **transaction)
            .await
            .unwrap()
    };
    let (mut one, mut two, mut three) = (
        shop.pool.begin().await.unwrap(),
        shop.pool.begin().await.unwrap(),
        shop.pool.begin().await.unwrap(),
    );
    let first = take(&mut one).await.unwrap();
    let second = take(&mut two).await.unwrap();
    assert_ne!(first.1, second.1, "each has another order");
    assert_eq!(
        take(&mut three).await,
        None,
        "what follows in an order waits for what is being taken"
    );
    one.rollback().await.unwrap();
    two.commit().await.unwrap();
    three.commit().await.unwrap();
    let mut rest = Vec::new();
    let mut last = shop.pool.begin().await.unwrap();
    while let Some((_, order_id, outcome)) = take(&mut last).await {
        rest.push(format!("{order_id} {outcome}"));
    }
    last.commit().await.unwrap();
    rest.push(format!("{} {}", second.1, second.2));
    let place = |effect: &str| rest.iter().position(|taken| taken == effect).unwrap();
    assert!(place("order-1 pending") < place("order-1 paid"), "{rest:?}");
    assert_eq!(rest.len(), 3, "{rest:?}");
}

#[tokio::test]
async fn psql_takes_a_change_once_also_when_it_dies_in_the_middle() {
    let Some(server) = PrivatePostgres::start_or_skip("changes taken by psql") else {
        return;
    };
    let Some(program) = or_skip("changes taken by psql", server.psql()) else {
        return;
    };
    let options = std::str::FromStr::from_str(&server.url()).unwrap();
    let shop = Shop::at(options, "public").await;
    shop.sells(&["order-1", "order-2"]).await;
    shop.worker().round_without_handler().await.unwrap();
    shop.execute("UPDATE midtrans_change SET changed_at = 0")
        .await;
    let act = format!(
        "WITH taken AS ({TAKE}) INSERT INTO effects (order_id, outcome) SELECT order_id, outcome FROM taken;"
    );
    // Without a COMMIT it ends like a killed program.
    let printed = psql(
        program,
        &server.url(),
        "public",
        &format!("BEGIN; {TAKE};\n"),
    );
    assert!(printed.contains("|order-1|paid"), "{printed}");
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_change").await, 2);
    for _ in 0..3 {
        psql(
            server.psql().unwrap(),
            &server.url(),
            "public",
            &format!("BEGIN; {act} COMMIT;\n"),
        );
    }
    assert_eq!(shop.effects().await, ["order-1 paid", "order-2 paid"]);
    assert_eq!(shop.number("SELECT count(*) FROM midtrans_change").await, 0);
}

#[tokio::test]
async fn a_change_that_another_client_puts_off_holds_up_its_order_only() {
    let Some(shop) = Shop::new("put_off").await else {
        return;
    };
    shop.sells(&["order-1", "order-2"]).await;
    shop.worker().round_without_handler().await.unwrap();
    shop.execute(
        "UPDATE midtrans_change SET failures = failures + 1, reason = 'why', retry_at = NULL WHERE order_id = 'order-1'",
    )
    .await;
    assert_eq!(shop.round().await, 1);
    assert_eq!(shop.effects().await, ["order-2 paid"]);
    let letters = shop.inbox.dead_letters(9).await.unwrap();
    assert_eq!(
        (letters[0].order_id.as_str(), letters[0].reason.as_str()),
        ("order-1", "why")
    );
}

#[tokio::test]
async fn an_order_that_was_written_down_in_sql_is_asked_about() {
    let Some(shop) = Shop::new("inserted").await else {
        return;
    };
    let now = crate::shop::START * 1_000;
    shop.execute(&format!(
        "INSERT INTO midtrans_order
            (order_id, amount, payment_type, idempotency_key, charge_until, expires_at, recorded_at, check_at)
         VALUES ('order-1', 40000, 'akulaku', 'key-101', {now} + 240000, {now} + 7200000, {now}, {now} + 240000)"
    ))
    .await;
    shop.gateway.says("order-1", "settlement");
    shop.set(240);
    shop.round().await;
    assert_eq!(shop.effects().await, ["order-1 paid"]);
}
