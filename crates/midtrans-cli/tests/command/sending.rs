//! Commands that send notifications: trigger and resend.

use midtrans_protocol::{ServerKey, ServerKeys, notification};

use crate::program::{Folder, Program, SERVER_KEY};
use crate::shop::{Shop, status, with_body};

fn keys() -> ServerKeys {
    ServerKeys::from(ServerKey::new(SERVER_KEY).unwrap())
}

#[test]
fn every_event_arrives_as_the_gateway_sends_it() {
    let events = Program::bare()
        .line("trigger --list --json")
        .says(0, &[])
        .json();
    let events: Vec<_> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event.as_str().unwrap())
        .collect();
    for word in [
        "pending",
        "settlement",
        "deny",
        "cancel",
        "expire",
        "partial_refund",
        "refund",
    ] {
        assert!(events.contains(&word), "{word}");
    }
    for (at, event) in events.iter().enumerate() {
        let payment_type = match *event {
            "authorize" | "capture" | "challenge" => "credit_card",
            _ => ["akulaku", "kredivo"][at % 2],
        };
        let shop = Shop::answering(&[&status("200 OK")]);
        let ran = Program::keyed().run(&[
            "trigger",
            &format!("{payment_type}.{event}"),
            "--to",
            &shop.url,
            "--order",
            "o-7",
        ]);
        ran.says(
            0,
            &[
                "HTTP 200",
                "nothing, it is delivered",
                "with your server key",
            ],
        );
        let came = shop.all().pop().unwrap();
        assert!(came.head.starts_with("post / http/1.1\r\n"));
        for header in [
            "user-agent: veritrans",
            "content-type: application/json",
            "accept: application/json",
        ] {
            assert!(came.head.contains(header), "{}", came.head);
        }
        assert!(!came.head.contains("authorization"));
        let told = notification::verify(&came.body, &keys()).unwrap();
        assert_eq!(told.order_id(), "o-7");
        assert_eq!(
            told.reported().payment_type().unwrap().as_str(),
            payment_type
        );
        assert_eq!(
            told.reported().transaction_status().unwrap().as_str(),
            match *event {
                "challenge" => "capture",
                event => event.trim_end_matches("_confirmed"),
            }
        );
    }
}

#[test]
fn fields_are_changed_before_signing_and_the_same_may_come_several_times() {
    let ok = status("200 OK");
    let shop = Shop::answering(&[&ok, &ok, &ok]);
    let line = "trigger akulaku.settlement --set gross_amount=1.00 --set metadata.a:=7 --unset currency --times 3 --json --to";
    let words: Vec<_> = line.split(' ').chain([shop.url.as_str()]).collect();
    let json = Program::keyed().run(&words).says(0, &[]).json();
    assert_eq!(json["deliveries"].as_array().unwrap().len(), 3);
    let came = shop.all();
    assert!(came.iter().all(|one| one.body == came[0].body));
    let told = notification::verify(&came[0].body, &keys()).unwrap();
    assert_eq!(told.gross_amount().as_str(), "1.00");
    assert_eq!(told.reported().metadata().unwrap()["a"], 7);
    assert!(told.reported().currency().is_none());
    let program = Program::keyed();
    program
        .line("trigger akulaku.settlement --dry-run --set signature_key=0")
        .says(2, &["next: add --forge"]);
    program
        .line("trigger akulaku.settlement --dry-run --unset order_id")
        .says(2, &["nothing to sign"]);
    program
        .line("trigger akulaku.settlement --dry-run --set order_id")
        .says(2, &["FIELD=VALUE"]);
    program
        .line("trigger akulaku.partial_refund --dry-run --refund-amount 40000")
        .says(2, &["less than the amount"]);
    program
        .line("trigger akulaku.nonsense --dry-run")
        .says(2, &["no such event"]);
}

#[test]
fn a_payment_type_is_named_and_never_guessed() {
    let program = Program::keyed();
    program.line("trigger settlement --dry-run").says(
        2,
        &[
            "the payment type of the event is missing",
            "next: put it in front",
        ],
    );
    let named = program.line("trigger settlement --dry-run --payment-type kredivo");
    assert_eq!(named.says(0, &[]).json()["payment_type"], "kredivo");
    program
        .line("trigger wallet_of_2030.settlement --dry-run")
        .says(2, &["plays no payments of the type wallet_of_2030 yet"]);
    let line = "trigger akulaku.settlement --set payment_type=wallet_of_2030 --dry-run";
    let told = program.line(line).says(0, &[]).json();
    assert_eq!(told["payment_type"], "wallet_of_2030");
    program
        .line("trigger bank_transfer.settlement --dry-run")
        .says(
            2,
            &[
                "bank_transfer.bank",
                "next: give it with --charge bank_transfer.bank=TEXT",
            ],
        );
    let line = "trigger bank_transfer.settlement --dry-run --charge bank_transfer.bank=bca";
    let told = program.line(line).says(0, &[]).json();
    assert_eq!(told["va_numbers"][0]["bank"], "bca");
    let line = "trigger cstore.deny --dry-run --charge cstore.store=alfamart";
    program
        .line(line)
        .says(2, &["this never happens to a payment of the type cstore"]);
    program
        .line("trigger MARKER.settlement --dry-run")
        .says(2, &["expected the gateway's name of a payment method"]);
}

