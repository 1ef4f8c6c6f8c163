//! What all checks of a commit amount to.

use serde::{Deserialize, Serialize};

/// One CI result on a commit: a check run or a commit status, as GitHub reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The check run's name or the status's context.
    pub name: String,
    /// The App that made the check run; absent for a commit status.
    pub app: Option<u64>,
    pub state: CheckState,
    /// Where a person can read more.
    pub url: Option<String>,
    /// The check's own one-line summary, cut to 300 characters.
    pub summary: Option<String>,
}

/// The newest state of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Queued, requested, waiting or in progress; for a status, pending.
    Pending,
    /// Success, and what GitHub counts as success for a required check: neutral and skipped.
    Passed,
    /// Failure, error, timed out, action required, startup failure.
    Failed,
    /// Cancelled or stale: nobody knows.
    Cancelled,
}
