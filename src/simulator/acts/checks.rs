//! Check suites, check runs and commit statuses.

use serde_json::{Map, Value, json};

use super::super::checks::{Job, Workflow};
use super::super::error::Error;
use super::super::state::{AccountKind, At, CheckRun, Checker, State, Status, Suite};
use super::super::webhooks::emit;
use super::super::{shapes, time};
use crate::domain::Timestamp;

/// A check run to be made.
#[derive(Debug, Clone)]
pub(in super::super) struct NewRun {
    pub by: Checker,
    pub name: String,
    pub sha: String,
    /// The suite that it belongs to; `None` for the newest of `by` on the commit.
    pub suite: Option<u64>,
    /// Of a check of the CI; `None` for a job that ends when somebody says so.
    pub job: Option<Job>,
}

/// What is changed of a check run; `None` is left as it is.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct RunChange {
    pub name: Option<String>,
    pub status: Option<String>,
    pub conclusion: Option<String>,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub details_url: Option<String>,
    pub external_id: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    /// They are added to those that are there.
    pub annotations: Vec<Value>,
    pub actions: Option<Vec<Value>>,
}

/// The newest suite of `by` on the commit; it is made when there is none.
pub(in super::super) fn suite_for(state: &mut State, at: At, by: Checker, sha: &str, branch: Option<&str>, before: Option<&str>) -> u64 {
    if let Some(suite) = state.repo(at).suites.iter().rev().find(|suite| suite.by == by && suite.sha == sha) {
        return suite.id;
    }
    new_suite(state, at, by, sha, branch, before, ("CI", ".github/workflows/ci.yml"))
}

/// Makes a suite; one of GitHub Actions with a run of the workflow of that name and path behind it.
pub(in super::super) fn new_suite(
    state: &mut State,
    at: At,
    by: Checker,
    sha: &str,
    branch: Option<&str>,
    before: Option<&str>,
    (name, path): (&str, &str),
) -> u64 {
    let (id, run, now) = (state.fresh_id(), state.fresh_id(), time::now());
    let repo = state.repo_mut(at);
    let branch = branch.map(str::to_owned).or_else(|| repo.git.branches().find(|(_, tip)| *tip == sha).map(|(name, _)| name.to_owned()));
    let of_file = repo.suites.iter().filter(|suite| suite.workflow.as_ref().is_some_and(|workflow| workflow.path == path)).count();
    let workflow = (by == Checker::Actions).then(|| Workflow {
        id: run,
        name: name.to_owned(),
        path: path.to_owned(),
        number: u64::try_from(of_file).unwrap_or(0) + 1,
        attempt: 1,
        started_at: now,
        actor: repo.owner.clone(),
    });
    repo.suites.push(Suite {
        id,
        by,
        branch,
        sha: sha.to_owned(),
        before: before.map(str::to_owned),
        status: "queued".into(),
        conclusion: None,
        created_at: now,
        updated_at: now,
        workflow,
    });
    id
}

/// Makes a check run, queued, and announces it.
pub(in super::super) fn create_run(state: &mut State, at: At, new: NewRun, change: RunChange) -> Result<u64, Error> {
    let suite = new.suite.unwrap_or_else(|| suite_for(state, at, new.by, &new.sha, None, None));
    let id = state.fresh_id();
    let repo = state.repo_mut(at);
    let workflow = repo.suites.iter().find(|known| known.id == suite).and_then(|known| known.workflow.as_ref());
    let job = workflow.map(|workflow| {
        let job = new.job.unwrap_or(Job { by_hand: true, ..Job::default() });
        Job { attempt: workflow.attempt, ..job }
    });
    repo.runs.push(CheckRun {
        id,
        suite,
        by: new.by,
        name: new.name,
        sha: new.sha,
        status: "queued".into(),
        conclusion: None,
        started_at: None,
        completed_at: None,
        details_url: None,
        external_id: None,
        title: None,
        summary: None,
        text: None,
        annotations: Vec::new(),
        actions: Vec::new(),
        job,
    });
    apply(state, at, id, change);
    announce(state, at, id, "created");
    settle(state, at, id)?;
    Ok(id)
}

