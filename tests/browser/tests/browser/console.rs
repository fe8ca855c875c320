//! The console: what it shows, what its buttons do, and that it goes on by itself.

use midtrans_protocol::Rupiah;
use midtrans_simulator::Account;
use midtrans_simulator::gateway::{Choice, Command};
use serde_json::json;

use crate::till::{KEY, Till, browser, order_of};

#[test]
fn the_console_is_for_everybody_in_both_colour_schemes() {
    let Some(browser) = browser("the look of the console") else {
        return;
    };
    let empty = Till::open();
    let till = Till::with(|builder| {
        builder.merchant(Account::new(
            "G222222222",
            "SB-Mid-server-two",
            "SB-Mid-client-two",
        ))
    });
    for (order, payment_type) in [
        ("open-1", "akulaku"),
        ("paid-2", "kredivo"),
        ("declined-3", "akulaku"),
        ("old-4", "kredivo"),
    ] {
        till.charge(payment_type, order);
    }
    let simulator = &till.simulator;
    simulator.choose("paid-2", Choice::Approve).unwrap();
    simulator
        .command("paid-2", Command::Refund(Some(Rupiah::new(50_000))))
        .unwrap();
    simulator.choose("declined-3", Choice::Decline).unwrap();
    simulator.command("old-4", Command::Expire).unwrap();
    simulator.add_fault(
        "reset-after,order=lost-5"
            .parse::<midtrans_simulator::gateway::Rule>()
            .unwrap(),
    );
    simulator.idle();
    simulator
        .notify_at(&format!("{}/broken", till.shop.url()))
        .unwrap();
    till.charge("akulaku", "unheard-6");
    simulator.idle();
    let see = |name: &str, till: &Till, path: &str| json!({"name": format!("console-{name}"), "url": format!("{}{path}", till.simulator.url()), "language": "en"});
    let pages = [
        see("empty", &empty, "/"),
        see("transactions", &till, "/console"),
        see(
            "filtered",
            &till,
            "/console?order=paid&status=partial_refund",
        ),
        see("nothing-fits", &till, "/console?order=none"),
        see("open", &till, "/console/transactions/open-1"),
        see("refunded", &till, "/console/transactions/paid-2"),
        see("unheard", &till, "/console/transactions/unheard-6"),
        see("not-found", &till, "/console/transactions/none"),
        see("calls", &till, "/console/calls"),
        see("settings", &till, "/console/settings"),
    ];
    let _ = browser.walk("look.mjs", &json!({ "pages": pages }));
}

/// The whole walk of a developer.
fn walk(has_scripts: bool) {
    let Some(browser) = browser("a walk through the console") else {
        return;
    };
    let till = Till::open();
    let told = json!({
        "url": till.simulator.url(),
        "hasScripts": has_scripts,
        "charges": [order_of("akulaku", "order-1"), order_of("akulaku", "order-2")],
        "authorization": KEY,
        "broken": format!("{}/broken", till.shop.url()),
    });
    let row = browser.walk("console.mjs", &told);
    assert!(row.as_str().unwrap().contains("partial_refund"), "{row}");
    till.simulator.idle();
    assert_eq!(
        (till.status("order-1"), till.status("order-2")),
        ("partial_refund".to_owned(), "expire".to_owned())
    );
    let first = till.simulator.timeline("order-1").unwrap();
    assert_eq!(first.summary.refunded, Rupiah::new(1_000));
    let attempts = |status: &str| {
        let message = first
            .messages
            .iter()
            .find(|message| message.transaction_status.as_str() == status);
        message.unwrap().attempts.len()
    };
    assert_eq!(
        (attempts("pending"), attempts("settlement")),
        (1, 2),
        "only the one that was sent again"
    );
    let second = till.simulator.timeline("order-2").unwrap();
    assert!(
        second.messages[0].attempts.len() >= 2,
        "at once, and on command"
    );
}

#[test]
fn a_developer_walks_through_the_console_and_it_goes_on_by_itself() {
    walk(true);
}

#[test]
fn a_developer_walks_through_the_console_without_scripts() {
    walk(false);
}

#[test]
fn pages_of_other_sites_press_no_buttons_and_pages_of_another_name_read_nothing() {
    let Some(browser) = browser("other sites and the console") else {
        return;
    };
    let till = Till::open();
    till.charge("akulaku", "order-1");
    let pay_page = till.simulator.timeline("order-1").unwrap().pay_page_url;
    let url = till.simulator.url();
    let here = [
        format!("{url}/console"),
        pay_page,
        format!("{url}/v2/order-1/status"),
        format!("{url}/openapi.json"),
    ];
    let finish = till.shop.finish_url();
    let told = json!({
        // Another port of the same name, and another name: one is the same site for a browser, the
        // other is not.
        "sites": [finish, finish.replace("127.0.0.1", "localhost")],
        "target": format!("{}/console/transactions/order-1/settle", till.simulator.url()),
        "rebound": here.each_ref().map(|address| address.replace("127.0.0.1", "rebound.test")),
    });
    let answers = browser.walk("strangers.mjs", &told);
    let (foreign, name) = (
        "Another site's page may not",
        "The simulator does not go by this name",
    );
    for (at, expected) in [foreign, foreign, name, name, name, name]
        .iter()
        .enumerate()
    {
        assert!(
            answers[at].as_str().unwrap().contains(expected),
            "{answers}"
        );
    }
    assert_eq!(answers[6], json!([403, 403, 403, 403]));
    assert_eq!(till.status("order-1"), "pending");
}
