//! The end of `midtrans listen`: requests that do not delay it, and messages that do not cause it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Child;

use midtrans_ureq::ureq;

use crate::program::{Program, Ran, ended, first_line};
use crate::shop::{exchange, status};

/// A listener, and where it listens.
struct Listening {
    child: Child,
    rest: Box<dyn Read + Send>,
    url: String,
}

impl Listening {
    fn start(options: &[&str]) -> Self {
        let mut child = Program::keyed().spawn(&[&["listen", "--json"], options].concat());
        let (line, rest) = first_line(&mut child);
        let url = serde_json::from_str::<serde_json::Value>(&line).unwrap()["listening"]
            .as_str()
            .unwrap()
            .to_owned();
        Self {
            child,
            rest: Box::new(rest),
            url,
        }
    }

    /// A sender of this much of a request, who does not go on.
    fn stranger(&self, beginning: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.url.strip_prefix("http://").unwrap()).unwrap();
        stream.write_all(beginning.as_bytes()).unwrap();
        stream
    }

    fn notified(&self) -> u16 {
        post(&self.url, genuine().as_bytes())
    }

    /// Waits until it accepts no connection any more.
    #[cfg(unix)]
    fn until_closed(&self) {
        while TcpStream::connect(self.url.strip_prefix("http://").unwrap()).is_ok() {
            std::thread::yield_now();
        }
    }

    #[cfg(unix)]
    fn told_to_end(self, name: &str) -> Ran {
        crate::program::signal(&self.child, name);
        self.ended()
    }

    /// Reads what is printed until the end.
    fn ended(mut self) -> Ran {
        let reader = std::thread::spawn(move || {
            let mut said = String::new();
            self.rest.read_to_string(&mut said).unwrap();
            said
        });
        let ran = ended(self.child);
        Ran {
            out: reader.join().unwrap(),
            ..ran
        }
    }
}

/// A shop that answers when the test says so, and a listener that forwards to it.
#[cfg(unix)]
fn forwarding(options: &[&str]) -> (TcpListener, Listening) {
    let shop = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = format!("http://{}/", shop.local_addr().unwrap());
    let listening = Listening::start(&[&["--port", "0", "--forward", &to], options].concat());
    (shop, listening)
}

/// An address of this machine at which nothing listens.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

const HALVES: [&str; 4] = [
    "",
    "POST /n HTTP/1.1\r\nHost: x\r\n",
    "POST /n HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
    "POST /n HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
];

fn genuine() -> String {
    Program::keyed()
        .line("trigger akulaku.settlement --dry-run")
        .out
}

fn post(url: &str, body: &[u8]) -> u16 {
    let agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .new_agent();
    agent.post(url).send(body).unwrap().status().as_u16()
}

#[cfg(unix)]
#[test]
fn half_a_request_does_not_keep_ctrl_c_waiting() {
    for name in ["-INT", "-TERM"] {
        let listening = Listening::start(&["--port", "0"]);
        let strangers = HALVES.map(|half| listening.stranger(half));
        listening.told_to_end(name).says(0, &[]);
        drop(strangers);
    }
}

#[test]
fn half_a_request_does_not_keep_count_waiting() {
    let listening = Listening::start(&["--port", "0", "--count", "1"]);
    let strangers = HALVES.map(|half| listening.stranger(half));
    assert_eq!(listening.notified(), 200);
    listening.ended().says(0, &[]);
    drop(strangers);
}

#[test]
fn count_counts_genuine_notifications_and_neither_favicons_nor_forgeries() {
    let listening = Listening::start(&["--port", "0", "--count", "2"]);
    assert_eq!(listening.notified(), 200);
    for _ in 0..3 {
        let favicon = ureq::get(format!("{}/favicon.ico", listening.url)).call();
        assert!(matches!(favicon, Err(ureq::Error::StatusCode(405))));
        assert_eq!(
            post(
                &listening.url,
                genuine().replace("40000.00", "1.00").as_bytes()
            ),
            403
        );
        assert_eq!(post(&listening.url, b"no json"), 400);
    }
    assert_eq!(listening.notified(), 200);
    listening.ended().says(0, &[]);
}

#[cfg(unix)]
#[test]
fn what_is_in_hand_is_answered_before_the_end() {
    let (shop, listening) = forwarding(&[]);
    let url = listening.url.clone();
    let sender = std::thread::spawn(move || post(&url, genuine().as_bytes()));
    let (stream, _) = shop.accept().unwrap();
    crate::program::signal(&listening.child, "-TERM");
    // It no longer listens, and still waits for the shop.
    listening.until_closed();
    exchange(stream, &status("202 Accepted"));
    assert_eq!(sender.join().unwrap(), 202);
    listening.ended().says(0, &[]);
}

#[cfg(unix)]
#[test]
fn what_is_handed_on_is_told_although_its_sender_has_hung_up() {
    let (shop, listening) = forwarding(&[]);
    let sender = listening.stranger(&request(&genuine()));
    let (stream, _) = shop.accept().unwrap();
    drop(sender);
    // It answers others, so it has seen that.
    assert_eq!(post(&listening.url, b"no json"), 400);
    exchange(stream, &status("202 Accepted"));
    listening.told_to_end("-INT").says(0, &["\"answered\":202"]);
}

#[cfg(unix)]
#[test]
fn a_second_ctrl_c_does_not_wait_for_a_shop_that_does_not_answer() {
    let (shop, listening) = forwarding(&[]);
    let mut sender = listening.stranger(&request(&genuine()));
    let silent = shop.accept().unwrap();
    crate::program::signal(&listening.child, "-INT");
    listening.until_closed();
    let words = [
        "have no answer, and may have been handed on",
        "\"in_hand\":1",
        "\"exit_code\":3",
    ];
    listening.told_to_end("-INT").says(3, &words);
    let mut answer = Vec::new();
    let _ = sender.read_to_end(&mut answer);
    assert!(
        answer.is_empty(),
        "the sender was not told that it is stored"
    );
    drop(silent);
}