/// Changes a check run and announces its end.
pub(in super::super) fn change_run(state: &mut State, at: At, id: u64, change: RunChange) -> Result<(), Error> {
    apply(state, at, id, change);
    settle(state, at, id)
}

fn apply(state: &mut State, at: At, id: u64, change: RunChange) {
    let now = time::now();
    let Some(run) = state.repo_mut(at).runs.iter_mut().find(|run| run.id == id) else { return };
    run.name = change.name.unwrap_or_else(|| std::mem::take(&mut run.name));
    let begins = run.status == "queued" && change.status.as_deref() == Some("in_progress");
    if let Some(status) = change.status {
        run.status = status;
    }
    if let Some(conclusion) = change.conclusion {
        run.conclusion = Some(conclusion);
        run.status = "completed".into();
    }
    if run.status != "completed" {
        run.conclusion = None;
        run.completed_at = None;
    } else {
        run.completed_at = change.completed_at.or(run.completed_at).or(Some(now));
    }
    // GitHub's webhooks name a moment for a run that is still queued too: when it was made.
    run.started_at = change.started_at.or(run.started_at.filter(|_| !begins)).or(Some(now));
    for (field, value) in [
        (&mut run.details_url, change.details_url),
        (&mut run.external_id, change.external_id),
        (&mut run.title, change.title),
        (&mut run.summary, change.summary),
        (&mut run.text, change.text),
    ] {
        if value.is_some() {
            *field = value;
        }
    }
    run.annotations.extend(change.annotations);
    if let Some(actions) = change.actions {
        run.actions = actions;
    }
}

/// Announces a completed run, and its suite when all its runs are completed.
fn settle(state: &mut State, at: At, id: u64) -> Result<(), Error> {
    let Some(run) = state.repo(at).runs.iter().find(|run| run.id == id) else { return Ok(()) };
    let (suite, done) = (run.suite, run.status == "completed");
    if done {
        announce(state, at, id, "completed");
    }
    let repo = state.repo_mut(at);
    let runs = latest(&repo.runs, |run| run.suite == suite);
    let status = if runs.iter().all(|run| run.status == "completed") {
        "completed"
    } else if runs.iter().all(|run| run.status == "queued") {
        "queued"
    } else {
        "in_progress"
    };
    let worst = ["failure", "timed_out", "cancelled", "action_required", "startup_failure", "stale", "success", "neutral", "skipped"];
    let conclusion = worst.iter().find(|word| runs.iter().any(|run| run.conclusion.as_deref() == Some(word)));
    let conclusion = conclusion.filter(|_| status == "completed").map(|word| (*word).to_owned());
    let Some(suite) = repo.suites.iter_mut().find(|known| known.id == suite) else { return Ok(()) };
    let begins = status == "in_progress" && suite.status != status;
    suite.status = status.into();
    suite.conclusion = conclusion;
    suite.updated_at = time::now();
    if done && status == "completed" {
        let suite = suite.clone();
        announce_suite(state, at, &suite, "completed")?;
        announce_workflow(state, at, &suite, "completed")?;
    } else if begins {
        let suite = suite.clone();
        announce_workflow(state, at, &suite, "in_progress")?;
    }
    Ok(())
}

/// The newest run of each name among those that `wanted` picks, as `filter=latest` gives them.
pub(in super::super) fn latest(runs: &[CheckRun], wanted: impl Fn(&CheckRun) -> bool) -> Vec<&CheckRun> {
    let mut found: Vec<&CheckRun> = Vec::new();
    for run in runs.iter().rev().filter(|run| wanted(run)) {
        if found.iter().all(|known| known.name != run.name || known.by != run.by) {
            found.push(run);
        }
    }
    found
}

fn checker(state: &mut State, by: Checker) -> String {
    match by {
        Checker::App => state.bot_login(),
        Checker::Actions => state.ensure_account("github-actions[bot]", AccountKind::Bot),
    }
}

fn announce(state: &mut State, at: At, id: u64, action: &str) {
    let Some(by) = state.repo(at).runs.iter().find(|run| run.id == id).map(|run| run.by) else { return };
    let by = checker(state, by);
    announce_run(state, at, id, action, &by, Map::new());
}

