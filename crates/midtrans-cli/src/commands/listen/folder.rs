//! The folder of `--save`: new files only, readable by their owner only, and never more than it may
//! hold.
//!
//! Anything on this machine, and through a tunnel anything at all, can send something here, so what
//! is not genuine gets a share of its own and cannot take the room of what is.

use std::fs::{self, DirEntry, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use midtrans_protocol::notification::Message;
use midtrans_protocol::webhook::Rejection;

/// The least that a file counts, in bytes: the block size of most file systems.
const BLOCK: u64 = 4096;
/// The share of the folder that forged messages may take: an eighth.
const STRANGERS: u64 = 8;
const NOT_GENUINE: &str = "not-genuine";

/// A folder with its size limit.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    most: u64,
    taken: Mutex<Taken>,
}

/// Bytes that are in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Taken {
    all: u64,
    strangers: u64,
}

impl Folder {
    /// Opens the folder and counts its files.
    pub(super) fn open(path: PathBuf, most: u64) -> io::Result<Self> {
        fs::create_dir_all(&path)?;
        let mut taken = Taken::default();
        for entry in fs::read_dir(&path)? {
            taken.add_entry(&entry?)?;
        }
        Ok(Self {
            path,
            most,
            taken: Mutex::new(taken),
        })
    }

