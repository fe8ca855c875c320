//! Servers in processes of their own, which report their memory and processor time.

use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use crate::load::processor_time;

/// A server in a process of its own. It ends with this value.
pub(crate) struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
    pub(crate) port: u16,
}

impl Server {
    /// Starts this very program with these words; it says its port.
    pub(crate) fn start(words: &[&str]) -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut server = Self {
            child,
            said: BufReader::new(said),
            port: 0,
        };
        server.port = server.line()?.parse().map_err(io::Error::other)?;
        Ok(server)
    }

    /// Asks for a figure of the process.
    pub(crate) fn ask(&mut self, figure: &str) -> io::Result<f64> {
        writeln!(
            self.child.stdin.as_mut().ok_or(io::ErrorKind::BrokenPipe)?,
            "{figure}"
        )?;
        self.line()?.parse().map_err(io::Error::other)
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.said.read_line(&mut line)?;
        Ok(line.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is gone afterwards.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The other side of [`Server::ask`], until the input ends.
pub(crate) fn answer_questions() -> io::Result<()> {
    answer(common)
}

/// The same with figures of the caller's own.
pub(crate) fn answer(figure: impl Fn(&str) -> io::Result<f64>) -> io::Result<()> {
    for line in io::stdin().lines() {
        println!("{}", figure(&line?)?);
    }
    Ok(())
}

/// The figures that every process has: processor time in nanoseconds, or else memory in bytes.
pub(crate) fn common(figure: &str) -> io::Result<f64> {
    if figure == "cpu" {
        Ok(processor_time())
    } else {
        memory()
    }
}

/// Bytes of memory that are this process' own.
fn memory() -> io::Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes =
        line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<f64>().ok());
    Ok(kilobytes.ok_or_else(|| io::Error::other("the system does not tell"))? * 1024.0)
}
