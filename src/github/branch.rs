//! Branches, moved forward only: nothing here forces or deletes.

use serde::Deserialize;
use serde_json::json;

use super::error::Error;
use super::repository::Repository;
use crate::domain::{BranchName, Sha};

#[derive(Deserialize)]
struct Wire {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    sha: Sha,
}

impl Repository {
    /// The branch's head; `None` when there is no such branch, or the repository is empty.
    pub async fn branch(&self, name: &BranchName) -> Result<Option<Sha>, Error> {
        let call = self.get("/repos/{owner}/{repo}/git/ref/{ref}", &[&format!("heads/{name}")]);
        match self.found::<Wire>(&call).await {
            // GitHub answers 409 for every reference of an empty repository.
            Err(Error::Conflict { .. }) => Ok(None),
            other => Ok(other?.map(|wire| wire.object.sha)),
        }
    }

    /// Makes a branch. [`Error::Conflict`] when it is there already, wherever it points.
    pub async fn create_branch(&self, name: &BranchName, sha: &Sha) -> Result<(), Error> {
        let body = json!({ "ref": format!("refs/heads/{name}"), "sha": sha.as_str() });
        self.done(&self.post("/repos/{owner}/{repo}/git/refs", &[], body)).await
    }

    /// Moves a branch forward. [`Error::Conflict`] when `to` does not descend from where the branch is now,
    /// [`Error::NotFound`] when the branch is gone.
    pub async fn advance_branch(&self, name: &BranchName, to: &Sha) -> Result<(), Error> {
        let body = json!({ "sha": to.as_str(), "force": false });
        self.done(&self.patch("/repos/{owner}/{repo}/git/refs/{ref}", &[&format!("heads/{name}")], body)).await
    }
}
