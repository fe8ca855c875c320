//! `midtrans inbox` on real databases: what an operator does.

use std::time::SystemTime;

use midtrans_inbox::Expectation;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::Akulaku;
use midtrans_protocol::{
    Charge, Notification, OrderId, Rupiah, ServerKey, ServerKeys, TransactionDetails, notification,
};

#[cfg(feature = "postgres")]
use crate::program::postgres_or_skip;
use crate::program::{Program, Ran, SERVER_KEY};

fn told(event: &str, order: &str) -> Notification {
    let body = Program::keyed()
        .run(&[
            "trigger",
            &format!("akulaku.{event}"),
            "--order",
            order,
            "--dry-run",
        ])
        .out;
    notification::verify(
        body.as_bytes(),
        &ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap()),
    )
    .unwrap()
}

fn expectation() -> Expectation {
    let order =
        TransactionDetails::new(OrderId::new("order-101").unwrap(), Rupiah::new(40_000)).unwrap();
    let key = IdempotencyKey::new("key-1").unwrap();
    Expectation::of(
        &Charge::builder(order, Akulaku).minimal().build().unwrap(),
        key,
        SystemTime::now(),
    )
}

/// A dead letter, a change behind it, and one that is ready.
const CHANGES: &str = "INSERT INTO midtrans_change
        (order_id, amount, payment_type, transaction_id, outcome, refunds, changed_at, failures, retry_at, reason)
    VALUES ('order-101', 40000, 'akulaku', 't-1', 'pending', '[]', 1795515982836, 10, NULL, 'it was odd'),
        ('order-101', 40000, 'akulaku', 't-1', 'paid', '[]', 1795515982837, 0, 0, NULL),
        ('order-102', 40000, 'akulaku', 't-2', 'paid', '[]', 1795515982838, 0, 0, NULL)";

