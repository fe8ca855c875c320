//! Reads a file, or `-` for standard input.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use midtrans_protocol::notification::MAX_BYTES;

use crate::failure::Failure;

/// Reads a file's bytes, at most one more than a notification may have, so that a longer one shows.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let most = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let result = if path == Path::new("-") {
        io::stdin().take(most).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes))
    };
    match result {
        Ok(_) => Ok(bytes),
        Err(error) => Err(
            Failure::usage(format!("cannot read {}: {error}", path.display()))
                .next("name a file, or - for standard input"),
        ),
    }
}

/// Reads all bytes. More than a notification may have is refused, and not cut.
pub(crate) fn read_all(path: &Path) -> Result<Vec<u8>, Failure> {
    let bytes = read(path)?;
    if bytes.len() > MAX_BYTES {
        let most = MAX_BYTES >> 20;
        return Err(Failure::usage(format!(
            "{} is longer than {most} MiB, which is the most",
            path.display()
        )));
    }
    Ok(bytes)
}

/// Reads text, without the byte order mark that some editors put in front of it.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    let text = String::from_utf8(read_all(path)?);
    let text = text.map_err(|_| Failure::usage(format!("{} is not UTF-8", path.display())))?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}

/// The bytes without that mark.
pub(crate) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
