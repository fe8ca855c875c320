//! A page of documentation.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::masked::masked;

/// A Markdown file.
#[derive(Clone, Debug)]
pub struct Page {
    path: PathBuf,
    text: String,
}

/// One command of a transcript.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Step<'a> {
    /// The heading above it, without its marks.
    pub heading: &'a str,
    /// The command to type, with the words of this run in place of the page's.
    pub command: &'a str,
}

/// A command and what is shown below it, by their places in the page.
#[derive(Clone, Debug)]
struct Shown {
    heading: String,
    command: String,
    output: std::ops::Range<usize>,
}

impl Page {
    /// Reads a page.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn read(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref().to_owned();
        let text = fs::read_to_string(&path).expect("the page can be read");
        Self { path, text }
    }

    /// The first block of a language below a heading.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn block(&self, heading: &str, language: &str) -> &str {
        let range = self.block_range(heading, language);
        &self.text[range]
    }

    fn block_range(&self, heading: &str, language: &str) -> std::ops::Range<usize> {
        let title = format!(" {heading}\n");
        let start = self.text.find(&title).expect("the heading is there");
        let fence = format!("```{language}\n");
        let begin = self.text[start..]
            .find(&fence)
            .expect("there is such a block below the heading");
        let begin = start + begin + fence.len();
        let length = self.text[begin..].find("```\n").expect("a block ends");
        begin..begin + length
    }

    /// Checks a block against the expected text.
    ///
    /// # Panics
    /// If they differ in more than words that are new at each run, unless the page is to be
    /// rewritten.
    pub fn check_block(&mut self, heading: &str, language: &str, came: &str) {
        let range = self.block_range(heading, language);
        if masked(&self.text[range.clone()]).0 == masked(came).0 {
            return;
        }
        assert!(
            is_updating(),
            "{}\nshown below {heading}:\n{}\ncame:\n{came}",
            HOW,
            &self.text[range]
        );
        self.text.replace_range(range, came);
        self.write();
    }

    /// Runs all commands of the transcripts below these headings, or of all of them where none is
    /// named, in their order. `run` gives what came.
    ///
    /// # Panics
    /// If something else came than is shown, unless the page is to be rewritten.
    pub fn check(&mut self, headings: &[&str], mut run: impl FnMut(Step<'_>) -> String) {
        let all = self.shown();
        let wanted = all
            .iter()
            .filter(|shown| headings.is_empty() || headings.contains(&shown.heading.as_str()));
        let (mut names, mut rewritten, mut wrong) = (Vec::new(), Vec::new(), String::new());
        for shown in wanted {
            let command = replaced(
                &shown.command,
                names
                    .iter()
                    .map(|(page, run): &(String, String)| (page, run)),
            );
            let came = run(Step {
                heading: &shown.heading,
                command: &command,
            });
            let came = if came.trim().is_empty() {
                String::new()
            } else {
                format!("{}\n", came.trim_end())
            };
            let expected = &self.text[shown.output.clone()];
            let (there, here) = (masked(expected.trim_end()), masked(came.trim_end()));
            if there.0 == here.0 {
                names.extend(
                    there
                        .1
                        .into_iter()
                        .zip(here.1)
                        .filter(|(page, run)| page != run),
                );
                continue;
            }
            // What is known by the page's name keeps it.
            let came = replaced(&came, names.iter().map(|(page, run)| (run, page)));
            wrong.push_str(&format!(
                "\n$ {}\nshown:\n{expected}\ncame:\n{came}\n",
                shown.command
            ));
            rewritten.push((shown.output.clone(), came));
        }
        assert!(!all.is_empty(), "{} has no transcript", self.path.display());
        assert!(
            rewritten.is_empty() || is_updating(),
            "{}: {HOW}{wrong}",
            self.path.display()
        );
        for (range, came) in rewritten.into_iter().rev() {
            self.text.replace_range(range, &came);
            self.write();
        }
    }

    fn shown(&self) -> Vec<Shown> {
        let (mut all, mut heading, mut fence, mut at): (Vec<Shown>, _, Option<&str>, _) =
            (Vec::new(), String::new(), None, 0);
        let mut typed: Option<String> = None;
        for line in self.text.split_inclusive('\n') {
            let begin = at;
            at += line.len();
            match (fence, line.strip_prefix("```")) {
                (None, Some(language)) => fence = Some(language.trim()),
                (Some(_), Some(_)) => fence = None,
                (None, None) if line.starts_with('#') => {
                    heading = line.trim_start_matches('#').trim().to_owned()
                }
                (Some("console"), None) => {
                    let going_on = typed.take();
                    let begins = going_on
                        .is_none()
                        .then(|| line.strip_prefix("$ "))
                        .flatten();
                    match (going_on, begins) {
                        (Some(before), _) => typed = Some(before + line),
                        (None, Some(line)) => typed = Some(line.to_owned()),
                        (None, None) => {
                            if let Some(last) = all.last_mut() {
                                last.output.end = begin + line.len();
                            }
                        }
                    }
                    if let Some(whole) = typed.take_if(|typed| is_whole(typed)) {
                        all.push(Shown {
                            heading: heading.clone(),
                            command: whole.trim_end().to_owned(),
                            output: at..at,
                        });
                    }
                }
                _ => {}
            }
        }
        all
    }

    fn write(&self) {
        fs::write(&self.path, &self.text).expect("the page can be written");
    }
}

