//! Charging through the inbox.

use std::cell::Cell;

use midtrans_inbox_sqlite::inbox::{Again, Instructions};
use midtrans_inbox_sqlite::protocol::ids::IdempotencyKey;
use midtrans_inbox_sqlite::protocol::{Environment, Transaction as Reply};
use midtrans_inbox_sqlite::{
    ChargeRequest, Charged, Error, HandlerError, Outcome, charge, charge_again, charge_with,
    history,
};
use midtrans_transport::{CallOptions, Error as CallError};
use rusqlite::{Connection, Transaction};

use crate::gateway::{CHARGE, PAGE, transaction};
use crate::shop::{Shop, charge_of, signed};

fn insert_order(transaction: &Transaction<'_>, order_id: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO orders (id, state) VALUES (?1, 'new') ON CONFLICT (id) DO UPDATE SET lives = lives + 1";
    transaction.execute(sql, [order_id]).map(drop)
}

impl Shop {
    /// Clicks on "pay" at the shop's time. Each click has a new key.
    fn click(&mut self) -> Result<Charged, Error> {
        self.click_as(Again::Never)
    }

    fn click_as(&mut self, again: Again) -> Result<Charged, Error> {
        let client = self.gateway.client();
        self.click_with(again, move |charge, options| {
            client.send_with(charge, options)
        })
    }

    fn click_with(
        &mut self,
        again: Again,
        send: impl FnOnce(
            &midtrans_inbox_sqlite::protocol::Charge,
            &CallOptions,
        ) -> Result<Reply, CallError>,
    ) -> Result<Charged, Error> {
        let charge = charge_of("order-1");
        let key = IdempotencyKey::new(format!("key-{}", self.gateway.seen().len())).unwrap();
        let mut request = ChargeRequest::new(&charge, key, self.now());
        request.again = again;
        charge_with(
            &mut self.connection,
            request,
            |transaction| insert_order(transaction, "order-1"),
            send,
        )
    }

    fn is_charged_as(&self, status: u16, body: &str) {
        self.gateway.replies(CHARGE, status, body);
    }

    fn charges(&self) -> Vec<String> {
        self.gateway
            .seen()
            .into_iter()
            .filter(|seen| seen.starts_with(CHARGE))
            .collect()
    }
}

