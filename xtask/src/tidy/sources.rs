//! Rules about Rust files.

use super::rust_text;
use crate::tracked::TextFile;

const LONG: usize = 400;
const TOO_LONG: usize = 600;

/// Every breach in one file, with its place.
pub(super) fn breaches(file: &TextFile) -> Vec<String> {
    let mut found = Vec::new();
    if is_rust(file) {
        found.extend(at_lines(
            file,
            &unwraps(file),
            "`.unwrap()` outside a test; return the error instead",
        ));
        found.extend(at_lines(
            file,
            &ignored_tests(&file.text),
            "an ignored test; run it or delete it",
        ));
        found.extend(without_module_doc(file));
        found.extend(too_long(file));
    }
    if is_rust(file) || file.path.ends_with(".md") {
        found.extend(at_lines(
            file,
            &ignored_examples(file),
            "an ignored example; let it run, or use `text`",
        ));
    }
    found
}

/// Returns true if a file should be split soon.
pub(super) fn is_long(file: &TextFile) -> bool {
    is_rust(file) && file.text.lines().count() > LONG
}

fn is_rust(file: &TextFile) -> bool {
    file.path.ends_with(".rs")
}

/// Library and program code. A file called `tests` is a test module with a file of its own.
fn is_production(path: &str) -> bool {
    let mut parts = path.split('/');
    parts.next() == Some("crates")
        && parts.nth(1) == Some("src")
        && !parts.any(|part| matches!(part, "tests" | "tests.rs"))
}

fn at_lines(file: &TextFile, lines: &[usize], message: &str) -> Vec<String> {
    lines
        .iter()
        .map(|line| format!("{}:{line}: {message}", file.path))
        .collect()
}

/// The numbers of the lines for which `is_wrong` holds.
fn lines(text: &str, mut is_wrong: impl FnMut(&str) -> bool) -> Vec<usize> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| is_wrong(line))
        .map(|(at, _)| at + 1)
        .collect()
}

fn unwraps(file: &TextFile) -> Vec<usize> {
    if !is_production(&file.path) {
        return Vec::new();
    }
    let code = rust_text::without_tests(&rust_text::code(&file.text));
    lines(&code, |line| line.contains(".unwrap()"))
}

fn ignored_tests(text: &str) -> Vec<usize> {
    let ignores = |line: &str| {
        line.contains("#[ignore") || (line.contains("cfg_attr") && line.contains("ignore"))
    };
    lines(&rust_text::code(text), ignores)
}

/// Code fences whose words include `ignore`, in documentation comments and in Markdown.
fn ignored_examples(file: &TextFile) -> Vec<usize> {
    let prefixes: &[&str] = if is_rust(file) {
        &["///", "//!"]
    } else {
        &[""]
    };
    lines(&file.text, |line| {
        let words = prefixes
            .iter()
            .filter_map(|prefix| line.trim_start().strip_prefix(prefix))
            .next();
        let fence = words.and_then(|words| words.trim_start().strip_prefix("```"));
        fence.is_some_and(|words| {
            words
                .split([',', ' '])
                .any(|word| word.starts_with("ignore"))
        })
    })
}

fn without_module_doc(file: &TextFile) -> Option<String> {
    let has_doc = file
        .text
        .lines()
        .any(|line| line.starts_with("//!") || line.starts_with("#![doc"));
    (!has_doc).then(|| {
        format!(
            "{}:1: no module doc; say in `//!` what this file is about",
            file.path
        )
    })
}

fn too_long(file: &TextFile) -> Option<String> {
    let count = file.text.lines().count();
    (count > TOO_LONG).then(|| {
        format!(
            "{}:{count}: {count} lines; split it, {TOO_LONG} is the end",
            file.path
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "crates/midtrans-x/src/x.rs";

    fn file(path: &str, text: &str) -> TextFile {
        TextFile {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    fn found(path: &str, text: &str) -> Vec<String> {
        breaches(&file(path, text))
    }

    #[test]
    fn an_unwrap_is_found_with_its_line() {
        let all = found(SOURCE, "//! X.\nfn f() {\n    g().unwrap();\n}\n");
        assert_eq!(all.len(), 1);
        assert!(all[0].starts_with("crates/midtrans-x/src/x.rs:3: "));
    }

    #[test]
    fn an_unwrap_in_a_test_an_example_or_a_string_is_nothing() {
        let text = "//! X.\n/// f().unwrap();\nconst S: &str = \".unwrap()\";\n#[cfg(test)]\nmod tests {\n fn t() { f(\"}\").unwrap(); }\n}\n";
        assert!(found(SOURCE, text).is_empty());
        for path in [
            "crates/midtrans-x/src/x/tests.rs",
            "crates/midtrans-x/tests/x.rs",
            "tests/contract/tests/walk.rs",
        ] {
            assert!(
                found(path, "//! X.\nfn f() { g().unwrap() }\n").is_empty(),
                "{path}"
            );
        }
    }

    #[test]
    fn an_unwrap_after_the_test_module_is_found() {
        assert_eq!(
            found(
                SOURCE,
                "//! X.\n#[cfg(test)]\nmod tests {}\nfn f() { g().unwrap() }\n"
            )
            .len(),
            1
        );
    }

    #[test]
    fn ignored_tests_and_examples_are_found() {
        for text in [
            "//! X.\n#[ignore]\n",
            "//! X.\n#[ignore = \"slow\"]\n",
            "//! X.\n#[cfg_attr(unix, ignore)]\n",
        ] {
            assert_eq!(
                found("tests/contract/tests/walk.rs", text).len(),
                1,
                "{text}"
            );
        }
        for text in [
            "//! ```ignore\n",
            "//! X.\n    /// ```rust,ignore\n",
            "//! ``` ignore-wasm\n",
        ] {
            assert_eq!(found(SOURCE, text).len(), 1, "{text}");
        }
        assert_eq!(
            found("crates/midtrans-x/README.md", "```rust,ignore\n```\n").len(),
            1
        );
        assert!(found(SOURCE, "//! ```no_run\n//! words that ignore nothing\n").is_empty());
    }

    #[test]
    fn a_file_says_what_it_is_about() {
        assert_eq!(found("xtask/src/x.rs", "fn f() {}\n").len(), 1);
        assert!(found(SOURCE, "#![doc = include_str!(\"../README.md\")]\n").is_empty());
    }

    #[test]
    fn a_file_has_an_end() {
        let of = |count: usize| format!("//! X.\n{}", "\n".repeat(count - 1));
        assert!(found(SOURCE, &of(600)).is_empty());
        assert_eq!(found(SOURCE, &of(601)).len(), 1);
        assert!(is_long(&file(SOURCE, &of(401))) && !is_long(&file(SOURCE, &of(400))));
    }
}
