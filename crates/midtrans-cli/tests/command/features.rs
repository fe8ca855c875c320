//! Programs that were built without a database say which cargo feature brings it.

use crate::program::Program;

#[cfg(all(feature = "sqlite", not(feature = "postgres")))]
#[test]
fn without_postgresql_an_inbox_there_names_the_feature() {
    let url = "postgres://shop@127.0.0.1:9/shop";
    for words in ["counts", "migrate", "serve", "history order-1"] {
        let program = Program::keyed().with("MIDTRANS_INBOX", url);
        let words = program.line(&format!("inbox {words}"));
        words.says(
            2,
            &[
                "without the cargo feature `postgres`",
                "--features postgres",
            ],
        );
    }
}

#[cfg(all(feature = "sqlite", not(feature = "postgres")))]
#[test]
fn without_postgresql_its_tables_are_not_printed() {
    Program::bare()
        .line("inbox migrate --print postgres")
        .says(2, &["without the cargo feature `postgres`"]);
    Program::bare()
        .line("inbox migrate --print sqlite")
        .says(0, &["CREATE TABLE"]);
}

#[cfg(all(feature = "postgres", not(feature = "sqlite")))]
#[test]
fn without_sqlite_an_inbox_in_a_file_names_the_feature() {
    let words = ["without the cargo feature `sqlite`", "--features sqlite"];
    Program::bare()
        .line("inbox counts --database shop.db")
        .says(2, &words);
    Program::bare()
        .line("inbox migrate --print sqlite")
        .says(2, &words[..1]);
}

#[cfg(not(any(feature = "postgres", feature = "sqlite")))]
#[test]
fn without_any_database_the_inbox_names_both_features() {
    let words = [
        "without the cargo features `sqlite` and `postgres`",
        "--features sqlite",
        "--features postgres",
    ];
    for line in [
        "inbox",
        "inbox counts --database shop.db",
        "inbox serve --help",
    ] {
        Program::bare().line(line).says(2, &words);
    }
    let help = Program::bare()
        .line("help inbox")
        .says(0, &["Not built in"]);
    assert!(help.out.contains("postgres"), "{}", help.out);
}

#[cfg(not(feature = "sqlite"))]
#[test]
fn without_sqlite_the_simulator_has_no_state_file_and_names_the_feature() {
    Program::bare()
        .line("simulate --port 0 --state kept")
        .says(1, &["--features sqlite"]);
}

#[test]
fn a_kind_of_database_that_there_is_none_of_is_told_apart_from_one_that_was_left_out() {
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    Program::bare()
        .line("inbox counts --database mysql://db/shop")
        .says(2, &["no inbox of the kind mysql"]);
    Program::bare()
        .line("simulate --port 0 --state")
        .says(2, &["--state <FILE> needs a value"]);
}
