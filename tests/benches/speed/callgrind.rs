//! Instructions per operation, counted by valgrind: the same on a busy machine and on an idle one.

use std::env;
use std::process::{Command, Stdio};

use crate::operations::{self, Way};
use crate::samples::Kind;

/// The first argument of a process that only repeats an operation.
pub(crate) const REPEAT: &str = "--repeat";

const FEW: u32 = 100;
const MANY: u32 = 600;

/// Instructions of one reading of a notification, or why they can't be counted here.
pub(crate) fn instructions(kind: Kind, way: Way) -> Result<f64, String> {
    // What two runs of different length have in common, starting and ending, cancels out.
    let (few, many) = (collected(kind, way, FEW)?, collected(kind, way, MANY)?);
    Ok((many - few) / f64::from(MANY - FEW))
}

fn collected(kind: Kind, way: Way, times: u32) -> Result<f64, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([
            REPEAT,
            &format!("{kind:?}"),
            &format!("{way:?}"),
            &times.to_string(),
        ])
        .stdin(Stdio::null())
        .output()
        .map_err(|_| "there is no valgrind here")?;
    let text = String::from_utf8_lossy(&output.stderr);
    let count = text
        .split("Collected :")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    count.ok_or_else(|| "callgrind gave no count".to_owned())
}

/// The other side: repeats the operation that the arguments name.
pub(crate) fn repeat(arguments: &[String]) {
    let [kind, way, times] = arguments else {
        return;
    };
    let kind = Kind::ALL
        .into_iter()
        .find(|candidate| format!("{candidate:?}") == *kind);
    let way = [Way::Floor, Way::Verify, Way::VerifyRef]
        .into_iter()
        .find(|candidate| format!("{candidate:?}") == *way);
    if let (Some(kind), Some(way), Ok(times)) = (kind, way, times.parse::<u32>()) {
        let mut work = operations::notification(kind, way);
        (0..times).for_each(|_| work());
    }
}
