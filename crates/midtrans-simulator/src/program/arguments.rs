//! The command line.

use std::ffi::OsString;
use std::fmt;
use std::net::IpAddr;

use crate::gateway::{InvalidRule, Rule};

/// What the program was asked to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub(crate) address: Option<IpAddr>,
    pub(crate) port: u16,
    pub(crate) server_key: Option<String>,
    pub(crate) client_key: Option<String>,
    pub(crate) merchant_id: Option<String>,
    pub(crate) public_url: Option<String>,
    pub(crate) finish_url: Option<String>,
    pub(crate) notification_url: Option<String>,
    pub(crate) allowed_hosts: Vec<String>,
    pub(crate) hosts: Vec<String>,
    pub(crate) speed: Option<u32>,
    pub(crate) delay_ms: u32,
    pub(crate) seed: Option<u64>,
    pub(crate) faults: Vec<Rule>,
    pub(crate) merchants: Option<String>,
    pub(crate) state: Option<String>,
    /// `None` where nothing is said: then a state file's choice holds.
    pub(crate) lenient: Option<bool>,
    pub(crate) kredivo_approved: Option<bool>,
    pub(crate) returns_bare: Option<bool>,
    pub(crate) is_quiet: bool,
    pub(crate) wants_help: bool,
}

/// Why a command line is not understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misuse {
    /// An option by its name. A word that is none is not repeated: it may be a key.
    Unknown(Option<String>),
    /// A key as an argument, and the variable that it belongs into.
    Key(&'static str, &'static str),
    NotText,
    /// This variable is no UTF-8.
    VariableNotText(&'static str),
    NoValue(&'static str),
    NoNumber(&'static str),
    NoChoice(&'static str),
    NoAddress,
    NoRule(InvalidRule),
}

impl fmt::Display for Misuse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(Some(option)) => write!(f, "unknown argument {option:?}"),
            Self::Unknown(None) => {
                f.write_str("unknown argument: expected options, which begin with --")
            }
            Self::Key(option, variable) => write!(
                f,
                "{option}: a key is no argument, because every user of this machine can read those; set {variable} instead"
            ),
            Self::NotText => f.write_str("an argument is not UTF-8"),
            Self::VariableNotText(variable) => write!(f, "{variable} is not UTF-8"),
            Self::NoValue(option) => write!(f, "{option} needs a value"),
            Self::NoRule(why) => write!(f, "--fault: {why}"),
            Self::NoAddress => f.write_str("--address needs an IP address, such as 0.0.0.0"),
            Self::NoChoice(option) => write!(f, "{option} takes no value, or =yes or =no"),
            Self::NoNumber(option) => write!(f, "{option} needs a whole number in its range"),
        }
    }
}

impl Arguments {
    /// Takes keys, and the merchant id where no option says otherwise, from variables. An empty one
    /// is none.
    pub(crate) fn with_variables(
        mut self,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, Misuse> {
        for (value, name) in [
            (&mut self.server_key, "MIDTRANS_SERVER_KEY"),
            (&mut self.client_key, "MIDTRANS_CLIENT_KEY"),
            (&mut self.merchant_id, "MIDTRANS_MERCHANT_ID"),
        ] {
            if value.is_none() {
                let given = variable(name)
                    .filter(|value| !value.is_empty())
                    .map(OsString::into_string);
                *value = given
                    .transpose()
                    .map_err(|_| Misuse::VariableNotText(name))?;
            }
        }
        Ok(self)
    }

    /// Reads the words behind the program's name. A value stands behind its option or after `=`.
    pub(crate) fn read(words: impl IntoIterator<Item = OsString>) -> Result<Self, Misuse> {
        let words: Result<Vec<String>, _> = words.into_iter().map(OsString::into_string).collect();
        let mut words = words.map_err(|_| Misuse::NotText)?.into_iter();
        let mut arguments = Self {
            port: 8180,
            ..Self::default()
        };
        while let Some(word) = words.next() {
            let (name, given) = match word.split_once('=') {
                Some((name, value)) if name.starts_with("--") => (name, Some(value.to_owned())),
                _ => (word.as_str(), None),
            };
            let mut value = |option: &'static str| {
                given
                    .clone()
                    .or_else(|| words.next())
                    .ok_or(Misuse::NoValue(option))
            };
            match name {
                "--address" => {
                    let text = value("--address")?;
                    arguments.address = Some(text.parse().map_err(|_| Misuse::NoAddress)?);
                }
                "--port" => arguments.port = number("--port", &value("--port")?)?,
                "--server-key" => return Err(Misuse::Key("--server-key", "MIDTRANS_SERVER_KEY")),
                "--client-key" => return Err(Misuse::Key("--client-key", "MIDTRANS_CLIENT_KEY")),
                "--merchant-id" => arguments.merchant_id = Some(value("--merchant-id")?),
                "--public-url" => arguments.public_url = Some(value("--public-url")?),
                "--finish-url" => arguments.finish_url = Some(value("--finish-url")?),
                "--notification-url" => {
                    arguments.notification_url = Some(value("--notification-url")?)
                }
                "--host" => arguments.hosts.push(value("--host")?),
                "--allow-host" => arguments.allowed_hosts.push(value("--allow-host")?),
                "--speed" => arguments.speed = Some(number("--speed", &value("--speed")?)?),
                "--seed" => arguments.seed = Some(number("--seed", &value("--seed")?)?),
                "--fault" => {
                    arguments
                        .faults
                        .push(value("--fault")?.parse().map_err(Misuse::NoRule)?);
                }
                "--merchants" => arguments.merchants = Some(value("--merchants")?),
                "--state" => arguments.state = Some(value("--state")?),
                "--lenient" => arguments.lenient = Some(yes_or_no("--lenient", given.as_deref())?),
                "--kredivo-approved" => {
                    arguments.kredivo_approved =
                        Some(yes_or_no("--kredivo-approved", given.as_deref())?);
                }
                "--kredivo-returns-bare" => {
                    arguments.returns_bare =
                        Some(yes_or_no("--kredivo-returns-bare", given.as_deref())?);
                }
                "--delay-ms" => arguments.delay_ms = number("--delay-ms", &value("--delay-ms")?)?,
                "--quiet" | "-q" if given.is_none() => arguments.is_quiet = true,
                "--help" | "-h" if given.is_none() => arguments.wants_help = true,
                other => return Err(Misuse::Unknown(option_name(other))),
            }
        }
        Ok(arguments)
    }
}

