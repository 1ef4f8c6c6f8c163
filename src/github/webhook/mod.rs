//! From a webhook's bytes to a [`Notice`].
//!
//! Contract: every payload that GitHub sends or will send gets an answer, never an error. An event or an action that we
//! do not know, an account that is gone, a field of another kind than today's: each is [`Unread::NotOurs`] with a reason.
//! Only what is not a JSON object is [`Unread::NotJson`]. Nothing here verifies the signature or asks GitHub.

mod notice;
mod payload;

use serde_json::Value;

pub use notice::{Notice, Sender, Subject, Unread, What};
use payload::Payload;

use crate::domain::{BranchName, InstallationId, IssueNumber, Login, RepoName, Sha};
use crate::github::error::one_line;

/// Reads a delivery: `event` from `X-GitHub-Event`, the payload as it came.
pub fn read(event: &str, payload: &[u8]) -> Result<Notice, Unread> {
    let value: Value = serde_json::from_slice(payload).map_err(|e| Unread::NotJson(e.to_string()))?;
    if !value.is_object() {
        return Err(Unread::NotJson("there is something else in it".to_owned()));
    }
    let payload = Payload(&value);
    let action = payload.text("/action").unwrap_or_default();
    let read = match event {
        "issues" => issue(payload, action),
        "sub_issues" => sub_issue(payload, action),
        "issue_comment" => comment(payload, action),
        "pull_request" => pull(payload, action),
        "pull_request_review" | "pull_request_review_comment" | "pull_request_review_thread" => review(payload, action),
        "push" => push(payload),
        "check_run" if action == "requested_action" => button(payload),
        "check_run" if action == "rerequested" => rerequested(payload, "/check_run/head_sha", "/check_run/check_suite/head_branch"),
        "check_suite" if action == "rerequested" => rerequested(payload, "/check_suite/head_sha", "/check_suite/head_branch"),
        "check_run" if ends(action) => check(payload, "/check_run/head_sha", "/check_run/check_suite/head_branch"),
        "check_suite" if ends(action) => check(payload, "/check_suite/head_sha", "/check_suite/head_branch"),
        "workflow_run" if ends(action) => check(payload, "/workflow_run/head_sha", "/workflow_run/head_branch"),
        "check_run" | "check_suite" | "workflow_run" => None,
        "status" => status(payload),
        _ => return Err(not_ours(format!("nothing is done on {} events", shown(event)))),
    };
    let (subject, what) = read.ok_or_else(|| not_ours(format!("nothing is done on {} {}", shown(event), of(action))))?;
    let repo: RepoName = payload
        .text("/repository/full_name")
        .and_then(|name| name.parse().ok())
        .ok_or_else(|| not_ours("the payload names no repository".to_owned()))?;
    let installation = payload
        .number("/installation/id")
        .ok_or_else(|| not_ours("the payload names no installation: it was not sent to the App".to_owned()))?;
    let part_of = part_of(payload, &repo).filter(|_| event == "issues");
    Ok(Notice { repo, installation: InstallationId(installation), sender: sender(payload), subject, what, part_of })
}

fn not_ours(reason: String) -> Unread {
    Unread::NotOurs(reason)
}

fn of(action: &str) -> String {
    if action.is_empty() { "of this form".to_owned() } else { format!("with the action {}", shown(action)) }
}

/// A name from outside, short enough for a journal line.
fn shown(name: &str) -> String {
    let line: String = one_line(name).chars().take(60).collect();
    format!("{line:?}")
}

fn sender(payload: Payload<'_>) -> Sender {
    let app = ["/comment/performed_via_github_app/id", "/check_run/app/id", "/check_suite/app/id"];
    Sender {
        login: Login::new(payload.text("/sender/login").unwrap_or("ghost")),
        is_bot: payload.text("/sender/type") == Some("Bot"),
        app: app.iter().find_map(|pointer| payload.number(pointer)),
    }
}

type Read = Option<(Subject, What)>;

fn issue(payload: Payload<'_>, action: &str) -> Read {
    let label = || payload.text("/label/name").map(str::to_owned);
    let what = match action {
        "labeled" => What::Labelled { label: label()? },
        "unlabeled" => What::Unlabelled { label: label()? },
        "edited" => What::IssueEdited,
        "closed" => What::IssueClosed,
        "reopened" => What::IssueReopened,
        "transferred" | "deleted" => What::IssueTransferredOrDeleted,
        _ => return None,
    };
    Some((Subject::Issue(payload.issue()?), what))
}

