//! What the inbox promises, written once and mounted over each database.
//!
//! [`promises::table`] is a list of scenarios. Each gets an empty [`store::Store`], which a file of
//! `tests/` puts over one database; it moves the clock of its [`world::World`] by hand and has an
//! in-process [`gateway::Gateway`] answer. The shop's handler writes what it is told to a ledger,
//! the table `effects`, in the transaction of the inbox: the scenarios ask what stands there at the
//! end. [`lives`] are the same with everything at random, also over the pure core in [`memory`].

pub mod effect;
pub mod gateway;
pub mod lives;
pub mod memory;
pub mod message;
pub mod promises;
pub mod store;
pub mod worker;
pub mod world;
