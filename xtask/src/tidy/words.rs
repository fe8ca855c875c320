//! Rules about the words of Rust files, as far as words can be counted.

use crate::tracked::TextFile;

/// Not here in one piece, so that this file keeps its own rule.
const AVOIDED: [&str; 3] = [
    concat!("who", "ever"),
    concat!("no", "body"),
    concat!("some", "body"),
];
const QUESTION_WORDS: [&str; 10] = [
    "What", "Where", "When", "How", "Whether", "Which", "Who", "Whom", "Whose", "Why",
];
const COLUMNS: usize = 100;
/// Rows of a list that is shown as an example of what to change.
const SHOWN: usize = 10;

/// Every breach in all files together.
pub(super) fn breaches(files: &[TextFile]) -> Vec<String> {
    let rust: Vec<&TextFile> = files
        .iter()
        .filter(|file| file.path.ends_with(".rs"))
        .collect();
    let mut found: Vec<String> = rust.iter().copied().flat_map(avoided).collect();
    let first_lines: Vec<_> = rust.iter().copied().flat_map(first_doc_lines).collect();
    let questions = first_lines.iter().filter(|(_, line)| is_question(line));
    found.extend(too_many(
        "first documentation lines begin with a question word; begin with the subject",
        3,
        questions.map(|(place, _)| place.clone()).collect(),
        first_lines.len(),
    ));
    let lines = rust.iter().map(|file| file.text.lines().count()).sum();
    found.extend(too_many(
        &format!("lines are longer than {COLUMNS} columns"),
        1,
        rust.iter().copied().flat_map(wide_lines).collect(),
        lines,
    ));
    found
}

/// One breach when more than `percent` of `all` are at these places.
fn too_many(what: &str, percent: usize, places: Vec<String>, all: usize) -> Option<String> {
    (places.len() * 100 > all * percent).then(|| {
        let examples = places[..places.len().min(SHOWN)].join("\n  ");
        let count = places.len();
        format!("{count} of {all} {what} (at most {percent} %), such as\n  {examples}")
    })
}

fn avoided(file: &TextFile) -> Vec<String> {
    let lines = file.text.lines().enumerate();
    let words = lines.flat_map(|(at, line)| words(line).map(move |word| (at, word)));
    words
        .filter_map(|(at, word)| {
            let avoided = AVOIDED.iter().find(|avoided| **avoided == word)?;
            Some(format!(
                "{}:{}: `{avoided}`; name the subject, or say \"you\"",
                file.path,
                at + 1
            ))
        })
        .collect()
}

/// The words of a line in lower case. A name with underscores is several words.
fn words(line: &str) -> impl Iterator<Item = String> {
    line.split(|c: char| !c.is_ascii_alphabetic())
        .map(str::to_ascii_lowercase)
}

/// The first line of each documentation comment, with its place.
fn first_doc_lines(file: &TextFile) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut before = None;
    for (at, line) in file.text.lines().enumerate() {
        let doc = doc(line);
        if let Some((marker, words)) = doc
            && before != Some(marker)
        {
            found.push((format!("{}:{}", file.path, at + 1), words));
        }
        before = doc.map(|(marker, _)| marker);
    }
    found
}

fn doc(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    ["///", "//!"]
        .into_iter()
        .find_map(|marker| Some((marker, line.strip_prefix(marker)?.trim_start())))
}

fn is_question(line: &str) -> bool {
    let end = line.find(|c: char| !c.is_ascii_alphabetic());
    QUESTION_WORDS.contains(&&line[..end.unwrap_or(line.len())])
}

fn wide_lines(file: &TextFile) -> Vec<String> {
    let lines = file.text.lines().enumerate();
    lines
        .filter(|(_, line)| line.chars().count() > COLUMNS)
        .map(|(at, _)| format!("{}:{}", file.path, at + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let path = "crates/midtrans-x/src/x.rs".to_owned();
        let text = text.to_owned();
        breaches(&[TextFile { path, text }])
    }

    #[test]
    fn an_avoided_word_is_found_with_its_line_in_comments_names_and_strings() {
        let [first, second, third] = AVOIDED;
        let text = format!("//! X.\n// {first}\nfn f_{second}() {{\n    \"{third}\"\n}}\n");
        let found = found(&text);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("crates/midtrans-x/src/x.rs:2: "));
    }

    #[test]
    fn a_word_that_only_contains_an_avoided_one_is_nothing() {
        let text = format!("//! X.\n// {}s\n", AVOIDED[1]);
        assert_eq!(found(&text), Vec::<String>::new());
    }

    #[test]
    fn three_in_a_hundred_first_lines_may_ask() {
        let of = |asking: usize| {
            let asked = "/// How it is.\nfn f() {}\n".repeat(asking);
            let said = "/// The way it is.\n/// When it is.\nfn f() {}\n".repeat(100 - asking);
            found(&(asked + &said))
        };
        assert_eq!(of(3), Vec::<String>::new());
        assert_eq!(of(4).len(), 1);
        assert!(of(4)[0].contains("4 of 100"));
    }

    #[test]
    fn a_word_that_begins_like_a_question_word_is_none() {
        let text = "//! Whichever.\n\n/// However.\nfn f() {}\n";
        assert_eq!(found(text), Vec::<String>::new());
    }

    #[test]
    fn one_line_in_a_hundred_may_be_wide() {
        let wide = format!("// {}\n", "x".repeat(98));
        let text = |count: usize| wide.repeat(count) + &"\n".repeat(100 - count);
        assert_eq!(found(&text(1)), Vec::<String>::new());
        assert_eq!(found(&text(2)).len(), 1);
    }
}
