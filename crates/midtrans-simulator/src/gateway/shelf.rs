//! Records beside the transactions, such as Snap's sessions: by number, by their ids, and with a
//! set of those that changed.

use std::collections::HashMap;
use std::ops::Index;

use super::dirty::Dirty;

/// A record that is found by several keys.
pub(super) trait Record {
    /// The keys. Of two records with the same key, the later one is found.
    fn keys(&self) -> Vec<String>;
}

/// All records of a kind, in the order in which they were made.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    records: Vec<T>,
    by_key: HashMap<String, usize>,
    dirty: Dirty<usize>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            by_key: HashMap::new(),
            dirty: Dirty::default(),
        }
    }
}

impl<T> Index<usize> for Shelf<T> {
    type Output = T;

    fn index(&self, number: usize) -> &T {
        &self.records[number]
    }
}

impl<T: Record> Shelf<T> {
    /// Adds a record and returns its number.
    pub(super) fn add(&mut self, record: T) -> usize {
        let number = self.records.len();
        for key in record.keys() {
            self.by_key.insert(key, number);
        }
        self.records.push(record);
        self.dirty.add(number);
        number
    }

    /// The number of the latest record with this key.
    pub(super) fn find(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// A record to change. Its keys stay.
    pub(super) fn change(&mut self, number: usize) -> &mut T {
        self.dirty.add(number);
        &mut self.records[number]
    }

    /// All records, the earliest first.
    pub(super) fn all(&self) -> &[T] {
        &self.records
    }

    /// Forgets all records.
    pub(super) fn forget(&mut self) {
        self.records.clear();
        self.by_key.clear();
        self.dirty.clear();
    }

    #[cfg(feature = "state")]
    pub(super) const fn dirty(&mut self) -> &mut Dirty<usize> {
        &mut self.dirty
    }

    /// The records that changed since they were last written, by number.
    #[cfg(feature = "state")]
    pub(super) fn changed(&self) -> impl Iterator<Item = (usize, &T)> {
        let numbers = self.dirty.all();
        numbers.filter_map(|number| Some((*number, self.records.get(*number)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Record for (&str, &str) {
        fn keys(&self) -> Vec<String> {
            vec![self.0.to_owned(), format!("order:{}", self.1)]
        }
    }

    #[test]
    fn a_key_finds_the_latest_record_that_has_it() {
        let mut shelf = Shelf::default();
        shelf.add(("a", "1"));
        shelf.add(("b", "1"));
        assert_eq!(shelf.find("a"), Some(0));
        assert_eq!(shelf.find("order:1"), Some(1));
        assert_eq!(shelf.find("1"), None);
        shelf.forget();
        assert_eq!((shelf.find("a"), shelf.all().len()), (None, 0));
    }
}
