//! A card as it is typed or read, and never an argument.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Read};
use std::path::Path;

use midtrans_protocol::InvalidInput;
use midtrans_protocol::card::{CardExpiry, CardNumber, SecurityCode};

use crate::failure::Failure;
use crate::hidden_input;
use crate::key_file;
use crate::secret::Secret;

const NUMBER: &str = "card_number";
const MONTH: &str = "card_exp_month";
const YEAR: &str = "card_exp_year";
const CODE: &str = "card_cvv";

/// The longest that a card's lines can be.
const MAX_BYTES: u64 = 4 * 1024;

/// A card's values, and which of them were taken.
pub(super) struct Typed {
    source: Source,
    secrets: Vec<Secret>,
}

/// The source of a card's values.
enum Source {
    /// Lines of a file, or of standard input.
    Lines(BTreeMap<String, String>),
    /// A person at a terminal.
    Prompt,
}

impl Typed {
    /// Reads the lines of a file, or of standard input for `-` and where it is no terminal;
    /// otherwise each value is asked for when it is needed.
    pub(super) fn of(from: Option<&Path>) -> Result<Self, Failure> {
        let source = match from {
            Some(file) if file != Path::new("-") => lines(&key_file::read_secret(file)?)?,
            None if io::stdin().is_terminal() => Source::Prompt,
            _ => {
                let mut text = String::new();
                let read = io::stdin().take(MAX_BYTES).read_to_string(&mut text);
                // What serde or the system says is not passed on: it may quote the card.
                read.map_err(|_| Failure::usage("standard input is no text").next(LINES))?;
                lines(&text)?
            }
        };
        Ok(Self {
            source,
            secrets: Vec::new(),
        })
    }

    /// The values that were taken, which are shown nowhere, also where an answer quotes them.
    pub(super) fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    pub(super) fn number(&mut self) -> Result<CardNumber, Failure> {
        let number = self.take(NUMBER, "Card number: ")?;
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        self.secrets
            .extend([Secret::new(number.as_str()), Secret::new(digits)]);
        CardNumber::new(number).map_err(refused)
    }

    pub(super) fn expiry(&mut self) -> Result<CardExpiry, Failure> {
        let month = self.take(MONTH, "Month of expiry, such as 02: ")?;
        let year = self.take(YEAR, "Year of expiry, such as 2030: ")?;
        let expiry = [month.as_str(), year.as_str()].map(|part| Secret::beside("exp", part));
        self.secrets.extend(expiry);
        CardExpiry::new(&month, &year).map_err(refused)
    }

    pub(super) fn code(&mut self) -> Result<SecurityCode, Failure> {
        let code = self.take(CODE, "Security code: ")?;
        self.secrets.push(Secret::beside("cvv", code.as_str()));
        SecurityCode::new(code).map_err(refused)
    }

    fn take(&mut self, name: &str, prompt: &str) -> Result<String, Failure> {
        match &mut self.source {
            Source::Lines(lines) => lines
                .remove(name)
                .ok_or_else(|| Failure::usage(format!("{name} is missing")).next(LINES)),
            Source::Prompt => hidden_input::asked(prompt),
        }
    }
}

const LINES: &str = "give lines card_number=…, card_exp_month=…, card_exp_year=… and card_cvv=…";

fn refused(error: InvalidInput) -> Failure {
    Failure::from(error).next("nothing was sent: type the card again")
}

/// Reads lines `NAME=VALUE`. A problem names the line and never what is in it.
fn lines(text: &str) -> Result<Source, Failure> {
    let mut values = BTreeMap::new();
    for (at, line) in text
        .lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim()))
    {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let pair = line
            .split_once('=')
            .map(|(name, value)| (name.trim(), value.trim()));
        let known = pair.filter(|(name, _)| [NUMBER, MONTH, YEAR, CODE].contains(name));
        let (name, value) = known
            .ok_or_else(|| Failure::usage(format!("line {at} is nothing of a card")).next(LINES))?;
        if values.insert(name.to_owned(), value.to_owned()).is_some() {
            return Err(Failure::usage(format!("line {at} says {name} again")));
        }
    }
    Ok(Source::Lines(values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_names_and_values_and_a_problem_shows_none() {
        let text =
            "# mine\ncard_number = 4811 1111 1111 1114\ncard_exp_month=12\ncard_exp_year=2030\n";
        let Ok(source) = lines(text) else { panic!() };
        let mut typed = Typed {
            source,
            secrets: Vec::new(),
        };
        assert_eq!(typed.number().unwrap().masked(), "48111111-1114");
        assert_eq!(typed.expiry().unwrap().month(), "12");
        let missing = typed.code().unwrap_err();
        assert_eq!(missing.what(), "card_cvv is missing");
        for wrong in [
            "4811111111111114",
            "number=4811111111111114",
            "card_cvv=123\ncard_cvv=123",
        ] {
            let Err(failure) = lines(wrong) else {
                panic!("{wrong}")
            };
            assert!(
                !failure.text().contains("4811") && !failure.text().contains("123"),
                "{wrong}"
            );
        }
    }
}
