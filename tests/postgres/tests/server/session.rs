//! A minimal client that speaks PostgreSQL's protocol, so that no client need be installed.
//!
//! <https://www.postgresql.org/docs/current/protocol-message-formats.html>

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

/// An authenticated connection.
pub(crate) struct Session(UnixStream);

impl Session {
    pub(crate) fn open(folder: &Path) -> io::Result<Self> {
        let mut stream = UnixStream::connect(folder.join(".s.PGSQL.5432"))?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        // The first message has no type: version 3.0, then names and values, each ended by a zero.
        let mut startup = vec![0, 3, 0, 0];
        startup.extend_from_slice(b"user\0postgres\0database\0postgres\0\0");
        send(&mut stream, &startup)?;
        let mut session = Self(stream);
        session.answer().map(|_| session)
    }

    /// Runs statements and returns the values of all rows, in one list.
    pub(crate) fn ask(&mut self, sql: &str) -> io::Result<Vec<String>> {
        self.0.write_all(b"Q")?;
        send(&mut self.0, format!("{sql}\0").as_bytes())?;
        self.answer()
    }

    /// Reads until the server is ready for the next query.
    fn answer(&mut self) -> io::Result<Vec<String>> {
        let mut values = Vec::new();
        loop {
            let mut head = [0; 5];
            self.0.read_exact(&mut head)?;
            let [kind, length @ ..] = head;
            let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
            self.0.read_exact(&mut body)?;
            match kind {
                b'D' => values.extend(row(&body)),
                b'E' => {
                    return Err(io::Error::other(
                        String::from_utf8_lossy(&body).into_owned(),
                    ));
                }
                b'Z' => return Ok(values),
                _ => {}
            }
        }
    }
}

/// Sends a length, which counts itself, and the body.
fn send(stream: &mut UnixStream, body: &[u8]) -> io::Result<()> {
    let length = u32::try_from(body.len() + 4).expect("questions are short");
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(body)
}

/// Returns the values of a row without nulls: their number in two bytes, then each with its length
/// in four.
fn row(mut body: &[u8]) -> Vec<String> {
    body = &body[2..];
    let mut values = Vec::new();
    while let Some((length, rest)) = body.split_first_chunk() {
        let (value, rest) = rest.split_at(u32::from_be_bytes(*length) as usize);
        values.push(String::from_utf8_lossy(value).into_owned());
        body = rest;
    }
    values
}
