//! Help and completions.

use crate::program::Program;

/// The words of every command, those below others included.
fn commands(command: &clap::Command, above: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for below in command.get_subcommands() {
        let words: Vec<String> = above
            .iter()
            .cloned()
            .chain([below.get_name().to_owned()])
            .collect();
        found.extend(commands(below, &words));
        found.push(words);
    }
    found
}

#[test]
fn the_help_of_every_command_has_an_example_and_the_exit_codes() {
    let all = commands(&midtrans_cli::command(), &[]);
    assert!(all.len() >= 22, "{all:?}");
    for words in std::iter::once(Vec::new()).chain(all) {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
        let ran = Program::bare().run(&words).says(
            0,
            &[
                "\nExit codes:\n  0  done\n",
                "3  the outcome is unknown",
                "4  done, but",
            ],
        );
        let (_, example) = ran.out.split_once("\nExample").unwrap();
        assert!(
            example.contains("  midtrans ") || example.contains("| midtrans "),
            "{words:?}: {example}"
        );
    }
}

#[test]
fn every_example_is_understood() {
    for words in std::iter::once(Vec::new()).chain(commands(&midtrans_cli::command(), &[])) {
        let mut command = midtrans_cli::command();
        let mut here = &mut command;
        for word in &words {
            here = here.find_subcommand_mut(word).unwrap();
        }
        let end = here.get_after_help().unwrap().to_string();
        let examples = end.split("\n\n").next().unwrap().replace("\\\n", " ");
        for line in examples
            .lines()
            .skip(1)
            .map(|line| line.rsplit("| ").next().unwrap().trim())
        {
            let line = line
                .split(" > ")
                .next()
                .unwrap()
                .split(" < ")
                .next()
                .unwrap();
            let words = shell_words(line);
            assert!(
                midtrans_cli::command().try_get_matches_from(&words).is_ok(),
                "{line}"
            );
        }
    }
}

/// Splits at spaces, except between single quotes.
fn shell_words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut in_quotes = false;
    for c in line.chars() {
        match c {
            '\'' => in_quotes = !in_quotes,
            ' ' if !in_quotes => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_help_of_every_command_that_judges_an_order_has_a_code_for_each_outcome() {
    for command in ["decide", "status", "verify"] {
        let ran = Program::bare()
            .line(&format!("{command} --help"))
            .says(0, &["\n  0   paid\n", "\n  3   review"]);
        for code in 10..=18 {
            assert!(
                ran.out.contains(&format!("\n  {code}  ")),
                "{code} is not in {}",
                ran.out
            );
        }
    }
}

#[test]
fn every_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        Program::bare()
            .run(&["completions", shell])
            .says(0, &["direct-refund", "idempotency-key"]);
    }
    Program::bare().line("completions tcsh").says(2, &[]);
}

#[test]
fn the_version_is_that_of_the_package() {
    Program::bare()
        .line("--version")
        .says(0, &[concat!("midtrans ", env!("CARGO_PKG_VERSION"), "\n")]);
    Program::bare().line("").says(2, &["Usage: midtrans"]);
}
