//! Migrations of the tables.

use std::thread;

use super::Promise;
use crate::message::Message;
use crate::store::Store;
use crate::world::World;

pub(super) const PROMISES: &[Promise] = &[
    Promise {
        name: "migrating_twice_is_harmless",
        play: migrating_twice_is_harmless,
    },
    Promise {
        name: "many_programs_may_migrate_at_once",
        play: many_programs_may_migrate_at_once,
    },
    Promise {
        name: "the_tables_of_a_newer_version_are_left_alone",
        play: the_tables_of_a_newer_version_are_left_alone,
    },
];

fn migrating_twice_is_harmless(store: &mut dyn Store) {
    let mut world = World::new(store);
    world.expect("order-1");
    world.happens(&Message::new("order-1", "settlement"));
    for _ in 0..2 {
        assert_eq!(world.store.migrate(), Ok(()));
    }
    world.store.reopen();
    assert_eq!(world.store.migrate(), Ok(()));
    world.work();
    assert_eq!(world.effects("order-1"), ["paid"]);
}

fn many_programs_may_migrate_at_once(store: &mut dyn Store) {
    let mut programs: Vec<_> = (0..4).map(|_| store.another()).collect();
    thread::scope(|scope| {
        let started: Vec<_> = programs
            .iter_mut()
            .map(|program| scope.spawn(|| program.migrate()))
            .collect();
        for migrated in started {
            assert_eq!(migrated.join().expect("nothing panics"), Ok(()));
        }
    });
    assert_eq!(store.migrate(), Ok(()));
}

fn the_tables_of_a_newer_version_are_left_alone(store: &mut dyn Store) {
    let mut world = World::new(store);
    world.expect("order-1");
    world.hear(&Message::new("order-1", "settlement"));
    world.store.pretend_a_newer_program_was_here();
    for _ in 0..2 {
        let refused = world.store.migrate().expect_err("it is newer");
        assert!(refused.contains("99"), "{refused}");
    }
    assert!(world.store.load("order-1").is_some());
    assert_eq!(world.store.history("order-1").notifications.len(), 1);
}