/// Told of the issue whose list changed. What GitHub tells of the sub-issue at the same time says nothing more.
fn sub_issue(payload: Payload<'_>, action: &str) -> Read {
    let parent = payload.number("/parent_issue/number").map(IssueNumber)?;
    matches!(action, "sub_issue_added" | "sub_issue_removed").then_some((Subject::Issue(parent), What::IssueEdited))
}

/// The issue of the same repository of which this one is a sub-issue. GitHub documents the address for issues, not for their webhooks:
/// where it is missing, whoever waits for a sub-issue reads it again on a timer.
fn part_of(payload: Payload<'_>, repo: &RepoName) -> Option<IssueNumber> {
    let (before, number) = payload.text("/issue/parent_issue_url")?.rsplit_once("/issues/")?;
    let own = before.to_lowercase().ends_with(&format!("/repos/{repo}").to_lowercase());
    number.parse().ok().filter(|_| own).map(IssueNumber)
}

fn comment(payload: Payload<'_>, action: &str) -> Read {
    let id = payload.comment()?;
    let what = match action {
        "created" => What::Commented { id },
        "edited" => What::CommentEdited { id },
        _ => return None,
    };
    let subject = match payload.at("/issue/pull_request") {
        Some(_) => Subject::Conversation(payload.pull("/issue/number")?),
        None => Subject::Issue(payload.issue()?),
    };
    Some((subject, what))
}

fn pull(payload: Payload<'_>, action: &str) -> Read {
    let what = match action {
        "closed" => What::PullClosed { merged: payload.yes("/pull_request/merged") },
        "reopened" => What::PullReopened,
        "edited" => What::PullEdited,
        _ => return None,
    };
    let number = payload.pull("/pull_request/number")?;
    Some((Subject::Pull { number, head_branch: payload.branch("/pull_request/head/ref")? }, what))
}

/// What is edited is not read again, and what is deleted, dismissed or resolved asks for nothing. A thread that is opened again may.
fn review(payload: Payload<'_>, action: &str) -> Read {
    let number = payload.pull("/pull_request/number")?;
    let head_branch = payload.branch("/pull_request/head/ref")?;
    matches!(action, "submitted" | "created" | "unresolved").then_some((Subject::Pull { number, head_branch }, What::Reviewed))
}

fn push(payload: Payload<'_>) -> Read {
    let branch = BranchName::new(payload.text("/ref")?.strip_prefix("refs/heads/")?);
    let to = if payload.yes("/deleted") { None } else { payload.sha("/after").filter(|sha| !is_zero(sha)) };
    Some((Subject::Branch(branch), What::BranchMoved { to, forced: payload.yes("/forced") }))
}

/// GitHub tells the App alone whose check it is.
fn button(payload: Payload<'_>) -> Read {
    let sha = payload.sha("/check_run/head_sha")?;
    let branches = payload.branch("/check_run/check_suite/head_branch").into_iter().collect();
    let identifier = payload.text("/requested_action/identifier")?.to_owned();
    Some((Subject::Commit { sha, branches }, What::ButtonPressed { identifier }))
}

/// The same: a check of another App is asked for of that App.
fn rerequested(payload: Payload<'_>, sha: &str, branch: &str) -> Read {
    let sha = payload.sha(sha)?;
    let branches = payload.branch(branch).into_iter().collect();
    Some((Subject::Commit { sha: sha.clone(), branches }, What::CheckRerequested { sha }))
}

/// Whether a check came to an end. That one is queued or under way changes no verdict, and is not worth reading back.
fn ends(action: &str) -> bool {
    matches!(action, "completed" | "rerequested")
}

fn check(payload: Payload<'_>, sha: &str, branch: &str) -> Read {
    let sha = payload.sha(sha)?;
    let branches = payload.branch(branch).into_iter().collect();
    Some((Subject::Commit { sha: sha.clone(), branches }, What::ChecksChanged { sha }))
}

fn status(payload: Payload<'_>) -> Read {
    let sha = payload.sha("/sha")?;
    let listed = payload.at("/branches").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let branches = listed.iter().filter_map(|branch| Some(BranchName::new(branch.get("name")?.as_str()?))).collect();
    Some((Subject::Commit { sha: sha.clone(), branches }, What::ChecksChanged { sha }))
}

/// Git's way to say that there is no commit.
fn is_zero(sha: &Sha) -> bool {
    sha.as_str().bytes().all(|digit| digit == b'0')
}
