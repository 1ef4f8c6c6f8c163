//! What a repository configures for itself, in `.github/journeyman.yml` of its default branch. Within the server's limits: a repository
//! can choose less than the operator allows, never more.
//!
//! [`keys`] is the one table of what there is. Reading, the JSON Schema, the example file and the README's table are made from it.

mod checks;
mod document;
mod forms;
mod judge;
mod keys;
mod naming;
mod near;
mod schema;
mod yaml;

pub use document::{example, table};
pub use schema::schema;

use serde::{Deserialize, Serialize};

use super::Devcontainer;
use crate::domain::{Allowance, BranchName, Login};

/// As a run keeps it: what a later release adds is absent in what an earlier one stored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RepositorySettings {
    /// The label that starts a run; the server's where absent.
    pub label: Option<String>,
    /// Who may steer beside those who may write; Apps as `name[bot]`.
    pub steer: Vec<Login>,
    /// The branch to build on; the default branch where absent.
    pub base: Option<BranchName>,
    /// A pattern with `{issue}`, and `{title}` if wanted, for the name of a run's branch.
    pub branch: Option<String>,
    pub commit: CommitForm,
    /// Patterns of the names of checks that count; all count where it is empty.
    pub checks: Vec<String>,
    /// Whether all steps are written before CI is waited for; else each is.
    pub waits_at_end: bool,
    /// Whether building waits for a person who approves the plan.
    pub approve_plan: bool,
    /// Who writes steps in prose; the server's choice where absent.
    pub implementer: Option<Chosen>,
    /// `provider:model`, one of those that the server allows.
    pub model: Option<String>,
    /// For one step, and for a whole run.
    pub step: Allowance,
    pub run: Allowance,
    /// Commands that fetch what the others need; they alone reach package registries.
    pub setup: Vec<String>,
    /// Commands that must pass on every step, beside those that the step names.
    pub verify: Vec<String>,
    /// Patterns of paths that change only when a step names them.
    pub protected: Vec<String>,
    /// The image in which its commands run, one of those that the server allows.
    pub image: Option<String>,
    /// Looked for at the base where no image is named and the server has an engine; not a key of the file.
    pub devcontainer: Option<Devcontainer>,
}

/// How commit messages begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommitForm {
    /// The step's title as it stands.
    #[default]
    Plain,
    /// Conventional Commits 1.0: https://www.conventionalcommits.org/en/v1.0.0/
    Conventional,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    Model,
    Acp,
}

/// Something in the file that keeps it from being used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// 1-based.
    pub line: usize,
    /// A sentence without its full stop. What it echoes of the file is short, on one line and between backticks.
    pub what: String,
}

/// No file of settings is longer, in bytes.
const LONGEST: usize = 64 * 1024;
/// So many problems are told; whoever has more begins with these.
const MOST_PROBLEMS: usize = 50;

impl RepositorySettings {
    /// Where the file is.
    pub const PATH: &'static str = ".github/journeyman.yml";

    /// Reads the file: the settings, or everything that is wrong with it, by line. An empty file sets nothing.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        if text.len() > LONGEST {
            return Err(vec![Problem { line: 1, what: format!("the file is longer than {} KiB", LONGEST / 1024) }]);
        }
        let (root, mut problems) = yaml::parse(text);
        let mut settings = Self::default();
        if let Some(root) = root {
            judge::root(&root, &mut settings, &mut problems);
        }
        if problems.is_empty() {
            return Ok(settings);
        }
        problems.sort_by_key(|problem| problem.line);
        let more = problems.len().saturating_sub(MOST_PROBLEMS);
        if more > 0 {
            problems.truncate(MOST_PROBLEMS);
            let line = problems.last().map_or(1, |problem| problem.line);
            problems.push(Problem { line, what: format!("{more} more problems follow") });
        }
        Err(problems)
    }
}

/// A piece of the file inside a sentence about it: on one line, short, and between backticks that it cannot close.
fn shown(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let clean: String = line.chars().filter(|c| !c.is_control()).map(|c| if c == '`' { '\'' } else { c }).collect();
    match clean.char_indices().nth(60) {
        Some((end, _)) => format!("`{}…`", clean[..end].trim_end()),
        None => format!("`{clean}`"),
    }
}

#[cfg(test)]
mod tests;
