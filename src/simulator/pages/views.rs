//! What the pages show, taken from the state: one small value for each thing that is drawn.

use super::super::acts;
use super::super::error::Error;
use super::super::git::{ChangedFile, Commit};
use super::super::state::{CheckRun, Issue, Reaction, Repository, State};
use super::super::time;
use super::threads::Thread;
use super::{markdown, threads};
use crate::domain::Timestamp;

/// Green, red, turning, or nothing.
#[derive(Debug, Clone)]
pub(super) struct Mark {
    pub class: &'static str,
    pub sign: &'static str,
    pub title: String,
}

fn mark(class: &'static str, title: impl Into<String>) -> Mark {
    let sign = match class {
        "ok" => "✓",
        "bad" => "✕",
        _ => "",
    };
    Mark { class, sign, title: title.into() }
}

pub(super) struct CheckLine {
    pub name: String,
    pub title: String,
    pub href: String,
    pub mark: Mark,
}

pub(super) struct CommitLine {
    pub sha: String,
    pub short: String,
    pub title: String,
    pub author: String,
    pub at: String,
    pub verified: bool,
    pub mark: Mark,
}

pub(super) struct TalkLine {
    pub href: String,
    pub number: u64,
    pub title: String,
    pub author: String,
    pub labels: Vec<String>,
    pub comments: String,
    pub state: &'static str,
    pub state_class: &'static str,
    pub mark: Option<Mark>,
}

pub(super) struct Talk {
    pub author: String,
    pub bot: bool,
    pub initial: String,
    pub hue: u32,
    pub at: String,
    pub edited: bool,
    pub place: String,
    pub anchor: String,
    pub html: String,
    pub reactions: Vec<(String, String)>,
    pub threads: Vec<Thread>,
}

pub(super) struct FileDiff {
    pub name: String,
    pub status: &'static str,
    pub additions: u64,
    pub deletions: u64,
    pub lines: Vec<(&'static str, String)>,
}

/// `1 comment`, `2 comments`.
pub(super) fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

pub(super) fn clock(at: Timestamp) -> String {
    time::rfc3339(at).replace('T', " ").replace('Z', " UTC")
}

fn outcome(run: &CheckRun) -> Mark {
    match run.conclusion.as_deref() {
        Some(word @ ("success" | "neutral" | "skipped")) => mark("ok", word),
        Some(word) => mark("bad", word.replace('_', " ")),
        None => mark("wait", run.status.replace('_', " ")),
    }
}

/// Where its page is: below its workflow run, if it is a job.
fn href(repo: &Repository, run: &CheckRun) -> String {
    let workflow = repo.suites.iter().find(|suite| suite.id == run.suite).and_then(|suite| suite.workflow.as_ref());
    match workflow {
        Some(workflow) => format!("/{}/actions/runs/{}/job/{}", repo.full_name(), workflow.id, run.id),
        None => format!("/{}/runs/{}", repo.full_name(), run.id),
    }
}

pub(super) fn check_line(repo: &Repository, run: &CheckRun) -> CheckLine {
    CheckLine { name: run.name.clone(), title: run.title.clone().unwrap_or_default(), href: href(repo, run), mark: outcome(run) }
}

/// The checks of a commit, with its commit statuses.
pub(super) fn checks(repo: &Repository, sha: &str) -> Vec<CheckLine> {
    let mut lines: Vec<CheckLine> = acts::latest(&repo.runs, |run| run.sha == sha).into_iter().map(|run| check_line(repo, run)).collect();
    lines.reverse();
    let mut contexts: Vec<&str> = Vec::new();
    for status in repo.statuses.iter().rev().filter(|status| status.sha == sha) {
        if contexts.contains(&status.context.as_str()) {
            continue;
        }
        contexts.push(&status.context);
        let mark = match status.state.as_str() {
            "success" => mark("ok", "success"),
            "pending" => mark("wait", "pending"),
            other => mark("bad", other),
        };
        lines.push(CheckLine {
            name: status.context.clone(),
            title: status.description.clone().unwrap_or_default(),
            href: "#".into(),
            mark,
        });
    }
    lines
}

/// What the checks of a commit amount to.
pub(super) fn verdict(lines: &[CheckLine]) -> Mark {
    let of = |class: &str| lines.iter().filter(|line| line.mark.class == class).count();
    match (of("bad"), of("wait"), lines.len()) {
        (_, _, 0) => mark("none", "No checks"),
        (0, 0, all) => mark("ok", format!("All {} passed", count(all, "check")).replace("All 1 check", "The one check")),
        (0, waiting, all) => mark("wait", format!("{} of {all} still running", count(waiting, "check"))),
        (bad, _, all) => mark("bad", format!("{} of {all} failed", count(bad, "check"))),
    }
}

pub(super) fn commit_line(state: &State, repo: &Repository, commit: &Commit) -> CommitLine {
    CommitLine {
        short: commit.sha[..7].to_owned(),
        title: commit.message.lines().next().unwrap_or_default().to_owned(),
        author: commit.author.name.clone(),
        at: clock(Timestamp(commit.committer.seconds.saturating_mul(1000))),
        verified: state.signed.contains(&commit.sha),
        mark: verdict(&checks(repo, &commit.sha)),
        sha: commit.sha.clone(),
    }
}

/// The word and the colour of an issue's or pull request's state.
pub(super) fn standing(issue: &Issue) -> (&'static str, &'static str) {
    match (&issue.pull, issue.open) {
        (Some(pull), _) if pull.merged_at.is_some() => ("Merged", "merged"),
        (Some(_), false) => ("Closed", "closed"),
        (None, false) => ("Closed", "done"),
        (Some(pull), true) if pull.draft => ("Draft", "draft"),
        (_, true) => ("Open", "open"),
    }
}

pub(super) fn talk_line(repo: &Repository, issue: &Issue) -> TalkLine {
    let (state, state_class) = standing(issue);
    let page = if issue.pull.is_some() { "pull" } else { "issues" };
    TalkLine {
        href: format!("/{}/{page}/{}", repo.full_name(), issue.number),
        number: issue.number,
        title: issue.title.clone(),
        author: issue.author.clone(),
        labels: issue.labels.clone(),
        comments: count(issue.comments.len(), "comment"),
        state,
        state_class,
        mark: issue.pull.as_ref().map(|pull| verdict(&checks(repo, &pull.head_sha))),
    }
}

fn face(content: &str) -> &'static str {
    match content {
        "+1" => "👍",
        "-1" => "👎",
        "laugh" => "😄",
        "confused" => "😕",
        "heart" => "❤️",
        "hooray" => "🎉",
        "rocket" => "🚀",
        _ => "👀",
    }
}