/// The name of an option, without a value that stands directly behind its letter.
fn option_name(word: &str) -> Option<String> {
    let is_long = word.starts_with("--");
    word.starts_with('-').then(|| {
        word.chars()
            .take(if is_long { usize::MAX } else { 2 })
            .collect()
    })
}

/// A choice that is made by naming it, and taken back by `=no`.
fn yes_or_no(option: &'static str, given: Option<&str>) -> Result<bool, Misuse> {
    match given {
        None | Some("yes") => Ok(true),
        Some("no") => Ok(false),
        Some(_) => Err(Misuse::NoChoice(option)),
    }
}

fn number<T: std::str::FromStr>(option: &'static str, text: &str) -> Result<T, Misuse> {
    text.parse().map_err(|_| Misuse::NoNumber(option))
}

pub(crate) const HELP: &str = "\
The Midtrans payment gateway, offline: Akulaku and Kredivo.

Usage: midtrans-simulator [OPTIONS]

  --address IP              listen on this address [127.0.0.1]; with another one, such as 0.0.0.0 in a container, everybody
                            who reaches it reaches the console too, which has no password
  --port PORT               listen on this port [8180]; 0 takes a free one
  --merchant-id ID          [G000000000]
  --host NAME               answer to this name too, such as a container's; only this machine's names, the address and
                            the public URL's are answered (repeatable)
  --public-url URL          where browsers find the pay pages, if not at the address above
  --finish-url URL          where customers go after paying
  --notification-url URL    where notifications go
  --allow-host HOST         let notifications go to this host too; only this machine's are allowed (repeatable)
  --merchants FILE          more merchants: a JSON list of objects with merchant_id, server_key, client_key and, if
                            wanted, finish_url, notification_url and kredivo_approved
  --state FILE              keep everything in this SQLite file and go on with it after a restart
  --lenient                 take charges that lack what the gateway's reference requires, as its guide's samples do
  --kredivo-approved        Kredivo lets the merchant leave out items and customer
  --kredivo-returns-bare    Kredivo's customers come back without parameters, as before January 2024
                            (these three: =no takes back what a state file says)
  --speed N                 time passes N times faster: expiries, repeated notifications [1]
  --delay-ms N              each call of the API takes this long [0]
  --fault RULE              something goes wrong (repeatable): FAULT[:VALUE][,order=ORDER][,rate=5%][,times=3]
  --seed N                  the same seed and the same calls give the same ids and the same faults
  -q, --quiet               print no events
  -h, --help                this text

Faults
  of a call           latency:2s  reset-before  reset-after  status:503  truncated  html:502  refund-denied
  of a notification   duplicate  delay:90s  reorder  forge  corrupt  lose
  of the customer     decline  walk-away
  of the browser      return-before  return-after  never-returns  forged-return

Examples
  midtrans-simulator --notification-url http://127.0.0.1:3000/notify --finish-url http://127.0.0.1:3000/finish
  midtrans-simulator --state gateway.db --fault reset-after,rate=5% --fault delay:90s,order=order-101 --seed 7

