//! Runs the table against a mounted adapter.

use std::io;
use std::net::SocketAddr;
use std::thread;

use crate::client::{Connection, Leaving, Response};
use crate::departure::{self, End};
use crate::message::{OTHER_FAMILIES, settlement, settlement_of_batik};
use crate::request::{Payload, Request};
use crate::shop::{self, DEADLINE, EXTRACTED, FINISH, MERCHANTS, NOTIFICATION};
use crate::table::{Body, Row, table};

/// Sends every line of the table and names those that are answered otherwise.
///
/// # Panics
/// If a line is broken.
#[expect(clippy::panic, reason = "this is a test's assertion")]
pub fn hold(server: SocketAddr) {
    let broken: Vec<String> = table()
        .iter()
        .filter_map(|row| keep(server, row).err())
        .collect();
    if !broken.is_empty() {
        panic!("{} lines broken:\n{}", broken.len(), broken.join("\n"));
    }
    let families: Vec<_> = OTHER_FAMILIES.iter().map(|(family, _)| *family).collect();
    assert_eq!(shop::told(), families, "each is told once");
}

/// Sends bodies that stop after so many bytes, to the webhook and to the extractors, which have no
/// deadline to be set: each is answered when the deadline has passed, which begins with the head.
///
/// # Panics
/// If one of them is answered otherwise.
pub fn hold_stalled(server: SocketAddr, lengths: &[usize]) {
    let all = lengths.iter().flat_map(|sent| stalled(*sent));
    let asking: Vec<_> = all
        .map(|one| thread::spawn(move || assert_answered(server, &one)))
        .collect();
    for asked in asking {
        asked.join().expect("it is answered as it should be");
    }
}

/// Sends fewer bytes of a body than a framework reads before its routes see the request: it is not
/// answered when the deadline has passed, and is answered when the rest has come. With `peeked`
/// bytes the deadline holds.
///
/// # Panics
/// If it is otherwise: then the adapter's documentation has to be changed, and [`hold_stalled`]
/// tried with no byte.
pub fn hold_that_it_peeks(server: SocketAddr, peeked: usize) {
    let waiting: Vec<_> = [0, 1, peeked - 1]
        .into_iter()
        .map(|sent| thread::spawn(move || hold_one_that_waits(server, sent)))
        .collect();
    assert_answered(server, &(begun(NOTIFICATION, peeked), 503, ""));
    for waited in waiting {
        waited.join().expect("it waits as it should");
    }
}

/// Sends the rest of a body only when the deadline has passed: it is answered then.
fn hold_one_that_waits(server: SocketAddr, sent: usize) {
    let request = begun(NOTIFICATION, sent);
    let mut connection = Connection::waiting(server, 2 * DEADLINE).expect("the server listens");
    connection.send(&request).expect("a beginning is taken");
    assert!(
        connection.answer().is_err(),
        "{request:?} is answered before its first bytes have come"
    );
    connection.step(&request.rest()).expect("the rest is taken");
    assert_eq!(
        connection.answer().expect("an answer").status,
        200,
        "{request:?}"
    );
}

