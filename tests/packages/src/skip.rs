//! Tests that were skipped, noted in a file, so that who ran them can say which and why.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

/// The environment variable that names the file. Without it a skip is told on standard error only.
pub const NOTES: &str = "MIDTRANS_SKIPPED_TESTS";

/// The longest reason: installers say much.
const LONGEST: usize = 300;

/// A test, or a group of tests, that was skipped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Skip {
    /// The missing thing, and what would help.
    pub why: String,
    /// The test, or the group.
    pub what: String,
    /// The folder of its package.
    pub package: String,
}

impl Skip {
    /// A skip, each of its parts on one line.
    #[must_use]
    pub fn new(package: &str, what: &str, why: &str) -> Self {
        Self {
            why: one_line(why),
            what: one_line(what),
            package: one_line(package),
        }
    }

    /// Adds it to the file. Several processes may do so at once.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn note(&self, file: &Path) -> io::Result<()> {
        let line = format!("{}\t{}\t{}\n", self.package, self.what, self.why);
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)?
            .write_all(line.as_bytes())
    }

    /// All that are noted in the file, each once; none when there is no file.
    ///
    /// # Errors
    /// When the file cannot be read, or a line in it is none of [`Skip::note`].
    pub fn noted(file: &Path) -> io::Result<Vec<Self>> {
        let text = match fs::read_to_string(file) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            text => text?,
        };
        let read = |line: &str| match line.split('\t').collect::<Vec<_>>()[..] {
            [package, what, why] => Ok(Self::new(package, what, why)),
            _ => Err(io::Error::new(
                ErrorKind::InvalidData,
                format!("this line is no skipped test: {line}"),
            )),
        };
        let mut skips = text.lines().map(read).collect::<io::Result<Vec<_>>>()?;
        skips.sort();
        skips.dedup();
        Ok(skips)
    }
}

fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let beginning: String = words.chars().take(LONGEST).collect();
    beginning.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use std::env;
    use std::process;

    use super::*;

    #[test]
    fn what_was_noted_is_read_once_and_on_one_line() {
        let file = env::temp_dir().join(format!("midtrans-skips-{}", process::id()));
        assert_eq!(Skip::noted(&file).unwrap(), []);
        let first = Skip::new(
            "tests",
            "a walk\tthrough\nthe console",
            "node is not on PATH",
        );
        let second = Skip::new("tests", "another", &"long ".repeat(100));
        for skip in [&second, &first, &second] {
            skip.note(&file).unwrap();
        }
        assert_eq!(first.what, "a walk through the console");
        assert_eq!(Skip::noted(&file).unwrap(), [second, first]);
        fs::write(&file, "nothing of ours\n").unwrap();
        assert_eq!(
            Skip::noted(&file).unwrap_err().kind(),
            ErrorKind::InvalidData
        );
        fs::remove_file(&file).unwrap();
    }
}
