//! Verify and parse: the library's two ways against the floor, in time, instructions and
//! allocations.

use crate::allocations::Allocations;
use crate::arguments::{Arguments, Section};
use crate::callgrind;
use crate::figure::Unit;
use crate::operations::{self, Way};
use crate::race::race;
use crate::samples::Kind;
use crate::table::{Pair, Row};

const SECTION: Section = Section::Notification;
/// Owned, against the floor.
const VERIFY: f64 = 1.10;
/// Borrowed, against the same floor, which owns.
const VERIFY_REF: f64 = 0.92;
/// Order id, status code, amount, transaction id and the raw body: what a notification keeps on the
/// heap.
const KEPT: f64 = 5.0;

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let mut rows = Vec::new();
    for kind in Kind::ALL {
        rows.extend(times(kind, arguments));
    }
    for kind in Kind::ALL {
        rows.extend(instructions(kind));
    }
    let counts = Allocations::count();
    for kind in Kind::ALL {
        rows.extend(allocations(kind, counts.as_ref()));
    }
    rows
}

fn times(kind: Kind, arguments: &Arguments) -> [Row; 2] {
    eprintln!("notification: timing {} …", name(kind));
    let [mut floor, mut verify, mut verify_ref] =
        [Way::Floor, Way::Verify, Way::VerifyRef].map(|way| operations::notification(kind, way));
    let [floor, verify, verify_ref] = race(
        arguments.rounds(10_000),
        [&mut floor, &mut verify, &mut verify_ref],
    );
    let bytes = kind.body().len();
    let row = |what: &str, ours, most| {
        let what = format!("{what}, {} ({bytes} bytes): time", name(kind));
        Row::ratio(
            SECTION,
            &what,
            Unit::Nanoseconds,
            Pair { floor, ours },
            most,
        )
    };
    [
        row("verify", verify, VERIFY),
        row("verify_ref", verify_ref, VERIFY_REF),
    ]
}

fn instructions(kind: Kind) -> [Row; 2] {
    eprintln!(
        "notification: counting the instructions of {} …",
        name(kind)
    );
    let floor = callgrind::instructions(kind, Way::Floor);
    let row = |how: &str, way, most: Option<f64>| {
        let what = format!("{how}, {}: instructions", name(kind));
        let pair = floor.clone().and_then(|floor| {
            Ok(Pair {
                floor,
                ours: callgrind::instructions(kind, way)?,
            })
        });
        match (pair, most) {
            (Ok(pair), Some(most)) => Row::ratio(SECTION, &what, Unit::Count, pair, most),
            (Ok(pair), None) => Row::informative(SECTION, &what, Unit::Count, pair),
            (Err(reason), _) => Row::unmeasured(SECTION, &what, "≤ 1.10 ×", &reason),
        }
    };
    [
        row("verify", Way::Verify, Some(VERIFY)),
        row("verify_ref", Way::VerifyRef, None),
    ]
}

fn allocations(kind: Kind, counts: Result<&Allocations, &String>) -> [Row; 2] {
    let row = |how: &str, way, most: f64, goal: &str| {
        let what = format!("{how}, {}: allocations", name(kind));
        let pair = counts.map_err(Clone::clone).and_then(|counts| {
            let (floor, ours) = (counts.of(kind, Way::Floor)?, counts.of(kind, way)?);
            Ok(Pair { floor, ours })
        });
        match pair {
            Ok(pair) if most.is_infinite() => Row::informative(SECTION, &what, Unit::Count, pair),
            Ok(pair) => Row::count(SECTION, &what, Unit::Count, pair, most, goal),
            Err(reason) => Row::unmeasured(SECTION, &what, goal, &reason),
        }
    };
    // serde_json takes a buffer to skip what is nested.
    let none = if kind == Kind::VirtualAccount {
        f64::INFINITY
    } else {
        0.0
    };
    [
        row("verify", Way::Verify, KEPT, "≤ 5 kept strings"),
        row("verify_ref", Way::VerifyRef, none, "none"),
    ]
}

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Akulaku => "Akulaku",
        Kind::Card => "card",
        Kind::VirtualAccount => "virtual account",
    }
}
