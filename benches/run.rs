//! A run of ten steps against the simulator: how long a step takes, and how many requests to GitHub it needs.
//!
//! `cargo bench --bench run`. CI is one command that ends at once, so that what is measured is Journeyman and the simulator.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use journeyman::cli::local::Local;
use journeyman::cli::sandbox_exec;
use journeyman::cli::service::Place;
use journeyman::domain::RepoName;
use journeyman::simulator::{Ci, Role, Source};
use journeyman::workflow::Phase;

const STEPS: usize = 10;

fn main() -> anyhow::Result<ExitCode> {
    // What is measured starts this program again, as the fence around commands.
    if let Some(code) = sandbox_exec::asked() {
        return Ok(code);
    }
    tokio::runtime::Runtime::new()?.block_on(measure())?;
    Ok(ExitCode::SUCCESS)
}

async fn measure() -> anyhow::Result<()> {
    let begun = Instant::now();
    let local = Local::start(Ci::Commands(vec!["true".into()]), Duration::from_secs(60), Place::default()).await?;
    let started = begun.elapsed();
    let repo: RepoName = "acme/ten".parse()?;
    local.github.create_repository(&repo, Source::Files(&[("README.md", "# ten\n")]))?;
    local.github.add_collaborator(&repo, "ada", Role::Write)?;
    let architect = local.github.person("ada");
    let issue = architect.create_issue(&repo, "Write ten files", &specification())?;
    let begun = Instant::now();
    architect.label(&repo, issue, "implement")?;
    let run = local.at_rest(&repo, issue).await?;
    let took = begun.elapsed();
    anyhow::ensure!(run.phase == Phase::InReview, "the run ended in {:?}", run.phase);

    let mut routes: BTreeMap<String, usize> = BTreeMap::new();
    for request in local.github.requests() {
        *routes.entry(format!("{} {}", request.method, request.route.unwrap_or("?"))).or_default() += 1;
    }
    let all: usize = routes.values().sum();
    println!("{}", machine());
    println!("{STEPS} steps, a commit and a check each");
    println!("  start-up of both       {:>8.0} ms", started.as_secs_f64() * 1000.0);
    println!("  from label to ready    {:>8.0} ms", took.as_secs_f64() * 1000.0);
    println!("  a step                 {:>8.0} ms", took.as_secs_f64() * 1000.0 / STEPS as f64);
    println!("  requests to GitHub     {all:>8}");
    println!("  a step                 {:>8.1}", all as f64 / STEPS as f64);
    for (route, count) in routes {
        println!("    {count:>4}  {route}");
    }
    local.stop().await
}

fn specification() -> String {
    let mut text = String::from("# Write ten files\n\n## Steps\n");
    for step in 1..=STEPS {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n### Step {step}: Write file {step}\n\n`files/{step}.txt`\n```text\nThis is file {step}.\n```\n");
    }
    text.push_str("\n## Acceptance criteria\n\n- All files are there (`true`)\n");
    text
}

/// Processor, cores and kernel, from the system's own files.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpus = read("/proc/cpuinfo");
    let models: Vec<&str> = cpus.lines().filter_map(|line| line.strip_prefix("model name")?.split(": ").nth(1)).collect();
    format!("{} × {}, Linux {}", models.len(), models.first().unwrap_or(&"unknown"), read("/proc/sys/kernel/osrelease").trim())
}
