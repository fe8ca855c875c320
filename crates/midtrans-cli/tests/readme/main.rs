//! The README's transcripts are typed again, in one walk from the first page to the last, and held
//! against what is shown.
//!
//! `UPDATE=1 cargo test -p midtrans-cli --test readme` writes what came into the pages. Times, ids
//! and pauses that differ are no difference.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![cfg(all(unix, feature = "sqlite"))]

mod merchant;
mod methods;
mod simulator;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::SystemTime;

use midtrans_inbox::Expectation;
use midtrans_protocol::ids::IdempotencyKey;
use midtrans_protocol::method::Akulaku;
use midtrans_protocol::{Charge, OrderId, Rupiah, TransactionDetails};
use midtrans_simulator::gateway::pay_accounts::LinkChoice;
use midtrans_simulator::gateway::{Choice, Fault, Rule};
use midtrans_simulator::{BlockingSimulator, Simulator};
use midtrans_transcripts::{Page, Shell, Step};

use merchant::Merchant;

const KEY: &str = "SB-Mid-server-simulator";
const CARD: &str =
    "card_number=4811 1111 1111 1114\ncard_exp_month=12\ncard_exp_year=2049\ncard_cvv=123\n";
/// A page of the history in the shape of the gateway's sample.
const HISTORY: &str = r#"{"responseCode":"2001200","responseMessage":"Success","detailData":[
    {"dateTime":"2026-03-03T12:08:56+07:00","amount":{"value":"40000.00","currency":"IDR"},
        "additionalInfo":{"partnerReferenceNo":"order-101","status":"SETTLEMENT","type":"PAYMENT",
            "channel":"qris","fee":{"value":"280.00","currency":"IDR"}}},
    {"dateTime":"2026-03-04T09:15:20+07:00","amount":{"value":"80000.00","currency":"IDR"},
        "additionalInfo":{"partnerReferenceNo":"order-102","status":"EXPIRED","type":"PAYMENT",
            "channel":"bca","fee":{"value":"0.00","currency":"IDR"}}}]}"#;
const PROGRAM: (&str, &str) = ("midtrans", env!("CARGO_BIN_EXE_midtrans"));

fn page(name: &str) -> Page {
    Page::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(name))
}

fn shell(name: &str) -> Shell {
    Shell::new(
        &Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("readme")
            .join(name),
        &[PROGRAM],
    )
}

/// Returns the simulator's URL, the last word of its first line.
fn url_in(said: &str) -> String {
    let first = said.lines().next().unwrap();
    first.rsplit(' ').next().unwrap().to_owned()
}

/// The surroundings of the README's commands: a simulator, a shop's webhook, and a shell with the
/// variables that it names.
struct Stage {
    simulator: BlockingSimulator,
    merchant: Merchant,
    shell: Shell,
}

impl Stage {
    fn set() -> Self {
        // Its numbers and codes are the same in each run.
        let simulator = Simulator::builder().seed(7).serve_blocking().unwrap();
        let merchant = Merchant::open(KEY);
        simulator
            .notify_at(&format!("{}/midtrans/notification", merchant.url))
            .unwrap();
        simulator.finish_at("http://127.0.0.1:9/finish").unwrap();
        let shell = shell("walk")
            .with("MIDTRANS_ENVIRONMENT", simulator.url())
            .with("MIDTRANS_SERVER_KEY", KEY)
            .with("MIDTRANS_CLIENT_KEY", "SB-Mid-client-simulator")
            .where_it_says("http://127.0.0.1:8180", simulator.url())
            .where_it_says("http://127.0.0.1:3000/finish", "http://127.0.0.1:9/finish")
            .where_it_says("http://127.0.0.1:3000", &merchant.url);
        Self {
            simulator,
            merchant,
            shell,
        }
    }

