//! The shop with SQLite that the README shows. `readme/sqlite.rs` is its text, word for word.

include!("readme/sqlite.rs");
