//! What a webhook tells us: that something may have changed, and where to look. Not what it is now: that is read back.

use crate::domain::{BranchName, CommentId, InstallationId, IssueNumber, Login, PullNumber, RepoName, Sha};

/// One webhook that concerns us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub repo: RepoName,
    pub installation: InstallationId,
    pub sender: Sender,
    pub subject: Subject,
    pub what: What,
    /// For what happened to an issue: the issue of which it is a sub-issue, where the payload says so.
    pub part_of: Option<IssueNumber>,
}

/// Who did it, as GitHub says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// `ghost`, GitHub's own stand-in, when the account is gone.
    pub login: Login,
    pub is_bot: bool,
    /// The App that wrote the comment, or that the check belongs to, where the payload names one.
    pub app: Option<u64>,
}

/// What it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    Issue(IssueNumber),
    Pull {
        number: PullNumber,
        /// In the repository itself or in a fork.
        head_branch: BranchName,
    },
    /// A pull request of which the payload has the number alone: comments in its conversation come so.
    Conversation(PullNumber),
    Branch(BranchName),
    Commit {
        sha: Sha,
        /// The branches that GitHub names with it, possibly none.
        branches: Vec<BranchName>,
    },
}

/// What happened to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Labelled {
        label: String,
    },
    Unlabelled {
        label: String,
    },
    IssueEdited,
    IssueClosed,
    IssueReopened,
    IssueTransferredOrDeleted,
    /// Of an issue or, with [`Subject::Conversation`], of a pull request.
    Commented {
        id: CommentId,
    },
    CommentEdited {
        id: CommentId,
    },
    /// A check run, a check suite, a workflow run or a commit status of this commit changed.
    ChecksChanged {
        sha: Sha,
    },
    /// Somebody pressed a button of a check run of ours.
    ButtonPressed {
        identifier: String,
    },
    /// Somebody wants a check run or a check suite of this commit made anew.
    CheckRerequested {
        sha: Sha,
    },
    /// `to` is `None` when the branch was deleted.
    BranchMoved {
        to: Option<Sha>,
        forced: bool,
    },
    PullClosed {
        merged: bool,
    },
    PullReopened,
    PullEdited,
    /// A review was submitted, or something was said in a thread of one.
    Reviewed,
}

/// Why there is no notice. Both are answers, not errors: the delivery is stored and passed over with this reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error("the payload is not a JSON object: {0}")]
    NotJson(String),
    #[error("{0}")]
    NotOurs(String),
}
