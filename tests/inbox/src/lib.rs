//! The guarantees of the inbox, written once and mounted over each database.
//!
//! [`promises::table`] is a list of scenarios. Each gets an empty [`store::Store`], which a file of
//! `tests/` implements for one database; it moves the clock of its [`world::World`] by hand and has
//! an in-process [`gateway::Gateway`] answer. The shop's handler writes each change to a ledger,
//! the table `effects`, in the inbox's transaction; the scenarios check the ledger at the end.
//! [`lives`] are random scenarios, also over the pure core in [`memory`].

pub mod effect;
pub mod gateway;
pub mod lives;
pub mod memory;
pub mod message;
pub mod promises;
pub mod store;
pub mod worker;
pub mod world;
