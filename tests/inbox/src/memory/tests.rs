//! A life that is over holds no memory.

use std::sync::Arc;

use super::*;
use crate::lives;

#[test]
fn a_life_that_is_over_keeps_no_inbox_in_memory() {
    for seed in 0..20 {
        let mut kept = Memory::default();
        lives::play([seed], || kept.partner()).expect("a life that goes well");
        assert_eq!(Arc::strong_count(&kept.tables), 1, "life {seed}");
    }
}
