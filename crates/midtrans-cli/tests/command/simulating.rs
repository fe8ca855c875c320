//! `midtrans simulate`: from a shell, in a container, and with an output that is not read.

#[cfg(feature = "sqlite")]
mod full_disk;
#[cfg(all(feature = "https", target_os = "linux"))]
mod secure;

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Stdio};

use midtrans_ureq::ureq::Agent;

use crate::program::{Program, finished, first_line, signal};
use crate::shop::Shop;

/// The simulator as a program that has started.
pub(super) struct Running {
    pub(super) child: Child,
    pub(super) output: BufReader<ChildStdout>,
    pub(super) url: String,
    /// The lines printed before it was ready.
    said: String,
}

impl Running {
    fn start(program: &Program, words: &[&str]) -> Self {
        let words = [&["simulate", "--port", "0"], words].concat();
        Self::of(
            program
                .command(&words)
                .stdout(Stdio::piped())
                .spawn()
                .unwrap(),
        )
    }

    pub(super) fn of(mut child: Child) -> Self {
        // Nothing is typed in a container.
        drop(child.stdin.take());
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Simulated: no real money") {
            assert!(output.read_line(&mut said).unwrap() > 0, "{said}");
        }
        let first = said.lines().next().unwrap();
        let url = first.strip_prefix("Midtrans simulator at ").unwrap();
        Self {
            url: url.to_owned(),
            child,
            output,
            said,
        }
    }

    /// Its exit code, and what it complained about.
    fn terminated(mut self, name: &str) -> (i32, String) {
        signal(&self.child, name);
        self.output.read_to_string(&mut self.said).unwrap();
        let ran = finished(self.child);
        (ran.code, ran.err)
    }
}

pub(super) fn agent() -> Agent {
    Agent::config_builder()
        .proxy(None)
        .http_status_as_error(false)
        .build()
        .into()
}

fn status(url: &str, host: &str) -> u16 {
    let request = agent().get(url).header("host", host);
    request.call().unwrap().status().as_u16()
}

/// The `Authorization` header of calls, with the simulator's own key.
const KEY: &str = "Basic U0ItTWlkLXNlcnZlci1zaW11bGF0b3I6";

#[test]
fn in_a_container_it_listens_everywhere_is_healthy_and_ends_with_sigterm() {
    let program = Program::bare().with("MIDTRANS_SERVER_KEY", "SB-Mid-server-one");
    let running = Running::start(&program, &["--address", "0.0.0.0", "--host", "gateway"]);
    let (url, said) = (&running.url, &running.said);
    assert!(
        url.starts_with("http://127.0.0.1:"),
        "where it is found on this machine: {url}"
    );
    assert!(
        said.contains("server key  as given") && !said.contains("SB-Mid-server-one"),
        "{said}"
    );
    for host in ["gateway:8180", "10.0.0.7:8180", "localhost", "another"] {
        assert_eq!(status(&format!("{url}/health"), host), 200, "{host}");
    }
    let console = format!("{url}/console");
    assert_eq!(
        ["gateway:8180", "10.0.0.7:8180", "another"].map(|host| status(&console, host)),
        [200, 200, 403]
    );
    // `SB-Mid-server-one:` in base64.
    for (key, expected) in [("Basic U0ItTWlkLXNlcnZlci1vbmU6", 200), (KEY, 401)] {
        let call = agent().get(format!("{url}/v2/none/status"));
        let code = call.header("authorization", key).call().unwrap().status();
        assert_eq!(code, expected, "the key is the variable's");
    }
    let (code, complaints) = running.terminated("-TERM");
    assert_eq!(code, 0);
    assert!(
        complaints.contains("warning: --address 0.0.0.0"),
        "{complaints}"
    );
}

#[test]
fn on_this_machine_alone_there_is_no_warning_and_an_option_outweighs_a_variable() {
    let program = Program::keyed().with("MIDTRANS_MERCHANT_ID", "G7");
    let running = Running::start(&program, &["--merchant-id", "G8"]);
    assert!(running.said.contains("merchant    G8"), "{}", running.said);
    assert!(!running.said.contains("MARKER"), "{}", running.said);
    assert_eq!(running.terminated("-INT"), (0, String::new()));
}

#[test]
fn a_key_is_never_an_argument_and_a_mistyped_option_is_not_repeated_with_its_value() {
    for line in [
        "simulate --server-key SB-Mid-server-MARKER",
        "simulate --server-key=MARKER",
        "simulate --client-key MARKER",
        "charge cstore --client-key=MARKER",
    ] {
        Program::bare()
            .line(line)
            .says(2, &["a key is no argument", "_KEY instead"]);
    }
    for line in [
        "--server-kye=MARKER",
        "--server-kye MARKER",
        "MARKER",
        "-kMARKER",
        "--port MARKER",
        "--fault MARKER",
        "--lenient=MARKER",
    ] {
        // That it is not repeated, the runner sees to.
        Program::bare()
            .line(&format!("simulate {line}"))
            .says(2, &["midtrans: "]);
    }
    let help = Program::bare()
        .line("simulate --help")
        .says(0, &["MIDTRANS_SERVER_KEY"]);
    assert!(!help.out.contains("--server-key"), "{}", help.out);
}

