//! Texts that PostgreSQL can store.

use std::borrow::Cow;

/// Returns the texts of rows, to bind as an array.
pub(crate) fn texts<'a, T: 'a>(
    rows: impl IntoIterator<Item = &'a T>,
    of: fn(&T) -> Option<&str>,
) -> Vec<Option<Cow<'a, str>>> {
    rows.into_iter().map(|row| of(row).map(text)).collect()
}

/// Returns the same text, with U+FFFD in place of U+0000.
///
/// PostgreSQL's texts cannot hold the character zero, JSON's can, and not all of a notification is
/// signed. One such text would make everything in its batch fail, again and again.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{FFFD}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_replaced_and_nothing_else() {
        assert_eq!(text("t\0-1\0"), "t\u{FFFD}-1\u{FFFD}");
        assert!(matches!(
            text("Rp 40.000 ☕"),
            Cow::Borrowed("Rp 40.000 ☕")
        ));
    }
}
