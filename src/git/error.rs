//! What can go wrong with git, by what the caller can do about it.

/// The messages complete "failed to …". They hold git's own words, never an address with credentials: tokens travel in a header.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The network, a lock or the time limit: the same again later may work.
    #[error("{0} (worth another try)")]
    Later(String),
    /// The repository, the commit or the object is not there.
    #[error("{0} (not found)")]
    NotFound(String),
    /// The credentials do not allow it.
    #[error("{0} (access denied: the App may not be installed on the repository, or its token may not read contents)")]
    Denied(String),
    /// Trying again cannot help.
    #[error("{0}")]
    Never(String),
}

const DENIED: [&str; 6] = [
    "authentication failed",
    "could not read username",
    "returned error: 401",
    "returned error: 403",
    "permission denied",
    "access denied",
];
const NOT_FOUND: [&str; 9] = [
    "not our ref",
    "couldn't find remote ref",
    "repository not found",
    "does not appear to be a git repository",
    "returned error: 404",
    "not a valid object name",
    "not a tree object",
    "unadvertised object",
    "bad object",
];
const LATER: [&str; 14] = [
    "could not resolve host",
    "couldn't connect",
    "failed to connect",
    "connection refused",
    "connection reset",
    "connection timed out",
    "operation timed out",
    "timed out",
    "early eof",
    "rpc failed",
    "returned error: 5",
    "returned error: 429",
    "unexpected disconnect",
    ".lock': file exists",
];

impl Error {
    /// Sorts what git wrote to its standard error. `doing` completes "failed to …": `fetch 1a2b3c4`.
    pub(super) fn of_stderr(doing: &str, stderr: &[u8]) -> Self {
        let text = String::from_utf8_lossy(stderr);
        let says = |words: &[&str]| {
            let low = text.to_lowercase();
            words.iter().any(|word| low.contains(word))
        };
        let line = text.lines().rev().find(|line| line.starts_with("fatal:") || line.starts_with("error:"));
        let line = line.or_else(|| text.lines().rev().find(|line| !line.trim().is_empty())).unwrap_or("git said nothing");
        let message = format!("{doing}: {}", line.trim().chars().take(300).collect::<String>());
        if says(&LATER) {
            Error::Later(message)
        } else if says(&DENIED) {
            Error::Denied(message)
        } else if says(&NOT_FOUND) {
            Error::NotFound(message)
        } else {
            Error::Never(message)
        }
    }
}
