//! The sources of keys, and the keys that are refused.

use crate::program::{Folder, Program, SERVER_KEY, gateway};

#[cfg(unix)]
fn allow(file: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_file_with_keys_is_read_only_if_no_other_user_may_read_it() {
    let (simulator, _) = gateway();
    let folder = Folder::new("keys");
    let text = format!(
        "# mine\nMIDTRANS_SERVER_KEY={SERVER_KEY}\nMIDTRANS_ENVIRONMENT={}\n",
        simulator.url()
    );
    let file = folder.file("my keys.env", text);
    let program = Program::bare();
    for mode in [0o644, 0o640, 0o604, 0o620] {
        allow(&file, mode);
        let ran = program.run(&["status", "order-1", "--keys", &file]);
        ran.says(
            2,
            &[
                &format!("mode is {mode:o}"),
                &format!("next: chmod 600 '{file}'"),
            ],
        );
    }
    allow(&file, 0o600);
    program
        .run(&["status", "order-1", "--keys", &file])
        .says(1, &["404"]);
    program
        .clone()
        .with("MIDTRANS_KEYS", &file)
        .line("status order-1")
        .says(1, &["404"]);

    // A variable outweighs the file of MIDTRANS_KEYS, and --keys outweighs both.
    let other = Program::bare()
        .with("MIDTRANS_SERVER_KEY", "SB-Mid-server-MARKER-2")
        .with("MIDTRANS_KEYS", &file);
    other.line("status order-1").says(1, &["401"]);
    other
        .run(&["status", "order-1", "--keys", &file])
        .says(1, &["404"]);
}

#[cfg(unix)]
#[test]
fn a_wrong_line_is_named_and_not_shown() {
    let folder = Folder::new("wrong-keys");
    let file = folder.file("keys.env", "MIDTRANS_SERVER_KEY=MARKER\nMARKER\n");
    allow(&file, 0o600);
    Program::bare()
        .run(&["status", "o-1", "--keys", &file])
        .says(2, &["line 2 is not NAME=VALUE"]);
    Program::bare()
        .line("status o-1 --keys /nowhere")
        .says(2, &["cannot read the keys in /nowhere"]);
    for key in [
        "SB-Mid-server-MARKER",
        "SB-VT-server-MARKER",
        "VT-client-MARKER",
    ] {
        Program::bare()
            .run(&["status", "o-1", "--keys", key])
            .says(2, &["cannot read the keys in", "…"]);
    }
}

#[test]
fn without_a_key_it_says_how_to_give_one() {
    for line in [
        "status o-1",
        "sign o-1 200 1.00",
        "verify -",
        "trigger akulaku.pending --to http://127.0.0.1:9/",
        "listen",
    ] {
        Program::bare()
            .line(line)
            .says(2, &["no server key", "MIDTRANS_SERVER_KEY", "--keys FILE"]);
    }
}

#[test]
fn a_key_of_another_environment_or_kind_is_refused() {
    let program = Program::keyed();
    program
        .line("status o-1 --environment production")
        .says(2, &["production", "this one is for the sandbox"]);
    let live = Program::bare().with("MIDTRANS_SERVER_KEY", "Mid-server-MARKER");
    live.line("status o-1")
        .says(2, &["sandbox", "this one is for production"]);
    let client = Program::bare().with("MIDTRANS_SERVER_KEY", "SB-Mid-client-MARKER");
    client
        .line("status o-1")
        .says(2, &["not the client key", "Access Keys"]);
    program
        .line("status o-1 --environment http://192.168.0.7")
        .says(2, &["in the clear"]);
    program
        .line("status o-1 --environment staging")
        .says(2, &["sandbox, production"]);
}

#[test]
fn an_argument_cannot_be_a_key() {
    for option in ["--server-key", "--client-key"] {
        for command in [&["status", "o-1"][..], &["simulate"]] {
            let words = [command, &[option, "MARKER"]].concat();
            Program::bare()
                .run(&words)
                .says(2, &["a key is no argument", "_KEY instead"]);
        }
    }
    Program::bare()
        .line("status o-1 --key MARKER")
        .says(2, &["unexpected argument"]);
}

/// That no key is printed is looked for in every run.
#[test]
fn a_mistyped_word_is_not_repeated_with_its_value() {
    let program = Program::bare();
    for (line, words) in [
        (
            "status o-1 --server-kye=SB-Mid-server-MARKER",
            "--server-kye",
        ),
        (
            "status o-1 --server-kye SB-Mid-server-MARKER",
            "--server-kye",
        ),
        (
            "status --server-kye=SB-Mid-server-MARKER o-1",
            "--server-kye",
        ),
        ("status -kSB-Mid-server-MARKER o-1", "-k"),
        (
            "status o-1 SB-Mid-server-MARKER",
            "a word is there that nothing takes",
        ),
        ("SB-Mid-server-MARKER", "no such command"),
        #[cfg(any(feature = "sqlite", feature = "postgres"))]
        ("inbox SB-Mid-server-MARKER", "no such command"),
        (
            "charge MARKER --order o-1 --amount 5000",
            "expected the gateway's name of a payment method",
        ),
        (
            "charge akulaku --order o-1 --amount MARKER",
            "expected whole rupiah",
        ),
        (
            "charge akulaku --order o-1 --amount 5000 --expiry MARKER",
            "such as 30m",
        ),
        (
            "charge akulaku --order o-1 --amount 5000 --item MARKER",
            "expected NAME=VALUE",
        ),
        (
            "status o-1 --timeout SB-Mid-server-MARKER",
            "--timeout <SECONDS> is not usable: expected a whole number",
        ),
        ("status o-1 --json=MARKER", "--json"),
        ("listen --address MARKER", "--address"),
        ("trigger MARKER --dry-run", "no such event"),
        (
            "trigger akulaku.settlement --dry-run --set MARKER",
            "FIELD=VALUE",
        ),
        #[cfg(any(feature = "sqlite", feature = "postgres"))]
        ("inbox serve --listen MARKER", "--listen"),
        ("completions MARKER", "expected one of bash"),
        ("simulate --server-kye=SB-Mid-server-MARKER", "--server-kye"),
        (
            "simulate SB-Mid-server-MARKER",
            "a word is there that nothing takes",
        ),
        ("simulate --port SB-Mid-server-MARKER", "--port"),
        (
            "status o-1 --keys SB-Mid-server-MARKER",
            "cannot read the keys in SB-Mid-server-…",
        ),
        ("verify SB-Mid-server-MARKER", "SB-Mid-server-…"),
        (
            "status o-1 --environment SB-Mid-server-MARKER",
            "the environment is unknown",
        ),
        (
            "status o-1 --environment",
            "--environment <NAME> needs a value",
        ),
        ("verify n.json --order o-1", "missing: --amount <RUPIAH>"),
        ("resend n.json --order o-1", "cannot be used with"),
    ] {
        Program::keyed().line(line).says(2, &[words]);
        program.line(line).says(2, &[]);
    }
}

#[cfg(unix)]
#[test]
fn what_is_wrong_with_a_file_of_keys_is_named() {
    let folder = Folder::new("odd-keys");
    for (name, text, words) in [
        (
            "mark",
            &b"\xef\xbb\xbfMIDTRANS_SERVER_KEY=MARKER\n"[..],
            "begins with a byte order mark",
        ),
        (
            "quote",
            b"MIDTRANS_SERVER_KEY=\"MARKER\n",
            "line 1 opens a quotation mark",
        ),
        ("long", &[b'#'; 64 * 1024 + 1], "longer than 64 KiB"),
        ("utf-16", b"\xff\xfeM\0", "UTF-16"),
        ("latin", b"# \xe9\n", "not UTF-8"),
    ] {
        let file = folder.file(name, text);
        allow(&file, 0o600);
        Program::bare()
            .run(&["status", "o-1", "--keys", &file])
            .says(2, &[words, &file]);
        Program::bare()
            .with("MIDTRANS_KEYS", &file)
            .line("simulate")
            .says(2, &[words]);
    }
}

#[cfg(unix)]
#[test]
fn the_simulators_key_comes_from_where_all_keys_do() {
    let folder = Folder::new("simulated-keys");
    let file = folder.file("keys.env", format!("MIDTRANS_SERVER_KEY={SERVER_KEY}\n"));
    allow(&file, 0o600);
    let mut child =
        Program::bare().spawn(&["--keys", &file, "simulate", "--port", "0", "--lenient"]);
    let (line, _rest) = crate::program::first_line(&mut child);
    let url = line
        .trim()
        .strip_prefix("Midtrans simulator at ")
        .unwrap()
        .to_owned();
    Program::at(&url)
        .line("charge akulaku --order order-101 --amount 40000")
        .says(0, &["redirect url"]);
    let other = Program::at(&url).with("MIDTRANS_SERVER_KEY", "SB-Mid-server-simulator");
    other.line("status order-101").says(1, &["401"]);
    child.kill().unwrap();
    child.wait().unwrap();
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_text_is_refused_and_nothing_panics() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let odd = OsStr::from_bytes(b"\xff");
    let all = midtrans_cli::command();
    let mut lines: Vec<Vec<&OsStr>> = all
        .get_subcommands()
        .map(|command| vec![OsStr::new(command.get_name()), odd, odd, odd])
        .collect();
    lines.push(vec![odd]);
    lines.push(vec![
        OsStr::new("--keys"),
        odd,
        OsStr::new("status"),
        OsStr::new("o-1"),
    ]);
    lines.push(vec![
        OsStr::new("status"),
        OsStr::new("o-1"),
        OsStr::from_bytes(b"--amount=\xff"),
    ]);
    lines.push(vec![
        OsStr::new("simulate"),
        OsStr::from_bytes(b"--port=\xff"),
    ]);
    for line in lines {
        let child = Program::keyed()
            .command(&line)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let ran = crate::program::finished(child);
        assert!(
            ran.code == 2 && ran.err.starts_with("midtrans"),
            "{line:?}: {ran:?}"
        );
    }
    let odd_key = Program::bare()
        .command(&["status", "o-1"])
        .env("MIDTRANS_SERVER_KEY", odd)
        .output()
        .unwrap();
    assert_eq!(odd_key.status.code(), Some(2));
    assert!(
        String::from_utf8(odd_key.stderr)
            .unwrap()
            .contains("MIDTRANS_SERVER_KEY is not UTF-8")
    );
}
