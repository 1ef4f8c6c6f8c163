//! Which tree a commit has: it never changes, so what was once seen need not be asked again.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::{RepoName, Sha};

/// More than all runs at work have in hand; then it starts anew.
const MOST: usize = 4096;

#[derive(Default)]
pub(super) struct Trees {
    known: Mutex<HashMap<(RepoName, Sha), Sha>>,
}

impl Trees {
    pub(super) fn get(&self, repo: &RepoName, commit: &Sha) -> Option<Sha> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&(repo.clone(), commit.clone())).cloned()
    }

    pub(super) fn keep(&self, repo: &RepoName, commit: &Sha, tree: &Sha) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST {
            known.clear();
        }
        known.insert((repo.clone(), commit.clone()), tree.clone());
    }
}
