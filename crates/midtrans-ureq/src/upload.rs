//! The request body, and whether ureq has asked for it.

use std::io::{self, Read};

/// A body that records whether ureq has begun to read it.
///
/// ureq reads the body after it has written the head of the request, and reads from the connection
/// after it has sent all of the body. So a reading error on a body that was never asked for comes
/// from before the request.
#[derive(Debug)]
pub(crate) struct Upload {
    body: io::Cursor<Vec<u8>>,
    asked_for: bool,
}

impl Upload {
    pub(crate) fn new(body: Vec<u8>) -> Self {
        Self {
            body: io::Cursor::new(body),
            asked_for: false,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.body.get_ref().len()
    }

    /// Returns whether the body was certainly not sent. An empty body is never asked for and proves
    /// nothing.
    pub(crate) fn is_untouched(&self) -> bool {
        self.len() > 0 && !self.asked_for
    }
}

impl Read for Upload {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.asked_for = true;
        self.body.read(buffer)
    }
}
