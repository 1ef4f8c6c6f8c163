//! What stands beside a pull request's text: labels, milestone, assignees. To GitHub it is an issue.

use serde::Deserialize;
use serde_json::json;

use super::error::Error;
use super::issue::User;
use super::repository::Repository;
use crate::domain::{Login, PullNumber};

#[derive(Deserialize)]
struct Assigned {
    #[serde(default)]
    assignees: Vec<User>,
}

impl Repository {
    /// Adds labels; those that are there stay.
    pub async fn add_labels(&self, pull: PullNumber, labels: &[String]) -> Result<(), Error> {
        self.done(&self.post("/repos/{owner}/{repo}/issues/{issue_number}/labels", &[&pull], json!({ "labels": labels }))).await
    }

    /// Gives it a milestone, by the milestone's number.
    pub async fn set_milestone(&self, pull: PullNumber, milestone: u64) -> Result<(), Error> {
        self.done(&self.patch("/repos/{owner}/{repo}/issues/{issue_number}", &[&pull], json!({ "milestone": milestone }))).await
    }

    /// Assigns somebody; whether GitHub took it, as it passes over in silence who cannot be assigned.
    pub async fn assign(&self, pull: PullNumber, login: &Login) -> Result<bool, Error> {
        let call = self.post("/repos/{owner}/{repo}/issues/{issue_number}/assignees", &[&pull], json!({ "assignees": [login.as_str()] }));
        let assigned: Assigned = self.json(&call).await?;
        Ok(assigned.assignees.into_iter().any(|user| Login::new(user.login).is(login)))
    }
}
