//! Checks as plain values: suites with the workflow runs behind them, check runs with the jobs behind them, commit statuses,
//! and which checks a branch requires.

use std::collections::BTreeMap;

use serde_json::Value;

use super::ci::Step;
use crate::domain::Timestamp;

/// GitHub Actions bears this id on github.com.
pub(super) const ACTIONS: u64 = 15_368;

/// Who made a check: the CI (GitHub Actions), or the App under test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Checker {
    Actions,
    App,
}

#[derive(Debug, Clone)]
pub(super) struct Suite {
    pub id: u64,
    pub by: Checker,
    pub branch: Option<String>,
    pub sha: String,
    pub before: Option<String>,
    pub status: String,
    pub conclusion: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// The workflow run that reports here; each suite of GitHub Actions has one.
    pub workflow: Option<Workflow>,
}

/// A run of one workflow file for one commit.
#[derive(Debug, Clone)]
pub(super) struct Workflow {
    pub id: u64,
    pub name: String,
    /// `.github/workflows/ci.yml`
    pub path: String,
    /// Counts the runs of this file.
    pub number: u64,
    /// From 1; each re-run adds one.
    pub attempt: u64,
    pub started_at: Timestamp,
    /// Who began the newest attempt.
    pub actor: String,
}

#[derive(Debug, Clone)]
pub(super) struct CheckRun {
    pub id: u64,
    pub suite: u64,
    pub by: Checker,
    pub name: String,
    pub sha: String,
    pub status: String,
    pub conclusion: Option<String>,
    pub started_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub details_url: Option<String>,
    pub external_id: Option<String>,
    pub title: Option<String>,
    pub summary: Option<String>,
    pub text: Option<String>,
    /// As they were sent; [`super::shapes::annotation`] shows them.
    pub annotations: Vec<Value>,
    /// Buttons: `label`, `description`, `identifier`.
    pub actions: Vec<Value>,
    /// The job whose check this is; each check of GitHub Actions has one, and bears its id.
    pub job: Option<Job>,
}

/// A job of a workflow run.
#[derive(Debug, Clone, Default)]
pub(super) struct Job {
    /// The attempt of the workflow run in which it was started.
    pub attempt: u64,
    pub steps: Vec<Step>,
    /// It ends when somebody says so, not by running its steps.
    pub by_hand: bool,
    pub log: Log,
    /// The steps that were run, with their conclusions.
    pub done: Vec<(String, &'static str)>,
}

#[derive(Debug, Clone, Default)]
pub(super) enum Log {
    /// The job is not over.
    #[default]
    Unwritten,
    Kept {
        text: String,
        /// The steps, and the byte at which each begins.
        sections: Vec<(String, usize)>,
    },
    /// The runner was lost before it sent it: there is an address, and nothing at it.
    Lost,
    /// Older than the repository keeps logs.
    Expired,
}

#[derive(Debug, Clone)]
pub(super) struct Status {
    pub id: u64,
    pub sha: String,
    pub state: String,
    pub context: String,
    pub description: Option<String>,
    pub target_url: Option<String>,
    pub creator: String,
    pub created_at: Timestamp,
}

/// What branches require.
#[derive(Debug, Clone, Default)]
pub(super) struct Rules {
    /// Classic protection, by branch.
    pub protections: BTreeMap<String, Required>,
    pub rulesets: Vec<Ruleset>,
}

/// Checks that must be green before a merge.
#[derive(Debug, Clone, Default)]
pub(super) struct Required {
    /// The name, and the App that must have made it if not any may.
    pub checks: Vec<(String, Option<u64>)>,
    /// Whether the branch must be up to date with its base.
    pub strict: bool,
}

/// A ruleset for one branch.
#[derive(Debug, Clone)]
pub(super) struct Ruleset {
    pub id: u64,
    pub branch: String,
    pub required: Required,
}

impl Rules {
    pub fn rulesets_of(&self, branch: &str) -> impl Iterator<Item = &Ruleset> {
        self.rulesets.iter().filter(move |ruleset| ruleset.branch == branch)
    }

    pub fn protect(&self, branch: &str) -> bool {
        self.protections.contains_key(branch) || self.rulesets_of(branch).next().is_some()
    }
}

/// Conclusions of jobs that "Re-run failed jobs" starts again.
pub(super) fn failed(conclusion: Option<&str>) -> bool {
    matches!(conclusion, Some("failure" | "timed_out" | "cancelled"))
}
