//! A run as it is kept. Its serialised form outlives a release: fields are added with a default, never renamed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::conversation::Conversation;
use super::mending::{Mending, Unit};
use super::plan::{Plan, StepState};
use super::question::Question;
use super::rounds::{Reviews, Round};
use super::stuck_reason::StuckReason;
use super::verdict::Verdict;
use crate::domain::{BranchName, CommentId, InstallationId, IssueNumber, Login, PullNumber, RepoName, RunId, Sha, Timestamp};
use crate::specification::{LeftOut, Unseen};

/// The life of one issue's implementation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub id: RunId,
    pub repo: RepoName,
    pub issue: IssueNumber,
    pub installation: InstallationId,
    /// Who labelled the issue: the person whom the run asks and whom its commits name as co-author.
    pub asked_by: Login,
    /// 1 for the first run of an issue, 2 when it was labelled again after the first was over, …
    pub attempt: u32,
    pub settings: Settings,
    pub phase: Phase,
    /// What is built; absent until the specification was read without a blocking gap.
    pub plan: Option<Plan>,
    /// Every question ever asked in this run, by number; a question keeps its number.
    pub questions: Vec<Question>,
    /// Comments up to this one were read.
    pub comments_read_to: Option<CommentId>,
    /// The same in the pull request's conversation.
    #[serde(default)]
    pub pull_comments_read_to: Option<CommentId>,
    /// Our comments, by the name of what they say.
    pub said: BTreeMap<String, CommentId>,
    /// The branch, from the moment the plan is known; it exists on GitHub once a commit was pushed.
    pub branch: Option<BranchName>,
    /// The newest commit on the branch that we know of.
    pub head: Option<Sha>,
    pub pull: Option<PullNumber>,
    /// How often the run was stuck; tells one report from the next.
    pub times_stuck: u32,
    /// When the run wants to look again, if nothing nudges it before.
    pub wake_at: Option<Timestamp>,
    /// When all steps were first found committed; bounds how long their checks may be pending once more.
    #[serde(default)]
    pub finishing_since: Option<Timestamp>,
    /// SHA-256 of the issue's text as it was last accepted, in hexadecimal: read, or let pass by a writer's retry.
    #[serde(default)]
    pub text_hash: Option<String>,
    /// When CI's clock last looked at what people may have said or done, too.
    #[serde(default)]
    pub people_heard_at: Option<Timestamp>,
    /// When the run last went on by itself after something that might heal; being stuck again soon after is the same trouble.
    #[serde(default)]
    pub went_on_at: Option<Timestamp>,
    /// How often a person let the run go on after its budget was spent: each time it may spend as much again.
    #[serde(default)]
    pub renewals: u32,
    /// What was said beside the questions, and what counts of it.
    #[serde(default)]
    pub talk: Conversation,
    /// What reviewers asked for, and what became of it.
    #[serde(default)]
    pub reviews: Reviews,
    /// What was done about checks that failed.
    #[serde(default)]
    pub mending: Mending,
    /// Our own check run on the newest head, once it is there.
    #[serde(default)]
    pub check: Option<OwnCheck>,
    /// Whether the pull request was marked as ready, by us.
    #[serde(default)]
    pub is_ready: bool,
}

/// Where our own check run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnCheck {
    pub head: Sha,
    /// The check run's number.
    pub id: u64,
}

/// What the operator and the repository configured, as it was when the run began. Times in seconds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// How often CI is asked when no webhook tells.
    pub poll: i64,
    /// How long a commit may be without any check before the repository counts as one without CI.
    pub grace: i64,
    /// The same where the repository has workflow files.
    pub grace_with_workflows: i64,
    /// How long checks may be pending where nobody knows how long the base's took.
    pub ci_timeout: i64,
    /// How much longer than the base's.
    #[serde(default = "fifteen_minutes")]
    pub ci_patience: i64,
    /// How often in a row one check is repaired.
    #[serde(default = "twice")]
    pub repairs_per_check: usize,
    /// How often checks are repaired in all.
    #[serde(default = "ten_times")]
    pub repairs: usize,
    /// Build on this branch instead of the repository's default branch.
    pub base: Option<BranchName>,
    /// Name the new branch so, instead of after the issue.
    pub branch: Option<BranchName>,
    /// The label that asked for the run; the server's own where absent.
    #[serde(default)]
    pub label: Option<String>,
    /// The name by which people mention us, without `@`; empty where nobody can.
    #[serde(default)]
    pub handle: String,
}

