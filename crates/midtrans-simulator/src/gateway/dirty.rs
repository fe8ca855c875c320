//! The set of pieces that changed since they were last written. It stays empty where no state file
//! is kept.

use std::collections::BTreeSet;

#[derive(Debug)]
pub(super) struct Dirty<T> {
    is_counting: bool,
    pieces: BTreeSet<T>,
}

impl<T> Default for Dirty<T> {
    fn default() -> Self {
        Self {
            is_counting: false,
            pieces: BTreeSet::new(),
        }
    }
}

impl<T: Ord> Dirty<T> {
    pub(super) fn clear(&mut self) {
        self.pieces.clear();
    }

    pub(super) fn add(&mut self, piece: impl Into<T>) {
        if self.is_counting {
            self.pieces.insert(piece.into());
        }
    }
}

#[cfg(feature = "state")]
impl<T: Ord> Dirty<T> {
    pub(super) const fn start(&mut self) {
        self.is_counting = true;
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &T> {
        self.pieces.iter()
    }
}
