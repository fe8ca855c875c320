//! The command line.

use std::fmt;

pub(crate) const HELP: &str = "\
A small shop that takes payments with Akulaku and Kredivo. The gateway is the simulator: no account, no real money.

Usage: shop [--port PORT]
       shop --walk

  --port PORT   where the shop listens on this machine; by default some free port
  --walk        plays the customer of one Akulaku and one Kredivo order, tells every step, and ends;
                the exit status is 0 only if both orders are paid
  --help        this text
";

/// What the program was asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wish {
    /// Serve until Ctrl-C. Port 0 is some free port.
    Serve { port: u16 },
    /// Play the customer and end.
    Walk,
    /// Print the help.
    Help,
}

/// An argument that is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Misunderstood(String);

impl fmt::Display for Misunderstood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; --help shows what there is", self.0)
    }
}

impl std::error::Error for Misunderstood {}

pub(crate) fn read(arguments: impl IntoIterator<Item = String>) -> Result<Wish, Misunderstood> {
    let mut arguments = arguments.into_iter();
    let (mut port, mut walk) = (None, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(Wish::Help),
            "--walk" => walk = true,
            "--port" => port = Some(read_port(arguments.next())?),
            _ => match argument.strip_prefix("--port=") {
                Some(number) => port = Some(read_port(Some(number.to_owned()))?),
                None => return Err(Misunderstood(format!("unknown argument {argument:?}"))),
            },
        }
    }
    match (walk, port) {
        (true, Some(_)) => Err(Misunderstood("--walk chooses its own port".to_owned())),
        (true, None) => Ok(Wish::Walk),
        (false, port) => Ok(Wish::Serve { port: port.unwrap_or(0) }),
    }
}

fn read_port(number: Option<String>) -> Result<u16, Misunderstood> {
    let number = number.ok_or_else(|| Misunderstood("--port needs a number".to_owned()))?;
    number.parse().map_err(|_| Misunderstood(format!("--port needs a number from 0 to 65535, not {number:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Result<Wish, Misunderstood> {
        read(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn every_line_is_understood_or_refused() {
        assert_eq!(of(""), Ok(Wish::Serve { port: 0 }));
        assert_eq!(of("--port 8080"), Ok(Wish::Serve { port: 8080 }));
        assert_eq!(of("--port=8080"), Ok(Wish::Serve { port: 8080 }));
        assert_eq!(of("--walk"), Ok(Wish::Walk));
        assert_eq!(of("--walk --help"), Ok(Wish::Help));
        for bad in ["--port", "--port x", "--port 65536", "--wlak", "8080", "--walk --port 1"] {
            assert!(of(bad).is_err(), "{bad}");
        }
    }
}
