//! What can go wrong in the simulator itself. What GitHub would refuse is an [`Answer`](super::answer::Answer) instead.

use std::path::PathBuf;

/// A failure of the simulator. The message completes "failed to …".
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken or not ours: choose another, or port 0.
    #[error("listen on {address}: {source}")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    /// A file or directory cannot be used.
    #[error("use {}: {source}", path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// The git program is missing or refused.
    #[error("{doing}: git said {said:?}")]
    Git { doing: String, said: String },
    /// The App's public key is not an RSA key in PEM.
    #[error("read the App's public key: {0}")]
    Key(String),
    /// A repository, issue or pull request that is not there, or a name that is no name.
    #[error("find {0}")]
    Unknown(String),
    /// GitHub would refuse this too.
    #[error("{doing}: {because}")]
    Refused { doing: String, because: String },
    /// The seed file does not say what a seed says.
    #[error("read the seed: {0}")]
    Seed(String),
    /// What was waited for did not happen in time; the world as it stood is in the text.
    #[error("see what was waited for within {seconds} s; the world stood so:\n{world}")]
    NotInTime { seconds: u64, world: String },
}

impl Error {
    pub(super) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
