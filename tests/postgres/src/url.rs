//! The URL of a server that has only a unix socket.

use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// A part of the socket's name. All servers may have the same, because each has its own folder.
pub(crate) const PORT: u16 = 5432;

/// The folder is the URL's host: sqlx, tokio-postgres and libpq all read it from there. In the
/// query, as `host=`, tokio-postgres would try `localhost` first, where another server may listen.
///
/// Port and `sslmode` are explicit, because the environment would set missing ones.
pub(crate) fn of(folder: &Path) -> String {
    let host = percent_encoded(folder.as_os_str().as_bytes());
    format!("postgres://postgres@{host}:{PORT}/postgres?sslmode=disable")
}

fn percent_encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // A String takes everything.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_the_host() {
        assert_eq!(
            of(Path::new("/tmp/a b_1-2.3~")),
            "postgres://postgres@%2Ftmp%2Fa%20b_1-2.3~:5432/postgres?sslmode=disable"
        );
    }

    #[test]
    fn every_byte_that_means_something_is_encoded() {
        assert_eq!(
            percent_encoded("?&#@:%+é".as_bytes()),
            "%3F%26%23%40%3A%25%2B%C3%A9"
        );
    }
}
