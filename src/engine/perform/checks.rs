//! Reading back what CI and git say of our commits.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Sha;
use crate::engine::{Engine, Failure};
use crate::github::{Error, Repository};
use crate::workflow::verdict::{self, Check};
use crate::workflow::{Checked, Event, Run};

impl Engine {
    /// The checks of each commit, all but our own.
    pub(super) async fn read_checks(&self, run: &Run, repository: &Repository, commits: &[Sha]) -> Result<Event, Failure> {
        let own = self.parts.github.app_id();
        let mut checked = Vec::with_capacity(commits.len());
        for commit in commits {
            let mut checks = repository.checks(commit).await?;
            checks.retain(|check| check.app != Some(own));
            // Jobs of one name may be of two workflows, and then both count.
            let workflows = if is_ambiguous(&checks) { repository.workflows_of(commit).await? } else { BTreeMap::new() };
            let checks = verdict::newest(checks, |suite| workflows.get(&suite).copied());
            checked.push(Checked { commit: commit.clone(), checks });
        }
        let required = match run.plan.as_ref() {
            Some(plan) => Some(self.required.of(repository, &plan.base_branch, self.now()).await?),
            None => None,
        };
        Ok(Event::ChecksRead { checked, required })
    }
}

/// Whether a check of one App is there more than once.
fn is_ambiguous(checks: &[Check]) -> bool {
    let mut seen = BTreeSet::new();
    checks.iter().filter(|check| check.id.is_some()).any(|check| !seen.insert((check.name.as_str(), check.app)))
}

/// Which of our commits the branch's history lacks.
pub(super) async fn read_branch(run: &Run, repository: &Repository) -> Result<Event, Failure> {
    let (Some(branch), Some(plan)) = (&run.branch, &run.plan) else {
        return Ok(Event::BranchRead { head: None, lost: Vec::new() });
    };
    let Some(head) = repository.branch(branch).await? else {
        return Ok(Event::BranchRead { head: None, lost: Vec::new() });
    };
    let held = match repository.compare(plan.base.as_str(), head.as_str()).await {
        Ok(comparison) => comparison.commits.into_iter().map(|(sha, _)| sha).collect(),
        Err(Error::NotFound { .. }) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    let ours = run.units().into_iter().filter_map(|unit| run.commit_of(unit).cloned());
    let lost = ours.filter(|commit| *commit != plan.base && !held.contains(commit)).collect();
    Ok(Event::BranchRead { head: Some(head), lost })
}
