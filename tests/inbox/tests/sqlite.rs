//! The promises over SQLite.

mod sqlite {
    pub(crate) mod folder;
    pub(crate) mod mount;
}

use midtrans_inbox_tests::{deliveries, promises};
use sqlite::mount::Sqlite;

#[test]
fn sqlite_keeps_every_promise() {
    promises::hold(Sqlite::open);
}

#[test]
fn over_sqlite_deliveries_in_any_order_end_in_the_same_ledger() {
    deliveries::hold(&mut Sqlite::open(), 64);
}
