//! Our comments, and those of people who may steer.

use crate::domain::CommentId;
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
        let comments = repository.comments(run.issue).await?;
        let present = comments.iter().find(|c| self.is_ours(c) && prose::carries(c.body.as_data(), &marker));
        let id = match present {
            Some(comment) => {
                repository.update_comment(comment.id, &body).await?;
                comment.id
            }
            None => repository.create_comment(run.issue, &body).await?,
        };
        Ok(Some(Event::Said { name: message.name(), id }))
    }

    /// The comments after `after` by people who may steer. Everybody else is not read: of a comment that addresses us it is known that it
    /// is there.
    pub(super) async fn read_comments(&self, run: &Run, repository: &Repository, after: Option<CommentId>) -> Result<Event, Failure> {
        let mut remarks = Vec::new();
        let mut strangers = Vec::new();
        let mut up_to = after;
        for comment in repository.comments(run.issue).await? {
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
        Ok(Event::CommentsRead { remarks, strangers, up_to })
    }

    fn is_ours(&self, comment: &Comment) -> bool {
        comment.by_app == Some(self.parts.github.app_id())
    }
}
