//! Pull requests.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::error::Error;
use super::repository::Repository;
use crate::domain::{BranchName, PullNumber, Sha, Untrusted};

/// A pull request as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    pub number: PullNumber,
    /// GitHub's id for GraphQL.
    pub node_id: String,
    pub open: bool,
    pub merged: bool,
    pub draft: bool,
    pub title: Untrusted,
    pub body: Untrusted,
    pub head_sha: Sha,
    pub head_branch: BranchName,
    pub base_branch: BranchName,
    pub html_url: String,
    /// Whether head and base can be merged; absent while GitHub still finds out, and in a list.
    pub mergeable: Option<bool>,
    /// What stands in the way: `clean`, `dirty` (conflicts), `behind` (must be up to date), `blocked`, `unstable`, `draft`, `unknown`.
    pub mergeable_state: Option<String>,
}

#[derive(Deserialize)]
struct Wire {
    number: u64,
    node_id: String,
    state: String,
    merged_at: Option<String>,
    #[serde(default)]
    draft: bool,
    title: String,
    body: Option<String>,
    head: End,
    base: End,
    html_url: String,
    mergeable: Option<bool>,
    mergeable_state: Option<String>,
}

#[derive(Deserialize)]
struct End {
    r#ref: String,
    sha: Sha,
}

impl Repository {
    /// The pull request from this branch of this repository: the open one, else the newest.
    pub async fn find_pull(&self, head: &BranchName) -> Result<Option<Pull>, Error> {
        let call =
            self.get("/repos/{owner}/{repo}/pulls", &[]).query("head", format!("{}:{head}", self.name().owner())).query("state", "all");
        let pages: Vec<Vec<Wire>> = self.pages(call).await?;
        // GitHub passes over a `head` that it cannot read, and would then answer with every pull request.
        let pulls = pages.into_iter().flatten().map(Pull::from).filter(|pull| pull.head_branch == *head);
        Ok(pulls.max_by_key(|pull| (pull.open, pull.number)))
    }

    /// The pull request with this number.
    pub async fn pull(&self, number: PullNumber) -> Result<Pull, Error> {
        self.json::<Wire>(&self.get("/repos/{owner}/{repo}/pulls/{pull_number}", &[&number])).await.map(Pull::from)
    }

    /// Opens a pull request. [`Error::Conflict`] when the branch has one already; [`Error::Never`] when there is nothing
    /// between the two branches. The body must be within GitHub's limit: see [`super::body::fit`].
    pub async fn create_pull(&self, title: &str, body: &str, head: &BranchName, base: &BranchName, draft: bool) -> Result<Pull, Error> {
        let body = json!({ "title": title, "body": body, "head": head.as_str(), "base": base.as_str(), "draft": draft });
        self.json::<Wire>(&self.post("/repos/{owner}/{repo}/pulls", &[], body)).await.map(Pull::from)
    }

    /// Replaces what is given, and leaves the rest.
    pub async fn update_pull(&self, number: PullNumber, title: Option<&str>, body: Option<&str>) -> Result<(), Error> {
        let mut fields = Map::new();
        for (name, value) in [("title", title), ("body", body)] {
            if let Some(value) = value {
                fields.insert(name.to_owned(), json!(value));
            }
        }
        self.done(&self.patch("/repos/{owner}/{repo}/pulls/{pull_number}", &[&number], Value::Object(fields))).await
    }

    /// Takes a draft out of draft, which only GraphQL can. GitHub does not document what it says of one that is ready
    /// already: look at [`Pull::draft`] first.
    pub async fn mark_ready(&self, node_id: &str) -> Result<(), Error> {
        const READY: &str = "mutation Ready($pullRequestId: ID!) { \
            markPullRequestReadyForReview(input: {pullRequestId: $pullRequestId}) { pullRequest { isDraft } } }";
        self.mutate(READY, json!({ "pullRequestId": node_id })).await
    }
}

impl Repository {
    /// Makes a pull request a draft again, which only GraphQL can. Look at [`Pull::draft`] first.
    pub async fn back_to_draft(&self, node_id: &str) -> Result<(), Error> {
        const DRAFT: &str = "mutation Draft($pullRequestId: ID!) { \
            convertPullRequestToDraft(input: {pullRequestId: $pullRequestId}) { pullRequest { isDraft } } }";
        self.mutate(DRAFT, json!({ "pullRequestId": node_id })).await
    }
}

impl From<Wire> for Pull {
    fn from(wire: Wire) -> Self {
        Pull {
            number: PullNumber(wire.number),
            node_id: wire.node_id,
            open: wire.state == "open",
            merged: wire.merged_at.is_some(),
            draft: wire.draft,
            title: Untrusted::new(wire.title),
            body: Untrusted::new(wire.body.unwrap_or_default()),
            head_sha: wire.head.sha,
            head_branch: BranchName::new(wire.head.r#ref),
            base_branch: BranchName::new(wire.base.r#ref),
            html_url: wire.html_url,
            mergeable: wire.mergeable,
            mergeable_state: wire.mergeable_state,
        }
    }
}
