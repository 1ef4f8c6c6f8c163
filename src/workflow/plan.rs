//! The frozen specification, and what became of each of its steps.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::mending::{Local, Unit};
use super::repository::RepositorySettings;
use super::run::Settings;
use super::verdict::{self, Check, CheckState, Counting, RequiredCheck, Verdict};
use super::work::Work;
use crate::domain::{BranchName, Sha, Timestamp, Untrusted};
use crate::specification::Specification;

/// The frozen specification and what became of its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub specification: Specification,
    /// The title.
    pub title: Untrusted,
    /// The text that was read, whole: what implementers are told.
    #[serde(default)]
    pub text: Untrusted,
    /// What the repository itself configured, at its base.
    #[serde(default)]
    pub repository: RepositorySettings,
    /// SHA-256 of the text that was read, in hexadecimal.
    pub hash: String,
    pub base: Sha,
    pub base_branch: BranchName,
    /// Whether the base has workflow files, so that checks are to be expected.
    pub has_workflows: bool,
    /// As long as `specification.steps`.
    pub steps: Vec<StepState>,
    /// The base's own checks, once they were read.
    pub base_checks: Option<Vec<Check>>,
    /// What the base branch requires before anything is merged into it.
    #[serde(default)]
    pub required: Vec<RequiredCheck>,
    /// Checks at the head of the branch, for the acceptance criteria.
    #[serde(default)]
    pub head_checks: Vec<Check>,
    /// Commits were made for an earlier version of the specification, so that there is a branch whatever the steps have.
    #[serde(default)]
    pub built_before: bool,
    /// The head at which every step was last read once more.
    #[serde(default)]
    pub reread: Option<Sha>,
    /// What shows the acceptance criteria at the newest head, as last looked for.
    #[serde(default)]
    pub evidence: Option<Evidence>,
    /// Where the branch was when commits of ours were found to be gone.
    #[serde(default)]
    pub rewritten_to: Option<Sha>,
    /// What we last merged in of the base: what is red there is not ours either.
    #[serde(default)]
    pub merged: Option<MergedTip>,
}

/// A newer commit of the base below ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergedTip {
    pub commit: Sha,
    /// Its own checks, once they were read.
    pub checks: Option<Vec<Check>>,
}

