//! A private server answers, keeps its data over a restart, and leaves nothing behind.

mod left;
mod session;

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use midtrans_private_postgres::{PrivatePostgres, Shutdown};

use left::{processes_in, wait_for_none_in};
use session::Session;

#[test]
fn a_server_is_durable_and_has_only_a_socket() {
    let Some(server) = PrivatePostgres::start_or_skip("settings of a private server") else {
        return;
    };
    let mut session = Session::open(server.folder()).unwrap();
    let mut setting = |name: &str| session.ask(&format!("show {name}")).unwrap().concat();
    for (name, value) in [
        ("listen_addresses", ""),
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("max_connections", "100"),
        ("server_encoding", "UTF8"),
        ("lc_collate", "C"),
    ] {
        assert_eq!(setting(name), value, "{name}");
    }
}

#[test]
fn what_was_committed_survives_restarts() {
    let Some(server) = PrivatePostgres::start_or_skip("restarts of a private server") else {
        return;
    };
    let url = server.url();
    let mut before = Session::open(server.folder()).unwrap();
    before
        .ask("create table orders (id text); insert into orders values ('first')")
        .unwrap();
    for (shutdown, next) in [(Shutdown::Immediate, "second"), (Shutdown::Fast, "third")] {
        server.restart(shutdown).unwrap();
        assert!(
            before.ask("select 1").is_err(),
            "a connection outlives a restart"
        );
        before = Session::open(server.folder()).unwrap();
        before
            .ask(&format!("insert into orders values ('{next}')"))
            .unwrap();
    }
    assert_eq!(
        before.ask("select id from orders order by id").unwrap(),
        ["first", "second", "third"]
    );
    assert_eq!(server.url(), url);
}

#[test]
fn a_stopped_server_does_not_answer_until_it_starts_again() {
    let Some(server) = PrivatePostgres::start_or_skip("an outage of a private server") else {
        return;
    };
    server.stop(Shutdown::Fast).unwrap();
    assert!(Session::open(server.folder()).is_err());
    let twice = server.stop(Shutdown::Fast).unwrap_err().to_string();
    assert!(twice.starts_with("pg_ctl stop failed: "), "{twice}");
    server.start_again().unwrap();
    assert!(Session::open(server.folder()).is_ok());
}

#[test]
fn servers_side_by_side_leave_nothing_when_dropped() {
    let Some(first) = PrivatePostgres::start_or_skip("dropping a private server") else {
        return;
    };
    let Some(second) = PrivatePostgres::start_or_skip("dropping a private server") else {
        return;
    };
    let (gone, stays) = (first.folder().to_owned(), second.folder());
    assert_ne!(gone, stays);
    drop(first);
    assert!(!gone.exists());
    wait_for_none_in(&gone);
    assert!(Session::open(stays).is_ok());
    // The stopped server of an outage must be removed as well.
    let stays = stays.to_owned();
    second.stop(Shutdown::Fast).unwrap();
    drop(second);
    assert!(!stays.exists());
}

#[test]
fn nothing_is_left_when_the_owner_is_killed() {
    let Some(other) = PrivatePostgres::start_or_skip("killing the owner of a private server")
    else {
        return;
    };
    let mut owner = Command::new(env!("CARGO_BIN_EXE_midtrans-private-postgres"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(owner.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    // Its folder is named after the process, next to ours.
    let folder = other
        .folder()
        .with_file_name(format!("midtrans-pg-{}-0", owner.id()));
    assert!(
        url.contains(&format!("midtrans-pg-{}-0:5432", owner.id())),
        "{url}"
    );
    assert!(Session::open(&folder).is_ok());
    if cfg!(target_os = "linux") {
        assert!(
            !processes_in(&folder).is_empty(),
            "the search for processes finds none"
        );
    }

    owner.kill().unwrap(); // SIGKILL
    owner.wait().unwrap();
    // The guardian holds the owner's stderr, so that its end shows when everything is cleaned up.
    let mut said = String::new();
    owner
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "");
    assert!(!folder.exists());
    wait_for_none_in(&folder);
}
