//! Pages for people: what a browser shows at the addresses that the API names as `html_url`.
//!
//! They load nothing from outside and follow what happens by asking again. They take no input: people act through their verbs.

mod markdown;
mod threads;
mod views;

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;

use super::error::Error;
use super::state::{At, State};
use views::{CheckLine, CommitLine, FileDiff, Mark, Talk, TalkLine};

struct HomeLine {
    name: String,
    default_branch: String,
    branches: String,
    issues: String,
    pulls: String,
}

#[derive(Template)]
#[template(path = "home.html", config = "src/simulator/pages/askama.toml")]
struct Home {
    nonce: String,
    repositories: Vec<HomeLine>,
}

struct BranchLine {
    name: String,
    commit: CommitLine,
}

#[derive(Template)]
#[template(path = "repository.html", config = "src/simulator/pages/askama.toml")]
struct RepositoryPage {
    nonce: String,
    name: String,
    lists: [(&'static str, Vec<TalkLine>); 2],
    branches: Vec<BranchLine>,
}

struct PullPart {
    base: String,
    head: String,
    count: String,
    short: String,
    mergeable: &'static str,
    mark: Mark,
    commits: Vec<CommitLine>,
    checks: Vec<CheckLine>,
}

#[derive(Template)]
#[template(path = "conversation.html", config = "src/simulator/pages/askama.toml")]
struct Conversation {
    nonce: String,
    name: String,
    number: u64,
    title: String,
    author: String,
    opened: String,
    state: &'static str,
    state_class: &'static str,
    labels: Vec<String>,
    talks: Vec<Talk>,
    pull: Option<PullPart>,
}

#[derive(Template)]
#[template(path = "commits.html", config = "src/simulator/pages/askama.toml")]
struct Commits {
    nonce: String,
    name: String,
    branch: String,
    commits: Vec<CommitLine>,
}

#[derive(Template)]
#[template(path = "commit.html", config = "src/simulator/pages/askama.toml")]
struct CommitPage {
    nonce: String,
    name: String,
    commit: CommitLine,
    body: String,
    additions: u64,
    deletions: u64,
    checks: Vec<CheckLine>,
    files: Vec<FileDiff>,
}

#[derive(Template)]
#[template(path = "run.html", config = "src/simulator/pages/askama.toml")]
struct Run {
    nonce: String,
    name: String,
    sha: String,
    short: String,
    check: CheckLine,
    summary: String,
    /// Buttons, with what they would do.
    actions: Vec<(String, String)>,
    annotations: Vec<AnnotationLine>,
    text: String,
    log: String,
}

struct AnnotationLine {
    class: &'static str,
    place: String,
    title: String,
    message: String,
}

/// The page at a path, or 404.
pub(super) fn page(state: &mut State, path: &str) -> Response {
    let nonce = uuid::Uuid::new_v4().simple().to_string();
    match html(state, path, nonce.clone()) {
        Ok(Some(html)) => {
            let policy =
                format!("default-src 'none'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; script-src 'nonce-{nonce}'");
            let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned()), (header::CONTENT_SECURITY_POLICY, policy)];
            (headers, html).into_response()
        }
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such page here.").into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("failed to {error}")).into_response(),
    }
}

fn html(state: &mut State, path: &str, nonce: String) -> Result<Option<String>, Error> {
    let decoded = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let segments: Vec<&str> = decoded.trim_matches('/').split('/').collect();
    let place = |owner: &str, name: &str| state.find(owner, name);
    let page = match segments.as_slice() {
        [""] => home(state, nonce).render().ok(),
        [owner, name] => match place(owner, name) {
            Some(at) => repository(state, at, nonce)?.render().ok(),
            None => None,
        },
        [owner, name, kind, rest @ ..] => match (place(owner, name), *kind, rest.join("/")) {
            (Some(at), "issues" | "pull", number) => {
                conversation(state, at, number.parse().unwrap_or(0), nonce)?.and_then(|p| p.render().ok())
            }
            (Some(at), "commits" | "tree", branch) => commits(state, at, branch, nonce)?.and_then(|p| p.render().ok()),
            (Some(at), "commit", sha) => commit(state, at, &sha, nonce)?.and_then(|p| p.render().ok()),
            (Some(at), "actions", path) => {
                let job = path.rsplit_once("/job/").and_then(|(_, id)| id.parse().ok());
                run(state, at, job.unwrap_or(0), nonce).and_then(|p| p.render().ok())
            }
            (Some(at), "runs", id) => run(state, at, id.parse().unwrap_or(0), nonce).and_then(|p| p.render().ok()),
            _ => None,
        },
        _ => None,
    };
    Ok(page)
}

fn home(state: &State, nonce: String) -> Home {
    let line = |repo: &super::state::Repository| HomeLine {
        name: repo.full_name(),
        default_branch: repo.default_branch.clone(),
        branches: format!("{} branch{}", repo.git.branches().count(), if repo.git.branches().count() == 1 { "" } else { "es" }),
        issues: views::count(repo.issues.values().filter(|issue| issue.open && issue.pull.is_none()).count(), "open issue"),
        pulls: views::count(repo.pulls().filter(|(issue, _)| issue.open).count(), "open pull request"),
    };
    Home { nonce, repositories: state.repositories.iter().map(line).collect() }
}

