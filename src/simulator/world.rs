//! The whole state as plain values, for tests and for whoever prints what happened.

use serde::Serialize;
use serde_json::Value;

use super::error::Error;
use super::state::{At, Checker, Pull, ReviewComment, State};
use super::{acts, time};

/// GitHub as it stands.
#[derive(Debug, Clone, Serialize)]
pub struct World {
    pub repositories: Vec<RepositoryView>,
    pub deliveries: Vec<DeliveryView>,
    /// Webhooks that are not yet sent and answered.
    pub deliveries_waiting: usize,
    /// Checks that are queued or running.
    pub checks_waiting: usize,
}

#[derive(Debug, Clone, Serialize)]
pub struct RepositoryView {
    /// `owner/name`
    pub name: String,
    pub default_branch: String,
    pub issues: Vec<IssueView>,
    pub pulls: Vec<PullView>,
    pub branches: Vec<BranchView>,
    /// The newest run of each name on each commit.
    pub checks: Vec<CheckView>,
    pub statuses: Vec<CheckView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct IssueView {
    pub number: u64,
    pub title: String,
    pub body: String,
    pub author: String,
    pub open: bool,
    pub labels: Vec<String>,
    pub reactions: Vec<(String, String)>,
    pub comments: Vec<CommentView>,
    pub page: String,
}

#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct CommentView {
    pub id: u64,
    pub author: String,
    pub body: String,
    /// Author and content.
    pub reactions: Vec<(String, String)>,
    pub edited: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct PullView {
    pub number: u64,
    pub title: String,
    pub body: String,
    pub author: String,
    pub open: bool,
    pub merged: bool,
    pub draft: bool,
    pub head: String,
    pub head_sha: String,
    pub base: String,
    pub labels: Vec<String>,
    pub comments: Vec<CommentView>,
    pub reviews: Vec<(String, String, String)>,
    pub review_comments: Vec<CommentView>,
    pub threads: Vec<ThreadView>,
    pub requested_reviewers: Vec<String>,
    pub assignees: Vec<String>,
    /// Its milestone's number.
    pub milestone: Option<u64>,
    pub page: String,
}

/// A thread on lines of a pull request.
#[derive(Debug, Clone, Serialize)]
pub struct ThreadView {
    /// The id of its first comment.
    pub id: u64,
    pub path: String,
    /// Its last line at the present head; `None` where it is outdated or of the whole file.
    pub line: Option<u64>,
    pub outdated: bool,
    /// Who resolved it.
    pub resolved_by: Option<String>,
    pub comments: Vec<CommentView>,
}

#[derive(Debug, Clone, Serialize)]
pub struct BranchView {
    pub name: String,
    pub sha: String,
    /// Oldest first: what the default branch has not; of the default branch itself, its newest fifty.
    pub commits: Vec<CommitView>,
}

#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct CommitView {
    pub sha: String,
    pub tree: String,
    pub message: String,
    pub author: String,
    pub verified: bool,
}

#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct CheckView {
    pub sha: String,
    pub name: String,
    /// `queued`, `in_progress`, `completed`; of a commit status, its state.
    pub status: String,
    pub conclusion: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    /// Whether the App under test made it.
    pub by_app: bool,
}

#[derive(Debug, Clone, Serialize)]
pub struct DeliveryView {
    pub id: u64,
    pub guid: String,
    pub event: String,
    pub action: Option<String>,
    /// 0 when nobody answered.
    pub status_code: u16,
    pub redelivery: bool,
}

/// One request to the API and its answer.
#[derive(Debug, Clone, Serialize)]
pub struct RequestRecord {
    pub number: u64,
    pub at: String,
    pub method: String,
    /// Path and query as they came, beginning with `/api/v3` or `/api/graphql`.
    pub target: String,
    /// The path template as GitHub's OpenAPI description has it; `None` when the path is unknown.
    pub route: Option<&'static str>,
    pub body: Option<Value>,
    /// 0 when the connection was cut.
    pub status: u16,
    pub response: Option<Value>,
    pub microseconds: u64,
}

impl World {
    pub fn repository(&self, name: &str) -> Option<&RepositoryView> {
        self.repositories.iter().find(|repo| repo.name.eq_ignore_ascii_case(name))
    }
}

impl RepositoryView {
    pub fn issue(&self, number: u64) -> Option<&IssueView> {
        self.issues.iter().find(|issue| issue.number == number)
    }

    pub fn branch(&self, name: &str) -> Option<&BranchView> {
        self.branches.iter().find(|branch| branch.name == name)
    }

    /// The newest check runs of a commit that are not the App's own.
    pub fn checks_of<'a>(&'a self, sha: &'a str) -> impl Iterator<Item = &'a CheckView> {
        self.checks.iter().filter(move |check| check.sha == sha && !check.by_app)
    }
}

pub(super) fn of(state: &mut State) -> Result<World, Error> {
    let repositories: Result<Vec<_>, Error> = (0..state.repositories.len()).map(|at| repository(state, At(at))).collect();
    let deliveries = state.deliveries.iter().map(|d| DeliveryView {
        id: d.id,
        guid: d.sent.guid.clone(),
        event: d.sent.event.clone(),
        action: d.sent.action.clone(),
        status_code: d.status_code,
        redelivery: d.sent.redelivery,
    });
    Ok(World {
        repositories: repositories?,
        deliveries: deliveries.collect(),
        deliveries_waiting: state.outbox_waiting,
        checks_waiting: state.ci_waiting,
    })
}

