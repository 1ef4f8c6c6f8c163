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
    /// An App was told of the commit and has not said anything yet: it may never do so. Pending during the time of grace.
    Announced,
    /// Success, and what GitHub counts as success for a required check: neutral and skipped.
    Passed,
    /// Failure, error, timed out, action required, startup failure.
    Failed,
    /// Cancelled or stale: nobody knows.
    Cancelled,
}

/// What all checks of one commit amount to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Not a single check.
    NoChecks,
    /// Something is still to end.
    Pending,
    /// All passed.
    Green,
    /// At least one failed that does not fail on the base; their names.
    Red(Vec<String>),
    /// Whatever failed fails on the base too; their names.
    RedOnBaseToo(Vec<String>),
    /// Nothing failed, but something was cancelled; their names.
    Cancelled(Vec<String>),
}

/// The verdict over the newest state of each check. `base` are the base's checks, where they were read.
pub fn of(checks: &[Check], base: Option<&[Check]>) -> Verdict {
    if checks.is_empty() {
        return Verdict::NoChecks;
    }
    let failed_on_base = |name: &str| base.is_some_and(|b| b.iter().any(|c| c.name == name && c.state == CheckState::Failed));
    let named = |state: CheckState| -> Vec<String> { checks.iter().filter(|c| c.state == state).map(|c| c.name.clone()).collect() };
    let failed = named(CheckState::Failed);
    let new: Vec<String> = failed.iter().filter(|name| !failed_on_base(name)).cloned().collect();
    if !new.is_empty() {
        return Verdict::Red(new);
    }
    if checks.iter().any(|c| matches!(c.state, CheckState::Pending | CheckState::Announced)) {
        return Verdict::Pending;
    }
    let cancelled = named(CheckState::Cancelled);
    if !cancelled.is_empty() {
        Verdict::Cancelled(cancelled)
    } else if !failed.is_empty() {
        Verdict::RedOnBaseToo(failed)
    } else {
        Verdict::Green
    }
}
