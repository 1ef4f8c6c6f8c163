//! What can go wrong when GitHub is asked, told by what the caller can do about it.
//!
//! An error names the method, the path template (never the path with its values), GitHub's own words and the request
//! id for GitHub's support. It never holds a body, a token or a header's value.

use std::fmt;
use std::time::Duration;

/// A request that did not do what it was for. Each message completes "failed to …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The same request may succeed after this time: a limit, a 5xx, a cut connection. Whether it was carried out is
    /// unknown unless it was a read, so what is repeated must first look for its own result.
    #[error("{why}; it may work in {} s", after.as_secs())]
    Later { after: Duration, why: Box<Trouble> },
    /// The same request will fail again.
    #[error("{why}")]
    Never { why: Box<Trouble> },
    /// There is no such thing, or the installation may not see it: GitHub does not tell one from the other.
    #[error("{what}")]
    NotFound { what: Box<Trouble> },
    /// The world has moved: a branch is there already or is not where it was, a pull request exists. Look again.
    #[error("{what}")]
    Conflict { what: Box<Trouble> },
    /// A person has to grant something.
    #[error("{why}{}", grant(needs.as_deref(), page.as_deref()))]
    Forbidden {
        /// The permissions that would do, as GitHub names them in `X-Accepted-GitHub-Permissions`: `contents=write`.
        needs: Option<String>,
        /// The page on which an owner of the account grants them.
        page: Option<String>,
        why: Box<Trouble>,
    },
}

/// Which request failed and what GitHub said to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// `GET`, `POST`, …
    pub method: String,
    /// The path template of GitHub's documentation: `/repos/{owner}/{repo}/pulls`.
    pub path: &'static str,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// GitHub's message, or what happened on the way; at most 300 characters on one line.
    pub message: String,
    /// `X-GitHub-Request-Id`.
    pub request_id: Option<String>,
}

impl Error {
    /// The request behind this error.
    pub fn trouble(&self) -> &Trouble {
        match self {
            Error::Later { why, .. } | Error::Never { why } | Error::Forbidden { why, .. } => why,
            Error::NotFound { what } | Error::Conflict { what } => what,
        }
    }
}

impl Trouble {
    pub(super) fn new(method: &http::Method, path: &'static str, message: impl AsRef<str>) -> Box<Self> {
        Box::new(Self { method: method.to_string(), path, status: None, message: one_line(message.as_ref()), request_id: None })
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: ", self.method, self.path)?;
        if let Some(status) = self.status {
            write!(f, "GitHub answered {status}, ")?;
        }
        f.write_str(&self.message)?;
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

fn grant(needs: Option<&str>, page: Option<&str>) -> String {
    match (needs, page) {
        (Some(needs), Some(page)) => format!("; grant {needs} on {page}"),
        (Some(needs), None) => format!("; the App's installation needs {needs}"),
        (None, Some(page)) => format!("; see {page}"),
        (None, None) => String::new(),
    }
}

/// The text on one line without control characters, at most 300 characters.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 1200 {
            break;
        }
    }
    line.chars().take(300).collect()
}
