//! A database file.

use std::path::{Path, PathBuf};

use midtrans_inbox_sqlite::{migrate, tune};
use rusqlite::Connection;

/// A database file of its own, which is deleted afterwards.
pub(crate) struct File(pub(crate) PathBuf);

impl File {
    /// Creates it with the inbox's tables and a shop's.
    pub(crate) fn new(name: &str) -> Self {
        let file = Self::empty(name);
        let mut connection = file.open();
        migrate(&mut connection).unwrap();
        let shop =
            "CREATE TABLE orders (id TEXT PRIMARY KEY, state TEXT NOT NULL, lives INTEGER NOT NULL DEFAULT 1) STRICT;
            CREATE TABLE effects (id INTEGER PRIMARY KEY, order_id TEXT NOT NULL, outcome TEXT NOT NULL) STRICT";
        connection.execute_batch(shop).unwrap();
        file
    }

    pub(crate) fn empty(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("midtrans-inbox-{}-{name}.db", std::process::id()));
        let file = Self(path);
        file.remove();
        file
    }

    pub(crate) fn open(&self) -> Connection {
        let connection = Connection::open(&self.0).unwrap();
        tune(&connection).unwrap();
        connection
    }

    fn remove(&self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut path = self.0.clone().into_os_string();
            path.push(suffix);
            // It may be missing.
            let _ = std::fs::remove_file(Path::new(&path));
        }
    }
}

impl Drop for File {
    fn drop(&mut self) {
        self.remove();
    }
}
