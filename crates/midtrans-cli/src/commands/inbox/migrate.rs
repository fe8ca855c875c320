//! `midtrans inbox migrate`: the inbox's tables, made or printed.

use clap::Args;

use super::place::{Kind, Place};
use crate::context::{Context, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;

#[derive(Args, Debug)]
pub(crate) struct Migrate {
    /// Print the SQL and touch no database; of the kind of --database, or of the kind that is named
    /// here
    #[arg(long, value_name = "KIND", num_args = 0..=1, value_parser = Kind::NAMES)]
    print: Option<Option<String>>,
    /// Also give this database role the rights that a running shop and worker need, and no others;
    /// PostgreSQL only
    #[arg(long, value_name = "ROLE")]
    grants: Option<String>,
}

pub(crate) const EXAMPLES: &str = "\
midtrans inbox migrate --database shop.db
midtrans inbox migrate --print postgres --grants shop > inbox.sql";

impl Migrate {
    pub(crate) fn run(
        &self,
        context: &Context,
        place: impl FnOnce() -> Result<Place, Failure>,
    ) -> Result<Exit, Failure> {
        match &self.print {
            Some(Some(name)) => self.print(Kind::named(name)?),
            Some(None) => {
                let place = place()
                    .map_err(|failure| failure.next("or name a kind, such as --print postgres"))?;
                self.print(place.kind)
            }
            None => self.migrate(context, &place()?),
        }
    }

    fn print(&self, kind: Kind) -> Result<Exit, Failure> {
        let text = match kind {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite => {
                self.refuse_grants()?;
                super::sqlite::schema()
            }
            #[cfg(feature = "postgres")]
            Kind::Postgres => {
                let grants = self
                    .grants
                    .as_deref()
                    .map(super::postgres::grants)
                    .unwrap_or_default();
                format!("{}{grants}", super::postgres::schema())
            }
        };
        say(&text);
        Ok(Exit::Done)
    }

    fn migrate(&self, context: &Context, place: &Place) -> Result<Exit, Failure> {
        match place.kind {
            #[cfg(feature = "sqlite")]
            Kind::Sqlite => {
                self.refuse_grants()?;
                super::sqlite::migrate(&place.address)?;
            }
            #[cfg(feature = "postgres")]
            Kind::Postgres => super::postgres::migrate(&place.address, self.grants.as_deref())?,
        }
        let mut report = Report::new();
        report.row("inbox", &place.shown(), crate::terminal::Tone::Neutral);
        report
            .field("tables", "up to date")
            .field("granted_to", self.grants.as_deref());
        context.print(&report);
        Ok(Exit::Done)
    }

    #[cfg(feature = "sqlite")]
    fn refuse_grants(&self) -> Result<(), Failure> {
        if self.grants.is_none() {
            return Ok(());
        }
        Err(
            Failure::usage("SQLite has no roles, so --grants does nothing for it")
                .next("leave --grants out; who may read and write the file is up to its mode"),
        )
    }
}
