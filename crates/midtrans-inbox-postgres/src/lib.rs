//! A durable inbox for Midtrans notifications in your own PostgreSQL database: none is lost, and
//! every payment is acted on exactly once.
//!
//! One [`Inbox`] serves a whole program. The rules are those of [`midtrans_inbox`], which is
//! re-exported as [`inbox`].
//!
//! 1. [`Inbox::migrate`] at every start.
//! 2. [`Inbox::charge`] in the checkout: it stores the order, charges it, and returns the same page
//!    at a second click.
//! 3. [`Inbox::accept`] in the webhook, then answer.
//! 4. A [`Worker`] with your [`Handler`], in a task. It asks the gateway about every order that was
//!    notified, and on a schedule about all others, and calls your handler with the results.
//! 5. [`Inbox::snapshot`], [`dead_letters`](Inbox::dead_letters), [`history`](Inbox::history),
//!    [`retry`](Inbox::retry) and [`prune`](Inbox::prune) to operate it.
//!
//! ```
//! use std::time::SystemTime;
//!
//! use async_trait::async_trait;
//! use midtrans_inbox_postgres::protocol::method::Akulaku;
//! use midtrans_inbox_postgres::protocol::{Charge, Environment, OrderId, Rupiah, TransactionDetails};
//! use midtrans_inbox_postgres::{Change, Charged, Handler, HandlerError, Inbox, Outcome, Worker};
//! use sqlx::{PgConnection, PgPool};
//! # use midtrans_inbox_postgres::protocol::notification::signature;
//! # use midtrans_inbox_postgres::protocol::{Merchant, ServerKey, ServerKeys, notification};
//! # use midtrans_transport::{AsyncClient, Limits, Request, Response};
//!
//! struct Shop;
//!
//! #[async_trait]
//! impl Handler for Shop {
//!     /// Acts, in the transaction that ends the change.
//!     async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
//!         let state = match change.outcome {
//!             Outcome::Paid => "to ship",
//!             Outcome::Failed(_) | Outcome::NotCharged => "not paid",
//!             // Money that went back is in `change.refunds`.
//!             _ => return Ok(()),
//!         };
//!         let update = sqlx::query("UPDATE orders SET state = $2 WHERE id = $1");
//!         update.bind(change.order_id.as_str()).bind(state).execute(connection).await?;
//!         Ok(())
//!     }
//! }
//!
//! # /// Takes a charge, and answers that the order is settled.
//! # async fn gateway(request: Request, _: Limits) -> Result<Response, midtrans_transport::TransportError> {
//! #     let is_charge = request.uri().path() == "/v2/charge";
//! #     let (code, status) = if is_charge { ("201", "pending") } else { ("200", "settlement") };
//! #     let body = format!(r#"{{"status_code":"{code}","order_id":"order-101","gross_amount":"40000.00",
//! #         "transaction_id":"t-1","transaction_status":"{status}","fraud_status":"accept",
//! #         "redirect_url":"https://api.sandbox.midtrans.com/v2/akulaku/redirect/1"}}"#);
//! #     Ok(Response::new(body.into_bytes()))
//! # }
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let Some(server) = midtrans_private_postgres::PrivatePostgres::start_or_skip("the front page") else {
//! #     return Ok(());
//! # };
//! # let database_url = server.url();
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! # let signed = signature::sign("order-101", "200", "40000.00", &key);
//! # let body = format!(r#"{{"order_id":"order-101","status_code":"200","gross_amount":"40000.00",
//! #     "transaction_id":"t-1","transaction_status":"settlement","signature_key":"{signed}"}}"#);
//! # let notification = notification::verify(body.as_bytes(), &ServerKeys::from(key.clone()))?;
//! # let client = AsyncClient::new(gateway, Merchant::new(Environment::Sandbox, key)?);
//! let pool = PgPool::connect(&database_url).await?;
//! sqlx::raw_sql("CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL)").execute(&pool).await?;
//! let inbox = Inbox::of(&pool); // over connections of its own
//! inbox.migrate().await?;
//!
//! // In the checkout. The order's id is made when the basket is, not by the click.
//! let details = TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?;
//! let charge = Charge::builder(details, Akulaku).minimal().build()?;
//! let charged = inbox.charge(&client, &charge, async |connection| {
//!     let insert = sqlx::query("INSERT INTO orders (id, state) VALUES ('order-101', 'new')");
//!     insert.execute(connection).await.map(drop)
//! });
//! match charged.await? {
//!     Charged::Instructions(page) => println!("go to {:?}", page.redirect(&Environment::Sandbox)),
//!     Charged::Refused(error) => println!("not charged, please try again: {error}"),
//!     Charged::Decided(outcome) => println!("this payment is over: {outcome}"),
//!     Charged::Unknown | Charged::Differs(_) => println!("we are checking"),
//! }
//!
//! // In the webhook: store, and answer.
//! inbox.accept(&notification, SystemTime::now()).await?;
//!
//! // In a task: act. `worker.run(…)` does it until it is stopped.
//! let worker = Worker::new(inbox.clone(), client);
//! worker.round(&Shop).await?;
//! let state: String = sqlx::query_scalar("SELECT state FROM orders").fetch_one(&pool).await?;
//! assert_eq!(state, "to ship");
//! # Ok(())
//! # }
//! ```
//!
//! # Other drivers and languages
//!
//! The worker's results are rows of `midtrans_change`. A program with another driver takes them
//! from there in a transaction of its own, exactly once, and the worker is run [without a
//! handler](Worker::run_without_handler); the SQL is in [`schema_sql`]. `expect_in` and `accept_in`
//! are for your own transactions.
//!
//! # Features
//!
//! None. The crate turns on sqlx's `postgres` and `runtime-tokio`; TLS is the program's choice, by a
//! feature of sqlx such as `tls-rustls`. The tree has 130 crates, most of them sqlx's.
//!
//! # Your own pool
//!
//! The inbox never uses your pool. Your other code does. Up to sqlx 0.9.0, a connection whose
//! `begin()` was dropped, because a customer hung up, returns to the pool inside an open
//! transaction. What is written on it next, without a transaction of its own, is never committed. A
//! check at the return of a connection finds this:
//!
//! ```
//! use sqlx::Row;
//! use sqlx::postgres::PgPoolOptions;
//!
//! let pool = PgPoolOptions::new().after_release(|connection, _| {
//!     Box::pin(async move {
//!         // Inside a transaction, `now()` is the moment at which it began.
//!         let is_outside = sqlx::raw_sql("SELECT now() = statement_timestamp()").fetch_one(connection).await?;
//!         is_outside.try_get(0)
//!     })
//! });
//! # drop(pool);
//! ```

mod accept;
mod change;
mod charge;
mod expect;
mod fault;
mod group;
mod handle;
mod handler;
mod operator;
mod order;
mod pool;
mod schema;
mod text;
mod worker;

pub use accept::accept_in;
pub use expect::expect_in;
pub use handle::Inbox;
pub use handler::Handler;
pub use midtrans_inbox as inbox;
pub use midtrans_inbox::store::ChargeRequest;
pub use midtrans_inbox::{
    Accepted, Change, Charged, Error, Event, ExpectResult, Expectation, HandlerError, Outcome,
    Policy, RateLimiter, Stats, WorkerSettings, protocol,
};
pub use schema::{grants_sql, schema_sql};
pub use worker::Worker;
