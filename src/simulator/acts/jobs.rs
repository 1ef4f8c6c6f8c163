//! Jobs of workflow runs: they end with a log, and are run again.

use serde_json::{Map, Value};

use super::super::answer::Answer;
use super::super::checks::{self, Job};
use super::super::ci::{self, Written};
use super::super::error::Error;
use super::super::state::{At, CheckRun, Checker, State};
use super::super::time;
use super::{NewRun, RunChange, announce_run, announce_suite_by, announce_workflow, change_run, create_run, latest};

/// Which jobs of a workflow run are to run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Again {
    All,
    Failed,
    One(u64),
}

/// A job is over: its log is kept, and its check run says how it went.
pub(in super::super) fn finish(state: &mut State, at: At, id: u64, written: Written, change: RunChange) -> Result<(), Error> {
    let run = state.repo_mut(at).runs.iter_mut().find(|run| run.id == id);
    if let Some(job) = run.and_then(|run| run.job.as_mut()) {
        job.log = written.log;
        job.done = written.steps;
    }
    change_run(state, at, id, RunChange { annotations: written.annotations, ..change })
}

/// Starts jobs of a completed workflow run again, as its next attempt: new check runs in the same suite.
///
/// The refusals are GitHub's: 403, with the sentences that its API gives.
pub(in super::super) fn again(state: &mut State, at: At, suite: u64, which: Again, by: &str) -> Result<(), Answer> {
    let repo = state.repo(at);
    let found = repo.suites.iter().find(|known| known.id == suite && known.workflow.is_some()).ok_or_else(Answer::not_found)?;
    if found.status != "completed" {
        return Err(Answer::refusal(403, "This workflow is already running"));
    }
    let current = latest(&repo.runs, |run| run.suite == suite);
    if let Again::One(id) = which
        && current.iter().all(|run| run.id != id)
    {
        return Err(Answer::refusal(403, "Only jobs from the current attempt can be re-run"));
    }
    let wanted = |run: &CheckRun| match which {
        Again::All => true,
        Again::Failed => checks::failed(run.conclusion.as_deref()),
        Again::One(id) => run.id == id,
    };
    let chosen: Vec<CheckRun> = current.into_iter().rev().filter(|run| wanted(run)).cloned().collect();
    if chosen.is_empty() {
        return Err(Answer::refusal(403, "This workflow run cannot be retried"));
    }
    start(state, at, suite, chosen, by)?;
    Ok(())
}

fn start(state: &mut State, at: At, suite: u64, chosen: Vec<CheckRun>, by: &str) -> Result<(), Error> {
    let now = time::now();
    let Some(begun) = state.repo_mut(at).suites.iter_mut().find(|known| known.id == suite) else { return Ok(()) };
    if let Some(workflow) = begun.workflow.as_mut() {
        workflow.attempt += 1;
        workflow.started_at = now;
        by.clone_into(&mut workflow.actor);
    }
    begun.status = "queued".into();
    begun.conclusion = None;
    begun.updated_at = now;
    let begun = begun.clone();
    announce_workflow(state, at, &begun, "requested")?;
    for run in chosen {
        let job = run.job.map(|job| Job { steps: job.steps, by_hand: job.by_hand, ..Job::default() });
        let new = NewRun { by: Checker::Actions, name: run.name, sha: run.sha, suite: Some(suite), job };
        let id = create_run(state, at, new, RunChange::default())?;
        ci::enqueue(state, at, id);
    }
    Ok(())
}

/// Runs a commit's CI again, as somebody asked for on its page; whether it has any. What is still running is begun anew as well.
pub(in super::super) fn rerun(state: &mut State, at: At, sha: &str, by: &str) -> Result<bool, Error> {
    let repo = state.repo(at);
    let planned = |suite: u64| repo.runs.iter().any(|run| run.suite == suite && run.job.as_ref().is_some_and(|job| !job.steps.is_empty()));
    let by_hand = matches!(state.ci, super::super::options::Ci::ByHand(_));
    let suites: Vec<u64> =
        repo.suites.iter().filter(|s| s.sha == sha && (planned(s.id) || by_hand && s.workflow.is_some())).map(|s| s.id).collect();
    if suites.is_empty() {
        let branch = repo.suites.iter().rev().find(|s| s.sha == sha && s.by == Checker::Actions).and_then(|s| s.branch.clone());
        return ci::start(state, at, branch.as_deref(), None, sha, ci::Cause::Asked);
    }
    for suite in suites {
        let chosen = latest(&state.repo(at).runs, |run| run.suite == suite).into_iter().rev().cloned().collect();
        start(state, at, suite, chosen, by)?;
    }
    Ok(true)
}

/// The App is asked to run a check of its own again. The suite begins anew; the check run is the App's to change.
pub(in super::super) fn rerequest(state: &mut State, at: At, id: u64, by: &str) {
    let suite = state.repo(at).runs.iter().find(|run| run.id == id).map(|run| run.suite);
    if let Some(suite) = suite {
        begin_anew(state, at, suite);
    }
    announce_run(state, at, id, "rerequested", by, Map::<String, Value>::new());
}

/// The App is asked to run all its checks of a commit again.
pub(in super::super) fn rerequest_suite(state: &mut State, at: At, suite: u64, by: &str) -> Result<(), Error> {
    begin_anew(state, at, suite);
    let Some(suite) = state.repo(at).suites.iter().find(|known| known.id == suite).cloned() else { return Ok(()) };
    announce_suite_by(state, at, &suite, "rerequested", by)
}

fn begin_anew(state: &mut State, at: At, suite: u64) {
    if let Some(suite) = state.repo_mut(at).suites.iter_mut().find(|known| known.id == suite) {
        suite.status = "queued".into();
        suite.conclusion = None;
        suite.updated_at = time::now();
    }
}
