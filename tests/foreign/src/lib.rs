//! Midtrans' own clients in other languages, installed once into a folder below `target`, and run there.

mod absence;
mod client;
mod error;

pub use client::{Client, ready};
pub use error::Failure;
