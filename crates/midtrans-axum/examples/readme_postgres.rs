//! The shop with PostgreSQL that the README shows. `readme/postgres.rs` is its text, word for word.

include!("readme/postgres.rs");
