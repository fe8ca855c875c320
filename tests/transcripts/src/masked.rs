//! Words that differ from run to run.

/// A text with `<…>` in place of each word that is new at each run, and those words in their order.
/// Lines about waiting are left out.
#[must_use]
pub fn masked(text: &str) -> (String, Vec<String>) {
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.starts_with("still waiting for "))
        .collect();
    let text = lines.join("\n");
    let (mut shown, mut words) = (String::new(), Vec::new());
    let (mut rest, mut before) = (text.as_str(), None);
    while let Some(next) = rest.chars().next() {
        let begins = before.is_none_or(|c: char| !c.is_ascii_alphanumeric());
        let found = PATTERNS
            .iter()
            .find_map(|(name, pattern)| Some((name, length(pattern, rest)?)))
            .filter(|_| begins);
        let length = match found {
            Some((name, length)) => {
                shown.push_str(name);
                words.push(rest[..length].to_owned());
                length
            }
            None => {
                shown.push(next);
                next.len_utf8()
            }
        };
        before = rest[..length].chars().next_back();
        rest = &rest[length..];
    }
    (shown, words)
}

/// `d` is a digit, `D` some digits, `h` a hexadecimal digit. Longer ones first.
const PATTERNS: &[(&str, &str)] = &[
    ("<id>", "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"),
    ("<key>", "hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh"),
    ("<invoice>", "hhhhhhhhhhhhhhhhhhhhhhhh"),
    ("<time>", "dddd-dd-dd dd:dd:dd"),
    ("<moment>", "ddddddddddddd"),
    ("<pause>", "D.ddd s"),
    ("<pause>", "D ms"),
];

/// Returns the length of the longest fitting beginning. No letter or digit may follow.
fn length(pattern: &str, text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    for wanted in pattern.bytes() {
        let byte = bytes.get(at)?;
        let fits = match wanted {
            b'd' | b'D' => byte.is_ascii_digit(),
            b'h' => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
            other => *byte == other,
        };
        if !fits {
            return None;
        }
        at += 1;
        while wanted == b'D' && bytes.get(at).is_some_and(u8::is_ascii_digit) {
            at += 1;
        }
    }
    let ends = bytes
        .get(at)
        .is_none_or(|byte| !byte.is_ascii_alphanumeric());
    ends.then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_ids_may_differ_and_nothing_else_may() {
        let (shown, words) = masked(
            "id 350a683e-2808-448e-a832-1674e900d963-1 at 2026-11-24 17:26:19 after 12.004 s, 4 ms",
        );
        assert_eq!(shown, "id <id>-1 at <time> after <pause>, <pause>");
        assert_eq!(words[0], "350a683e-2808-448e-a832-1674e900d963");
        assert_eq!(words[2..], ["12.004 s", "4 ms"]);
        for same in [
            "40000.00",
            "HTTP 200",
            "2 min",
            "order-101",
            "abc2026-11-24 17:26:19",
            "200 OK",
            "4 msx",
        ] {
            assert_eq!(masked(same).0, same);
        }
        let signature = "a".repeat(128);
        assert_eq!(
            masked(&signature).0,
            signature,
            "a signature is the same at each run"
        );
        assert_eq!(
            masked("still waiting for the gateway … 1 s\nrupiah €").0,
            "rupiah €"
        );
    }
}
