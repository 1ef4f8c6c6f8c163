//! What leaves our database. Each effect is performed at least once and is safe to repeat.

use serde::{Deserialize, Serialize};

use super::conversation::Reply;
use super::mending::Unit;
use super::plan::Plan;
use super::run::{Ending, Phase, Run, Stage};
use super::shown::Shown;
use crate::domain::{CommentId, Login, Sha, Untrusted};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// React with 👀 to the issue.
    Acknowledge,
    /// Read the issue, who labelled it, and the repository at its base.
    ReadSpecification,
    /// Read whether the issue is open and labelled, and what its text is. `by` made us look, as far as we were told.
    ReadIssue {
        by: Option<Login>,
    },
    /// Ask whether somebody who set the label or pressed a button may have what is wished for.
    ReadPermission {
        login: Login,
        #[serde(default)]
        wish: Wish,
    },
    /// Read the issue's comments that came after `after`, as far as their authors may steer.
    ReadComments {
        after: Option<CommentId>,
    },
    /// The same of the pull request's conversation.
    ReadPullComments {
        after: Option<CommentId>,
    },
    /// Read the pull request's reviews and their threads.
    ReadReviews,
    /// Write one of our comments, or bring it up to date.
    Say(Message),
    /// Show in one glance what became of a comment: one of GitHub's reactions.
    React {
        comment: CommentId,
        with: Reaction,
    },
    /// Let a model propose steps for a text that has none.
    Propose,
    /// Answer what somebody asked in a comment.
    Answer {
        comment: CommentId,
        by: Login,
        question: Untrusted,
    },
    /// Let an implementer write the step on top of `onto`, and make the commit. No branch moves.
    WriteStep {
        step: usize,
        onto: Sha,
    },
    /// See why checks of a unit's commit failed.
    Diagnose {
        unit: Unit,
        commit: Sha,
    },
    /// Have the failed jobs of these workflow runs run again.
    Rerun {
        commit: Sha,
        workflow_runs: Vec<u64>,
    },
    /// Let an implementer repair on top of `onto` what the newest diagnosis found, and make the commit. No branch moves.
    Repair {
        unit: Unit,
        onto: Sha,
    },
    /// Run a unit's verification commands on its commit, where there is no CI.
    VerifyLocally {
        unit: Unit,
        commit: Sha,
    },
    /// Work on the item in hand of a round on top of `onto`, and make the commit, if there is something to commit. No branch moves.
    Revise {
        round: usize,
        onto: Sha,
    },
    /// Answer in a thread of a round's item what came of it, and resolve it where it was done. All count from 0.
    AnswerThread {
        round: usize,
        item: usize,
        thread: usize,
    },
    /// Ask that reviewer for another review.
    RequestReview {
        of: Login,
    },
    /// Move the branch from `onto` to `commit`, for a round.
    PushRound {
        round: usize,
        commit: Sha,
        onto: Sha,
    },
    /// Move the branch from `onto` to `commit`, or make it there.
    Push {
        step: usize,
        commit: Sha,
        onto: Sha,
        new_branch: bool,
    },
    OpenPullRequest,
    /// Bring the pull request's body up to date.
    ShowChecklist,
    ReadChecks {
        commits: Vec<Sha>,
    },
    /// Read every step once more against the tree at that head.
    Reread {
        head: Sha,
    },
    /// Look for what shows the acceptance criteria at that head.
    ReadEvidence {
        head: Sha,
    },
    /// See which of our commits are in the branch's history.
    ReadBranch,
    ReadPullRequest,
    /// The draft becomes ready for review.
    MarkReady,
    /// It becomes a draft again.
    BackToDraft,
    /// Bring our own check run on the head up to date.
    ShowCheck,
}

/// What a press of a button in our check run asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wish {
    #[default]
    Retry,
    Stop,
}

impl Wish {
    /// The button's identifier.
    pub const fn identifier(self) -> &'static str {
        match self {
            Wish::Retry => "retry",
            Wish::Stop => "stop",
        }
    }

    pub fn of(identifier: &str) -> Option<Self> {
        [Wish::Retry, Wish::Stop].into_iter().find(|wish| wish.identifier() == identifier)
    }
}

