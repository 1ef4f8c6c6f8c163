//! What base branches require, remembered for a few minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Failure;
use crate::domain::{BranchName, RepoName, Timestamp};
use crate::github::{Error, Repository};
use crate::workflow::verdict::RequiredCheck;

/// How long it counts before it is read anew. Seconds.
const KEPT: i64 = 300;
/// Branches kept at once; beyond that all are read anew.
const MOST: usize = 10_000;

type Known = HashMap<(RepoName, BranchName), (Vec<RequiredCheck>, Timestamp)>;

#[derive(Debug, Default)]
pub(super) struct Required(Mutex<Known>);

impl Required {
    pub(super) async fn of(&self, repository: &Repository, branch: &BranchName, now: Timestamp) -> Result<Vec<RequiredCheck>, Failure> {
        let key = (repository.name().clone(), branch.clone());
        if let Some((checks, at)) = self.known().get(&key).cloned()
            && now.since(at) < KEPT * 1000
        {
            return Ok(checks);
        }
        let checks = match repository.required_checks(branch).await {
            Ok(checks) => checks,
            Err(error @ Error::Later { .. }) => return Err(error.into()),
            // Where it may not be read, every check counts, which is stricter.
            Err(error) => {
                tracing::warn!(repo = %repository.name(), "failed to read what {branch} requires: {error}");
                Vec::new()
            }
        };
        let mut known = self.known();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, (checks.clone(), now));
        Ok(checks)
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
