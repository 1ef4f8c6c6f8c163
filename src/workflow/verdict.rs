//! What all checks of a commit amount to.
//!
//! Which checks count is the repository's matter: those that its configuration names, else those that its base branch requires, else all
//! but our own. A required check that is not there yet is waited for.

use serde::{Deserialize, Serialize};

use super::repository::RepositorySettings;
use crate::domain::Timestamp;

/// The check run that we publish ourselves. No verdict of ours may wait for it.
pub const SPECIFICATION: &str = "Specification";

/// One CI result on a commit: a check run or a commit status, as GitHub reports it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// The check run's number, which for GitHub Actions is the job's as well. A later one is newer.
    #[serde(default)]
    pub id: Option<u64>,
    /// The check suite that it belongs to.
    #[serde(default)]
    pub suite: Option<u64>,
    #[serde(default)]
    pub began: Option<Timestamp>,
    #[serde(default)]
    pub ended: Option<Timestamp>,
}

/// The newest state of one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Queued, requested, waiting or in progress; for a status, pending.
    #[default]
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

/// A check that a branch requires before anything is merged into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequiredCheck {
    /// The check run's name or the status's context.
    pub context: String,
    /// The App that must have made it; anyone may where absent.
    pub app: Option<u64>,
}

impl RequiredCheck {
    fn is(&self, check: &Check) -> bool {
        self.context == check.name && (self.app.is_none() || self.app == check.app)
    }
}

/// Which checks count for a verdict.
#[derive(Debug, Clone, Copy)]
pub enum Counting<'a> {
    All,
    /// Those that the repository names.
    Named(&'a RepositorySettings),
    Required(&'a [RequiredCheck]),
}

impl<'a> Counting<'a> {
    /// Those that the base branch requires, without our own; all where it requires none.
    pub fn required(checks: &'a [RequiredCheck]) -> Self {
        if checks.iter().any(|required| required.context != SPECIFICATION) { Counting::Required(checks) } else { Counting::All }
    }

    pub fn counts(&self, check: &Check) -> bool {
        match self {
            Counting::All => true,
            Counting::Named(settings) => settings.counts(&check.name),
            Counting::Required(required) => check.name != SPECIFICATION && required.iter().any(|r| r.is(check)),
        }
    }

    /// Required checks of which nothing is there yet.
    fn awaited(&self, checks: &[Check]) -> Vec<String> {
        let Counting::Required(required) = self else { return Vec::new() };
        let missing = required.iter().filter(|r| r.context != SPECIFICATION && !checks.iter().any(|check| r.is(check)));
        missing.map(|r| r.context.clone()).collect()
    }
}

/// Of several runs of one check the newest. `workflow` says which workflow a check suite is a run of, where that is known: jobs of
/// the same name in two workflows are two checks. What has no number is no run: a status, or a suite that more is to come of, and one
/// suite says nothing of another.
pub fn newest(checks: Vec<Check>, workflow: impl Fn(u64) -> Option<u64>) -> Vec<Check> {
    let mut kept: Vec<Check> = Vec::with_capacity(checks.len());
    let of = |check: &Check| check.suite.and_then(&workflow);
    for check in checks {
        if check.id.is_none() {
            if !kept.contains(&check) {
                kept.push(check);
            }
            continue;
        }
        let is_same = |k: &&mut Check| k.name == check.name && k.app == check.app && k.id.is_some() && of(k) == of(&check);
        match kept.iter_mut().find(is_same) {
            Some(older) if older.id <= check.id => *older = check,
            Some(_) => {}
            None => kept.push(check),
        }
    }
    kept
}

/// How long a commit's checks took together, from the first that began to the last that ended, in seconds. Absent while one is still
/// to end, or where nothing is known of their times.
pub fn took(checks: &[Check]) -> Option<i64> {
    if checks.iter().any(|check| check.state == CheckState::Pending) {
        return None;
    }
    let began = checks.iter().filter_map(|check| check.began).min()?;
    let ended = checks.iter().filter_map(|check| check.ended).max()?;
    Some((ended.since(began) / 1000).max(0))
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
    /// Something was to end and did not, for as long as it is waited for; its names.
    TimedOut(Vec<String>),
}

/// The verdict over the newest state of each check that counts. `base` are the base's checks, where they were read.
pub fn of(checks: &[Check], base: Option<&[Check]>, counting: Counting<'_>) -> Verdict {
    let counted: Vec<&Check> = checks.iter().filter(|check| counting.counts(check)).collect();
    let awaited = counting.awaited(checks);
    if counted.is_empty() && awaited.is_empty() {
        return Verdict::NoChecks;
    }
    let failed_on_base = |name: &str| base.is_some_and(|b| b.iter().any(|c| c.name == name && c.state == CheckState::Failed));
    let named = |state: CheckState| -> Vec<String> {
        let mut names: Vec<String> = counted.iter().filter(|c| c.state == state).map(|c| c.name.clone()).collect();
        names.dedup();
        names
    };
    let failed = named(CheckState::Failed);
    let new: Vec<String> = failed.iter().filter(|name| !failed_on_base(name)).cloned().collect();
    if !new.is_empty() {
        return Verdict::Red(new);
    }
    if !awaited.is_empty() || counted.iter().any(|c| matches!(c.state, CheckState::Pending | CheckState::Announced)) {
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

/// What a verdict waits for, by name.
pub fn pending(checks: &[Check], counting: Counting<'_>) -> Vec<String> {
    let open = checks.iter().filter(|c| counting.counts(c) && matches!(c.state, CheckState::Pending | CheckState::Announced));
    open.map(|c| c.name.clone()).chain(counting.awaited(checks)).collect()
}
