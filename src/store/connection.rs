//! The connections to the database, and everything that differs from one kind of database to the next: how it is
//! opened, what is set on a connection, how a writing transaction begins.
//!
//! SQLite has one writer at a time, so there is one connection for writing: waiting for it in the pool is fair, which waiting
//! for SQLite's own lock is not. Reading has connections of its own, which in WAL mode neither wait nor make others wait.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, ConnectOptions, Connection, Executor, Transaction};

use super::error::{Error, is_locked};

/// Where the store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreConfig {
    /// A file on a local disk, made with mode 0600 when it is not there. Not on a network share: SQLite's WAL needs shared memory.
    Sqlite {
        path: PathBuf,
        /// How long a writer waits for another process before [`Error::Busy`].
        patience: Duration,
    },
}

impl StoreConfig {
    /// A SQLite file, with five seconds of patience.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::Sqlite { path: path.into(), patience: Duration::from_secs(5) }
    }
    /// The place, for messages; without passwords.
    pub(super) fn place(&self) -> String {
        let Self::Sqlite { path, .. } = self;
        path.display().to_string()
    }
}

impl FromStr for StoreConfig {
    type Err = String;
    /// Reads `sqlite:PATH`, `sqlite://PATH` or a plain path. The error says what is expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let path = match text.split_once(':') {
            Some(("sqlite", path)) => path.strip_prefix("//").unwrap_or(path),
            Some((scheme, _)) if scheme.len() > 1 && scheme.bytes().all(|b| b.is_ascii_alphanumeric()) => {
                return Err(format!("sqlite:PATH expected, found the scheme {scheme:?}, which this version does not have"));
            }
            _ => text,
        };
        if path.is_empty() { Err("sqlite:PATH expected, found no path".into()) } else { Ok(Self::sqlite(path)) }
    }
}

/// One database, as two pools.
#[derive(Debug, Clone)]
pub(super) struct Database {
    writes: AnyPool,
    reads: AnyPool,
}

impl Database {
    pub(super) async fn open(config: &StoreConfig) -> Result<Self, Error> {
        let StoreConfig::Sqlite { path, patience } = config;
        let refuse = |why: String| Error::Open { place: config.place(), why };
        sqlx::any::install_default_drivers();
        let path = std::path::absolute(path).map_err(|e| refuse(e.to_string()))?;
        make_private(&path).map_err(|e| refuse(format!("{e}; Journeyman must be able to write this file and its folder")))?;
        let options = AnyConnectOptions::from_str(&sqlite_url(&path).ok_or_else(|| refuse("the path is not UTF-8".into()))?)
            .map_err(|e| refuse(e.to_string()))?
            .disable_statement_logging();
        try_out(&options, *patience).await.map_err(|e| refuse(explain(&e)))?;
        let writes = sqlite_pool(1, *patience).connect_lazy_with(options.clone());
        let reads = sqlite_pool(4, *patience).connect_lazy_with(options);
        Ok(Self { writes, reads })
    }

    /// Begins a transaction that may write. On SQLite it takes the write lock at once: one that reads first and
    /// writes later is refused under load.
    pub(super) async fn write(&self) -> Result<Transaction<'static, Any>, Error> {
        Ok(self.writes.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Brings what is committed from SQLite's log into its file, as far as nobody is in the way. Writers go on meanwhile:
    /// <https://www.sqlite.org/pragma.html#pragma_wal_checkpoint>.
    pub(super) async fn tidy(&self) -> Result<(), Error> {
        sqlx::raw_sql("PRAGMA wal_checkpoint(PASSIVE)").execute(&self.reads).await?;
        Ok(())
    }

    /// For single reading statements.
    pub(super) fn reads(&self) -> &AnyPool {
        &self.reads
    }

    pub(super) async fn close(&self) {
        self.reads.close().await;
        self.writes.close().await;
    }
}

/// Opens and sets up one connection outside the pools: a pool goes on trying until its time is up and then does not know why.
///
/// Two that turn a new file into WAL mode at once hold a shared lock each and both want the exclusive one. SQLite then answers
/// "locked" at once to one of them, whatever its `busy_timeout`, so that one must let go and come again:
/// <https://www.sqlite.org/c3ref/busy_handler.html>.
async fn try_out(options: &AnyConnectOptions, patience: Duration) -> sqlx::Result<()> {
    const PAUSE: Duration = Duration::from_millis(10);
    let began = tokio::time::Instant::now();
    loop {
        match set_up(options, patience).await {
            Err(error) if is_locked(&error) && began.elapsed() < patience => tokio::time::sleep(PAUSE).await,
            ended => return ended,
        }
    }
}

async fn set_up(options: &AnyConnectOptions, patience: Duration) -> sqlx::Result<()> {
    let mut connection = options.connect().await?;
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(pragmas(patience)))).await?;
    connection.close().await
}

fn sqlite_pool(connections: u32, patience: Duration) -> AnyPoolOptions {
    let pragmas = pragmas(patience);
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .after_connect(move |connection, _| {
            let pragmas = sqlx::AssertSqlSafe(pragmas.clone());
            Box::pin(async move { connection.execute(sqlx::raw_sql(pragmas)).await.map(drop) })
        })
}

/// The log is brought into the database beside the writing ([`Database::tidy`]); only one of 256 MB makes a writer do it.
/// `synchronous=FULL` makes a commit in WAL mode survive a power cut: <https://www.sqlite.org/pragma.html#pragma_synchronous>.
fn pragmas(patience: Duration) -> String {
    format!(
        "PRAGMA busy_timeout = {}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA wal_autocheckpoint = 65536; PRAGMA journal_size_limit = 67108864;",
        patience.as_millis()
    )
}

/// Payloads of private repositories stand in it: only its owner may read it. SQLite gives its side files the same mode.
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    std::fs::OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path).map(drop)
}

fn sqlite_url(path: &Path) -> Option<String> {
    const KEEP: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_');
    path.to_str().map(|path| format!("sqlite://{}?mode=rw", percent_encoding::utf8_percent_encode(path, KEEP)))
}

pub(super) fn explain(error: &sqlx::Error) -> String {
    let text = error.to_string();
    match text {
        _ if is_locked(error) => "another process holds it locked; stop that process first".into(),
        _ if text.contains("readonly") => "it is read-only; Journeyman must be able to write this file and its folder".into(),
        _ if text.contains("not a database") => "it is not a SQLite database; name another file".into(),
        _ => text,
    }
}
