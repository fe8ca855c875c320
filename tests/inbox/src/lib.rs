//! What the inbox promises, written once and mounted over each database.

pub mod effect;
pub mod gateway;
pub mod lives;
pub mod memory;
pub mod message;
pub mod store;
pub mod worker;