pub(super) fn talk(repo: &Repository, author: &str, at: Timestamp, body: &str, reactions: &[Reaction]) -> Talk {
    let html = markdown::render(body, &repo.full_name());
    Talk {
        author: author.to_owned(),
        bot: author.ends_with("[bot]"),
        initial: author.chars().next().map(String::from).unwrap_or_default(),
        hue: author.bytes().fold(7_u32, |hue, byte| (hue * 31 + u32::from(byte)) % 360),
        at: clock(at),
        edited: false,
        place: String::new(),
        anchor: String::new(),
        html: if html.trim().is_empty() { "<p><em>No description.</em></p>".into() } else { html },
        reactions: reactions.iter().map(|r| (face(&r.content).to_owned(), r.author.clone())).collect(),
        threads: Vec::new(),
    }
}

/// What was said, in the order in which it was said.
pub(super) fn talks(repo: &Repository, issue: &Issue) -> Vec<Talk> {
    let mut said: Vec<(Timestamp, u64, Talk)> = Vec::new();
    for comment in &issue.comments {
        let one = talk(repo, &comment.author, comment.created_at, &comment.body, &comment.reactions);
        let one = Talk { edited: comment.updated_at != comment.created_at, anchor: format!("issuecomment-{}", comment.id), ..one };
        said.push((comment.created_at, comment.id, one));
    }
    for review in issue.pull.iter().flat_map(|pull| &pull.reviews) {
        let threads = threads::of_review(repo, issue, review.id);
        // An answer in a thread is a review without words: it stands in its thread.
        if review.body.is_empty() && review.state == "COMMENTED" && threads.is_empty() {
            continue;
        }
        let one = talk(repo, &review.author, review.submitted_at, &review.body, &[]);
        let html = if review.body.is_empty() { String::new() } else { one.html };
        let (place, anchor) = (review.state.to_lowercase().replace('_', " "), format!("pullrequestreview-{}", review.id));
        said.push((review.submitted_at, review.id, Talk { place, anchor, html, threads, ..one }));
    }
    said.sort_by_key(|(at, id, _)| (*at, *id));
    let first = talk(repo, &issue.author, issue.created_at, issue.body.as_deref().unwrap_or(""), &issue.reactions);
    std::iter::once(first).chain(said.into_iter().map(|(_, _, talk)| talk)).collect()
}

/// The style of a line of a diff: added, deleted, a hunk's head, or unchanged.
pub(super) fn line_class(line: &str) -> &'static str {
    match line.as_bytes().first() {
        Some(b'+') => "a",
        Some(b'-') => "d",
        Some(b'@') => "h",
        _ => "",
    }
}

pub(super) fn file_diff(file: &ChangedFile) -> FileDiff {
    let lines = file.patch.as_deref().unwrap_or("").lines().take(3000).map(|line| (line_class(line), line.to_owned())).collect();
    let name = file.previous.as_ref().map_or_else(|| file.path.clone(), |previous| format!("{previous} → {}", file.path));
    FileDiff { name, status: file.status, additions: file.additions, deletions: file.deletions, lines }
}

/// The lines of some commits, newest last as they are given.
pub(super) fn commit_lines(state: &mut State, at: super::super::state::At, ids: &[String]) -> Result<Vec<CommitLine>, Error> {
    let mut lines = Vec::new();
    for id in ids {
        if let Some(commit) = state.repo_mut(at).git.commit(id)? {
            lines.push(commit_line(state, state.repo(at), &commit));
        }
    }
    Ok(lines)
}
