//! What people do to pull requests beside writing code: review, answer in threads, assign, plan.
//!
//! GitHub asks who may: anybody reviews and answers, whoever opened the pull request or may write resolves threads.

use super::acts;
use super::error::Error;
use super::people::{Person, refused, unknown};
use super::state::{AccountKind, At, MergeRules, Role, State};
use super::{Simulator, acts::IssueChange};
use crate::domain::{IssueNumber, PullNumber, RepoName};

/// The side of a diff: what was before on the left, what is proposed on the right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

impl Side {
    /// As the API writes it.
    pub fn word(self) -> &'static str {
        match self {
            Side::Left => "LEFT",
            Side::Right => "RIGHT",
        }
    }
}

/// A comment of a review on lines of a file.
#[derive(Debug, Clone, Copy)]
pub struct LineComment<'a> {
    pub path: &'a str,
    /// The first and the last line, counted from 1; `None` for the whole file.
    pub lines: Option<(u64, u64)>,
    pub side: Side,
    pub body: &'a str,
}

impl<'a> LineComment<'a> {
    /// On one line of what is proposed.
    pub fn on(path: &'a str, line: u64, body: &'a str) -> Self {
        Self::over(path, line, line, body)
    }

    /// On the lines from `first` to `last` of what is proposed.
    pub fn over(path: &'a str, first: u64, last: u64, body: &'a str) -> Self {
        Self { path, lines: Some((first, last)), side: Side::Right, body }
    }

    /// On a file as a whole.
    pub fn of_file(path: &'a str, body: &'a str) -> Self {
        Self { path, lines: None, side: Side::Right, body }
    }

    /// The same on the lines of before.
    pub fn before(self) -> Self {
        Self { side: Side::Left, ..self }
    }
}

impl Simulator {
    /// Whoever has this login: another App where it ends in `[bot]`, else a person.
    pub fn someone<'s>(&'s self, login: &'s str) -> Person<'s> {
        let kind = if login.ends_with("[bot]") { AccountKind::Bot } else { AccountKind::User };
        Person { shared: &self.shared, login, kind }
    }

    /// Comments in the conversation of a pull request under any login, and gives the comment's id.
    pub fn comment_as(&self, repository: &RepoName, pull: PullNumber, login: &str, body: &str) -> Result<u64, Error> {
        self.someone(login).comment(repository, IssueNumber(pull.0), body)
    }
}

fn no_comment(repository: &RepoName, comment: u64) -> Error {
    Error::Unknown(format!("review comment {comment} of {repository}"))
}

/// Whether `by` wrote it or may write here.
fn may(state: &State, at: At, by: &str, author: &str, doing: &str) -> Result<(), Error> {
    if author == by || state.role(at, by) >= Role::Write {
        return Ok(());
    }
    Err(Error::Refused { doing: doing.to_owned(), because: format!("it is {author}'s") })
}

