//! A durable inbox for Midtrans notifications in your own SQLite database: none is lost, and every
//! payment is acted on exactly once.
//!
//! Everything borrows your [`rusqlite::Connection`] or [`rusqlite::Transaction`], so that the order
//! and the inbox change in one commit. The rules are those of [`midtrans_inbox`], which is
//! re-exported as [`inbox`].
//!
//! 1. [`migrate`] at every start; [`tune`] each connection.
//! 2. [`charge`] at a click: it stores your order, sends the charge, and returns the same page at a
//!    second click.
//! 3. [`accept`] in the webhook, then answer. [`GroupWriter`] for many at once.
//! 4. A [`Worker`] with your handler, in a thread. It asks the gateway about every order that was
//!    notified, and on a schedule about all others.
//! 5. [`snapshot`], [`dead_letters`], [`history`], [`unexpected`], [`retry`] and [`prune`] for the
//!    operator.
//!
//! ```
//! use std::time::SystemTime;
//! use midtrans_inbox_sqlite::protocol::method::Akulaku;
//! use midtrans_inbox_sqlite::protocol::{Charge, Environment, OrderId, Rupiah, TransactionDetails};
//! use midtrans_inbox_sqlite::{Change, Charged, Outcome, Stop, Worker, accept, charge, migrate};
//! use rusqlite::{Connection, Transaction};
//! # use midtrans_inbox_sqlite::protocol::notification::signature;
//! # use midtrans_inbox_sqlite::protocol::{Merchant, ServerKey, ServerKeys, notification};
//! # use midtrans_transport::{BlockingClient, BlockingTransport, Limits, Request, Response, TransportError};
//! # /// Takes a charge, and answers that the order is settled.
//! # struct Gateway;
//! # impl BlockingTransport for Gateway {
//! #     fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
//! #         let is_charge = request.uri().path() == "/v2/charge";
//! #         let (code, status) = if is_charge { ("201", "pending") } else { ("200", "settlement") };
//! #         let body = format!(r#"{{"status_code":"{code}","order_id":"order-101","gross_amount":"40000.00",
//! #             "transaction_id":"t-1","transaction_status":"{status}","fraud_status":"accept",
//! #             "redirect_url":"https://api.sandbox.midtrans.com/v2/akulaku/redirect/1"}}"#);
//! #         Ok(Response::new(body.into_bytes()))
//! #     }
//! # }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! # let signed = signature::sign("order-101", "200", "40000.00", &key);
//! # let body = format!(r#"{{"order_id":"order-101","status_code":"200","gross_amount":"40000.00",
//! #     "transaction_id":"t-1","transaction_status":"settlement","signature_key":"{signed}"}}"#);
//! # let notification = notification::verify(body.as_bytes(), &ServerKeys::from(key.clone()))?;
//! # let client = BlockingClient::new(Gateway, Merchant::new(Environment::Sandbox, key)?);
//! let mut connection = Connection::open_in_memory()?;
//! migrate(&mut connection)?;
//! connection.execute_batch("CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL)")?;
//!
//! // At a click. Your row of the order and what is expected of it are one commit, before the charge is sent.
//! let details = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
//! let order = Charge::builder(details, Akulaku).minimal().build()?;
//! let insert = |transaction: &Transaction<'_>| -> rusqlite::Result<()> {
//!     transaction.execute("INSERT INTO orders VALUES ('order-101', 'open')", []).map(drop)
//! };
//! match charge(&mut connection, &client, &order, insert)? {
//!     Charged::Instructions(page) => println!("go to {:?}", page.redirect(&Environment::Sandbox)),
//!     Charged::Refused(error) => println!("not charged, please try again: {error}"),
//!     Charged::Decided(Outcome::Paid) => println!("thank you"),
//!     Charged::Decided(outcome) => println!("this payment is over: {outcome}"),
//!     Charged::Unknown | Charged::Differs(_) => println!("we are checking"),
//! }
//!
//! // In the webhook: store, and answer.
//! accept(&connection, &notification, SystemTime::now())?;
//!
//! // In a thread: act, in the transaction that ends the work.
//! let handler = |transaction: &Transaction<'_>, change: &Change| -> rusqlite::Result<()> {
//!     if change.outcome == Outcome::Paid {
//!         let sql = "UPDATE orders SET state = 'to ship' WHERE id = ?1 AND state = 'open'";
//!         transaction.execute(sql, [change.order_id.as_str()])?;
//!     }
//!     Ok(())
//! };
//! let worker = Worker::new(client);
//! worker.round(&mut connection, &Stop::new(), handler)?; // or `worker.run(…)` until it is stopped
//! let state: String = connection.query_row("SELECT state FROM orders", [], |row| row.get(0))?;
//! assert_eq!(state, "to ship");
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! - `bundled` (on by default) builds SQLite and links it: it takes a C compiler and some seconds,
//!   and the program needs nothing installed. Without it the machine's SQLite is linked, which must
//!   be 3.45.3 or later for rusqlite 0.41 and newer, and 3.34.1 for 0.38 to 0.40.
//!
//! # In an async program
//!
//! rusqlite blocks its thread, so a SQLite inbox does too: run the [`Worker`] in a thread of its
//! own, and [`charge`] in your runtime's place for blocking work. The client may be async:
//! [`Worker::asking`] and [`charge_with`] take any function that sends, such as
//! `move |operation, options| handle.block_on(client.send_with(operation, options))` with tokio's
//! `Handle`. [`GroupWriter::accept`] returns a future, under any runtime.
//!
//! # One writer
//!
//! SQLite lets one connection write at a time. A worker writes for many orders in one commit, and
//! holds the lock for no longer than [`commit_delay`](WorkerSettings::commit_delay) and one call of
//! your handler. A handler that hangs hangs the inbox: SQLite has no way to end it. Let it write
//! down what is to be done, and do it elsewhere.
//!
//! # Changes as rows
//!
//! Each change is a row of `midtrans_change` until it was acted on. A program in another language,
//! or with another driver, takes rows from there in its own transaction, exactly once and in order
//! per order; then run the worker with [`run_without_handler`](Worker::run_without_handler). The
//! statements are in [`schema_sql`].

mod accept;
mod batch;
mod bell;
mod change;
mod charge;
mod expect;
mod fault;
mod group;
mod operator;
mod order;
mod schema;
mod stop;
mod worker;

pub use accept::{accept, accept_in};
pub use charge::{charge, charge_again, charge_with};
pub use expect::{ask_by, expect_in};
pub use group::{GroupWriter, Storing};
pub use midtrans_inbox as inbox;
pub use midtrans_inbox::store::ChargeRequest;
pub use midtrans_inbox::{
    Accepted, Again, Change, Charged, DeadLetter, Error, Event, ExpectResult, Expectation,
    HandlerError, History, Instructions, Outcome, Policy, RateLimiter, Snapshot, Stats, Unexpected,
    WorkerSettings, protocol,
};
pub use operator::{dead_letters, history, prune, retry, snapshot, unexpected};
pub use schema::{migrate, schema_sql, tune};
pub use stop::Stop;
pub use worker::Worker;
