//! Logs of jobs, below addresses that hold for a minute and ask for no credentials: as text, or all of a run in a zip archive.
//!
//! GitHub answers a question for a log with a redirect to its storage. The storage's refusals are in XML, and so are these.

mod zip;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::acts;
use super::checks::{CheckRun, Log};
use super::state::{At, State};
use super::time;
use crate::domain::Timestamp;

/// How long an address holds (REST reference, "Download job logs for a workflow run").
const SECONDS: i64 = 60;
/// Where the addresses begin, below the server's root.
pub(super) const PATH: &str = "/_logs/";

/// An address that was given out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Address {
    what: What,
    pub until: Timestamp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// The log of a job.
    Job(At, u64),
    /// The logs of the newest attempt of the workflow run behind a suite.
    Run(At, u64),
}

/// A new address for a log.
pub(super) fn address(state: &mut State, what: What) -> String {
    let token = uuid::Uuid::new_v4().simple().to_string();
    let until = time::now().plus_seconds(SECONDS);
    state.log_addresses.insert(token.clone(), Address { what, until });
    format!("{}{PATH}{token}", state.base)
}

/// What lies at an address; `token` is its last part.
pub(super) fn serve(state: &State, token: &str) -> Response {
    let Some(address) = state.log_addresses.get(token).filter(|address| address.until > time::now()) else {
        return refusal(StatusCode::FORBIDDEN, "AuthenticationFailed", "Signature not valid in the specified time frame.");
    };
    let missing = || refusal(StatusCode::NOT_FOUND, "BlobNotFound", "The specified blob does not exist.");
    match address.what {
        What::Job(at, id) => match state.repo(at).runs.iter().find(|run| run.id == id).and_then(kept) {
            Some((text, _)) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text.to_owned()).into_response(),
            None => missing(),
        },
        What::Run(at, suite) => match archive(state, at, suite) {
            Some(Ok(bytes)) => {
                let headers = [(header::CONTENT_TYPE, "application/zip"), (header::CONTENT_DISPOSITION, "attachment; filename=logs.zip")];
                (headers, bytes).into_response()
            }
            Some(Err(_)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            None => missing(),
        },
    }
}

fn refusal(status: StatusCode, code: &str, message: &str) -> Response {
    let body = format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>");
    (status, [(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

/// The log of a run's job with its sections.
pub(super) fn kept(run: &CheckRun) -> Option<(&str, &[(String, usize)])> {
    match &run.job.as_ref()?.log {
        Log::Kept { text, sections } => Some((text, sections)),
        Log::Unwritten | Log::Lost | Log::Expired => None,
    }
}

/// For each job `N_name.txt` with the whole log, and `name/N_step.txt` with the part of each step. `None` when no log is there.
fn archive(state: &State, at: At, suite: u64) -> Option<std::io::Result<Vec<u8>>> {
    let plain = |name: &str| name.replace(['/', '\\', ':', '<', '>', '|', '*', '?', '"', '\r', '\n'], "");
    let mut runs = acts::latest(&state.repo(at).runs, |run| run.suite == suite);
    runs.reverse();
    let mut files = Vec::new();
    for (place, run) in runs.iter().enumerate() {
        let Some((text, sections)) = kept(run) else { continue };
        let job = plain(&run.name);
        files.push((format!("{place}_{job}.txt"), text));
        for (place, (name, from)) in sections.iter().enumerate() {
            let to = sections.get(place + 1).map_or(text.len(), |(_, next)| *next);
            files.push((format!("{job}/{}_{}.txt", place + 1, plain(name)), text.get(*from..to).unwrap_or_default()));
        }
    }
    (!files.is_empty()).then(|| zip::archive(&files))
}