#[test]
fn a_forged_one_is_not_genuine_and_needs_no_key() {
    let shop = Shop::answering(&[&status("403 Forbidden")]);
    let ran = Program::bare().run(&[
        "trigger",
        "akulaku.settlement",
        "--forge",
        "--to",
        &shop.url,
    ]);
    ran.says(
        0,
        &[
            "forged: a 4xx is the right answer",
            "HTTP 403",
            "up to 5 times",
        ],
    );
    assert!(notification::verify(&shop.all()[0].body, &keys()).is_err());
    let trusting = Shop::answering(&[&status("200 OK")]);
    Program::bare()
        .run(&[
            "trigger",
            "akulaku.settlement",
            "--forge",
            "--to",
            &trusting.url,
        ])
        .says(1, &["HTTP 200"]);
    let dry = Program::bare()
        .line("trigger akulaku.settlement --forge --dry-run --set signature_key=abc")
        .says(0, &[]);
    assert_eq!(dry.json()["signature_key"], "abc");
}

#[test]
fn the_answer_says_what_the_gateway_would_do_next() {
    for (answer, words) in [
        ("500 Oops", "once, after 2 min"),
        ("503 Busy", "up to 4 times, after 2, 10, 30, 90 min"),
        ("404 Not Found", "up to 2 times, after 2, 10 min"),
    ] {
        let shop = Shop::answering(&[&status(answer)]);
        Program::keyed()
            .run(&["trigger", "akulaku.pending", "--to", &shop.url])
            .says(1, &[words]);
    }
    Program::keyed()
        .line("trigger akulaku.pending --to http://127.0.0.1:9/")
        .says(1, &["not reachable"]);
    let shop = Shop::answering(&[""]);
    Program::keyed()
        .run(&["trigger", "akulaku.pending", "--to", &shop.url])
        .says(3, &["the connection broke", "up to 5 times"]);
}

#[test]
fn only_redirects_that_keep_the_body_are_followed() {
    let moved =
        |line: &str, to: &str| status(line).replacen("\r\n", &format!("\r\nlocation: {to}\r\n"), 1);
    for line in ["301 Moved", "302 Found", "303 See Other"] {
        let shop = Shop::answering(&[&moved(line, "/elsewhere")]);
        let ran = Program::keyed().run(&["trigger", "akulaku.pending", "--to", &shop.url]);
        ran.says(1, &[&format!("HTTP {}", &line[..3]), "not sent again"]);
    }
    let shop = Shop::answering(&[&moved("308 Moved", "/elsewhere"), &status("200 OK")]);
    let ran = Program::keyed().run(&["trigger", "akulaku.pending", "--to", &shop.url]);
    ran.says(0, &[&format!("redirected to  {}/elsewhere", shop.url)]);
    let came = shop.all();
    assert_eq!(came[0].body, came[1].body);
    let shop = Shop::answering(&[&moved("307 Moved", "http://192.168.0.9/")]);
    let ran = Program::keyed().run(&["trigger", "akulaku.pending", "--to", &shop.url]);
    ran.says(
        1,
        &[
            "HTTP 307",
            "192.168.0.9 is another machine",
            "next: add --allow-host 192.168.0.9",
        ],
    );
    assert_eq!(
        shop.all().len(),
        1,
        "exit 2 would mean that nothing was sent"
    );
}

#[test]
fn what_was_delivered_before_a_redirect_to_another_machine_is_reported() {
    let away = status("308 Moved").replacen("\r\n", "\r\nlocation: http://192.168.0.9/\r\n", 1);
    let shop = Shop::answering(&[&status("200 OK"), &away]);
    let ran = Program::keyed().run(&[
        "trigger",
        "akulaku.pending",
        "--times",
        "2",
        "--json",
        "--to",
        &shop.url,
    ]);
    let json = ran.says(1, &[]).json();
    assert_eq!(
        (
            &json["deliveries"][0]["status"],
            &json["deliveries"][1]["status"]
        ),
        (&200.into(), &308.into())
    );
    assert_eq!(
        json["deliveries"][1]["not_followed_to"],
        "http://192.168.0.9/"
    );
    assert_eq!(shop.all().len(), 2);
}

