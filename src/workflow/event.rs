//! What a run can learn: nudges from outside, which make it read the truth back, and what became of its own effects.

use serde::{Deserialize, Serialize};

use super::conversation::{Ignored, Proposal, Words};
use super::effect::{Effect, Wish};
use super::evidence::Evidence;
use super::mending::{Failure, Local, Unit};
use super::merging::Merging;
use super::repository::{Problem, RepositorySettings};
use super::reviewed::{ReviewRead, ThreadRead};
use super::rounds::{Guest, ThreadOutcome};
use super::run::{OwnCheck, Settings};
use super::verdict::{Check, RequiredCheck};
use super::work::Work;
use crate::domain::{BranchName, CommentId, Exhausted, InstallationId, Login, PullNumber, Sha, Untrusted};
use crate::specification::{Answers, Gap, Specification};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    // Nudges. What they claim is not believed beyond what it takes to know where to look.
    /// `settings` are those for a run that begins now.
    Labelled {
        by: Login,
        settings: Box<Settings>,
    },
    Unlabelled {
        by: Login,
    },
    SpecificationEdited {
        by: Login,
    },
    Commented {
        by: Login,
    },
    IssueClosed {
        by: Login,
    },
    IssueReopened {
        by: Login,
    },
    ChecksChanged {
        commit: Sha,
    },
    BranchMoved {
        to: Option<Sha>,
    },
    PullRequestClosed {
        merged: bool,
        by: Login,
    },
    PullRequestReopened {
        by: Login,
    },
    PullRequestEdited {
        by: Login,
    },
    /// A button of our check run.
    Pressed {
        by: Login,
        wish: Wish,
    },
    /// Somebody wants our check run, or all of a commit's, made anew.
    Rerequested {
        by: Login,
    },
    /// In the pull request's conversation.
    CommentedOnPull {
        by: Login,
    },
    /// Somebody reviewed the pull request, or said something in a thread.
    Reviewed {
        by: Login,
    },
    TimePassed,
    /// The event came while the App has another installation than the run knows.
    Reinstalled {
        installation: InstallationId,
        event: Box<Event>,
    },
    // What became of our effects.
    SpecificationRead(Box<Reading>),
    NotPermitted {
        login: Login,
    },
    /// Who may not write edited the text after the label was set. `hash` as in [`Reading`].
    NotAccepted {
        login: Login,
        hash: String,
    },
    /// The repository's configuration file cannot be read.
    SettingsBroken {
        problems: Vec<Problem>,
    },
    IssueRead(IssueReading),
    PermissionRead {
        login: Login,
        may_steer: bool,
        wish: Wish,
    },
    CheckShown(OwnCheck),
    /// Without the words of those who may not steer.
    ReviewsRead {
        reviews: Vec<ReviewRead>,
        threads: Vec<ThreadRead>,
    },
    /// `strangers` are comments that address us, by people whom we do not read.
    CommentsRead {
        remarks: Vec<Remark>,
        strangers: Vec<CommentId>,
        up_to: Option<CommentId>,
    },
    /// The same in the pull request's conversation.
    PullCommentsRead {
        remarks: Vec<Remark>,
        strangers: Vec<CommentId>,
        up_to: Option<CommentId>,
    },
    StepWritten {
        step: usize,
        written: Written,
    },
    /// What came of a round's item in hand: what is to be committed, and what came of each of its threads, in their order; or of the
    /// review's own words, where it is about them.
    Revised {
        round: usize,
        written: Written,
        outcomes: Vec<ThreadOutcome>,
    },
    ThreadAnswered {
        round: usize,
        item: usize,
        thread: usize,
        answer: CommentId,
    },
    /// What came of repairing a round.
    RoundRepaired {
        round: usize,
        written: Written,
    },
    Pushed {
        unit: Unit,
        commit: Sha,
    },
    BranchConflict {
        unit: Unit,
        onto: Sha,
        head: Option<Sha>,
        keeps_ours: bool,
    },
    PullRequestOpened {
        number: PullNumber,
    },
    PullRequestRead {
        open: bool,
        merged: bool,
        merging: Merging,
    },
    /// `required` is what the base branch requires, where that was read.
    ChecksRead {
        checked: Vec<Checked>,
        required: Option<Vec<RequiredCheck>>,
    },
    /// What came of looking into failed checks. `can_repair`: whether somebody is there who writes more than exact edits.
    Diagnosed {
        unit: Unit,
        commit: Sha,
        failures: Vec<Failure>,
        can_repair: bool,
    },
    /// Failed jobs were not run again. `why` completes "it was not run again: …".
    RerunRefused {
        commit: Sha,
        why: String,
    },
    VerifiedLocally {
        unit: Unit,
        commit: Sha,
        local: Local,
    },
    /// `guests` are the commits on it that are neither ours nor the base's, oldest first.
    BranchRead {
        head: Option<Sha>,
        lost: Vec<Sha>,
        guests: Vec<Guest>,
    },
    /// Every step was read once more against the tree at that head.
    Reread {
        head: Sha,
        missed: Vec<Missed>,
    },
    EvidenceRead(Evidence),
    MarkedReady,
    Said {
        name: String,
        id: CommentId,
    },
    /// A model proposed steps, or could not.
    Proposed(Box<Proposal>),
    /// What somebody asked was answered.
    Answered {
        comment: CommentId,
        by: Login,
        words: Words,
    },
    GaveUp {
        effect: Box<Effect>,
        why: String,
        may_heal: bool,
    },
}

