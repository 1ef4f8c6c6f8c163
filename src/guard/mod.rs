//! Pure rules over a change set, one file a rule. They look at what a step would write, and at nothing else.
//!
//! A rule says what it found and whether that stops the step; who hears of it and what happens then is the workflow's matter. Only what
//! a step adds is judged, never what was there before it.

mod case;
mod file;
pub mod kinds;
mod words;

mod binary;
mod conflicts;
mod dependencies;
mod generated;
mod leftovers;
mod links;
mod locks;
mod merge;
mod missed;
mod modes;
pub mod paths;
mod placeholders;
mod protected;
mod scope;
mod secrets;
pub mod syntax;
mod unrun;
mod untested;
mod weakened;
mod size;

use std::collections::BTreeSet;
use std::fmt;

use crate::domain::ChangeSet;
use case::Case;
pub use merge::{Sides, judge_merge};
pub use missed::{Trees, missed};
pub use protected::protection;
pub use secrets::redact;

/// What a rule found in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// The file; empty where the change set as a whole is meant.
    pub path: String,
    /// 1-based, in the file as it is afterwards.
    pub line: Option<usize>,
    /// A fragment that says it of the file: `holds a private key`.
    pub what: String,
    /// Whether the step must not be pushed as it is. Everything else is advice to whoever reviews it.
    pub blocking: bool,
}

impl Finding {
    fn stop(rule: Rule, path: &str, line: Option<usize>, what: impl Into<String>) -> Self {
        Self { rule, path: path.into(), line, what: what.into(), blocking: true }
    }
    fn advise(rule: Rule, path: &str, line: Option<usize>, what: impl Into<String>) -> Self {
        Self { blocking: false, ..Self::stop(rule, path, line, what) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.path.as_str(), self.line) {
            ("", _) => write!(f, "the step {}", self.what),
            (path, None) => write!(f, "`{}` {}", path.escape_debug(), self.what),
            (path, Some(line)) => write!(f, "`{}` line {line} {}", path.escape_debug(), self.what),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    Paths,
    Protected,
    Secrets,
    Size,
    Links,
    Modes,
    Binary,
    Scope,
    Generated,
    Locks,
    Conflicts,
    Placeholders,
    Leftovers,
    Dependencies,
    Weakened,
    Untested,
}

impl Rule {
    /// Whether the rule protects the repository itself, so that it holds for an architect's exact edits too.
    pub fn is_safety(self) -> bool {
        match self {
            Rule::Paths | Rule::Protected | Rule::Secrets | Rule::Size | Rule::Links => true,
            Rule::Modes
            | Rule::Binary
            | Rule::Scope
            | Rule::Generated
            | Rule::Locks
            | Rule::Conflicts
            | Rule::Placeholders
            | Rule::Leftovers
            | Rule::Dependencies
            | Rule::Weakened
            | Rule::Untested => false,
        }
    }
}

/// What the rules need to know beyond the change set.
#[derive(Debug, Clone)]
pub struct Rules<'a> {
    /// The files that the step's author named: naming a protected file allows it.
    pub named: &'a [String],
    /// The step's title and instructions.
    pub words: &'a str,
    /// The whole specification, where a dependency may be named.
    pub specification: &'a str,
    /// The files whose content the specification prints as exact edits: in them only the rules of safety stop a step.
    pub given: &'a BTreeSet<String>,
    /// Patterns of further protected files, configured by the repository (`infra/**`).
    pub protected: &'a [String],
}

static NONE: BTreeSet<String> = BTreeSet::new();

impl Default for Rules<'_> {
    fn default() -> Self {
        Self { named: &[], words: "", specification: "", given: &NONE, protected: &[] }
    }
}

/// Asks every rule. `before` answers what a file held at the step's start; it is asked once for each file of the
/// change set, and for the manifests above one that changes.
pub fn judge(changes: &ChangeSet, rules: &Rules<'_>, mut before: impl FnMut(&str) -> Option<Vec<u8>>) -> Vec<Finding> {
    let case = Case::new(changes, rules, &mut before);
    let asked: [fn(&Case<'_>) -> Vec<Finding>; 17] = [
        paths::judge,
        protected::judge,
        secrets::judge,
        size::judge,
        links::judge,
        modes::judge,
        binary::judge,
        scope::judge,
        generated::judge,
        locks::judge,
        conflicts::judge,
        placeholders::judge,
        leftovers::judge,
        dependencies::judge,
        weakened::judge,
        unrun::judge,
        untested::judge,
    ];
    let mut findings: Vec<Finding> = asked.iter().flat_map(|ask| ask(&case)).collect();
    for finding in &mut findings {
        finding.blocking &= finding.rule.is_safety() || !rules.given.contains(&finding.path);
    }
    findings
}

#[cfg(test)]
mod tests;
