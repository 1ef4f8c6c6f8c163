//! What an owner sets in a repository's and an App's settings: required checks, and what the App may do and hears.

use super::Simulator;
use super::checks::{Required, Ruleset};
use super::error::Error;
use super::people::place;
use super::permissions::Level;
use crate::domain::RepoName;

/// Names of checks, each with the id of the App that must have made it, or `None` for any.
pub type RequiredChecks<'c> = &'c [(&'c str, Option<u64>)];

fn required(checks: RequiredChecks<'_>, strict: bool) -> Required {
    Required { checks: checks.iter().map(|(name, app)| ((*name).to_owned(), *app)).collect(), strict }
}

impl Simulator {
    /// Protects a branch in the classic way, in the place of what protected it before.
    pub fn protect(&self, repository: &RepoName, branch: &str, checks: RequiredChecks<'_>, strict: bool) -> Result<(), Error> {
        self.shared.with(|state| {
            let at = place(state, repository)?;
            state.repo_mut(at).rules.protections.insert(branch.to_owned(), required(checks, strict));
            Ok(())
        })
    }

    /// Takes the classic protection away.
    pub fn unprotect(&self, repository: &RepoName, branch: &str) -> Result<(), Error> {
        self.shared.with(|state| {
            let at = place(state, repository)?;
            state.repo_mut(at).rules.protections.remove(branch);
            Ok(())
        })
    }

    /// Adds a ruleset for a branch; its id.
    pub fn add_ruleset(&self, repository: &RepoName, branch: &str, checks: RequiredChecks<'_>) -> Result<u64, Error> {
        self.shared.with(|state| {
            let at = place(state, repository)?;
            let id = state.fresh_id();
            let ruleset = Ruleset { id, branch: branch.to_owned(), required: required(checks, false) };
            state.repo_mut(at).rules.rulesets.push(ruleset);
            Ok(id)
        })
    }

    /// Sets what the App may do with tokens that it takes from now on: `read`, `write`, or `None` for nothing.
    pub fn set_permission(&self, name: &str, level: Option<&str>) -> Result<(), Error> {
        let level = match level {
            None => None,
            Some(word) => Some(Level::from_word(word).ok_or_else(|| Error::Unknown(format!("the level {word} of a permission")))?),
        };
        self.shared.with(|state| {
            let permissions = &mut state.manifest.default_permissions;
            match level {
                Some(level) => permissions.insert(name.to_owned(), level),
                None => permissions.remove(name),
            };
        });
        Ok(())
    }

    /// The App hears of this event as well from now on.
    pub fn subscribe(&self, event: &str) {
        self.shared.with(|state| {
            let events = &mut state.manifest.default_events;
            if events.iter().all(|known| known != event) {
                events.push(event.to_owned());
            }
        });
    }
}
