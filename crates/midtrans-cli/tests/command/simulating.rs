//! `midtrans simulate`, as a container runs it.

use std::io::Read;
use std::process::Command;

use midtrans_ureq::ureq::Agent;

use crate::program::{Program, first_line};

#[test]
fn the_simulator_of_the_command_line_runs_in_a_container_and_ends_with_sigterm() {
    let words = [
        "simulate",
        "--address",
        "0.0.0.0",
        "--port",
        "0",
        "--host",
        "gateway",
    ];
    let mut child = Program::keyed().spawn(&words);
    // Nothing is typed there.
    drop(child.stdin.take());
    let (line, mut rest) = first_line(&mut child);
    let url = line.trim().strip_prefix("Midtrans simulator at ").unwrap();
    let agent: Agent = Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .build()
        .into();
    let ask = |path: &str, host: &str| {
        agent
            .get(format!("{url}{path}"))
            .header("host", host)
            .call()
            .unwrap()
            .status()
            .as_u16()
    };
    assert_eq!(
        [
            ask("/health", "elsewhere"),
            ask("/console", "gateway"),
            ask("/console", "elsewhere")
        ],
        [200, 200, 403]
    );
    let told = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(told.success());
    let mut said = String::new();
    rest.read_to_string(&mut said).unwrap();
    assert!(
        said.contains("server key  as given") && !said.contains("MARKER"),
        "{said}"
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
