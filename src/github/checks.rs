//! What CI says of a commit: check runs, check suites and commit statuses, read back whole.

use serde::Deserialize;

use super::comment::ById;
use super::error::Error;
use super::moment;
use super::repository::Repository;
use crate::domain::Sha;
use crate::workflow::verdict::{Check, CheckState};

#[derive(Deserialize)]
struct RunPage {
    check_runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    id: u64,
    name: String,
    status: String,
    conclusion: Option<String>,
    app: Option<ById>,
    check_suite: Option<ById>,
    started_at: Option<String>,
    completed_at: Option<String>,
    html_url: Option<String>,
    details_url: Option<String>,
    output: Option<Output>,
}

#[derive(Deserialize)]
struct Output {
    title: Option<String>,
    summary: Option<String>,
}

#[derive(Deserialize)]
struct SuitePage {
    check_suites: Vec<Suite>,
}

#[derive(Deserialize)]
struct Suite {
    status: Option<String>,
    app: Option<Maker>,
    #[serde(default)]
    latest_check_runs_count: u64,
}

#[derive(Deserialize)]
struct Maker {
    id: u64,
    name: Option<String>,
}

#[derive(Deserialize)]
struct StatusPage {
    statuses: Vec<Status>,
}

#[derive(Deserialize)]
struct Status {
    context: String,
    state: String,
    description: Option<String>,
    target_url: Option<String>,
}

impl Repository {
    /// Every check of exactly this commit, our own included: of each check run and each status the newest, and every suite that
    /// is not completed, because more runs may come of it. GitHub makes an empty suite for each App as soon as a commit is pushed.
    pub async fn checks(&self, sha: &Sha) -> Result<Vec<Check>, Error> {
        let runs = self.get("/repos/{owner}/{repo}/commits/{ref}/check-runs", &[sha]).query("filter", "latest");
        let runs: Vec<RunPage> = self.pages(runs).await?;
        let suites = self.get("/repos/{owner}/{repo}/commits/{ref}/check-suites", &[sha]);
        let suites: Vec<SuitePage> = self.pages(suites).await?;
        let statuses: Vec<StatusPage> = self.pages(self.get("/repos/{owner}/{repo}/commits/{ref}/status", &[sha])).await?;
        let runs = runs.into_iter().flat_map(|page| page.check_runs).map(Check::from);
        let suites = suites.into_iter().flat_map(|page| page.check_suites).filter_map(open_suite);
        Ok(runs.chain(suites).chain(statuses.into_iter().flat_map(|page| page.statuses).map(Check::from)).collect())
    }
}

/// A suite that more is to be expected of, under its App's name.
fn open_suite(suite: Suite) -> Option<Check> {
    if suite.status.as_deref() == Some("completed") {
        return None;
    }
    let state = if suite.latest_check_runs_count == 0 { CheckState::Announced } else { CheckState::Pending };
    let (app, name) = suite.app.map_or((None, None), |app| (Some(app.id), app.name));
    Some(Check { name: name.unwrap_or_else(|| "an app".into()), app, state, ..Check::default() })
}

impl From<Run> for Check {
    fn from(run: Run) -> Self {
        let said = run.output.and_then(|o| o.title.filter(|t| !t.is_empty()).or(o.summary));
        Check {
            state: run_state(&run.status, run.conclusion.as_deref()),
            name: run.name,
            app: run.app.map(|a| a.id),
            url: run.html_url.or(run.details_url),
            summary: summary(said),
            id: Some(run.id),
            suite: run.check_suite.map(|suite| suite.id),
            began: run.started_at.as_deref().and_then(moment::read),
            ended: run.completed_at.as_deref().and_then(moment::read),
        }
    }
}

impl From<Status> for Check {
    fn from(status: Status) -> Self {
        let state = match status.state.as_str() {
            "success" => CheckState::Passed,
            "failure" | "error" => CheckState::Failed,
            _ => CheckState::Pending,
        };
        Check { name: status.context, state, url: status.target_url, summary: summary(status.description), ..Check::default() }
    }
}

/// A status or conclusion that GitHub does not have yet waits or is nobody's knowledge; it is never green.
pub(super) fn run_state(status: &str, conclusion: Option<&str>) -> CheckState {
    match (status, conclusion) {
        ("completed", Some("success" | "neutral" | "skipped")) => CheckState::Passed,
        ("completed", Some("failure" | "timed_out" | "action_required" | "startup_failure")) => CheckState::Failed,
        ("completed", _) => CheckState::Cancelled,
        _ => CheckState::Pending,
    }
}

/// The first line that says something, at most 300 characters.
fn summary(text: Option<String>) -> Option<String> {
    let text = text?;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    Some(line.chars().take(300).collect())
}
