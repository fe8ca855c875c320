//! The server as its owner sees it.

use std::env;
use std::path::Path;
use std::process::Command;

use midtrans_packages::{Absence, or_skip};

use crate::cluster::Cluster;
use crate::error::StartError;
use crate::folder;
use crate::guardian::Guardian;
use crate::programs::Programs;
use crate::url;
use crate::user::User;

/// A running private server. Dropping it stops it at once and removes its folder.
///
/// It also ends when its owner is killed or ends without dropping it, so it may live in a `static`.
#[derive(Debug)]
pub struct PrivatePostgres {
    cluster: Cluster,
    _guardian: Guardian,
}

/// The way in which a server is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// Orderly: open transactions are rolled back, clients are disconnected, everything is written
    /// to disk.
    Fast,
    /// As in a crash: nothing is written to disk, and the next start recovers from the log.
    Immediate,
}

impl PrivatePostgres {
    /// Creates a server with an empty database and waits until it accepts connections, at most a
    /// minute.
    ///
    /// PostgreSQL refuses to run as root. As root, the server runs as another system user:
    /// `postgres`, or else the one without rights.
    ///
    /// # Errors
    /// If PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Self, StartError> {
        let programs = Programs::find().ok_or(StartError::NotFound)?;
        let folder = folder::fresh(&env::temp_dir())?;
        // The guardian is started before anything that lasts. Until it runs, the folder is removed
        // here.
        let guarded = User::to_run_as(&folder).and_then(|user| {
            let cluster = Cluster::new(programs, user, folder.clone())?;
            Ok(Self {
                _guardian: Guardian::over(&cluster)?,
                cluster,
            })
        });
        let server = guarded.inspect_err(|_| folder::remove(&folder))?;
        server.cluster.create()?;
        server.start_again()?;
        Ok(server)
    }

    /// Starts a server for a test. Returns `None` without PostgreSQL: then `what` is skipped, which
    /// is printed and noted by [`or_skip`].
    ///
    /// # Panics
    /// If the server does not start. If the environment variable `CI` is set, also if PostgreSQL is
    /// not installed: in CI a skipped test must not look like one that passed.
    #[expect(clippy::panic, reason = "this is a test's assertion")]
    #[must_use]
    pub fn start_or_skip(what: &str) -> Option<Self> {
        match Self::start() {
            Err(error) if !error.is_absence() => panic!("{what}: {error}"),
            server => or_skip(what, server),
        }
    }

    /// Returns PostgreSQL's own client, which is beside the server's programs or on PATH.
    ///
    /// # Errors
    /// [`Absence`], if it is not installed.
    pub fn psql(&self) -> Result<Command, Absence> {
        let psql = self.cluster.programs().client("psql");
        psql.map(Command::new)
            .ok_or_else(|| Absence::of_program("psql", "postgresql-client"))
    }

    /// Returns the URL to connect to: user and database `postgres`, no password. sqlx,
    /// tokio-postgres and libpq understand it.
    #[must_use]
    pub fn url(&self) -> String {
        url::of(self.folder())
    }

    /// Returns the folder with the socket, the data and the server's log. It belongs to the user
    /// that the server runs as.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.cluster.folder()
    }

    /// Stops the server and starts it again with the same data. Connections break; the URL stays.
    ///
    /// # Errors
    /// If it does not stop or start within a minute each.
    pub fn restart(&self, shutdown: Shutdown) -> Result<(), StartError> {
        self.stop(shutdown)?;
        self.start_again()
    }

    /// Stops the server and keeps its data, for an outage of any length.
    ///
    /// # Errors
    /// If it was not running or does not stop within a minute.
    pub fn stop(&self, shutdown: Shutdown) -> Result<(), StartError> {
        self.cluster.stop(match shutdown {
            Shutdown::Fast => "fast",
            Shutdown::Immediate => "immediate",
        })
    }

    /// Starts a stopped server and waits until it accepts connections, at most a minute.
    ///
    /// # Errors
    /// If it is running already or does not start.
    pub fn start_again(&self) -> Result<(), StartError> {
        self.cluster.start()
    }
}
