//! Workflow runs, their jobs, and the annotations of check runs.

use serde_json::{Value, json};

use super::super::checks::{CheckRun, Suite, Workflow};
use super::super::git::Commit;
use super::super::state::{Repository, State};
use super::super::time;
use super::checks::pulls_of;
use super::{api, escape, minimal_repository, moment, node, push_commit, user};

/// Of a workflow file: the same number for the same path.
fn workflow_id(path: &str) -> u64 {
    path.bytes().fold(7, |id: u64, byte| (id * 31 + u64::from(byte)) % 100_000_007)
}

pub(in super::super) fn workflow(state: &State, repo: &Repository, workflow: &Workflow) -> Value {
    let (full, id) = (repo.full_name(), workflow_id(&workflow.path));
    let file = workflow.path.rsplit('/').next().unwrap_or_default();
    json!({
        "id": id,
        "node_id": node("W", id),
        "name": workflow.name,
        "path": workflow.path,
        "state": "active",
        "created_at": time::rfc3339(repo.created_at),
        "updated_at": time::rfc3339(repo.created_at),
        "url": format!("{}/repos/{full}/actions/workflows/{id}", api(state)),
        "html_url": format!("{}/{full}/blob/{}/{}", state.base, escape(&repo.default_branch), escape(&workflow.path)),
        "badge_url": format!("{}/{full}/actions/workflows/{}/badge.svg", state.base, escape(file))
    })
}

/// The run behind a check suite.
pub(in super::super) fn workflow_run(state: &State, repo: &Repository, suite: &Suite, workflow: &Workflow, head: &Commit) -> Value {
    let (full, api, id) = (repo.full_name(), api(state), workflow.id);
    let url = format!("{api}/repos/{full}/actions/runs/{id}");
    let previous = (workflow.attempt > 1).then(|| format!("{url}/attempts/{}", workflow.attempt - 1));
    json!({
        "id": id,
        "name": workflow.name,
        "node_id": node("WFR", id),
        "head_branch": suite.branch,
        "head_sha": suite.sha,
        "path": workflow.path,
        "display_title": head.message.lines().next().unwrap_or_default(),
        "run_number": workflow.number,
        "run_attempt": workflow.attempt,
        "event": "push",
        "status": suite.status,
        "conclusion": suite.conclusion,
        "workflow_id": workflow_id(&workflow.path),
        "check_suite_id": suite.id,
        "check_suite_node_id": node("CS", suite.id),
        "url": url,
        "html_url": format!("{}/{full}/actions/runs/{id}", state.base),
        "pull_requests": pulls_of(state, repo, &suite.sha),
        "created_at": time::rfc3339(suite.created_at),
        "updated_at": time::rfc3339(suite.updated_at),
        "run_started_at": time::rfc3339(workflow.started_at),
        "actor": user(state, &workflow.actor),
        "triggering_actor": user(state, &workflow.actor),
        "referenced_workflows": [],
        "jobs_url": format!("{url}/jobs"),
        "logs_url": format!("{url}/logs"),
        "check_suite_url": format!("{api}/repos/{full}/check-suites/{}", suite.id),
        "artifacts_url": format!("{url}/artifacts"),
        "cancel_url": format!("{url}/cancel"),
        "rerun_url": format!("{url}/rerun"),
        "previous_attempt_url": previous,
        "workflow_url": format!("{api}/repos/{full}/actions/workflows/{}", workflow_id(&workflow.path)),
        "head_commit": push_commit(state, repo, head, &[]),
        "repository": minimal_repository(state, repo),
        "head_repository": minimal_repository(state, repo)
    })
}

/// The job behind a check run; `Null` for a run that has none.
pub(in super::super) fn job(state: &State, repo: &Repository, run: &CheckRun) -> Value {
    let suite = repo.suites.iter().find(|suite| suite.id == run.suite);
    let Some((suite, workflow, job)) = suite.and_then(|suite| Some((suite, suite.workflow.as_ref()?, run.job.as_ref()?))) else {
        return Value::Null;
    };
    let (full, api) = (repo.full_name(), api(state));
    let steps = job.done.iter().enumerate().map(|(place, (name, conclusion))| {
        json!({ "name": name, "status": "completed", "conclusion": conclusion, "number": place + 1,
            "started_at": moment(run.started_at), "completed_at": moment(run.completed_at) })
    });
    let begun = run.started_at.unwrap_or(workflow.started_at);
    let has_runner = run.status != "queued";
    json!({
        "id": run.id,
        "node_id": node("CR", run.id),
        "run_id": workflow.id,
        "run_url": format!("{api}/repos/{full}/actions/runs/{}", workflow.id),
        "run_attempt": job.attempt,
        "head_sha": run.sha,
        "head_branch": suite.branch,
        "workflow_name": workflow.name,
        "name": run.name,
        "url": format!("{api}/repos/{full}/actions/jobs/{}", run.id),
        "html_url": page(state, repo, workflow, run.id),
        "status": run.status,
        "conclusion": run.conclusion,
        "created_at": time::rfc3339(workflow.started_at),
        "started_at": time::rfc3339(begun),
        "completed_at": moment(run.completed_at),
        "steps": steps.collect::<Vec<_>>(),
        "check_run_url": format!("{api}/repos/{full}/check-runs/{}", run.id),
        "labels": ["ubuntu-latest"],
        "runner_id": has_runner.then_some(1),
        "runner_name": has_runner.then_some("GitHub Actions 1"),
        "runner_group_id": has_runner.then_some(0),
        "runner_group_name": has_runner.then_some("GitHub Actions")
    })
}

/// The page of a job.
pub(super) fn page(state: &State, repo: &Repository, workflow: &Workflow, job: u64) -> String {
    format!("{}/{}/actions/runs/{}/job/{job}", state.base, repo.full_name(), workflow.id)
}

/// An annotation with all fields that GitHub shows.
pub(in super::super) fn annotation(state: &State, repo: &Repository, sha: &str, sent: &Value) -> Value {
    let path = sent["path"].as_str().unwrap_or_default();
    json!({
        "path": path,
        "blob_href": format!("{}/{}/blob/{sha}/{}", state.base, repo.full_name(), escape(path)),
        "start_line": sent["start_line"],
        "end_line": sent["end_line"],
        "start_column": sent["start_column"],
        "end_column": sent["end_column"],
        "annotation_level": sent["annotation_level"],
        "title": sent["title"],
        "message": sent["message"],
        "raw_details": sent["raw_details"]
    })
}
