//! The table of payment methods in the project's READMEs, written from the registry.
//!
//! `UPDATE=1 cargo test -p midtrans-cli --test readme` rewrites it.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// The words of a language.
struct Words {
    page: &'static str,
    head: [&'static str; 6],
    shapes: [(&'static str, &'static str); 6],
    up_to: &'static str,
    or_more: &'static str,
    cancel: &'static str,
    expire: &'static str,
    no: &'static str,
    yes: &'static str,
    in_parts: &'static str,
    in_full: &'static str,
    /// The units of times: seconds, minutes, hours, days.
    units: [&'static str; 4],
    /// The row of the methods that have no file.
    other: &'static str,
}

const ENGLISH: Words = Words {
    page: "README.md",
    head: [
        "payment method",
        "the customer",
        "time to pay",
        "rupiah",
        "while pending",
        "refund",
    ],
    shapes: [
        ("redirect", "follows a redirect"),
        ("virtual_account", "transfers to a virtual account"),
        ("bill", "pays a bill code"),
        ("payment_code", "shows a code at the counter"),
        ("wallet", "scans a QR code or opens the app"),
        ("confirm_in_app", "confirms in the app"),
    ],
    up_to: "up to",
    or_more: "or more",
    cancel: "cancel",
    expire: "expire",
    no: "no",
    yes: "yes",
    in_parts: "in parts too",
    in_full: "in full",
    units: ["s", "min", "h", "d"],
    other: "| any other, by `method::Other` | does what the answer says | | | | |",
};

const INDONESIAN: Words = Words {
    page: "README.id.md",
    head: [
        "metode pembayaran",
        "yang dilakukan pelanggan",
        "waktu membayar",
        "rupiah",
        "selama pending",
        "refund",
    ],
    shapes: [
        ("redirect", "dialihkan ke halaman pembayaran"),
        ("virtual_account", "mentransfer ke virtual account"),
        ("bill", "membayar kode tagihan"),
        ("payment_code", "menunjukkan kode di kasir"),
        ("wallet", "memindai kode QR atau membuka aplikasi"),
        ("confirm_in_app", "mengonfirmasi di aplikasi"),
    ],
    up_to: "hingga",
    or_more: "ke atas",
    cancel: "cancel",
    expire: "expire",
    no: "tidak ada",
    yes: "ya",
    in_parts: "juga sebagian",
    in_full: "seluruhnya",
    units: ["detik", "menit", "jam", "hari"],
    other: "| metode lain, dengan `method::Other` | mengikuti jawaban gateway | | | | |",
};

const BEGIN: &str = "<!-- methods: written by a test from the registry, see CONTRIBUTING.md -->\n";
const END: &str = "<!-- end of methods -->\n";

#[test]
fn the_readmes_table_of_methods_is_that_of_the_registry() {
    let program = Command::new(env!("CARGO_BIN_EXE_midtrans"))
        .args(["methods", "--json"])
        .output()
        .unwrap();
    let methods: Value = serde_json::from_slice(&program.stdout).unwrap();
    for words in [ENGLISH, INDONESIAN] {
        check(&words, &words.table(methods["methods"].as_array().unwrap()));
    }
}

fn check(words: &Words, expected: &str) {
    let page = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(words.page);
    let text = fs::read_to_string(&page).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (shown, after) = rest.split_once(END).unwrap();
    if shown == expected {
        return;
    }
    assert!(
        env::var_os("UPDATE").is_some_and(|value| value == "1"),
        "{} shows another table than the registry has; UPDATE=1 rewrites it:\n{expected}",
        words.page
    );
    fs::write(&page, format!("{before}{BEGIN}{expected}{END}{after}")).unwrap();
}

impl Words {
    fn table(&self, methods: &[Value]) -> String {
        assert!(methods.len() >= 17, "the whole registry");
        let rows: Vec<String> = methods.iter().map(|method| self.row(method)).collect();
        format!(
            "| {} |\n|---|---|---|---|---|---|\n{}\n{}\n",
            self.head.join(" | "),
            rows.join("\n"),
            self.other
        )
    }

    fn row(&self, method: &Value) -> String {
        let (word, name) = (&method["payment_type"], &method["name"]);
        let cells = [
            format!("`{}`: {}", word.as_str().unwrap(), name.as_str().unwrap()),
            self.shape(&method["shape"]),
            self.time_to_pay(method),
            self.amount(method),
            self.pending(method),
            self.refund(method),
        ];
        format!("| {} |", cells.join(" | "))
    }

    fn shape(&self, shape: &Value) -> String {
        let known = self.shapes.iter().find(|(name, _)| shape == name);
        known.map(|(_, words)| (*words).to_owned()).unwrap()
    }

    fn time_to_pay(&self, method: &Value) -> String {
        let default = self.time(&method["default_expiry_seconds"]);
        if method["default_expiry_seconds"] == method["longest_expiry_seconds"] {
            return default;
        }
        let longest = self.time(&method["longest_expiry_seconds"]);
        format!("{default}, {} {longest}", self.up_to)
    }

    fn amount(&self, method: &Value) -> String {
        let grouped = |amount: &Value| {
            let digits = amount.as_u64().unwrap().to_string();
            let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().collect();
            let groups = groups.into_iter().map(String::from_utf8_lossy);
            groups.collect::<Vec<_>>().join(".")
        };
        let smallest = grouped(&method["smallest_amount"]);
        match &method["largest_amount"] {
            Value::Null => format!("{smallest} {}", self.or_more),
            largest => format!("{smallest} – {}", grouped(largest)),
        }
    }

    fn pending(&self, method: &Value) -> String {
        let words = [
            ("supports_cancel", self.cancel),
            ("supports_expire", self.expire),
        ];
        let words = words.into_iter().filter(|(name, _)| method[*name] == true);
        let words: Vec<_> = words.map(|(_, word)| word).collect();
        if words.is_empty() {
            self.no.to_owned()
        } else {
            words.join(", ")
        }
    }

    fn refund(&self, method: &Value) -> String {
        if method["supports_refund"] == false {
            return self.no.to_owned();
        }
        let parts = if method["supports_partial_refund"] == true {
            self.in_parts
        } else {
            self.in_full
        };
        match &method["refund_window_seconds"] {
            Value::Null => format!("{}, {parts}", self.yes),
            window => format!("{}, {parts}", self.time(window)),
        }
    }

    /// The time in the largest unit without a fraction; a day is 24 hours.
    fn time(&self, seconds: &Value) -> String {
        let seconds = seconds.as_u64().unwrap();
        let (size, unit) = [(86_400, 3), (3_600, 2), (60, 1)]
            .into_iter()
            .find(|(size, _)| seconds >= 2 * size && seconds.is_multiple_of(*size))
            .unwrap_or((1, 0));
        format!("{} {}", seconds / size, self.units[unit])
    }
}
