//! Comments on issues and in the conversation of pull requests, and reactions.

use serde::Deserialize;
use serde_json::json;

use super::error::Error;
use super::issue::User;
use super::moment;
use super::repository::Repository;
use crate::domain::{CommentId, IssueNumber, Login, Timestamp, Untrusted};

/// A comment as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    pub id: CommentId,
    /// `None` when the account is gone.
    pub author: Option<Login>,
    /// The App that wrote it, where an App did.
    pub by_app: Option<u64>,
    pub body: Untrusted,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

#[derive(Deserialize)]
struct Wire {
    id: u64,
    user: Option<User>,
    performed_via_github_app: Option<ById>,
    body: Option<String>,
    created_at: Option<String>,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ById {
    pub id: u64,
}

impl Repository {
    /// All comments of an issue or a pull request's conversation, the oldest first.
    pub async fn comments(&self, number: IssueNumber) -> Result<Vec<Comment>, Error> {
        let call = self.get("/repos/{owner}/{repo}/issues/{issue_number}/comments", &[&number]);
        let pages: Vec<Vec<Wire>> = self.pages(call).await?;
        Ok(pages.into_iter().flatten().map(Comment::from).collect())
    }

    /// Writes a comment. The body must be within GitHub's limit: see [`super::body::fit`].
    pub async fn create_comment(&self, number: IssueNumber, body: &str) -> Result<CommentId, Error> {
        let call = self.post("/repos/{owner}/{repo}/issues/{issue_number}/comments", &[&number], json!({ "body": body }));
        let created: ById = self.json(&call).await?;
        Ok(CommentId(created.id))
    }

    /// Replaces a comment's text; [`Error::NotFound`] when somebody deleted it.
    pub async fn update_comment(&self, id: CommentId, body: &str) -> Result<(), Error> {
        self.done(&self.patch("/repos/{owner}/{repo}/issues/comments/{comment_id}", &[&id], json!({ "body": body }))).await
    }

    /// Reacts to an issue's or pull request's body; a reaction that is there already stays as it is.
    /// `content` is one of GitHub's eight: `+1`, `-1`, `laugh`, `confused`, `heart`, `hooray`, `rocket`, `eyes`.
    pub async fn react_to_issue(&self, number: IssueNumber, content: &str) -> Result<(), Error> {
        let call = self.post("/repos/{owner}/{repo}/issues/{issue_number}/reactions", &[&number], json!({ "content": content }));
        self.done(&call).await
    }

    /// Reacts to a comment, likewise.
    pub async fn react_to_comment(&self, id: CommentId, content: &str) -> Result<(), Error> {
        let call = self.post("/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", &[&id], json!({ "content": content }));
        self.done(&call).await
    }
}

impl From<Wire> for Comment {
    fn from(wire: Wire) -> Self {
        Comment {
            id: CommentId(wire.id),
            author: wire.user.map(|u| Login::new(u.login)),
            by_app: wire.performed_via_github_app.map(|a| a.id),
            body: Untrusted::new(wire.body.unwrap_or_default()),
            created_at: moment::or_oldest(wire.created_at.as_deref()),
            updated_at: moment::or_oldest(wire.updated_at.as_deref()),
        }
    }
}
