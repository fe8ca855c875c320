//! PostgreSQL's errors as those of the inbox.

use std::error::Error as StdError;

use midtrans_inbox::Error;
use midtrans_inbox::store::DatabaseFault;

/// Returns the inbox's error for an error of PostgreSQL.
pub(crate) fn fault(error: sqlx::Error) -> Error {
    Error::database(classify(&error), error)
}

/// Returns the kind of a handler's failure, if its cause is an error of PostgreSQL.
pub(crate) fn fault_behind(error: &(dyn StdError + 'static)) -> Option<DatabaseFault> {
    match error.downcast_ref::<sqlx::Error>() {
        Some(error) => Some(classify(error)),
        None => fault_behind(error.source()?),
    }
}

/// Returns whether an error may come from one item alone, so that the rest of its batch can succeed
/// without it.
pub(crate) fn is_of_an_item(error: &Error) -> bool {
    let is_database =
        error.is_full() || error.is_busy() || error.is_disconnected() || error.is_schema();
    !is_database && !error.is_conflict()
}

fn classify(error: &sqlx::Error) -> DatabaseFault {
    use sqlx::Error::{Database, Io, PoolClosed, PoolTimedOut, Protocol, Tls, WorkerCrashed};
    match error {
        Database(error) => error
            .code()
            .map_or(DatabaseFault::Other, |code| by_code(&code)),
        Io(_) | Tls(_) | Protocol(_) | PoolTimedOut | PoolClosed | WorkerCrashed => {
            DatabaseFault::Disconnected
        }
        _ => DatabaseFault::Other,
    }
}

/// ([Error codes](https://www.postgresql.org/docs/current/errcodes-appendix.html))
fn by_code(code: &str) -> DatabaseFault {
    match code {
        "53100" => DatabaseFault::Full,
        "55P03" => DatabaseFault::Busy,
        "40001" | "40P01" => DatabaseFault::Conflict,
        // An unknown table, column or schema.
        "42P01" | "42703" | "3F000" => DatabaseFault::NoTables,
        "42501" => DatabaseFault::NotAllowed,
        // No connection is free; or the server has become read-only, as after a failover.
        "53300" | "25006" => DatabaseFault::Disconnected,
        _ => match code.get(..2) {
            Some("28") => DatabaseFault::NotAllowed,
            Some("08") => DatabaseFault::Disconnected,
            _ if code.starts_with("57P") => DatabaseFault::Disconnected,
            _ => DatabaseFault::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use super::*;

    #[test]
    fn a_code_says_what_to_do() {
        assert_eq!(by_code("53100"), DatabaseFault::Full);
        assert_eq!(by_code("40P01"), DatabaseFault::Conflict);
        assert_eq!(by_code("57P01"), DatabaseFault::Disconnected);
        assert_eq!(by_code("08006"), DatabaseFault::Disconnected);
        assert_eq!(by_code("23505"), DatabaseFault::Other);
        assert_eq!(by_code("é"), DatabaseFault::Other);
    }

    #[derive(Debug)]
    struct Wrapped(sqlx::Error);

    impl fmt::Display for Wrapped {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the shop's own words")
        }
    }

    impl StdError for Wrapped {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    #[test]
    fn the_cause_of_a_handlers_error_is_found_behind_it() {
        assert_eq!(
            fault_behind(&Wrapped(sqlx::Error::WorkerCrashed)),
            Some(DatabaseFault::Disconnected)
        );
        assert_eq!(fault_behind(&Error::closed()), None);
    }
}
