//! Very many hostile lives around the pure core.

use std::time::Instant;

use midtrans_inbox_tests::lives;
use midtrans_inbox_tests::memory::Memory;

use crate::failure::Failure;

/// The number of lives between two lines of progress.
const STEP: u64 = 50_000;

/// Plays that many lives, those after the seed's own.
pub(crate) fn run(seed: u64, count: u64) -> Result<(), Failure> {
    println!("\n== core: {count} hostile lives, seed {seed}");
    let (started, first) = (Instant::now(), seed.wrapping_mul(1_000_000_007));
    let (mut played, mut questions, mut most) = (0, 0, 0);
    while played < count {
        let next = STEP.min(count - played);
        let seeds = (played..played + next).map(|life| first.wrapping_add(life));
        let cost = lives::play(seeds, || Box::<Memory>::default()).map_err(Failure)?;
        (played, questions, most) = (
            played + next,
            questions + cost.questions,
            most.max(cost.most),
        );
        println!(
            "{:>7.1} s  {played} lives are over",
            started.elapsed().as_secs_f32()
        );
    }
    println!(
        "{questions} questions, {most} in the life that had the most; each order reached the gateway's last word"
    );
    Ok(())
}
