//! A schema for each store, on one server for all of them.

use std::str::FromStr;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use midtrans_private_postgres::PrivatePostgres;
use sqlx::postgres::PgConnectOptions;

static SERVER: LazyLock<Option<PrivatePostgres>> =
    LazyLock::new(|| PrivatePostgres::start_or_skip("the promises of the inbox over PostgreSQL"));

/// Returns whether there is a server; prints it if not.
pub(crate) fn is_there() -> bool {
    SERVER.is_some()
}

/// Returns the name of a new schema, and options that connect into it.
pub(crate) fn next() -> (String, PgConnectOptions) {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("shop_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    let server = SERVER
        .as_ref()
        .expect("a mount asks first whether there is a server");
    let options = PgConnectOptions::from_str(&server.url()).expect("the server's own address");
    let options = options.options([("search_path", &name)]);
    (name, options)
}
