//! A run as it is kept. Its serialised form outlives a release: fields are added with a default, never renamed.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::conversation::Conversation;
use super::repository::{Problem, RepositorySettings};
use super::verdict::{self, Check, Verdict};
use super::work::Work;
use crate::domain::{
    BranchName, CommentId, Exhausted, InstallationId, IssueNumber, Login, PullNumber, RepoName, RunId, Sha, Timestamp, Untrusted,
};
use crate::spec::{Gap, GapKind, Specification};

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
    /// How long checks may be pending.
    pub ci_timeout: i64,
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
}

/// Why a run waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum StuckReason {
    /// The label was set by somebody who may not write to the repository.
    NotPermitted { login: Login },
    /// The text was edited after the label was set, by somebody who may not write. `hash` is its SHA-256 in hexadecimal.
    EditedByStranger { login: Login, hash: String },
    /// The repository's configuration file cannot be read.
    SettingsBroken { problems: Vec<Problem> },
    /// Steps in prose need a model, and none is configured. Numbers as written.
    NeedsModel { steps: Vec<String> },
    /// An exact edit does not apply. `step` counts from 0, `line` from 1.
    EditRefused { step: usize, path: String, line: usize, why: String },
    /// Checks of a step's commit failed that pass on the base.
    ChecksRed { step: usize, failing: Vec<String> },
    /// Checks of a step's commit were cancelled.
    ChecksCancelled { step: usize, cancelled: Vec<String> },
    /// Checks of a step's commit did not end in time.
    ChecksTimedOut { step: usize },
    /// Somebody rewrote or deleted the branch, so that our commits are no longer on it.
    BranchRewritten,
    /// A budget is spent. `step` counts from 0. The work so far is kept.
    OutOfBudget { step: usize, exhausted: Exhausted },
    /// The implementer could not do the step, or not without what a guard stops. `why` completes "the implementer gave up: …".
    GaveUp { step: usize, why: String },
    /// Something outside did not do what it should. `what` completes "failed to". What may heal, as an outage does, is tried again.
    Refused {
        what: String,
        why: String,
        #[serde(default)]
        may_heal: bool,
    },
}

impl StuckReason {
    /// The step that it is about.
    pub fn step(&self) -> Option<usize> {
        match self {
            StuckReason::EditRefused { step, .. }
            | StuckReason::ChecksRed { step, .. }
            | StuckReason::ChecksCancelled { step, .. }
            | StuckReason::ChecksTimedOut { step }
            | StuckReason::OutOfBudget { step, .. }
            | StuckReason::GaveUp { step, .. } => Some(*step),
            StuckReason::NotPermitted { .. }
            | StuckReason::EditedByStranger { .. }
            | StuckReason::SettingsBroken { .. }
            | StuckReason::NeedsModel { .. }
            | StuckReason::BranchRewritten
            | StuckReason::Refused { .. } => None,
        }
    }
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

/// The frozen specification and what became of its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    pub specification: Specification,
    /// The issue's title.
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
    /// The base's own checks; read only once something is red.
    pub base_checks: Option<Vec<Check>>,
    /// Checks at the head of the branch, for the acceptance criteria.
    #[serde(default)]
    pub head_checks: Vec<Check>,
    /// Commits were made for an earlier version of the specification, so that there is a branch whatever the steps have.
    #[serde(default)]
    pub built_before: bool,
}

impl Plan {
    /// The verdict of a step's newest commit.
    pub fn verdict(&self, step: usize) -> Verdict {
        self.steps.get(step).map_or(Verdict::NoChecks, |s| verdict::of(&s.checks, self.base_checks.as_deref()))
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

    /// Whether every step that was to be built has a commit on the branch which CI found green.
    pub fn is_verified(&self) -> bool {
        let mut steps = self.specification.steps.iter().zip(&self.steps).enumerate().filter(|(_, (step, _))| step.is_to_be_built());
        steps.all(|(index, (_, state))| state.commit.is_some() && !state.lost && self.verdict(index) == Verdict::Green)
    }
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
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// From 1; people answer by it.
    pub number: usize,
    pub gap: Gap,
    pub answer: Option<Answer>,
    /// The specification no longer has this gap.
    pub settled: bool,
    /// The step at which an implementer asks, from 0; absent for what was seen in the text.
    #[serde(default)]
    pub step: Option<usize>,
}

impl Question {
    pub fn is_open(&self) -> bool {
        !self.settled && (self.answer.is_none() || self.needs_an_edit())
    }

    /// Whether only another text settles it: what is missing or does not apply cannot be built for all the answers there are.
    pub fn needs_an_edit(&self) -> bool {
        match self.gap.kind {
            GapKind::NoSteps | GapKind::TooManySteps | GapKind::BrokenEdit | GapKind::EditDoesNotApply | GapKind::SubIssue => true,
            GapKind::EmptyStep
            | GapKind::StepRemoved
            | GapKind::UnseenInCode
            | GapKind::Gate
            | GapKind::UndecidedOptions
            | GapKind::OpenQuestion
            | GapKind::Placeholder
            | GapKind::MissingFile
            | GapKind::ExistingFile
            | GapKind::DuplicateNumber
            | GapKind::DependsOnLater
            | GapKind::NoAcceptanceCriteria
            | GapKind::MetWhileBuilding => false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub by: Login,
    pub text: Untrusted,
}

impl Run {
    /// Open questions without whose answers the run cannot go on.
    pub fn blocking_questions(&self) -> impl Iterator<Item = &Question> {
        self.questions.iter().filter(|q| q.is_open() && q.gap.blocking)
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

    /// Whether `commit` is the newest commit of one of the steps.
    pub fn awaits(&self, commit: &Sha) -> bool {
        self.plan.as_ref().is_some_and(|p| p.steps.iter().any(|s| s.commit.as_ref() == Some(commit)))
    }

    /// Whether what CI says of `commit` concerns the run: a step's newest commit, the head, or the base.
    pub fn is_about(&self, commit: &Sha) -> bool {
        self.awaits(commit) || self.head.as_ref() == Some(commit) || self.plan.as_ref().is_some_and(|p| p.base == *commit)
    }

    /// Whether a reading of the specification may move it: in Reading, while it waits for another text than the one it read, and
    /// after building began, when it is compared with what is built.
    pub fn reads_specification(&self) -> bool {
        match &self.phase {
            Phase::Reading => true,
            Phase::Stuck { reason: StuckReason::NotPermitted { .. }, .. } => false,
            Phase::Stuck { from, .. } if **from == Phase::Reading => true,
            Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::InReview | Phase::Stuck { .. } => self.is_frozen(),
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
            Phase::Reading | Phase::Building { .. } | Phase::Finishing => false,
            Phase::Asking | Phase::Planned | Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) => true,
        }
    }
}
