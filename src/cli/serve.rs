//! `journeyman serve`: the GitHub App for real use.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};

use super::logging;
use super::service::{Place, Service};
use crate::config;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The configuration; `JOURNEYMAN_…` variables are laid over it
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

pub async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = match config::load_with_environment(arguments.config.as_deref()) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("{error}");
            return Ok(ExitCode::FAILURE);
        }
    };
    logging::start(&config.log)?;
    config.warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    let service = Service::start(&config, Place::default()).await?;
    tracing::info!("ready: webhooks are received at http://{}/webhook", service.address);
    wait_for_signal().await?;
    tracing::info!("stopping: nothing new is taken, what is in hand is ended or handed back");
    service.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Returns on the first Ctrl-C or SIGTERM.
pub async fn wait_for_signal() -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate()).context("failed to wait for SIGTERM")?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("failed to wait for Ctrl-C"),
        _ = terminate.recv() => Ok(()),
    }
}