fn repository(state: &mut State, at: At, nonce: String) -> Result<RepositoryPage, Error> {
    let tips: Vec<(String, String)> = state.repo(at).git.branches().map(|(name, sha)| (name.to_owned(), sha.to_owned())).collect();
    let mut branches = Vec::new();
    for (name, sha) in tips {
        let line = views::commit_lines(state, at, &[sha])?.pop();
        branches.extend(line.map(|commit| BranchLine { name, commit }));
    }
    let repo = state.repo(at);
    let lines = |pulls: bool| {
        repo.issues.values().rev().filter(|issue| issue.pull.is_some() == pulls).map(|issue| views::talk_line(repo, issue)).collect()
    };
    Ok(RepositoryPage { nonce, name: repo.full_name(), lists: [("Issues", lines(false)), ("Pull requests", lines(true))], branches })
}

fn conversation(state: &mut State, at: At, number: u64, nonce: String) -> Result<Option<Conversation>, Error> {
    let sides = state.repo(at).pull(number).map(|(issue, pull)| (issue.open, pull.clone()));
    let pull = match sides {
        None => None,
        Some((open, pull)) => {
            let git = &mut state.repo_mut(at).git;
            let ids = git.compare(&pull.base_sha, &pull.head_sha)?.commits.clone();
            let tip = git.reference(&format!("refs/heads/{}", pull.base_ref)).map(str::to_owned);
            let mergeable = match tip {
                _ if pull.merged_at.is_some() => "Merged.",
                Some(tip) if open && git.merges_cleanly(&tip, &pull.head_sha)? => "No conflicts with the base branch.",
                Some(_) if open => "Conflicts with the base branch.",
                _ => "Closed.",
            };
            let commits = views::commit_lines(state, at, &ids)?;
            let checks = views::checks(state.repo(at), &pull.head_sha);
            Some(PullPart {
                count: views::count(commits.len(), "commit"),
                short: pull.head_sha[..7].to_owned(),
                base: pull.base_ref,
                head: pull.head_ref,
                mergeable,
                mark: views::verdict(&checks),
                commits,
                checks,
            })
        }
    };
    let repo = state.repo(at);
    Ok(repo.issue(number).map(|issue| {
        let (word, class) = views::standing(issue);
        Conversation {
            nonce,
            name: repo.full_name(),
            number,
            title: issue.title.clone(),
            author: issue.author.clone(),
            opened: views::clock(issue.created_at),
            state: word,
            state_class: class,
            labels: issue.labels.clone(),
            talks: views::talks(repo, issue),
            pull,
        }
    }))
}

fn commits(state: &mut State, at: At, branch: String, nonce: String) -> Result<Option<Commits>, Error> {
    let git = &mut state.repo_mut(at).git;
    let Some(tip) = git.resolve(&branch)? else { return Ok(None) };
    let ids = git.log(&tip, None, 0, 100)?;
    let commits = views::commit_lines(state, at, &ids)?;
    Ok(Some(Commits { nonce, name: state.repo(at).full_name(), branch, commits }))
}

fn commit(state: &mut State, at: At, sha: &str, nonce: String) -> Result<Option<CommitPage>, Error> {
    let git = &mut state.repo_mut(at).git;
    let Some(sha) = git.resolve(sha)? else { return Ok(None) };
    let Some(commit) = git.commit(&sha)? else { return Ok(None) };
    let files = git.files_with_patches(commit.parents.first().map(String::as_str), &sha)?;
    let repo = state.repo(at);
    Ok(Some(CommitPage {
        nonce,
        name: repo.full_name(),
        body: commit.message.split_once('\n').map_or("", |(_, rest)| rest).trim().to_owned(),
        additions: files.iter().map(|file| file.additions).sum(),
        deletions: files.iter().map(|file| file.deletions).sum(),
        checks: views::checks(repo, &sha),
        files: files.iter().take(300).map(views::file_diff).collect(),
        commit: views::commit_line(state, repo, &commit),
    }))
}

fn run(state: &State, at: At, id: u64, nonce: String) -> Option<Run> {
    let repo = state.repo(at);
    let run = repo.runs.iter().find(|run| run.id == id)?;
    let name = repo.full_name();
    let shown = |text: &Option<String>| text.as_deref().map(|text| markdown::render(text, &name)).unwrap_or_default();
    let word = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let annotation = |sent: &serde_json::Value| AnnotationLine {
        class: if sent["annotation_level"] == "failure" { "bad" } else { "wait" },
        place: format!("{}:{}", word(&sent["path"]), sent["start_line"]),
        title: word(&sent["title"]),
        message: word(&sent["message"]),
    };
    let log = super::logs::kept(run).map(|(log, _)| log.trim_start_matches('\u{feff}').to_owned());
    Some(Run {
        nonce,
        sha: run.sha.clone(),
        short: run.sha[..7].to_owned(),
        check: views::check_line(repo, run),
        summary: shown(&run.summary),
        actions: run.actions.iter().map(|action| (word(&action["label"]), word(&action["description"]))).collect(),
        annotations: run.annotations.iter().map(annotation).collect(),
        text: if log.is_some() { String::new() } else { shown(&run.text) },
        log: log.unwrap_or_default(),
        name,
    })
}
