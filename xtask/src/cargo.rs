//! Running cargo and other programs.

use std::env;
use std::path::Path;
use std::process::{ChildStdout, Command, ExitStatus, Stdio};

use crate::failure::Failure;

/// Returns the cargo that runs this program, in the workspace's root.
pub(crate) fn cargo(root: &Path) -> Command {
    program(
        root,
        &env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()),
    )
}

/// Returns the cargo of another toolchain.
pub(crate) fn cargo_of(toolchain: &str, root: &Path) -> Command {
    let mut command = program(root, "rustup");
    command.args(["run", toolchain, "cargo"]);
    command
}

/// Returns a command without the variables that `cargo run` sets.
///
/// Some build scripts (ring's) depend on them: everything above ring would be rebuilt at each
/// change between `cargo xtask ci` and `cargo test`.
pub(crate) fn program(root: &Path, name: &str) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root);
    for (variable, _) in env::vars_os() {
        if variable.to_str().is_some_and(is_set_by_cargo_run) {
            command.env_remove(variable);
        }
    }
    command
}

fn is_set_by_cargo_run(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_")
        || variable.starts_with("CARGO_MANIFEST_")
        || matches!(
            variable,
            "CARGO" | "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "CARGO_PRIMARY_PACKAGE" | "OUT_DIR"
        )
}

/// Runs a command with its output shown. Fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    println!("$ {}", words(command));
    let status = start(command)?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::Failed(format!(
            "`{}` failed ({status})",
            words(command)
        )))
    }
}

/// Runs a command with its output shown, and returns its exit code.
pub(crate) fn pass_through(command: &mut Command) -> Result<(), Failure> {
    match start(command)?.code() {
        Some(0) => Ok(()),
        Some(code) => Err(Failure::PassedThrough(u8::try_from(code).unwrap_or(1))),
        None => Err(Failure::Failed(format!(
            "`{}` was ended by a signal",
            words(command)
        ))),
    }
}

/// Runs a command with its errors shown, and returns what `read` makes of its output. Fails unless
/// it succeeds.
pub(crate) fn read_while_running<T>(
    command: &mut Command,
    read: fn(ChildStdout) -> T,
) -> Result<T, Failure> {
    println!("$ {}", words(command));
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|source| cannot_start(command, &source))?;
    let result = child.stdout.take().map(read);
    let status = child
        .wait()
        .map_err(|source| cannot_start(command, &source))?;
    match result {
        Some(result) if status.success() => Ok(result),
        _ => Err(Failure::Failed(format!(
            "`{}` failed ({status})",
            words(command)
        ))),
    }
}

/// Returns a command's output. Fails with its errors unless it succeeds.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|source| cannot_start(command, &source))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(Failure::Failed(format!(
        "`{}` failed:\n{}",
        words(command),
        complaint.trim_end()
    )))
}

fn start(command: &mut Command) -> Result<ExitStatus, Failure> {
    command
        .status()
        .map_err(|source| cannot_start(command, &source))
}

fn cannot_start(command: &Command, source: &std::io::Error) -> Failure {
    Failure::Failed(format!("`{}` cannot be started: {source}", words(command)))
}

/// Returns the command as typed in a shell.
fn words(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_stem()
        .unwrap_or(command.get_program())
        .to_string_lossy();
    let arguments = command
        .get_args()
        .map(|argument| argument.to_string_lossy());
    std::iter::once(program)
        .chain(arguments)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Installs a rustup component if it is missing.
pub(crate) fn ensure_component(
    root: &Path,
    subcommand: &str,
    component: &str,
) -> Result<(), Failure> {
    if output(cargo(root).args([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    run(program(root, "rustup").args(["component", "add", component])).map_err(|_| {
        Failure::Failed(format!(
            "`cargo {subcommand}` is missing, and `rustup component add {component}` did not help"
        ))
    })
}

/// Installs a cargo subcommand from the registry if it is missing. That can take minutes.
pub(crate) fn ensure_tool(root: &Path, subcommand: &str) -> Result<(), Failure> {
    if output(cargo(root).args([subcommand, "--version"])).is_ok() {
        return Ok(());
    }
    let package = format!("cargo-{subcommand}");
    println!("`{package}` is missing; installing it, which can take some minutes");
    run(cargo(root).args(["install", "--locked", &package]))
}

/// Returns whether rustup has this toolchain; false without rustup.
pub(crate) fn has_toolchain(root: &Path, name: &str) -> bool {
    output(program(root, "rustup").args(["run", name, "rustc", "--version"])).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn here() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = run(&mut program(here(), "no-such-program")).unwrap_err();
        assert!(
            failure
                .message()
                .is_some_and(|message| message.contains("no-such-program"))
        );
    }

    #[test]
    fn an_exit_code_is_passed_through() {
        let failure = pass_through(
            cargo(here())
                .arg("no-such-subcommand")
                .stderr(Stdio::null()),
        )
        .unwrap_err();
        assert!(matches!(failure, Failure::PassedThrough(101)));
    }

    #[test]
    fn variables_that_build_scripts_watch_are_not_handed_on() {
        assert!(is_set_by_cargo_run("CARGO_PKG_NAME") && is_set_by_cargo_run("CARGO_MANIFEST_DIR"));
        assert!(!is_set_by_cargo_run("CARGO_HOME") && !is_set_by_cargo_run("CARGO_TARGET_DIR"));
    }
}
