//! The log: to standard error, for people or for machines.

use std::io::IsTerminal;

use anyhow::anyhow;
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// Sets the process's log up, once.
pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    let started = match log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    started.map_err(|e| anyhow!("failed to start the log: {e}"))
}

/// For commands that show their work themselves: only what went wrong is logged.
pub fn quiet() -> anyhow::Result<()> {
    start(&Log { format: LogFormat::Text, filter: "error".into() })
}
