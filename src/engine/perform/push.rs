//! Moving the branch, without force.

use crate::domain::Sha;
use crate::engine::Failure;
use crate::github::{Error, Position, Repository};
use crate::workflow::{Event, Run, Unit};

/// Puts `commit` on the branch. A branch that has it already, perhaps below later commits, is a success: an earlier attempt may have
/// got so far. One that went elsewhere is a conflict.
pub(super) async fn push(
    run: &Run,
    repository: &Repository,
    unit: Unit,
    commit: &Sha,
    onto: &Sha,
    new_branch: bool,
) -> Result<Event, Failure> {
    let branch = run.branch.as_ref().ok_or_else(|| Failure::Never("the run has no branch".into()))?;
    let pushed = Event::Pushed { unit, commit: commit.clone() };
    let moved = if new_branch { repository.create_branch(branch, commit).await } else { repository.advance_branch(branch, commit).await };
    match moved {
        Ok(()) => return Ok(pushed),
        Err(Error::Conflict { .. } | Error::NotFound { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    let head = repository.branch(branch).await?;
    match &head {
        Some(at) if at == commit || holds(repository, at, commit).await? => Ok(pushed),
        Some(at) if new_branch => {
            Err(Failure::Never(format!("the branch {branch} exists already, at {}, and was not made by this run", at.short())))
        }
        Some(at) => {
            let keeps_ours = holds(repository, at, onto).await?;
            Ok(Event::BranchConflict { unit, onto: onto.clone(), head: Some(at.clone()), keeps_ours })
        }
        None => Ok(Event::BranchConflict { unit, onto: onto.clone(), head: None, keeps_ours: false }),
    }
}

/// Whether the history of `head` has the commit.
async fn holds(repository: &Repository, head: &Sha, commit: &Sha) -> Result<bool, Failure> {
    match repository.compare(commit.as_str(), head.as_str()).await {
        Ok(comparison) => Ok(matches!(comparison.status, Position::Ahead | Position::Identical)),
        Err(Error::NotFound { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
