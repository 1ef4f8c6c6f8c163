//! What the App may do: `app-manifest.json`, and what each route asks for.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The manifest with which the App is registered.
pub const MANIFEST: &str = include_str!("../../app-manifest.json");

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Read,
    Write,
}

impl Level {
    pub fn word(self) -> &'static str {
        match self {
            Level::Read => "read",
            Level::Write => "write",
        }
    }

    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "read" => Some(Level::Read),
            "write" => Some(Level::Write),
            _ => None,
        }
    }
}

pub(super) type Permissions = BTreeMap<String, Level>;

/// The part of the manifest that GitHub goes by afterwards.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Manifest {
    pub name: String,
    pub url: String,
    #[serde(default)]
    pub description: String,
    pub default_permissions: Permissions,
    pub default_events: Vec<String>,
}

impl Manifest {
    pub fn embedded() -> Result<Self, serde_json::Error> {
        serde_json::from_str(MANIFEST)
    }
}

/// What a route asks of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// The App itself, by its JWT.
    App,
    /// An installation token, whatever it may do.
    Installation,
    /// An installation token with any one of these, for the repository in the path.
    Any(&'static [(&'static str, Level)]),
}

impl Need {
    pub fn met_by(self, held: &Permissions) -> bool {
        match self {
            Need::App => false,
            Need::Installation => true,
            Need::Any(choices) => choices.iter().any(|(name, level)| held.get(*name).is_some_and(|has| has >= level)),
        }
    }

    /// The value of `X-Accepted-GitHub-Permissions`.
    pub fn header(self) -> String {
        match self {
            Need::App | Need::Installation => String::new(),
            Need::Any(choices) => choices.iter().map(|(name, level)| format!("{name}={}", level.word())).collect::<Vec<_>>().join("; "),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_asks_for_the_least_that_the_job_needs() {
        let manifest = Manifest::embedded().unwrap();
        let asked: Vec<String> = manifest.default_permissions.iter().map(|(name, level)| format!("{name}:{}", level.word())).collect();
        assert_eq!(
            asked,
            ["actions:read", "checks:write", "contents:write", "issues:write", "metadata:read", "pull_requests:write", "statuses:read"]
        );
    }

    #[test]
    fn writing_includes_reading_and_not_the_other_way_round() {
        let held = Permissions::from([("issues".to_owned(), Level::Write), ("statuses".to_owned(), Level::Read)]);
        assert!(Need::Any(&[("issues", Level::Read)]).met_by(&held));
        assert!(!Need::Any(&[("statuses", Level::Write)]).met_by(&held));
        assert!(Need::Any(&[("checks", Level::Read), ("statuses", Level::Read)]).met_by(&held));
    }
}
