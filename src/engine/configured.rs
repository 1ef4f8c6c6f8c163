//! The label by which a repository asks for a run, from its own configuration; remembered for a few minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Failure;
use crate::domain::{BranchName, RepoName, Timestamp};
use crate::github::Repository;
use crate::workflow::{Problem, RepositorySettings};

/// How long a label counts before it is read anew. Seconds.
const KEPT: i64 = 300;
/// Repositories kept at once; beyond that all are read anew.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct Labels(Mutex<HashMap<RepoName, (Option<String>, Timestamp)>>);

impl Labels {
    /// The repository's own label; `None` where it names none, or its file cannot be read.
    pub(super) async fn of(&self, repository: &Repository, now: Timestamp) -> Result<Option<String>, Failure> {
        if let Some((label, at)) = self.known().get(repository.name()).cloned()
            && now.since(at) < KEPT * 1000
        {
            return Ok(label);
        }
        let about = repository.about().await?;
        let label = settings(repository, &about.default_branch).await?.ok().and_then(|settings| settings.label);
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(repository.name().clone(), (label.clone(), now));
        Ok(label)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<RepoName, (Option<String>, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the repository configures. Only its default branch counts: whoever can change that may steer us anyway.
pub(super) async fn settings(
    repository: &Repository,
    default_branch: &BranchName,
) -> Result<Result<RepositorySettings, Vec<Problem>>, Failure> {
    let Some(text) = repository.file(RepositorySettings::PATH, default_branch.as_str()).await? else {
        return Ok(Ok(RepositorySettings::default()));
    };
    Ok(RepositorySettings::read(&String::from_utf8_lossy(&text)))
}
