//! A line that is typed at a terminal which does not show it.

use std::io::{self, BufRead, Write};

use crate::failure::Failure;

/// Asks on standard error, and reads a line that the terminal does not show.
pub(crate) fn asked(prompt: &str) -> Result<String, Failure> {
    let silence = Silence::begin()?;
    let mut line = String::new();
    let mut screen = io::stderr();
    // A terminal that is gone shows no prompt, and reading then fails.
    let _ = write!(screen, "{prompt}").and_then(|()| screen.flush());
    let read = io::stdin().lock().read_line(&mut line);
    drop(silence);
    let _ = writeln!(screen);
    match read {
        Ok(length) if length > 0 => Ok(line.trim().to_owned()),
        _ => Err(Failure::usage("nothing was typed").next("type it again, or name a file with it")),
    }
}

/// As long as it lives, the terminal does not show what is typed.
struct Silence;

impl Silence {
    fn begin() -> Result<Self, Failure> {
        if echo("-echo") {
            return Ok(Self);
        }
        Err(Failure::usage("this terminal would show what you type")
            .next("name a file with it that only you may read"))
    }
}

impl Drop for Silence {
    fn drop(&mut self) {
        echo("echo");
    }
}

/// Sets the echo of the terminal on standard input, with the system's own program for that.
fn echo(word: &str) -> bool {
    let mut program = std::process::Command::new("stty");
    let done = program
        .arg(word)
        .stderr(std::process::Stdio::null())
        .status();
    done.is_ok_and(|status| status.success())
}
