//! The one table: every figure next to its floor, its goal, and whether it was met.

use crate::arguments::Section;
use crate::figure::Unit;

/// A line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    cells: [String; COLUMNS],
}

const COLUMNS: usize = 7;
const HEAD: [&str; COLUMNS] = [
    "section", "what", "floor", "ours", "ratio", "goal", "outcome",
];
const MET: &str = "met";
const MISSED: &str = "**missed**";

/// Two figures of the same thing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub(crate) floor: f64,
    pub(crate) ours: f64,
}

impl Pair {
    pub(crate) fn ratio(self) -> f64 {
        self.ours / self.floor
    }

    /// A figure without a floor.
    pub(crate) const fn alone(ours: f64) -> Self {
        Self {
            floor: f64::NAN,
            ours,
        }
    }
}

impl Row {
    /// Ours may be at most so many times the floor.
    pub(crate) fn ratio(section: Section, what: &str, unit: Unit, pair: Pair, most: f64) -> Self {
        let goal = format!("≤ {most:.2} ×");
        Self::new(
            section,
            what,
            unit,
            pair,
            true,
            &goal,
            outcome(pair.ratio() <= most),
        )
    }

    /// Ours may be at most that, whatever the floor has.
    pub(crate) fn count(
        section: Section,
        what: &str,
        unit: Unit,
        pair: Pair,
        most: f64,
        goal: &str,
    ) -> Self {
        Self::new(
            section,
            what,
            unit,
            pair,
            false,
            goal,
            outcome(pair.ours <= most),
        )
    }

    /// Ours has to be at least that, whatever the floor has.
    pub(crate) fn at_least(
        section: Section,
        what: &str,
        unit: Unit,
        pair: Pair,
        least: f64,
    ) -> Self {
        Self::new(
            section,
            what,
            unit,
            pair,
            true,
            &format!("≥ {}", unit.show(least)),
            outcome(pair.ours >= least),
        )
    }

    /// Without a goal.
    pub(crate) fn informative(section: Section, what: &str, unit: Unit, pair: Pair) -> Self {
        Self::new(section, what, unit, pair, true, "–", "–")
    }

    /// A row for a figure that could not be measured here, with the reason.
    pub(crate) fn unmeasured(section: Section, what: &str, goal: &str, reason: &str) -> Self {
        let cells = [
            section.name(),
            what,
            "–",
            "–",
            "–",
            goal,
            &format!("not measured: {reason}"),
        ];
        Self {
            cells: cells.map(str::to_owned),
        }
    }

    fn new(
        section: Section,
        what: &str,
        unit: Unit,
        pair: Pair,
        with_ratio: bool,
        goal: &str,
        outcome: &str,
    ) -> Self {
        let ratio = if with_ratio && !pair.ratio().is_nan() {
            format!("{:.3}", pair.ratio())
        } else {
            "–".to_owned()
        };
        let floor = if pair.floor.is_nan() {
            "–".to_owned()
        } else {
            unit.show(pair.floor)
        };
        let cells = [
            section.name(),
            what,
            &floor,
            &unit.show(pair.ours),
            &ratio,
            goal,
            outcome,
        ];
        Self {
            cells: cells.map(str::to_owned),
        }
    }

    /// Reads a line that [`render`] wrote.
    fn read(line: &str) -> Option<Self> {
        let cells: Vec<_> = line
            .trim()
            .strip_prefix('|')?
            .strip_suffix('|')?
            .split('|')
            .collect();
        let cells: [&str; COLUMNS] = cells.try_into().ok()?;
        Some(Self {
            cells: cells.map(|cell| cell.trim().to_owned()),
        })
    }
}

fn outcome(met: bool) -> &'static str {
    if met { MET } else { MISSED }
}

/// The table in Markdown, with aligned columns so that it reads well in a terminal too.
pub(crate) fn render(rows: &[Row]) -> String {
    let head = Row {
        cells: HEAD.map(str::to_owned),
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(|column| {
        let lengths = rows
            .iter()
            .chain([&head])
            .map(|row| row.cells[column].chars().count());
        lengths.max().unwrap_or_default()
    });
    let line = |row: &Row| {
        let cells = row
            .cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!(" {cell:<width$} |"));
        format!("|{}\n", cells.collect::<String>())
    };
    let rule: String = widths
        .iter()
        .map(|width| format!("{}|", "-".repeat(width + 2)))
        .collect();
    let rows: String = rows.iter().map(line).collect();
    format!("{}|{rule}\n{rows}", line(&head))
}

/// The rows of other sections in a file that was written earlier.
pub(crate) fn kept(file: &str, measured: &[Section]) -> Vec<Row> {
    let is_measured = |name: &str| measured.iter().any(|section| section.name() == name);
    let is_known = |name: &str| Section::ALL.iter().any(|section| section.name() == name);
    let rows = file.lines().filter_map(Row::read);
    rows.filter(|row| is_known(&row.cells[0]) && !is_measured(&row.cells[0]))
        .collect()
}

/// The rows in the order of their sections.
pub(crate) fn sorted(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| {
        Section::ALL
            .iter()
            .position(|section| section.name() == row.cells[0])
    });
    rows
}

/// Returns the number of goals that were met, and the number of goals among what was measured.
pub(crate) fn score(rows: &[Row]) -> (usize, usize) {
    let count = |outcome: &str| {
        rows.iter()
            .filter(|row| row.cells[COLUMNS - 1] == outcome)
            .count()
    };
    (count(MET), count(MET) + count(MISSED))
}
