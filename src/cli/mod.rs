//! The command line: what each command does, what it prints, and its exit status.
//!
//! 0: done. 1: not done, for a reason that was told. 2: the command was not understood (clap's own).

mod answering;
mod build;
mod demo;
mod healthcheck;
mod keys;
pub mod local;
mod logging;
pub mod means;
mod report;
pub mod sandbox_exec;
mod serve;
pub mod service;
mod simulator;
mod spec;
mod transcript;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Builds exactly what an architect specified: an issue labelled `implement` becomes a pull request.
#[derive(Debug, Parser)]
#[command(name = "journeyman", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Watch the whole job on a GitHub of this machine's own: an issue, questions, commits, CI, a pull request
    Demo(demo::Arguments),
    /// Build a specification on a new branch of a local repository
    Build(build::Arguments),
    /// Show how a specification is read, and what it leaves unclear
    Spec(spec::Arguments),
    /// Show what a model or an agent said and did for the steps of a run
    Transcript(transcript::Arguments),
    /// Run the GitHub App
    Serve(serve::Arguments),
    /// Run a GitHub on loopback, to point `serve` at
    Simulator(simulator::Arguments),
    /// Ask a running `serve` whether it is alive
    #[command(hide = true)]
    Healthcheck(healthcheck::Arguments),
}

/// The whole program. The helper of the sandbox goes its own way before a runtime, and with it a second thread, is there.
pub fn main() -> ExitCode {
    if let Some(code) = sandbox_exec::asked() {
        return code;
    }
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(run()),
        Err(error) => {
            eprintln!("journeyman: failed to start: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs the command line.
pub async fn run() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Build(arguments) => build::run(arguments).await,
        Command::Spec(arguments) => spec::run(&arguments),
        Command::Transcript(arguments) => transcript::run(&arguments),
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Simulator(arguments) => simulator::run(arguments).await,
        Command::Healthcheck(arguments) => healthcheck::run(&arguments).await,
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("journeyman: {error:#}");
        ExitCode::FAILURE
    })
}
