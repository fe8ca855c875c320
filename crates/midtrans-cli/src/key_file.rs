//! A file with keys: lines `NAME=VALUE`, which nobody but its owner may read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::failure::Failure;
use crate::terminal::quoted;

/// What may stand in such a file.
pub(crate) const NAMES: [&str; 6] = [
    "MIDTRANS_SERVER_KEY",
    "MIDTRANS_CLIENT_KEY",
    "MIDTRANS_MERCHANT_ID",
    "MIDTRANS_ENVIRONMENT",
    "MIDTRANS_INBOX",
    "MIDTRANS_INBOX_TOKEN",
];

const MAX_BYTES: u64 = 64 * 1024;

pub(crate) fn read(path: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let text = read_secret(path)?;
    parse(&text).map_err(|problem| Failure::usage(format!("the keys in {}: {problem}", path.display())))
}

/// The text of a file that nobody but its owner may read.
pub(crate) fn read_secret(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let unreadable = |error: std::io::Error| Failure::usage(format!("cannot read the keys in {shown}: {error}"));
    let file = File::open(path).map_err(unreadable)?;
    // The open file is asked and not its name, which may mean another file by now.
    refuse_if_others_may_read(&file.metadata().map_err(unreadable)?, path)?;
    let mut text = String::new();
    file.take(MAX_BYTES).read_to_string(&mut text).map_err(unreadable)?;
    Ok(text)
}

#[cfg(unix)]
fn refuse_if_others_may_read(metadata: &std::fs::Metadata, path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let shown = path.display();
    Err(Failure::usage(format!("others may use the keys in {shown} (its mode is {mode:03o})"))
        .next(format!("chmod 600 {}", quoted(&path.to_string_lossy()))))
}

#[cfg(not(unix))]
fn refuse_if_others_may_read(_: &std::fs::Metadata, _: &Path) -> Result<(), Failure> {
    Ok(())
}

/// The problem names the line and never what is in it.
fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut values = BTreeMap::new();
    for (at, line) in text.lines().enumerate().map(|(at, line)| (at + 1, line.trim())) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=').ok_or_else(|| format!("line {at} is not NAME=VALUE"))?;
        let name = name.trim();
        if !NAMES.contains(&name) {
            return Err(format!("line {at} sets none of {}", NAMES.join(", ")));
        }
        if values.insert(name.to_owned(), unquoted(value.trim()).to_owned()).is_some() {
            return Err(format!("line {at} sets {name} again"));
        }
    }
    Ok(values)
}

fn unquoted(value: &str) -> &str {
    let within = |mark: char| value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
    within('"').or_else(|| within('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_names_and_values() {
        let text = "# my shop\n\nexport MIDTRANS_SERVER_KEY='SB-Mid-server-x'\nMIDTRANS_ENVIRONMENT = sandbox\n";
        let values = parse(text).unwrap();
        assert_eq!(values["MIDTRANS_SERVER_KEY"], "SB-Mid-server-x");
        assert_eq!(values["MIDTRANS_ENVIRONMENT"], "sandbox");
    }

    #[test]
    fn a_wrong_line_is_named_and_not_shown() {
        for text in ["MARKER", "MARKER=1", "MIDTRANS_SERVER_KEY=a\nMIDTRANS_SERVER_KEY=MARKER"] {
            let problem = parse(text).unwrap_err();
            assert!(problem.starts_with("line ") && !problem.contains("MARKER"), "{problem}");
        }
    }
}