/// Announces something about a check run in somebody's name, with what stands beside it.
pub(in super::super) fn announce_run(state: &mut State, at: At, id: u64, action: &str, by: &str, mut extra: Map<String, Value>) {
    let repo = state.repo(at);
    let Some(run) = repo.runs.iter().find(|run| run.id == id) else { return };
    let mut shape = shapes::check_run(state, repo, run);
    if let Some(suite) = repo.suites.iter().find(|suite| suite.id == run.suite) {
        shape["check_suite"] = json!({
            "id": suite.id, "node_id": shapes::node("CS", suite.id), "head_branch": suite.branch, "head_sha": suite.sha,
            "status": suite.status, "conclusion": suite.conclusion, "before": suite.before, "after": suite.sha,
            "app": shapes::app_brief(state, run.by == Checker::App), "pull_requests": shape["pull_requests"],
            "created_at": time::rfc3339(suite.created_at), "updated_at": time::rfc3339(suite.updated_at)
        });
    }
    extra.insert("check_run".to_owned(), shape);
    emit(state, at, "check_run", Some(action), by, Value::Object(extra));
}

pub(in super::super) fn announce_suite(state: &mut State, at: At, suite: &Suite, action: &str) -> Result<(), Error> {
    let by = checker(state, suite.by);
    announce_suite_by(state, at, suite, action, &by)
}

pub(in super::super) fn announce_suite_by(state: &mut State, at: At, suite: &Suite, action: &str, by: &str) -> Result<(), Error> {
    let Some(head) = state.repo_mut(at).git.commit(&suite.sha)? else { return Ok(()) };
    let shape = shapes::check_suite(state, state.repo(at), suite, &head);
    emit(state, at, "check_suite", Some(action), by, json!({ "check_suite": shape }));
    Ok(())
}

/// Announces the workflow run behind a suite, if there is one.
pub(in super::super) fn announce_workflow(state: &mut State, at: At, suite: &Suite, action: &str) -> Result<(), Error> {
    let Some(workflow) = &suite.workflow else { return Ok(()) };
    let Some(head) = state.repo_mut(at).git.commit(&suite.sha)? else { return Ok(()) };
    let repo = state.repo(at);
    let extra = json!({
        "workflow": shapes::workflow(state, repo, workflow),
        "workflow_run": shapes::workflow_run(state, repo, suite, workflow, &head)
    });
    let by = workflow.actor.clone();
    emit(state, at, "workflow_run", Some(action), &by, extra);
    Ok(())
}

/// A commit status, as an older CI reports it.
pub(in super::super) fn add_status(state: &mut State, at: At, by: &str, mut status: Status) -> Result<u64, Error> {
    let (commit, branches) = where_it_stands(state, at, &status.sha)?;
    status.id = state.fresh_id();
    status.creator = state.ensure_account(by, AccountKind::User);
    status.created_at = time::now();
    let extra = json!({
        "id": status.id, "sha": status.sha, "name": state.repo(at).full_name(), "context": status.context, "state": status.state,
        "description": status.description, "target_url": status.target_url, "commit": commit, "branches": branches, "avatar_url": null,
        "created_at": time::rfc3339(status.created_at), "updated_at": time::rfc3339(status.created_at)
    });
    let id = status.id;
    let by = status.creator.clone();
    state.repo_mut(at).statuses.push(status);
    emit(state, at, "status", None, &by, extra);
    Ok(id)
}

/// The commit in full, and up to ten branches that have it, as the webhook of a status names them.
fn where_it_stands(state: &mut State, at: At, sha: &str) -> Result<(Value, Vec<Value>), Error> {
    let git = &mut state.repo_mut(at).git;
    let heads: Vec<(String, String)> = git.branches().map(|(name, head)| (name.to_owned(), head.to_owned())).collect();
    let mut having = Vec::new();
    for (name, head) in heads {
        if having.len() < 10 && git.is_ancestor(sha, &head)? {
            having.push((name, head));
        }
    }
    let commit = git.commit(sha)?;
    let api = format!("{}/repos/{}", shapes::api(state), state.repo(at).full_name());
    let branch = |(name, head): &(String, String)| json!({ "name": name, "commit": { "sha": head, "url": format!("{api}/commits/{head}") }, "protected": false });
    let shape = commit.map_or(Value::Null, |commit| shapes::commit(state, state.repo(at), &commit));
    Ok((shape, having.iter().map(branch).collect()))
}