impl Plan {
    /// Which checks count.
    pub fn counting(&self) -> Counting<'_> {
        if self.repository.checks.is_empty() { Counting::required(&self.required) } else { Counting::Named(&self.repository) }
    }

    /// The verdict of a step's newest commit.
    pub fn verdict(&self, step: usize) -> Verdict {
        self.steps.get(step).map_or(Verdict::NoChecks, |state| self.verdict_of(state))
    }

    /// The verdict of the commit that counts for it.
    pub fn verdict_of(&self, state: &StepState) -> Verdict {
        let verdict = verdict::of(&state.checks, self.checks_of_base().as_deref(), self.counting());
        match verdict {
            Verdict::Pending if state.timed_out => Verdict::TimedOut(verdict::pending(&state.checks, self.counting())),
            Verdict::NoChecks => state.local.as_ref().map_or(Verdict::NoChecks, Local::verdict),
            verdict @ (Verdict::Pending
            | Verdict::Green
            | Verdict::Red(_)
            | Verdict::RedOnBaseToo(_)
            | Verdict::Cancelled(_)
            | Verdict::TimedOut(_)) => verdict,
        }
    }

    /// Whether some check is to be expected on every commit.
    pub fn expects_ci(&self) -> bool {
        self.has_workflows || !self.required.is_empty()
    }

    /// The commands that verify a unit: the step's own, or those of all that is built for what comes after, and then the repository's.
    pub fn commands_of(&self, unit: Unit) -> Vec<String> {
        let own = self.specification.steps.iter().enumerate().filter(|(index, _)| match unit {
            Unit::Step(step) => *index == step,
            Unit::Round(_) => self.steps.get(*index).is_some_and(|state| state.commit.is_some()),
        });
        let mut commands: Vec<String> = Vec::new();
        for command in own.flat_map(|(_, step)| &step.verify).chain(&self.repository.verify) {
            if !commands.contains(command) {
                commands.push(command.clone());
            }
        }
        commands
    }

    /// How many of a step's checks count.
    pub fn counted(&self, state: &StepState) -> usize {
        let counting = self.counting();
        state.checks.iter().filter(|check| counting.counts(check)).count()
    }

    /// How long checks may be pending, in seconds: as long as the base's took and `patience` more, or `otherwise`.
    pub fn deadline(&self, settings: &Settings) -> i64 {
        let usual = self.base_checks.as_deref().and_then(verdict::took);
        usual.map_or(settings.ci_timeout, |took| took + settings.ci_patience)
    }

    /// The commits of the base that are below ours, as far as their checks decide something.
    pub fn bases(&self) -> Vec<Sha> {
        [&self.base].into_iter().chain(self.merged.iter().map(|merged| &merged.commit)).cloned().collect()
    }

    /// Those of them whose checks were not read.
    pub fn unread_bases(&self) -> Vec<Sha> {
        let base = self.base_checks.is_none().then_some(&self.base);
        let merged = self.merged.iter().filter(|merged| merged.checks.is_none()).map(|merged| &merged.commit);
        base.into_iter().chain(merged).cloned().collect()
    }

    /// The checks of all that is the base's, as far as they were read.
    pub fn checks_of_base(&self) -> Option<Cow<'_, [Check]>> {
        let merged = self.merged.as_ref().and_then(|merged| merged.checks.as_deref());
        match (self.base_checks.as_deref(), merged) {
            (Some(base), Some(merged)) => Some(Cow::Owned([base, merged].concat())),
            (base, merged) => base.or(merged).map(Cow::Borrowed),
        }
    }

    /// Whether the base's checks tell of these: each has ended there, or is not there.
    pub fn base_tells_of(&self, names: &[String]) -> bool {
        self.base_checks.as_deref().is_some_and(|checks| tell_of(checks, names)) && self.merged_tells_of(names)
    }

    /// The same of what was merged in, if anything was.
    pub fn merged_tells_of(&self, names: &[String]) -> bool {
        self.merged.as_ref().is_none_or(|merged| merged.checks.as_deref().is_some_and(|checks| tell_of(checks, names)))
    }

    /// Whether a commit was made for at least one step, so that there is a branch to look at and to propose.
    pub fn has_commits(&self) -> bool {
        self.built_before || self.steps.iter().any(|s| s.commit.is_some() && !s.unchanged)
    }

    /// A number of an attempt that no step has used, so that its transcript is a new one.
    pub fn fresh_attempt(&self) -> u32 {
        self.steps.iter().map(|s| s.attempt).max().unwrap_or(0) + 1
    }

    /// Whether a commit of ours left the branch.
    pub fn has_lost(&self) -> bool {
        self.steps.iter().any(|s| s.lost)
    }

    /// Whether every step that was to be built has a commit on the branch.
    pub fn is_built(&self) -> bool {
        let mut steps = self.specification.steps.iter().zip(&self.steps).filter(|(step, _)| step.is_to_be_built());
        steps.all(|(_, state)| state.commit.is_some() && !state.lost)
    }

    /// Whether every step that was to be built has a commit on the branch which CI found green.
    pub fn is_verified(&self) -> bool {
        let mut steps = self.specification.steps.iter().zip(&self.steps).enumerate().filter(|(_, (step, _))| step.is_to_be_built());
        steps.all(|(index, (_, state))| state.commit.is_some() && !state.lost && self.verdict(index) == Verdict::Green)
    }
}

fn tell_of(checks: &[Check], names: &[String]) -> bool {
    !checks.iter().any(|check| check.state == CheckState::Pending && names.contains(&check.name))
}

/// What became of one step.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StepState {
    /// The commit whose verdict counts for this step.
    pub commit: Option<Sha>,
    /// It needed no change: `commit` is the one that was the head when its turn came.
    pub unchanged: bool,
    /// The commit is no longer in the branch's history.
    pub lost: bool,
    pub committed_at: Option<Timestamp>,
    /// Newest known checks of `commit`.
    pub checks: Vec<Check>,
    /// The grace time passed without a single check.
    pub no_ci: bool,
    /// What an implementer with a model did for it; absent for exact edits alone.
    #[serde(default)]
    pub work: Option<Work>,
    /// How often it was begun anew after its implementer gave up.
    #[serde(default)]
    pub attempt: u32,
    /// The commit that wrote it, where `commit` is another one's that repaired what both were red for.
    #[serde(default)]
    pub own: Option<Sha>,
    /// Its checks were waited for as long as they may take.
    #[serde(default)]
    pub timed_out: bool,
    /// What its commands said where there is no CI.
    #[serde(default)]
    pub local: Option<Local>,
    /// What it asks for and the final tree seems to lack: sentences about it.
    #[serde(default)]
    pub missed: Vec<String>,
    /// Whether it was given back to be completed.
    #[serde(default)]
    pub given_back: bool,
}

impl StepState {
    /// The same for another commit, of which nothing is known yet.
    pub fn without_verdict(&self) -> Self {
        let nothing = Self { checks: Vec::new(), no_ci: false, timed_out: false, local: None, own: None, ..self.clone() };
        Self { unchanged: false, lost: false, ..nothing }
    }

    /// The newest commit that was made for it.
    pub fn made(&self) -> Option<&Sha> {
        self.own.as_ref().or(self.commit.as_ref()).filter(|_| !self.unchanged)
    }
}
