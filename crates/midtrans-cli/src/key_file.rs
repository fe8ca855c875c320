//! A file with keys: lines `NAME=VALUE`, readable by its owner only.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::failure::Failure;
use crate::terminal::quoted;

/// The names that such a file may have.
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
    parse(&text)
        .map_err(|problem| Failure::usage(format!("the keys in {}: {problem}", path.display())))
}

/// Returns the text of a file that is readable by its owner only.
pub(crate) fn read_secret(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let unreadable =
        |error: std::io::Error| Failure::usage(format!("cannot read the keys in {shown}: {error}"));
    let file = File::open(path).map_err(unreadable)?;
    // The open file is asked and not its name, which may mean another file by now.
    refuse_if_others_may_read(&file.metadata().map_err(unreadable)?, path)?;
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    text_of(bytes).map_err(|problem| Failure::usage(format!("the keys in {shown}: {problem}")))
}

fn text_of(bytes: Vec<u8>) -> Result<String, &'static str> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err("the file is longer than 64 KiB, which is the most");
    }
    if [&b"\xff\xfe"[..], b"\xfe\xff"]
        .iter()
        .any(|mark| bytes.starts_with(mark))
    {
        return Err("the file is UTF-16: save it as UTF-8, without a byte order mark");
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err("the file begins with a byte order mark: save it as UTF-8 without one");
    }
    String::from_utf8(bytes).map_err(|_| "the file is not UTF-8")
}

#[cfg(unix)]
fn refuse_if_others_may_read(metadata: &std::fs::Metadata, path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let shown = path.display();
    Err(Failure::usage(format!(
        "others may use the keys in {shown} (its mode is {mode:03o})"
    ))
    .next(format!("chmod 600 {}", quoted(&path.to_string_lossy()))))
}

#[cfg(not(unix))]
fn refuse_if_others_may_read(_: &std::fs::Metadata, _: &Path) -> Result<(), Failure> {
    Ok(())
}

/// The problem names the line and never what is in it.
fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut values = BTreeMap::new();
    for (at, line) in text
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim()))
    {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line
            .split_once('=')
            .ok_or_else(|| format!("line {at} is not NAME=VALUE"))?;
        let name = name.trim();
        if !NAMES.contains(&name) {
            return Err(format!("line {at} sets none of {}", NAMES.join(", ")));
        }
        let value = unquoted(value.trim()).ok_or_else(|| {
            format!("line {at} opens a quotation mark that it does not close, or goes on behind it")
        })?;
        if values.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(format!("line {at} sets {name} again"));
        }
    }
    Ok(values)
}

/// The value between quotation marks, if it has any. `None` where they do not surround all of it.
fn unquoted(value: &str) -> Option<&str> {
    match value.chars().next() {
        Some(mark @ ('"' | '\'')) => value[1..]
            .strip_suffix(mark)
            .filter(|within| !within.contains(mark)),
        _ if value.ends_with(['"', '\'']) => None,
        _ => Some(value),
    }
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
    fn a_byte_order_mark_and_a_file_that_is_too_long_are_named() {
        for (bytes, words) in [
            (
                b"\xef\xbb\xbfMIDTRANS_SERVER_KEY=MARKER".to_vec(),
                "begins with a byte order mark",
            ),
            (b"\xff\xfeM\0".to_vec(), "UTF-16"),
            (b"\xfe\xff\0M".to_vec(), "UTF-16"),
            (b"MIDTRANS_SERVER_KEY=\xff".to_vec(), "not UTF-8"),
            (vec![b'#'; MAX_BYTES as usize + 1], "longer than 64 KiB"),
        ] {
            assert!(text_of(bytes).unwrap_err().contains(words), "{words}");
        }
        assert_eq!(
            text_of(vec![b'#'; MAX_BYTES as usize]).unwrap().len() as u64,
            MAX_BYTES
        );
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_is_named() {
        for value in [
            "\"MARKER",
            "MARKER\"",
            "'MARKER",
            "'MARKER\"",
            "\"",
            "'MARKER' # mine",
            "'MARKER'x'",
        ] {
            let problem = parse(&format!("# mine\nMIDTRANS_SERVER_KEY={value}")).unwrap_err();
            assert!(
                problem.starts_with("line 2 opens a quotation mark"),
                "{value}: {problem}"
            );
            assert!(!problem.contains("MARKER"));
        }
        for value in ["\"x\"", "'x'", "x", " 'x' "] {
            assert_eq!(
                parse(&format!("MIDTRANS_SERVER_KEY={value}")).unwrap()["MIDTRANS_SERVER_KEY"],
                "x"
            );
        }
    }

    #[test]
    fn a_wrong_line_is_named_and_not_shown() {
        for text in [
            "MARKER",
            "MARKER=1",
            "MIDTRANS_SERVER_KEY=a\nMIDTRANS_SERVER_KEY=MARKER",
        ] {
            let problem = parse(text).unwrap_err();
            assert!(
                problem.starts_with("line ") && !problem.contains("MARKER"),
                "{problem}"
            );
        }
    }
}
