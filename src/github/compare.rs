//! Two commits beside each other.

use serde::Deserialize;

use super::commit::Named;
use super::error::Error;
use super::repository::Repository;
use crate::domain::{Login, Sha};

/// What `head` has that `base` has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub status: Position,
    pub ahead_by: u64,
    pub behind_by: u64,
    /// The newest commit that both have.
    pub merge_base: Option<Sha>,
    /// The commits of `head` that `base` lacks, the oldest first.
    pub commits: Vec<Compared>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub sha: Sha,
    pub message: String,
    /// The author's account, where GitHub knows one.
    pub author: Option<Login>,
    pub parents: usize,
}

/// Where `head` stands, seen from `base`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    Identical,
    Ahead,
    Behind,
    Diverged,
}

#[derive(Deserialize)]
struct Wire {
    status: Position,
    ahead_by: u64,
    behind_by: u64,
    merge_base_commit: Option<Named>,
    #[serde(default)]
    commits: Vec<Listed>,
}

#[derive(Deserialize)]
struct Listed {
    sha: Sha,
    commit: Message,
    author: Option<Account>,
    #[serde(default)]
    parents: Vec<Named>,
}

/// An account may also be an empty object.
#[derive(Deserialize)]
struct Account {
    login: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    message: String,
}

impl Repository {
    /// Compares two branches or commits of this repository. [`Error::NotFound`] when one of them is not there.
    pub async fn compare(&self, base: &str, head: &str) -> Result<Comparison, Error> {
        let call = self.get("/repos/{owner}/{repo}/compare/{basehead}", &[&format!("{base}...{head}")]);
        let mut pages: std::vec::IntoIter<Wire> = self.pages(call).await?.into_iter();
        let mut comparison = Comparison { status: Position::Identical, ahead_by: 0, behind_by: 0, merge_base: None, commits: Vec::new() };
        if let Some(first) = pages.next() {
            (comparison.status, comparison.ahead_by, comparison.behind_by) = (first.status, first.ahead_by, first.behind_by);
            comparison.merge_base = first.merge_base_commit.map(|commit| commit.sha);
            let listed = first.commits.into_iter().chain(pages.flat_map(|page| page.commits));
            let read = |commit: Listed| Compared {
                sha: commit.sha,
                message: commit.commit.message,
                author: commit.author.and_then(|account| account.login).map(Login::new),
                parents: commit.parents.len(),
            };
            comparison.commits = listed.map(read).collect();
        }
        Ok(comparison)
    }
}
