//! The guarantees over SQLite.

mod sqlite {
    pub(crate) mod folder;
    pub(crate) mod mount;
}

use midtrans_inbox_tests::store::{Inbox, Store};
use midtrans_inbox_tests::{lives, promises};
use sqlite::mount::Sqlite;

#[test]
fn sqlite_keeps_every_promise() {
    promises::hold(Sqlite::open);
}

#[test]
fn over_sqlite_hostile_lives_reach_the_gateways_last_word() {
    let mut store = Sqlite::hurried();
    store.migrate().expect("an empty database can be migrated");
    lives::hold(32, || {
        store.forget_everything();
        store.partner()
    });
}
