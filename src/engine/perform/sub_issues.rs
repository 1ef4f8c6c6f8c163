//! The sub-issues of the run's issue, each judged by who wrote it.

use crate::domain::{Login, RepoName};
use crate::engine::{Engine, Failure};
use crate::github::{Repository, SubIssue};
use crate::specification::{self, Said, Specification};
use crate::workflow::Run;

/// A sub-issue, and what it counts for.
pub(super) enum Part {
    Counts(SubIssue),
    ByStranger(SubIssue, Login),
    Elsewhere(SubIssue),
    /// GitHub keeps it from us.
    Unseen,
}

impl Engine {
    pub(super) async fn sub_issues(&self, run: &Run, repository: &Repository, named: &[Login]) -> Result<Vec<Part>, Failure> {
        let mut parts = Vec::new();
        for found in repository.sub_issues(run.issue).await? {
            parts.push(match found {
                None => Part::Unseen,
                Some(issue) if !is_same(&issue.repo, repository.name()) => Part::Elsewhere(issue),
                Some(issue) => match self.stranger_in(&issue, repository, named).await? {
                    Some(login) => Part::ByStranger(issue, login),
                    None => Part::Counts(issue),
                },
            });
        }
        Ok(parts)
    }

    /// The first of those who wrote it who may not say what is built.
    async fn stranger_in(&self, issue: &SubIssue, repository: &Repository, named: &[Login]) -> Result<Option<Login>, Failure> {
        for login in issue.writers() {
            if !self.people.may_steer(repository, &login, named, self.now()).await? {
                return Ok(Some(login));
            }
        }
        Ok(None)
    }
}

impl Part {
    /// What is read of it. `before` is what was read when the steps were frozen.
    pub(super) fn said<'a>(&'a self, before: Option<&'a Specification>) -> specification::Part<'a> {
        match self {
            Part::Counts(issue) => {
                let (title, body) = (issue.title.as_data(), issue.body.as_data());
                let said = Said::Text { number: issue.number, title, body, own_parts: issue.own_parts };
                specification::Part { said, closed: issue.closed }
            }
            Part::ByStranger(issue, login) => {
                specification::Part { said: Said::ByStranger { number: issue.number, login: login.clone(), before }, closed: issue.closed }
            }
            Part::Elsewhere(issue) => {
                specification::Part { said: Said::Elsewhere { repo: issue.repo.clone(), number: issue.number }, closed: issue.closed }
            }
            Part::Unseen => specification::Part { said: Said::Unseen, closed: false },
        }
    }

    /// Its name and its text as people see it, where it counts.
    pub(super) fn text(&self) -> Option<(String, String)> {
        match self {
            Part::Counts(issue) => {
                let (title, body) = (specification::seen(issue.title.as_data()).0, specification::seen(issue.body.as_data()).0);
                Some((format!("#{}", issue.number), format!("{}\n\n{body}", title.trim())))
            }
            Part::ByStranger(..) | Part::Elsewhere(_) | Part::Unseen => None,
        }
    }
}

/// GitHub tells names of repositories apart without regard to case.
fn is_same(one: &RepoName, other: &RepoName) -> bool {
    one.to_string().eq_ignore_ascii_case(&other.to_string())
}