impl Person<'_> {
    /// Submits a review: `APPROVE`, `REQUEST_CHANGES` or `COMMENT`, with comments on lines of the diff. Gives the review's id.
    pub fn submit_review(
        &self,
        repository: &RepoName,
        pull: PullNumber,
        verdict: &str,
        body: &str,
        comments: &[LineComment<'_>],
    ) -> Result<u64, Error> {
        let doing = "review";
        self.act(repository, Role::Read, doing, |state, at, by| {
            acts::submit_review(state, at, pull.0, by, (verdict, body), comments).map_err(refused(doing))
        })
    }

    /// A single comment on a line, which GitHub makes a review of. Gives the comment's id.
    pub fn review_comment(&self, repository: &RepoName, pull: PullNumber, path: &str, line: u64, body: &str) -> Result<u64, Error> {
        let review = self.submit_review(repository, pull, "COMMENT", "", &[LineComment::on(path, line, body)])?;
        self.shared.read(|state| {
            let at = state.find(repository.owner(), repository.name());
            let pull = at.and_then(|at| state.repo(at).pull(pull.0)).map(|(_, pull)| pull);
            let made = pull.and_then(|pull| pull.review_comments.iter().find(|comment| comment.review == review));
            made.map(|comment| comment.id).ok_or_else(|| no_comment(repository, review))
        })
    }

    /// The ids of a review's comments, in their order.
    pub fn comments_of_review(&self, repository: &RepoName, pull: PullNumber, review: u64) -> Result<Vec<u64>, Error> {
        self.act(repository, Role::Read, "read a review", |state, at, _| {
            let (_, pull) = state.repo(at).pull(pull.0).ok_or_else(|| unknown(repository, pull.0))?;
            Ok(pull.review_comments.iter().filter(|comment| comment.review == review).map(|comment| comment.id).collect())
        })
    }

    pub fn edit_review(&self, repository: &RepoName, pull: PullNumber, review: u64, body: &str) -> Result<(), Error> {
        let doing = "edit a review";
        self.act(repository, Role::Read, doing, |state, at, by| {
            let reviews = state.repo(at).pull(pull.0).map(|(_, pull)| &pull.reviews);
            let found = reviews.into_iter().flatten().find(|found| found.id == review).map(|found| found.author.clone());
            may(state, at, by, &found.ok_or_else(|| unknown(repository, review))?, doing)?;
            acts::edit_review(state, at, pull.0, review, by, body);
            Ok(())
        })
    }

    pub fn dismiss_review(&self, repository: &RepoName, pull: PullNumber, review: u64) -> Result<(), Error> {
        let doing = "dismiss a review";
        self.act(repository, Role::Write, doing, |state, at, by| {
            acts::dismiss_review(state, at, pull.0, review, by).map_err(refused(doing))
        })
    }

    /// Answers in the thread of a comment, and gives the answer's id.
    pub fn reply(&self, repository: &RepoName, pull: PullNumber, comment: u64, body: &str) -> Result<u64, Error> {
        self.act(repository, Role::Read, "answer in a thread", |state, at, by| {
            acts::reply(state, at, pull.0, comment, by, body).ok_or_else(|| no_comment(repository, comment))
        })
    }

    pub fn edit_review_comment(&self, repository: &RepoName, comment: u64, body: &str) -> Result<(), Error> {
        let doing = "edit a review comment";
        self.act(repository, Role::Read, doing, |state, at, by| {
            may(state, at, by, &author_of(state, at, repository, comment)?, doing)?;
            acts::edit_review_comment(state, at, comment, by, body);
            Ok(())
        })
    }

    pub fn delete_review_comment(&self, repository: &RepoName, comment: u64) -> Result<(), Error> {
        let doing = "delete a review comment";
        self.act(repository, Role::Read, doing, |state, at, by| {
            may(state, at, by, &author_of(state, at, repository, comment)?, doing)?;
            acts::delete_review_comment(state, at, comment, by);
            Ok(())
        })
    }

    /// Resolves the thread of a comment.
    pub fn resolve_thread(&self, repository: &RepoName, pull: PullNumber, comment: u64) -> Result<(), Error> {
        self.turn_thread(repository, pull, comment, true)
    }

    /// Opens the thread of a comment again.
    pub fn unresolve_thread(&self, repository: &RepoName, pull: PullNumber, comment: u64) -> Result<(), Error> {
        self.turn_thread(repository, pull, comment, false)
    }

    fn turn_thread(&self, repository: &RepoName, pull: PullNumber, comment: u64, resolved: bool) -> Result<(), Error> {
        let doing = "resolve a thread";
        self.act(repository, Role::Read, doing, |state, at, by| {
            let (issue, found) = state.repo(at).pull(pull.0).ok_or_else(|| unknown(repository, pull.0))?;
            let thread = found.comment(comment).ok_or_else(|| no_comment(repository, comment))?.thread();
            may(state, at, by, &issue.author, doing)?;
            acts::resolve(state, at, pull.0, thread, resolved, by);
            Ok(())
        })
    }

    /// Asks collaborators for their review.
    pub fn request_reviews(&self, repository: &RepoName, pull: PullNumber, logins: &[&str]) -> Result<(), Error> {
        let doing = "ask for a review";
        self.act(repository, Role::Triage, doing, |state, at, by| {
            acts::request_reviews(state, at, pull.0, &owned(logins), by).map_err(refused(doing))
        })
    }

    /// Opens a closed pull request again.
    pub fn reopen_pull(&self, repository: &RepoName, pull: PullNumber) -> Result<(), Error> {
        let doing = "reopen a pull request";
        self.act(repository, Role::Read, doing, |state, at, by| {
            let author = state.repo(at).pull(pull.0).map(|(issue, _)| issue.author.clone()).ok_or_else(|| unknown(repository, pull.0))?;
            may(state, at, by, &author, doing)?;
            let change = IssueChange { open: Some(true), ..IssueChange::default() };
            acts::change_pull(state, at, pull.0, by, change, None).map_err(refused(doing))
        })
    }

    /// Turns a pull request into a draft, or a draft into one that is ready.
    pub fn set_draft(&self, repository: &RepoName, pull: PullNumber, draft: bool) -> Result<(), Error> {
        let doing = "turn a pull request into a draft or back";
        self.act(repository, Role::Read, doing, |state, at, by| {
            let author = state.repo(at).pull(pull.0).map(|(issue, _)| issue.author.clone()).ok_or_else(|| unknown(repository, pull.0))?;
            may(state, at, by, &author, doing)?;
            acts::ready(state, at, pull.0, by, draft);
            Ok(())
        })
    }

    /// Makes a milestone and gives its number.
    pub fn create_milestone(&self, repository: &RepoName, title: &str) -> Result<u64, Error> {
        self.act(repository, Role::Write, "make a milestone", |state, at, by| Ok(acts::make_milestone(state, at, title, by)))
    }

    /// Gives an issue or a pull request a milestone, or takes it away.
    pub fn set_milestone(&self, repository: &RepoName, number: IssueNumber, milestone: Option<u64>) -> Result<(), Error> {
        let doing = "set a milestone";
        self.act(repository, Role::Triage, doing, |state, at, by| {
            acts::set_milestone(state, at, number.0, milestone, by).map_err(refused(doing))
        })
    }

    /// Assigns those of the people who can be.
    pub fn assign(&self, repository: &RepoName, number: IssueNumber, logins: &[&str]) -> Result<(), Error> {
        self.act(repository, Role::Triage, "assign people", |state, at, by| {
            acts::assign(state, at, number.0, &owned(logins), by);
            Ok(())
        })
    }

    pub fn unassign(&self, repository: &RepoName, number: IssueNumber, logins: &[&str]) -> Result<(), Error> {
        self.act(repository, Role::Triage, "take people off an issue", |state, at, by| {
            acts::unassign(state, at, number.0, &owned(logins), by);
            Ok(())
        })
    }

    /// Whether a merge deletes the branch that was merged.
    pub fn set_delete_branch_on_merge(&self, repository: &RepoName, delete: bool) -> Result<(), Error> {
        self.act(repository, Role::Admin, "change a repository's settings", |state, at, _| {
            state.repo_mut(at).delete_branch_on_merge = delete;
            Ok(())
        })
    }

    /// What a merge needs beside checks: a head that holds all of its base, and this many approvals.
    pub fn set_merge_rules(&self, repository: &RepoName, up_to_date: bool, approvals: usize) -> Result<(), Error> {
        self.act(repository, Role::Admin, "change a repository's rules", |state, at, _| {
            state.repo_mut(at).merge_rules = MergeRules { up_to_date, approvals };
            Ok(())
        })
    }
}

fn owned(logins: &[&str]) -> Vec<String> {
    logins.iter().map(|login| (*login).to_owned()).collect()
}

fn author_of(state: &State, at: At, repository: &RepoName, comment: u64) -> Result<String, Error> {
    let found = acts::pull_of_comment(state, at, comment).and_then(|(_, pull)| pull.comment(comment));
    found.map(|comment| comment.author.clone()).ok_or_else(|| no_comment(repository, comment))
}
