//! Who may steer: asked of GitHub, and remembered for a few minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::Failure;
use crate::domain::{Login, RepoName, Timestamp};
use crate::github::{Permission, Repository};

/// How long an answer of GitHub counts: who was taken off a repository steers no longer than that. Seconds.
const KEPT: i64 = 300;
/// Answers kept at once; beyond that all are asked for anew.
const MOST: usize = 10_000;

#[derive(Debug, Default)]
pub(super) struct People(Mutex<HashMap<(RepoName, String), (bool, Timestamp)>>);

impl People {
    /// Whether the account may write to the repository, or is named in its configuration. An App may steer only if it is named.
    pub(super) async fn may_steer(&self, repository: &Repository, login: &Login, named: &[Login], now: Timestamp) -> Result<bool, Failure> {
        if named.iter().any(|name| name.is(login)) {
            return Ok(true);
        }
        if login.as_str().ends_with("[bot]") {
            return Ok(false);
        }
        let key = (repository.name().clone(), login.as_str().to_lowercase());
        if let Some((may, at)) = self.lock().get(&key).copied()
            && now.since(at) < KEPT * 1000
        {
            return Ok(may);
        }
        let may = match repository.permission(login).await? {
            Permission::Write | Permission::Maintain | Permission::Admin => true,
            Permission::None | Permission::Read | Permission::Triage => false,
        };
        let mut known = self.lock();
        if known.len() >= MOST {
            known.clear();
        }
        known.insert(key, (may, now));
        Ok(may)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<(RepoName, String), (bool, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
