//! Names that GitHub and Journeyman share. They carry no behaviour beyond being well formed.
//!
//! Everything here is plain data: no clock, no environment, no I/O, and nothing of any other module.

mod change_set;
mod conflict;
mod names;
mod run_pages;
mod spending;
mod untrusted;

pub use change_set::{ChangeSet, FileChange, FileContent, Mode};
pub use conflict::{Conflict, ConflictKind};
pub use names::{
    BranchName, CommentId, DeliveryId, InstallationId, IssueNumber, Login, Malformed, PullNumber, RepoName, RunId, Sha, Timestamp,
};
pub use run_pages::RunPages;
pub use spending::{Allowance, Bound, Exhausted, Payer, Spent, Usage};
pub use untrusted::{Untrusted, is_invisible};
