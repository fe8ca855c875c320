//! The commands of the products beside the Core API: Snap, subscriptions, linked accounts, payment
//! links, invoices, balance and history.

mod balance;
mod history;
mod hostile;
mod invoice;
mod link;
mod pay_account;
mod snap;
mod subscription;
mod triggered;
mod unanswered;

use serde_json::Value;

use crate::program::{Folder, Program, Ran};
use crate::shop::{Came, Shop, with_body};

/// The body of the only request that came.
fn body(came: &[Came]) -> Value {
    serde_json::from_slice(&came[0].body).unwrap()
}

/// Runs a command at a gateway that answers so, and returns what was said and what came.
fn asked(words: &[&str], status: &str, answer: &Value) -> (Ran, Vec<Came>) {
    fed(words, b"", status, answer)
}

/// The same with something on standard input.
fn fed(words: &[&str], input: &[u8], status: &str, answer: &Value) -> (Ran, Vec<Came>) {
    let gateway = Shop::answering(&[&with_body(status, &answer.to_string())]);
    let ran = Program::at(&gateway.url).fed(words, input);
    (ran, gateway.all())
}

/// The words of a line without spaces in a word.
fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// A file that only its owner may read.
#[cfg(unix)]
fn secret(folder: &Folder, name: &str, text: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let file = folder.file(name, text);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    file
}

#[cfg(not(unix))]
fn secret(folder: &Folder, name: &str, text: &str) -> String {
    folder.file(name, text)
}
