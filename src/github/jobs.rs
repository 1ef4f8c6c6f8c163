//! What a failed check left behind: its own output, annotations, and for GitHub Actions the job's log; and having failed jobs run again.
//!
//! A check run of GitHub Actions bears the number of its job: https://docs.github.com/en/rest/actions/workflow-jobs

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::json;

use super::error::Error;
use super::repository::Repository;
use crate::domain::Sha;

/// A log is read from its end: so many bytes of it.
const MOST_OF_A_LOG: usize = 20 << 20;
/// The `app.slug` of GitHub Actions.
const ACTIONS: &str = "github-actions";

/// A check run with everything that it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckDetails {
    /// `failure`, `cancelled`, `timed_out`, …; empty while it is to end.
    pub conclusion: String,
    /// Title, summary and text of its output, as far as there are any.
    pub output: String,
    pub annotations: Vec<Annotation>,
    /// Whether it is a job of GitHub Actions, and of which workflow run.
    pub workflow_run: Option<u64>,
}

/// A place that a check complains about.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Annotation {
    pub path: String,
    /// From 1.
    pub start_line: usize,
    #[serde(default)]
    pub annotation_level: Option<String>,
    #[serde(default)]
    pub message: Option<String>,
}

#[derive(Deserialize)]
struct Run {
    conclusion: Option<String>,
    output: Option<Output>,
    app: Option<Maker>,
    html_url: Option<String>,
    details_url: Option<String>,
}

#[derive(Deserialize)]
struct Output {
    title: Option<String>,
    summary: Option<String>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Maker {
    slug: Option<String>,
}

#[derive(Deserialize)]
struct Runs {
    workflow_runs: Vec<WorkflowRun>,
}

#[derive(Deserialize)]
struct WorkflowRun {
    workflow_id: u64,
    check_suite_id: Option<u64>,
}

#[derive(Deserialize)]
struct Jobs {
    jobs: Vec<Job>,
}

#[derive(Deserialize)]
struct Job {
    id: u64,
    status: String,
}

impl Repository {
    /// What a check run says. [`Error::NotFound`] where it is gone.
    pub async fn check_details(&self, check_run: u64) -> Result<CheckDetails, Error> {
        let run: Run = self.json(&self.get("/repos/{owner}/{repo}/check-runs/{check_run_id}", &[&check_run])).await?;
        let annotations = self.get("/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", &[&check_run]);
        let annotations: Vec<Vec<Annotation>> = self.pages(annotations).await?;
        let is_job = run.app.and_then(|app| app.slug).as_deref() == Some(ACTIONS);
        let addresses = [run.details_url, run.html_url];
        let workflow_run = addresses.iter().flatten().find_map(|address| workflow_run(address)).filter(|_| is_job);
        let output = run.output.map(|output| [output.title, output.summary, output.text]).into_iter().flatten().flatten();
        Ok(CheckDetails {
            conclusion: run.conclusion.unwrap_or_default(),
            output: output.filter(|text| !text.trim().is_empty()).collect::<Vec<_>>().join("\n\n"),
            annotations: annotations.into_iter().flatten().collect(),
            workflow_run,
        })
    }

    /// The end of a job's log, up to 20 MiB; `None` where it expired or was lost. GitHub names another host for it, to which reqwest
    /// takes no credential of ours.
    pub async fn job_log(&self, job: u64) -> Result<Option<Vec<u8>>, Error> {
        let call = self.get("/repos/{owner}/{repo}/actions/jobs/{job_id}/logs", &[&job]);
        match self.request(&call).await {
            Ok(answer) => {
                let from = answer.body.len().saturating_sub(MOST_OF_A_LOG);
                Ok(Some(answer.body.slice(from..).to_vec()))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) if error.trouble().status == Some(410) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Which workflow each check suite of the commit is a run of.
    pub async fn workflows_of(&self, commit: &Sha) -> Result<BTreeMap<u64, u64>, Error> {
        let call = self.get("/repos/{owner}/{repo}/actions/runs", &[]).query("head_sha", commit);
        let pages: Vec<Runs> = self.pages(call).await?;
        let runs = pages.into_iter().flat_map(|page| page.workflow_runs);
        Ok(runs.filter_map(|run| Some((run.check_suite_id?, run.workflow_id))).collect())
    }

    /// The jobs of a workflow run's newest attempt, by their numbers, and whether each has ended.
    pub async fn newest_jobs(&self, workflow_run: u64) -> Result<BTreeMap<u64, bool>, Error> {
        let call = self.get("/repos/{owner}/{repo}/actions/runs/{run_id}/jobs", &[&workflow_run]).query("filter", "latest");
        let pages: Vec<Jobs> = self.pages(call).await?;
        Ok(pages.into_iter().flat_map(|page| page.jobs).map(|job| (job.id, job.status == "completed")).collect())
    }

    /// Has the failed jobs of a workflow run run again, with a token for this alone: the permission is one that the App need not have.
    pub async fn rerun_failed_jobs(&self, workflow_run: u64) -> Result<(), Error> {
        let call = self.post("/repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs", &[&workflow_run], json!({}));
        self.request_with(&call, &[("actions", "write")]).await
    }
}

/// `…/actions/runs/30433642/job/399444496`
fn workflow_run(address: &str) -> Option<u64> {
    address.split_once("/actions/runs/")?.1.split('/').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jobs_address_names_its_workflow_run() {
        assert_eq!(workflow_run("https://github.com/o/r/actions/runs/30433642/job/399444496"), Some(30_433_642));
        assert_eq!(workflow_run("https://ci.example.com/builds/7"), None);
    }
}