    /// Does what has to have happened before a command, where no command of the page does it.
    fn prepare(&self, step: &Step<'_>) {
        match (step.heading, step.command) {
            ("Keys", _) => {
                fs::write(
                    self.shell.path("keys.env"),
                    format!("MIDTRANS_SERVER_KEY={KEY}\n"),
                )
                .unwrap();
                fs::set_permissions(
                    self.shell.path("keys.env"),
                    fs::Permissions::from_mode(0o644),
                )
                .unwrap();
            }
            ("card", command) if command.contains("card token") => {
                let file = self.shell.path("card.env");
                fs::write(&file, CARD).unwrap();
                fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
            }
            ("charge", command) if command.contains("echo $?") => {
                self.simulator
                    .add_fault(Rule::new(Fault::ResetBefore).times(3));
            }
            ("status", _) => drop(self.simulator.choose("order-101", Choice::Approve)),
            ("cancel and expire", "midtrans cancel order-102") => {
                self.charge(&["order-102", "order-103"])
            }
            ("pay, decline and open", "midtrans pay order-104") => {
                self.charge(&["order-104", "order-105", "order-106"])
            }
            ("verify", command) => {
                let forge = if command.contains("forged") {
                    "--forge"
                } else {
                    ""
                };
                let file = if command.contains("forged") {
                    "forged.json"
                } else {
                    "notification.json"
                };
                let said = self.shell.run(&format!(
                    "midtrans trigger akulaku.settlement {forge} --dry-run > {file}"
                ));
                assert_eq!(said, "");
            }
            ("inbox", command) if command.starts_with("midtrans inbox counts") => {
                shop_with_a_dead_letter(&self.shell, 1, "no such table: stock");
            }
            _ => self.prepare_product(step),
        }
    }

    fn prepare_product(&self, step: &Step<'_>) {
        match (step.heading, step.command) {
            ("subscription", command) if command.contains("create") => self.save_a_card(),
            ("pay-account", command) => {
                if let Some(id) = command.strip_prefix("midtrans pay-account get ") {
                    self.confirm_link(id);
                }
            }
            ("history", command) if command.contains("--reply") => {
                fs::write(self.shell.path("answer.json"), HISTORY).unwrap();
            }
            _ => {}
        }
    }