/// An issue as it is, without the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueReading {
    /// `false` also when it was deleted or transferred.
    pub open: bool,
    /// Whether it carries our label.
    pub labelled: bool,
    /// SHA-256 of its text, in hexadecimal.
    pub hash: String,
    /// Who made us look, as far as we were told.
    pub by: Option<Login>,
}

/// A specification as read together with the repository at its base.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub specification: Specification,
    pub title: Untrusted,
    /// The issue's text as it counts.
    pub body: Untrusted,
    /// A newer text by somebody who may not steer.
    pub ignored: Option<Ignored>,
    /// All that was read: the text, and what it names as its specification.
    pub text: Untrusted,
    /// What the repository configured at its base.
    pub repository: RepositorySettings,
    /// SHA-256 of the issue's text, in hexadecimal.
    pub hash: String,
    /// Those of the text, of the files it names, and of its exact edits tried one after the other.
    pub gaps: Vec<Gap>,
    /// The answers that it follows: those that were there when it began.
    pub followed: Answers,
    /// Numbers of the steps that are in prose while no model is configured.
    pub needs_model: Vec<String>,
    /// Whether a model is there that could propose steps.
    pub can_propose: bool,
    pub base: Sha,
    pub base_branch: BranchName,
    pub has_workflows: bool,
}

/// A comment by somebody who may steer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub id: CommentId,
    pub by: Login,
    pub body: Untrusted,
    /// Whether a program wrote it: then nobody waits for a reply.
    pub is_bot: bool,
}

/// How an implementer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// The commit exists, on no branch yet; its parent is `onto`.
    Commit {
        commit: Sha,
        onto: Sha,
        work: Option<Box<Work>>,
    },
    /// The step asks for no change, or was found to need none.
    Nothing {
        work: Option<Box<Work>>,
    },
    /// The implementer met something that only a person can say.
    Asks {
        question: String,
        work: Box<Work>,
    },
    OutOfBudget {
        exhausted: Box<Exhausted>,
        work: Box<Work>,
    },
    /// `why` completes "the implementer gave up: …".
    GaveUp {
        why: String,
        work: Box<Work>,
    },
    /// `line` is 1-based in the specification.
    Refused {
        path: String,
        line: usize,
        why: String,
    },
}

/// What a step asks for and the final tree seems to lack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    pub step: usize,
    /// Sentences about the step.
    pub what: Vec<String>,
    /// Whether somebody is there who could write it.
    pub can_write: bool,
}

/// The checks of one commit, as read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    pub commit: Sha,
    pub checks: Vec<Check>,
}

impl Event {
    /// The event's name in the journal and in the transition table.
    pub fn name(&self) -> &'static str {
        match self {
            Event::Labelled { .. } => "labelled",
            Event::Unlabelled { .. } => "unlabelled",
            Event::SpecificationEdited { .. } => "specification edited",
            Event::Commented { .. } => "commented",
            Event::IssueClosed { .. } => "issue closed",
            Event::IssueReopened { .. } => "issue reopened",
            Event::ChecksChanged { .. } => "checks changed",
            Event::BranchMoved { .. } => "branch moved",
            Event::PullRequestClosed { .. } => "pull request closed",
            Event::PullRequestReopened { .. } => "pull request reopened",
            Event::PullRequestEdited { .. } => "pull request edited",
            Event::Pressed { .. } => "pressed",
            Event::Rerequested { .. } => "rerequested",
            Event::CommentedOnPull { .. } => "commented on the pull request",
            Event::PullCommentsRead { .. } => "pull comments read",
            Event::Reviewed { .. } => "reviewed",
            Event::ReviewsRead { .. } => "reviews read",
            Event::TimePassed => "time passed",
            Event::Reinstalled { .. } => "reinstalled",
            Event::SpecificationRead(_) => "specification read",
            Event::NotPermitted { .. } => "not permitted",
            Event::NotAccepted { .. } => "not accepted",
            Event::SettingsBroken { .. } => "settings broken",
            Event::IssueRead(_) => "issue read",
            Event::PermissionRead { .. } => "permission read",
            Event::CheckShown(_) => "check shown",
            Event::CommentsRead { .. } => "comments read",
            Event::StepWritten { .. } => "step written",
            Event::Revised { .. } => "revised",
            Event::RoundRepaired { .. } => "round repaired",
            Event::ThreadAnswered { .. } => "thread answered",
            Event::Pushed { .. } => "pushed",
            Event::BranchConflict { .. } => "branch conflict",
            Event::PullRequestOpened { .. } => "pull request opened",
            Event::PullRequestRead { .. } => "pull request read",
            Event::ChecksRead { .. } => "checks read",
            Event::Diagnosed { .. } => "diagnosed",
            Event::RerunRefused { .. } => "rerun refused",
            Event::VerifiedLocally { .. } => "verified locally",
            Event::BranchRead { .. } => "branch read",
            Event::Reread { .. } => "reread",
            Event::EvidenceRead(_) => "evidence read",
            Event::MarkedReady => "marked ready",
            Event::Said { .. } => "said",
            Event::Proposed(_) => "proposed",
            Event::Answered { .. } => "answered",
            Event::GaveUp { .. } => "gave up",
        }
    }
}