/// Returns true if a command needs no further line.
fn is_whole(command: &str) -> bool {
    !command.trim_end().ends_with('\\') && command.matches('\'').count().is_multiple_of(2)
}

fn replaced<'a>(text: &str, names: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    names.fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn is_updating() -> bool {
    env::var_os("UPDATE").is_some_and(|value| !value.is_empty() && value != "0")
}

const HOW: &str = "the page shows something else than what came; UPDATE=1 rewrites it";

#[cfg(test)]
mod tests {
    use super::*;

    fn page(name: &str) -> Page {
        let path = env::temp_dir().join(format!(
            "midtrans-transcripts-{}-{name}.md",
            std::process::id()
        ));
        let text = "# One\n\n```console\n$ charge \\\n    'a\nb'\nid 350a683e-2808-448e-a832-1674e900d963\n\n$ true\n```\n\n\
                    ## Two\n\n```sh\n$ no transcript\n```\n```console\n$ open 350a683e-2808-448e-a832-1674e900d963\nwell\n```\n";
        fs::write(&path, text).unwrap();
        Page::read(path)
    }

    const NEW: &str = "00000000-1111-2222-3333-444444444444";

    #[test]
    fn commands_are_run_in_their_order_and_with_the_words_of_this_run() {
        let mut typed = Vec::new();
        page("order").check(&[], |step| {
            typed.push(format!("{}: {}", step.heading, step.command));
            if step.command.starts_with("charge") {
                return format!("id {NEW}\n\n");
            }
            if step.command == "true" {
                String::new()
            } else {
                "well\n".to_owned()
            }
        });
        assert_eq!(
            typed,
            [
                "One: charge \\\n    'a\nb'",
                "One: true",
                &format!("Two: open {NEW}")
            ]
        );
    }

    #[test]
    fn only_the_named_headings_are_run() {
        let mut typed = 0;
        page("named").check(&["Two"], |_| {
            typed += 1;
            "well\n".to_owned()
        });
        assert_eq!(typed, 1);
    }

    #[test]
    #[should_panic(expected = "UPDATE=1")]
    fn another_output_fails() {
        page("other").check(&["Two"], |_| "ill\n".to_owned());
    }

    #[test]
    fn a_block_is_found_below_its_heading() {
        assert_eq!(page("block").block("Two", "sh"), "$ no transcript\n");
    }
}
