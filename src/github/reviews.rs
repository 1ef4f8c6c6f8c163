//! Reading reviews: those that were submitted, by REST, and the threads of comments on lines, by GraphQL, as only it knows what is
//! resolved and what is outdated.

use serde::Deserialize;
use serde_json::{Value, json};

use super::error::Error;
use super::issue::User;
use super::repository::Repository;
use crate::domain::{CommentId, Login, PullNumber, Sha, Untrusted};

/// A submitted review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub id: u64,
    /// `None` when the account is gone.
    pub author: Option<Login>,
    /// `APPROVED`, `CHANGES_REQUESTED`, `COMMENTED`, `DISMISSED` or `PENDING`.
    pub state: String,
    pub body: Untrusted,
}

/// A thread of comments on a file or on lines of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewThread {
    /// Its node id.
    pub id: String,
    pub resolved: bool,
    /// Whether the lines changed since it was begun.
    pub outdated: bool,
    pub path: String,
    /// From 1, in what is proposed; absent for a file as a whole, for lines that are gone and for those of before.
    pub line: Option<usize>,
    pub start_line: Option<usize>,
    /// How many lines it is about, as it was when it was begun.
    pub span: usize,
    /// The oldest first; GitHub gives at most a hundred.
    pub comments: Vec<ThreadComment>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadComment {
    pub id: CommentId,
    /// An App's with `[bot]`, as REST writes it.
    pub author: Option<Login>,
    pub body: Untrusted,
    /// The review to which it belongs.
    pub review: Option<u64>,
    pub hunk: Untrusted,
    /// The commit that was looked at.
    pub commit: Option<Sha>,
}

#[derive(Deserialize)]
struct Submitted {
    id: u64,
    user: Option<User>,
    #[serde(default)]
    body: Option<String>,
    state: String,
}

/// Servers that are older than 64-bit numbers know `databaseId` alone.
const THREADS: &str = "query Threads($owner: String!, $name: String!, $number: Int!, $after: String) { \
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { reviewThreads(first: 50, after: $after) { \
    pageInfo { hasNextPage endCursor } nodes { id isResolved isOutdated path line startLine originalLine originalStartLine diffSide \
    comments(first: 100) { nodes { fullDatabaseId body diffHunk author { __typename login } originalCommit { oid } \
    pullRequestReview { fullDatabaseId } } } } } } } }";
const THREADS_OF_OLD: &str = "query Threads($owner: String!, $name: String!, $number: Int!, $after: String) { \
    repository(owner: $owner, name: $name) { pullRequest(number: $number) { reviewThreads(first: 50, after: $after) { \
    pageInfo { hasNextPage endCursor } nodes { id isResolved isOutdated path line startLine originalLine originalStartLine diffSide \
    comments(first: 100) { nodes { databaseId body diffHunk author { __typename login } originalCommit { oid } \
    pullRequestReview { databaseId } } } } } } } }";

