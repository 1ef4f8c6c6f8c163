//! Workflow runs, their jobs, their logs, and running them again.

use serde_json::{Value, json};

use super::super::acts::{self, Again};
use super::super::answer::{Answer, Answered};
use super::super::checks::Log;
use super::super::logs::{self, What};
use super::super::permissions::Level::{Read, Write};
use super::super::permissions::Need;
use super::super::shapes;
use super::super::state::{CheckRun, Suite};
use super::{Call, Route, any, route};

const READ: Need = any(&[("actions", Read)]);
const WRITE: Need = any(&[("actions", Write)]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "/repos/{owner}/{repo}/actions/runs", READ, list),
    route("GET", "/repos/{owner}/{repo}/actions/runs/{run_id}/jobs", READ, jobs),
    route("GET", "/repos/{owner}/{repo}/actions/runs/{run_id}/logs", READ, logs_of_run),
    route("POST", "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", WRITE, rerun_failed),
    route("POST", "/repos/{owner}/{repo}/actions/runs/{run_id}/rerun", WRITE, rerun),
    route("GET", "/repos/{owner}/{repo}/actions/runs/{run_id}", READ, get),
    route("GET", "/repos/{owner}/{repo}/actions/jobs/{job_id}/logs", READ, log_of_job),
    route("POST", "/repos/{owner}/{repo}/actions/jobs/{job_id}/rerun", WRITE, rerun_job),
    route("GET", "/repos/{owner}/{repo}/actions/jobs/{job_id}", READ, job),
];

const GONE: &str = "The logs for this run have expired and are no longer available.";

/// The suite of the workflow run that the path names.
fn named(call: &Call<'_>) -> Result<Suite, Answer> {
    let id = call.number("run_id")?;
    let mut suites = call.state.repo(call.at()?).suites.iter();
    suites.find(|suite| suite.workflow.as_ref().is_some_and(|workflow| workflow.id == id)).cloned().ok_or_else(Answer::not_found)
}

/// The check run of the job that the path names.
fn named_job<'c>(call: &'c Call<'_>) -> Result<&'c CheckRun, Answer> {
    let id = call.number("job_id")?;
    let mut runs = call.state.repo(call.at()?).runs.iter();
    runs.find(|run| run.id == id && run.job.is_some()).ok_or_else(Answer::not_found)
}

fn shown(call: &mut Call<'_>, suite: &Suite) -> Result<Value, Answer> {
    let at = call.at()?;
    let head = call.state.repo_mut(at).git.commit(&suite.sha)?.ok_or_else(Answer::not_found)?;
    let workflow = suite.workflow.as_ref().ok_or_else(Answer::not_found)?;
    Ok(shapes::workflow_run(call.state, call.state.repo(at), suite, workflow, &head))
}

fn list(call: &mut Call<'_>) -> Answered {
    let (sha, branch, status) = (call.query("head_sha"), call.query("branch"), call.query("status"));
    let (event, suite_id) = (call.query("event"), call.query("check_suite_id"));
    let wanted = |suite: &&Suite| {
        suite.workflow.is_some()
            && sha.is_none_or(|sha| suite.sha == sha)
            && branch.is_none_or(|branch| suite.branch.as_deref() == Some(branch))
            && status.is_none_or(|status| suite.status == status || suite.conclusion.as_deref() == Some(status))
            && event.is_none_or(|event| event == "push")
            && suite_id.is_none_or(|id| suite.id.to_string() == id)
    };
    let suites: Vec<Suite> = call.state.repo(call.at()?).suites.iter().rev().filter(wanted).cloned().collect();
    let all: Vec<Value> = suites.iter().map(|suite| shown(call, suite)).collect::<Result<_, _>>()?;
    Ok(call.page(all, |page, total| json!({ "total_count": total, "workflow_runs": page })))
}

fn get(call: &mut Call<'_>) -> Answered {
    let suite = named(call)?;
    Ok(Answer::ok(shown(call, &suite)?))
}

/// `filter=latest`: of each job the newest; one that succeeded and was not run again keeps the attempt in which it ran.
fn jobs(call: &mut Call<'_>) -> Answered {
    let suite = named(call)?.id;
    let repo = call.state.repo(call.at()?);
    let mut runs: Vec<&CheckRun> = if call.query("filter") == Some("all") {
        repo.runs.iter().rev().filter(|run| run.suite == suite).collect()
    } else {
        acts::latest(&repo.runs, |run| run.suite == suite)
    };
    runs.reverse();
    let all: Vec<Value> = runs.into_iter().map(|run| shapes::job(call.state, repo, run)).collect();
    Ok(call.page(all, |page, total| json!({ "total_count": total, "jobs": page })))
}

fn job(call: &mut Call<'_>) -> Answered {
    let shape = shapes::job(call.state, call.state.repo(call.at()?), named_job(call)?);
    Ok(Answer::ok(shape))
}

fn redirect(call: &mut Call<'_>, what: What) -> Answered {
    let address = logs::address(call.state, what);
    Ok(Answer::empty(302).with("location", address))
}

fn log_of_job(call: &mut Call<'_>) -> Answered {
    let (at, run) = (call.at()?, named_job(call)?);
    let id = run.id;
    match run.job.as_ref().map(|job| &job.log) {
        None | Some(Log::Unwritten) => Err(Answer::not_found()),
        Some(Log::Expired) => Err(Answer::refusal(410, GONE)),
        Some(Log::Kept { .. } | Log::Lost) => redirect(call, What::Job(at, id)),
    }
}

fn logs_of_run(call: &mut Call<'_>) -> Answered {
    let (at, suite) = (call.at()?, named(call)?);
    let runs = acts::latest(&call.state.repo(at).runs, |run| run.suite == suite.id);
    if suite.status != "completed" || runs.is_empty() {
        return Err(Answer::not_found());
    }
    if runs.iter().any(|run| run.job.as_ref().is_some_and(|job| matches!(job.log, Log::Expired))) {
        return Err(Answer::refusal(410, GONE));
    }
    redirect(call, What::Run(at, suite.id))
}

fn start_again(call: &mut Call<'_>, suite: u64, which: Again) -> Answered {
    let (at, by) = (call.at()?, call.actor());
    acts::again(call.state, at, suite, which, &by)?;
    Ok(Answer::created(json!({})))
}

fn rerun_failed(call: &mut Call<'_>) -> Answered {
    let suite = named(call)?.id;
    start_again(call, suite, Again::Failed)
}

fn rerun(call: &mut Call<'_>) -> Answered {
    let suite = named(call)?.id;
    start_again(call, suite, Again::All)
}

fn rerun_job(call: &mut Call<'_>) -> Answered {
    let run = named_job(call)?;
    let (suite, id) = (run.suite, run.id);
    start_again(call, suite, Again::One(id))
}
