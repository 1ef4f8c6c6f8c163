//! Our comments, and those of people who may steer.

use crate::domain::{CommentId, IssueNumber};
use crate::engine::{Engine, Failure};
use crate::github::body::{LIMIT, fit};
use crate::github::{Comment, Error, Repository};
use crate::prose;
use crate::workflow::{Event, Message, Remark, Run, command};

impl Engine {
    /// Writes a comment, or brings it up to date where its marker is found.
    pub(super) async fn say(&self, run: &Run, repository: &Repository, message: &Message) -> Result<Option<Event>, Failure> {
        let body = fit(&prose::comment(run, message), LIMIT).into_owned();
        if let Some(id) = run.said.get(&message.name()) {
            match repository.update_comment(*id, &body).await {
                Ok(()) => return Ok(None),
                // Somebody deleted it: it is written anew.
                Err(Error::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let marker = prose::marker(run, &message.name());
        // To GitHub a pull request is an issue too.
        let place = run.pull.filter(|_| message.is_on_pull(run)).map_or(run.issue, |pull| IssueNumber(pull.0));
        let comments = repository.comments(place).await?;
        let present = comments.iter().find(|c| self.is_ours(c) && prose::carries(c.body.as_data(), &marker));
        let id = match present {
            Some(comment) => {
                repository.update_comment(comment.id, &body).await?;
                comment.id
            }
            None => repository.create_comment(place, &body).await?,
        };
        Ok(Some(Event::Said { name: message.name(), id }))
    }

    /// The comments after `after` by people who may steer. Everybody else is not read: of a comment that addresses us it is known that it
    /// is there.
    pub(super) async fn read_comments(&self, run: &Run, repository: &Repository, after: Option<CommentId>) -> Result<Event, Failure> {
        let (remarks, strangers, up_to) = self.comments_after(run, repository, run.issue, after).await?;
        Ok(Event::CommentsRead { remarks, strangers, up_to })
    }

    /// The same in the pull request's conversation.
    pub(super) async fn read_pull_comments(&self, run: &Run, repository: &Repository, after: Option<CommentId>) -> Result<Event, Failure> {
        let pull = run.pull.ok_or_else(|| Failure::Never("find the pull request".into()))?;
        let (remarks, strangers, up_to) = self.comments_after(run, repository, IssueNumber(pull.0), after).await?;
        Ok(Event::PullCommentsRead { remarks, strangers, up_to })
    }

    /// Those of people who may steer, those of others that address us, and the newest of all.
    pub(super) async fn comments_after(
        &self,
        run: &Run,
        repository: &Repository,
        place: IssueNumber,
        after: Option<CommentId>,
    ) -> Result<(Vec<Remark>, Vec<CommentId>, Option<CommentId>), Failure> {
        let mut remarks = Vec::new();
        let mut strangers = Vec::new();
        let mut up_to = after;
        for comment in repository.comments(place).await? {
            if Some(comment.id) <= after {
                continue;
            }
            up_to = up_to.max(Some(comment.id));
            let Some(by) = comment.author.clone().filter(|_| !self.is_ours(&comment)) else { continue };
            if self.people.may_steer(repository, &by, &run.talk.steering, self.now()).await? {
                let is_bot = comment.by_app.is_some() || by.as_str().ends_with("[bot]");
                remarks.push(Remark { id: comment.id, by, body: comment.body, is_bot });
            } else if command::addresses_us(comment.body.as_data(), &run.settings.handle) {
                strangers.push(comment.id);
            }
        }
        Ok((remarks, strangers, up_to))
    }

    fn is_ours(&self, comment: &Comment) -> bool {
        comment.by_app == Some(self.parts.github.app_id())
    }
}