    /// A file with the token of a saved card, as its owner keeps it.
    fn save_a_card(&self) {
        let said = self
            .shell
            .run("midtrans card register --from card.env --json");
        let saved: serde_json::Value = serde_json::from_str(&said).unwrap();
        let file = self.shell.path("card.token");
        fs::write(&file, saved["saved_token_id"].as_str().unwrap()).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// The customer confirms the link in the app.
    fn confirm_link(&self, id: &str) {
        let linked = self.simulator.with_accounts(|accounts, now| {
            let account = accounts.having_pay_account(id)?;
            account.link(id, LinkChoice::Confirm, now)
        });
        assert_eq!(linked, Some(true));
    }

    fn charge(&self, orders: &[&str]) {
        for order in orders
            .iter()
            .filter(|order| self.simulator.timeline(order).is_none())
        {
            charge(&self.shell, order, "");
        }
    }

    fn run(&self, step: &Step<'_>) -> String {
        self.prepare(step);
        match step.heading {
            "simulate" => self.simulate(step.command),
            "listen" => self.listen(step.command),
            _ => {
                let came = self.shell.run(step.command);
                self.simulator.idle();
                came
            }
        }
    }

    /// The simulator as a program: it is charged once, and ended when it has notified the shop.
    fn simulate(&self, command: &str) -> String {
        let command = command.replace("simulate", "simulate --port 0");
        let mut url = String::new();
        let then = |said: &str| {
            url = url_in(said);
            charge(&self.shell, "order-101", &format!("--environment {url}"));
        };
        // Its reader has not exported a key yet.
        let shell = shell("program").where_it_says("http://127.0.0.1:3000", &self.merchant.url);
        let came = shell.run_until(&command, "Ctrl-C ends it", then, "notify  order-101");
        came.replace(&url, "http://127.0.0.1:8180")
    }

    /// A listener that hears of one payment.
    fn listen(&self, command: &str) -> String {
        let mut url = String::new();
        let then = |said: &str| {
            url = said
                .split_whitespace()
                .nth(2)
                .unwrap()
                .trim_end_matches(',')
                .to_owned();
            let trigger = "midtrans trigger akulaku.settlement --order order-101 --amount 40000";
            let said = self
                .shell
                .run(&format!("{trigger} --to {url}/midtrans/notification"));
            assert!(said.contains("HTTP 200"), "{said}");
        };
        let came = self.shell.run_until(
            &format!("{command} --port 0"),
            "any path",
            then,
            "answered ",
        );
        came.replace(&url, "http://127.0.0.1:3000")
    }
}

fn charge(shell: &Shell, order: &str, options: &str) {
    let item = "id=SHOE-42,name=Sepatu,price=40000";
    let customer = "first_name=Siti,last_name=Rahma,email=siti@example.com,phone=08123456789";
    let words = format!(
        "--order {order} --amount 40000 --item {item} --customer {customer} --json {options}"
    );
    let said = shell.run(&format!("midtrans charge akulaku {words}"));
    assert!(
        said.contains("\"transaction_status\":\"pending\""),
        "{said}"
    );
}

/// Two orders of a shop whose handler failed ten times for the first one, as a worker leaves them.
fn shop_with_a_dead_letter(shell: &Shell, change: i64, reason: &str) {
    let mut connection = rusqlite::Connection::open(shell.path("shop.db")).unwrap();
    let now = SystemTime::now();
    let transaction = connection.transaction().unwrap();
    for order in ["order-101", "order-102"] {
        let details =
            TransactionDetails::new(OrderId::new(order).unwrap(), Rupiah::new(40_000)).unwrap();
        let key = IdempotencyKey::new(format!("key-{order}")).unwrap();
        let charge = Charge::builder(details, Akulaku).minimal().build().unwrap();
        let expected = Expectation::of(&charge, key, now);
        let _ = midtrans_inbox_sqlite::expect_in(&transaction, &expected, now).unwrap();
    }
    transaction.commit().unwrap();
    let told = shell.run("midtrans trigger akulaku.settlement --dry-run");
    let keys = midtrans_protocol::ServerKeys::from(midtrans_protocol::ServerKey::new(KEY).unwrap());
    let told = midtrans_protocol::notification::verify(told.as_bytes(), &keys).unwrap();
    let _ = midtrans_inbox_sqlite::accept(&connection, &told, now).unwrap();
    connection.execute_batch(ANSWERED).unwrap();
    connection.execute(DEAD_LETTER, (change, reason)).unwrap();
}

/// The results of the gateway's answers.
const ANSWERED: &str = "
    DELETE FROM midtrans_wake;
    UPDATE midtrans_order SET outcome = CASE order_id WHEN 'order-101' THEN 'paid' ELSE 'pending' END;
    UPDATE midtrans_order SET check_at = NULL WHERE order_id = 'order-101'";

const DEAD_LETTER: &str = "INSERT INTO midtrans_change
        (id, order_id, amount, payment_type, transaction_id, outcome, refunds, changed_at, failures, retry_at, reason)
    VALUES (?, 'order-101', 40000, 'akulaku', 't-1', 'paid', '[]', CAST(unixepoch() AS INTEGER) * 1000, 10, NULL, ?)";

#[test]
fn the_readme_shows_what_its_commands_say() {
    let stage = Stage::set();
    page("README.md").check(&[], |step| stage.run(&step));
}

#[test]
fn the_page_about_the_inbox_shows_what_its_commands_say() {
    let shell = shell("inbox")
        .with("MIDTRANS_INBOX", "shop.db")
        .with("MIDTRANS_SERVER_KEY", KEY);
    assert!(shell.run("midtrans inbox migrate").contains("up to date"));
    shop_with_a_dead_letter(&shell, 7, "relation \"stock\" does not exist");
    page("INBOX.md").check(&[], |step| shell.run(step.command));
}

#[test]
fn the_projects_readme_begins_with_commands_that_work() {
    let shown = page("../../README.md")
        .block("From the command line", "sh")
        .to_owned();
    let simulator = Simulator::builder().lenient().serve_blocking().unwrap();
    assert!(shown.contains("midtrans simulate --lenient &"), "{shown}");
    // It is installed, and the simulator runs.
    let is_typed =
        |line: &&str| !line.starts_with("cargo install") && !line.starts_with("midtrans simulate");
    let commands: Vec<&str> = shown.lines().filter(is_typed).collect();
    let shell = shell("project").where_it_says("http://127.0.0.1:8180", simulator.url());
    let came = shell.run(&format!(
        "set -e\n{}\necho all of them",
        commands.join("\n")
    ));
    assert!(came.ends_with("all of them\n"), "{came}");
    assert_eq!(
        came.matches("paid: fulfil the order, once").count(),
        2,
        "{came}"
    );
}