#[test]
fn a_wrong_option_is_named_with_what_was_expected() {
    for (words, expected) in [
        ("--port", "--port <PORT> needs a value"),
        ("--port 70000", "the value of --port <PORT> is not usable"),
        ("--fault lose,rate=5", "--fault <RULE> is not usable: "),
        (
            "--address localhost",
            "expected an IP address, such as 0.0.0.0",
        ),
        ("--prot 1", "unexpected argument --prot"),
        ("--lenient=maybe", "expected one of yes, no"),
        ("--json", "prints lines of text only"),
    ] {
        Program::bare()
            .line(&format!("simulate {words}"))
            .says(2, &[expected]);
    }
}

#[test]
fn words_that_are_not_text_are_refused_and_nothing_panics() {
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let odd = OsStr::from_bytes(b"--port=\xff");
    let mut command = Program::bare().command(&[OsStr::new("simulate"), odd]);
    finished(command.stdout(Stdio::piped()).spawn().unwrap()).says(2, &["not UTF-8"]);
    let mut command = Program::bare().command(&["simulate"]);
    command.env("MIDTRANS_CLIENT_KEY", OsString::from_vec(b"\xff".to_vec()));
    finished(command.stdout(Stdio::piped()).spawn().unwrap())
        .says(2, &["MIDTRANS_CLIENT_KEY is not UTF-8"]);
    let program = Program::bare().with("MIDTRANS_SERVER_KEY", "");
    let running = Running::start(&program, &[]);
    assert!(
        running.said.contains("SB-Mid-server-simulator"),
        "an empty one is none"
    );
    assert_eq!(running.terminated("-TERM").0, 0);
}

#[test]
fn a_busy_port_names_itself_and_the_option() {
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = busy.local_addr().unwrap().port().to_string();
    let ran = Program::bare().run(&["simulate", "--port", &port]);
    ran.says(1, &[&format!("port {port} is taken"), "--port"]);
}

#[test]
fn a_notification_url_on_a_host_that_is_not_allowed_is_said_at_the_start() {
    Program::bare()
        .line("simulate --port 0 --notification-url http://shop:3000/notify")
        .says(1, &["may not go to shop", "--allow-host shop"]);
}

#[test]
fn a_file_of_merchants_that_cannot_be_read_is_named() {
    Program::bare()
        .line("simulate --port 0 --merchants /nowhere/at/all")
        .says(1, &["--merchants: /nowhere/at/all cannot be read"]);
}

#[test]
fn a_simulator_whose_output_is_not_read_goes_on_and_ends_when_it_is_told_to() {
    let mut child = Program::bare().spawn(&["simulate", "--port", "0"]);
    let (first, mut rest) = first_line(&mut child);
    let url = first.trim().strip_prefix("Midtrans simulator at ").unwrap();
    let agent = agent();
    // A pipe takes 64 KiB and a line has more than 40 bytes: long before the end, nothing can be
    // written any more.
    for _ in 0..4_000 {
        let call = agent
            .get(format!("{url}/v2/none/status"))
            .header("authorization", KEY)
            .call();
        assert_eq!(call.unwrap().status(), 200);
    }
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut said = String::new();
    rest.read_to_string(&mut said).unwrap();
    let lines = said.lines().filter(|line| line.contains("/v2/none/status"));
    let lines = lines.count();
    assert!(lines > 100 && lines < 4_000, "{lines} were written");
}

#[test]
fn each_url_of_the_dashboard_has_an_option_and_is_printed_and_used() {
    let shop = Shop::answering(&[&crate::shop::status("200 OK")]);
    let own = format!("{}/recurring", shop.url);
    let options = [
        "--finish-url",
        "http://127.0.0.1:9/finish",
        "--unfinish-url",
        "http://127.0.0.1:9/unfinish",
        "--error-url",
        "http://127.0.0.1:9/error",
        "--notification-url",
        "http://127.0.0.1:9/notify",
        "--pay-account-notification-url",
        "http://127.0.0.1:9/linked",
        "--recurring-notification-url",
        &own,
    ];
    let running = Running::start(&Program::bare(), &options);
    let (url, said) = (&running.url, &running.said);
    for line in [
        "  finish URL  http://127.0.0.1:9/finish\n",
        "  unfinish    http://127.0.0.1:9/unfinish\n",
        "  error URL   http://127.0.0.1:9/error\n",
        "  notify URL  http://127.0.0.1:9/notify\n",
        "  pay account http://127.0.0.1:9/linked\n",
        &format!("  recurring   {own}\n"),
    ] {
        assert!(said.contains(line), "{line:?} is not in {said}");
    }
    let program = Program::bare()
        .with("MIDTRANS_SERVER_KEY", "SB-Mid-server-simulator")
        .with("MIDTRANS_ENVIRONMENT", url);
    let create = "subscription create --name kopi --amount 14000 --every month";
    let words: Vec<&str> = create.split(' ').collect();
    program.fed(&words, b"made-up-token").says(0, &["active"]);
    let came = shop.all();
    assert!(
        came[0].head.starts_with("post /recurring "),
        "{}",
        came[0].head
    );
    assert_eq!(running.terminated("-TERM").0, 0);
    for option in ["pay-account", "recurring"] {
        let option = format!("--{option}-notification-url");
        let words = ["simulate", "--port", "0", &option, "http://shop.example/x"];
        let told = [
            "notifications may not go to shop.example",
            "--allow-host shop.example",
        ];
        Program::bare().run(&words).says(1, &told);
    }
}
