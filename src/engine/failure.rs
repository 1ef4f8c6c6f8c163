//! What can go wrong outside, told by what the engine does about it.

use std::time::Duration;

use crate::{agent, git, github, store};

/// When git could not reach GitHub.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Each message completes "failed to …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The same may succeed after this time.
    #[error("{why}")]
    Later { after: Duration, why: String },
    /// The same will fail again.
    #[error("{0}")]
    Never(String),
    /// Somebody else works on the lane now, or the process ends: let go, and record nothing.
    #[error("{0}")]
    LetGo(String),
}

impl From<github::Error> for Failure {
    fn from(error: github::Error) -> Self {
        match &error {
            github::Error::Later { after, .. } => Failure::Later { after: *after, why: error.to_string() },
            github::Error::Never { .. }
            | github::Error::NotFound { .. }
            | github::Error::Conflict { .. }
            | github::Error::Forbidden { .. } => Failure::Never(error.to_string()),
        }
    }
}

impl From<git::Error> for Failure {
    fn from(error: git::Error) -> Self {
        match &error {
            git::Error::Later(_) => Failure::Later { after: LOOK_AGAIN, why: error.to_string() },
            git::Error::NotFound(_) | git::Error::Denied(_) | git::Error::Never(_) => Failure::Never(error.to_string()),
        }
    }
}

impl From<agent::Error> for Failure {
    fn from(error: agent::Error) -> Self {
        match error {
            agent::Error::Later { after, why } => Failure::Later { after, why },
            agent::Error::Never(why) => Failure::Never(why),
            agent::Error::Stopped => Failure::LetGo(error.to_string()),
        }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        Failure::LetGo(error.to_string())
    }
}

impl Failure {
    /// A task of ours was cut short.
    pub(super) fn cut_short(error: &tokio::task::JoinError) -> Self {
        Failure::Never(format!("the work was cut short: {error}"))
    }
}
