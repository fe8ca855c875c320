//! draft

mod accept;
mod change;
mod charge;
mod expect;
mod fault;
mod group;
mod handle;
mod handler;

mod keeper;
mod operator;
mod order;
mod schema;
mod text;
mod worker;

pub use accept::accept_in;
pub use charge::ChargeRequest;
pub use expect::expect_in;
pub use handle::Inbox;
pub use handler::Handler;
pub use midtrans_inbox as inbox;
pub use midtrans_inbox::{
    Accepted, Change, Charged, Error, Event, ExpectResult, Expectation, HandlerError, Outcome, Policy, RateLimiter,
    Stats, WorkerSettings, protocol,
};
pub use schema::{grants_sql, schema_sql};
pub use worker::Worker;
