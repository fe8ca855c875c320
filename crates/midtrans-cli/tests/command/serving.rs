//! `midtrans inbox serve` as a real process, with a gateway and with a shop that speaks only SQL
//! and HTTP.

use std::io::Read;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use midtrans_simulator::gateway::Choice;
use midtrans_ureq::ureq::Agent;
use serde_json::{Value, json};

#[cfg(feature = "sqlite")]
use crate::program::Folder;
#[cfg(feature = "postgres")]
use crate::program::postgres_or_skip;
use crate::program::{Program, Ran, first_line, gateway};

const TOKEN: &str = "0123456789abcdef-MARKER";
const SETTLED: &str = "trigger akulaku.settlement --order order-101 --amount 40000";

/// A running inbox.
struct Running {
    child: Child,
    rest: Box<dyn Read>,
    url: String,
}

impl Running {
    fn start(program: &Program, options: &[&str]) -> Self {
        let words = [
            &["inbox", "serve", "--json", "--listen", "127.0.0.1:0"],
            options,
        ]
        .concat();
        let mut child = program.spawn(&words);
        let (line, rest) = first_line(&mut child);
        let begun: Value = serde_json::from_str(&line).unwrap();
        let url = begun["listening"].as_str().unwrap().to_owned();
        Self {
            child,
            rest: Box::new(rest),
            url,
        }
    }

    fn call(&self, method: &str, path: &str, token: Option<&str>, body: &str) -> (u16, Value) {
        let agent: Agent = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        let mut request = axum::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url));
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let mut response = agent.run(request.body(body.to_owned()).unwrap()).unwrap();
        let text = response.body_mut().read_to_string().unwrap();
        let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (response.status().as_u16(), json)
    }

    fn orders(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        self.call(method, path, Some(TOKEN), body)
    }

    /// Ends it as a service manager does, and returns how that went.
    fn end(mut self, signal: &str) -> Ran {
        let sent = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success());
        let mut out = String::new();
        self.rest.read_to_string(&mut out).unwrap();
        let mut err = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        assert!(
            !out.contains("MARKER") && !err.contains("MARKER"),
            "a secret was printed: {out}{err}"
        );
        Ran {
            code: self.child.wait().unwrap().code().unwrap(),
            out,
            err,
        }
    }
}

