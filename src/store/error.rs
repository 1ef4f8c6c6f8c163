//! What can go wrong in the store, told apart by what the caller can do.

use super::Lane;

/// A failure of the store. Each message completes "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too much is waiting, or another process holds the database. Nothing was written: try again in a moment.
    #[error("the store is busy: {0}; try again in a moment")]
    Busy(&'static str),
    /// The disk is full, the file became read-only, the store was closed. Nothing was written: try again later, and tell the operator.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
    /// Somebody else works on this lane now. Drop the claim and what was computed under it.
    #[error("the lease on {0} was lost to another worker; its new holder goes on")]
    LeaseLost(Lane),
    /// What the turn was computed from is no longer so. Read again and compute anew.
    #[error("{what} of {lane} changed meanwhile; read it again")]
    Conflict { lane: Lane, what: &'static str },
    /// A row that this program cannot have written. Only an operator can help: the database is damaged.
    #[error("{0} in the store is damaged; restore the database from a backup")]
    Corrupt(String),
    /// The database cannot be opened. The text says what to do.
    #[error("open the store {place}: {why}")]
    Open { place: String, why: String },
    /// A newer Journeyman has been here.
    #[error(
        "the store has schema version {found} and this program knows {known}; start the newer Journeyman, or restore the backup made before it"
    )]
    NewerSchema { found: i64, known: i64 },
}

/// SQLite's result codes for "somebody else holds the lock": SQLITE_BUSY and SQLITE_LOCKED, <https://www.sqlite.org/rescode.html>.
pub(super) fn is_locked(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|e| e.code());
    code.and_then(|code| code.parse::<i64>().ok()).is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Busy("every connection is in use");
        }
        if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_)) {
            return Self::Corrupt(error.to_string());
        }
        if is_locked(&error) {
            return Self::Busy("another process holds the database");
        }
        Self::Unavailable(error.to_string())
    }
}
