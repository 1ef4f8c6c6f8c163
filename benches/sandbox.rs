//! How long it takes until a command in the fence has begun and ended, beyond the command itself.
//!
//! `cargo bench --bench sandbox`. The command is `true`; each fence runs it fifty times.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use journeyman::sandbox::{Command, Job, Limits, Network, Options, Policy, Sandbox};

const RUNS: usize = 50;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let scratch = tempfile::tempdir()?;
    let root = scratch.path().canonicalize()?;
    let (workspace, home) = (root.join("workspace"), root.join("home"));
    std::fs::create_dir(&workspace)?;
    std::fs::create_dir(&home)?;
    let helper = PathBuf::from(env!("CARGO_BIN_EXE_journeyman"));
    println!("a command that ends at once, {RUNS} runs: least, median, most");
    for namespaces in [false, true] {
        let sandbox = Sandbox::prepare(Options { namespaces, ..Options::new(&helper) }).await?;
        let mut times = times(&sandbox, &workspace, &home).await?;
        times.sort_unstable();
        let ms = |at: usize| times.get(at).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
        println!("  {:6.1} {:6.1} {:6.1} ms  {}", ms(0), ms(RUNS / 2), ms(RUNS - 1), sandbox.describe());
    }
    Ok(())
}

async fn times(sandbox: &Sandbox, workspace: &Path, home: &Path) -> anyhow::Result<Vec<Duration>> {
    let mut times = Vec::new();
    for _ in 0..RUNS {
        let policy = Policy {
            workspace: workspace.to_owned(),
            home: home.to_owned(),
            readable: Vec::new(),
            network: Network::None,
            limits: Limits::default(),
        };
        let command = Command::Program { program: "true".into(), arguments: Vec::new() };
        let job = Job { command, directory: PathBuf::new(), policy, variables: BTreeMap::new() };
        let begun = Instant::now();
        let outcome = sandbox.run(&job).await?;
        times.push(begun.elapsed());
        anyhow::ensure!(outcome.succeeded(), "the command ended with {:?}: {}", outcome.status, outcome.output);
    }
    Ok(times)
}
