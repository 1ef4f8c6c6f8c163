//! Threads of a review: answering in one, resolving it, and asking for another review.

use serde::Deserialize;
use serde_json::json;

use super::comment::ById;
use super::error::Error;
use super::repository::Repository;
use crate::domain::{CommentId, Login, PullNumber};

#[derive(Deserialize)]
struct Reply {
    id: u64,
    in_reply_to_id: Option<u64>,
    body: String,
    performed_via_github_app: Option<ById>,
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    login: String,
}

impl Repository {
    /// Our answer to a comment's thread that carries `marker`, by `bot`; `first` is the thread's first comment.
    pub async fn find_reply(&self, pull: PullNumber, first: CommentId, marker: &str, bot: &Login) -> Result<Option<CommentId>, Error> {
        let pages: Vec<Vec<Reply>> = self.pages(self.get("/repos/{owner}/{repo}/pulls/{pull_number}/comments", &[&pull])).await?;
        let own = self.app.app_id();
        let is_ours = |reply: &Reply| {
            reply.performed_via_github_app.as_ref().is_some_and(|app| app.id == own)
                || reply.user.as_ref().is_some_and(|user| Login::new(user.login.clone()).is(bot))
        };
        let mut replies = pages.into_iter().flatten().filter(|reply| reply.in_reply_to_id == Some(first.0));
        Ok(replies.find(|reply| is_ours(reply) && reply.body.contains(marker)).map(|reply| CommentId(reply.id)))
    }

    /// Answers in the thread whose first comment this is.
    pub async fn reply(&self, pull: PullNumber, first: CommentId, body: &str) -> Result<CommentId, Error> {
        let template = "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies";
        self.json::<ById>(&self.post(template, &[&pull, &first.0], json!({ "body": body }))).await.map(|reply| CommentId(reply.id))
    }

    /// Resolves a thread by its node id, which only GraphQL can.
    pub async fn resolve_thread(&self, thread: &str) -> Result<(), Error> {
        const RESOLVE: &str = "mutation Resolve($threadId: ID!) { \
            resolveReviewThread(input: {threadId: $threadId}) { thread { isResolved } } }";
        self.mutate(RESOLVE, json!({ "threadId": thread })).await
    }

    /// Asks for a review. [`Error::Never`] with 422 where that account cannot be asked.
    pub async fn request_review(&self, pull: PullNumber, of: &Login) -> Result<(), Error> {
        let template = "/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers";
        self.done(&self.post(template, &[&pull], json!({ "reviewers": [of.as_str()] }))).await
    }
}
