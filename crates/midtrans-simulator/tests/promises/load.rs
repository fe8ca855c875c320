//! Many notifications at once.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use midtrans_simulator::Simulator;

use crate::api_caller::{KEY, charge};
use crate::sockets::agent;

/// As many as the courier sends at once.
const AT_ONCE: usize = 256;
const ALL: usize = 600;

fn charge_at(agent: &ureq::Agent, url: &str, order_id: &str) -> u16 {
    let request = agent
        .post(format!("{url}/v2/charge"))
        .header("authorization", KEY);
    request
        .send(charge("akulaku", order_id, 44_000).to_string())
        .unwrap()
        .status()
        .as_u16()
}

#[test]
fn a_few_hundred_notifications_are_on_their_way_at_once_and_the_rest_waits() {
    let shop = TcpListener::bind("127.0.0.1:0").unwrap();
    let builder =
        Simulator::builder().notification_url(format!("http://{}/", shop.local_addr().unwrap()));
    let simulator = builder
        .delivery_timeout(Duration::from_secs(600))
        .serve_blocking()
        .unwrap();
    let (arrived, arrivals) = mpsc::channel::<TcpStream>();
    thread::spawn(move || {
        shop.incoming()
            .flatten()
            .try_for_each(|stream| arrived.send(stream))
    });

    let agent = agent();
    for number in 0..ALL {
        assert_eq!(
            charge_at(&agent, simulator.url(), &format!("order-{number}")),
            200
        );
    }
    let mut open: Vec<TcpStream> = arrivals.iter().take(AT_ONCE).collect();
    assert_eq!(
        charge_at(&agent, simulator.url(), "another"),
        200,
        "the API has sockets left"
    );
    assert!(
        arrivals.try_recv().is_err(),
        "the rest waits, although nothing is answered"
    );

    // Each answer lets exactly one more come.
    for _ in 0..=ALL - AT_ONCE {
        answer(open.pop().unwrap());
        open.push(arrivals.recv().unwrap());
    }
    open.into_iter().for_each(answer);
    simulator.idle();
    assert!(
        simulator
            .messages()
            .iter()
            .all(|message| message.attempts.len() == 1)
    );
    assert_eq!(simulator.messages().len(), ALL + 1);
}

fn answer(mut stream: TcpStream) {
    let mut request = [0; 4_096];
    let read = stream.read(&mut request).unwrap();
    assert!(read > 0);
    stream
        .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .unwrap();
}