fn fifteen_minutes() -> i64 {
    900
}

fn twice() -> usize {
    2
}

fn ten_times() -> usize {
    10
}

/// Where a run is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// The specification and the repository are being read.
    Reading,
    /// A blocking question waits for an answer, or for an edited specification.
    Asking,
    /// The plan waits for the approval of a person who may steer.
    Planned,
    /// One step is in hand. `step` counts from 0.
    Building {
        step: usize,
        stage: Stage,
    },
    /// All steps are committed; their verdicts are read once more.
    Finishing,
    /// A round of revising is in hand, counted from 0.
    Revising {
        round: usize,
        stage: Stage,
    },
    /// The pull request is with its reviewers.
    InReview,
    /// A person has to act; the phase to go on with is kept.
    Stuck {
        reason: StuckReason,
        from: Box<Phase>,
    },
    Over(Ending),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// An implementer works on it.
    Writing,
    /// The commit exists and is being put on the branch.
    Pushing { commit: Sha },
    /// CI is awaited.
    Verifying,
    /// A check failed, and is looked into.
    Diagnosing,
    /// An implementer repairs what the check found.
    Fixing,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    Merged,
    /// The pull request was closed without a merge.
    Closed,
    /// The label was removed, the issue closed or `/journeyman stop` given; nobody when we found it so without being told.
    Cancelled {
        by: Option<Login>,
    },
    /// Every step was already done.
    NothingToDo,
}

