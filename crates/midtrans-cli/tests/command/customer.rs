//! The customer's side: pay, decline and open, at a running simulator.

use midtrans_simulator::gateway::Fault;
use midtrans_simulator::{Account, Simulator};

use crate::program::{Folder, Program, SERVER_KEY, gateway};
use crate::shop::{Shop, status, with_body};

#[test]
fn a_customer_pays_by_order_id_and_is_declined_by_transaction_id() {
    let (simulator, program) = gateway();
    let ok = status("200 OK");
    let shop = Shop::answering(&[&ok, &ok, &ok, &ok]);
    simulator.notify_at(&shop.url).unwrap();
    simulator.finish_at("http://127.0.0.1:9/finish").unwrap();
    program
        .line("charge akulaku --order order-1 --amount 40000")
        .says(0, &[]);
    let charged = program
        .line("charge kredivo --order order-2 --amount 40000 --json")
        .says(0, &[])
        .json();
    simulator.idle();
    let to = format!("notification to     {}", shop.url);
    let paid = program.line("pay order-1");
    paid.says(
        0,
        &[
            "order id            order-1",
            "transaction status  settlement",
            &to,
            "browser back to     http://127.0.0.1:9/finish",
        ],
    );
    let id = charged["transaction_id"].as_str().unwrap();
    let declined = program.run(&["decline", id, "--json"]).says(0, &[]).json();
    assert_eq!(
        (&declined["transaction_status"], &declined["order_id"]),
        (&"deny".into(), &"order-2".into())
    );
    assert_eq!(declined["notification_urls"], serde_json::json!([shop.url]));
    simulator.idle();
    let told: Vec<String> = shop
        .all()
        .iter()
        .map(|came| String::from_utf8(came.body.clone()).unwrap())
        .collect();
    assert!(
        told[2].contains("\"transaction_status\":\"settlement\""),
        "{told:?}"
    );
    assert!(
        told[3].contains("\"transaction_status\":\"deny\""),
        "{told:?}"
    );
    program
        .line("status order-1 --amount 40000")
        .says(0, &["paid: fulfil the order, once"]);
}

#[test]
fn only_a_pending_order_that_is_there_can_be_paid() {
    let (simulator, program) = gateway();
    program.line("pay order-1").says(
        1,
        &[
            "there is no such transaction",
            "next: look at its transactions",
        ],
    );
    program
        .line("charge akulaku --order order-1 --amount 40000")
        .says(0, &[]);
    let nowhere = program.line("pay order-1");
    nowhere.says(0, &["nowhere: the simulator has no notification URL"]);
    for again in ["pay order-1", "decline order-1"] {
        program.line(again).says(
            1,
            &[
                "the order is settlement, and only a pending one",
                "next: midtrans status order-1",
            ],
        );
    }
    let json = program.line("pay order-1 --json").says(1, &[]).json();
    assert_eq!(
        (&json["exit_code"], &json["transaction_status"]),
        (&1.into(), &"settlement".into())
    );
    assert!(simulator.timeline("order-1").is_some());
}

#[test]
fn an_order_of_several_merchants_is_paid_by_its_transaction_id() {
    let two = Account::new("G2", "SB-Mid-server-MARKER-two", "SB-Mid-client-MARKER-two");
    let builder = Simulator::builder().server_key(SERVER_KEY).merchant(two);
    let simulator = builder.lenient().serve_blocking().unwrap();
    let first = Program::at(simulator.url());
    let second = first
        .clone()
        .with("MIDTRANS_SERVER_KEY", "SB-Mid-server-MARKER-two");
    first
        .line("charge akulaku --order order-1 --amount 40000")
        .says(0, &[]);
    let charged = second
        .line("charge akulaku --order order-1 --amount 50000 --json")
        .says(0, &[])
        .json();
    let id = charged["transaction_id"].as_str().unwrap();
    for line in ["pay order-1", "decline order-1", "open order-1 --print"] {
        second.line(line).says(
            1,
            &["several merchants have an order of this id: use the transaction id"],
        );
    }
    second
        .line(&format!("pay {id}"))
        .says(0, &["gross amount        50000", "settlement"]);
    first
        .line("status order-1 --amount 40000")
        .says(10, &["pending"]);
}

#[test]
fn what_the_simulator_lets_go_wrong_goes_wrong_for_a_customer_of_the_shell() {
    let (simulator, program) = gateway();
    for (order, fault, words) in [
        (
            "order-1",
            Fault::WalkAway,
            "the order was not paid: it is pending",
        ),
        (
            "order-2",
            Fault::Decline,
            "the order was not paid: it is deny",
        ),
    ] {
        program
            .line(&format!("charge akulaku --order {order} --amount 40000"))
            .says(0, &[]);
        simulator.fail_next(fault);
        let fault = format!("fault             {fault}");
        program
            .line(&format!("pay {order}"))
            .says(1, &[words, &fault, "next: midtrans status"]);
    }
}

#[test]
fn neither_the_sandbox_nor_production_has_a_customer_to_play() {
    for name in ["sandbox", "production"] {
        for line in [
            "pay order-1",
            "decline order-1",
            "open order-1",
            "resend --order order-1",
        ] {
            let words = [
                &format!("the environment is {name}"),
                "next: name the simulator: --simulator",
            ];
            Program::keyed()
                .with("MIDTRANS_ENVIRONMENT", name)
                .line(line)
                .says(2, &words);
            Program::bare()
                .line(&format!("{line} --environment {name}"))
                .says(2, &words);
        }
    }
    let (simulator, program) = gateway();
    program
        .line("charge akulaku --order order-1 --amount 40000")
        .says(0, &[]);
    let named = [
        "pay",
        "order-1",
        "--environment",
        "sandbox",
        "--simulator",
        simulator.url(),
    ];
    Program::bare().run(&named).says(0, &["settlement"]);
    let elsewhere = Program::bare().line("pay order-1 --simulator http://gateway:8180");
    elsewhere.says(
        2,
        &[
            "gateway is another machine",
            "next: add --allow-host gateway",
        ],
    );
}

