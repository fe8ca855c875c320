//! The shops of the stores' READMEs, started as processes against the simulator: clicks, crashes,
//! partial refunds, and their end.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests may panic like tests"
)]

mod pool;
mod shop;

use std::sync::Arc;

use midtrans_axum::protocol::Rupiah;
use midtrans_private_postgres::PrivatePostgres;
use midtrans_simulator::gateway::Command;
use tokio::task::JoinSet;

use shop::{Database, Shop};

/// A program stands word for word in its store's README.
fn assert_shown(page: &str, program: &str) {
    let block = format!("```text\n{program}```\n");
    assert!(page.contains(&block), "the README shows another program");
}

#[test]
fn the_postgres_shop_is_word_for_word_in_the_readme() {
    assert_shown(
        include_str!("../../../../crates/midtrans-inbox-postgres/README.md"),
        include_str!("../../src/bin/postgres_shop.rs"),
    );
}

#[test]
fn the_sqlite_shop_is_word_for_word_in_the_readme() {
    assert_shown(
        include_str!("../../../../crates/midtrans-inbox-sqlite/README.md"),
        include_str!("../../src/bin/sqlite_shop.rs"),
    );
}

#[test]
fn the_shops_take_the_sandbox_and_production_by_their_names() {
    for program in [
        env!("CARGO_BIN_EXE_sqlite_shop"),
        env!("CARGO_BIN_EXE_postgres_shop"),
    ] {
        for (name, key) in [
            ("sandbox", "SB-Mid-server-x"),
            ("production", "Mid-server-x"),
        ] {
            let mut program = std::process::Command::new(program);
            program.env_clear().env("MIDTRANS_SERVER_KEY", key);
            let ended = program.env("MIDTRANS_ENVIRONMENT", name).output().unwrap();
            // It gets as far as the database, which is named nowhere.
            let told = String::from_utf8(ended.stderr).unwrap();
            assert!(told.contains("NotPresent"), "{name}: {told}");
        }
    }
}

macro_rules! with_both {
    ($($name:ident)*) => {
        mod with_sqlite {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::Database::file()).await;
            }
        )*}
        mod with_postgres {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                if let Some(server) = super::PrivatePostgres::start_or_skip("the shop of the README") {
                    super::$name(super::Database::Postgres(server)).await;
                }
            }
        )*}
    };
}
with_both! {
    forty_clicks_at_once_are_one_order_with_one_pay_page_and_a_later_click_takes_no_payment_back
    a_program_that_is_killed_between_clicks_and_payments_ships_every_order_once
    a_refund_of_a_part_leaves_an_order_to_ship_and_the_rest_takes_it_back
    sigterm_ends_the_program_with_0_and_what_was_acknowledged_is_acted_on_later
}

async fn forty_clicks_at_once_are_one_order_with_one_pay_page_and_a_later_click_takes_no_payment_back(
    database: Database,
) {
    let shop = Arc::new(Shop::open(database).await);
    let order = shop.checkout().await;
    let mut clicks = JoinSet::new();
    for _ in 0..40 {
        let (shop, order) = (Arc::clone(&shop), order.clone());
        clicks.spawn(async move { shop.click(&order).await });
    }
    // A click while another one's charge is under way for long may be told to wait.
    let page = loop {
        if let Ok(page) = shop.click(&order).await {
            break page;
        }
    };
    for shown in clicks.join_all().await {
        match shown {
            Ok(shown) => assert_eq!(shown, page),
            Err(words) => assert_eq!(words, "We are checking your payment."),
        }
    }
    assert_eq!(shop.click(&order).await, Ok(page));
    shop.command(&order, Command::Settle);
    shop.becomes(&order, "to ship").await;
    assert_eq!(shop.click(&order).await, Err("paid".to_owned()));
    assert_eq!(
        (
            shop.state(&order).await.as_str(),
            shop.shipments(&order).await.as_str()
        ),
        ("to ship", "1")
    );
}

async fn a_program_that_is_killed_between_clicks_and_payments_ships_every_order_once(
    database: Database,
) {
    let mut shop = Shop::open(database).await;
    let mut orders = Vec::new();
    for at in 0..4 {
        let order = shop.checkout().await;
        let page = shop.click(&order).await.unwrap();
        if at % 2 == 0 {
            shop.crash().await;
            assert_eq!(shop.click(&order).await, Ok(page), "the page was stored");
        }
        shop.command(&order, Command::Settle);
        if at > 1 {
            shop.gateway.idle().await;
        }
        shop.crash().await;
        orders.push(order);
    }
    for order in &orders {
        shop.is_told(order, "paid").await;
        assert_eq!(
            (
                shop.state(order).await.as_str(),
                shop.shipments(order).await.as_str()
            ),
            ("to ship", "1")
        );
    }
}

async fn a_refund_of_a_part_leaves_an_order_to_ship_and_the_rest_takes_it_back(database: Database) {
    let shop = Shop::open(database).await;
    let order = shop.checkout().await;
    shop.click(&order).await.unwrap();
    shop.command(&order, Command::Settle);
    shop.becomes(&order, "to ship").await;
    shop.command(&order, Command::Refund(Some(Rupiah::new(10_000))));
    shop.is_told(&order, "partly refunded").await;
    assert_eq!(shop.state(&order).await, "to ship");
    shop.command(&order, Command::Refund(None));
    shop.becomes(&order, "refunded").await;
    assert_eq!(shop.shipments(&order).await, "1");
}

async fn sigterm_ends_the_program_with_0_and_what_was_acknowledged_is_acted_on_later(
    database: Database,
) {
    let mut shop = Shop::open(database).await;
    let order = shop.checkout().await;
    shop.click(&order).await.unwrap();
    shop.command(&order, Command::Settle);
    shop.gateway.idle().await;
    assert!(shop.terminate(), "it ended otherwise than with 0");
    assert!(shop.click(&order).await.is_err(), "the shop has closed");
    shop.crash().await;
    shop.becomes(&order, "to ship").await;
    assert_eq!(shop.shipments(&order).await, "1");
}