fn request(body: &str) -> String {
    let head = "POST /n HTTP/1.1\r\nHost: x\r\nContent-Type: application/json";
    format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn forwarding_to_itself_is_refused() {
    let free = free_address().port().to_string();
    for host in ["127.0.0.1", "localhost"] {
        let to = format!("http://{host}:{free}/n");
        let ran = Program::keyed().run(&["listen", "--port", &free, "--forward", &to]);
        ran.says(2, &["--forward leads to this listener itself", "--port"]);
    }
}

#[cfg(unix)]
#[test]
fn what_comes_back_by_another_way_is_not_handed_on_again() {
    let free = free_address().port().to_string();
    let there = Listening::start(&[
        "--port",
        "0",
        "--forward",
        &format!("http://127.0.0.1:{free}/"),
    ]);
    let here = Listening::start(&["--port", &free, "--forward", &there.url]);
    assert_eq!(here.notified(), 508);
    let said = here
        .told_to_end("-INT")
        .says(0, &["this listener has handed it on itself"])
        .out;
    assert_eq!(said.lines().count(), 2, "it came, and it came back: {said}");
    assert_eq!(
        there
            .told_to_end("-INT")
            .says(0, &["\"answered\":508"])
            .out
            .lines()
            .count(),
        1
    );
}

#[cfg(target_os = "linux")]
#[test]
fn however_many_come_at_once_a_few_threads_hand_them_on() {
    const ALL: usize = 64;
    const AT_ONCE: usize = 16;
    let (shop, listening) = forwarding(&["--count", "65"]);
    let request = request(&genuine());
    let senders: Vec<TcpStream> = (0..ALL).map(|_| listening.stranger(&request)).collect();
    let mut open: Vec<TcpStream> = (0..AT_ONCE).map(|_| shop.accept().unwrap().0).collect();
    // It goes on with others while the shop keeps it waiting.
    assert_eq!(post(&listening.url, b"no json"), 400);
    // A thread that looked up an address may still be on its way out.
    let tasks = format!("/proc/{}/task", listening.child.id());
    let begun = std::time::Instant::now();
    while std::fs::read_dir(&tasks).unwrap().count() > AT_ONCE + 4 {
        assert!(
            begun.elapsed().as_secs() < 60,
            "more than {AT_ONCE} threads and 4 stay"
        );
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let last = listening.url.clone();
    let last = std::thread::spawn(move || post(&last, genuine().as_bytes()));
    for number in 0..=ALL {
        exchange(open.remove(0), &status("200 OK"));
        if number + AT_ONCE <= ALL {
            open.push(shop.accept().unwrap().0);
        }
    }
    assert_eq!(last.join().unwrap(), 200);
    listening.ended().says(0, &[]);
    for mut sender in senders {
        let mut answer = String::new();
        sender.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[cfg(unix)]
#[test]
fn a_listener_whose_output_is_not_read_goes_on_and_ends_when_it_is_told_to() {
    let mut listening = Listening::start(&["--port", "0"]);
    let body = genuine();
    // A pipe takes 64 KiB, and each message is more than a kilobyte: long before the end, nothing
    // can be written any more.
    for _ in 0..300 {
        assert_eq!(post(&listening.url, body.as_bytes()), 200);
    }
    let unread = std::mem::replace(&mut listening.rest, Box::new(std::io::empty()));
    listening
        .told_to_end("-INT")
        .says(4, &["messages could not be written to standard output"]);
    drop(unread);
}

/// A listener whose disk is full, and where it listens, which it cannot say.
#[cfg(target_os = "linux")]
fn on_a_full_disk(options: &[&str]) -> (Child, String) {
    let free = free_address();
    let port = free.port().to_string();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let words = [&["listen", "--port", &port], options].concat();
    let child = Program::keyed()
        .command(&words)
        .stdout(full)
        .spawn()
        .unwrap();
    while TcpStream::connect(free).is_err() {
        std::thread::yield_now();
    }
    (child, format!("http://{free}"))
}

#[cfg(target_os = "linux")]
#[test]
fn a_listener_whose_disk_is_full_goes_on_says_not_stored_and_says_why_at_the_end() {
    let (child, url) = on_a_full_disk(&[]);
    let body = genuine();
    // The first may be answered before the disk has said that it is full.
    let mut answers = std::iter::repeat_with(|| post(&url, body.as_bytes())).take(1_000);
    assert_eq!(answers.find(|status| *status != 200), Some(503));
    assert_eq!(post(&url, body.as_bytes()), 503);
    assert_eq!(
        post(&url, body.replace("40000.00", "1.00").as_bytes()),
        403,
        "it need not come again"
    );
    crate::program::signal(&child, "-INT");
    ended(child).says(4, &["messages could not be written", "no storage space"]);
}

#[cfg(target_os = "linux")]
#[test]
fn what_a_folder_keeps_is_stored_although_it_cannot_be_printed() {
    let folder = crate::program::Folder::new("listen-unprinted");
    let kept = folder.path("kept");
    let (child, url) = on_a_full_disk(&["--count", "3", "--save", &kept]);
    let body = genuine();
    for _ in 0..3 {
        assert_eq!(post(&url, body.as_bytes()), 200);
    }
    ended(child).says(4, &["4 messages could not be written"]);
    assert_eq!(std::fs::read_dir(&kept).unwrap().count(), 3);
}
