//! Subscriptions: the gateway charges a saved card or a linked account by a plan.
//!
//! [`Create`] makes one. The gateway then charges by itself, and each charge is a transaction with
//! a notification of its own. Besides that it sends
//! [`SubscriptionEvent`](crate::notification::SubscriptionEvent)s, which are unsigned: a reason to
//! ask, never to believe. ([Subscriptions](https://docs.midtrans.com/reference/create-subscription))

mod action;
mod contents;
mod create;
mod get;
mod id;
mod refusal;
mod reply;
mod schedule;
mod token;
mod update;

pub use action::{Cancel, Disable, Enable};
pub use contents::Contents;
pub use create::Create;
pub use get::Get;
pub use id::SubscriptionId;
pub use refusal::Refusal;
pub use reply::{ExecutionTimes, Subscription, SubscriptionStatus, Updated};
pub use schedule::{IntervalUnit, RetrySchedule, RetryUnit, Schedule};
pub use token::SubscriptionToken;
pub use update::{Changes, Update};

pub(crate) use schedule::write_time;