/// Our comments. Each exists once in a run, found by its hidden marker, and is edited in place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Message {
    /// What was understood, where it stands and what it waits for.
    Status,
    /// The numbered questions with their answers.
    Questions,
    /// Why the run waits for a person: one for each time.
    Stuck(u32),
    /// Every step is built.
    Done,
    /// Steps that wait for the approval of a person.
    Plan,
    /// A reply to that comment.
    Reply(CommentId),
    /// What came of a review's own words, by the review's number.
    Review(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reaction {
    /// It was read and is obeyed.
    Heard,
    /// It is by somebody whom we do not read.
    NotRead,
}

impl Message {
    /// The name in the comment's hidden marker.
    pub fn name(&self) -> String {
        match self {
            Message::Status => "status".into(),
            Message::Questions => "questions".into(),
            Message::Stuck(n) => format!("stuck-{n}"),
            Message::Done => "done".into(),
            Message::Plan => "plan".into(),
            Message::Reply(comment) => format!("reply-{}", comment.0),
            Message::Review(review) => format!("review-{review}"),
        }
    }

    /// Whether it stands in the pull request's conversation, and not in the issue's.
    pub fn is_on_pull(&self, run: &Run) -> bool {
        match self {
            Message::Review(_) => true,
            Message::Reply(comment) => run.talk.on_pull.contains(comment),
            Message::Status | Message::Questions | Message::Stuck(_) | Message::Done | Message::Plan => false,
        }
    }

    /// Whether the run has that to say.
    fn is_wanted(&self, run: &Run) -> bool {
        match self {
            Message::Status => true,
            Message::Questions => !run.questions.is_empty(),
            Message::Stuck(number) => *number <= run.times_stuck,
            Message::Plan => run.phase == Phase::Planned || run.talk.proposal.is_some() || run.said.contains_key(&self.name()),
            Message::Reply(comment) => run.talk.reply_to(*comment).is_some(),
            Message::Review(review) => run.reviews.said_of(*review).is_some(),
            Message::Done => {
                let built = run.plan.is_some() && run.next_step(0).is_none();
                built && matches!(run.phase, Phase::InReview | Phase::Over(_))
            }
        }
    }
}

impl Effect {
    /// Two effects with one key do the same; of those that wait, one is enough.
    pub fn key(&self) -> String {
        match self {
            Effect::Acknowledge => "acknowledge".into(),
            Effect::ReadSpecification => "read-specification".into(),
            Effect::ReadIssue { .. } => "read-issue".into(),
            Effect::ReadPermission { login, wish: Wish::Retry } => format!("read-permission:{login}"),
            Effect::ReadPermission { login, wish: Wish::Stop } => format!("read-permission-to-stop:{login}"),
            Effect::ReadComments { .. } => "read-comments".into(),
            Effect::ReadPullComments { .. } => "read-pull-comments".into(),
            Effect::ReadReviews => "read-reviews".into(),
            Effect::Say(message) => format!("say:{}", message.name()),
            Effect::React { comment, with } => format!("react:{}:{with:?}", comment.0),
            Effect::Propose => "propose".into(),
            Effect::Answer { comment, .. } => format!("answer:{}", comment.0),
            Effect::WriteStep { step, onto } => format!("write:{step}:{onto}"),
            Effect::Diagnose { commit, .. } => format!("diagnose:{commit}"),
            Effect::Rerun { commit, workflow_runs } => {
                let runs: Vec<String> = workflow_runs.iter().map(u64::to_string).collect();
                format!("rerun:{commit}:{}", runs.join(","))
            }
            Effect::Repair { unit: Unit::Step(step), onto } => format!("repair:{step}:{onto}"),
            Effect::Repair { unit: Unit::Round(round), onto } => format!("repair-round:{round}:{onto}"),
            Effect::Revise { round, onto } => format!("revise:{round}:{onto}"),
            Effect::PushRound { commit, .. } => format!("push:{commit}"),
            Effect::AnswerThread { round, item, thread } => format!("answer-thread:{round}:{item}:{thread}"),
            Effect::RequestReview { of } => format!("request-review:{of}"),
            Effect::VerifyLocally { commit, .. } => format!("verify-locally:{commit}"),
            Effect::Push { commit, .. } => format!("push:{commit}"),
            Effect::OpenPullRequest => "open-pull-request".into(),
            Effect::ShowChecklist => "show-checklist".into(),
            Effect::ReadChecks { commits } => {
                let ids: Vec<&str> = commits.iter().map(Sha::as_str).collect();
                format!("read-checks:{}", ids.join(","))
            }
            Effect::Reread { head } => format!("reread:{head}"),
            Effect::ReadEvidence { head } => format!("read-evidence:{head}"),
            Effect::ReadBranch => "read-branch".into(),
            Effect::ReadPullRequest => "read-pull-request".into(),
            Effect::MarkReady => "mark-ready".into(),
            Effect::BackToDraft => "back-to-draft".into(),
            Effect::ShowCheck => "show-check".into(),
        }
    }

    /// What it is, in words that complete "failed to".
    pub fn what(&self) -> String {
        match self {
            Effect::Acknowledge => "react to the issue".into(),
            Effect::ReadSpecification => "read the specification".into(),
            Effect::ReadIssue { .. } => "read the issue".into(),
            Effect::ReadPermission { login, .. } => format!("read what {login} may do"),
            Effect::ReadComments { .. } => "read the comments".into(),
            Effect::ReadPullComments { .. } => "read the pull request's comments".into(),
            Effect::ReadReviews => "read the reviews".into(),
            Effect::Say(_) => "write a comment".into(),
            Effect::React { .. } => "react to a comment".into(),
            Effect::Propose => "have steps proposed".into(),
            Effect::Answer { .. } => "answer a question".into(),
            Effect::WriteStep { step, .. } => format!("write step {}", step + 1),
            Effect::Diagnose { .. } => "see why checks failed".into(),
            Effect::Rerun { .. } => "run failed jobs again".into(),
            Effect::Repair { unit: Unit::Step(step), .. } => format!("repair step {}", step + 1),
            Effect::Repair { unit: Unit::Round(_), .. } => "repair what a revision broke".into(),
            Effect::Revise { .. } => "revise the pull request".into(),
            Effect::PushRound { .. } => "push the commit of a revision".into(),
            Effect::AnswerThread { .. } => "answer in a review's thread".into(),
            Effect::RequestReview { of } => format!("ask {of} for another review"),
            Effect::VerifyLocally { .. } => "run the verification commands".into(),
            Effect::Push { step, .. } => format!("push the commit of step {}", step + 1),
            Effect::OpenPullRequest => "open the pull request".into(),
            Effect::ShowChecklist => "update the pull request".into(),
            Effect::ReadChecks { .. } => "read the checks".into(),
            Effect::Reread { .. } => "read the steps once more".into(),
            Effect::ReadEvidence { .. } => "look for what shows the acceptance criteria".into(),
            Effect::ReadBranch => "read the branch".into(),
            Effect::ReadPullRequest => "read the pull request".into(),
            Effect::MarkReady => "mark the pull request as ready".into(),
            Effect::BackToDraft => "make the pull request a draft again".into(),
            Effect::ShowCheck => "update the check run".into(),
        }
    }

    /// Whether the run can do without it: then giving it up is journaled, and the run goes on.
    pub fn is_dispensable(&self) -> bool {
        match self {
            Effect::Acknowledge
            | Effect::React { .. }
            | Effect::Propose
            | Effect::Answer { .. }
            | Effect::Say(_)
            | Effect::ShowChecklist
            | Effect::ReadIssue { .. }
            | Effect::ReadPermission { .. }
            | Effect::ReadComments { .. }
            | Effect::ReadPullComments { .. }
            | Effect::ReadReviews
            | Effect::Reread { .. }
            | Effect::ReadEvidence { .. }
            | Effect::ReadBranch
            | Effect::BackToDraft
            | Effect::ShowCheck
            | Effect::AnswerThread { .. }
            | Effect::RequestReview { .. }
            | Effect::ReadPullRequest => true,
            Effect::ReadSpecification
            | Effect::WriteStep { .. }
            | Effect::Diagnose { .. }
            | Effect::Rerun { .. }
            | Effect::Repair { .. }
            | Effect::VerifyLocally { .. }
            | Effect::Revise { .. }
            | Effect::PushRound { .. }
            | Effect::Push { .. }
            | Effect::OpenPullRequest
            | Effect::ReadChecks { .. }
            | Effect::MarkReady => false,
        }
    }

    /// Whether the run still wants it. A run that was stopped while an effect waited must not go on pushing, and what an
    /// earlier attempt asked for is nothing to the next.
    pub fn is_wanted(&self, run: &Run) -> bool {
        let over = matches!(run.phase, Phase::Over(_));
        let plan = run.plan.as_ref();
        match self {
            Effect::Acknowledge | Effect::React { .. } => true,
            Effect::Propose => run.phase == Phase::Asking && !run.is_frozen(),
            Effect::Answer { comment, .. } => !run.talk.reply_to(*comment).is_some_and(Reply::answers),
            Effect::Say(message) => message.is_wanted(run),
            Effect::ShowChecklist => run.pull.is_some(),
            Effect::ReadSpecification => run.reads_specification(),
            Effect::WriteStep { step, onto } => {
                run.phase == Phase::Building { step: *step, stage: Stage::Writing } && run.head.as_ref() == Some(onto)
            }
            Effect::Diagnose { unit, commit } => run.is_at(*unit, &Stage::Diagnosing) && run.commit_of(*unit) == Some(commit),
            Effect::Rerun { commit, .. } => !over && run.is_about(commit),
            Effect::Repair { unit, onto } => run.is_at(*unit, &Stage::Fixing) && run.head.as_ref() == Some(onto),
            Effect::VerifyLocally { unit, commit } => {
                !over && run.state(*unit).is_some_and(|state| state.commit.as_ref() == Some(commit) && state.local.is_none())
            }
            Effect::Revise { round, onto } => run.is_at(Unit::Round(*round), &Stage::Writing) && run.head.as_ref() == Some(onto),
            Effect::AnswerThread { round, item, thread } => {
                let item = run.reviews.rounds.get(*round).and_then(|round| round.items.get(*item));
                let thread = item.filter(|item| item.done).and_then(|item| item.threads.get(*thread));
                thread.is_some_and(|thread| thread.outcome.is_some() && thread.answered.is_none())
            }
            Effect::RequestReview { .. } => !over && run.pull.is_some(),
            Effect::PushRound { round, commit, .. } => run.is_at(Unit::Round(*round), &Stage::Pushing { commit: commit.clone() }),
            Effect::Push { step, commit, .. } => {
                run.phase == Phase::Building { step: *step, stage: Stage::Pushing { commit: commit.clone() } }
            }
            Effect::MarkReady => run.phase == Phase::Finishing && run.pull.is_some() && plan.is_some_and(Plan::is_verified),
            Effect::BackToDraft => !over && !run.is_ready && run.pull.is_some(),
            Effect::OpenPullRequest => !over && run.pull.is_none() && plan.is_some_and(Plan::has_commits),
            Effect::ReadPullRequest => run.pull.is_some() && !matches!(run.phase, Phase::Over(Ending::Merged | Ending::NothingToDo)),
            Effect::ReadPermission { wish: Wish::Retry, .. } => matches!(run.phase, Phase::Stuck { .. }),
            Effect::ReadPermission { wish: Wish::Stop, .. } => !over,
            Effect::ShowCheck => Shown::of(run).is_some(),
            Effect::ReadChecks { commits } => !over && commits.iter().any(|commit| run.is_about(commit)),
            Effect::Reread { head } => {
                let at_the_end = matches!(run.phase, Phase::Finishing | Phase::InReview);
                at_the_end && run.head.as_ref() == Some(head) && plan.is_some_and(|plan| run.reviews.reviewed_steps() < plan.steps.len())
            }
            Effect::ReadEvidence { head } => !over && plan.is_some() && run.head.as_ref() == Some(head),
            Effect::ReadBranch => !over && plan.is_some(),
            Effect::ReadReviews => {
                run.pull.is_some() && matches!(run.phase, Phase::InReview | Phase::Building { stage: Stage::Writing, .. })
            }
            Effect::ReadIssue { .. } => !over,
            // Even then people may ask, or have a stopped run go on.
            Effect::ReadComments { .. } => true,
            Effect::ReadPullComments { .. } => run.pull.is_some(),
        }
    }
}
