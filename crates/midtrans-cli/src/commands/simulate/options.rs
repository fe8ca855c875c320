//! The simulator's settings, out of options and variables.

use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

use clap::ValueEnum;
use midtrans_protocol::time::WibTime;
use midtrans_simulator::gateway::Event;
use midtrans_simulator::{Builder, Simulator, Time};

use super::{Simulate, merchants};
use crate::account::Values;
use crate::failure::Failure;
use crate::output::say;

/// A choice that is made by naming it, and taken back by `=no`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum YesNo {
    Yes,
    No,
}

/// The values of variables. Keys come from nowhere else.
#[derive(Default)]
pub(super) struct Variables {
    pub(super) server_key: Option<String>,
    pub(super) client_key: Option<String>,
    merchant_id: Option<String>,
}

impl Variables {
    pub(super) fn of(values: &Values) -> Result<Self, Failure> {
        Ok(Self {
            server_key: values.get("MIDTRANS_SERVER_KEY")?,
            client_key: values.get("MIDTRANS_CLIENT_KEY")?,
            merchant_id: values.get("MIDTRANS_MERCHANT_ID")?,
        })
    }
}

impl Simulate {
    /// Returns the simulator that the options and variables describe.
    pub(super) fn builder(&self, variables: &Variables) -> Result<Builder, Box<dyn Error>> {
        let mut builder = self.with_texts(Simulator::builder().port(self.port), variables);
        if let Some(address) = self.address {
            builder = builder.address(address);
        }
        builder = self.allow_host.iter().fold(builder, Builder::allow_host);
        builder = self.host.iter().fold(builder, Builder::host);
        if let Some(speed) = self.speed {
            builder = builder.time(Time::Sped(speed));
        }
        if let Some(day) = self.start_date {
            builder = builder.start_at(day);
        }
        if let Some(seed) = self.seed {
            builder = builder.seed(seed);
        }
        builder = self.fault.iter().cloned().fold(builder, Builder::fault);
        if let Some(file) = &self.merchants {
            builder = merchants::read(file)?
                .into_iter()
                .fold(builder, Builder::merchant);
        }
        let is_quiet = self.quiet;
        builder = self.with_choices(builder).on_event(move |event| {
            if !is_quiet || matches!(event, Event::NotSaved { .. }) {
                say(&format!("{event}\n"));
            }
        });
        self.with_state(builder.answer_delay(Duration::from_millis(self.delay_ms.into())))
    }

    fn with_texts(&self, mut builder: Builder, variables: &Variables) -> Builder {
        type Set = fn(Builder, String) -> Builder;
        let merchant_id = self.merchant_id.as_ref().or(variables.merchant_id.as_ref());
        let texts: [(Option<&String>, Set); 10] = [
            (variables.server_key.as_ref(), Builder::server_key),
            (variables.client_key.as_ref(), Builder::client_key),
            (merchant_id, Builder::merchant_id),
            (self.public_url.as_ref(), Builder::public_url),
            (self.finish_url.as_ref(), Builder::finish_url),
            (self.unfinish_url.as_ref(), Builder::unfinish_url),
            (self.error_url.as_ref(), Builder::error_url),
            (self.notification_url.as_ref(), Builder::notification_url),
            (
                self.pay_account_notification_url.as_ref(),
                Builder::pay_account_notification_url,
            ),
            (
                self.recurring_notification_url.as_ref(),
                Builder::recurring_notification_url,
            ),
        ];
        for (value, set) in texts {
            if let Some(value) = value {
                builder = set(builder, value.clone());
            }
        }
        builder
    }

    /// Sets the choices that were given; for the others a state file's hold.
    fn with_choices(&self, builder: Builder) -> Builder {
        let builder = match self.lenient {
            Some(YesNo::Yes) => builder.lenient(),
            Some(YesNo::No) => builder.strict(),
            None => builder,
        };
        let builder = if self.take_card_numbers {
            builder.takes_card_numbers()
        } else {
            builder
        };
        match self.kredivo_approved {
            Some(YesNo::Yes) => builder.kredivo_approved(),
            Some(YesNo::No) => builder.kredivo_unapproved(),
            None => builder,
        }
    }

    #[cfg(feature = "sqlite")]
    fn with_state(&self, builder: Builder) -> Result<Builder, Box<dyn Error>> {
        Ok(match &self.state {
            Some(file) => builder.state(file),
            None => builder,
        })
    }

    #[cfg(not(feature = "sqlite"))]
    fn with_state(&self, builder: Builder) -> Result<Builder, Box<dyn Error>> {
        match &self.state {
            Some(_) => Err("--state: this program was built without SQLite; build midtrans-cli with `--features sqlite`".into()),
            None => Ok(builder),
        }
    }
}

pub(super) fn address(text: &str) -> Result<IpAddr, &'static str> {
    text.parse()
        .map_err(|_| "expected an IP address, such as 0.0.0.0")
}

/// Returns the first moment of a day.
pub(super) fn day(text: &str) -> Result<WibTime, &'static str> {
    format!("{text} 00:00:00")
        .parse()
        .map_err(|_| "expected a day as YYYY-MM-DD, such as 2022-11-30")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_and_anything_else_is_none() {
        assert_eq!(
            day("2022-11-30").unwrap().to_string(),
            "2022-11-30 00:00:00"
        );
        for text in [
            "",
            "2022",
            "2022-13-01",
            "30-11-2022",
            "2022-11-30 10:00:00",
        ] {
            assert_eq!(
                day(text),
                Err("expected a day as YYYY-MM-DD, such as 2022-11-30"),
                "{text}"
            );
        }
    }
}
