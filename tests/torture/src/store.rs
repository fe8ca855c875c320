//! The database of a run: its name on the command line, its set-up, and its contents at the end.

mod postgres;
mod sqlite;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use midtrans_inbox::Expectation;
use midtrans_protocol::ids::IdempotencyKey;

use crate::failure::{Failure, failed};
use crate::gateway::charge;
use crate::scenarios::Scenario;

/// A database for one run.
#[derive(Clone, Debug)]
pub(crate) enum Store {
    Sqlite { path: PathBuf },
    Postgres { url: String },
}

/// The rows of one order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    /// The inbox's word for its outcome.
    pub(crate) outcome: Option<String>,
    /// The merchant's effects, in order: kind and detail.
    pub(crate) effects: Vec<(String, String)>,
    /// The reasons of its dead letters and reviews.
    pub(crate) dead: Vec<String>,
}

/// Selects what needs a person.
const DEAD: &str =
    "SELECT order_id, coalesce(reason, ''), '' FROM midtrans_change WHERE retry_at IS NULL
    UNION ALL SELECT order_id, review, '' FROM midtrans_order WHERE review IS NOT NULL";

/// The rows of all orders.
pub(crate) type Ledger = BTreeMap<String, Row>;

impl Store {
    /// Returns the arguments that name it on the command line.
    pub(crate) fn arguments(&self) -> Vec<String> {
        let place = match self {
            Self::Sqlite { path } => path.display().to_string(),
            Self::Postgres { url } => url.clone(),
        };
        vec!["--store".to_owned(), place]
    }

    /// A path, or the URL of a PostgreSQL.
    pub(crate) fn from_argument(argument: &str) -> Self {
        if argument.starts_with("postgres:") {
            Self::Postgres {
                url: argument.to_owned(),
            }
        } else {
            Self::Sqlite {
                path: argument.into(),
            }
        }
    }

    /// Makes the tables and stores the expectations.
    pub(crate) fn set_up(&self, scenarios: &[Scenario]) -> Result<(), Failure> {
        let now = SystemTime::now();
        let expected = scenarios
            .iter()
            .map(|scenario| expectation(&scenario.order_id, scenario.is_kredivo, now));
        let expected = expected.collect::<Result<Vec<_>, _>>()?;
        match self {
            Self::Sqlite { path } => sqlite::set_up(path, &expected, now),
            Self::Postgres { url } => blocking(postgres::set_up(url, &expected, now)),
        }
    }

    /// Reads everything in it.
    pub(crate) fn ledger(&self) -> Result<Ledger, Failure> {
        match self {
            Self::Sqlite { path } => sqlite::ledger(path),
            Self::Postgres { url } => blocking(postgres::ledger(url)),
        }
    }
}

/// Returns an expectation with short times: first checks begin after half a minute, so that they
/// and the notifications meet.
pub(crate) fn expectation(
    order_id: &str,
    is_kredivo: bool,
    now: SystemTime,
) -> Result<Expectation, Failure> {
    let key = IdempotencyKey::from_random(fastrand::u128(..));
    let mut expectation = Expectation::of(&charge(order_id, is_kredivo)?, key, now);
    expectation.charge_until = now + Duration::from_secs(30);
    Ok(expectation)
}

pub(crate) fn blocking<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(failed("a runtime"))?;
    runtime.block_on(work)
}
