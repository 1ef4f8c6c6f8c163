//! Our comments, and those of people who may steer.

use std::collections::HashMap;

use crate::domain::{CommentId, Login};
use crate::engine::{Engine, Failure};
use crate::github::body::{LIMIT, fit};
use crate::github::{Comment, Error, Permission, Repository};
use crate::prose;
use crate::workflow::{Event, Message, Remark, Run};

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

    /// The comments after `after` by people with write permission. Everybody else is not read.
    pub(super) async fn read_comments(&self, run: &Run, repository: &Repository, after: Option<CommentId>) -> Result<Event, Failure> {
        let mut permitted: HashMap<String, bool> = HashMap::new();
        let mut remarks = Vec::new();
        let mut up_to = after;
        for comment in repository.comments(run.issue).await? {
            if Some(comment.id) <= after {
                continue;
            }
            up_to = up_to.max(Some(comment.id));
            let Some(by) = comment.author.clone().filter(|_| !self.is_ours(&comment)) else { continue };
            let may = match permitted.get(by.as_str()) {
                Some(may) => *may,
                None => may_steer(repository, &by).await?,
            };
            permitted.insert(by.as_str().to_owned(), may);
            if may {
                remarks.push(Remark { id: comment.id, by, body: comment.body });
            }
        }
        Ok(Event::CommentsRead { remarks, up_to })
    }

    fn is_ours(&self, comment: &Comment) -> bool {
        comment.by_app == Some(self.parts.github.app_id()) || comment.author.as_ref().is_some_and(|login| login.is(&self.parts.bot))
    }
}

/// Write permission on the repository, asked of GitHub.
pub(super) async fn may_steer(repository: &Repository, login: &Login) -> Result<bool, Failure> {
    Ok(match repository.permission(login).await? {
        Permission::Write | Permission::Maintain | Permission::Admin => true,
        Permission::None | Permission::Read | Permission::Triage => false,
    })
}