/// A request, the status that must come back, and words of its page.
type Stalled = (Request, u16, &'static str);

/// A genuine notification, of which so many bytes are sent.
fn begun(target: &str, sent: usize) -> Request {
    let body = settlement("order-101").into_bytes();
    Request::new("POST", target)
        .header("Content-Type", "application/json")
        .payload(Payload::Begun(body, sent))
}

/// To the webhook and the extractors, with so many bytes of a body.
fn stalled(sent: usize) -> Vec<Stalled> {
    let form = |target: String| Request {
        headers: vec![("Content-Type", "application/x-www-form-urlencoded".into())],
        ..begun(&target, sent)
    };
    vec![
        (begun(NOTIFICATION, sent), 503, ""),
        (begun(EXTRACTED, sent), 503, ""),
        (form(FINISH.into()), 200, "your order"),
        (
            form(format!("{FINISH}?order_id=order-101")),
            200,
            "order order-101.",
        ),
    ]
}

fn assert_answered(server: SocketAddr, (request, status, words): &Stalled) {
    let answer = Connection::patient(server).and_then(|mut connection| connection.ask(request));
    let good = answer
        .as_ref()
        .is_ok_and(|answer| answer.status == *status && answer.body.contains(words));
    assert!(good, "{request:?}: {answer:?}");
}

/// Delivers a hundred notifications at once.
///
/// # Panics
/// If one of them is not answered with 200.
pub fn hold_in_parallel(server: SocketAddr) {
    let deliver = move |number: usize| deliver(server, &format!("order-{number}"));
    let deliveries: Vec<_> = (0..100)
        .map(|number| thread::spawn(move || deliver(number)))
        .collect();
    for delivery in deliveries {
        let answer = delivery.join().expect("the sender lives");
        assert!(
            answer.as_ref().is_ok_and(|response| response.status == 200),
            "{answer:?}"
        );
    }
}

const WAYS: [Leaving; 3] = [Leaving::Closing, Leaving::Finishing, Leaving::Resetting];

/// Disconnects while the handler runs, in several ways: the handler runs to its end all the same.
///
/// # Panics
/// If it does not.
pub fn hold_when_the_sender_leaves(server: SocketAddr) {
    // The webhook with the usual deadline, which is far away.
    let to_batik = |order: &str| to(format!("{MERCHANTS}batik"), settlement_of_batik(order));
    for way in WAYS {
        let order = format!("{}{way:?}", departure::PREFIX);
        leave(server, &order, &to_batik(&order), way);
        departure::release(&order);
        assert_eq!(
            departure::await_end(&order),
            Some(End::Completed),
            "{order}"
        );
    }
    let order = "order-left-panic";
    leave(server, order, &to_batik(order), Leaving::Closing);
    departure::release(order);
    assert_eq!(
        departure::await_end(order),
        Some(End::Completed),
        "it panics after that"
    );
    assert_eq!(
        deliver(server, "order-101").expect("an answer").status,
        200,
        "a panic is of no consequence"
    );
}

/// Disconnects while the handler runs: the deadline holds all the same.
///
/// # Panics
/// If it does not.
pub fn hold_the_deadline_when_the_sender_leaves(server: SocketAddr) {
    let orders = WAYS.map(|way| {
        let order = format!("{}for-ever-{way:?}", departure::PREFIX);
        leave(server, &order, &genuine(&order), way);
        order
    });
    for order in orders {
        assert_eq!(departure::await_end(&order), Some(End::Dropped), "{order}");
    }
}

/// Delivers a notification and disconnects while its handler runs. Afterwards the server has
/// noticed.
fn leave(server: SocketAddr, order: &str, notification: &Request, way: Leaving) {
    let mut connection = Connection::open(server).expect("the server listens");
    if matches!(way, Leaving::Resetting) {
        connection
            .send(&Request::new("GET", NOTIFICATION))
            .expect("a probe is taken");
    }
    connection
        .send(notification)
        .expect("a notification is taken");
    departure::await_begin(order);
    connection.leave(way).expect("the connection is there");
    for _ in 0..10 {
        // Whatever was to be noticed before has been noticed when these are answered.
        deliver(server, "order-101").expect("an answer");
    }
}

fn deliver(server: SocketAddr, order: &str) -> io::Result<Response> {
    Connection::open(server)?.ask(&genuine(order))
}

fn genuine(order: &str) -> Request {
    to(NOTIFICATION.into(), settlement(order))
}

fn to(target: String, notification: String) -> Request {
    Request::new("POST", target)
        .header("Content-Type", "application/json")
        .payload(Payload::Sized(notification.into()))
}

fn keep(server: SocketAddr, row: &Row) -> Result<(), String> {
    let label = format!(
        "{} ({} {:.60})",
        row.name, row.request.method, row.request.target
    );
    let failed = |error: io::Error| format!("{label}: {error}");
    let mut connection = Connection::open(server).map_err(failed)?;
    let response = connection.ask(&row.request).map_err(failed)?;
    if let Some(wrong) = wrong(row, &response) {
        return Err(format!("{label}: {wrong} in {response:?}"));
    }
    if row.keeps_alive {
        let next = connection
            .ask(&genuine("order-next"))
            .map_err(|error| format!("{label}: then {error}"))?;
        if next.status != 200 {
            return Err(format!("{label}: then {next:?}"));
        }
    }
    Ok(())
}

/// The difference between a row and the answer, if there is one.
fn wrong(row: &Row, response: &Response) -> Option<String> {
    if response.status != row.status {
        return Some(format!("not {}", row.status));
    }
    for (name, value) in row.headers {
        if !response
            .header(name)
            .is_some_and(|is| is.starts_with(value))
        {
            return Some(format!("no {name}: {value}"));
        }
    }
    let good = match row.body {
        Body::Is(words) => response.body == words,
        Body::Shows(words) => response.body.contains(words) && !response.body.contains("<script"),
        Body::Any => true,
    };
    (!good).then(|| format!("not {:?}", row.body))
}
