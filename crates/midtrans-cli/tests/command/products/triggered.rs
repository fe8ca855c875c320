//! `midtrans trigger` with the events of linked accounts and subscriptions.

use midtrans_protocol::notification::{Message, verify_any};
use midtrans_protocol::{ServerKey, ServerKeys};

use crate::program::{Program, Ran, SERVER_KEY};
use crate::shop::{Shop, status};

/// Triggers an event at a shop that answers so, and returns what was said and sent.
fn sent(event: &str, more: &[&str], answer: &str) -> (Ran, Vec<u8>) {
    let shop = Shop::answering(&[&status(answer)]);
    let words = [&["trigger", event, "--to", &shop.url], more].concat();
    let ran = Program::keyed().run(&words);
    (ran, shop.all().remove(0).body)
}

fn read(body: &[u8]) -> Option<Message> {
    let keys = ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap());
    verify_any(body, &keys).ok()
}

#[test]
fn a_linked_account_is_told_with_a_signature_of_its_own_family() {
    for event in ["pay_account.enabled", "pay_account.disabled"] {
        let (ran, body) = sent(event, &["--set", "account_id=a-1"], "200 OK");
        let told = [
            &format!("event         {event}"),
            "account id    a-1",
            "signed        with your server key",
            "next: midtrans pay-account create",
        ];
        ran.says(0, &told);
        let Some(Message::PayAccount(told)) = read(&body) else {
            panic!("{}", String::from_utf8_lossy(&body));
        };
        assert_eq!(told.account_id().to_string(), "a-1");
    }
}

#[test]
fn a_forged_one_has_to_be_turned_away() {
    let (ran, body) = sent("pay_account.enabled", &["--forge"], "403 Forbidden");
    ran.says(0, &["no, forged: a 4xx is the right answer"]);
    assert!(read(&body).is_none());
    sent("pay_account.enabled", &["--forge"], "200 OK")
        .0
        .says(1, &["forged"]);
}

#[test]
fn a_subscription_is_told_without_a_signature_and_cannot_be_forged() {
    for event in ["subscription.created", "subscription.charge"] {
        let (ran, body) = sent(event, &["--amount", "14000"], "200 OK");
        ran.says(
            0,
            &["signed           no, as the gateway's own: a reason to ask"],
        );
        assert!(
            matches!(read(&body), Some(Message::Subscription(_))),
            "{event}"
        );
        let text = String::from_utf8(body).unwrap();
        assert!(
            text.contains("14000") && !text.contains("signature_key"),
            "{text}"
        );
        let line = format!("trigger {event} --dry-run --forge");
        Program::keyed()
            .line(&line)
            .says(2, &["signs no event of a subscription", "next: "]);
    }
}

#[test]
fn options_of_payments_do_not_go_with_them_and_the_list_names_them() {
    for option in [
        "--payment-type akulaku",
        "--charge a=b",
        "--refund-amount 5000",
    ] {
        let line = format!("trigger pay_account.enabled --dry-run {option}");
        Program::keyed()
            .line(&line)
            .says(2, &["is about payments", "next: leave it out"]);
    }
    let list = [
        "pay_account.enabled   ",
        "subscription.charge   ",
        "settlement  ",
    ];
    Program::bare().line("trigger --list").says(0, &list);
    let told = ["no such event", "--list"];
    Program::keyed()
        .line("trigger pay_account.settled --dry-run")
        .says(2, &told);
    Program::bare()
        .line("trigger pay_account.enabled --dry-run")
        .says(2, &["no server key"]);
}

/// The notification of an event.
fn told(event: &str) -> String {
    Program::keyed()
        .line(&format!("trigger {event} --dry-run"))
        .says(0, &[])
        .out
}

#[test]
fn verify_knows_the_signature_of_a_linked_account_and_that_subscriptions_have_none() {
    let program = Program::keyed();
    let linked = told("pay_account.enabled --set account_id=a-1");
    let verify = ["verify", "-"];
    program.fed(&verify, linked.as_bytes()).says(
        0,
        &[
            "genuine           yes, signed with your server key",
            "about             a linked GoPay account, and no payment",
            "account_status  ENABLED",
            "next: midtrans pay-account get a-1",
        ],
    );
    let forged = linked.replace("ENABLED", "DISABLED");
    program
        .fed(&verify, forged.as_bytes())
        .says(1, &["genuine         no", "HTTP 403"]);
    let charged = told("subscription.charge");
    let ran = program.fed(&verify, charged.as_bytes()).says(
        1,
        &[
            "genuine               unknown: the gateway signs no event of a subscription",
            "transaction_status  capture",
            "next: midtrans subscription get ",
            "next: midtrans status ",
        ],
    );
    assert!(!ran.out.contains("481111-simulated-1114"), "{}", ran.out);
    let json = program
        .fed(&["verify", "-", "--json"], charged.as_bytes())
        .json();
    assert_eq!(
        (&json["genuine"], &json["family"]),
        (&false.into(), &"subscription".into())
    );
    // Neither makes an order paid.
    let order = ["verify", "-", "--order", "order-101", "--amount", "40000"];
    for body in [&linked, &charged] {
        program.fed(&order, body.as_bytes()).says(3, &[]);
    }
}

#[test]
fn listen_hands_every_family_on_and_counts_what_is_signed() {
    use std::io::Read;

    let shop = Shop::answering(&[&status("200 OK"), &status("200 OK")]);
    let folder = crate::program::Folder::new("listen-families");
    let kept = folder.path("kept");
    let words = [
        "listen",
        "--port",
        "0",
        "--count",
        "1",
        "--save",
        &kept,
        "--forward",
        &shop.url,
    ];
    let mut listening = Program::keyed().spawn(&words);
    let (line, mut rest) = crate::program::first_line(&mut listening);
    let url = line
        .split_whitespace()
        .nth(2)
        .unwrap()
        .trim_end_matches(',');
    for event in ["subscription.created", "pay_account.enabled"] {
        let line = format!("trigger {event} --to {url}/notify");
        Program::keyed().line(&line).says(0, &["HTTP 200"]);
    }
    let mut said = String::new();
    rest.read_to_string(&mut said).unwrap();
    let ran = crate::program::ended(listening);
    assert_eq!(ran.code, 0, "{said}{}", ran.err);
    for words in [
        "signs no event of a subscription",
        "a linked GoPay account",
        "-not-genuine-subscription.json",
        "-ENABLED.json",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    let came = shop.all();
    assert!(came.len() == 2 && read(&came[1].body).is_some(), "{came:?}");
}
