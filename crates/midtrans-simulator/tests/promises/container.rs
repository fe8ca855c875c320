//! The program where nobody sits in front of it: no terminal, any address, a health check, and an
//! end by SIGTERM.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

use midtrans_simulator::{Simulator, StartError};

use crate::desk::{KEY, charge};
use crate::sockets::agent;

struct Program {
    child: Child,
    output: BufReader<ChildStdout>,
    url: String,
    /// What it printed before it was ready.
    said: String,
}

impl Program {
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = program(arguments);
        let mut child = command.envs(variables.iter().copied()).spawn().unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Simulated: no real money") {
            assert!(output.read_line(&mut said).unwrap() > 0, "{said}");
        }
        let url = said
            .lines()
            .find_map(|line| line.strip_prefix("Midtrans simulator at "))
            .unwrap()
            .to_owned();
        Self {
            child,
            output,
            url,
            said,
        }
    }

    fn terminated(mut self) -> (Option<i32>, String) {
        let kill = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let mut complaints = String::new();
        self.output.read_to_string(&mut self.said).unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut complaints)
            .unwrap();
        (self.child.wait().unwrap().code(), complaints)
    }
}

/// Without a terminal, and without what the test itself was started with.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_midtrans-simulator"));
    command
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn status(url: &str, host: &str) -> u16 {
    agent()
        .get(url)
        .header("host", host)
        .call()
        .unwrap()
        .status()
        .as_u16()
}

#[cfg(unix)]
#[test]
fn in_a_container_it_listens_everywhere_is_healthy_and_ends_with_sigterm() {
    let arguments = ["--port", "0", "--address", "0.0.0.0", "--host", "gateway"];
    let program = Program::start(&arguments, &[("MIDTRANS_SERVER_KEY", "SB-Mid-server-one")]);
    assert!(
        program.url.starts_with("http://127.0.0.1:"),
        "where it is found on this machine: {}",
        program.url
    );
    assert!(
        !program.said.contains("SB-Mid-server-one") && program.said.contains("as given"),
        "{}",
        program.said
    );
    let health = format!("{}/health", program.url);
    for host in ["gateway:8180", "10.0.0.7:8180", "localhost", "another"] {
        assert_eq!(status(&health, host), 200, "{host}");
    }
    let console = format!("{}/console", program.url);
    assert_eq!(
        ["gateway:8180", "10.0.0.7:8180", "another"].map(|host| status(&console, host)),
        [200, 200, 403]
    );
    // `SB-Mid-server-one:` in base64.
    for (key, expected) in [("Basic U0ItTWlkLXNlcnZlci1vbmU6", 200), (KEY, 401)] {
        let request = agent()
            .get(format!("{}/v2/none/status", program.url))
            .header("authorization", key);
        assert_eq!(
            request.call().unwrap().status(),
            expected,
            "the key is the variable's"
        );
    }
    let (code, complaints) = program.terminated();
    assert_eq!(code, Some(0));
    assert!(
        complaints.contains("warning: --address 0.0.0.0"),
        "{complaints}"
    );
}

#[cfg(unix)]
#[test]
fn on_this_machine_alone_there_is_no_warning_and_an_option_outweighs_a_variable() {
    let variables = [
        ("MIDTRANS_SERVER_KEY", "SB-Mid-server-one"),
        ("MIDTRANS_MERCHANT_ID", "G7"),
    ];
    let program = Program::start(&["--port", "0", "--merchant-id", "G8"], &variables);
    assert!(program.said.contains("merchant    G8"), "{}", program.said);
    assert_eq!(program.terminated(), (Some(0), String::new()));
}

