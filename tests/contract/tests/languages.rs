//! The README in both languages: the same examples, and the same commands.

const ENGLISH: &str = include_str!("../../../README.md");
const INDONESIAN: &str = include_str!("../../../README.id.md");

/// The code of a page without what is told to people: comments and printed words.
fn code(page: &str) -> Vec<String> {
    let mut is_inside = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            is_inside = !is_inside;
            lines.push(line.to_owned());
        } else if is_inside {
            let line = line.split(" // ").next().unwrap_or_default();
            let line = line.split(" # ").next().unwrap_or_default();
            lines.push(without_words(line).trim_end().to_owned());
        }
    }
    lines.retain(|line| !line.trim_start().starts_with("//"));
    lines
}

/// A line without the text between its quotation marks.
fn without_words(line: &str) -> String {
    line.split('"').step_by(2).collect()
}

#[test]
fn both_readmes_show_the_same_examples_and_commands() {
    assert_eq!(code(ENGLISH), code(INDONESIAN));
}

#[test]
fn each_readme_links_to_the_other_in_its_first_lines() {
    let links = |page: &str, to: &str| page.lines().take(3).any(|line| line.contains(to));
    assert!(links(ENGLISH, "(README.id.md)"));
    assert!(links(INDONESIAN, "(README.md)"));
}

#[test]
fn both_readmes_name_the_same_payment_methods() {
    let names = |page: &'static str| -> Vec<&str> {
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `"));
        rows.filter_map(|row| row.split_once("`: ").map(|(name, _)| name))
            .collect()
    };
    let english = names(ENGLISH);
    assert!(english.contains(&"credit_card"), "{english:?}");
    assert_eq!(english, names(INDONESIAN));
    let rows = |page: &str| page.lines().filter(|line| line.starts_with('|')).count();
    assert_eq!(rows(ENGLISH), rows(INDONESIAN));
}
