//! `GET /runs/OWNER/NAME/ISSUE/PROOF`: where a run stands and what happened, for whoever was given the address.
//!
//! A wrong proof and a run that is not there get the same answer. The page loads nothing, runs nothing, tells no other site where it
//! was linked from, and is kept by no cache.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

use super::Shared;
use super::answer::{json, nothing_here};
use super::markdown;
use crate::domain::{IssueNumber, PullNumber, RepoName, Spent};
use crate::prose::{self, PageLine, RunPage, Tone};
use crate::store::{self, JournalLine, Lane};
use crate::workflow::Run;

/// So many lines of the journal are shown, the newest first.
const LINES: u32 = 300;

const HEADERS: [(HeaderName, HeaderValue); 5] = [
    (CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
];

#[derive(Template)]
#[template(path = "run.html", config = "src/web/pages/askama.toml")]
struct Page {
    repo: RepoName,
    issue: IssueNumber,
    pull: Option<PullNumber>,
    repo_url: String,
    issue_url: String,
    cost: Option<String>,
    page: RunPage,
    sections: [(&'static str, Vec<PageLine>); 5],
    journal: Vec<Line>,
    older: bool,
}

struct Line {
    stamp: String,
    shown: String,
    text: String,
    passed_over: bool,
}

impl Page {
    fn class(&self, tone: &Tone) -> &'static str {
        match tone {
            Tone::Good => "good",
            Tone::Bad => "bad",
            Tone::Odd => "odd",
            Tone::Moving => "moving",
            Tone::Idle => "idle",
        }
    }

    fn spoken(&self, tone: &Tone) -> &'static str {
        match tone {
            Tone::Good => "verified",
            Tone::Bad => "failed",
            Tone::Odd => "needs a look",
            Tone::Moving => "in hand",
            Tone::Idle => "open",
        }
    }
}

pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path((owner, name, issue, proof)): Path<(String, String, String, String)>,
) -> Response {
    let (Ok(repo), Ok(issue)) = (format!("{owner}/{name}").parse::<RepoName>(), issue.parse().map(IssueNumber)) else {
        return nothing_here().await;
    };
    if !shared.receiver.pages.as_ref().is_some_and(|pages| pages.opens(&repo, issue, &proof)) {
        return nothing_here().await;
    }
    match page(&shared, &repo, issue).await {
        Ok(Some(html)) => {
            let mut response = Response::new(html.into());
            response.headers_mut().extend(HEADERS.map(|(name, value)| (Some(name), value)));
            response
        }
        Ok(None) => nothing_here().await,
        Err(what) => {
            tracing::warn!(%repo, %issue, "failed to show a run's page: {what}");
            json(StatusCode::SERVICE_UNAVAILABLE, &b"{\"error\":\"the run could not be read; try again in a minute\"}"[..])
        }
    }
}

/// `None` where there is no run.
async fn page(shared: &Shared, repo: &RepoName, issue: IssueNumber) -> Result<Option<String>, String> {
    let store = &shared.receiver.store;
    let told = |error: store::Error| error.to_string();
    let lane = Lane::of(repo, issue);
    let Some(stored) = store.run(&lane).await.map_err(told)? else { return Ok(None) };
    let run: Run = serde_json::from_str(&stored.json).map_err(|e| format!("the stored run of {lane} cannot be read: {e}"))?;
    let journal = store.newest_of_journal(&lane, LINES + 1).await.map_err(told)?;
    let spent = store.spent_by_run(&run.id).await.map_err(told)?;
    render(&shared.receiver.github, &run, &journal, &spent).map(Some).map_err(|e| e.to_string())
}

/// `journal` has the newest line first; of more than [`LINES`] it says that there are older ones.
pub(super) fn render(github: &str, run: &Run, journal: &[JournalLine], spent: &Spent) -> askama::Result<String> {
    let mut page = prose::run_page(run);
    let repo_url = format!("{github}/{}", run.repo);
    let sections = [
        ("Steps", std::mem::take(&mut page.steps)),
        ("By others on the branch", std::mem::take(&mut page.guests)),
        ("Acceptance criteria", std::mem::take(&mut page.criteria)),
        ("Left out", std::mem::take(&mut page.left_out)),
        ("In the text, and not on its page", std::mem::take(&mut page.unseen)),
    ];
    let shown = Page {
        issue_url: format!("{repo_url}/issues/{}", run.issue),
        repo_url,
        repo: run.repo.clone(),
        issue: run.issue,
        pull: run.pull,
        cost: (spent.turns > 0).then(|| prose::spent(spent)),
        sections,
        page,
        journal: journal.iter().take(LINES as usize).map(line).collect(),
        older: journal.len() > LINES as usize,
    };
    shown.render()
}

fn line(line: &JournalLine) -> Line {
    let at = chrono::DateTime::from_timestamp_millis(line.at.0).unwrap_or_default();
    Line {
        stamp: at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        shown: at.format("%b %-d, %H:%M:%S").to_string(),
        text: line.text.clone(),
        passed_over: line.kind == "passed over",
    }
}
