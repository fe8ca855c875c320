//! Lists that come page by page, and the step from one page to the next.
//!
//! [`Paged`] is an operation whose reply is a page, [`Walk`] the position in its list. Both do no
//! I/O: the clients of `midtrans-transport` drive them.

use std::collections::HashSet;
use std::error::Error;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::operation::Operation;

/// An operation whose reply is a page of a list.
pub trait Paged: Operation + Sized {
    /// A row of the list.
    type Row;

    /// The rows of a page, in the gateway's order.
    fn rows(page: &Self::Reply) -> Vec<Self::Row>;

    /// The text that tells a row from all others: its id, or the whole row where it has none.
    fn row_key(row: &Self::Row) -> String;

    /// The operation for the page after this one, or `None` after the last. It is asked only about
    /// pages with rows: one without is beyond the end.
    fn next_page(&self, page: &Self::Reply) -> Option<Self>;
}

/// A position in a list: the page to ask for, and the pages that came before it.
///
/// The rules are the same for every list. An empty page ends the walk. A page that came before is a
/// [`RepeatedPage`]: a gateway that answers the same page for ever ends the walk too. After an error
/// the walk stands still at the page that failed, until [`resume`](Self::resume).
///
/// ```
/// use midtrans_protocol::history::{Filter, ListTransactions, Page};
/// use midtrans_protocol::paging::Walk;
/// use midtrans_protocol::{GatewayReply, Merchant, decode};
///
/// let first = ListTransactions::<Merchant>::new(Filter::default(), Page::new(0, 1)?)?;
/// let mut walk = Walk::starting_at(first);
/// let mut answers = [
///     r#"{"responseCode":"2001200","detailData":[{"referenceNo":"r-1"}]}"#,
///     r#"{"responseCode":"2001200","detailData":[]}"#,
/// ]
/// .into_iter();
/// let mut rows = 0;
/// while let Some(list) = walk.upcoming() {
///     // Send `list` with any HTTP client, then vouch for what it received:
/// #   let body = answers.next().expect("two answers are enough").into();
/// #   let reply = GatewayReply::from_own_client(http::StatusCode::OK, body);
///     let page = decode(list, reply)?;
///     rows += walk.received(&page)?;
/// }
/// assert_eq!(rows, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Walk<O> {
    next: Option<O>,
    is_stopped: bool,
    /// A hash of the keys of each page that came.
    seen: HashSet<u64>,
}

impl<O: Paged> Walk<O> {
    /// A walk whose first page is this one.
    #[must_use]
    pub fn starting_at(first: O) -> Self {
        Self {
            next: Some(first),
            is_stopped: false,
            seen: HashSet::new(),
        }
    }

    /// The operation to send next; `None` after the last page, and after an error until
    /// [`resume`](Self::resume).
    #[must_use]
    pub fn upcoming(&self) -> Option<&O> {
        self.next.as_ref().filter(|_| !self.is_stopped)
    }

    /// The operation of the first page that has not come yet, also after an error: the cursor to
    /// store if the walk is to go on in another process. `None` after the last page.
    #[must_use]
    pub const fn position(&self) -> Option<&O> {
        self.next.as_ref()
    }

    /// Takes the page that answers [`upcoming`](Self::upcoming), goes on to the next one, and
    /// returns the number of rows: 0 beyond the end.
    ///
    /// # Errors
    /// [`RepeatedPage`] when the same rows came before. The walk stops where it is.
    pub fn received(&mut self, page: &O::Reply) -> Result<usize, RepeatedPage> {
        let rows = O::rows(page);
        if rows.is_empty() {
            self.next = None;
            return Ok(0);
        }
        let mut hasher = DefaultHasher::new();
        for row in &rows {
            O::row_key(row).hash(&mut hasher);
        }
        if !self.seen.insert(hasher.finish()) {
            self.is_stopped = true;
            return Err(RepeatedPage { rows: rows.len() });
        }
        self.next = self.next.as_ref().and_then(|list| list.next_page(page));
        Ok(rows.len())
    }

    /// Stops at the page that was asked for and did not come.
    pub const fn failed(&mut self) {
        self.is_stopped = true;
    }

    /// Goes on after an error, with the page that failed.
    pub const fn resume(&mut self) {
        self.is_stopped = false;
    }
}

/// Shows the next page's operation and the number of pages that came.
impl<O: fmt::Debug> fmt::Debug for Walk<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Walk")
            .field("next", &self.next)
            .field("is_stopped", &self.is_stopped)
            .field("seen", &self.seen.len())
            .finish()
    }
}

/// The error of a page whose rows came before under another number.
///
/// Either the gateway does not heed the number of the page, or so many new rows came before the old
/// ones meanwhile that they moved by whole pages. Ask for a list whose rows do not move: the oldest
/// first, or up to a fixed time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepeatedPage {
    rows: usize,
}

impl RepeatedPage {
    /// The number of rows of the page.
    #[must_use]
    pub const fn rows(self) -> usize {
        self.rows
    }
}

impl fmt::Display for RepeatedPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the gateway answered a page of {} rows that it had answered before: expected the next \
             page; list the oldest rows first, or up to a fixed time",
            self.rows
        )
    }
}

impl Error for RepeatedPage {}
