//! Runs jobs: a fresh checkout, an environment made from nothing, a time limit, the output into the check run.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::UnboundedReceiver;

use super::super::acts::{self, RunChange};
use super::super::git;
use super::super::shared::Shared;
use super::{Job, Step, Writer, Written};

/// How many jobs run side by side.
const SIDE_BY_SIDE: usize = 2;
/// How many bytes of output a check run keeps: the last ones.
const KEPT: usize = 60_000;
/// How many bytes of a step's output the job's log keeps: the last ones.
const LOGGED: usize = 16_000_000;

/// What all jobs share.
#[derive(Debug, Clone)]
pub(in super::super) struct Runner {
    pub time_limit: Duration,
    pub environment: Vec<(String, String)>,
    pub path: OsString,
}

/// Takes jobs from the queue until the simulator ends.
pub(in super::super) async fn run_all(shared: Arc<Shared>, mut queue: UnboundedReceiver<Job>, runner: Runner) {
    let places = Arc::new(Semaphore::new(SIDE_BY_SIDE));
    while let Some(job) = queue.recv().await {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let (shared, runner) = (shared.clone(), runner.clone());
        shared.clone().spawn(async move {
            run(&shared, &job, &runner).await;
            drop(place);
        });
    }
}

async fn run(shared: &Shared, job: &Job, runner: &Runner) {
    let tell = |told: Result<(), super::super::error::Error>| {
        if let Err(error) = told {
            tracing::warn!(%error, run = job.run, "failed to report a check");
        }
    };
    let begun = RunChange { status: Some("in_progress".into()), ..RunChange::default() };
    shared.with(|state| tell(acts::change_run(state, job.at, job.run, begun)));
    let started = Instant::now();
    let mut writer = Writer::new(&job.name);
    let (conclusion, title, text) = match attempt(job, runner, &mut writer).await {
        Ok(Ended { failed: None, output }) => ("success", "All steps passed".to_owned(), output),
        Ok(Ended { failed: Some((conclusion, why)), output }) => (conclusion, why, output),
        Err(error) => {
            writer.error(&error.to_string());
            ("failure", "The job could not be started".to_owned(), error.to_string())
        }
    };
    let last: Vec<&str> = text.lines().rev().filter(|line| !line.trim().is_empty()).take(10).collect();
    let last: Vec<&str> = last.into_iter().rev().collect();
    let summary =
        format!("{title} in {:.1} s.\n\n```text\n{}\n```\n", started.elapsed().as_secs_f64(), last.join("\n").replace("```", "` ` `"));
    let change = RunChange {
        conclusion: Some(conclusion.into()),
        title: Some(title),
        summary: Some(summary),
        text: Some(format!("```text\n{}\n```\n", text.replace("```", "` ` `"))),
        ..RunChange::default()
    };
    let written: Written = writer.finish();
    shared.with(|state| tell(acts::finish(state, job.at, job.run, written, change)));
    // Only now: whoever sees that nothing waits must find the webhooks of the last check on their way.
    shared.with(|state| state.ci_waiting = state.ci_waiting.saturating_sub(1));
}

