//! `cargo xtask demo`: the example shop.

use midtrans_private_postgres::PrivatePostgres;

use crate::arguments::Arguments;
use crate::cargo;
use crate::failure::Failure;
use crate::workspace;

pub(crate) const HELP: &str = "\
Usage: cargo xtask demo [--walk] [--postgres] [ARGUMENTS]

Starts the demo shop (examples/shop) together with the simulator; no account is needed. The shop keeps its orders and
its inbox in a SQLite file among the temporary ones, which is gone afterwards.
All arguments go to the shop and its exit code comes back. `cargo xtask demo -- --help` asks the shop.

  --walk            pays by itself instead of waiting for a browser
  --port PORT       where the shop listens; by default some free port
  --gateway URL     uses a simulator that runs already instead of one of its own
  --database FILE   keeps orders and inbox in this SQLite file, also for the next time; a relative path begins at the
                    workspace's root
  --postgres        keeps them in PostgreSQL: a server of its own, which is gone afterwards. It needs PostgreSQL's programs,
                    such as Debian's package `postgresql`
  --postgres URL    keeps them in a PostgreSQL database of yours
";

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let mut arguments = arguments.into_rest();
    // The server lives as long as the shop.
    let _server = match place_for_url(&arguments) {
        Some(at) => {
            let server =
                PrivatePostgres::start().map_err(|error| Failure::Failed(error.to_string()))?;
            arguments.insert(at, server.url());
            Some(server)
        }
        None => None,
    };
    let mut command = cargo::cargo(&workspace::root());
    command
        .args(["run", "-p", "midtrans-shop", "--"])
        .args(arguments);
    cargo::pass_through(&mut command)
}

/// Returns the position for a private server's URL: after a `--postgres` without one.
fn place_for_url(arguments: &[String]) -> Option<usize> {
    let at = arguments
        .iter()
        .position(|argument| argument == "--postgres")?
        + 1;
    arguments
        .get(at)
        .is_none_or(|next| next.starts_with('-'))
        .then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_server_is_started_only_where_no_other_is_named() {
        let place = |line: &str| {
            place_for_url(
                &line
                    .split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>(),
            )
        };
        assert_eq!(place("--postgres"), Some(1));
        assert_eq!(place("--walk --postgres --port 1"), Some(2));
        assert_eq!(place("--walk"), None);
        assert_eq!(place("--postgres postgres://localhost/shop --walk"), None);
        assert_eq!(place("--postgres=postgres://localhost/shop"), None);
    }
}
