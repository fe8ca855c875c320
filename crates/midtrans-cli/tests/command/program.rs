//! Runs the program, and looks in everything that it says for keys.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use midtrans_simulator::{BlockingSimulator, Simulator};
use serde_json::Value;

pub(crate) const SERVER_KEY: &str = "SB-Mid-server-MARKER-server";
pub(crate) const CLIENT_KEY: &str = "SB-Mid-client-MARKER-client";

/// The output and the exit code of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|_| unreadable(self))
    }

    /// Asserts how it ended, and that it said all of these.
    #[track_caller]
    pub(crate) fn says(self, code: i32, words: &[&str]) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        let all = format!("{}{}", self.out, self.err);
        for word in words {
            assert!(all.contains(word), "{word:?} is not in {all}");
        }
        self
    }
}

#[expect(clippy::panic, reason = "this is a test's assertion")]
#[track_caller]
fn unreadable(ran: &Ran) -> Value {
    panic!("no JSON: {ran:#?}")
}

/// The program with an environment of its own: the test's keys, and nothing of the machine's.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    variables: Vec<(String, String)>,
}

impl Program {
    /// Without keys.
    pub(crate) fn bare() -> Self {
        Self {
            variables: Vec::new(),
        }
    }

    /// With the test's keys, for the sandbox.
    pub(crate) fn keyed() -> Self {
        Self::bare()
            .with("MIDTRANS_SERVER_KEY", SERVER_KEY)
            .with("MIDTRANS_CLIENT_KEY", CLIENT_KEY)
    }

    /// With the test's keys, for this gateway.
    pub(crate) fn at(url: &str) -> Self {
        Self::keyed().with("MIDTRANS_ENVIRONMENT", url)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn run(&self, words: &[&str]) -> Ran {
        self.fed(words, b"")
    }

    /// Runs a line of words without spaces.
    pub(crate) fn line(&self, line: &str) -> Ran {
        self.run(&line.split_whitespace().collect::<Vec<_>>())
    }

    pub(crate) fn fed(&self, words: &[&str], input: &[u8]) -> Ran {
        let mut child = self.spawn(words);
        // A program that does not read has closed its end.
        let _ = child.stdin.take().unwrap().write_all(input);
        finished(child)
    }

    pub(crate) fn spawn(&self, words: &[&str]) -> Child {
        self.command(words).stdout(Stdio::piped()).spawn().unwrap()
    }

    /// Runs with standard output somewhere else.
    pub(crate) fn run_into(&self, words: &[&str], output: impl Into<Stdio>, input: &[u8]) -> Ran {
        let mut child = self.command(words).stdout(output).spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(input);
        finished(child)
    }

    pub(crate) fn command(&self, words: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_midtrans"));
        command
            .args(words)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

/// A PostgreSQL server of the test's own and a runtime for its client; `None` where none can be
/// started, which is noted as a skipped test.
#[cfg(feature = "postgres")]
pub(crate) fn postgres_or_skip(
    what: &str,
) -> Option<(
    midtrans_private_postgres::PrivatePostgres,
    tokio::runtime::Runtime,
)> {
    let server = midtrans_private_postgres::PrivatePostgres::start_or_skip(what)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    Some((server, runtime))
}

/// Waits for the end.
pub(crate) fn finished(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let ran = Ran {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    };
    for said in [&ran.out, &ran.err] {
        assert!(!said.contains("MARKER"), "a key was printed: {said}");
    }
    ran
}

/// Waits for the end of a program that could also go on for ever.
#[track_caller]
pub(crate) fn ended(mut child: Child) -> Ran {
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            assert!(child.wait().unwrap().success(), "it goes on");
        }
        thread::sleep(Duration::from_millis(10));
    }
    finished(child)
}

#[cfg(unix)]
pub(crate) fn signal(child: &Child, name: &str) {
    assert!(
        Command::new("kill")
            .args([name, &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
}

/// The first line of a program that goes on, and what is still to come.
pub(crate) fn first_line(child: &mut Child) -> (String, impl Read + use<>) {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    (line, out)
}

/// A gateway with the test's keys, and the program for it.
pub(crate) fn gateway() -> (BlockingSimulator, Program) {
    let builder = Simulator::builder()
        .server_key(SERVER_KEY)
        .client_key(CLIENT_KEY);
    // Most charges of these tests are those of the gateway's guide: an order and nothing else.
    let simulator = builder.lenient().serve_blocking().unwrap();
    let program = Program::at(simulator.url());
    (simulator, program)
}

/// A file among the system's temporary ones, gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Folder(std::path::PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("midtrans-cli-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        std::fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
