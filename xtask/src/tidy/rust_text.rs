//! Just enough of Rust's grammar to tell code from words about code.

/// The text with comments, strings and characters blanked. Lines stay where they are.
pub(super) fn code(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let before = at.checked_sub(1).map(|before| characters[before]);
        let hidden = hidden(&characters[at..], before);
        if hidden == 0 {
            code.push(characters[at]);
            at += 1;
        } else {
            let end = (at + hidden).min(characters.len());
            code.extend(
                characters[at..end]
                    .iter()
                    .map(|c| if *c == '\n' { '\n' } else { ' ' }),
            );
            at = end;
        }
    }
    code
}

/// Returns how many characters from here on are not code; 0 means the first one is.
fn hidden(rest: &[char], before: Option<char>) -> usize {
    match rest {
        ['/', '/', ..] => rest.iter().position(|c| *c == '\n').unwrap_or(rest.len()),
        ['/', '*', ..] => block_comment(rest),
        ['"', ..] => quoted(rest, '"'),
        ['r', '"' | '#', ..] if !continues_word(before) => raw_string(rest),
        ['b' | 'c', 'r', '"' | '#', ..] if !continues_word(before) => 1 + raw_string(&rest[1..]),
        // A lifetime has no closing quote after its first letter.
        ['\'', '\\', ..] | ['\'', _, '\'', ..] => quoted(rest, '\''),
        _ => 0,
    }
}

fn continues_word(before: Option<char>) -> bool {
    before.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn block_comment(rest: &[char]) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at + 1 < rest.len() {
        match (rest[at], rest[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

fn quoted(rest: &[char], quote: char) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            c if c == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// From the `r` on. `r#type` is a name and not a string: 0.
fn raw_string(rest: &[char]) -> usize {
    let hashes = rest[1..].iter().take_while(|c| **c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return 0;
    }
    let start = hashes + 2;
    let closes = |at: &usize| {
        rest[*at] == '"' && rest[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes
    };
    (start..rest.len())
        .find(closes)
        .map_or(rest.len(), |at| at + 1 + hashes)
}

/// Code as [`code`] gives it, with every item under `#[cfg(test)]` blanked too.
pub(super) fn without_tests(code: &str) -> String {
    let mut text = code.to_owned();
    while let Some(start) = ["#[cfg(test)]", "#[cfg(all(test"]
        .iter()
        .filter_map(|mark| text.find(mark))
        .min()
    {
        let end = start + item_length(&text[start..]);
        let blank: String = text[start..end]
            .chars()
            .map(|c| if c == '\n' { '\n' } else { ' ' })
            .collect();
        text.replace_range(start..end, &blank);
    }
    text
}

/// The bytes up to the item's `;` or the end of its block.
fn item_length(text: &str) -> usize {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_not_code() {
        for hidden in [
            "// x",
            "/* x /* x */ x */",
            r#""x\"x""#,
            "r\"x\"",
            "r#\"x \" x\"#",
            "br#\"x\"#",
            "'x'",
            r"'\''",
            "b\"x\"",
        ] {
            let source = format!("let a = {hidden}\n; y");
            assert!(!code(&source).contains('x'), "{source}");
            assert!(code(&source).ends_with("\n; y"), "{source}");
        }
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        for source in [
            "fn f<'a>(a: &'a str) -> &'a str",
            "let r#type = for_r;",
            "fn f(_: Cow<'_, str>)",
        ] {
            assert_eq!(code(source), source);
        }
    }

    #[test]
    fn lines_stay_where_they_are() {
        let source = "a\n\"b\nb\"\n/* c\n */ d";
        assert_eq!(code(source).lines().count(), source.lines().count());
    }

    #[test]
    fn what_follows_a_test_module_is_still_seen() {
        let source = "before\n#[cfg(test)]\nmod tests { fn f() { inside } }\nafter\n#[cfg(test)]\nmod more;\nlast";
        let left = without_tests(source);
        assert!(left.contains("before") && left.contains("after") && left.contains("last"));
        assert!(!left.contains("inside") && !left.contains("more"));
    }
}
