//! The CI: on each push, the commit's workflows run, their jobs become check runs, and the jobs' commands are really run in a
//! fresh checkout.

mod log;
mod runner;
mod workflow;

use super::acts::{self, NewRun, RunChange};
use super::checks;
use super::error::Error;
use super::options::Ci;
use super::state::{At, Checker, State};

pub(super) use log::{Writer, Written, lost};
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
    pub name: String,
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

/// The jobs of one workflow file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Planned {
    pub name: String,
    pub path: String,
    pub on: Triggers,
    pub jobs: Vec<Plan>,
}

/// What starts a workflow.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Triggers {
    /// Pushes to these branches, all of them where the list is empty; `None` where pushes start nothing.
    pub push: Option<Vec<String>>,
    /// A pull request that is opened, or whose branch is pushed to.
    pub pull_request: bool,
}

/// What happened to a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    Push,
    /// A pull request with it was opened. What the push has started already is not started again.
    Opened,
    /// Somebody asked for it.
    Asked,
}

impl Triggers {
    fn push() -> Self {
        Self { push: Some(Vec::new()), pull_request: false }
    }

    fn is_pushed(&self, branch: Option<&str>) -> bool {
        let named = |names: &Vec<String>| names.is_empty() || names.iter().any(|name| branch == Some(name.as_str()));
        self.push.as_ref().is_some_and(named)
    }
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
    start(state, at, Some(branch), before, sha, Cause::Push).map(drop)
}

/// A pull request was opened.
pub(super) fn opened(state: &mut State, at: At, branch: &str, sha: &str) -> Result<(), Error> {
    start(state, at, Some(branch), None, sha, Cause::Opened).map(drop)
}

/// Whether an open pull request has this head and can be merged: without that no workflow runs for pull requests, see
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request>.
fn is_proposed(state: &mut State, at: At, sha: &str) -> Result<bool, Error> {
    let repo = state.repo_mut(at);
    let bases: Vec<String> =
        repo.pulls().filter(|(issue, pull)| issue.open && pull.head_sha == sha).map(|(_, pull)| pull.base_ref.clone()).collect();
    for base in bases {
        let Some(tip) = repo.branch(&base).map(str::to_owned) else { continue };
        if repo.git.merges_cleanly(&tip, sha)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is to run on a commit.
fn planned(state: &mut State, at: At, sha: &str) -> Result<Vec<Planned>, Error> {
    let one = |jobs: Vec<Plan>| vec![Planned { name: "CI".into(), path: ".github/workflows/ci.yml".into(), on: Triggers::push(), jobs }];
    Ok(match state.ci.clone() {
        Ci::None => Vec::new(),
        Ci::Commands(commands) => {
            let plan =
                |command: String| Plan { name: command.clone(), steps: vec![Step { name: command.clone(), command, ..Step::default() }] };
            one(commands.into_iter().map(plan).collect())
        }
        Ci::ByHand(names) => one(names.into_iter().map(|name| Plan { name, steps: Vec::new() }).collect()),
        Ci::Workflows => workflow::of_commit(&mut state.repo_mut(at).git, sha)?,
    })
}

/// Starts the workflows of a commit that this cause starts; whether there were any.
pub(super) fn start(state: &mut State, at: At, branch: Option<&str>, before: Option<&str>, sha: &str, cause: Cause) -> Result<bool, Error> {
    let by_hand = matches!(state.ci, Ci::ByHand(_));
    let mut any = false;
    let planned = planned(state, at, sha)?;
    let is_proposed = planned.iter().any(|workflow| workflow.on.pull_request) && is_proposed(state, at, sha)?;
    for workflow in planned {
        let is_pushed = workflow.on.is_pushed(branch);
        let is_wanted = match cause {
            Cause::Push => is_pushed || workflow.on.pull_request && is_proposed,
            Cause::Opened => !is_pushed && workflow.on.pull_request && is_proposed,
            Cause::Asked => true,
        };
        if workflow.jobs.is_empty() || !is_wanted {
            continue;
        }
        any = true;
        let suite = acts::new_suite(state, at, Checker::Actions, sha, branch, before, (&workflow.name, &workflow.path));
        let made = state.repo(at).suites.iter().find(|known| known.id == suite).cloned();
        if let Some(made) = made {
            acts::announce_workflow(state, at, &made, "requested")?;
        }
        for plan in workflow.jobs {
            let job = checks::Job { steps: plan.steps, by_hand, ..checks::Job::default() };
            let new = NewRun { by: Checker::Actions, name: plan.name, sha: sha.to_owned(), suite: Some(suite), job: Some(job) };
            let id = acts::create_run(state, at, new, RunChange::default())?;
            enqueue(state, at, id);
        }
    }
    Ok(any)
}

/// Gives a job to the runners, unless it ends by hand.
pub(super) fn enqueue(state: &mut State, at: At, id: u64) {
    let repo = state.repo(at);
    let Some((run, planned)) = repo.runs.iter().find(|run| run.id == id).and_then(|run| run.job.as_ref().map(|job| (run, job))) else {
        return;
    };
    if planned.by_hand {
        return;
    }
    let suite = repo.suites.iter().find(|suite| suite.id == run.suite);
    let job = Job {
        at,
        repository: repo.full_name(),
        git_dir: repo.git.dir().to_owned(),
        branch: suite.and_then(|suite| suite.branch.clone()).unwrap_or_default(),
        sha: run.sha.clone(),
        run: id,
        name: run.name.clone(),
        steps: planned.steps.clone(),
    };
    if state.ci_queue.send(job).is_ok() {
        state.ci_waiting += 1;
    }
}
