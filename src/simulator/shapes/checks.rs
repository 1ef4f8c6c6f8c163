//! Check suites, check runs and commit statuses.

use serde_json::{Value, json};

use super::super::git::Commit;
use super::super::state::{CheckRun, Checker, Repository, State, Status, Suite};
use super::super::time;
use super::{actions, api, app_brief, minimal_repository, moment, node, pull_brief, push_commit, user};

pub(super) fn pulls_of(state: &State, repo: &Repository, sha: &str) -> Vec<Value> {
    repo.pulls()
        .filter(|(issue, pull)| issue.open && pull.head_sha == sha)
        .map(|(issue, pull)| pull_brief(state, repo, issue, pull))
        .collect()
}

/// A check of GitHub Actions has no output of its own: what happened stands in its job's log and in its annotations.
pub(in super::super) fn check_run(state: &State, repo: &Repository, run: &CheckRun) -> Value {
    let full = repo.full_name();
    let url = format!("{}/repos/{full}/check-runs/{}", api(state), run.id);
    let workflow = repo.suites.iter().find(|suite| suite.id == run.suite).and_then(|suite| suite.workflow.as_ref());
    let html =
        workflow.map_or_else(|| format!("{}/{full}/runs/{}", state.base, run.id), |workflow| actions::page(state, repo, workflow, run.id));
    let output = |text: &Option<String>| text.clone().filter(|_| run.job.is_none());
    json!({
        "id": run.id,
        "node_id": node("CR", run.id),
        "name": run.name,
        "head_sha": run.sha,
        "external_id": run.external_id.clone().unwrap_or_default(),
        "url": url,
        "html_url": html,
        "details_url": run.details_url.clone().unwrap_or(html),
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": moment(run.started_at),
        "completed_at": moment(run.completed_at),
        "output": {
            "title": output(&run.title),
            "summary": output(&run.summary),
            "text": output(&run.text),
            "annotations_count": run.annotations.len(),
            "annotations_url": format!("{url}/annotations")
        },
        "check_suite": { "id": run.suite },
        "app": app_brief(state, run.by == Checker::App),
        "pull_requests": pulls_of(state, repo, &run.sha)
    })
}

pub(in super::super) fn check_suite(state: &State, repo: &Repository, suite: &Suite, head: &Commit) -> Value {
    let url = format!("{}/repos/{}/check-suites/{}", api(state), repo.full_name(), suite.id);
    json!({
        "id": suite.id,
        "node_id": node("CS", suite.id),
        "head_branch": suite.branch,
        "head_sha": suite.sha,
        "status": suite.status,
        "conclusion": suite.conclusion,
        "url": url,
        "before": suite.before,
        "after": suite.sha,
        "pull_requests": pulls_of(state, repo, &suite.sha),
        "app": app_brief(state, suite.by == Checker::App),
        "repository": minimal_repository(state, repo),
        "created_at": time::rfc3339(suite.created_at),
        "updated_at": time::rfc3339(suite.updated_at),
        "head_commit": push_commit(state, repo, head, &[]),
        "latest_check_runs_count": repo.runs.iter().filter(|run| run.suite == suite.id).count(),
        "check_runs_url": format!("{url}/check-runs"),
        "rerequestable": true,
        "runs_rerequestable": true
    })
}

/// A commit status in the form of lists and of the combined status.
pub(in super::super) fn status(state: &State, repo: &Repository, status: &Status) -> Value {
    json!({
        "url": format!("{}/repos/{}/statuses/{}", api(state), repo.full_name(), status.sha),
        "avatar_url": null,
        "id": status.id,
        "node_id": node("SC", status.id),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": time::rfc3339(status.created_at),
        "updated_at": time::rfc3339(status.created_at)
    })
}

/// The same with its creator.
pub(in super::super) fn repository_status(state: &State, repo: &Repository, one: &Status) -> Value {
    let mut shape = status(state, repo, one);
    shape["creator"] = user(state, &one.creator);
    shape
}

/// The newest status of each context, and what they amount to: failure before pending before success.
pub(in super::super) fn combined_status(state: &State, repo: &Repository, sha: &str) -> Value {
    let mut newest: Vec<&Status> = Vec::new();
    for status in repo.statuses.iter().rev().filter(|s| s.sha == sha) {
        if newest.iter().all(|known| known.context != status.context) {
            newest.push(status);
        }
    }
    let has = |word: &str| newest.iter().any(|s| s.state == word);
    let amounts_to = if has("failure") || has("error") {
        "failure"
    } else if newest.is_empty() || has("pending") {
        "pending"
    } else {
        "success"
    };
    let url = format!("{}/repos/{}/commits/{sha}", api(state), repo.full_name());
    json!({
        "state": amounts_to,
        "sha": sha,
        "total_count": newest.len(),
        "statuses": newest.iter().map(|s| status(state, repo, s)).collect::<Vec<_>>(),
        "repository": minimal_repository(state, repo),
        "commit_url": url,
        "url": format!("{url}/status")
    })
}