Variables
  MIDTRANS_SERVER_KEY       the key that calls must carry [SB-Mid-server-simulator]
  MIDTRANS_CLIENT_KEY       the key in Akulaku's way back [SB-Mid-client-simulator]
  MIDTRANS_MERCHANT_ID      where --merchant-id does not say otherwise
Keys are never arguments, because every user of the machine can read those.

GET /health answers without a key: 200 as long as all is well.

Exit codes: 0 stopped by Ctrl-C or SIGTERM, 1 it could not start, 2 the command line or a variable is not usable,
4 this help could not be written.
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::Fault;

    fn read(line: &str) -> Result<Arguments, Misuse> {
        Arguments::read(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn values_stand_behind_an_option_or_after_an_equals_sign() {
        let arguments =
            read("--port 0 --finish-url=http://localhost/?a=b --allow-host a --allow-host=b -q")
                .unwrap();
        assert_eq!(arguments.port, 0);
        assert_eq!(
            arguments.finish_url.as_deref(),
            Some("http://localhost/?a=b")
        );
        assert_eq!(arguments.allowed_hosts, ["a", "b"]);
        assert!(arguments.is_quiet && !arguments.wants_help);
        assert_eq!(read("").unwrap().port, 8180);
        let choices = read("--lenient --kredivo-returns-bare=no").unwrap();
        let choices = (
            choices.lenient,
            choices.returns_bare,
            choices.kredivo_approved,
        );
        assert_eq!(choices, (Some(true), Some(false), None));
    }

    #[test]
    fn a_wrong_line_says_what_is_wrong() {
        assert_eq!(read("--port"), Err(Misuse::NoValue("--port")));
        assert_eq!(read("--port 70000"), Err(Misuse::NoNumber("--port")));
        assert_eq!(
            read("--fault lose,rate=5"),
            Err(Misuse::NoRule(InvalidRule::Rate))
        );
        assert_eq!(read("--speed -1"), Err(Misuse::NoNumber("--speed")));
        assert_eq!(read("--address localhost"), Err(Misuse::NoAddress));
        assert_eq!(
            read("--prot 1"),
            Err(Misuse::Unknown(Some("--prot".to_owned())))
        );
        assert_eq!(read("--lenient=maybe"), Err(Misuse::NoChoice("--lenient")));
        assert_eq!(
            read("--help=yes"),
            Err(Misuse::Unknown(Some("--help".to_owned())))
        );
    }

    #[test]
    fn a_key_is_no_argument_and_a_mistyped_option_is_not_repeated_with_its_value() {
        for line in [
            "--server-key MARKER",
            "--server-key=MARKER",
            "--client-key MARKER",
            "--client-key=MARKER",
        ] {
            let told = read(line).unwrap_err().to_string();
            assert!(
                told.contains("is no argument") && told.contains("_KEY instead"),
                "{told}"
            );
            assert!(!told.contains("MARKER"));
        }
        for line in [
            "--server-kye=MARKER",
            "--server-kye MARKER",
            "MARKER",
            "-kMARKER",
            "--port MARKER",
            "--fault MARKER",
        ] {
            assert!(
                !read(line).unwrap_err().to_string().contains("MARKER"),
                "{line}"
            );
        }
        assert!(!HELP.contains("server-key"));
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_text_is_said() {
        use std::os::unix::ffi::OsStringExt;
        let odd = || OsString::from_vec(b"--port=\xff".to_vec());
        assert_eq!(Arguments::read([odd()]), Err(Misuse::NotText));
        let variables = |name: &str| (name == "MIDTRANS_CLIENT_KEY").then(odd);
        let told = read("").unwrap().with_variables(variables).unwrap_err();
        assert_eq!(told.to_string(), "MIDTRANS_CLIENT_KEY is not UTF-8");
        let read = read("")
            .unwrap()
            .with_variables(|_| Some(OsString::new()))
            .unwrap();
        assert_eq!(
            (read.server_key, read.merchant_id),
            (None, None),
            "an empty one is none"
        );
    }

    #[test]
    fn the_help_names_every_option() {
        for option in ["--port", "--merchant-id", "--public-url", "--finish-url"] {
            assert!(HELP.contains(option));
        }
        for option in [
            "--notification-url",
            "--allow-host",
            "--speed",
            "--delay-ms",
            "--quiet",
            "--help",
        ] {
            assert!(HELP.contains(option));
        }
        for option in [
            "--merchants",
            "--state",
            "--address",
            "--host",
            "--lenient",
            "--kredivo-approved",
            "--kredivo-returns-bare",
            "--fault",
            "--seed",
        ] {
            assert!(HELP.contains(option));
        }
        for fault in Fault::ALL {
            assert!(HELP.contains(&format!("  {fault}")), "{fault}");
        }
    }
}
