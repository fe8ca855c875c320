//! Text that may be printed on a terminal.

use serde_json::Value;

/// Text from outside with everything made visible that would steer a terminal: control characters,
/// and the marks that turn the direction of writing.
pub(crate) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A line of JSON in which the same is escaped, as JSON escapes it.
pub(crate) fn json_line(value: &Value) -> String {
    let mut line = String::new();
    for c in value.to_string().chars() {
        match steers(c) {
            true => line.push_str(&format!("\\u{:04x}", u32::from(c))),
            false => line.push(c),
        }
    }
    line.push('\n');
    line
}

/// The text without what looks like a key, such as a key that was given where a file's name
/// belongs.
pub(crate) fn without_keys(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = BEFORE_KEYS
        .iter()
        .filter_map(|mark| rest.find(mark).map(|at| at + mark.len()))
        .min()
    {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_of_a_key = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        let end = rest.find(|c| !is_of_a_key(c)).unwrap_or(rest.len());
        // The simulator's keys are no secrets, and help texts name them.
        shown.push_str(if end == 0 || &rest[..end] == "simulator" {
            &rest[..end]
        } else {
            "…"
        });
        rest = &rest[end..];
    }
    shown.push_str(rest);
    shown
}

/// The forms of today, and those of old accounts.
const BEFORE_KEYS: [&str; 4] = ["Mid-server-", "Mid-client-", "VT-server-", "VT-client-"];

/// The tone of a value, which a terminal shows as its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Neutral,
    /// It is well.
    Good,
    /// Look at it.
    Careful,
    /// It is not well.
    Bad,
}

impl Tone {
    /// The text in its colour.
    pub(crate) fn paint(self, text: &str) -> String {
        match self {
            Self::Neutral => text.to_owned(),
            Self::Good => format!("\u{1b}[32m{text}\u{1b}[0m"),
            Self::Careful => format!("\u{1b}[33m{text}\u{1b}[0m"),
            Self::Bad => format!("\u{1b}[31m{text}\u{1b}[0m"),
        }
    }
}

/// A word as a shell reads it back.
pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_json_has_nothing_that_steers_a_terminal_and_says_the_same() {
        let value = serde_json::json!({"a\u{9b}": "\u{1b}[31m\u{7f}\u{202e}é", "b": [1]});
        let line = json_line(&value);
        assert!(line.trim_end().chars().all(|c| !steers(c)), "{line:?}");
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }

    #[test]
    fn what_steers_a_terminal_is_made_visible() {
        assert_eq!(
            plain("a\u{1b}[31mb\n\u{202e}c"),
            "a\\u{1b}[31mb\\u{a}\\u{202e}c"
        );
        assert_eq!(plain("Sepatu é 靴"), "Sepatu é 靴");
    }

    #[test]
    fn what_looks_like_a_key_is_not_repeated() {
        let text = "cannot read 'SB-Mid-server-MARKER_1-x': none; Mid-client-MARKER, and SB-Mid-server-MARKER";
        assert_eq!(
            without_keys(text),
            "cannot read 'SB-Mid-server-…': none; Mid-client-…, and SB-Mid-server-…"
        );
        let old = "cannot read the keys in VT-server-MARKER: none; SB-VT-client-MARKER";
        assert_eq!(
            without_keys(old),
            "cannot read the keys in VT-server-…: none; SB-VT-client-…"
        );
        for harmless in [
            "export MIDTRANS_SERVER_KEY=SB-Mid-server-simulator",
            "SB-Mid-server-",
            "order-101",
            "",
        ] {
            assert_eq!(without_keys(harmless), harmless);
        }
    }

    #[test]
    fn a_word_with_meaning_for_a_shell_is_quoted() {
        assert_eq!(quoted("order-101"), "order-101");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted("~"), "'~'");
        assert_eq!(quoted(""), "''");
    }
}
