//! Commits through the Git Data API.
//!
//! A commit is made without author and committer, so that GitHub names the App and signs it ("Signature verification for
//! bots"). It belongs to no branch until [`Repository::advance_branch`].

use serde::Deserialize;
use serde_json::json;

use super::error::Error;
use super::repository::Repository;
use super::tree;
use crate::domain::{ChangeSet, Sha};

/// A commit as git has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitDetails {
    pub tree: Sha,
    pub parents: Vec<Sha>,
    /// With its trailers, as written.
    pub message: String,
}

#[derive(Deserialize)]
struct Wire {
    sha: Sha,
    tree: Named,
    #[serde(default)]
    parents: Vec<Named>,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub sha: Sha,
}

impl Repository {
    /// Makes a commit on `parent` with these changes: blobs for what cannot stand in a tree request, the tree, the
    /// commit. Two requests for an ordinary step. An empty change set gives an empty commit.
    pub async fn commit(&self, parent: &Sha, changes: &ChangeSet, message: &str) -> Result<Sha, Error> {
        self.commit_onto(parent, changes, &[parent], message).await
    }

    /// Makes the commit that merges `theirs` into `ours`, which is its first parent. `changes` are relative to `theirs`: what a branch
    /// did is small, whatever its base brought meanwhile, and what the base brought is in its tree, to the byte.
    pub async fn commit_merge(&self, ours: &Sha, theirs: &Sha, changes: &ChangeSet, message: &str) -> Result<Sha, Error> {
        self.commit_onto(theirs, changes, &[ours, theirs], message).await
    }

    async fn commit_onto(&self, files_of: &Sha, changes: &ChangeSet, parents: &[&Sha], message: &str) -> Result<Sha, Error> {
        let mut tree = self.tree_of(files_of).await?;
        for part in tree::plan(changes) {
            tree = self.create_tree(&tree, part).await?;
        }
        let parents: Vec<&str> = parents.iter().map(|parent| parent.as_str()).collect();
        let body = json!({ "message": message, "tree": tree.as_str(), "parents": parents });
        let made: Wire = self.json(&self.post("/repos/{owner}/{repo}/git/commits", &[], body)).await?;
        self.app.trees().keep(self.name(), &made.sha, &made.tree.sha);
        Ok(made.sha)
    }

    /// The tree of a commit, without asking where it is known: to compare with what git says of the same change.
    pub async fn tree_of(&self, commit: &Sha) -> Result<Sha, Error> {
        match self.app.trees().get(self.name(), commit) {
            Some(tree) => Ok(tree),
            None => Ok(self.commit_details(commit).await?.tree),
        }
    }

    /// Tree, parents and message of a commit.
    pub async fn commit_details(&self, sha: &Sha) -> Result<CommitDetails, Error> {
        let wire: Wire = self.json(&self.get("/repos/{owner}/{repo}/git/commits/{commit_sha}", &[sha])).await?;
        self.app.trees().keep(self.name(), sha, &wire.tree.sha);
        Ok(CommitDetails { tree: wire.tree.sha, parents: wire.parents.into_iter().map(|p| p.sha).collect(), message: wire.message })
    }
}
