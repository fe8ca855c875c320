//! Counts the allocations of reading a notification. `speed` runs this and puts the counts into its
//! table.

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[path = "../speed/floor.rs"]
mod floor;
#[path = "../speed/operations.rs"]
mod operations;
#[path = "../speed/samples.rs"]
mod samples;

use operations::Way;
use samples::Kind;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<std::alloc::System> = &INSTRUMENTED_SYSTEM;

fn main() {
    for kind in Kind::ALL {
        for way in [Way::Floor, Way::Verify, Way::VerifyRef] {
            let mut work = operations::notification(kind, way);
            // What is set up once, such as the detection of CPU features, is not part of an
            // operation.
            work();
            let region = Region::new(ALLOCATOR);
            work();
            let change = region.change();
            println!(
                "{kind:?} {way:?} {}",
                change.allocations + change.reallocations
            );
        }
    }
}
