//! The README's programs, started as processes against the simulator: clicks, crashes, partial
//! refunds, and their end.
//!
//! A program is this test's own binary, started once more and told by the environment to be the
//! shop.
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

const PAGE: &str = include_str!("../../../../README.md");
const SQLITE_PAGE: &str = include_str!("../../../midtrans-inbox-sqlite/README.md");

#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    missing_debug_implementations
)]
mod postgres {
    include!("../../examples/readme/postgres.rs");

    #[test]
    fn the_program_is_word_for_word_on_the_page() {
        if env::var_os(super::shop::BE_THE_SHOP).is_some() {
            return main().unwrap();
        }
        let program = concat!(
            "no_run\n",
            include_str!("../../examples/readme/postgres.rs"),
            "```\n"
        );
        assert!(
            super::PAGE.contains(program),
            "README.md shows another program than examples/readme/postgres.rs"
        );
    }
}

#[allow(
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    missing_debug_implementations
)]
mod sqlite {
    include!("../../examples/readme/sqlite.rs");

    #[test]
    fn the_program_is_word_for_word_on_the_page() {
        if env::var_os(super::shop::BE_THE_SHOP).is_some() {
            return main().unwrap();
        }
        let program = concat!(
            "text\n",
            include_str!("../../examples/readme/sqlite.rs"),
            "```\n"
        );
        assert!(
            super::SQLITE_PAGE.contains(program),
            "the README shows another program than examples/readme/sqlite.rs"
        );
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
                if let Some(server) = super::PrivatePostgres::start_or_skip("the README's program") {
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
