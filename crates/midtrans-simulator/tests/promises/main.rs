//! What the simulator promises. The first modules need no sockets, the last ones do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what it expects")]

mod charging;
mod delivery;
mod desk;
mod finish;
mod idempotency;
mod lifecycle;
mod notifications;
mod random;
mod refunds;
mod retries;
mod server;
mod shapes;
mod sockets;
mod walk;
