//! A page of a list.

use std::fmt;
use std::str::FromStr;

use crate::InvalidInput;

/// A page of a list: its number, from 0, and its size. Its text, such as `2/50`, can be stored and
/// read again: a cursor.
///
/// ```
/// use midtrans_protocol::history::Page;
///
/// let page: Page = "2/50".parse()?;
/// assert_eq!(page.next().to_string(), "3/50");
/// assert_eq!("2/51".parse::<Page>().unwrap_err().field(), "cursor");
/// # Ok::<(), midtrans_protocol::InvalidInput>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    number: u32,
    size: u32,
}

impl Page {
    /// The most rows of a page.
    pub const MAX_SIZE: u32 = 50;

    /// The page of this number, from 0, with so many rows at most.
    ///
    /// # Errors
    /// [`InvalidInput`] unless the size is 1 to 50.
    pub fn new(number: u32, size: u32) -> Result<Self, InvalidInput> {
        if (1..=Self::MAX_SIZE).contains(&size) {
            Ok(Self { number, size })
        } else {
            Err(InvalidInput::new("pageSize", "1 to 50"))
        }
    }

    /// The number, from 0.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.number
    }

    /// The most rows.
    #[must_use]
    pub const fn size(self) -> u32 {
        self.size
    }

    /// The page after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self {
            number: self.number.saturating_add(1),
            size: self.size,
        }
    }
}

/// The first page, with the gateway's own size: ten rows.
impl Default for Page {
    fn default() -> Self {
        Self {
            number: 0,
            size: 10,
        }
    }
}

impl fmt::Display for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.size)
    }
}

impl FromStr for Page {
    type Err = InvalidInput;

    fn from_str(text: &str) -> Result<Self, InvalidInput> {
        let number = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<u32>().ok().filter(|_| is_plain)
        };
        text.split_once('/')
            .and_then(|(page, size)| Self::new(number(page)?, number(size)?).ok())
            .ok_or_else(|| {
                let expected = "a page and its size of 1 to 50, such as 0/10";
                InvalidInput::new("cursor", expected)
            })
    }
}
