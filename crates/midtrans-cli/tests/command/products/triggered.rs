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