/// An inbox with one expected order, [`CHANGES`], and a notification of it and of one that is not
/// expected.
fn looks_like_it(ask: impl Fn(&str) -> Ran) {
    let json = ask("inbox counts --json").says(0, &[]).json();
    assert_eq!(
        (&json["dead_letters"], &json["changes"]),
        (&1.into(), &2.into())
    );
    assert_eq!(
        (&json["orders"]["open"], &json["needs_attention"]),
        (&1.into(), &true.into())
    );
    assert_eq!(
        (&json["notifications"], &json["notifications_unexpected"]),
        (&2.into(), &1.into())
    );
    ask("inbox counts").says(
        0,
        &["a person has to look", "changes waiting", "dead letters"],
    );
    ask("inbox counts --metrics").says(
        0,
        &[
            "midtrans_inbox_dead_letters 1\n",
            "midtrans_inbox_changes 2\n",
        ],
    );
    ask("inbox changes").says(
        0,
        &[
            "dead letter",
            "behind an earlier one",
            "ready",
            "it was odd",
        ],
    );
    let changes = ask("inbox changes --json").says(0, &[]).json();
    assert_eq!(changes["changes"].as_array().unwrap().len(), 3);
    assert_eq!(changes["changes"][0]["is_dead_letter"], true);
    assert_eq!(changes["changes"][1]["waits_for_an_earlier_one"], true);
    assert_eq!(
        ask("inbox changes --most 1 --json").json()["changes"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    ask("inbox dead").says(
        0,
        &[
            "order-101",
            "it was odd",
            "next: midtrans inbox history order-101",
        ],
    );
    assert_eq!(
        ask("inbox dead --json").json()["dead_letters"][0]["reason"],
        "it was odd"
    );
    ask("inbox unexpected").says(0, &["order-7", "kept, and taken in"]);
    assert_eq!(
        ask("inbox unexpected --json").json()["unexpected"][0]["notifications"],
        1
    );
    ask("inbox history order-101").says(
        0,
        &[
            "open, nothing was heard",
            "settlement",
            "next: midtrans inbox retry",
        ],
    );
    let json = ask("inbox history order-101 --json").says(0, &[]).json();
    assert_eq!(
        (
            &json["amount"],
            json["notifications"].as_array().unwrap().len()
        ),
        (&40_000.into(), 1)
    );
    assert_eq!(json["changes"].as_array().unwrap().len(), 2);
    assert!(!json.to_string().contains("key-1"), "{json}");
    ask("inbox history order-8").says(1, &["knows no such order"]);
    ask("inbox retry order-8").says(1, &["nothing about this order waits for a person"]);
    ask("inbox retry order-101").says(0, &["tried again  1"]);
    ask("inbox dead").says(0, &["nothing needs a person"]);
    ask("inbox counts").says(0, &["nothing needs a person"]);
    // Nothing is so old.
    assert_eq!(
        ask("inbox prune --older-than 90 --json")
            .says(0, &[])
            .json()["bodies_forgotten"],
        0
    );
}

/// Acts on a change between two looks, and has the rates say so.
fn the_rates_show_what_is_acted_on(program: &Program, act: impl FnOnce()) {
    let words = [
        "inbox", "counts", "--watch", "--every", "1", "--looks", "2", "--json",
    ];
    let mut child = program.spawn(&words);
    let (first, mut rest) = crate::program::first_line(&mut child);
    let first: serde_json::Value = serde_json::from_str(&first).unwrap();
    assert_eq!(
        (&first["changes"], &first["rates"]),
        (&3.into(), &serde_json::Value::Null)
    );
    act();
    let mut second = String::new();
    std::io::Read::read_to_string(&mut rest, &mut second).unwrap();
    let second: serde_json::Value = serde_json::from_str(&second).unwrap();
    assert_eq!(second["changes"], 2);
    assert!(
        second["rates"]["changes_acted_per_second"]
            .as_f64()
            .unwrap()
            > 0.0,
        "{second}"
    );
    assert_eq!(second["rates"]["changes_stored_per_second"], 0.0);
    assert!(child.wait().unwrap().success());
    program
        .line("inbox counts --watch --looks 1")
        .says(0, &["questions due", "changes waiting 2"]);
}

#[cfg(feature = "sqlite")]
#[test]
fn an_inbox_in_a_sqlite_file_is_operated() {
    use midtrans_inbox_sqlite as inbox;
    let folder = crate::program::Folder::new("inbox");
    let path = folder.path("shop.db");
    let mut connection = rusqlite::Connection::open(&path).unwrap();
    Program::bare()
        .run(&["inbox", "counts", "--database", &path])
        .says(1, &["no inbox in this database", "migrate"]);
    let program = Program::bare().with("MIDTRANS_INBOX", &path);
    program.line("inbox migrate").says(0, &["up to date"]);
    program.line("inbox changes").says(0, &["no change waits"]);
    program
        .line("inbox unexpected")
        .says(0, &["every notification was of an order"]);
    let now = SystemTime::now();
    let transaction = connection.transaction().unwrap();
    let _ = inbox::expect_in(&transaction, &expectation(), now).unwrap();
    transaction.execute(CHANGES, []).unwrap();
    transaction.commit().unwrap();
    let _ = inbox::accept(&connection, &told("settlement", "order-101"), now).unwrap();
    let _ = inbox::accept(&connection, &told("settlement", "order-7"), now).unwrap();
    connection
        .execute(
            "UPDATE midtrans_notification SET unexpected = 1 WHERE order_id = 'order-7'",
            [],
        )
        .unwrap();
    // The shop's connection stays open, as in real life.
    looks_like_it(|line| program.line(line));
    for place in [format!("sqlite:{path}"), format!("sqlite://{path}")] {
        program
            .run(&["inbox", "dead", "--database", &place])
            .says(0, &["nothing needs a person"]);
    }
    the_rates_show_what_is_acted_on(&program, || {
        connection
            .execute(
                "DELETE FROM midtrans_change WHERE order_id = 'order-102'",
                [],
            )
            .unwrap();
    });
    connection
        .execute_batch("UPDATE midtrans_order SET outcome = 'paid'; UPDATE midtrans_notification SET received_at = 0")
        .unwrap();
    assert_eq!(
        program.line("inbox prune --json").says(0, &[]).json()["bodies_forgotten"],
        2
    );
}

#[cfg(feature = "sqlite")]
#[test]
fn the_printed_sql_makes_an_inbox_in_a_sqlite_file() {
    let folder = crate::program::Folder::new("printed");
    let path = folder.path("shop.db");
    let sql = Program::bare()
        .line("inbox migrate --print sqlite")
        .says(0, &["CREATE TABLE midtrans_order"])
        .out;
    assert_eq!(
        sql,
        Program::bare()
            .line("inbox migrate --print --database nowhere.db")
            .says(0, &[])
            .out
    );
    Program::bare()
        .line("inbox migrate --print")
        .says(2, &["--print"]);
    Program::bare()
        .line("inbox migrate --print sqlite --grants shop")
        .says(2, &["SQLite has no roles"]);
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch(&sql)
        .unwrap();
    let program = Program::bare().with("MIDTRANS_INBOX", &path);
    program.line("inbox migrate").says(0, &["up to date"]);
    program
        .line("inbox counts")
        .says(0, &["nothing needs a person"]);
}

#[cfg(feature = "postgres")]
#[test]
fn an_inbox_in_a_postgresql_database_is_operated() {
    use midtrans_inbox_postgres as inbox;
    use sqlx::{Connection, PgConnection};
    let Some((server, runtime)) = postgres_or_skip("midtrans inbox on PostgreSQL") else {
        return;
    };
    let url = server.url();
    Program::bare()
        .run(&["inbox", "counts", "--database", &url])
        .says(1, &["no inbox in this database"]);
    let mut owner = runtime.block_on(PgConnection::connect(&url)).unwrap();
    let mut execute = |sql: &'static str| {
        runtime
            .block_on(sqlx::raw_sql(sql).execute(&mut owner))
            .unwrap();
    };
    execute("CREATE ROLE \"the shop\" LOGIN");
    let program = Program::bare().with("MIDTRANS_INBOX", &url);
    let unknown = program.run(&["inbox", "migrate", "--grants", "missing_role"]);
    unknown.says(
        1,
        &[
            "missing_role",
            "the tables are up to date, and the role has not got its rights",
        ],
    );
    program
        .run(&["inbox", "migrate", "--grants", "the shop"])
        .says(0, &["up to date", "granted to", "the shop"]);
    runtime.block_on(async {
        // What follows is done by a role that has no other rights.
        let mut shop = PgConnection::connect(&url.replace("postgres@", "the%20shop@"))
            .await
            .unwrap();
        let now = SystemTime::now();
        let _ = inbox::expect_in(&mut shop, &expectation(), now)
            .await
            .unwrap();
        sqlx::raw_sql(CHANGES).execute(&mut shop).await.unwrap();
        let _ = inbox::accept_in(&mut shop, &told("settlement", "order-101"), now)
            .await
            .unwrap();
        let _ = inbox::accept_in(&mut shop, &told("settlement", "order-7"), now)
            .await
            .unwrap();
    });
    execute("UPDATE midtrans_notification SET unexpected = TRUE WHERE order_id = 'order-7'");
    looks_like_it(|line| program.line(line));
    the_rates_show_what_is_acted_on(&program, || {
        execute("DELETE FROM midtrans_change WHERE order_id = 'order-102'")
    });
    execute(
        "UPDATE midtrans_order SET outcome = 'paid'; UPDATE midtrans_notification SET received_at = 0",
    );
    assert_eq!(
        program.line("inbox prune --json").says(0, &[]).json()["bodies_forgotten"],
        2
    );
}

#[cfg(feature = "postgres")]
#[test]
fn the_printed_sql_makes_an_inbox_in_a_postgresql_database() {
    use sqlx::{AssertSqlSafe, Connection, PgConnection};
    let ran = Program::bare().line("inbox migrate --print postgres --grants shop\"keeper");
    let sql = ran
        .says(
            0,
            &[
                "CREATE TABLE midtrans_order",
                "GRANT",
                " TO \"shop\"\"keeper\";",
            ],
        )
        .out;
    let Some((server, runtime)) = postgres_or_skip("printed SQL on PostgreSQL") else {
        return;
    };
    runtime.block_on(async {
        let mut owner = PgConnection::connect(&server.url()).await.unwrap();
        sqlx::raw_sql("CREATE ROLE \"shop\"\"keeper\"")
            .execute(&mut owner)
            .await
            .unwrap();
        sqlx::raw_sql(AssertSqlSafe(sql))
            .execute(&mut owner)
            .await
            .unwrap();
    });
    let program = Program::bare().with("MIDTRANS_INBOX", &server.url());
    program.line("inbox migrate").says(0, &["up to date"]);
    program
        .line("inbox counts")
        .says(0, &["nothing needs a person"]);
}

#[test]
fn an_inbox_that_is_not_there_is_refused() {
    let program = Program::bare();
    program
        .line("inbox counts")
        .says(2, &["no inbox to look at", "MIDTRANS_INBOX"]);
    program
        .line("inbox counts --database /nowhere/shop.db")
        .says(2, &["there is no file"]);
    let password = program.line("inbox counts --database postgres://shop:MARKER@127.0.0.1/shop");
    password.says(2, &["a password on the command line", "MIDTRANS_INBOX"]);
    program
        .line("inbox counts --database mysql://127.0.0.1/shop")
        .says(2, &["no inbox of the kind mysql"]);
    #[cfg(feature = "postgres")]
    program
        .clone()
        .with("MIDTRANS_INBOX", "postgres://shop:MARKER@127.0.0.1:9/shop")
        .line("inbox counts")
        .says(1, &["next: check the URL"]);
}