#[test]
fn what_may_have_arrived_outweighs_what_was_turned_away() {
    let shop = Shop::answering(&[&status("500 Oops"), "", &status("200 OK")]);
    let ran = Program::keyed().run(&[
        "trigger",
        "akulaku.pending",
        "--times",
        "3",
        "--to",
        &shop.url,
    ]);
    ran.says(3, &["HTTP 500", "the connection broke", "HTTP 200"]);
}

#[test]
fn all_files_are_read_before_the_first_is_sent() {
    let folder = Folder::new("resend-all");
    let good = folder.file("good.json", "{}");
    let long = folder.file("long.json", vec![b' '; (1 << 20) + 1]);
    let shop = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    shop.set_nonblocking(true).unwrap();
    let url = format!("http://{}/", shop.local_addr().unwrap());
    for bad in ["/nowhere", &long] {
        Program::bare()
            .run(&["resend", &good, bad, "--to", &url])
            .says(2, &[bad]);
    }
    Program::bare()
        .run(&["resend", "-", &good, "-", "--to", &url])
        .says(2, &["- is there twice"]);
    assert_eq!(
        shop.accept().unwrap_err().kind(),
        std::io::ErrorKind::WouldBlock,
        "nothing was sent"
    );
}

#[test]
fn a_notification_of_one_mib_is_sent_again_whole() {
    let body = vec![b' '; 1 << 20];
    let shop = Shop::answering(&[&status("200 OK")]);
    Program::bare()
        .fed(&["resend", "-", "--to", &shop.url], &body)
        .says(0, &["nothing, it is delivered"]);
    assert_eq!(shop.all()[0].body.len(), body.len());
}

#[test]
fn other_machines_are_sent_to_only_by_name() {
    let program = Program::keyed();
    let words = "trigger akulaku.pending --to http://shop.invalid/n";
    program.line(words).says(
        2,
        &["another machine", "next: add --allow-host shop.invalid"],
    );
    program
        .line(&format!("{words} --allow-host shop.invalid"))
        .says(1, &["not reachable"]);
    program
        .line("trigger akulaku.pending --to http://127.0.0.1@shop.invalid/")
        .says(2, &["not usable"]);
    program.line("trigger akulaku.pending").says(2, &["--to"]);
}

#[test]
fn a_kept_file_goes_out_again_byte_for_byte() {
    let folder = Folder::new("resend");
    let bytes = b" {\"order_id\" : 1.0, \"x\":\"\xff\"}\n";
    let file = folder.file("kept.json", bytes);
    let shop = Shop::answering(&[&status("200 OK"), &status("204 No Content")]);
    let program = Program::bare();
    program
        .run(&["resend", &file, "--to", &shop.url])
        .says(0, &["HTTP 200"]);
    let json = program
        .fed(&["resend", "-", "--to", &shop.url, "--json"], bytes)
        .says(0, &[])
        .json();
    assert_eq!(json["deliveries"][0]["status"], 204);
    assert!(shop.all().iter().all(|came| came.body == bytes));
    program.run(&["resend", &file]).says(2, &["--to"]);
    program.line("resend").says(2, &[]);
}

#[test]
fn a_running_simulator_is_asked_to_send_again() {
    let resent = with_body("200 OK", r#"{"resent":2}"#);
    let shop = Shop::answering(&[&resent, &resent]);
    Program::at(&shop.url)
        .line("resend --order order-101")
        .says(0, &["resent     2"]);
    let ran = Program::bare().run(&[
        "resend",
        "--order",
        "order-101",
        "--simulator",
        &shop.url,
        "--json",
    ]);
    assert_eq!(ran.says(0, &[]).json()["resent"], 2);
    for came in shop.all() {
        assert!(
            came.head
                .starts_with("post /console/transactions/order-101/resend http/1.1\r\n"),
            "{}",
            came.head
        );
        assert!(came.head.contains("accept: application/json"));
    }
    for (answer, words) in [
        (
            with_body("404 Not Found", r#"{"error":"no such transaction"}"#),
            "sent nothing: no such transaction",
        ),
        (
            with_body("409 Conflict", r#"{"error":"it is still being sent"}"#),
            "it is still being sent",
        ),
        (
            with_body("200 OK", "<html>"),
            "no simulator that can do this",
        ),
    ] {
        let shop = Shop::answering(&[&answer]);
        Program::at(&shop.url)
            .line("resend --order order-101")
            .says(1, &[words]);
    }
    let silent = Shop::answering(&[""]);
    Program::at(&silent.url)
        .line("resend --order order-101")
        .says(3, &["did not answer to the end", "console"]);
    let unreachable =
        Program::bare().line("resend --order order-101 --simulator http://127.0.0.1:9");
    unreachable.says(
        1,
        &[
            "does not answer",
            "next: start one with `midtrans simulate`",
        ],
    );
}
