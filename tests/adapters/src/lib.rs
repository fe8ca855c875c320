//! One contract for every web framework's adapter, over real sockets.
//!
//! [`table`] is the contract as data: what arrives, and what must be answered. [`client`] sends it,
//! written by hand over `TcpStream`, so that also the odd and the broken reaches the server.
//! [`shop`] is the merchant behind every adapter; a test file per adapter mounts it, and
//! [`contract::hold`] goes through the table.

pub mod client;
pub mod contract;
pub mod departure;
pub mod message;
pub mod request;
pub mod shop;
pub mod table;
