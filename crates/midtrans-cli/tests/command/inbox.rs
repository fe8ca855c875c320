//! `midtrans inbox` on real databases.

use std::time::SystemTime;

use midtrans_inbox::{Expectation, Policy};
use midtrans_protocol::{
    Charge, IdempotencyKey, Notification, OrderId, Rupiah, ServerKey, ServerKeys, TransactionDetails, notification,
};

use crate::program::{Program, Ran, SERVER_KEY};

fn told(event: &str) -> Notification {
    let body = Program::keyed().run(&["trigger", event, "--dry-run"]).out;
    notification::verify(body.as_bytes(), &ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap())).unwrap()
}

fn expectation() -> Expectation {
    let order = TransactionDetails::new(OrderId::new("order-101").unwrap(), Rupiah::new(40_000)).unwrap();
    let key = IdempotencyKey::new("key-1").unwrap();
    Expectation::of(&Charge::akulaku_minimal(order).unwrap(), key, SystemTime::now())
}

fn policy() -> Policy {
    Policy::new(ServerKey::new(SERVER_KEY).unwrap())
}

/// An inbox with one expected order, a notification that waits, and one that is dead.
fn looks_like_it(ask: impl Fn(&str) -> Ran) {
    let json = ask("inbox counts --json").says(0, &[]).json();
    assert_eq!((&json["notifications"]["dead"], &json["notifications"]["waiting"]), (&1.into(), &1.into()));
    assert_eq!((&json["orders"]["open"], &json["needs_attention"]), (&1.into(), &true.into()));
    ask("inbox counts").says(0, &["a person has to look", "  dead", "  waiting"]);
    ask("inbox counts --metrics").says(0, &["midtrans_inbox_notifications{state=\"dead\"} 1\n"]);
    ask("inbox dead").says(0, &["order-101", "it was odd", "next: midtrans inbox history order-101"]);
    assert_eq!(ask("inbox dead --json").json()["dead_letters"][0]["reason"], "it was odd");
    ask("inbox history order-101").says(0, &["outcome       open", "settlement", "dead", "next: midtrans inbox retry"]);
    let json = ask("inbox history order-101 --json").says(0, &[]).json();
    assert_eq!((&json["amount"], json["notifications"].as_array().unwrap().len()), (&40_000.into(), 2));
    ask("inbox history order-7").says(1, &["knows no such order"]);
    ask("inbox retry order-7").says(1, &["no dead letter"]);
    ask("inbox retry order-101").says(0, &["tried again  1"]);
    ask("inbox dead").says(0, &["nothing needs a person"]);
    ask("inbox counts").says(0, &["nothing needs a person"]);
}

#[cfg(feature = "sqlite")]
#[test]
fn an_inbox_in_a_sqlite_file_is_operated() {
    use midtrans_inbox_sqlite as inbox;
    let folder = crate::program::Folder::new("inbox");
    let path = folder.path("shop.db");
    let mut connection = rusqlite::Connection::open(&path).unwrap();
    Program::bare().run(&["inbox", "counts", "--database", &path]).says(1, &["no inbox in this database"]);
    inbox::tune(&connection).unwrap();
    inbox::migrate(&mut connection).unwrap();
    let now = SystemTime::now();
    inbox::expect(&connection, &expectation(), now).unwrap();
    inbox::accept(&connection, &told("settlement"), now).unwrap();
    let case = inbox::claim(&connection, &policy(), 1, now).unwrap().pop().unwrap();
    inbox::dead(&connection, &case, "it was odd").unwrap();
    inbox::accept(&connection, &told("refund"), now).unwrap();
    // The shop's connection stays open, as in real life.
    let program = Program::bare().with("MIDTRANS_INBOX", &path);
    looks_like_it(|line| program.line(line));
    for place in [format!("sqlite:{path}"), format!("sqlite://{path}")] {
        program.run(&["inbox", "dead", "--database", &place]).says(0, &["nothing needs a person"]);
    }
}

#[cfg(feature = "postgres")]
#[test]
fn an_inbox_in_a_postgresql_database_is_operated() {
    use midtrans_inbox_postgres as inbox;
    use sqlx::Connection;
    let Some(server) = midtrans_private_postgres::PrivatePostgres::start_or_skip("midtrans inbox on PostgreSQL") else {
        return;
    };
    let url = server.url();
    Program::bare().run(&["inbox", "counts", "--database", &url]).says(1, &["no inbox in this database"]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = sqlx::PgConnection::connect(&url).await.unwrap();
        inbox::migrate(&mut connection).await.unwrap();
        let now = SystemTime::now();
        inbox::expect(&mut connection, &expectation(), now).await.unwrap();
        inbox::accept(&mut connection, &told("settlement"), now).await.unwrap();
        let case = inbox::claim(&mut connection, &policy(), 1, now).await.unwrap().pop().unwrap();
        inbox::dead(&mut connection, &case, "it was odd").await.unwrap();
        inbox::accept(&mut connection, &told("refund"), now).await.unwrap();
    });
    let program = Program::bare().with("MIDTRANS_INBOX", &url);
    looks_like_it(|line| program.line(line));
}

#[test]
fn an_inbox_that_is_not_there_is_refused() {
    let program = Program::bare();
    program.line("inbox counts").says(2, &["no inbox to look at", "MIDTRANS_INBOX"]);
    program.line("inbox counts --database /nowhere/shop.db").says(2, &["there is no file"]);
    let password = program.line("inbox counts --database postgres://shop:MARKER@127.0.0.1/shop");
    password.says(2, &["a password on the command line", "MIDTRANS_INBOX"]);
    program.line("inbox counts --database mysql://127.0.0.1/shop").says(2, &["no inbox of the kind mysql"]);
    let gone = program.clone().with("MIDTRANS_INBOX", "postgres://shop:MARKER@127.0.0.1:9/shop");
    gone.line("inbox counts").says(1, &["next: check the URL"]);
}
