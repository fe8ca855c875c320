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

/// A running server of one's own. Dropping it stops it at once and removes its folder.
///
/// It also goes when its owner is killed or leaves without dropping it, so it may live in a
/// `static`.
#[derive(Debug)]
pub struct PrivatePostgres {
    cluster: Cluster,
    _guardian: Guardian,
}

/// How a server is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shutdown {
    /// In order: open transactions are rolled back, clients are told, everything is written out.
    Fast,
    /// As in a crash: nothing is written out, and the next start recovers from the log.
    Immediate,
}

impl PrivatePostgres {
    /// Makes a server with an empty database and waits until it accepts connections, at most a
    /// minute.
    ///
    /// As root, which PostgreSQL refuses to run as, it runs as the user `postgres` or `nobody`.
    ///
    /// # Errors
    /// When PostgreSQL is not installed, or does not start.
    pub fn start() -> Result<Self, StartError> {
        let programs = Programs::find().ok_or(StartError::NotFound)?;
        let folder = folder::fresh(&env::temp_dir())?;
        // The guardian comes before anything that lasts. Until it is there, the folder is ours to
        // remove.
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

    /// A server for a test, or `None` where PostgreSQL is not installed: then `what` is skipped,
    /// which is told and noted by [`or_skip`].
    ///
    /// # Panics
    /// If the server does not start, and, where the environment variable `CI` is set, also if
    /// PostgreSQL is not installed: in CI a test that did not run must not look like one that
    /// passed.
    #[expect(clippy::panic, reason = "this is a test's assertion")]
    #[must_use]
    pub fn start_or_skip(what: &str) -> Option<Self> {
        match Self::start() {
            Err(error) if !error.is_absence() => panic!("{what}: {error}"),
            server => or_skip(what, server),
        }
    }

    /// PostgreSQL's own client, which is beside the server's programs or on PATH.
    ///
    /// # Errors
    /// [`Absence`], if it is not installed.
    pub fn psql(&self) -> Result<Command, Absence> {
        let psql = self.cluster.programs().client("psql");
        psql.map(Command::new)
            .ok_or_else(|| Absence::of_program("psql", "postgresql-client"))
    }

    /// Where to connect: user and database `postgres`, no password. sqlx, tokio-postgres and libpq
    /// understand it.
    #[must_use]
    pub fn url(&self) -> String {
        url::of(self.folder())
    }

    /// The folder with the socket, the data and the server's log. It belongs to the user whom the
    /// server runs as.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.cluster.folder()
    }

    /// Stops the server and starts it again with the same data. Connections break; the URL stays.
    ///
    /// # Errors
    /// When it does not stop or start within a minute each.
    pub fn restart(&self, shutdown: Shutdown) -> Result<(), StartError> {
        self.stop(shutdown)?;
        self.start_again()
    }

    /// Stops the server and keeps its data, for an outage of any length.
    ///
    /// # Errors
    /// When it was not running or does not stop within a minute.
    pub fn stop(&self, shutdown: Shutdown) -> Result<(), StartError> {
        self.cluster.stop(match shutdown {
            Shutdown::Fast => "fast",
            Shutdown::Immediate => "immediate",
        })
    }

    /// Starts a stopped server and waits until it accepts connections, at most a minute.
    ///
    /// # Errors
    /// When it is running already or does not start.
    pub fn start_again(&self) -> Result<(), StartError> {
        self.cluster.start()
    }
}
