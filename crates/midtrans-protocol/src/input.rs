//! The error for a value that was refused before it was sent.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// The error for a value that was refused before anything was sent: it names the field and what was
/// expected there.
///
/// The refused value itself is never part of the error, because it may be a key or personal data.
/// Where several fields are wrong, the error names all of them: see [`problems`](Self::problems).
///
/// ```
/// use midtrans_protocol::OrderId;
///
/// let error = OrderId::new("order/1").unwrap_err();
/// assert_eq!(error.field(), "order_id");
/// assert_eq!(
///     error.to_string(),
///     "order_id: expected 1 to 50 characters out of A-Z a-z 0-9 - _ ~ . (and not only dots)"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidInput {
    field: Cow<'static, str>,
    expected: Cow<'static, str>,
    /// The problems after the first one; each of them has none.
    others: Vec<InvalidInput>,
}

impl InvalidInput {
    pub(crate) fn new(
        field: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            field: field.into(),
            expected: expected.into(),
            others: Vec::new(),
        }
    }

    /// One error out of all problems that were found; none where there are none.
    pub(crate) fn all(problems: Vec<Self>) -> Result<(), Self> {
        let mut problems = problems.into_iter().flat_map(Self::separate);
        match problems.next() {
            Some(first) => Err(Self {
                others: problems.collect(),
                ..first
            }),
            None => Ok(()),
        }
    }

    fn separate(mut self) -> impl Iterator<Item = Self> {
        let others = std::mem::take(&mut self.others);
        std::iter::once(self).chain(others)
    }

    /// Returns every problem that was found, this one first. Of each, only [`field`](Self::field)
    /// and [`expected`](Self::expected) count.
    pub fn problems(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }

    /// The path of the refused field (the first, where there are several) in the gateway's words,
    /// such as `item_details[2].name`.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// The description of a valid value.
    #[must_use]
    pub fn expected(&self) -> &str {
        &self.expected
    }
}

impl fmt::Display for InvalidInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}", self.field, self.expected)?;
        self.others
            .iter()
            .try_for_each(|other| write!(f, "; {other}"))
    }
}

impl Error for InvalidInput {}
