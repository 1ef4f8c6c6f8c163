//! Check runs, check suites, commit statuses.

use serde_json::{Value, json};

use super::super::acts::{self, NewRun, RunChange};
use super::super::answer::{Answer, Answered};
use super::super::checks::ACTIONS;
use super::super::permissions::Level::{Read, Write};
use super::super::permissions::Need;
use super::super::shapes;
use super::super::state::{CheckRun, Checker, Status, Suite};
use super::check_input::change;
use super::commits::named;
use super::{Call, Route, any, route};

const READ: Need = any(&[("checks", Read)]);
const WRITE: Need = any(&[("checks", Write)]);
const STATUSES: Need = any(&[("statuses", Read)]);

pub(super) const ROUTES: &[Route] = &[
    route("POST", "/repos/{owner}/{repo}/check-runs", WRITE, create),
    route("GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}", READ, get),
    route("PATCH", "/repos/{owner}/{repo}/check-runs/{check_run_id}", WRITE, update),
    route("GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", READ, annotations),
    route("POST", "/repos/{owner}/{repo}/check-runs/{check_run_id}/rerequest", WRITE, rerequest),
    route("GET", "/repos/{owner}/{repo}/check-suites/{check_suite_id}", READ, suite),
    route("POST", "/repos/{owner}/{repo}/check-suites/{check_suite_id}/rerequest", WRITE, rerequest_suite),
    route("GET", "/repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs", READ, runs_of_suite),
    route("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", READ, runs_of_commit),
    route("GET", "/repos/{owner}/{repo}/commits/{ref}/check-suites", READ, suites_of_commit),
    route("GET", "/repos/{owner}/{repo}/commits/{ref}/status", STATUSES, combined),
    route("GET", "/repos/{owner}/{repo}/commits/{ref}/statuses", STATUSES, statuses),
    route("POST", "/repos/{owner}/{repo}/statuses/{sha}", any(&[("statuses", Write)]), create_status),
];

fn shown(call: &Call<'_>, id: u64) -> Result<Value, Answer> {
    let repo = call.state.repo(call.at()?);
    let run = repo.runs.iter().find(|run| run.id == id).ok_or_else(Answer::not_found)?;
    Ok(shapes::check_run(call.state, repo, run))
}

fn get(call: &mut Call<'_>) -> Answered {
    let id = call.number("check_run_id")?;
    Ok(Answer::ok(shown(call, id)?))
}

fn create(call: &mut Call<'_>) -> Answered {
    let at = call.at()?;
    let (name, sha) = (call.required("CheckRun", "name")?, call.required("CheckRun", "head_sha")?);
    let change = change(call)?;
    if call.state.repo_mut(at).git.commit(&sha)?.is_none() {
        return Err(Answer::unprocessable(format!("No commit found for SHA: {sha}")));
    }
    let id = acts::create_run(call.state, at, NewRun { by: Checker::App, name, sha, suite: None, job: None }, change)?;
    Ok(Answer::created(shown(call, id)?))
}

fn update(call: &mut Call<'_>) -> Answered {
    let (at, id) = (call.at()?, call.number("check_run_id")?);
    let run = call.state.repo(at).runs.iter().find(|run| run.id == id).ok_or_else(Answer::not_found)?;
    if run.by != Checker::App {
        return Err(Answer::refusal(403, "Invalid app_id `15368` - check run can only be modified by the GitHub App that created it."));
    }
    let change = RunChange { name: call.text("CheckRun", "name")?, ..change(call)? };
    acts::change_run(call.state, at, id, change)?;
    Ok(Answer::ok(shown(call, id)?))
}

