//! Notifications over sockets: where they go, and where they never go.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use midtrans_protocol::time::WibTime;
use midtrans_simulator::gateway::{Choice, DeliveryState, Outcome};
use midtrans_simulator::{BlockingSimulator, Simulator, Time};

use crate::api_caller::{KEY, START, charge};
use crate::sockets::{Shop, agent};

fn simulator() -> BlockingSimulator {
    let start: WibTime = START.parse().unwrap();
    Simulator::builder()
        .time(Time::Manual(start))
        .serve_blocking()
        .unwrap()
}

/// Charges, waits until nothing is left to do, and returns the outcomes of the first notification
/// so far.
fn outcomes(simulator: &BlockingSimulator, url: &str) -> Vec<Outcome> {
    // Past `notify_at`, which refuses a host that is not allowed: a charge's own header could name
    // any.
    simulator.with_accounts(|accounts, _| {
        accounts.first_mut().settings_mut().notification_url = Some(url.to_owned())
    });
    pay(simulator, "order-1");
    let message = simulator.messages().remove(0);
    message
        .attempts
        .into_iter()
        .map(|attempt| attempt.outcome)
        .collect()
}

fn pay(simulator: &BlockingSimulator, order_id: &str) {
    let request = agent()
        .post(format!("{}/v2/charge", simulator.url()))
        .header("authorization", KEY);
    assert_eq!(
        request
            .send(charge("akulaku", order_id, 44_000).to_string())
            .unwrap()
            .status(),
        200
    );
    simulator.idle();
}

#[test]
fn a_shop_that_is_down_for_twelve_minutes_hears_everything_after_twelve_minutes() {
    let calls = AtomicUsize::new(0);
    let shop = Shop::open(move |_| {
        (
            if calls.fetch_add(1, Ordering::SeqCst) < 2 {
                503
            } else {
                200
            },
            None,
        )
    });
    let simulator = simulator();
    assert_eq!(
        outcomes(&simulator, &shop.url),
        [Outcome::answered(503).saying("OK")]
    );
    for minutes in [2, 10] {
        simulator.advance(Duration::from_secs(minutes * 60 - 1));
        simulator.idle();
        let before = shop.seen().len();
        simulator.advance(Duration::from_secs(1));
        simulator.idle();
        assert_eq!(shop.seen().len(), before + 1);
    }
    assert_eq!(simulator.messages()[0].state, DeliveryState::Delivered);
    let bodies: Vec<_> = shop.seen().into_iter().map(|seen| seen.body).collect();
    assert!(bodies[0] == bodies[1] && bodies[1] == bodies[2]);
}

#[test]
fn on_a_fast_clock_repeats_and_expiries_come_by_themselves() {
    let (tell, told) = mpsc::channel();
    let calls = AtomicUsize::new(0);
    let shop = Shop::open(move |seen| {
        tell.send(seen.body.contains("\"transaction_status\":\"expire\""))
            .unwrap();
        (
            if calls.fetch_add(1, Ordering::SeqCst) == 0 {
                503
            } else {
                200
            },
            None,
        )
    });
    // Two hours are 72 milliseconds, two minutes are one.
    let simulator = Simulator::builder()
        .time(Time::Sped(100_000))
        .serve_blocking()
        .unwrap();
    simulator.notify_at(&shop.url).unwrap();
    pay(&simulator, "order-1");
    let next = || told.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(
        [next(), next(), next()],
        [false, false, true],
        "pending, pending again, expire"
    );
}

#[test]
fn an_expiry_is_told_when_the_clock_is_moved() {
    let shop = Shop::content();
    let simulator = simulator();
    outcomes(&simulator, &shop.url);
    simulator.advance(Duration::from_secs(2 * 3_600));
    simulator.idle();
    assert!(
        shop.seen()[1]
            .body
            .contains("\"transaction_status\":\"expire\"")
    );
}

