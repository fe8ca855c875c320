//! `midtrans completions`: completions for a shell.

use clap::Args;
use clap_complete::{Shell, generate};

use crate::arguments::help_end;
use crate::context::say;
use crate::exit::Exit;
use crate::failure::Failure;

/// Print completions for a shell
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans completions bash > ~/.local/share/bash-completion/completions/midtrans"))]
pub(crate) struct Completions {
    shell: Shell,
}

impl Completions {
    pub(crate) fn run(&self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        generate(self.shell, &mut crate::command(), "midtrans", &mut script);
        say(&String::from_utf8_lossy(&script));
        Ok(Exit::Done)
    }
}