/// Waits until there is something.
fn eventually<R>(mut look: impl FnMut() -> Option<R>) -> R {
    let begun = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "it does not come"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The walk of a shop: expect, charge, notification, change, act.
fn a_shop_walks(place: &str, options: &[&str], mut take: impl FnMut() -> Option<(String, String)>) {
    let (simulator, program) = gateway();
    let program = program
        .with("MIDTRANS_INBOX", place)
        .with("MIDTRANS_INBOX_TOKEN", TOKEN);
    let inbox = Running::start(&program, options);

    let wanted = r#"{"amount": 40000, "payment_type": "akulaku"}"#;
    let (status, expected) = inbox.orders("PUT", "/orders/order-101", wanted);
    assert_eq!(
        (status, &expected["result"]),
        (201, &"recorded".into()),
        "{expected}"
    );
    let key = expected["idempotency_key"].as_str().unwrap();
    let (status, again) = inbox.orders("PUT", "/orders/order-101", wanted);
    assert_eq!(
        (
            status,
            again["result"].as_str(),
            again["idempotency_key"].as_str()
        ),
        (200, Some("open"), Some(key))
    );
    let (status, other) = inbox.orders(
        "PUT",
        "/orders/order-101",
        r#"{"amount": 1, "payment_type": "akulaku"}"#,
    );
    assert_eq!(
        (status, &other["result"], &other["amount"]),
        (409, &"differs".into(), &40_000.into())
    );

    let charge = "charge akulaku --order order-101 --amount 40000";
    program
        .line(&format!("{charge} --idempotency-key {key}"))
        .says(0, &[]);
    simulator.choose("order-101", Choice::Approve).unwrap();
    let webhook = format!("{}/notification", inbox.url);
    program
        .line(&format!("{SETTLED} --to {webhook}"))
        .says(0, &["HTTP 200"]);
    program
        .run(&["trigger", "akulaku.settlement", "--forge", "--to", &webhook])
        .says(0, &["HTTP 403"]);
    assert_eq!(inbox.call("GET", "/notification", None, "").0, 405);

    assert_eq!(
        eventually(&mut take),
        ("order-101".to_owned(), "paid".to_owned())
    );
    assert_eq!(take(), None, "it is told once");
    let (status, state) = inbox.orders("GET", "/orders/order-101", "");
    assert_eq!(
        (status, &state["outcome"], &state["review"]),
        (200, &"paid".into(), &Value::Null)
    );
    assert_eq!(
        (&state["changes_waiting"], &state["notifications"]),
        (&json!([]), &1.into())
    );
    assert!(!state.to_string().contains(key), "{state}");
    let (status, decided) = inbox.orders("PUT", "/orders/order-101", wanted);
    assert_eq!((status, &decided["outcome"]), (409, &"paid".into()));

    // Asked about because the shop wants it, and not because of a notification.
    inbox.orders("PUT", "/orders/order-102", wanted);
    program
        .line("charge akulaku --order order-102 --amount 40000")
        .says(0, &[]);
    let (status, asked) = inbox.orders("POST", "/orders/order-102/check", "");
    assert_eq!((status, &asked["asked"]), (202, &true.into()));
    assert_eq!(
        eventually(&mut take),
        ("order-102".to_owned(), "pending".to_owned())
    );

    let (status, metrics) = inbox.call("GET", "/metrics", None, "");
    let metrics = metrics.as_str().unwrap().to_owned();
    assert_eq!(status, 200);
    for name in [
        "midtrans_inbox_database_up 1\n",
        "midtrans_inbox_changes 0\n",
        "midtrans_inbox_questions_total ",
    ] {
        assert!(metrics.contains(name), "{name:?} is not in {metrics}");
    }
    assert_eq!(
        inbox.call("GET", "/health", None, ""),
        (200, json!({"healthy": true}))
    );
    inbox.end("-TERM").says(0, &["stopping", "stopped"]);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_shop_that_speaks_sql_and_http_is_told_what_became_of_its_orders_in_sqlite() {
    let folder = Folder::new("serve");
    let path = folder.path("shop.db");
    a_shop_walks(&path, &[], || {
        let connection = rusqlite::Connection::open(&path).unwrap();
        connection.busy_timeout(Duration::from_secs(10)).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        let taken = connection.query_row(
            "DELETE FROM midtrans_change WHERE id = (SELECT id FROM midtrans_next_change
                WHERE retry_at <= unixepoch() * 1000 ORDER BY id LIMIT 1) RETURNING order_id, outcome",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        );
        connection.execute_batch("COMMIT").unwrap();
        taken.ok()
    });
}

#[cfg(feature = "sqlite")]
#[test]
fn a_triggered_settlement_moves_no_order_of_an_inbox_and_a_customer_who_pays_does() {
    let folder = Folder::new("triggered");
    let (simulator, program) = gateway();
    let program = program
        .with("MIDTRANS_INBOX", &folder.path("shop.db"))
        .with("MIDTRANS_INBOX_TOKEN", TOKEN);
    let inbox = Running::start(&program, &[]);
    let (_, expected) = inbox.orders(
        "PUT",
        "/orders/order-101",
        r#"{"amount": 40000, "payment_type": "akulaku"}"#,
    );
    let key = expected["idempotency_key"].as_str().unwrap();
    let charge = "charge akulaku --order order-101 --amount 40000";
    program
        .line(&format!("{charge} --idempotency-key {key}"))
        .says(0, &[]);
    let webhook = format!("{}/notification", inbox.url);
    let outcome = || {
        let (_, state) = inbox.orders("GET", "/orders/order-101", "");
        state["outcome"].as_str().map(str::to_owned)
    };
    program.line(&format!("{SETTLED} --to {webhook}")).says(
        0,
        &[
            "nothing, it is delivered",
            "will not act",
            "next: midtrans pay order-101",
        ],
    );
    assert_eq!(
        eventually(outcome),
        "pending",
        "the gateway was asked, and says so"
    );

    simulator.notify_at(&webhook).unwrap();
    program
        .line("pay order-101")
        .says(0, &["settlement", &webhook]);
    assert_eq!(
        eventually(|| outcome().filter(|outcome| outcome != "pending")),
        "paid"
    );
    inbox.end("-TERM").says(0, &["stopped"]);
}

#[cfg(feature = "postgres")]
#[test]
fn a_shop_that_speaks_sql_and_http_is_told_what_became_of_its_orders_in_postgresql() {
    use sqlx::{Connection, PgConnection};
    let Some((server, runtime)) = postgres_or_skip("midtrans inbox serve") else {
        return;
    };
    let mut shop = runtime
        .block_on(PgConnection::connect(&server.url()))
        .unwrap();
    runtime
        .block_on(sqlx::raw_sql("CREATE ROLE worker LOGIN").execute(&mut shop))
        .unwrap();
    let owner = Program::bare().with("MIDTRANS_INBOX", &server.url());
    owner
        .line("inbox migrate --grants worker")
        .says(0, &["up to date"]);
    // It does with the least rights.
    let place = server.url().replace("://postgres@", "://worker@");
    a_shop_walks(&place, &["--no-migrate"], || {
        let take = sqlx::query_as(
            "DELETE FROM midtrans_change WHERE id = (SELECT id FROM midtrans_next_change
                WHERE retry_at <= (extract(epoch FROM now()) * 1000)::bigint
                ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING order_id, outcome",
        );
        runtime.block_on(take.fetch_optional(&mut shop)).unwrap()
    });
}

#[cfg(feature = "sqlite")]
mod guarded {
    use super::*;

    #[test]
    fn only_who_shows_the_token_reaches_orders() {
        let (_simulator, program) = gateway();
        let folder = Folder::new("guarded");
        let (database, token) = (
            folder.path("shop.db"),
            folder.file("token", format!("{TOKEN}\n")),
        );
        set_mode(&token, 0o644);
        let options = ["--database", &database, "--token-file", &token];
        program
            .run(&[&["inbox", "serve"], &options[..]].concat())
            .says(2, &["others may use", "chmod 600"]);
        set_mode(&token, 0o600);
        let inbox = Running::start(&program, &options);
        for (method, path) in [
            ("PUT", "/orders/o-1"),
            ("GET", "/orders/o-1"),
            ("POST", "/orders/o-1/check"),
        ] {
            for wrong in [None, Some("0123456789abcdef-MARKEX"), Some("")] {
                let (status, answer) = inbox.call(method, path, wrong, "");
                assert_eq!(status, 401, "{method} {path} {wrong:?}");
                assert!(
                    answer["error"].as_str().unwrap().contains("token"),
                    "{answer}"
                );
            }
        }
        assert_eq!(inbox.orders("GET", "/orders/o-1", "").0, 404);
        assert_eq!(inbox.orders("POST", "/orders/o-1/check", "").0, 404);
        let (status, refused) = inbox.orders("PUT", "/orders/o-1", r#"{"amount": "MARKER"}"#);
        assert_eq!(
            (status, refused["error"].as_str().unwrap().split(':').next()),
            (400, Some("amount"))
        );
        assert_eq!(
            inbox.orders("PUT", "/orders/o-1", &"x".repeat(20_000)).0,
            413
        );
        inbox.end("-INT").says(0, &["stopped"]);
    }

    #[test]
    fn without_a_token_orders_are_closed_and_a_guessable_one_is_refused() {
        let (_simulator, program) = gateway();
        let folder = Folder::new("tokenless");
        let program = program.with("MIDTRANS_INBOX", &folder.path("shop.db"));
        program
            .clone()
            .with("MIDTRANS_INBOX_TOKEN", "MARKER")
            .line("inbox serve")
            .says(2, &["at least 16", "openssl"]);
        let inbox = Running::start(&program, &[]);
        let (status, refused) = inbox.call("GET", "/orders/o-1", Some(TOKEN), "");
        assert_eq!(status, 401);
        assert!(
            refused["error"]
                .as_str()
                .unwrap()
                .contains("MIDTRANS_INBOX_TOKEN"),
            "{refused}"
        );
        inbox.end("-TERM").says(0, &["stopped"]);
    }

    #[test]
    fn an_inbox_that_cannot_be_served_is_refused() {
        let folder = Folder::new("unserved");
        let path = folder.path("shop.db");
        let bare = Program::bare().with("MIDTRANS_INBOX", &path);
        bare.line("inbox serve")
            .says(2, &["there is no server key"]);
        let program = Program::keyed().with("MIDTRANS_INBOX", &path);
        program
            .line("inbox serve --no-migrate --listen 127.0.0.1:0")
            .says(2, &["there is no file"]);
        drop(
            rusqlite::Connection::open(&path)
                .unwrap()
                .execute_batch("CREATE TABLE mine (id INTEGER)"),
        );
        program
            .line("inbox serve --no-migrate --listen 127.0.0.1:0")
            .says(1, &["no inbox in this database"]);
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        program
            .run(&["inbox", "serve", "--listen", &address])
            .says(1, &["cannot listen at", "--listen"]);
        program
            .line("inbox serve --questions-per-second 0")
            .says(2, &["questions-per-second"]);
    }

    #[test]
    fn a_second_signal_waits_for_nothing_and_does_not_say_that_all_is_done() {
        let (_simulator, program) = gateway();
        let folder = Folder::new("impatient");
        let inbox = Running::start(
            &program.with("MIDTRANS_INBOX", &folder.path("shop.db")),
            &[],
        );
        let address = inbox.url.strip_prefix("http://").unwrap().to_owned();
        let mut half = std::net::TcpStream::connect(&address).unwrap();
        std::io::Write::write_all(&mut half, b"POST /notification HTTP/1.1\r\nHost: x\r\n")
            .unwrap();
        // It is served, and so is the half before it.
        assert_eq!(inbox.call("GET", "/health", None, "").0, 200);
        crate::program::signal(&inbox.child, "-TERM");
        while std::net::TcpStream::connect(&address).is_ok() {
            std::thread::yield_now();
        }
        inbox.end("-TERM").says(3, &["stopped at once"]);
        drop(half);
    }

    #[test]
    fn an_address_that_others_reach_is_warned_about() {
        let folder = Folder::new("reachable");
        let program = Program::keyed().with("MIDTRANS_INBOX", &folder.path("shop.db"));
        let mut child = program.spawn(&["inbox", "serve", "--json", "--listen", "0.0.0.0:0"]);
        let (_, rest) = first_line(&mut child);
        let inbox = Running {
            child,
            rest: Box::new(rest),
            url: String::new(),
        };
        inbox
            .end("-TERM")
            .says(0, &["can be reached from other machines"]);
    }

    fn set_mode(file: &str, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
    }
}
