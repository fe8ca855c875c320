//! Reads `xtask/dependencies.txt`.

use std::collections::{BTreeMap, BTreeSet};

/// The allowed dependencies of each of our crates.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) libraries: BTreeMap<String, Rule>,
    pub(super) programs: BTreeSet<String>,
}

/// The allowed dependencies of one library.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Rule {
    pub(super) uses: BTreeSet<String>,
    pub(super) without: BTreeSet<String>,
    pub(super) at_most: usize,
}

impl Table {
    /// # Errors
    ///
    /// The number of the line that makes no sense.
    pub(super) fn parse(text: &str) -> Result<Self, usize> {
        let mut reader = Reader::default();
        for (at, line) in text.lines().enumerate() {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [first, ..] = words[..]
                && !first.starts_with('#')
            {
                reader.line(&words).ok_or(at + 1)?;
            }
        }
        Ok(reader.table)
    }
}

/// The table so far, and the library that the next lines are about.
#[derive(Default)]
struct Reader<'a> {
    groups: BTreeMap<&'a str, Vec<&'a str>>,
    table: Table,
    current: Option<&'a str>,
}

impl<'a> Reader<'a> {
    fn line(&mut self, words: &[&'a str]) -> Option<()> {
        match words {
            ["group", name, members @ ..] => drop(self.groups.insert(name, members.to_vec())),
            ["library", name] => {
                self.current = Some(name);
                self.table
                    .libraries
                    .insert((*name).to_owned(), Rule::default());
            }
            ["program", name] => drop(self.table.programs.insert((*name).to_owned())),
            ["uses", names @ ..] => {
                self.rule()?.uses = names.iter().map(ToString::to_string).collect()
            }
            ["without", names @ ..] => self.rule()?.without = self.members(names)?,
            ["at-most", count] => self.rule()?.at_most = count.parse().ok()?,
            _ => return None,
        }
        Some(())
    }

    fn rule(&mut self) -> Option<&mut Rule> {
        self.table.libraries.get_mut(self.current?)
    }

    fn members(&self, names: &[&str]) -> Option<BTreeSet<String>> {
        let mut members = BTreeSet::new();
        for name in names {
            match name.strip_prefix('@') {
                Some(group) => {
                    members.extend(self.groups.get(group)?.iter().map(ToString::to_string))
                }
                None => drop(members.insert((*name).to_owned())),
            }
        }
        Some(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_has_its_lines() {
        let text = "# x\ngroup clients ureq hyper\n\nlibrary a\n  uses http\n  without @clients rand\n  at-most 3\nprogram b\n";
        let table = Table::parse(text).unwrap();
        let rule = &table.libraries["a"];
        assert_eq!(rule.uses, ["http".to_owned()].into());
        assert_eq!(
            rule.without,
            ["hyper".to_owned(), "rand".to_owned(), "ureq".to_owned()].into()
        );
        assert_eq!(rule.at_most, 3);
        assert!(table.programs.contains("b"));
    }

    #[test]
    fn a_line_that_makes_no_sense_is_numbered() {
        assert_eq!(Table::parse("library a\nuse http\n").unwrap_err(), 2);
        assert_eq!(Table::parse("uses http\n").unwrap_err(), 1);
        assert_eq!(
            Table::parse("library a\nwithout @unknown\n").unwrap_err(),
            2
        );
        assert_eq!(Table::parse("library a\nat-most few\n").unwrap_err(), 2);
    }

    #[test]
    fn the_real_table_can_be_read() {
        assert!(Table::parse(include_str!("../../dependencies.txt")).is_ok());
    }
}
