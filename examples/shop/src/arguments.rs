//! The command line.

use std::path::PathBuf;

use clap::Parser;

use crate::database::Database;

/// A small shop that takes payments. The gateway is the simulator: no account, no real money.
#[derive(Clone, Debug, PartialEq, Eq, Parser)]
#[command(name = "shop")]
pub(crate) struct Args {
    /// The port on which the shop listens on this machine; by default some free port.
    #[arg(long, default_value_t = 0, hide_default_value = true)]
    pub(crate) port: u16,

    /// Uses a simulator that runs already, such as http://127.0.0.1:8180, instead of one of its
    /// own; it has to be started with the shop's addresses, which the shop prints.
    /// MIDTRANS_SERVER_KEY, if it is not the simulator's usual one.
    #[arg(long, value_name = "URL")]
    pub(crate) gateway: Option<String>,

    /// Plays the customer of one order for each way to pay, tells every step, and ends; the exit
    /// status is 0 only if all orders are paid and each was shipped once.
    #[arg(long, conflicts_with_all = ["port", "gateway"])]
    pub(crate) walk: bool,

    /// Keeps the shop's orders and its inbox in this SQLite file, which is made if it is not there;
    /// by default in a temporary one, gone afterwards. What is kept survives a restart of the shop;
    /// the simulator forgets its payments.
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,

    /// Keeps them in a PostgreSQL database of yours, in tables that begin with demo_ and midtrans_.
    #[arg(long, value_name = "URL", conflicts_with = "database")]
    postgres: Option<String>,
}

impl Args {
    /// Returns the database that was named, or a temporary one.
    pub(crate) fn database(&self) -> Database {
        match (&self.database, &self.postgres) {
            (Some(file), _) => Database::File(file.clone()),
            (None, Some(url)) => Database::Postgres(url.clone()),
            (None, None) => Database::Temporary,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn read(line: &str) -> Result<Args, clap::Error> {
        Args::try_parse_from(["shop"].into_iter().chain(line.split_whitespace()))
    }

    #[test]
    fn the_definition_is_sound() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_option_is_read() {
        let nothing = read("").unwrap();
        assert_eq!(
            (nothing.port, nothing.walk, &nothing.gateway),
            (0, false, &None)
        );
        assert_eq!(nothing.database(), Database::Temporary);

        let serve = read("--port 8080 --gateway http://127.0.0.1:8180 --database=shop.db").unwrap();
        assert_eq!(serve.port, 8080);
        assert_eq!(serve.gateway.as_deref(), Some("http://127.0.0.1:8180"));
        assert_eq!(serve.database(), Database::File("shop.db".into()));

        let walk =
            read("--postgres=postgres://shop@localhost/shop?sslmode=disable --walk").unwrap();
        let url = "postgres://shop@localhost/shop?sslmode=disable".to_owned();
        assert!(walk.walk);
        assert_eq!(walk.database(), Database::Postgres(url));
    }

    #[test]
    fn what_does_not_fit_together_is_refused() {
        for bad in [
            "--port",
            "--port x",
            "--port 65536",
            "--wlak",
            "8080",
            "--walk --port 1",
            "--walk --gateway http://127.0.0.1:1",
            "--postgres",
            "--database",
            "--database x --postgres y",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
