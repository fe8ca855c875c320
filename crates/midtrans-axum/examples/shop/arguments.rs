//! The command line.

use std::fmt;

use crate::database::Database;

pub(crate) const HELP: &str = "\
A small shop that takes payments with Akulaku and Kredivo. The gateway is the simulator: no account, no real money.

Usage: shop [--port PORT] [--gateway URL] [--database FILE | --postgres URL]
       shop --walk [--database FILE | --postgres URL]

  --port PORT       where the shop listens on this machine; by default some free port
  --gateway URL     uses a simulator that runs already, such as http://127.0.0.1:8180, instead of one of its own; it has to
                    be started with the shop's addresses, which the shop prints. MIDTRANS_SERVER_KEY, if it is not the
                    simulator's usual one
  --walk            plays the customer of one Akulaku and one Kredivo order, tells every step, and ends;
                    the exit status is 0 only if both orders are paid and each was shipped once
  --database FILE   keeps the shop's orders and its inbox in this SQLite file, which is made if it is not there; by default
                    in a temporary one, gone afterwards. What is kept survives a restart of the shop; the simulator
                    forgets its payments
  --postgres URL    keeps them in a PostgreSQL database of yours, in tables that begin with demo_ and midtrans_
  --help            this text
";

/// The command that the program was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Args {
    /// Serve until Ctrl-C. Port 0 is some free port.
    Serve {
        port: u16,
        gateway: Option<String>,
        database: Database,
    },
    /// Play the customer and end.
    Walk { database: Database },
    /// Print the help.
    Help,
}

/// An argument that is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UsageError(String);

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; --help shows what there is", self.0)
    }
}

impl std::error::Error for UsageError {}

pub(crate) fn read(arguments: impl IntoIterator<Item = String>) -> Result<Args, UsageError> {
    let mut arguments = arguments.into_iter();
    let (mut port, mut walk, mut database, mut gateway) = (None, false, None, None);
    while let Some(argument) = arguments.next() {
        let (name, joined) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value = || {
            joined
                .clone()
                .or_else(|| arguments.next())
                .ok_or_else(|| usage(format!("{name} needs a value")))
        };
        match name {
            "--help" | "-h" => return Ok(Args::Help),
            "--walk" => walk = true,
            "--port" => port = Some(read_port(&value()?)?),
            "--gateway" => gateway = Some(value()?),
            "--database" | "--postgres" if database.is_some() => {
                return Err(usage("one database is enough"));
            }
            "--database" => database = Some(Database::File(value()?.into())),
            "--postgres" => database = Some(Database::Postgres(value()?)),
            _ => return Err(usage(format!("unknown argument {argument:?}"))),
        }
    }
    let database = database.unwrap_or(Database::Temporary);
    match (walk, port, gateway) {
        (true, Some(_), _) => Err(usage("--walk chooses its own port")),
        (true, _, Some(_)) => Err(usage("--walk brings its own gateway")),
        (true, None, None) => Ok(Args::Walk { database }),
        (false, port, gateway) => Ok(Args::Serve {
            port: port.unwrap_or(0),
            gateway,
            database,
        }),
    }
}

fn usage(words: impl Into<String>) -> UsageError {
    UsageError(words.into())
}

fn read_port(number: &str) -> Result<u16, UsageError> {
    number.parse().map_err(|_| {
        usage(format!(
            "--port needs a number from 0 to 65535, not {number:?}"
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Args, UsageError> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_line_is_understood_or_refused() {
        assert_eq!(
            of(""),
            Ok(Args::Serve {
                port: 0,
                gateway: None,
                database: Database::Temporary
            })
        );
        let gateway = Some("http://127.0.0.1:8180".to_owned());
        let temporary = Args::Serve {
            port: 8080,
            gateway,
            database: Database::Temporary,
        };
        assert_eq!(
            of("--port 8080 --gateway http://127.0.0.1:8180"),
            Ok(temporary)
        );
        let database = Database::File("shop.db".into());
        assert_eq!(
            of("--database shop.db --port=8080"),
            Ok(Args::Serve {
                port: 8080,
                gateway: None,
                database
            })
        );
        assert_eq!(
            of("--walk"),
            Ok(Args::Walk {
                database: Database::Temporary
            })
        );
        let database =
            Database::Postgres("postgres://shop@localhost/shop?sslmode=disable".to_owned());
        assert_eq!(
            of("--postgres=postgres://shop@localhost/shop?sslmode=disable --walk"),
            Ok(Args::Walk {
                database: database.clone()
            })
        );
        assert_eq!(
            of("--walk --postgres postgres://shop@localhost/shop?sslmode=disable"),
            Ok(Args::Walk { database })
        );
        assert_eq!(of("--walk --help"), Ok(Args::Help));
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
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