fn repository(state: &mut State, at: At) -> Result<RepositoryView, Error> {
    let branches = branches(state, at)?;
    let repo = state.repo(at);
    let (name, base) = (repo.full_name(), &state.base);
    let comments = |all: &[super::state::Comment]| -> Vec<CommentView> {
        let one = |c: &super::state::Comment| CommentView {
            id: c.id,
            author: c.author.clone(),
            body: c.body.clone(),
            reactions: c.reactions.iter().map(|r| (r.author.clone(), r.content.clone())).collect(),
            edited: c.updated_at != c.created_at,
        };
        all.iter().map(one).collect()
    };
    let issues = repo.issues.values().filter(|issue| issue.pull.is_none()).map(|issue| IssueView {
        number: issue.number,
        title: issue.title.clone(),
        body: issue.body.clone().unwrap_or_default(),
        author: issue.author.clone(),
        open: issue.open,
        labels: issue.labels.clone(),
        reactions: issue.reactions.iter().map(|r| (r.author.clone(), r.content.clone())).collect(),
        comments: comments(&issue.comments),
        page: format!("{base}/{name}/issues/{}", issue.number),
    });
    let pulls = repo.pulls().map(|(issue, pull)| PullView {
        number: issue.number,
        title: issue.title.clone(),
        body: issue.body.clone().unwrap_or_default(),
        author: issue.author.clone(),
        open: issue.open,
        merged: pull.merged_at.is_some(),
        draft: pull.draft,
        head: pull.head_ref.clone(),
        head_sha: pull.head_sha.clone(),
        base: pull.base_ref.clone(),
        labels: issue.labels.clone(),
        comments: comments(&issue.comments),
        reviews: pull.reviews.iter().map(|r| (r.author.clone(), r.state.clone(), r.body.clone())).collect(),
        review_comments: pull.review_comments.iter().map(line_comment).collect(),
        threads: pull.threads().map(|first| thread(pull, first)).collect(),
        requested_reviewers: pull.reviewers.clone(),
        assignees: issue.assignees.clone(),
        milestone: issue.milestone,
        page: format!("{base}/{name}/pull/{}", issue.number),
    });
    let mut commits: Vec<&str> = repo.runs.iter().map(|run| run.sha.as_str()).collect();
    commits.dedup();
    commits.sort_unstable();
    commits.dedup();
    let checks = commits.into_iter().flat_map(|sha| acts::latest(&repo.runs, |run| run.sha == sha)).map(|run| CheckView {
        sha: run.sha.clone(),
        name: run.name.clone(),
        status: run.status.clone(),
        conclusion: run.conclusion.clone(),
        title: run.title.clone(),
        summary: run.summary.clone(),
        text: run.text.clone(),
        by_app: run.by == Checker::App,
    });
    let statuses = repo.statuses.iter().map(|s| CheckView {
        sha: s.sha.clone(),
        name: s.context.clone(),
        status: s.state.clone(),
        conclusion: None,
        title: None,
        summary: s.description.clone(),
        text: None,
        by_app: false,
    });
    Ok(RepositoryView {
        default_branch: repo.default_branch.clone(),
        issues: issues.collect(),
        pulls: pulls.collect(),
        branches,
        checks: checks.collect(),
        statuses: statuses.collect(),
        name,
    })
}

fn line_comment(comment: &ReviewComment) -> CommentView {
    CommentView {
        id: comment.id,
        author: comment.author.clone(),
        body: comment.body.clone(),
        reactions: comment.reactions.iter().map(|r| (r.author.clone(), r.content.clone())).collect(),
        edited: comment.updated_at != comment.created_at,
    }
}

fn thread(pull: &Pull, first: &ReviewComment) -> ThreadView {
    ThreadView {
        id: first.id,
        path: first.path.clone(),
        line: first.now.as_ref().map(|spot| spot.line),
        outdated: first.is_outdated(),
        resolved_by: pull.resolved.get(&first.id).cloned(),
        comments: pull.comments_of(first.id).map(line_comment).collect(),
    }
}

fn branches(state: &mut State, at: At) -> Result<Vec<BranchView>, Error> {
    let repo = state.repo(at);
    let default = repo.default_branch.clone();
    let tip = repo.branch(&default).map(str::to_owned);
    let all: Vec<(String, String)> = repo.git.branches().map(|(name, sha)| (name.to_owned(), sha.to_owned())).collect();
    let mut branches = Vec::new();
    for (name, sha) in all {
        let git = &mut state.repo_mut(at).git;
        let mut ids = Vec::new();
        match &tip {
            Some(tip) if name != default => ids.clone_from(&git.compare(tip, &sha)?.commits),
            _ => {
                let mut here = Some(sha.clone());
                while let Some(id) = here.filter(|_| ids.len() < 50) {
                    here = git.commit(&id)?.and_then(|commit| commit.parents.first().cloned());
                    ids.push(id);
                }
                ids.reverse();
            }
        }
        let mut commits = Vec::new();
        for id in ids {
            let Some(commit) = state.repo_mut(at).git.commit(&id)? else { continue };
            commits.push(CommitView {
                verified: state.signed.contains(&id),
                sha: id,
                tree: commit.tree.clone(),
                message: commit.message.clone(),
                author: commit.author.name.clone(),
            });
        }
        branches.push(BranchView { name, sha, commits });
    }
    Ok(branches)
}

pub(super) fn record(state: &mut State, mut request: RequestRecord) {
    state.requests_seen += 1;
    request.number = state.requests_seen;
    request.at = time::rfc3339(time::now());
    if state.requests.len() >= state.requests_kept {
        state.requests.pop_front();
    }
    if state.requests_kept > 0 {
        state.requests.push_back(request);
    }
}
