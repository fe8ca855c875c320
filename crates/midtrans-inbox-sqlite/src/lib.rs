//! draft
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
pub use charge::{ChargeRequest, charge, charge_again, charge_with};
pub use expect::{ask_by, expect_in};
pub use group::{GroupWriter, Storing};
pub use midtrans_inbox as inbox;
pub use midtrans_inbox::{
    Accepted, Change, Charged, Error, Event, Expectation, ExpectResult, HandlerError, Outcome, Policy, RateLimiter, Stats,
    WorkerSettings, protocol,
};
pub use operator::{dead_letters, history, prune, retry, snapshot, unexpected};
pub use schema::{migrate, schema_sql, tune};
pub use stop::Stop;
pub use worker::Worker;