#[test]
fn a_307_is_followed_with_the_same_post_and_a_302_is_not() {
    let target = Shop::content();
    for (status, is_followed) in [
        (307, true),
        (308, true),
        (302, false),
        (301, false),
        (303, false),
    ] {
        let location = format!("{}/moved", target.url);
        let shop = Shop::open(move |_| (status, Some(location.clone())));
        let before = target.seen().len();
        let all = outcomes(&simulator(), &shop.url);
        let seen = target.seen();
        assert_eq!(seen.len() - before, usize::from(is_followed), "{status}");
        assert_eq!(all.len(), 1 + usize::from(is_followed));
        if is_followed {
            let last = seen.last().unwrap();
            assert_eq!(
                (last.method.as_str(), last.target.as_str()),
                ("POST", "/moved")
            );
            assert_eq!(last.body, shop.seen()[0].body);
        }
    }
}

#[test]
fn nothing_is_sent_to_a_host_that_is_not_of_this_machine() {
    // Names that no resolver is asked for: nothing leaves the machine when this test runs.
    for url in [
        "http://shop.example/notify",
        "http://192.0.2.1/",
        "http://[2001:db8::1]/",
        "https://shop.example/",
    ] {
        assert_eq!(outcomes(&simulator(), url), [Outcome::Forbidden], "{url}");
    }
    let shop = Shop::open(|_| (307, Some("http://192.0.2.1/".to_owned())));
    let all = outcomes(&simulator(), &shop.url);
    assert_eq!(
        all.last(),
        Some(&Outcome::Forbidden),
        "not by a redirect either"
    );
}

#[test]
fn a_host_can_be_allowed_by_name() {
    let shop = Shop::content();
    // A spelling of 127.0.0.1 that only a resolver understands.
    let url = shop.url.replace("127.0.0.1", "127.1");
    assert_eq!(outcomes(&simulator(), &url), [Outcome::Forbidden]);
    let allowing = Simulator::builder()
        .allow_host("127.1")
        .serve_blocking()
        .unwrap();
    assert_eq!(
        outcomes(&allowing, &url),
        [Outcome::answered(200).saying("OK")]
    );
}

#[test]
fn localhost_is_of_this_machine() {
    let shop = Shop::content();
    let url = shop.url.replace("127.0.0.1", "localhost");
    assert_eq!(
        outcomes(&simulator(), &url),
        [Outcome::answered(200).saying("OK")]
    );
    assert_eq!(shop.seen()[0].header("host"), url.strip_prefix("http://"));
}

#[test]
fn a_shop_that_is_not_there_or_does_not_answer_is_tried_again() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    assert_eq!(outcomes(&simulator(), &closed), [Outcome::Unreachable]);
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let simulator = Simulator::builder()
        .delivery_timeout(Duration::from_millis(50))
        .serve_blocking()
        .unwrap();
    assert_eq!(outcomes(&simulator, &url), [Outcome::TimedOut]);
    assert!(matches!(
        simulator.messages()[0].state,
        DeliveryState::Waiting(_)
    ));
}

#[test]
fn a_notification_can_be_sent_twice() {
    let shop = Shop::content();
    let simulator = simulator();
    outcomes(&simulator, &shop.url);
    simulator.choose("order-1", Choice::Approve);
    simulator.idle();
    let last = simulator.messages().pop().unwrap();
    assert!(simulator.repeat(last.id));
    simulator.idle();
    let seen = shop.seen();
    assert_eq!((seen.len(), &seen[2].body), (3, &seen[1].body));
}

#[test]
fn notifications_delivered_by_hand_wait_for_the_hand_and_come_again_when_they_failed() {
    let start: WibTime = START.parse().unwrap();
    let simulator = Simulator::builder()
        .time(Time::Manual(start))
        .notification_url("http://127.0.0.1:9/never")
        .deliver_by_hand()
        .serve_blocking()
        .unwrap();
    pay(&simulator, "order-1");
    simulator.choose("order-1", Choice::Approve);
    let due = simulator.due();
    assert_eq!(due.len(), 2, "pending and settlement");
    assert!(simulator.due().is_empty(), "each is handed out once");
    simulator.delivered(due[1].id, Outcome::answered(200).saying("OK"));
    simulator.delivered(due[0].id, Outcome::answered(503).saying("OK"));
    assert!(simulator.due().is_empty());
    simulator.advance(Duration::from_secs(120));
    assert_eq!(simulator.due(), [due[0].clone()]);
    assert_eq!(simulator.messages()[1].state, DeliveryState::Delivered);
}
