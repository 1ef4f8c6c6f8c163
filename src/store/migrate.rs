//! Brings the schema to the newest version. Each step is a numbered SQL file, never changed after its release.

use sqlx::SqlSafeStr;
use sqlx::migrate::MigrateError;
use sqlx::migrate::{Migration, MigrationType, Migrator};

use super::connection::{Database, explain};
use super::error::Error;

const SQLITE: &[(i64, &str, &str)] = &[
    (1, "inbox", include_str!("migrations/sqlite/0001_inbox.sql")),
    (2, "lanes", include_str!("migrations/sqlite/0002_lanes.sql")),
    (3, "journal", include_str!("migrations/sqlite/0003_journal.sql")),
    (4, "charges", include_str!("migrations/sqlite/0004_charges.sql")),
];

/// The newest version that this program knows.
pub(super) fn known() -> i64 {
    SQLITE.last().map_or(0, |(version, ..)| *version)
}

/// Applies what is missing, up to `target` or to the newest. All of it is one transaction: two processes that start
/// together do not disturb each other, and a step that fails leaves nothing behind.
pub(super) async fn migrate(database: &Database, place: &str, target: Option<i64>) -> Result<(), Error> {
    let refuse = |why: String| Error::Open { place: place.into(), why };
    let migrations = SQLITE
        .iter()
        .map(|(version, name, sql)| Migration::new(*version, (*name).into(), MigrationType::Simple, sql.into_sql_str(), false));
    let migrator = Migrator::with_migrations(migrations.collect());
    let known = known();
    let mut transaction = match database.write().await {
        Err(Error::Busy(_)) => return Err(refuse("another process holds it locked; stop that process first".into())),
        other => other.map_err(|e| refuse(e.to_string()))?,
    };
    let applied = match target {
        Some(target) => migrator.run_to(target, &mut *transaction).await,
        None => migrator.run(&mut *transaction).await,
    };
    match applied {
        Ok(()) => Ok(transaction.commit().await?),
        Err(MigrateError::VersionMissing(found)) => Err(Error::NewerSchema { found, known }),
        Err(MigrateError::VersionMismatch(found)) => {
            Err(refuse(format!("schema version {found} was made by another build than a released one; restore a backup")))
        }
        Err(MigrateError::Execute(e) | MigrateError::ExecuteMigration(e, _)) => Err(refuse(explain(&e))),
        Err(other) => Err(refuse(other.to_string())),
    }
}
