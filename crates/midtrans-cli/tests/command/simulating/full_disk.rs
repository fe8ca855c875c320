//! A state file that cannot grow: a file size limit is a full disk that a test can make.

use std::io::BufRead;
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

use midtrans_simulator::Simulator;
use serde_json::{Value, json};

use super::{KEY, Running, agent};
use crate::program::Folder;
use crate::shop::{exchange, status};

/// A shop that takes everything, and the bodies that came.
fn shop() -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let came = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&came);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let body = exchange(stream, &status("200 OK")).body;
            log.lock().unwrap().push(String::from_utf8(body).unwrap());
        }
    });
    (url, came)
}

/// The HTTP status and the gateway's own code.
fn call(method: &str, url: &str, body: &str) -> (u16, String) {
    let request = http::Request::builder().method(method).uri(url);
    let request = request.header("authorization", KEY);
    let mut reply = agent().run(request.body(body.to_owned()).unwrap()).unwrap();
    let text = reply.body_mut().read_to_string().unwrap();
    let json: Value = serde_json::from_str(&text).unwrap();
    let code = json["status_code"].as_str().unwrap().to_owned();
    (reply.status().as_u16(), code)
}

fn charge(order_id: &str) -> String {
    json!({
        "payment_type": "akulaku",
        "transaction_details": {"order_id": order_id, "gross_amount": 44_000},
        "item_details": [{"id": "A", "price": 44_000, "quantity": 1, "name": "Sepatu"}],
        "customer_details": {
            "first_name": "Siti", "last_name": "Rahma", "email": "s@example.com", "phone": "0812",
        },
    })
    .to_string()
}

#[test]
fn what_a_full_disk_did_not_take_is_not_answered_and_not_told() {
    let folder = Folder::new("full-disk");
    let file = folder.path("gateway.db");
    let (shop, told) = shop();
    // SQLite is told that the write failed, and not killed for it. The unit is 512 bytes or 1 KiB.
    let limited = r#"trap "" XFSZ; ulimit -f 200; exec "$0" "$@""#;
    let words = [
        "simulate",
        "--port",
        "0",
        "--state",
        &file,
        "--notification-url",
        &shop,
    ];
    let child = Command::new("sh")
        .args(["-c", limited, env!("CARGO_BIN_EXE_midtrans")])
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let Running {
        mut child,
        output,
        url,
        ..
    } = Running::of(child);
    let reader = thread::spawn(move || {
        let mut lines = output.lines().map_while(Result::ok);
        lines.any(|line| line.contains("not saved"))
    });

    let charged = |number| call("POST", &format!("{url}/v2/charge"), &charge(&order(number)));
    let failed = (0..2_000).find_map(|number| {
        let answer = charged(number);
        (answer != (200, "201".to_owned())).then_some((answer, number))
    });
    let (answer, taken) = failed.unwrap();
    assert_eq!(
        answer,
        (500, "500".to_owned()),
        "it says nothing of the outcome"
    );
    assert!(taken > 10);
    let asked = call("GET", &format!("{url}/v2/{}/status", order(taken)), "");
    assert_eq!(asked.0, 500, "nor does the status");
    let name = format!("\"{}\"", order(taken));
    assert!(!told.lock().unwrap().iter().any(|body| body.contains(&name)));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(reader.join().unwrap(), "the program says so");

    let again = Simulator::builder().state(&file).in_process().unwrap();
    for number in 0..taken {
        assert!(
            again.timeline(&order(number)).is_some(),
            "{} was answered",
            order(number)
        );
    }
}

fn order(number: usize) -> String {
    format!("order-{number}")
}
