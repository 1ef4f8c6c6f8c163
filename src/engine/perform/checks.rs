//! Reading back what CI and git say of our commits.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Login, Sha};
use crate::engine::{Engine, Failure};
use crate::github::{Compared, Error, Repository};
use crate::workflow::verdict::{self, Check};
use crate::workflow::{Checked, Event, Guest, Run, StepState};

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

/// Which of our commits the branch's history lacks, and what others put there.
pub(super) async fn read_branch(run: &Run, repository: &Repository, bot: &Login) -> Result<Event, Failure> {
    let gone = || Event::BranchRead { head: None, lost: Vec::new(), guests: Vec::new() };
    let (Some(branch), Some(plan)) = (&run.branch, &run.plan) else { return Ok(gone()) };
    let Some(head) = repository.branch(branch).await? else { return Ok(gone()) };
    let commits = since(repository, plan.base.as_str(), &head).await?;
    let ours = run.units().into_iter().filter_map(|unit| run.commit_of(unit).cloned());
    let lost = ours.filter(|ours| *ours != plan.base && !commits.iter().any(|commit| commit.sha == *ours)).collect();
    let marker = format!("Journeyman-Run: {}", run.id);
    let is_ours = |commit: &Compared| commit.author.as_ref().is_some_and(|author| author.is(bot)) || commit.message.contains(&marker);
    let mut others: Vec<&Compared> = commits.iter().filter(|commit| !is_ours(commit) && commit.parents < 2).collect();
    let since_base = if others.is_empty() { Vec::new() } else { since(repository, plan.base_branch.as_str(), &head).await? };
    // What came with the base is nobody's change of the branch.
    others.retain(|commit| since_base.iter().any(|own| own.sha == commit.sha));
    let at = |sha: &Sha| commits.iter().position(|commit| commit.sha == *sha);
    let guests = others.into_iter().map(|commit| {
        let is_before = |step: &StepState| step.made().and_then(at).is_some_and(|step| Some(step) < at(&commit.sha));
        let after_step = plan.steps.iter().rposition(is_before).map_or(0, |step| step + 1);
        Guest { commit: commit.sha.clone(), by: commit.author.clone(), after_step }
    });
    let guests = guests.collect();
    Ok(Event::BranchRead { head: Some(head), lost, guests })
}

async fn since(repository: &Repository, base: &str, head: &Sha) -> Result<Vec<Compared>, Failure> {
    match repository.compare(base, head.as_str()).await {
        Ok(comparison) => Ok(comparison.commits),
        Err(Error::NotFound { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
