//! Where keys come from, and which are refused.

use crate::program::{Folder, Program, SERVER_KEY, gateway};

#[cfg(unix)]
fn allow(file: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[test]
fn a_file_with_keys_is_read_only_if_nobody_else_may_read_it() {
    let (simulator, _) = gateway();
    let folder = Folder::new("keys");
    let text = format!("# mine\nMIDTRANS_SERVER_KEY={SERVER_KEY}\nMIDTRANS_ENVIRONMENT={}\n", simulator.url());
    let file = folder.file("my keys.env", text);
    let program = Program::bare();
    for mode in [0o644, 0o640, 0o604, 0o620] {
        allow(&file, mode);
        let ran = program.run(&["status", "order-1", "--keys", &file]);
        ran.says(2, &[&format!("mode is {mode:o}"), &format!("next: chmod 600 '{file}'")]);
    }
    allow(&file, 0o600);
    program.run(&["status", "order-1", "--keys", &file]).says(1, &["404"]);
    program.clone().with("MIDTRANS_KEYS", &file).line("status order-1").says(1, &["404"]);

    // A variable outweighs the file of MIDTRANS_KEYS, and --keys outweighs both.
    let other = Program::bare().with("MIDTRANS_SERVER_KEY", "SB-Mid-server-MARKER-2").with("MIDTRANS_KEYS", &file);
    other.line("status order-1").says(1, &["401"]);
    other.run(&["status", "order-1", "--keys", &file]).says(1, &["404"]);
}

#[cfg(unix)]
#[test]
fn a_wrong_line_is_named_and_not_shown() {
    let folder = Folder::new("wrong-keys");
    let file = folder.file("keys.env", "MIDTRANS_SERVER_KEY=MARKER\nMARKER\n");
    allow(&file, 0o600);
    Program::bare().run(&["status", "o-1", "--keys", &file]).says(2, &["line 2 is not NAME=VALUE"]);
    Program::bare().line("status o-1 --keys /nowhere").says(2, &["cannot read the keys in /nowhere"]);
}

#[test]
fn without_a_key_it_says_how_to_give_one() {
    for line in ["status o-1", "sign o-1 200 1.00", "verify -", "trigger pending --to http://127.0.0.1:9/", "listen"] {
        Program::bare().line(line).says(2, &["no server key", "MIDTRANS_SERVER_KEY", "--keys FILE"]);
    }
}

#[test]
fn a_key_of_another_environment_or_kind_is_refused() {
    let program = Program::keyed();
    program.line("status o-1 --environment production").says(2, &["production", "this one is for the sandbox"]);
    let live = Program::bare().with("MIDTRANS_SERVER_KEY", "Mid-server-MARKER");
    live.line("status o-1").says(2, &["sandbox", "this one is for production"]);
    let client = Program::bare().with("MIDTRANS_SERVER_KEY", "SB-Mid-client-MARKER");
    client.line("status o-1").says(2, &["not the client key", "Access Keys"]);
    program.line("status o-1 --environment http://192.168.0.7").says(2, &["in the clear"]);
    program.line("status o-1 --environment staging").says(2, &["sandbox, production"]);
}

#[test]
fn an_argument_cannot_be_a_key() {
    for option in ["--server-key", "--key"] {
        Program::bare().run(&["status", "o-1", option, "x"]).says(2, &["unexpected argument"]);
    }
}