#[test]
fn a_key_is_never_an_argument() {
    for words in [
        ["--server-key", "SB-Mid-server-MARKER"],
        ["--server-kye=SB-Mid-server-MARKER", ""],
    ] {
        let output = program(&words).output().unwrap();
        let complaint = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(
            complaint.contains("--server-k") && !complaint.contains("MARKER"),
            "{complaint}"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_text_is_refused_and_nothing_panics() {
    use std::os::unix::ffi::OsStrExt;
    let output = program(&[])
        .arg(std::ffi::OsStr::from_bytes(b"--port=\xff"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .contains("an argument is not UTF-8")
    );
}

#[test]
fn a_busy_port_names_itself_and_the_option() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port().to_string();
    let output = program(&["--port", &port]).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complaint.contains(&format!("port {port} is taken")) && complaint.contains("--port"),
        "{complaint}"
    );
}

#[test]
fn a_notification_url_on_a_host_that_is_not_allowed_is_said_at_the_start() {
    let output = program(&[
        "--port",
        "0",
        "--notification-url",
        "http://shop:3000/notify",
    ])
    .output()
    .unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        complaint.contains("may not go to shop") && complaint.contains("--allow-host shop"),
        "{complaint}"
    );

    let builder = || Simulator::builder().notification_url("http://shop:3000/notify");
    let error = builder().serve_blocking().unwrap_err();
    assert!(matches!(error, StartError::HostNotAllowed(host) if host == "shop"));
    assert!(builder().allow_host("Shop").serve_blocking().is_ok());
    assert!(
        builder().deliver_by_hand().serve_blocking().is_ok(),
        "nothing is sent there"
    );
    assert!(
        Simulator::builder()
            .notification_url("http://[::1]:3000/")
            .serve_blocking()
            .is_ok()
    );
}

#[test]
fn a_running_simulator_refuses_a_notification_url_on_a_host_that_is_not_allowed() {
    let simulator = Simulator::builder()
        .allow_host("shop")
        .in_process()
        .unwrap();
    assert!(
        simulator.notify_at("http://elsewhere:3000/notify").is_ok(),
        "nothing is sent there"
    );
    let simulator = Simulator::builder()
        .allow_host("Shop")
        .serve_blocking()
        .unwrap();
    simulator.notify_at("http://127.0.0.1:9/").unwrap();
    let error = simulator
        .notify_at("http://elsewhere:3000/notify")
        .unwrap_err();
    assert_eq!(
        (error.setting(), error.forbidden_host()),
        ("notification_url", Some("elsewhere"))
    );
    assert!(
        error.to_string().contains("may not go to elsewhere"),
        "{error}"
    );
    let set = || {
        simulator.with_accounts(|accounts, _| accounts.first().settings().notification_url.clone())
    };
    assert_eq!(
        set().as_deref(),
        Some("http://127.0.0.1:9/"),
        "nothing has changed"
    );
    simulator.notify_at("http://SHOP:3000/notify").unwrap();
    assert_eq!(set().as_deref(), Some("http://SHOP:3000/notify"));
    assert_eq!(
        simulator
            .notify_at("shop:3000")
            .unwrap_err()
            .forbidden_host(),
        None
    );
}

#[test]
fn one_call_resets_everything_but_settings_and_the_faults_of_the_start() {
    let builder = Simulator::builder()
        .notification_url("http://127.0.0.1:9/")
        .deliver_by_hand();
    let simulator = builder.fault(
        "lose,order=order-8"
            .parse::<midtrans_simulator::gateway::Rule>()
            .unwrap(),
    );
    let simulator = simulator.serve_blocking().unwrap();
    let charged = || {
        let request = agent()
            .post(format!("{}/v2/charge", simulator.url()))
            .header("authorization", KEY);
        let request = request.header("idempotency-key", "key-1");
        let mut reply = request
            .send(charge("akulaku", "order-1", 44_000).to_string())
            .unwrap();
        let reply: serde_json::Value =
            serde_json::from_str(&reply.body_mut().read_to_string().unwrap()).unwrap();
        assert_eq!(reply["status_code"], "201");
        reply["transaction_id"].as_str().unwrap().to_owned()
    };
    let first = charged();
    simulator.fail_next("status:503".parse().unwrap());
    let reset = agent()
        .post(format!("{}/console/reset", simulator.url()))
        .header("accept", "application/json");
    assert_eq!(
        reset
            .send_empty()
            .unwrap()
            .body_mut()
            .read_to_string()
            .unwrap(),
        "{\"done\":true}\n"
    );
    simulator.with_accounts(|accounts, _| {
        let account = accounts.first();
        assert_eq!(
            (
                account.count(),
                account.messages().len(),
                account.calls().count()
            ),
            (0, 0, 0)
        );
        assert_eq!((account.next_at(), account.is_delivering()), (None, false));
        let account = accounts.first();
        assert_eq!(
            account
                .faults()
                .iter()
                .map(|(_, rule)| rule.to_string())
                .collect::<Vec<_>>(),
            ["lose,order=order-8"]
        );
        assert_eq!(
            account.settings().notification_url.as_deref(),
            Some("http://127.0.0.1:9/")
        );
    });
    assert!(simulator.timeline("order-1").is_none());
    let second = charged();
    assert_ne!(
        first, second,
        "the stored answer is gone, and no id comes twice"
    );
    let foreign = agent()
        .post(format!("{}/console/reset", simulator.url()))
        .header("origin", "http://evil.example");
    assert_eq!(foreign.send_empty().unwrap().status(), 403);
    assert!(simulator.timeline("order-1").is_some());
}