fn page(charged: Result<Charged, Error>) -> String {
    match charged.unwrap() {
        Charged::Instructions(instructions) => instructions
            .redirect(&Environment::Sandbox)
            .unwrap()
            .as_str()
            .to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_second_click_shows_the_same_page_and_charges_once() {
    let mut shop = Shop::new("clicks");
    shop.is_charged_as(200, &transaction("order-1", "pending"));
    assert_eq!(page(shop.click()), PAGE);
    for seconds in [1, 179, 235, 3_600] {
        shop.set(seconds);
        assert_eq!(page(shop.click()), PAGE);
    }
    assert_eq!(shop.charges(), ["charge key-0"]);
    assert_eq!(
        shop.number("SELECT lives FROM orders"),
        1,
        "the order's own row is written once"
    );
}

#[test]
fn the_easy_form_charges_with_a_key_of_its_own_and_takes_closures_of_every_error() {
    let mut shop = Shop::new("easy");
    shop.is_charged_as(200, &transaction("order-1", "pending"));
    let (client, order) = (shop.gateway.client(), charge_of("order-1"));
    let charged = charge(&mut shop.connection, &client, &order, |transaction| {
        insert_order(transaction, "order-1")
    });
    assert_eq!(page(charged), PAGE);
    let charged = charge_again(&mut shop.connection, &client, &order, |_| {
        Ok::<_, HandlerError>(())
    });
    assert_eq!(page(charged), PAGE, "a payment that is open is shown");
    assert_eq!(shop.charges().len(), 1);
    assert!(shop.charges()[0].len() > "charge ".len() + 16);
}

#[test]
fn a_second_click_at_235_seconds_after_an_unknown_end_sends_nothing() {
    let mut shop = Shop::new("late");
    shop.is_charged_as(0, "");
    assert!(matches!(shop.click().unwrap(), Charged::Unknown));
    let sent = shop.charges().len();
    assert!(
        shop.charges().iter().all(|charge| charge == "charge key-0"),
        "one key for all attempts"
    );
    shop.set(235);
    assert!(matches!(shop.click().unwrap(), Charged::Unknown));
    assert_eq!(shop.charges().len(), sent);
    assert_eq!(
        shop.check_at("order-1"),
        Some(5),
        "the gateway is asked five seconds after the first one"
    );
    // It had arrived.
    shop.gateway.says("order-1", "settlement");
    shop.round();
    assert_eq!(shop.effects(), ["order-1 paid"]);
    assert!(matches!(
        shop.click().unwrap(),
        Charged::Decided(Outcome::Paid)
    ));
}

#[test]
fn at_179_seconds_with_a_503_and_a_long_retry_after_nothing_is_sent_after_the_keys_time() {
    let mut shop = Shop::new("retry-after");
    shop.is_charged_as(0, "");
    assert!(matches!(shop.click().unwrap(), Charged::Unknown));
    let sent = shop.charges().len();
    shop.set(179);
    shop.is_charged_as(503, r#"{"status_code":"503"}"#);
    shop.gateway.lock().retry_after = Some(170);
    assert!(matches!(shop.click().unwrap(), Charged::Unknown));
    let timeouts = shop.gateway.lock().timeouts.clone();
    assert_eq!(
        timeouts.len(),
        sent + 1,
        "no second attempt 170 seconds later"
    );
    assert!(
        timeouts[sent].as_secs() < 1,
        "what is left of the key's time: {:?}",
        timeouts[sent]
    );
    let record = history(&shop.connection, "order-1")
        .unwrap()
        .record
        .unwrap();
    let until = record
        .expectation
        .charge_until
        .duration_since(crate::shop::at(0))
        .unwrap()
        .as_secs();
    assert!((210..=240).contains(&until), "it can arrive until {until}");
    // And it is not reported as not charged before it can no longer arrive.
    shop.gateway.lock().retry_after = None;
    for seconds in (184..=until).step_by(10) {
        shop.set(seconds);
        shop.round();
        assert!(shop.effects().is_empty(), "{seconds}");
    }
    for seconds in (until + 1..until + 400).step_by(81) {
        shop.set(seconds);
        shop.round();
    }
    assert_eq!(shop.effects(), ["order-1 not charged"]);
}

#[test]
fn a_refusal_is_certain_only_of_an_only_attempt_and_the_order_may_be_charged_again() {
    let mut shop = Shop::new("refused");
    shop.is_charged_as(
        400,
        r#"{"status_code":"400","status_message":"Validation error"}"#,
    );
    assert!(matches!(shop.click().unwrap(), Charged::Refused(_)));
    shop.is_charged_as(200, &transaction("order-1", "pending"));
    assert_eq!(page(shop.click()), PAGE);
    assert_eq!(
        shop.charges(),
        ["charge key-0", "charge key-1"],
        "another life has another key"
    );
    assert_eq!(shop.number("SELECT lives FROM orders"), 2);

    let mut shop = Shop::new("refused-later");
    shop.is_charged_as(0, "");
    assert!(matches!(shop.click().unwrap(), Charged::Unknown));
    shop.is_charged_as(
        400,
        r#"{"status_code":"400","status_message":"Validation error"}"#,
    );
    shop.set(60);
    assert!(
        matches!(shop.click().unwrap(), Charged::Unknown),
        "the first attempt may have arrived"
    );
    assert!(matches!(shop.click().unwrap(), Charged::Unknown));
    assert_eq!(
        shop.number("SELECT lives FROM orders"),
        1,
        "the row is written with the first attempt alone"
    );
    let keys: Vec<_> = shop.charges();
    assert!(
        keys.iter().all(|charge| charge == "charge key-0"),
        "{keys:?}"
    );
}

#[test]
fn a_duplicate_order_id_is_no_refusal() {
    let mut shop = Shop::new("duplicate");
    shop.is_charged_as(
        406,
        r#"{"status_code":"406","status_message":"order id has been used"}"#,
    );
    assert!(matches!(shop.click().unwrap(), Charged::Unknown));
    assert_eq!(shop.check_at("order-1"), Some(5));
}

#[test]
fn an_order_that_ended_without_money_is_charged_again_only_where_that_is_wanted() {
    let mut shop = Shop::new("again");
    shop.is_charged_as(200, &transaction("order-1", "pending"));
    assert_eq!(page(shop.click()), PAGE);
    shop.gateway.says("order-1", "expire");
    shop.set(7_300);
    shop.round();
    assert_eq!(shop.effects(), ["order-1 expired"]);
    assert!(matches!(shop.click().unwrap(), Charged::Decided(_)));
    assert_eq!(page(shop.click_as(Again::Wanted)), PAGE);
    assert_eq!(shop.charges().len(), 2);
    assert_eq!(shop.number("SELECT lives FROM orders"), 2);
}

#[test]
fn an_answer_about_an_earlier_life_is_not_used_for_the_next_one() {
    let mut shop = Shop::new("lives");
    shop.is_charged_as(400, r#"{"status_code":"400"}"#);
    assert!(matches!(shop.click().unwrap(), Charged::Refused(_)));
    let fence = "SELECT fence FROM midtrans_order";
    let before = shop.number(fence);
    shop.connection
        .execute(
            "UPDATE midtrans_order SET leased_until = 99999999999999",
            [],
        )
        .unwrap();
    shop.is_charged_as(200, &transaction("order-1", "pending"));
    assert_eq!(page(shop.click()), PAGE);
    assert_eq!(shop.number(fence), before + 1);
    assert_eq!(
        shop.number("SELECT count(*) FROM midtrans_order WHERE leased_until IS NULL"),
        1
    );
}

#[test]
fn where_the_shops_own_row_cannot_be_written_nothing_is_sent_or_stored() {
    let mut shop = Shop::new("own-row");
    let order = charge_of("order-1");
    let client = shop.gateway.client();
    let error = charge(&mut shop.connection, &client, &order, |_| {
        Err("the cart is empty")
    })
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the order's own row was not written: the cart is empty"
    );
    let ends = |transaction: &Transaction<'_>| transaction.execute_batch("ROLLBACK");
    let error = charge(&mut shop.connection, &client, &order, ends).unwrap_err();
    assert!(error.to_string().contains("was ended"), "{error}");
    assert_eq!(
        (
            shop.gateway.seen().len(),
            shop.number("SELECT count(*) FROM midtrans_order")
        ),
        (0, 0)
    );

    shop.connection.execute_batch("BEGIN").unwrap();
    let error = charge(
        &mut shop.connection,
        &client,
        &order,
        |_| Ok::<_, Error>(()),
    )
    .unwrap_err();
    assert!(
        error.to_string().contains("inside a transaction"),
        "{error}"
    );
    assert_eq!(shop.gateway.seen().len(), 0);
}

#[test]
fn instructions_are_shown_and_a_refusal_is_unknown_where_the_end_cannot_be_stored() {
    for (name, status) in [("page-not-stored", 200), ("refusal-not-stored", 400)] {
        let mut shop = Shop::new(name);
        let body = if status == 200 {
            transaction("order-1", "pending")
        } else {
            r#"{"status_code":"400"}"#.to_owned()
        };
        shop.is_charged_as(status, &body);
        let (client, other) = (shop.gateway.client(), shop.file.open());
        shop.connection
            .busy_timeout(std::time::Duration::ZERO)
            .unwrap();
        let is_sent = Cell::new(false);
        let charged = shop.click_with(Again::Never, |charge, options| {
            is_sent.set(true);
            let result = client.send_with(charge, options);
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
            result
        });
        assert!(is_sent.get());
        match charged.unwrap() {
            Charged::Instructions(Instructions::Redirect(url)) if status == 200 => {
                assert_eq!(url, PAGE)
            }
            Charged::Unknown if status == 400 => {}
            other => panic!("{other:?}"),
        }
        other.execute_batch("ROLLBACK").unwrap();
        // The worker asks when the charge must have arrived.
        assert_eq!(shop.check_at("order-1"), Some(240));
    }
}

#[test]
fn a_paid_order_stays_paid_whatever_is_clicked() {
    let mut shop = Shop::new("paid");
    shop.is_charged_as(200, &transaction("order-1", "pending"));
    assert_eq!(page(shop.click()), PAGE);
    shop.gateway.says("order-1", "settlement");
    shop.accepts(&signed("order-1", "200", "settlement"));
    shop.round();
    for again in [Again::Never, Again::Wanted] {
        assert!(matches!(
            shop.click_as(again).unwrap(),
            Charged::Decided(Outcome::Paid)
        ));
    }
    assert_eq!(
        (
            shop.charges().len(),
            shop.number("SELECT lives FROM orders")
        ),
        (1, 1)
    );
}

#[test]
fn a_sender_that_panics_leaves_an_order_that_the_next_click_finds() {
    let mut shop = Shop::new("sender-panics");
    let file = shop.file.open();
    let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        shop.click_with(Again::Never, |_, _| {
            std::panic::resume_unwind(Box::new("gone"))
        })
    }));
    assert!(died.is_err());
    assert_eq!(orders(&file), 1);
    shop.is_charged_as(200, &transaction("order-1", "pending"));
    shop.set(20);
    assert_eq!(page(shop.click()), PAGE);
    assert_eq!(shop.charges(), ["charge key-0"]);
}

fn orders(connection: &Connection) -> i64 {
    connection
        .query_row("SELECT count(*) FROM midtrans_order", [], |row| row.get(0))
        .unwrap()
}
