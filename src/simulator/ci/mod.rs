//! The CI: on each push, the commit's jobs become check runs, and their commands are really run in a fresh checkout.

mod runner;
mod workflow;

use super::acts::{self, NewRun, RunChange};
use super::error::Error;
use super::options::Ci;
use super::state::{At, Checker, State};

pub(super) use runner::{Runner, run_all};

/// One job on its way to a runner.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub at: At,
    pub repository: String,
    pub git_dir: std::path::PathBuf,
    pub branch: String,
    pub sha: String,
    pub run: u64,
    pub steps: Vec<Step>,
}

/// One command of a job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Step {
    pub name: String,
    pub command: String,
    pub environment: Vec<(String, String)>,
    /// Below the checkout.
    pub directory: Option<String>,
}

/// A job as planned: its name and commands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub name: String,
    pub steps: Vec<Step>,
}

/// A branch moved to `sha`: the App's own suite is requested, and the CI starts.
pub(super) fn pushed(state: &mut State, at: At, branch: &str, before: Option<&str>, sha: &str) -> Result<(), Error> {
    let known = state.repo(at).suites.iter().any(|suite| suite.by == Checker::App && suite.sha == sha);
    if !known && state.installation_on(&state.repo(at).owner).is_some() {
        let id = acts::suite_for(state, at, Checker::App, sha, Some(branch), before);
        let made = state.repo(at).suites.iter().find(|suite| suite.id == id).cloned();
        if let Some(suite) = made {
            acts::announce_suite(state, at, &suite, "requested")?;
        }
    }
    if branch == state.repo(at).default_branch && !state.ci_on_default_branch {
        return Ok(());
    }
    start(state, at, Some(branch), before, sha).map(drop)
}

/// Queues the jobs of a commit; whether there were any.
pub(super) fn start(state: &mut State, at: At, branch: Option<&str>, before: Option<&str>, sha: &str) -> Result<bool, Error> {
    let plans = match state.ci.clone() {
        Ci::None => Vec::new(),
        Ci::Commands(commands) => {
            let plan =
                |command: String| Plan { name: command.clone(), steps: vec![Step { name: command.clone(), command, ..Step::default() }] };
            commands.into_iter().map(plan).collect()
        }
        Ci::Workflows => workflow::of_commit(&mut state.repo_mut(at).git, sha)?,
    };
    if plans.is_empty() {
        return Ok(false);
    }
    acts::suite_for(state, at, Checker::Actions, sha, branch, before);
    for plan in plans {
        let run = acts::create_run(state, at, NewRun { by: Checker::Actions, name: plan.name, sha: sha.to_owned() }, RunChange::default())?;
        let repo = state.repo(at);
        let job = Job {
            at,
            repository: repo.full_name(),
            git_dir: repo.git.dir().to_owned(),
            branch: branch.unwrap_or_default().to_owned(),
            sha: sha.to_owned(),
            run,
            steps: plan.steps,
        };
        if state.ci_queue.send(job).is_ok() {
            state.ci_waiting += 1;
        }
    }
    Ok(true)
}
