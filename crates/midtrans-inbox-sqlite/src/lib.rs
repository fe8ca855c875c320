//! A durable inbox for Midtrans notifications in the merchant's own SQLite database: none lost, every payment acted on
//! exactly once.
//!
//! Everything borrows your [`rusqlite::Connection`] or [`rusqlite::Transaction`], so that the order and the inbox change in
//! one commit. The rules are those of [`midtrans_inbox`], which is re-exported.
//!
//! 1. [`migrate`] at every start; [`tune`] each connection.
//! 2. [`expect`] in the transaction that stores the order, *before* the charge is sent.
//! 3. [`accept`] in the webhook, then answer. [`GroupWriter`] for many at once.
//! 4. A [`Worker`] with your handler, in a thread. It also asks about orders that nothing was heard of.
//! 5. [`snapshot`], [`dead_letters`], [`history`], [`retry`], [`prune`] for whoever operates it.
//!
//! ```
//! use std::time::SystemTime;
//! use midtrans_inbox_sqlite::inbox::protocol::{Charge, IdempotencyKey, OrderId, Rupiah, TransactionDetails};
//! use midtrans_inbox_sqlite::inbox::{Change, Expectation, Expecting, Outcome};
//! use midtrans_inbox_sqlite::{HandlerError, Stop, Worker, accept, expect, migrate};
//! use rusqlite::{Connection, Transaction};
//! # use midtrans_inbox_sqlite::inbox::protocol::{Environment, Merchant, ServerKey, ServerKeys, notification, signature};
//! # use midtrans_transport::{BlockingClient, BlockingTransport, Limits, Request, Response, TransportError};
//! # /// Answers that the order is settled.
//! # struct Gateway;
//! # impl BlockingTransport for Gateway {
//! #     fn send(&self, _: Request, _: Limits) -> Result<Response, TransportError> {
//! #         let body = br#"{"status_code":"200","order_id":"order-101","gross_amount":"40000.00",
//! #             "transaction_id":"t-1","transaction_status":"settlement","fraud_status":"accept"}"#;
//! #         Ok(Response::new(body.to_vec()))
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
//! // Before the charge, in one transaction: the order, and what is expected of it.
//! let charge = Charge::akulaku_minimal(TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?)?;
//! let transaction = connection.transaction()?;
//! transaction.execute("INSERT INTO orders VALUES ('order-101', 'open')", [])?;
//! let expectation = Expectation::of(&charge, IdempotencyKey::new("d0a1")?, SystemTime::now());
//! assert_eq!(expect(&transaction, &expectation, SystemTime::now())?, Expecting::Recorded);
//! transaction.commit()?;
//!
//! // In the webhook: store, and answer.
//! accept(&connection, &notification, SystemTime::now())?;
//!
//! // In a thread: act, in the transaction that ends the work.
//! let handler = |transaction: &Transaction<'_>, change: &Change| -> Result<(), HandlerError> {
//!     if change.outcome == Outcome::Paid {
//!         transaction.execute("UPDATE orders SET state = 'to ship' WHERE id = ?1", [change.order_id.as_str()])?;
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

mod accept;
mod claim;
mod error;
mod group;
mod operator;
mod record;
mod schema;
mod stop;
mod worker;

pub use accept::{accept, ask_by, expect, not_charged};
pub use claim::{claim, dead, due_for_status, finish, give_back};
pub use error::Error;
pub use group::{GroupWriter, Storing};
pub use midtrans_inbox as inbox;
pub use midtrans_inbox::{Finish, HandlerError, protocol};
pub use operator::{dead_letters, history, prune, retry, snapshot};
pub use record::load;
pub use schema::{migrate, tune};
pub use stop::Stop;
pub use worker::Worker;
