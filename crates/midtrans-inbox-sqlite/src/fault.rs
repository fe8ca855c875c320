//! SQLite's errors as those of the inbox.

use midtrans_inbox::Error;
use midtrans_inbox::store::DatabaseFault;
use rusqlite::ErrorCode;

/// SQLite's extended code for a transaction that began to read before another connection wrote.
const BUSY_SNAPSHOT: i32 = 517;

/// Returns the inbox's error for an error of SQLite.
pub(crate) fn fault(error: rusqlite::Error) -> Error {
    Error::database(classify(&error), error)
}

fn classify(error: &rusqlite::Error) -> DatabaseFault {
    if let rusqlite::Error::SqliteFailure(failure, _) = error
        && failure.extended_code == BUSY_SNAPSHOT
    {
        return DatabaseFault::Conflict;
    }
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => DatabaseFault::Full,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseFault::Busy,
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure
            | ErrorCode::NotADatabase
            | ErrorCode::DatabaseCorrupt,
        ) => DatabaseFault::Disconnected,
        Some(
            ErrorCode::ReadOnly
            | ErrorCode::PermissionDenied
            | ErrorCode::AuthorizationForStatementDenied,
        ) => DatabaseFault::NotAllowed,
        _ if is_about_missing_tables(&error.to_string()) => DatabaseFault::NoTables,
        _ => DatabaseFault::Other,
    }
}

fn is_about_missing_tables(message: &str) -> bool {
    message.contains("no such table: midtrans_") || message.contains("no such column: ")
}
