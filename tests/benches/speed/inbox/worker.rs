//! Workers in processes of their own: ours, and what one would write by hand around the same
//! tables.

mod bare_postgres;
mod bare_sqlite;
mod ours;

use std::io;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use crate::process::{Server, answer, common};

/// The first argument of a process that only works; the others are those of [`Task`].
pub(crate) const SERVE: &str = "--serve-worker";

/// The name under which the server knows a worker's connections.
pub(super) const APPLICATION: &str = "worker";

/// The kind of a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Bare,
    Ours,
}

/// The database of the orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Store {
    Postgres,
    Sqlite,
}

/// The task of a worker.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) side: Side,
    pub(super) store: Store,
    /// The server's URL or the file's path.
    pub(super) database: String,
    /// The gateway's address.
    pub(super) gateway: String,
    /// The most questions in a second.
    pub(super) rate: u32,
    /// The option for limited gateways is on.
    pub(super) by_signature: bool,
}

impl Task {
    /// Starts a process, which begins when it is asked for `go`.
    pub(super) fn start(&self) -> io::Result<Server> {
        let side = if self.side == Side::Bare {
            "bare"
        } else {
            "ours"
        };
        let store = if self.store == Store::Postgres {
            "postgres"
        } else {
            "sqlite"
        };
        let option = if self.by_signature {
            "signature"
        } else {
            "answers"
        };
        Server::start(&[
            SERVE,
            side,
            store,
            &self.database,
            &self.gateway,
            &self.rate.to_string(),
            option,
        ])
    }

    fn read(words: &[String]) -> Option<Self> {
        let [side, store, database, gateway, rate, option] = words else {
            return None;
        };
        Some(Self {
            side: if side == "bare" {
                Side::Bare
            } else {
                Side::Ours
            },
            store: if store == "postgres" {
                Store::Postgres
            } else {
                Store::Sqlite
            },
            database: database.clone(),
            gateway: gateway.clone(),
            rate: rate.parse().ok()?,
            by_signature: option == "signature",
        })
    }

    fn work(&self, progress: &Arc<Progress>) -> Result<(), Box<dyn std::error::Error>> {
        match (self.side, self.store) {
            (Side::Ours, Store::Postgres) => ours::on_postgres(self, progress),
            (Side::Ours, Store::Sqlite) => ours::on_sqlite(self, progress),
            (Side::Bare, Store::Postgres) => bare_postgres::work(self, progress),
            (Side::Bare, Store::Sqlite) => bare_sqlite::work(self, progress),
        }
    }
}

/// The progress of a worker.
#[derive(Debug, Default)]
pub(super) struct Progress {
    started: OnceLock<Instant>,
    acted: AtomicU64,
    /// The time of the first act, in nanoseconds after the start.
    first: AtomicU64,
}

impl Progress {
    /// Counts orders that were acted on and committed.
    pub(super) fn acted(&self, count: usize) {
        if count > 0 && self.acted.fetch_add(count as u64, Ordering::SeqCst) == 0 {
            let elapsed = self.started.get().map_or(Duration::ZERO, Instant::elapsed);
            self.first.store(
                u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX),
                Ordering::SeqCst,
            );
        }
    }
}

/// The other side: prints a line when it is ready, works when it is told to, and prints a figure
/// for every line it is sent.
pub(crate) fn serve(words: &[String]) -> io::Result<()> {
    let task = Task::read(words).ok_or(io::ErrorKind::InvalidInput)?;
    let progress = Arc::new(Progress::default());
    // It has no port.
    println!("0");
    answer(|figure| match figure {
        "go" => {
            let (task, progress) = (task.clone(), Arc::clone(&progress));
            progress.started.get_or_init(Instant::now);
            thread::spawn(move || {
                if let Err(error) = task.work(&progress) {
                    eprintln!("a worker ended: {error}");
                }
                process::exit(1);
            });
            Ok(0.0)
        }
        "acted" => Ok(progress.acted.load(Ordering::SeqCst) as f64),
        "first" => Ok(progress.first.load(Ordering::SeqCst) as f64),
        other => common(other),
    })
}
