//! The transcripts of the program in the simulator's README.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use midtrans_ureq::ureq::Agent;

use crate::{PROGRAM, page, shell, url_in};

const SIMULATOR: &str = "../midtrans-simulator/README.md";

#[test]
fn the_program_starts_as_it_is_shown() {
    let shell = shell("simulator");
    page(SIMULATOR).check(&["As a program"], |step| {
        let command = step.command.replace("simulate", "simulate --port 0");
        let mut url = String::new();
        let at = |said: &str| url = url_in(said);
        let came = shell.run_until(&command, "Ctrl-C ends it", at, "Ctrl-C ends it");
        came.replace(&url, "http://127.0.0.1:8180")
    });
}

#[test]
fn the_container_starts_as_it_is_shown_is_healthy_and_ends_with_sigterm() {
    let shown = page(SIMULATOR).block("In a container", "sh").to_owned();
    // No home, no terminal, no variables: as a container starts it.
    let started = format!("exec '{}' simulate --port 0", PROGRAM.1);
    let command = shown.replace("midtrans simulate", &started);
    let mut command_line = Command::new("sh");
    command_line
        .args(["-c", &command])
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::null());
    let mut child = command_line
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let (mut all, mut url) = (String::new(), String::new());
    said.read_line(&mut url).unwrap();
    while !all.contains("Ctrl-C ends it") {
        assert!(said.read_line(&mut all).unwrap() > 0, "{url}{all}");
    }
    assert!(all.contains("notify URL  http://shop:3000/notify"), "{all}");
    let url = url.trim().strip_prefix("Midtrans simulator at ").unwrap();
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
            ask("/health", "10.1.2.3"),
            ask("/console", "gateway:8180"),
            ask("/console", "evil.example")
        ],
        [200, 200, 403]
    );
    assert!(
        Command::new("kill")
            .args(["-TERM", &child.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
