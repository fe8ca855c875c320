//! The guarantees over PostgreSQL. Skipped without PostgreSQL, except in CI.

mod postgres {
    pub(crate) mod dying;
    pub(crate) mod mount;
    pub(crate) mod schema;
    pub(crate) mod shop;
}

use midtrans_inbox_tests::store::{Inbox, Store};
use midtrans_inbox_tests::{lives, promises};
use postgres::mount::Postgres;
use postgres::schema::is_there;

#[test]
fn postgresql_keeps_every_promise() {
    if is_there() {
        promises::hold(Postgres::open);
    }
}

#[test]
fn over_postgresql_hostile_lives_reach_the_gateways_last_word() {
    if !is_there() {
        return;
    }
    let mut store = Postgres::hurried();
    store.migrate().expect("an empty database can be migrated");
    lives::hold(16, || {
        store.forget_everything();
        store.partner()
    });
}
