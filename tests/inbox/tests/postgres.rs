//! The promises over PostgreSQL. Skipped where it is not installed, except in CI.

mod postgres {
    pub(crate) mod mount;
    pub(crate) mod schema;
    pub(crate) mod shop;
}

use midtrans_inbox_tests::{deliveries, promises};
use postgres::mount::Postgres;
use postgres::schema::is_there;

#[test]
fn postgresql_keeps_every_promise() {
    if is_there() {
        promises::hold(Postgres::open);
    }
}

#[test]
fn over_postgresql_deliveries_in_any_order_end_in_the_same_ledger() {
    if is_there() {
        deliveries::hold(&mut Postgres::open(), 64);
    }
}