impl Run {
    /// Open questions without whose answers the run cannot go on.
    pub fn blocking_questions(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|q| q.is_open() && q.gap.blocking)
    }

    /// What the text holds that its page does not show.
    pub fn unseen(&self) -> &[Unseen] {
        self.plan.as_ref().map_or(&self.talk.unseen, |plan| &plan.specification.unseen)
    }

    /// What looks like work and is in no step.
    pub fn left_out(&self) -> &[LeftOut] {
        self.plan.as_ref().map_or(&self.talk.left_out, |plan| &plan.specification.left_out)
    }

    /// The first step at or after `from` that is still to be built.
    pub fn next_step(&self, from: usize) -> Option<usize> {
        let plan = self.plan.as_ref()?;
        let steps = plan.specification.steps.iter().zip(&plan.steps).enumerate().skip(from);
        steps.filter(|(_, (step, state))| step.is_to_be_built() && state.commit.is_none()).map(|(index, _)| index).next()
    }

    /// Whether building has begun, so that the specification is frozen.
    pub fn is_frozen(&self) -> bool {
        self.plan.is_some() && self.phase != Phase::Planned
    }

    /// What all implementers of this run have cost so far.
    pub fn spent(&self) -> crate::domain::Spent {
        let mut spent = crate::domain::Spent::default();
        let steps = self.plan.iter().flat_map(|plan| &plan.steps);
        steps.filter_map(|step| step.work.as_ref()).for_each(|work| spent += work.spent);
        spent
    }

    /// Whether that unit is in hand, at that stage.
    pub fn is_at(&self, unit: Unit, stage: &Stage) -> bool {
        self.in_hand().is_some_and(|(at, now)| at == unit && now == stage)
    }

    /// What is worked on, and how far it is.
    pub fn in_hand(&self) -> Option<(Unit, &Stage)> {
        match &self.phase {
            Phase::Building { step, stage } => Some((Unit::Step(*step), stage)),
            Phase::Revising { round, stage } => Some((Unit::Round(*round), stage)),
            Phase::Reading | Phase::Asking | Phase::Planned | Phase::Finishing | Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) => {
                None
            }
        }
    }

    pub fn state(&self, unit: Unit) -> Option<&StepState> {
        match unit {
            Unit::Step(step) => self.plan.as_ref()?.steps.get(step),
            Unit::Round(round) => self.reviews.rounds.get(round).map(|round| &round.state),
        }
    }

    pub fn state_mut(&mut self, unit: Unit) -> Option<&mut StepState> {
        match unit {
            Unit::Step(step) => self.plan.as_mut()?.steps.get_mut(step),
            Unit::Round(round) => self.reviews.rounds.get_mut(round).map(|round| &mut round.state),
        }
    }

    /// The verdict of a unit's newest commit.
    pub fn verdict(&self, unit: Unit) -> Verdict {
        self.plan.as_ref().zip(self.state(unit)).map_or(Verdict::NoChecks, |(plan, state)| plan.verdict_of(state))
    }

    /// Whether a commit of ours left the branch.
    pub fn has_lost(&self) -> bool {
        self.units().into_iter().any(|unit| self.state(unit).is_some_and(|state| state.lost))
    }

    /// Whether CI found every step and every round green.
    pub fn is_verified(&self) -> bool {
        let is_green = |round: &Round| {
            round.state.commit.is_none() || self.plan.as_ref().is_some_and(|p| p.verdict_of(&round.state) == Verdict::Green)
        };
        self.plan.as_ref().is_some_and(Plan::is_verified) && self.reviews.rounds.iter().all(is_green)
    }

    /// Whether nothing is known to be red, unbuilt or off the branch. What CI has still to say, or never says, is no obstacle, and neither
    /// is what may be that of the base which was merged in.
    pub fn may_be_merged(&self) -> bool {
        let Some(plan) = &self.plan else { return true };
        let is_red = |unit: Unit| matches!(self.verdict(unit), Verdict::Red(failing) if plan.merged_tells_of(&failing));
        plan.is_built() && !self.units().into_iter().any(is_red)
    }

    /// Steps first, then rounds: the order in which their commits came.
    pub fn units(&self) -> Vec<Unit> {
        let steps = self.plan.as_ref().map_or(0, |plan| plan.steps.len());
        (0..steps).map(Unit::Step).chain((0..self.reviews.rounds.len()).map(Unit::Round)).collect()
    }

    /// The commit whose verdict counts for that unit.
    pub fn commit_of(&self, unit: Unit) -> Option<&Sha> {
        self.state(unit)?.commit.as_ref()
    }

    /// Whether `commit` is the newest commit of one of the steps or rounds.
    pub fn awaits(&self, commit: &Sha) -> bool {
        self.units().into_iter().any(|unit| self.commit_of(unit) == Some(commit))
    }

    /// Whether what CI says of `commit` concerns the run: a step's newest commit, the head, or the base.
    pub fn is_about(&self, commit: &Sha) -> bool {
        self.awaits(commit) || self.head.as_ref() == Some(commit) || self.plan.as_ref().is_some_and(|p| p.bases().contains(commit))
    }

    /// Whether a reading of the specification may move it: in Reading, while it waits for another text than the one it read, and
    /// after building began, when it is compared with what is built.
    pub fn reads_specification(&self) -> bool {
        match &self.phase {
            Phase::Reading => true,
            Phase::Stuck { reason: StuckReason::NotPermitted { .. }, .. } => false,
            Phase::Stuck { from, .. } if **from == Phase::Reading => true,
            Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } | Phase::InReview | Phase::Stuck { .. } => {
                self.is_frozen()
            }
            Phase::Planned | Phase::Over(_) => false,
        }
    }

    /// Whether its first reading waits for another text, or for another configuration.
    pub fn waits_for_another_text(&self) -> bool {
        let from_reading = matches!(&self.phase, Phase::Stuck { from, .. } if **from == Phase::Reading);
        from_reading && self.reads_specification()
    }

    /// Whether nothing more will happen unless a person acts or CI speaks: for whoever waits for a run to come to rest.
    pub fn is_at_rest(&self) -> bool {
        match self.phase {
            Phase::Reading | Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } => false,
            Phase::Asking | Phase::Planned | Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) => true,
        }
    }
}