fn annotations(call: &mut Call<'_>) -> Answered {
    let id = call.number("check_run_id")?;
    let run = call.state.repo(call.at()?).runs.iter().find(|run| run.id == id).ok_or_else(Answer::not_found)?;
    let repo = call.state.repo(call.at()?);
    let all = run.annotations.iter().map(|sent| shapes::annotation(call.state, repo, &run.sha, sent)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

/// GitHub asks the App that made the check; others' checks are not for it to ask for.
fn rerequest(call: &mut Call<'_>) -> Answered {
    let (at, id, by) = (call.at()?, call.number("check_run_id")?, call.actor());
    let run = call.state.repo(at).runs.iter().find(|run| run.id == id).ok_or_else(Answer::not_found)?;
    if run.by != Checker::App {
        return Err(Answer::refusal(403, "This check run is not rerequestable"));
    }
    if run.status != "completed" {
        return Err(Answer::unprocessable("This check run is not rerequestable"));
    }
    acts::rerequest(call.state, at, id, &by);
    Ok(Answer::created(json!({})))
}

fn rerequest_suite(call: &mut Call<'_>) -> Answered {
    let (at, id, by) = (call.at()?, call.number("check_suite_id")?, call.actor());
    let suite = call.state.repo(at).suites.iter().find(|suite| suite.id == id).ok_or_else(Answer::not_found)?;
    if suite.by != Checker::App {
        return Err(Answer::refusal(403, "This check suite is not rerequestable"));
    }
    acts::rerequest_suite(call.state, at, id, &by)?;
    Ok(Answer::created(json!({})))
}

fn suite(call: &mut Call<'_>) -> Answered {
    let (at, id) = (call.at()?, call.number("check_suite_id")?);
    let suite = call.state.repo(at).suites.iter().find(|s| s.id == id).cloned().ok_or_else(Answer::not_found)?;
    let head = call.state.repo_mut(at).git.commit(&suite.sha)?.ok_or_else(Answer::not_found)?;
    Ok(Answer::ok(shapes::check_suite(call.state, call.state.repo(at), &suite, &head)))
}

fn listed(call: &Call<'_>, wanted: impl Fn(&CheckRun) -> bool) -> Answered {
    let repo = call.state.repo(call.at()?);
    let (name, status, app) = (call.query("check_name"), call.query("status"), call.query("app_id").and_then(|id| id.parse::<u64>().ok()));
    let app_of = |run: &CheckRun| if run.by == Checker::App { call.state.app.id } else { ACTIONS };
    let wanted = |run: &CheckRun| {
        wanted(run)
            && name.is_none_or(|n| run.name == n)
            && status.is_none_or(|s| run.status == s)
            && app.is_none_or(|id| app_of(run) == id)
    };
    let runs: Vec<&CheckRun> = if call.query("filter") == Some("all") {
        repo.runs.iter().rev().filter(|run| wanted(run)).collect()
    } else {
        // Of each suite: a job of the same name in another workflow is another check.
        let newest = |run: &CheckRun| acts::latest(&repo.runs, |other| other.suite == run.suite).iter().any(|known| known.id == run.id);
        repo.runs.iter().rev().filter(|run| wanted(run) && newest(run)).collect()
    };
    let all: Vec<Value> = runs.into_iter().map(|run| shapes::check_run(call.state, repo, run)).collect();
    Ok(call.page(all, |page, total| json!({ "total_count": total, "check_runs": page })))
}

fn runs_of_suite(call: &mut Call<'_>) -> Answered {
    let id = call.number("check_suite_id")?;
    listed(call, |run| run.suite == id)
}

fn runs_of_commit(call: &mut Call<'_>) -> Answered {
    let sha = named(call)?;
    listed(call, |run| run.sha == sha)
}

fn suites_of_commit(call: &mut Call<'_>) -> Answered {
    let (at, sha) = (call.at()?, named(call)?);
    let head = call.state.repo_mut(at).git.commit(&sha)?.ok_or_else(Answer::not_found)?;
    let repo = call.state.repo(at);
    let suites: Vec<&Suite> = repo.suites.iter().filter(|suite| suite.sha == sha).collect();
    let all: Vec<Value> = suites.into_iter().map(|suite| shapes::check_suite(call.state, repo, suite, &head)).collect();
    Ok(call.page(all, |page, total| json!({ "total_count": total, "check_suites": page })))
}

fn combined(call: &mut Call<'_>) -> Answered {
    let (at, sha) = (call.at()?, named(call)?);
    Ok(Answer::ok(shapes::combined_status(call.state, call.state.repo(at), &sha)))
}

fn statuses(call: &mut Call<'_>) -> Answered {
    let (at, sha) = (call.at()?, named(call)?);
    let repo = call.state.repo(at);
    let all: Vec<Value> =
        repo.statuses.iter().rev().filter(|status| status.sha == sha).map(|s| shapes::repository_status(call.state, repo, s)).collect();
    Ok(call.page(all, |page, _| Value::Array(page)))
}

fn create_status(call: &mut Call<'_>) -> Answered {
    let (at, by, sha) = (call.at()?, call.actor(), call.parameter("sha").to_owned());
    let state = call.required("Status", "state")?;
    if !["error", "failure", "pending", "success"].contains(&state.as_str()) {
        return Err(Answer::invalid("Status", "state", "custom", Some(format!("{state} is not a state"))));
    }
    if call.state.repo_mut(at).git.commit(&sha)?.is_none() {
        return Err(Answer::unprocessable(format!("No commit found for SHA: {sha}")));
    }
    let status = Status {
        id: 0,
        sha,
        state,
        context: call.text("Status", "context")?.unwrap_or_else(|| "default".into()),
        description: call.text("Status", "description")?,
        target_url: call.text("Status", "target_url")?,
        creator: by.clone(),
        created_at: crate::domain::Timestamp(0),
    };
    let id = acts::add_status(call.state, at, &by, status)?;
    let repo = call.state.repo(at);
    let made = repo.statuses.iter().find(|s| s.id == id).ok_or_else(Answer::not_found)?;
    Ok(Answer::created(shapes::repository_status(call.state, repo, made)))
}
