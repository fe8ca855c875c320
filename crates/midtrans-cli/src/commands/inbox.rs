//! `midtrans inbox`: makes, runs and operates an inbox.

mod migrate;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod reports;
mod serve;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;
mod watch;

use std::time::{Duration, SystemTime};

use clap::{Args, Subcommand};

use crate::arguments::help_end;
use crate::context::{Context, say};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::Report;
use crate::terminal::quoted;
use place::{Place, has_password};
use store::Store;

/// Make, run and operate an inbox: tables, webhook and worker, counts, dead letters, the history of
/// an order
#[derive(Args, Debug)]
#[command(after_help = help_end("midtrans inbox --database shop.db counts"), subcommand_required = true)]
pub(crate) struct Inbox {
    /// A SQLite file, or postgres://user@host/database; a URL with a password goes into
    /// MIDTRANS_INBOX
    #[arg(long, global = true, value_name = "PLACE")]
    database: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the inbox's tables, or bring them up to date; or print the SQL that does
    #[command(after_help = help_end(migrate::EXAMPLES))]
    Migrate(migrate::Migrate),
    /// Run the inbox as a process of its own: webhook, worker, metrics, and HTTP for shops in any
    /// language
    #[command(after_help = help_end(serve::EXAMPLES))]
    Serve(Box<serve::Serve>),
    #[command(flatten)]
    Question(Question),
}

#[derive(Debug, Subcommand)]
enum Question {
    /// Count what waits, what is done and what needs a person
    #[command(after_help = help_end("midtrans inbox counts --database shop.db\nmidtrans inbox counts --watch"))]
    Counts {
        /// Print them as Prometheus reads them
        #[arg(long)]
        metrics: bool,
        #[command(flatten)]
        watch: watch::Watch,
    },
    /// List changes that the shop has not acted on yet, oldest first
    #[command(after_help = help_end("midtrans inbox changes --database shop.db"))]
    Changes(Listing),
    /// List what needs a person, oldest first
    #[command(after_help = help_end("midtrans inbox dead --database shop.db"))]
    Dead(Listing),
    /// List notifications of orders that were not expected, the latest first
    #[command(after_help = help_end("midtrans inbox unexpected --database shop.db"))]
    Unexpected(Listing),
    /// Tell everything about one order
    #[command(after_help = help_end("midtrans inbox history order-101 --database shop.db"))]
    History {
        /// The order
        order: String,
    },
    /// Retry the dead letters and the review of one order
    #[command(after_help = help_end("midtrans inbox retry order-101 --database shop.db"))]
    Retry {
        /// The order
        order: String,
    },
    /// Forget the bodies of old notifications, which hold personal data
    #[command(after_help = help_end("midtrans inbox prune --older-than 90 --database shop.db"))]
    Prune {
        /// Those that came more than so many days ago, and whose order is over
        #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        older_than: u32,
    },
}

#[derive(Args, Debug)]
struct Listing {
    /// So many at most
    #[arg(long, value_name = "N", default_value_t = 100)]
    most: u32,
}

impl Inbox {
    pub(crate) fn run(&self, context: &Context) -> Result<Exit, Failure> {
        match &self.command {
            Command::Migrate(command) => command.run(context, || self.place(context)),
            Command::Serve(command) => command.run(context, &self.place(context)?),
            Command::Question(question) => {
                let mut store = store::open(&self.place(context)?)?;
                question.run(context, &mut *store, &|words| self.command(context, words))
            }
        }
    }

    /// Returns another command for the same inbox, to be copied into a shell.
    fn command(&self, context: &Context, words: &str) -> String {
        let database = self
            .database
            .as_ref()
            .map(|place| format!(" --database {}", quoted(place)));
        context.command(&format!("inbox {words}{}", database.unwrap_or_default()))
    }

    fn place(&self, context: &Context) -> Result<Place, Failure> {
        if self.database.as_deref().is_some_and(has_password) {
            return Err(Failure::usage(
                "a password on the command line can be read by everybody on this machine",
            )
            .next("put the URL into MIDTRANS_INBOX, or into the file of --keys"));
        }
        let account = context.account()?;
        let place = self
            .database
            .as_deref()
            .or(account.inbox())
            .ok_or_else(|| {
                Failure::usage("there is no inbox to look at")
                    .next("name it with --database FILE, or in MIDTRANS_INBOX")
            })?;
        Place::of(place)
    }
}

impl Question {
    fn run(
        &self,
        context: &Context,
        store: &mut dyn Store,
        again: reports::Again<'_>,
    ) -> Result<Exit, Failure> {
        let now = SystemTime::now();
        let mut report = Report::new();
        match self {
            Self::Counts { watch, .. } if watch.is_wanted() => {
                return watch.run(context, store, again);
            }
            Self::Counts { metrics: true, .. } => {
                say(&store.snapshot(now)?.to_string());
                return Ok(Exit::Done);
            }
            Self::Counts { .. } => reports::counts(&mut report, &store.snapshot(now)?, again),
            Self::Changes(listing) => {
                reports::changes(&mut report, &store.changes(listing.most)?, now, again)
            }
            Self::Dead(listing) => {
                reports::dead(&mut report, &store.dead_letters(listing.most)?, again)
            }
            Self::Unexpected(listing) => {
                reports::unexpected(&mut report, &store.unexpected(listing.most)?, again)
            }
            Self::History { order } => {
                let history = store.history(order)?;
                if history.record.is_none()
                    && history.notifications.is_empty()
                    && history.changes.is_empty()
                {
                    return Err(Failure::refused("the inbox knows no such order")
                        .next("check the id and the database"));
                }
                reports::history::history(&mut report, order, &history, again);
            }
            Self::Retry { order } => {
                let count = store.retry(order, now)?;
                if count == 0 {
                    return Err(
                        Failure::refused("nothing about this order waits for a person")
                            .next(again(&format!("history {}", quoted(order)))),
                    );
                }
                report
                    .field("order_id", order.as_str())
                    .field("tried_again", count);
                report.line("A running worker takes them up.");
            }
            Self::Prune { older_than } => {
                let pruned = store.prune(days_before(now, *older_than))?;
                report
                    .field("bodies_forgotten", pruned)
                    .field("older_than_days", *older_than);
            }
        }
        context.print(&report);
        Ok(Exit::Done)
    }
}

/// Returns the time so many days before `now`.
fn days_before(now: SystemTime, days: u32) -> SystemTime {
    const DAY: u64 = 24 * 3_600;
    now.checked_sub(Duration::from_secs(u64::from(days) * DAY))
        .unwrap_or(SystemTime::UNIX_EPOCH)
}
