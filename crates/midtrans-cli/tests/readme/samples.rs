//! The gateway's samples of answers, for charges of the README.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};

/// A gateway that answers every charge as in its own samples, with the charge's own order and
/// amount.
pub(crate) fn gateway() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = answer(stream);
        }
    });
    url
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head)? > 0 {}
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    let reply = reply(&serde_json::from_slice(&body)?).to_string();
    let length = reply.len();
    write!(
        stream,
        "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{reply}"
    )
}

fn reply(charge: &Value) -> Value {
    let order = &charge["transaction_details"];
    let mut reply = json!({
        "status_code": "201",
        "transaction_id": "be03df7d-2f97-4c8c-a53c-8959f1b67295",
        "order_id": order["order_id"],
        "gross_amount": format!("{}.00", order["gross_amount"]),
        "currency": "IDR",
        "payment_type": charge["payment_type"],
        "transaction_time": "2026-11-24 17:26:19",
        "transaction_status": "pending",
    });
    if charge["payment_type"] == "cstore" {
        reply["status_message"] = json!("Success, cstore transaction is successful");
        reply["store"] = charge["cstore"]["store"].clone();
        reply["payment_code"] = json!("25709650945026");
    } else {
        let bank = &charge["bank_transfer"]["bank"];
        reply["status_message"] = json!("Success, Bank Transfer transaction is created");
        reply["fraud_status"] = json!("accept");
        reply["va_numbers"] = json!([{"bank": bank, "va_number": "812785002530231"}]);
    }
    reply
}
