//! A token that takes money: read from a file, from standard input or a terminal, and never an
//! argument.

use std::io::{self, IsTerminal, Read};
use std::path::Path;

use crate::failure::Failure;
use crate::field_change::Change;
use crate::{hidden_input, key_file};

/// The longest that a token with its line end can be.
const MAX_BYTES: u64 = 4 * 1024;

/// Reads the line of a file that only its owner may read, or of standard input for `-` and where it
/// is no terminal; asks for it without showing it otherwise. A problem never shows the token.
pub(crate) fn read(from: Option<&Path>) -> Result<String, Failure> {
    let text = match from {
        Some(file) if file != Path::new("-") => key_file::read_secret(file)?,
        None if io::stdin().is_terminal() => hidden_input::asked("Token: ")?,
        _ => {
            let mut text = String::new();
            let read = io::stdin().take(MAX_BYTES).read_to_string(&mut text);
            read.map_err(|_| Failure::usage("standard input is no text").next(ONE_LINE))?;
            text
        }
    };
    match text.trim() {
        "" => Err(Failure::usage("token: nothing was read").next(ONE_LINE)),
        token if token.contains(char::is_whitespace) => {
            Err(Failure::usage("token: expected one word on one line").next(ONE_LINE))
        }
        token => Ok(token.to_owned()),
    }
}

/// Refuses a `--set` of the token, which every user of the machine can read in the list of
/// processes.
pub(crate) fn refuse_argument(set: &[Change]) -> Result<(), Failure> {
    if !set.iter().any(|change| change.begins_with("token")) {
        return Ok(());
    }
    let what =
        "--set token: a token is no argument, because every user of this machine can read those";
    Err(Failure::usage(what).next(ONE_LINE))
}

const ONE_LINE: &str =
    "pass --token-from FILE, a file that only you may read, or write the token to standard input";