#[test]
fn a_customer_needs_a_simulator_that_answers() {
    let program = Program::at("http://127.0.0.1:9");
    for line in ["pay order-1", "decline order-1", "open order-1"] {
        program.line(line).says(
            1,
            &[
                "does not answer",
                "next: start one with `midtrans simulate`",
            ],
        );
    }
    let other = Shop::answering(&[&with_body("200 OK", "<html>")]);
    Program::at(&other.url).line("pay order-1").says(
        1,
        &["is no simulator", "next: name the simulator's address"],
    );
    // It takes the choice and says no more.
    let page = r#"{"transaction_id":"t","transaction_status":"pending","pay_page":"/pay/t","redirect_url":"http://x/pay/t"}"#;
    let dying = Shop::answering(&[&with_body("200 OK", page), ""]);
    Program::at(&dying.url).line("pay order-1").says(
        3,
        &["did not answer to the end", "next: midtrans status order-1"],
    );
    let dying = Shop::answering(&[&with_body("200 OK", page), &status("200 OK")]);
    Program::at(&dying.url)
        .line("pay order-1")
        .says(3, &["does not answer", "next: midtrans status order-1"]);
}

#[cfg(unix)]
#[test]
fn the_pay_page_is_opened_in_the_users_browser() {
    use std::os::unix::fs::PermissionsExt;
    let (simulator, program) = gateway();
    program
        .line("charge kredivo --order order-1 --amount 40000")
        .says(0, &[]);
    let url = simulator.timeline("order-1").unwrap().pay_page_url;
    program
        .line("open order-1 --print")
        .says(0, &[&format!("redirect url        {url}"), "pending"]);
    program.line("open order-1").says(
        1,
        &[
            "no browser could be started",
            &url,
            "next: open the address yourself",
        ],
    );
    let folder = Folder::new("browser");
    let browser = folder.file("browser", "#!/bin/sh\nprintf %s \"$1\" > \"$0.opened\"\n");
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o700)).unwrap();
    let program = program.with("BROWSER", &browser);
    assert_eq!(
        program.line("open order-1 --json").says(0, &[]).json()["redirect_url"],
        url.as_str()
    );
    assert_eq!(
        std::fs::read_to_string(folder.path("browser.opened")).unwrap(),
        url
    );
    let file = r#"{"transaction_id":"t","transaction_status":"pending","redirect_url":"file:///etc/passwd"}"#;
    let hostile = Shop::answering(&[&with_body("200 OK", file)]);
    let ran = program
        .with("MIDTRANS_ENVIRONMENT", &hostile.url)
        .line("open order-1");
    ran.says(1, &["no browser could be started", "address is none"]);
}

#[test]
fn a_triggered_settlement_says_that_the_gateway_knows_nothing_and_what_to_do_instead() {
    let (simulator, program) = gateway();
    program
        .line("charge akulaku --order order-1 --amount 40000")
        .says(0, &[]);
    let ok = status("200 OK");
    for (event, instead) in [
        ("settlement", "midtrans pay order-1"),
        ("deny", "midtrans decline order-1"),
        ("expire", "midtrans expire order-1"),
        (
            "partial_refund",
            "midtrans refund order-1 --refund-key r1 --amount 20000",
        ),
    ] {
        let shop = Shop::answering(&[&ok]);
        let event = format!("akulaku.{event}");
        let ran = program.run(&["trigger", &event, "--order", "order-1", "--to", &shop.url]);
        let next = format!("next: {instead} (has it happen at a running simulator)");
        ran.says(
            0,
            &[
                "nothing, it is delivered",
                "The gateway knows nothing of it",
                &next,
            ],
        );
    }
    assert_eq!(
        simulator
            .timeline("order-1")
            .unwrap()
            .summary
            .status
            .as_str(),
        "pending",
        "rightly"
    );
    // As it says, to the letter.
    program.line("pay order-1").says(0, &["settlement"]);
    let shop = Shop::answering(&[&ok]);
    let json = program
        .run(&["trigger", "akulaku.pending", "--json", "--to", &shop.url])
        .says(0, &[])
        .json();
    assert_eq!(
        json["instead"],
        "midtrans charge akulaku --order order-101 --amount 40000"
    );
    let shop = Shop::answering(&[&ok]);
    let words = [
        "trigger",
        "akulaku.pending",
        "--charge",
        "custom_field1=a b",
    ];
    let json = program
        .run(&[&words[..], &["--json", "--to", &shop.url]].concat())
        .says(0, &[])
        .json();
    assert_eq!(
        json["instead"],
        "midtrans charge akulaku --order order-101 --amount 40000 --set 'custom_field1=a b'"
    );
    let forged = Shop::answering(&[&status("403 Forbidden")]);
    let ran = program
        .run(&[
            "trigger",
            "akulaku.settlement",
            "--forge",
            "--to",
            &forged.url,
        ])
        .says(0, &[]);
    assert!(!ran.out.contains("next:"), "{}", ran.out);
}
