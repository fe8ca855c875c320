//! What the simulator promises. The first modules need no sockets, the last ones do.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects"
)]

mod accounts;
mod b2b;
mod charging;
#[cfg(feature = "console")]
mod console;
#[cfg(feature = "console")]
mod console_commands;
#[cfg(feature = "console")]
mod console_guard;
#[cfg(feature = "console")]
mod console_json;
#[cfg(feature = "console")]
mod console_settings;
mod delivery;
mod desk;
mod faults;
mod fields;
mod finish;
#[cfg(feature = "console")]
mod hosts;
mod idempotency;
mod ids;
mod in_process;
mod lifecycle;
mod load;
#[cfg(feature = "state")]
mod losses;
mod methods;
mod notifications;
mod official_clients;
mod openapi;
mod random;
mod refunds;
mod retries;
mod server;
mod shapes;
mod sockets;
#[cfg(feature = "state")]
mod state;

mod walk;
