//! Starts the user's browser.

use std::env;
use std::io;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use http::Uri;

/// Opens a web address. No shell sees it, and nothing but the web is opened.
pub(super) fn open(url: &str) -> io::Result<()> {
    let scheme = url
        .parse::<Uri>()
        .ok()
        .and_then(|uri| uri.scheme_str().map(str::to_owned));
    if !matches!(scheme.as_deref(), Some("http" | "https")) {
        return Err(io::Error::other("the pay page's address is none"));
    }
    let mut child = browser()
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // A program that finds no browser ends at once; a browser may stay.
    let started = Instant::now();
    while started.elapsed() < TIMEOUT {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => {
                return Err(io::Error::other(format!(
                    "the browser's program ended with {status}"
                )));
            }
            None => thread::sleep(Duration::from_millis(20)),
        }
    }
    Ok(())
}

/// The program in `BROWSER`, or the desktop's own way.
fn browser() -> Command {
    let list = env::var_os("BROWSER").unwrap_or_default();
    match env::split_paths(&list).find(|program| !program.as_os_str().is_empty()) {
        Some(program) => Command::new(program),
        None if cfg!(target_os = "macos") => Command::new("open"),
        None if cfg!(windows) => {
            let mut command = Command::new("rundll32");
            command.arg("url.dll,FileProtocolHandler");
            command
        }
        None => Command::new("xdg-open"),
    }
}

const TIMEOUT: Duration = Duration::from_secs(2);
