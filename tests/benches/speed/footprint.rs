//! The cost of building and shipping a program that charges once: our examples against the bare
//! clients.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::arguments::{Arguments, Section};
use crate::figure::Unit;
use crate::program::{self, Built, Program};
use crate::table::{Pair, Row};

const SECTION: Section = Section::Footprint;
/// Crates of the protocol's tree, itself not counted.
const PROTOCOL: f64 = 28.0;
/// Crates more than the bare client's.
const MORE: f64 = 8.0;
const BUILD: f64 = 1.15;
const SIZE: f64 = 1.15;

pub(crate) fn measure(arguments: &Arguments) -> Vec<Row> {
    let folder = std::env::temp_dir().join(format!("midtrans-footprint-{}", std::process::id()));
    let measured = all(&folder, arguments);
    // What is left over in a temporary folder is not worth an error.
    let _ = fs::remove_dir_all(&folder);
    measured.unwrap_or_else(|error| {
        vec![Row::unmeasured(
            SECTION,
            "all of it",
            "–",
            &error.to_string(),
        )]
    })
}

fn all(folder: &Path, arguments: &Arguments) -> io::Result<Vec<Row>> {
    let root = root()?;
    let protocol = Program::new(folder, &root, &program::PROTOCOL)?.crates()?;
    let pair = Pair {
        floor: f64::NAN,
        ours: protocol,
    };
    let mut rows = vec![Row::count(
        SECTION,
        "midtrans-protocol: crates",
        Unit::Count,
        pair,
        PROTOCOL,
        "≤ 28 crates",
    )];
    for (name, bare, ours) in [
        ("midtrans-ureq", &program::BARE_UREQ, &program::UREQ),
        (
            "midtrans-reqwest",
            &program::BARE_REQWEST,
            &program::REQWEST,
        ),
    ] {
        let (bare, ours) = (
            Program::new(folder, &root, bare)?,
            Program::new(folder, &root, ours)?,
        );
        rows.push(crates(
            name,
            Pair {
                floor: bare.crates()?,
                ours: ours.crates()?,
            },
        ));
        rows.extend(builds(
            name,
            &bare,
            &ours,
            if arguments.quick { 1 } else { 2 },
        )?);
    }
    Ok(rows)
}

fn crates(name: &str, pair: Pair) -> Row {
    let most = pair.floor + MORE;
    Row::count(
        SECTION,
        &format!("{name}: crates"),
        Unit::Count,
        pair,
        most,
        &format!("≤ {most:.0} crates"),
    )
}

/// Builds in turns; the better figures of each count, because a busy machine only makes them worse.
fn builds(name: &str, bare: &Program, ours: &Program, times: usize) -> io::Result<[Row; 3]> {
    let (mut floor, mut own) = (None, None);
    for _ in 0..times {
        floor = Some(build(bare, floor)?);
        own = Some(build(ours, own)?);
    }
    let (Some(floor), Some(own)) = (floor, own) else {
        return Err(io::Error::other("nothing was built"));
    };
    let pair = |figure: fn(&Built) -> f64| Pair {
        floor: figure(&floor),
        ours: figure(&own),
    };
    let (cpu, clock, size) = (
        pair(|built| built.cpu),
        pair(|built| built.seconds),
        pair(|built| built.megabytes),
    );
    // Processor time is what a build costs; the clock also shows what else the machine does.
    let what = format!("{name}: clean release build, CPU");
    let cpu = if cpu.ratio().is_nan() {
        Row::unmeasured(SECTION, &what, "≤ 1.15 ×", "this system does not tell")
    } else {
        Row::ratio(SECTION, &what, Unit::Seconds, cpu, BUILD)
    };
    Ok([
        cpu,
        Row::informative(
            SECTION,
            &format!("{name}: clean release build, clock"),
            Unit::Seconds,
            clock,
        ),
        Row::ratio(
            SECTION,
            &format!("{name}: stripped program"),
            Unit::Megabytes,
            size,
            SIZE,
        ),
    ])
}

/// Builds once more; returns the better of each figure.
fn build(program: &Program, best: Option<Built>) -> io::Result<Built> {
    eprintln!("footprint: building {} from scratch …", program.name());
    let built = program.build()?;
    eprintln!(
        "footprint: {:.1} s, {:.1} s of CPU, {:.2} MB",
        built.seconds, built.cpu, built.megabytes
    );
    let best = best.unwrap_or(built);
    Ok(Built {
        seconds: best.seconds.min(built.seconds),
        cpu: best.cpu.min(built.cpu),
        ..built
    })
}

fn root() -> io::Result<PathBuf> {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
}
