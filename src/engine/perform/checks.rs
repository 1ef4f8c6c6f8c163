//! Reading back what CI and git say of our commits.

use crate::domain::Sha;
use crate::engine::{Engine, Failure};
use crate::github::{Error, Repository};
use crate::workflow::{Checked, Event, Run};

impl Engine {
    /// The checks of each commit, all but our own.
    pub(super) async fn read_checks(&self, repository: &Repository, commits: &[Sha]) -> Result<Event, Failure> {
        let own = self.parts.github.app_id();
        let mut checked = Vec::with_capacity(commits.len());
        for commit in commits {
            let mut checks = repository.checks(commit).await?;
            checks.retain(|check| check.app != Some(own));
            checked.push(Checked { commit: commit.clone(), checks });
        }
        Ok(Event::ChecksRead { checked, required: None })
    }
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
    let ours = plan.steps.iter().filter_map(|s| s.commit.clone());
    let lost = ours.filter(|commit| *commit != plan.base && !held.contains(commit)).collect();
    Ok(Event::BranchRead { head: Some(head), lost })
}
