//! Pure rules over a change set, one file a rule. They look at what a step would write, and at nothing else.
//!
//! A rule says what it found and whether that stops the step; who hears of it and what happens then is the workflow's matter.

mod links;
pub mod paths;
mod protected;
mod secrets;
mod size;

use std::fmt;

use crate::domain::ChangeSet;

/// What a rule found in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    /// The file; empty where the change set as a whole is meant.
    pub path: String,
    /// A fragment that says it of the file: `holds a private key in line 3`.
    pub what: String,
    /// Whether the step must not be pushed as it is.
    pub blocking: bool,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { write!(f, "the step {}", self.what) } else { write!(f, "`{}` {}", self.path.escape_debug(), self.what) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    Paths,
    Protected,
    Secrets,
    Size,
    Links,
}

/// What the rules need to know beyond the change set.
#[derive(Debug, Clone, Default)]
pub struct Rules<'a> {
    /// The files that the step's author named: naming a protected file allows it.
    pub named: &'a [String],
}

/// Asks every rule. `before` answers what a file held at the step's start, so that only added content is judged.
pub fn judge(changes: &ChangeSet, rules: &Rules<'_>, mut before: impl FnMut(&str) -> Option<Vec<u8>>) -> Vec<Finding> {
    let mut findings = paths::judge(changes);
    findings.extend(protected::judge(changes, rules.named));
    findings.extend(secrets::judge(changes, &mut before));
    findings.extend(size::judge(changes));
    findings.extend(links::judge(changes));
    findings
}

#[cfg(test)]
mod tests;
