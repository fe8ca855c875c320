//! The demo in a real browser: one order by each shape of instructions and one by card, on a phone
//! and on a desk.
//!
//! Pictures of all pages are in `target/tmp/browser/screenshots` afterwards.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};

use midtrans_browser_tests::Browser;
use serde_json::{Value, json};

/// The shop as a program, stopped with the test.
struct Demo {
    program: Child,
    url: String,
    /// The lines that the program has printed.
    heard: Receiver<String>,
}

impl Demo {
    fn open() -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_midtrans-shop"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let url = first.rsplit(' ').next().unwrap().to_owned();
        // What it goes on to say is read, so that it never waits for a reader.
        let (told, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let mut lines = lines.map_while(Result::ok);
            lines.try_for_each(|line| told.send(line))
        });
        Self {
            program,
            url,
            heard,
        }
    }

    fn pays(&self, purchases: &[(&str, &str)], way: &str) {
        let Some(browser) = Browser::find_or_skip(
            Path::new(env!("CARGO_TARGET_TMPDIR")),
            "the demo in a browser",
        ) else {
            return;
        };
        let told: Vec<Value> = purchases
            .iter()
            .map(|(offer, how)| {
                json!({ "offer": offer, "how": how, "way": way, "clipboard": *how == "number" })
            })
            .collect();
        let seen = browser.walk("demo.mjs", &json!({ "shop": self.url, "purchases": told }));
        let expected: Vec<&str> = purchases.iter().map(|(offer, _)| *offer).collect();
        assert_eq!(seen, json!(expected));
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// The methods that are chosen on Snap's page, in the popup and in its own window.
const ON_SNAP: [&str; 5] = ["akulaku", "kredivo", "bca_va", "gopay", "credit_card"];

#[test]
fn orders_are_paid_on_snaps_page_in_the_popup_and_in_its_own_window_and_each_is_acted_on_once() {
    let demo = Demo::open();
    let Some(browser) = Browser::find_or_skip(
        Path::new(env!("CARGO_TARGET_TMPDIR")),
        "Snap in the demo in a browser",
    ) else {
        return;
    };
    let told = json!({ "shop": demo.url, "methods": ON_SNAP });
    assert_eq!(browser.walk("demo_snap.mjs", &told), json!(ON_SNAP));
    let said: Vec<String> = demo.heard.try_iter().collect();
    let mut acted: Vec<&String> = said
        .iter()
        .filter(|line| line.ends_with(": paid"))
        .collect();
    // Each method twice; one customer who went back and forth, and one who tried another way.
    assert_eq!(acted.len(), 2 * ON_SNAP.len() + 2, "{said:?}");
    acted.sort();
    acted.dedup();
    assert_eq!(acted.len(), 2 * ON_SNAP.len() + 2, "acted twice: {said:?}");
}

#[test]
fn a_shop_of_one_page_is_paid_with_snap_and_a_reload_is_the_same_order() {
    let demo = Demo::open();
    let Some(browser) = Browser::find_or_skip(
        Path::new(env!("CARGO_TARGET_TMPDIR")),
        "the shop of one page in a browser",
    ) else {
        return;
    };
    let told = json!({ "shop": demo.url });
    assert_eq!(browser.walk("single_page.mjs", &told), json!("paid"));
    let said: Vec<String> = demo.heard.try_iter().collect();
    let acted = said.iter().filter(|line| line.ends_with(": paid")).count();
    assert_eq!(acted, 1, "{said:?}");
}

/// The six shapes, the wallet's in its two ways.
const SHAPES: [(&str, &str); 8] = [
    ("akulaku", "redirect"),
    ("bca", "number"),
    ("echannel", "number"),
    ("indomaret", "number"),
    ("qris", "scan"),
    ("gopay", "app"),
    ("ovo", "prompt"),
    ("credit_card", "redirect"),
];

#[test]
fn each_shape_and_a_card_with_3d_secure_are_paid_on_a_phone() {
    Demo::open().pays(&SHAPES, "phone");
}

#[test]
fn each_shape_and_a_card_with_3d_secure_are_paid_on_a_desk() {
    Demo::open().pays(&SHAPES, "desktop");
}
