//! Merging the base into the branch: by git where it goes together, else by the implementer, else by a person.
//!
//! The branch is never rewritten: what comes of it is a commit with two parents, the branch's head first.

use std::collections::BTreeMap;

use super::prose_step::{Assignment, Extra};
use crate::domain::{ChangeSet, Conflict, FileChange, Sha};
use crate::engine::{Engine, Failure};
use crate::git::{self, Merged, Sides, Unmerged};
use crate::github::{Position, Repository};
use crate::guard;
use crate::prose;
use crate::specification::Step;
use crate::workflow::{Event, Plan, Run, Unit, Work, Written};

/// A merge that left conflicts, for whoever resolves them.
pub(super) struct Merge {
    /// As the implementer is told it.
    pub words: String,
    /// From 0.
    pub round: usize,
    ours: Sha,
    theirs: Sha,
    merged: Merged,
}

impl Engine {
    /// Merges `tip` into `onto`, and makes the commit. No branch moves.
    pub(super) async fn merge_base(
        &self,
        run: &Run,
        repository: &Repository,
        round: usize,
        (tip, onto): (&Sha, &Sha),
    ) -> Result<Event, Failure> {
        let written = self.merged(run, repository, round, (tip, onto)).await?;
        Ok(Event::Revised { round, written, outcomes: Vec::new() })
    }

    async fn merged(&self, run: &Run, repository: &Repository, round: usize, (tip, onto): (&Sha, &Sha)) -> Result<Written, Failure> {
        let plan = run.plan.as_ref().ok_or_else(|| Failure::Never("find the plan".into()))?;
        let comparison = repository.compare(tip.as_str(), onto.as_str()).await?;
        if matches!(comparison.status, Position::Ahead | Position::Identical) {
            return Ok(Written::Nothing { work: None });
        }
        let Some(before) = comparison.merge_base else {
            return Ok(Written::Refused { path: String::new(), line: 0, why: prose::NOTHING_IN_COMMON.into() });
        };
        for commit in [&before, onto] {
            self.mirror(repository, commit).await?;
        }
        let mirror = self.mirror(repository, tip).await?;
        let (ours, theirs) = (onto.clone(), tip.clone());
        let work = tokio::task::spawn_blocking(move || git::merge(&mirror, Sides { before: &before, ours: &ours, theirs: &theirs }));
        let merged = work.await.map_err(|e| Failure::cut_short(&e))??;
        if merged.conflicts.is_empty() {
            let commit = repository.commit_merge(onto, tip, &merged.changes, &prose::merge_message(run, None)).await?;
            return Ok(Written::Commit { commit, onto: onto.clone(), work: None });
        }
        self.resolved(run, repository, plan, merged, (round, tip, onto)).await
    }

    /// Lets the implementer resolve what git did not, if it is text and somebody is there who writes it.
    async fn resolved(
        &self,
        run: &Run,
        repository: &Repository,
        plan: &Plan,
        merged: Merged,
        (round, tip, onto): (usize, &Sha, &Sha),
    ) -> Result<Written, Failure> {
        let conflicts: Vec<Conflict> = merged.conflicts.iter().map(|unmerged| unmerged.conflict.clone()).collect();
        let files: Vec<String> = conflicts.iter().map(|conflict| conflict.path.clone()).collect();
        let left = |why: String| Written::Refused { path: files.join("\n"), line: 0, why };
        if conflicts.iter().any(|conflict| !conflict.is_text()) {
            return Ok(left(prose::not_for_text(&conflicts)));
        }
        let writer = match &self.parts.means {
            Some(means) => means.writer(&plan.repository).map_err(Failure::Never)?,
            None => None,
        };
        if writer.is_none() {
            return Ok(left(prose::NOBODY_RESOLVES.into()));
        }
        // The books know steps: what comes after them is the last one's.
        let index = plan.steps.len().saturating_sub(1);
        let step = plan.specification.steps.get(index).ok_or_else(|| Failure::Never("find the step".into()))?;
        // It is about the files in conflict, whatever the last step was about.
        let (verify, words) = (plan.commands_of(Unit::Round(round)), String::new());
        let step = Step { files: files.clone(), verify, title: words.clone(), instructions: words, ..step.clone() };
        let branch = run.branch.as_ref().map_or("the branch", |branch| branch.as_str());
        let words = prose::model::merge(branch, plan.base_branch.as_str(), &files);
        let at = merged.commit.clone();
        let extra = Extra::Merge(Box::new(Merge { words, round, ours: onto.clone(), theirs: tip.clone(), merged }));
        let assignment = Assignment { run, plan, index, step: &step, onto: &at, given: ChangeSet::default(), extra: Some(extra) };
        Ok(match self.write_prose(repository, &assignment).await? {
            Written::Asks { question, .. } => left(prose::asked_of_the_merge(&question)),
            Written::GaveUp { why, .. } => left(prose::gave_up_the_merge(&why)),
            // Its marks would be left: the guards let nobody come here.
            Written::Nothing { .. } => left(prose::gave_up_the_merge("it changed nothing")),
            written @ (Written::Commit { .. } | Written::OutOfBudget { .. } | Written::Refused { .. }) => written,
        })
    }
}

impl Merge {
    /// What both sides held of the files in conflict, for the guards.
    pub fn sides(&self) -> BTreeMap<String, guard::Sides> {
        let held = |unmerged: &Unmerged| guard::Sides { ours: unmerged.ours.clone(), theirs: unmerged.theirs.clone() };
        self.merged.conflicts.iter().map(|unmerged| (unmerged.conflict.path.clone(), held(unmerged))).collect()
    }

    /// Makes the commit of the merge as it was resolved. `resolved` is relative to the merged files with their marks.
    pub async fn commit(
        &self,
        engine: &Engine,
        repository: &Repository,
        (run, resolved, work): (&Run, &ChangeSet, Box<Work>),
    ) -> Result<Written, Failure> {
        let theirs = engine.workspace(repository, &self.theirs).await?;
        let mut changes = self.merged.changes.clone();
        for (path, change) in &resolved.files {
            let is_undone = *change == FileChange::Delete && !theirs.exists(path);
            if is_undone {
                changes.files.remove(path);
            } else {
                changes.files.insert(path.clone(), change.clone());
            }
        }
        let message = prose::merge_message(run, Some(&work));
        let commit = repository.commit_merge(&self.ours, &self.theirs, &changes, &message).await?;
        Ok(Written::Commit { commit, onto: self.ours.clone(), work: Some(work) })
    }
}
