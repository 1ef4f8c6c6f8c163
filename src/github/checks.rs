//! What CI says of a commit: check runs and commit statuses, read back whole.

use serde::Deserialize;

use super::comment::ById;
use super::error::Error;
use super::repository::Repository;
use crate::domain::Sha;
use crate::workflow::verdict::{Check, CheckState};

#[derive(Deserialize)]
struct RunPage {
    check_runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    name: String,
    status: String,
    conclusion: Option<String>,
    app: Option<ById>,
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
    /// Every check of exactly this commit, our own included: of each check run and each status the newest.
    pub async fn checks(&self, sha: &Sha) -> Result<Vec<Check>, Error> {
        let runs = self.get("/repos/{owner}/{repo}/commits/{ref}/check-runs", &[sha]).query("filter", "latest");
        let runs: Vec<RunPage> = self.pages(runs).await?;
        let statuses: Vec<StatusPage> = self.pages(self.get("/repos/{owner}/{repo}/commits/{ref}/status", &[sha])).await?;
        let runs = runs.into_iter().flat_map(|page| page.check_runs).map(Check::from);
        Ok(runs.chain(statuses.into_iter().flat_map(|page| page.statuses).map(Check::from)).collect())
    }
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
        Check { name: status.context, app: None, state, url: status.target_url, summary: summary(status.description) }
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
