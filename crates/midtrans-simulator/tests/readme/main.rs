//! The README is true: its shops in other languages are run as they are printed. What it shows of
//! the program is run by the command line's own test.
//!
//! `UPDATE=1 cargo test -p midtrans-simulator --test readme` writes what came into the README.

#![cfg(feature = "console")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use midtrans_packages::{Absence, or_skip};
use midtrans_simulator::gateway::{Choice, DeliveryState, Fault};
use midtrans_simulator::{BlockingSimulator, Simulator};
use midtrans_transcripts::{Page, Shell};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("readme")
        .join(name)
}

/// A shop of the README that runs.
struct Shop {
    child: Child,
    /// Open as long as it runs: what it says has to go somewhere.
    _said: BufReader<ChildStdout>,
    url: String,
}

impl Shop {
    /// Cuts it out of the README and starts it.
    fn start(language: Language, gateway: &str, shell: &Shell) -> Self {
        let source = Page::read(README)
            .block(language.heading(), language.block())
            .to_owned();
        let file = shell.path(language.file());
        std::fs::write(&file, source).unwrap();
        let mut command = Command::new(language.program());
        command
            .arg(file)
            .env("GATEWAY", gateway)
            .env("PORT", "0")
            .env_remove("MIDTRANS_SERVER_KEY");
        let mut child = command
            .stdout(Stdio::piped())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        said.read_line(&mut line).unwrap();
        let url = line
            .trim()
            .strip_prefix("shop at ")
            .expect("the shop says where it is")
            .to_owned();
        Self {
            child,
            _said: said,
            url,
        }
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        // One that has ended by itself is at its end, too.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Clone, Copy)]
enum Language {
    Node,
    Python,
}

impl Language {
    const fn heading(self) -> &'static str {
        match self {
            Self::Node => "Node.js",
            Self::Python => "Python",
        }
    }

    const fn block(self) -> &'static str {
        match self {
            Self::Node => "js",
            Self::Python => "python",
        }
    }

    const fn file(self) -> &'static str {
        match self {
            Self::Node => "shop.mjs",
            Self::Python => "shop.py",
        }
    }

    const fn program(self) -> &'static str {
        match self {
            Self::Node => "node",
            Self::Python => "python3",
        }
    }

    /// Returns an error if this machine lacks the language, or `curl`, which plays the customer.
    fn is_there(self) -> Result<(), Absence> {
        let package = if matches!(self, Self::Node) {
            "nodejs"
        } else {
            "python3"
        };
        for (program, package) in [
            (self.program(), package),
            ("curl", "curl"),
            ("sha512sum", "coreutils"),
        ] {
            let found = Command::new(program)
                .arg("--version")
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            found.map_err(|_| Absence::of_program(program, package))?;
        }
        Ok(())
    }
}

/// A simulator, and a shop of the README on it that is found where the README says.
fn opened(language: Language, name: &str) -> Option<(BlockingSimulator, Shop, Shell)> {
    or_skip(
        &format!("the README's shop in {}", language.heading()),
        language.is_there(),
    )?;
    let simulator = Simulator::builder().serve_blocking().unwrap();
    let shell = Shell::new(&folder(name), &[]);
    let shop = Shop::start(language, simulator.url(), &shell);
    simulator
        .notify_at(&format!("{}/notify", shop.url))
        .unwrap();
    simulator
        .finish_at(&format!("{}/finish", shop.url))
        .unwrap();
    let shell = shell.where_it_says("http://127.0.0.1:8180", simulator.url());
    let shell = shell.where_it_says("http://127.0.0.1:3000", &shop.url);
    Some((simulator, shop, shell))
}

/// The customer in curl, as printed, and then the notification that it led to.
fn walk(language: Language, name: &str) {
    let Some((simulator, _shop, shell)) = opened(language, name) else {
        return;
    };
    let mut page = Page::read(README);
    page.check(&["A shop in another language", "Notifications"], |step| {
        let came = shell.run(step.command);
        simulator.idle();
        came
    });
    let told = simulator.messages();
    let settled = told
        .iter()
        .filter(|message| *message.order_id == *"order-101")
        .nth(1)
        .unwrap();
    let mut page = Page::read(README);
    page.check_block(
        "Notifications",
        "json",
        &format!("{}\n", settled.body.replace(",\"", ",\n \"")),
    );
}

/// Plays what no transcript shows: forged notifications, lost answers, other ends, and the
/// browser's way back.
fn hostile_life(language: Language, name: &str) {
    let Some((simulator, shop, shell)) = opened(language, name) else {
        return;
    };
    let state = |order: &str| shell.run(&format!("curl -s {}/orders/{order}", shop.url));
    let buy = |order: &str| {
        shell.run(&format!(
            "curl -s -o /dev/null -w '%{{http_code}} %{{redirect_url}}' {}/buy/{order}",
            shop.url
        ))
    };
    let notify = |body: &str| {
        std::fs::write(shell.path("told.json"), body).unwrap();
        shell.run(&format!(
            "curl -s -o /dev/null -w '%{{http_code}}' --data-binary @told.json {}/notify",
            shop.url
        ))
    };
    simulator.fail_next(Fault::ResetAfter);
    assert_eq!(buy("order-1"), "503 ", "the answer was lost");
    let page = buy("order-1");
    assert!(
        page.starts_with("303 http://127.0.0.1:8180/v2/akulaku/redirect/"),
        "{page}"
    );
    assert_eq!(buy("order-1"), page, "a second click is the same charge");
    simulator.idle();
    assert_eq!(state("order-1"), "order-1 is new\n");

    // Genuine, and of an order that is not paid: the signature covers no status.
    let pending = simulator.messages()[0]
        .body
        .replace("\"pending\"", "\"settlement\"");
    assert_eq!(notify(&pending), "200");
    assert_eq!(
        state("order-1"),
        "order-1 is new\n",
        "the gateway was asked"
    );
    simulator.choose("order-1", Choice::Approve).unwrap();
    simulator.idle();
    assert_eq!(state("order-1"), "order-1 is paid\n");
    let settled = simulator.messages()[1].body.to_string();
    assert_eq!(notify(&settled), "200", "a repeat");
    assert_eq!(notify(&settled.replace("40000.00", "10000.00")), "403");
    assert_eq!(
        notify(&settled.replace("\"signature_key\":\"", "\"signature_key\":\"0")),
        "403"
    );
    assert_eq!(notify("nonsense"), "503");

    buy("order-2");
    simulator.choose("order-2", Choice::Decline).unwrap();
    simulator.idle();
    assert_eq!(state("order-2"), "order-2 is closed\n");
    assert_eq!(state("order-9"), "order-9 is unknown\n");
    let back = shell.run(&format!("curl -s -d response=%7B%7D {}/finish", shop.url));
    assert!(back.starts_with("Thank you"), "{back}");
    let told = simulator.messages();
    assert!(
        told.iter()
            .all(|message| message.state == DeliveryState::Delivered),
        "{told:?}"
    );
}

#[test]
fn the_node_shop_is_run_as_it_is_printed() {
    walk(Language::Node, "node");
}

#[test]
fn the_python_shop_is_run_as_it_is_printed() {
    walk(Language::Python, "python");
}

#[test]
fn the_node_shop_believes_only_the_gateway() {
    hostile_life(Language::Node, "node-hostile");
}

#[test]
fn the_python_shop_believes_only_the_gateway() {
    hostile_life(Language::Python, "python-hostile");
}
