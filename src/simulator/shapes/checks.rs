//! Check suites, check runs, commit statuses and workflow runs.

use serde_json::{Value, json};

use super::super::git::Commit;
use super::super::state::{CheckRun, Checker, Repository, State, Status, Suite};
use super::super::time;
use super::{api, app_brief, minimal_repository, moment, node, pull_brief, push_commit, user};

fn pulls_of(state: &State, repo: &Repository, sha: &str) -> Vec<Value> {
    repo.pulls()
        .filter(|(issue, pull)| issue.open && pull.head_sha == sha)
        .map(|(issue, pull)| pull_brief(state, repo, issue, pull))
        .collect()
}

pub(in super::super) fn check_run(state: &State, repo: &Repository, run: &CheckRun) -> Value {
    let full = repo.full_name();
    let url = format!("{}/repos/{full}/check-runs/{}", api(state), run.id);
    let html = format!("{}/{full}/runs/{}", state.base, run.id);
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
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
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

/// The Actions run behind a check suite.
pub(in super::super) fn workflow_run(state: &State, repo: &Repository, suite: &Suite, head: &Commit) -> Value {
    let url = format!("{}/repos/{}/actions/runs/{}", api(state), repo.full_name(), suite.id);
    let html = format!("{}/{}/actions/runs/{}", state.base, repo.full_name(), suite.id);
    let workflows = format!("{}/repos/{}/actions/workflows/1", api(state), repo.full_name());
    json!({
        "id": suite.id,
        "name": "CI",
        "node_id": node("WFR", suite.id),
        "head_branch": suite.branch,
        "head_sha": suite.sha,
        "path": ".github/workflows/ci.yml",
        "display_title": head.message.lines().next().unwrap_or_default(),
        "run_number": 1,
        "run_attempt": 1,
        "event": "push",
        "status": suite.status,
        "conclusion": suite.conclusion,
        "workflow_id": 1,
        "check_suite_id": suite.id,
        "url": url,
        "html_url": html,
        "pull_requests": pulls_of(state, repo, &suite.sha),
        "created_at": time::rfc3339(suite.created_at),
        "updated_at": time::rfc3339(suite.updated_at),
        "jobs_url": format!("{url}/jobs"),
        "logs_url": format!("{url}/logs"),
        "check_suite_url": format!("{}/repos/{}/check-suites/{}", api(state), repo.full_name(), suite.id),
        "artifacts_url": format!("{url}/artifacts"),
        "cancel_url": format!("{url}/cancel"),
        "rerun_url": format!("{url}/rerun"),
        "workflow_url": workflows,
        "head_commit": push_commit(state, repo, head, &[]),
        "repository": minimal_repository(state, repo),
        "head_repository": minimal_repository(state, repo)
    })
}
