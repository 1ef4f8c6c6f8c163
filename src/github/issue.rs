//! Issues.

use serde::Deserialize;

use super::error::{Error, Trouble};
use super::moment;
use super::repository::Repository;
use crate::domain::{IssueNumber, Login, Timestamp, Untrusted};

/// An issue as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    pub number: IssueNumber,
    pub title: Untrusted,
    /// Empty when the issue has none.
    pub body: Untrusted,
    /// `None` when the account is gone.
    pub author: Option<Login>,
    pub open: bool,
    pub labels: Vec<String>,
    /// Its milestone's number.
    pub milestone: Option<u64>,
    pub html_url: String,
    pub updated_at: Timestamp,
}

#[derive(Deserialize)]
struct Wire {
    number: u64,
    title: String,
    body: Option<String>,
    user: Option<User>,
    state: String,
    #[serde(default)]
    labels: Vec<Label>,
    milestone: Option<Milestone>,
    html_url: String,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Milestone {
    number: u64,
}

/// An account as GitHub names it everywhere.
#[derive(Deserialize)]
pub(super) struct User {
    pub login: String,
}

/// Of a label only the name is of interest.
#[derive(Deserialize)]
struct Label {
    name: Option<String>,
}

impl Repository {
    /// The issue; [`Error::NotFound`] also when it was deleted or transferred away.
    pub async fn issue(&self, number: IssueNumber) -> Result<Issue, Error> {
        let call = self.get("/repos/{owner}/{repo}/issues/{issue_number}", &[&number]);
        let wire: Wire = self.json(&call).await?;
        if wire.number != number.0 {
            // GitHub leads on to where an issue was transferred, which has another number: that one is none of ours.
            return Err(Error::NotFound { what: Trouble::new(&call.method, call.template, "the issue was transferred away") });
        }
        Ok(Issue {
            number: IssueNumber(wire.number),
            title: Untrusted::new(wire.title),
            body: Untrusted::new(wire.body.unwrap_or_default()),
            author: wire.user.map(|u| Login::new(u.login)),
            open: wire.state == "open",
            labels: wire.labels.into_iter().filter_map(|l| l.name).collect(),
            milestone: wire.milestone.map(|milestone| milestone.number),
            html_url: wire.html_url,
            updated_at: moment::or_oldest(wire.updated_at.as_deref()),
        })
    }
}
