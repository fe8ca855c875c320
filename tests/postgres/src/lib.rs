//! A private PostgreSQL server for tests, benchmarks and demos, which is removed when it is
//! dropped.
//!
//! ```no_run
//! use midtrans_private_postgres::{PrivatePostgres, Shutdown};
//!
//! let server = PrivatePostgres::start()?;
//! println!("{}", server.url()); // connect, write, …
//! server.restart(Shutdown::Immediate)?; // as after a crash; everything that was committed is still there
//! # Ok::<(), midtrans_private_postgres::StartError>(())
//! ```
//!
//! Every server has its own folder among the system's temporary ones, with its data and a unix
//! socket as its only entrance. It is as durable as a server in production. It needs PostgreSQL's
//! programs on the machine, and unix.

mod cluster;
mod error;
mod folder;
mod guardian;
mod programs;
mod server;
mod url;
mod user;

pub use error::StartError;
pub use midtrans_packages::{Absence, or_skip};
pub use server::{PrivatePostgres, Shutdown};