struct Ended {
    failed: Option<(&'static str, String)>,
    output: String,
}

async fn attempt(job: &Job, runner: &Runner, writer: &mut Writer) -> std::io::Result<Ended> {
    let place = tempfile::tempdir()?;
    let checkout = place.path().join("work");
    let home = place.path().join("home");
    std::fs::create_dir(&home)?;
    let (source, target, sha) = (job.git_dir.clone(), checkout.clone(), job.sha.clone());
    tokio::task::spawn_blocking(move || check_out(&source, &target, &sha)).await.map_err(std::io::Error::other)??;
    let log = place.path().join("log");
    let deadline = tokio::time::Instant::now() + runner.time_limit;
    let mut failed = None;
    for step in &job.steps {
        say(&log, &format!("▶ {}\n", step.name))?;
        writer.begin(step);
        let from = std::fs::metadata(&log)?.len();
        let ended = step_run(step, job, runner, &checkout, &home, &log, deadline).await?;
        writer.output(&String::from_utf8_lossy(&read_from(&log, from, LOGGED)?));
        match ended {
            StepEnd::Passed => writer.passed(),
            StepEnd::Failed(code, why) => {
                say(&log, &format!("{why}\n"))?;
                writer.failed(code);
                failed = Some(("failure", why));
                break;
            }
            StepEnd::TimedOut(why) => {
                say(&log, &format!("{why}\n"))?;
                writer.timed_out(runner.time_limit);
                failed = Some(("timed_out", why));
                break;
            }
        }
    }
    Ok(Ended { failed, output: tail(&log)? })
}

/// How a step ended, and if it did not pass, why, in words.
enum StepEnd {
    Passed,
    /// With the exit status; 128 and the signal's number, as a shell tells it, when a signal ended it.
    Failed(i32, String),
    TimedOut(String),
}

async fn step_run(
    step: &Step,
    job: &Job,
    runner: &Runner,
    checkout: &Path,
    home: &Path,
    log: &PathBuf,
    deadline: tokio::time::Instant,
) -> std::io::Result<StepEnd> {
    let output = std::fs::OpenOptions::new().append(true).create(true).open(log)?;
    let directory = step.directory.as_ref().map_or_else(|| checkout.to_owned(), |below| checkout.join(below));
    let shell = if Path::new("/bin/bash").exists() { "/bin/bash" } else { "/bin/sh" };
    #[expect(clippy::disallowed_methods, reason = "the simulated CI is a machine of its own")]
    let mut command = Command::new(shell);
    command
        .args(["-e", "-c", &step.command])
        .current_dir(directory)
        .env_clear()
        .env("PATH", &runner.path)
        .env("HOME", home)
        .env("LANG", "C.UTF-8")
        .env("CI", "true")
        .env("GITHUB_ACTIONS", "true")
        .env("GITHUB_REPOSITORY", &job.repository)
        .env("GITHUB_SHA", &job.sha)
        .env("GITHUB_REF_NAME", &job.branch)
        .env("GITHUB_WORKSPACE", checkout)
        .envs(runner.environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value))))
        .envs(step.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .process_group(0)
        .kill_on_drop(true);
    let mut child = command.spawn()?;
    let group = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    let _group = Group(group);
    let Ok(status) = tokio::time::timeout_at(deadline, child.wait()).await else {
        return Ok(StepEnd::TimedOut(format!("“{}” took more than {} s", step.name, runner.time_limit.as_secs())));
    };
    let status = status?;
    Ok(match (status.code(), status.signal()) {
        (Some(0), _) => StepEnd::Passed,
        (Some(code), _) => StepEnd::Failed(code, format!("“{}” ended with status {code}", step.name)),
        (None, signal) => {
            let signal = signal.unwrap_or(0);
            StepEnd::Failed(128 + signal, format!("“{}” was ended by signal {signal}", step.name))
        }
    })
}

/// A process group that is killed when its step is over, however it ended.
struct Group(Option<rustix::process::Pid>);

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            rustix::process::kill_process_group(group, rustix::process::Signal::KILL).ok();
        }
    }
}

fn check_out(source: &Path, target: &Path, sha: &str) -> std::io::Result<()> {
    let run = |directory: &Path, arguments: &[&std::ffi::OsStr]| {
        let output = git::command(directory).args(arguments).output()?;
        if output.status.success() { Ok(()) } else { Err(std::io::Error::other(String::from_utf8_lossy(&output.stderr).trim().to_owned())) }
    };
    let clone = ["clone", "-q", "--shared", "--no-checkout"].map(std::ffi::OsStr::new);
    run(source, &[clone.as_slice(), &[source.as_os_str(), target.as_os_str()]].concat())?;
    run(target, &["checkout", "-q", "--detach", sha].map(std::ffi::OsStr::new))
}

fn say(log: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    std::fs::OpenOptions::new().append(true).create(true).open(log)?.write_all(text.as_bytes())
}

/// The last part of the output as text.
fn tail(log: &Path) -> std::io::Result<String> {
    let bytes = read_from(log, 0, KEPT)?;
    Ok(String::from_utf8_lossy(&bytes).chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect())
}

/// What stands in a file behind `from`; of that the last `most` bytes.
fn read_from(file: &Path, from: u64, most: usize) -> std::io::Result<Vec<u8>> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = std::fs::File::open(file)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(from.max(length.saturating_sub(most as u64))))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}
