//! Our own check run: found before it is made, and brought up to date in place.
//!
//! https://docs.github.com/en/rest/checks/runs

use serde::Deserialize;
use serde_json::{Value, json};

use super::body::fit;
use super::comment::ById;
use super::error::Error;
use super::jobs::Annotation;
use super::repository::Repository;
use crate::domain::Sha;

/// GitHub takes 65,535 characters in a summary.
const LONGEST_SUMMARY: usize = 65_535;
/// And so many annotations in one request; they add up.
const MOST_ANNOTATIONS: usize = 50;

/// A check run as it is to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRunShown {
    pub name: String,
    pub head: Sha,
    /// `success`, `failure`, `action_required` or `cancelled`; absent while it is in progress.
    pub conclusion: Option<&'static str>,
    pub title: String,
    pub summary: String,
    pub details_url: Option<String>,
    pub annotations: Vec<Warning>,
    pub buttons: Vec<Button>,
}

/// An annotation of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub path: String,
    /// From 1.
    pub line: usize,
    pub message: String,
}

/// At most 20 characters of label and identifier, and 40 of description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    pub label: &'static str,
    pub description: &'static str,
    pub identifier: &'static str,
}

#[derive(Deserialize)]
struct Page {
    check_runs: Vec<Found>,
}

#[derive(Deserialize)]
struct Found {
    id: u64,
    app: Option<ById>,
}

impl Repository {
    /// Shows it on its head, in the run `known` where that is there; the check run's number.
    pub async fn show_check(&self, shown: &CheckRunShown, known: Option<u64>) -> Result<u64, Error> {
        let known = match known {
            Some(id) => Some(id),
            None => self.own_check(shown).await?,
        };
        // Those that are there already are not added once more.
        let there = match known {
            Some(id) if !shown.annotations.is_empty() => self.annotations_of(id).await?,
            Some(_) | None => Vec::new(),
        };
        let is_there = |warning: &&Warning| {
            there.iter().any(|a| a.path == warning.path && a.start_line == warning.line && a.message.as_ref() == Some(&warning.message))
        };
        let new: Vec<Value> = shown.annotations.iter().filter(|warning| !is_there(warning)).map(annotation).collect();
        let mut parts = new.chunks(MOST_ANNOTATIONS);
        let mut body = body(shown, parts.next().unwrap_or_default());
        let id = match known {
            Some(id) => {
                let call = self.patch("/repos/{owner}/{repo}/check-runs/{check_run_id}", &[&id], body.clone());
                self.json::<Found>(&call).await?.id
            }
            None => {
                body["head_sha"] = json!(shown.head.as_str());
                self.json::<Found>(&self.post("/repos/{owner}/{repo}/check-runs", &[], body)).await?.id
            }
        };
        for part in parts {
            self.done(&self.patch("/repos/{owner}/{repo}/check-runs/{check_run_id}", &[&id], self::body(shown, part))).await?;
        }
        Ok(id)
    }

    /// The newest check run of our own of that name on the head.
    async fn own_check(&self, shown: &CheckRunShown) -> Result<Option<u64>, Error> {
        let call = self.get("/repos/{owner}/{repo}/commits/{ref}/check-runs", &[&shown.head]).query("check_name", &shown.name);
        let pages: Vec<Page> = self.pages(call.query("filter", "latest")).await?;
        let own = self.app.app_id();
        let runs = pages.into_iter().flat_map(|page| page.check_runs);
        Ok(runs.filter(|run| run.app.as_ref().is_some_and(|app| app.id == own)).map(|run| run.id).max())
    }

    async fn annotations_of(&self, check_run: u64) -> Result<Vec<Annotation>, Error> {
        let call = self.get("/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", &[&check_run]);
        let pages: Vec<Vec<Annotation>> = self.pages(call).await?;
        Ok(pages.into_iter().flatten().collect())
    }
}

fn body(shown: &CheckRunShown, annotations: &[Value]) -> Value {
    let output = json!({ "title": shown.title, "summary": fit(&shown.summary, LONGEST_SUMMARY), "annotations": annotations });
    let buttons = shown.buttons.iter();
    let actions: Vec<Value> =
        buttons.map(|b| json!({ "label": b.label, "description": b.description, "identifier": b.identifier })).collect();
    let mut body = json!({ "name": shown.name, "output": output, "actions": actions });
    if let Some(address) = &shown.details_url {
        body["details_url"] = json!(address);
    }
    match shown.conclusion {
        Some(conclusion) => {
            body["status"] = json!("completed");
            body["conclusion"] = json!(conclusion);
        }
        None => body["status"] = json!("in_progress"),
    }
    body
}

fn annotation(warning: &Warning) -> Value {
    json!({
        "path": warning.path, "start_line": warning.line, "end_line": warning.line,
        "annotation_level": "warning", "message": warning.message
    })
}