#[derive(Deserialize)]
struct Data {
    repository: Option<Holder>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Holder {
    pull_request: Option<Threads>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Threads {
    review_threads: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    page_info: PageInfo,
    nodes: Vec<Thread>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Thread {
    id: String,
    is_resolved: bool,
    is_outdated: bool,
    path: String,
    line: Option<usize>,
    start_line: Option<usize>,
    original_line: Option<usize>,
    original_start_line: Option<usize>,
    diff_side: Option<String>,
    comments: Comments,
}

#[derive(Deserialize)]
struct Comments {
    nodes: Vec<Comment>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comment {
    full_database_id: Option<Value>,
    database_id: Option<u64>,
    body: String,
    #[serde(default)]
    diff_hunk: String,
    author: Option<Actor>,
    original_commit: Option<Oid>,
    pull_request_review: Option<Numbered>,
}

#[derive(Deserialize)]
struct Actor {
    #[serde(rename = "__typename")]
    kind: String,
    login: String,
}

#[derive(Deserialize)]
struct Oid {
    oid: Sha,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Numbered {
    full_database_id: Option<Value>,
    database_id: Option<u64>,
}

/// GraphQL writes a number of 64 bits as text, though not everywhere.
fn number(full: Option<&Value>, short: Option<u64>) -> Option<u64> {
    let full = full.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok()));
    full.or(short)
}

impl Actor {
    fn login(self) -> Login {
        let is_bare_bot = self.kind == "Bot" && !self.login.ends_with("[bot]");
        Login::new(if is_bare_bot { format!("{}[bot]", self.login) } else { self.login })
    }
}

impl Comment {
    fn read(self) -> Option<ThreadComment> {
        Some(ThreadComment {
            id: CommentId(number(self.full_database_id.as_ref(), self.database_id)?),
            author: self.author.map(Actor::login),
            body: Untrusted::new(self.body),
            review: self.pull_request_review.and_then(|review| number(review.full_database_id.as_ref(), review.database_id)),
            hunk: Untrusted::new(self.diff_hunk),
            commit: self.original_commit.map(|commit| commit.oid),
        })
    }
}

impl Thread {
    fn read(self) -> ReviewThread {
        let is_of_before = self.diff_side.as_deref() == Some("LEFT");
        ReviewThread {
            id: self.id,
            resolved: self.is_resolved,
            outdated: self.is_outdated,
            path: self.path,
            line: self.line.filter(|_| !is_of_before),
            start_line: self.start_line.filter(|_| !is_of_before),
            span: match (self.original_start_line, self.original_line) {
                (Some(start), Some(line)) => line.saturating_sub(start) + 1,
                (None, Some(_)) => 1,
                (_, None) => 0,
            },
            comments: self.comments.nodes.into_iter().filter_map(Comment::read).collect(),
        }
    }
}

impl Repository {
    /// All reviews that were submitted, the oldest first.
    pub async fn reviews(&self, pull: PullNumber) -> Result<Vec<Review>, Error> {
        let pages: Vec<Vec<Submitted>> = self.pages(self.get("/repos/{owner}/{repo}/pulls/{pull_number}/reviews", &[&pull])).await?;
        let read = |review: Submitted| Review {
            id: review.id,
            author: review.user.map(|user| Login::new(user.login)),
            state: review.state,
            body: Untrusted::new(review.body.unwrap_or_default()),
        };
        Ok(pages.into_iter().flatten().map(read).collect())
    }

    /// All threads, resolved ones among them, the oldest first.
    pub async fn review_threads(&self, pull: PullNumber) -> Result<Vec<ReviewThread>, Error> {
        let mut threads = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let variables = json!({ "owner": self.name().owner(), "name": self.name().name(), "number": pull.0, "after": after });
            let data = match self.ask_for_parts::<Data>(THREADS, variables.clone()).await? {
                Some(data) => data,
                None => self.ask(THREADS_OF_OLD, variables).await?,
            };
            let Some(found) = data.repository.and_then(|repository| repository.pull_request) else { return Ok(threads) };
            let Page { page_info, nodes } = found.review_threads;
            threads.extend(nodes.into_iter().map(Thread::read));
            match page_info.end_cursor.filter(|_| page_info.has_next_page) {
                Some(cursor) => after = Some(cursor),
                None => return Ok(threads),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_is_read_with_numbers_of_either_kind_and_apps_by_their_full_names() {
        let comment = |id: Value| {
            let author = json!({ "__typename": "Bot", "login": "lint" });
            let review = json!({ "fullDatabaseId": "7000000000" });
            let mut comment = json!({ "body": "Rename it.", "diffHunk": "@@ -1 +1 @@", "author": author, "pullRequestReview": review });
            comment.as_object_mut().unwrap().extend(id.as_object().unwrap().clone());
            comment
        };
        let wire = |side: &str| {
            json!({ "id": "PRRT_1", "isResolved": false, "isOutdated": true, "path": "a.rs", "line": 3, "startLine": 2, "originalLine": 9, "originalStartLine": 7, "diffSide": side,
                "comments": { "nodes": [comment(json!({ "fullDatabaseId": "5000000000" })), comment(json!({ "databaseId": 6 }))] } })
        };
        let thread = serde_json::from_value::<Thread>(wire("RIGHT")).unwrap().read();
        let ids: Vec<u64> = thread.comments.iter().map(|comment| comment.id.0).collect();
        assert_eq!((ids, thread.line, thread.start_line, thread.span), (vec![5_000_000_000, 6], Some(3), Some(2), 3));
        assert_eq!(thread.comments[0].author, Some(Login::new("lint[bot]")));
        assert_eq!(thread.comments[0].review, Some(7_000_000_000));
        assert_eq!(serde_json::from_value::<Thread>(wire("LEFT")).unwrap().read().line, None);
    }
}
