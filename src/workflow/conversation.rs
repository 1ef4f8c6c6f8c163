//! What a run remembers of its talk with people, beside the questions.

use serde::{Deserialize, Serialize};

use crate::domain::{CommentId, Login, Sha, Spent, Timestamp, Untrusted};
use crate::specification::{Answers, LeftOut, Unseen};

/// The newest replies are kept; older ones stand on GitHub as they are.
const MOST_REPLIES: usize = 40;
/// Two replies to one account with less between them answer what no person typed. Seconds.
const QUICK: i64 = 30;

/// Serialised with a run: fields are added, never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// Who may steer beside those who may write, as the repository names them.
    pub steering: Vec<Login>,
    /// The text that counts, as it was when somebody who may steer last accepted it.
    pub accepted: Option<Accepted>,
    /// An edit that does not count.
    pub ignored: Option<Ignored>,
    /// What the text holds that its page does not show, as long as there is no plan.
    pub unseen: Vec<Unseen>,
    /// What looks like work and is in no step, as long as there is no plan.
    pub left_out: Vec<LeftOut>,
    /// The steps as they were understood, while there is no plan.
    pub understood: Vec<Understood>,
    /// The answers that the newest reading of the text followed.
    pub followed: Answers,
    /// Steps that a model proposes where the text has none.
    pub proposal: Option<Proposal>,
    /// Steps that a person gave or approved, for a text that has none.
    pub plan_given: Option<PlanGiven>,
    /// The text for which a person approved the plan.
    pub approved: Option<Untrusted>,
    /// Who approved it.
    pub approved_by: Option<Login>,
    /// What the newest edit of the specification changed while building.
    pub revision: Option<Revision>,
    /// Steps that were built and are no longer in the specification.
    pub removed: Vec<Removed>,
    /// The text was edited while a commit was on its way to the branch: it is read when it is there.
    pub edited_meanwhile: bool,
    pub replies: Vec<Reply>,
    /// Comments meant for us that stand in the pull request's conversation: replies to them stand there too.
    pub on_pull: Vec<CommentId>,
}

/// A step as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Understood {
    /// As written.
    pub number: String,
    pub title: String,
    pub files: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub title: Untrusted,
    pub body: Untrusted,
}

/// An edit by somebody who may not steer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ignored {
    pub by: Login,
    /// SHA-256 of the text that is ignored, in hexadecimal.
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// SHA-256 of the text for which it was made, in hexadecimal.
    pub hash: String,
    /// The steps in Markdown, as the specification reader reads them; or why there are none.
    pub outcome: Result<Untrusted, String>,
    /// `provider:model`.
    pub by: String,
    pub spent: Spent,
    /// What the steps leave out or open, in Markdown.
    pub remarks: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanGiven {
    pub by: Login,
    /// Steps in Markdown.
    pub text: Untrusted,
}

/// What became of the steps, by their numbers as written.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Revision {
    pub unchanged: usize,
    pub changed: Vec<String>,
    /// Those of `changed` that were built before.
    pub rebuilt: Vec<String>,
    pub added: Vec<String>,
    pub removed: Vec<String>,
    /// From one number to another, with the same words.
    pub renumbered: Vec<(String, String)>,
    pub reordered: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    pub number: String,
    pub title: String,
    pub commit: Sha,
}

/// A comment of ours that answers one of theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Their comment.
    pub to: CommentId,
    pub by: Login,
    pub words: Vec<Words>,
    pub at: Timestamp,
    /// It came right after another reply to the same account.
    pub quick: bool,
}

/// What a reply says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Words {
    Help,
    Standing,
    /// An answer that belongs to none of the questions.
    MatchesNothing {
        said: Untrusted,
    },
    /// No question has this number.
    NoSuchQuestion {
        number: usize,
    },
    /// The specification no longer asks this.
    Settled {
        number: usize,
    },
    /// A command that cannot be followed as it is written: it names no step, or says more than it may.
    Wrong {
        command: String,
        more: Option<String>,
    },
    /// A command that there is not; `nearest` is one that there is.
    Unknown {
        said: String,
        nearest: Option<String>,
    },
    /// A command that has nothing to do now.
    NotNow {
        command: String,
        why: NotNow,
    },
    /// What was asked, answered; `places` are `path:line`.
    Answer {
        text: Untrusted,
        places: Vec<String>,
        by: String,
    },
    /// What the specification itself says to it.
    Passages {
        question: Untrusted,
    },
}

/// Why a command has nothing to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NotNow {
    /// No plan waits for an approval.
    NothingToApprove,
    /// The steps are to be given first.
    NoPlan,
    /// Nothing is open that could be left open.
    NothingOpen,
    /// What is open needs an answer.
    NeedsAnswers,
    NotStuck,
    NotStuckThere,
    NotStopped,
    NoSuchStep,
    NotBuilt,
    UnderWay,
    Over,
}

impl Reply {
    /// Whether it answers what was asked in the comment, beside whatever else it says.
    pub fn answers(&self) -> bool {
        self.words.iter().any(|words| matches!(words, Words::Answer { .. } | Words::Passages { .. }))
    }
}

impl Conversation {
    /// Adds to what is replied to a comment.
    pub(super) fn reply(&mut self, to: CommentId, by: &Login, words: Words, at: Timestamp) {
        let quick = self.last_but(to).is_some_and(|last| last.by == *by && at.since(last.at) < QUICK * 1000);
        match self.replies.iter_mut().find(|reply| reply.to == to) {
            Some(reply) if reply.words.contains(&words) => {}
            Some(reply) => reply.words.push(words),
            None => self.replies.push(Reply { to, by: by.clone(), words: vec![words], at, quick }),
        }
        let surplus = self.replies.len().saturating_sub(MOST_REPLIES);
        self.replies.drain(..surplus);
    }

    /// Whether the account keeps answering our replies faster than a person types.
    pub(super) fn is_hasty(&self, comment: CommentId, by: &Login, now: Timestamp) -> bool {
        self.last_but(comment).is_some_and(|last| last.quick && last.by == *by && now.since(last.at) < QUICK * 1000)
    }

    fn last_but(&self, comment: CommentId) -> Option<&Reply> {
        self.replies.iter().rev().find(|reply| reply.to != comment)
    }

    pub fn reply_to(&self, comment: CommentId) -> Option<&Reply> {
        self.replies.iter().find(|reply| reply.to == comment)
    }
}
