//! The history of an account's transactions: payments, payouts, top-ups and withdrawals.
//! ([Transaction history](https://docs.midtrans.com/reference/transaction-history-list-api))
//!
//! The gateway has it by BI-SNAP only, whose requests carry an access token and a signature over
//! method, path, body and time. This crate has no such account: the operations take yours, any
//! [`Account`](crate::account::Account) that signs so. They need no key of this crate.

mod get_transaction;
mod list_transactions;
mod page;
mod record;

pub use get_transaction::GetTransaction;
pub use list_transactions::{Filter, ListTransactions, SortOrder, TransactionPage};
pub use page::Page;
pub use record::{TransactionRecord, TransactionType};
