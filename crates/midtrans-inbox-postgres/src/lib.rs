//! A durable inbox for Midtrans notifications in the merchant's own PostgreSQL database: none lost, every payment acted on
//! exactly once.
//!
//! Everything borrows your [`sqlx::PgConnection`], which a pool's connection and a transaction are too, so that the order
//! and the inbox change in one commit. The rules are those of [`midtrans_inbox`], which is re-exported.
//!
//! 1. [`migrate`] at every start.
//! 2. [`expect`] in the transaction that stores the order, *before* the charge is sent.
//! 3. [`accept`] in the webhook, then answer. [`GroupWriter`] for many at once.
//! 4. A [`Worker`] with your [`Handler`], in a task. It also asks about orders that nothing was heard of.
//! 5. [`snapshot`], [`dead_letters`], [`history`], [`retry`], [`prune`] for whoever operates it.
//!
//! ```no_run
//! use std::time::SystemTime;
//! use async_trait::async_trait;
//! use midtrans_inbox_postgres::inbox::protocol::{Charge, IdempotencyKey, OrderId, Rupiah, TransactionDetails};
//! use midtrans_inbox_postgres::inbox::{Change, Expectation, Expecting, Outcome};
//! use midtrans_inbox_postgres::{Handler, HandlerError, Worker, accept, expect, migrate};
//! use sqlx::{PgConnection, PgPool};
//! # use std::time::Duration;
//! # use midtrans_inbox_postgres::inbox::protocol::{Environment, Merchant, Notification, ServerKey};
//! # use midtrans_transport::{AsyncClient, AsyncTransport, Limits, Request, Response, TransportError};
//! # /// Answers that the order is settled.
//! # struct Gateway;
//! # #[async_trait]
//! # impl AsyncTransport for Gateway {
//! #     async fn send(&self, _: Request, _: Limits) -> Result<Response, TransportError> {
//! #         let body = br#"{"status_code":"200","order_id":"order-101","gross_amount":"40000.00",
//! #             "transaction_id":"t-1","transaction_status":"settlement","fraud_status":"accept"}"#;
//! #         Ok(Response::new(body.to_vec()))
//! #     }
//! #     async fn pause(&self, pause: Duration) {
//! #         tokio::time::sleep(pause).await;
//! #     }
//! # }
//!
//! struct Shop;
//!
//! #[async_trait]
//! impl Handler for Shop {
//!     /// Acts, in the transaction that ends the work.
//!     async fn changed(&self, connection: &mut PgConnection, change: &Change) -> Result<(), HandlerError> {
//!         if change.outcome == Outcome::Paid {
//!             let ship = sqlx::query("UPDATE orders SET state = 'to ship' WHERE id = $1");
//!             ship.bind(change.order_id.as_str()).execute(connection).await?;
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # async fn shop(notification: Notification, stopped: tokio::sync::oneshot::Receiver<()>)
//! #     -> Result<(), Box<dyn std::error::Error>> {
//! # let key = ServerKey::new("SB-Mid-server-abc123cde456")?;
//! # let client = AsyncClient::new(Gateway, Merchant::new(Environment::Sandbox, key)?);
//! let pool = PgPool::connect("postgres://shop@localhost/shop").await?;
//! migrate(&mut *pool.acquire().await?).await?;
//!
//! // Before the charge, in one transaction: the order, and what is expected of it.
//! let charge = Charge::akulaku_minimal(TransactionDetails::new(OrderId::new("order-101")?, Rupiah::new(40_000))?)?;
//! let mut transaction = pool.begin().await?;
//! sqlx::query("INSERT INTO orders VALUES ('order-101', 'open')").execute(&mut *transaction).await?;
//! let expectation = Expectation::of(&charge, IdempotencyKey::new("d0a1")?, SystemTime::now());
//! assert_eq!(expect(&mut transaction, &expectation, SystemTime::now()).await?, Expecting::Recorded);
//! transaction.commit().await?;
//!
//! // In the webhook: store, and answer.
//! accept(&mut *pool.acquire().await?, &notification, SystemTime::now()).await?;
//!
//! // In a task, until the program is to end: act.
//! let worker = Worker::new(client);
//! tokio::spawn(async move { worker.run(&pool, async { drop(stopped.await) }, &Shop).await });
//! # Ok(())
//! # }
//! ```

mod accept;
mod claim;
mod error;
mod finish;
mod group;
mod handler;
mod operator;
mod record;
mod save;
mod schema;
mod stop;
mod text;
mod worker;

pub use accept::{accept, ask_by, expect, not_charged};
pub use claim::{claim, due_for_status, give_back};
pub use error::Error;
pub use finish::{dead, finish};
pub use group::GroupWriter;
pub use handler::Handler;
pub use midtrans_inbox as inbox;
pub use midtrans_inbox::{Finish, HandlerError, protocol};
pub use operator::{dead_letters, history, prune, retry, snapshot};
pub use record::load;
pub use schema::migrate;
pub use worker::Worker;
