//! PostgreSQL's programs at work on one folder, which PostgreSQL calls a cluster.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::StartError;
use crate::programs::Programs;
use crate::url::PORT;
use crate::user::User;

/// The seconds that a start or a stop may take.
const PATIENCE: &str = "60";

/// The number of the log's last lines that an error shows.
const LOG_LINES: usize = 20;

/// The data, the socket and the log in one folder.
#[derive(Debug)]
pub(crate) struct Cluster {
    programs: Programs,
    /// The user to run as; `None` is the present one.
    user: Option<User>,
    folder: PathBuf,
}

impl Cluster {
    /// Gives the empty folder to the user that the server runs as.
    pub(crate) fn new(
        programs: Programs,
        user: Option<User>,
        folder: PathBuf,
    ) -> Result<Self, StartError> {
        if let Some(user) = &user {
            chown(&folder, Some(user.uid), Some(user.gid))
                .map_err(StartError::system("hand over the folder"))?;
        }
        Ok(Self {
            programs,
            user,
            folder,
        })
    }

    pub(crate) const fn programs(&self) -> &Programs {
        &self.programs
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub(crate) fn pg_ctl(&self) -> PathBuf {
        self.programs.path("pg_ctl")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("log")
    }

    /// Makes an empty database and writes its settings.
    pub(crate) fn create(&self) -> Result<(), StartError> {
        let mut initdb = self.command(&self.programs.path("initdb"));
        // `--no-sync` saves a wait for the disk, for a database that has no data yet. The server
        // itself syncs.
        initdb.args([
            "--no-sync",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
        ]);
        initdb
            .args(["--auth-local=trust", "--auth-host=reject", "-D"])
            .arg(self.data());
        self.run("initdb", initdb)?;
        let settings = settings(&self.folder);
        let file = OpenOptions::new()
            .append(true)
            .open(self.data().join("postgresql.conf"));
        file.and_then(|mut file| file.write_all(settings.as_bytes()))
            .map_err(StartError::system("write the settings"))
    }

    pub(crate) fn start(&self) -> Result<(), StartError> {
        let mut pg_ctl = self.control("start");
        // With a log of its own the server does not hold our pipes, which `run` reads to their end.
        pg_ctl.arg("-l").arg(self.log());
        self.run("pg_ctl start", pg_ctl)
            .map_err(|error| error.with_log(&self.last_words()))
    }

    pub(crate) fn stop(&self, mode: &str) -> Result<(), StartError> {
        let mut pg_ctl = self.control("stop");
        pg_ctl.args(["-m", mode]);
        self.run("pg_ctl stop", pg_ctl)
    }

    fn control(&self, action: &str) -> Command {
        let mut pg_ctl = self.command(&self.pg_ctl());
        pg_ctl
            .args([action, "-w", "-t", PATIENCE, "-D"])
            .arg(self.data());
        pg_ctl
    }

    /// Returns a command in this folder, as the right user, without the caller's settings for
    /// PostgreSQL.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // The user may not be able to enter our folder, and PostgreSQL's programs look up their
        // own.
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .env("LC_ALL", "C");
        for (name, _) in
            env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG"))
        {
            command.env_remove(name);
        }
        if let Some(user) = &self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    fn run(&self, name: &'static str, mut command: Command) -> Result<(), StartError> {
        let output = command
            .output()
            .map_err(StartError::system("run one of PostgreSQL's programs"))?;
        if output.status.success() {
            return Ok(());
        }
        let said = [output.stdout, output.stderr].concat();
        Err(StartError::Refused {
            program: name,
            said: String::from_utf8_lossy(&said).trim().to_owned(),
        })
    }

    fn last_words(&self) -> String {
        let log = fs::read(self.log()).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

/// The settings that differ from PostgreSQL's defaults, and those defaults that the tests are
/// about.
fn settings(folder: &Path) -> String {
    // Folders are a list in double quotes within a text in single ones.
    let folder = folder
        .to_string_lossy()
        .replace('\\', r"\\")
        .replace('\'', "''")
        .replace('"', "\"\"");
    format!(
        "listen_addresses = ''\n\
         unix_socket_directories = '\"{folder}\"'\n\
         port = {PORT}\n\
         max_connections = 100\n\
         fsync = on\n\
         synchronous_commit = on\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_quotes_is_still_one_folder() {
        let settings = settings(Path::new(r#"/a'b "c", \d"#));
        assert!(
            settings.contains(r#"unix_socket_directories = '"/a''b ""c"", \\d"'"#),
            "{settings}"
        );
    }
}
