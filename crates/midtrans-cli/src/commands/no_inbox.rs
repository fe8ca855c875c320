//! `midtrans inbox` of a program that was built without one: says which feature brings it.

use clap::Args;

use crate::arguments::help_end;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;

/// Not built in: needs the cargo feature `sqlite` or `postgres`
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans inbox counts --database shop.db"))]
pub(crate) struct Inbox {
    /// The arguments that a program with an inbox would read
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "WORDS"
    )]
    _words: Vec<String>,
}

impl Inbox {
    pub(crate) fn run(&self, _: &Context) -> Result<Exit, Failure> {
        const INSTALL: &str = "cargo install --path crates/midtrans-cli --locked --features";
        let what = "this program was built without the cargo features `sqlite` and `postgres`, and an inbox needs one";
        Err(Failure::usage(what)
            .next(format!("{INSTALL} sqlite (for an inbox in a file)"))
            .next(format!(
                "{INSTALL} postgres (for one in a PostgreSQL database)"
            )))
    }
}