    /// Writes the bytes into a new file, and returns its name.
    ///
    /// # Errors
    /// [`ErrorKind::StorageFull`] when the room for such a message is taken, and what the file
    /// system says.
    pub(super) fn keep(
        &self,
        body: &[u8],
        verified: &Result<Message, Rejection>,
    ) -> io::Result<String> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let with_it = taken.and(counted(body.len() as u64), !is_genuine(verified));
        if with_it.all > self.most {
            return Err(full(
                "the folder is full: empty it, or allow more with --save-limit",
            ));
        }
        if with_it.strangers > self.most / STRANGERS {
            return Err(full(
                "the room for what is not genuine is full: empty the folder, or allow more with --save-limit",
            ));
        }
        let path = self.write(body, &stem(verified))?;
        *taken = with_it;
        Ok(path)
    }

    fn write(&self, body: &[u8], stem: &str) -> io::Result<String> {
        for number in 0..1000 {
            let name = if number == 0 {
                format!("{stem}.json")
            } else {
                format!("{stem}-{number}.json")
            };
            let path = self.path.join(name);
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            match options.open(&path) {
                Ok(mut file) => {
                    file.write_all(body)?;
                    return Ok(path.display().to_string());
                }
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Err(io::Error::other("too many files of one millisecond"))
    }
}

impl Taken {
    fn and(self, bytes: u64, is_strange: bool) -> Self {
        let strangers = if is_strange { bytes } else { 0 };
        Self {
            all: self.all.saturating_add(bytes),
            strangers: self.strangers.saturating_add(strangers),
        }
    }

    fn add_entry(&mut self, entry: &DirEntry) -> io::Result<()> {
        let metadata = entry.metadata()?;
        if metadata.is_file() {
            *self = self.and(
                counted(metadata.len()),
                entry.file_name().to_string_lossy().contains(NOT_GENUINE),
            );
        }
        Ok(())
    }
}

fn counted(bytes: u64) -> u64 {
    bytes.max(BLOCK)
}

fn full(words: &str) -> io::Error {
    io::Error::new(ErrorKind::StorageFull, words)
}

/// Returns whether a message is proven to be the gateway's. One about a subscription is not signed.
pub(super) fn is_genuine(verified: &Result<Message, Rejection>) -> bool {
    matches!(verified, Ok(Message::Payment(_) | Message::PayAccount(_)))
}

/// A file's name without its ending: the time, and for a genuine notification what it is about and
/// the status.
fn stem(verified: &Result<Message, Rejection>) -> String {
    let millis = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_millis();
    let (id, status) = match verified {
        Ok(Message::Payment(told)) => {
            let status = told.reported().transaction_status();
            (told.order_id(), status.map_or("", |status| status.as_str()))
        }
        Ok(Message::PayAccount(told)) => {
            (told.account_id().as_str(), told.account_status().as_str())
        }
        Ok(Message::Subscription(_)) => return format!("{millis}-{NOT_GENUINE}-subscription"),
        _ => return format!("{millis}-{NOT_GENUINE}"),
    };
    let stem = format!("{millis}-{}-{}", file_word(id), file_word(status));
    stem.trim_end_matches('-').to_owned()
}

/// Text from outside as a part of a file's name.
fn file_word(text: &str) -> String {
    let fits = |c: char| {
        if c.is_ascii_alphanumeric() || "-_~".contains(c) {
            c
        } else {
            '_'
        }
    };
    text.chars().map(fits).take(50).collect()
}

#[cfg(test)]
mod tests {
    use midtrans_protocol::notification::signature;
    use midtrans_protocol::{ServerKey, notification};

    use super::*;

    /// A folder among the system's temporary ones, gone when it is dropped.
    struct Temporary(PathBuf);

    impl Temporary {
        fn new(name: &str) -> Self {
            let path =
                std::env::temp_dir().join(format!("midtrans-listen-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&path);
            Self(path)
        }

        fn open(&self, blocks: u64) -> Folder {
            Folder::open(self.0.clone(), blocks * BLOCK).unwrap()
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    fn genuine() -> Result<Message, Rejection> {
        let key = ServerKey::new("SB-Mid-server-x").unwrap();
        let signed = signature::sign("order-101", "200", "1.00", &key);
        let body = format!(
            r#"{{"order_id":"order-101","status_code":"200","gross_amount":"1.00","signature_key":"{signed}"}}"#
        );
        notification::verify_any(body.as_bytes(), &key.into())
    }

    fn unsigned() -> Result<Message, Rejection> {
        let key = ServerKey::new("SB-Mid-server-x").unwrap();
        let body =
            br#"{"event_name":"subscription.charge","transaction":{},"subscription":{"id":"s-1"}}"#;
        notification::verify_any(body, &key.into())
    }

    fn is_full(kept: io::Result<String>) -> bool {
        kept.is_err_and(|error| error.kind() == ErrorKind::StorageFull)
    }

    #[test]
    fn the_folder_never_holds_more_than_it_may_and_a_restart_forgets_nothing() {
        let place = Temporary::new("bound");
        let folder = place.open(16);
        for _ in 0..15 {
            folder.keep(b"{}", &genuine()).unwrap();
        }
        assert!(is_full(
            folder.keep(&[b' '; 2 * BLOCK as usize], &genuine())
        ));
        folder.keep(b"{}", &genuine()).unwrap();
        assert!(is_full(folder.keep(b"{}", &genuine())));
        assert!(is_full(place.open(16).keep(b"{}", &genuine())));
        assert_eq!(fs::read_dir(&place.0).unwrap().count(), 16);
    }

    #[test]
    fn what_is_not_genuine_cannot_take_the_room_of_what_is() {
        let place = Temporary::new("strangers");
        let folder = place.open(16);
        let forged = || Err(Rejection::Forged);
        folder.keep(b"{}", &forged()).unwrap();
        assert!(
            folder
                .keep(b"{}", &forged())
                .unwrap()
                .contains("-not-genuine")
        );
        assert!(is_full(folder.keep(b"{}", &forged())));
        assert!(is_full(folder.keep(b"{}", &unsigned())));
        assert!(is_full(place.open(16).keep(b"{}", &forged())));
        folder.keep(b"{}", &genuine()).unwrap();
    }

    #[test]
    fn a_strangers_word_leads_to_no_other_folder() {
        assert_eq!(file_word("../../etc/passwd"), "______etc_passwd");
        assert_eq!(file_word("order-101"), "order-101");
        assert_eq!(file_word(&"x".repeat(99)).len(), 50);
    }
}
