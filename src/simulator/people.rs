//! People, and what they do on GitHub's pages: the verbs in which tests and the demo speak.
//!
//! GitHub asks who may: a stranger can open issues, comment and review, no more. The 65,536 characters bind the API alone.

use std::collections::BTreeMap;
use std::path::Path;

use super::acts::{self, IssueChange};
use super::answer::Answer;
use super::error::Error;
use super::git::{Change, Kind};
use super::shared::Shared;
use super::state::{AccountKind, At, CheckRun, Checker, Role, State, Status};
use crate::domain::{IssueNumber, PullNumber, RepoName};

/// Somebody with an account: a person, or another App.
#[derive(Clone, Copy)]
pub struct Person<'s> {
    pub(super) shared: &'s Shared,
    pub(super) login: &'s str,
    pub(super) kind: AccountKind,
}

/// A file to be pushed: content and whether it is executable; `None` deletes.
pub type Files<'f> = &'f [(&'f str, Option<&'f str>)];

pub(super) fn place(state: &State, repository: &RepoName) -> Result<At, Error> {
    state.find(repository.owner(), repository.name()).ok_or_else(|| Error::Unknown(format!("the repository {repository}")))
}

pub(super) fn refused(doing: &str) -> impl Fn(Answer) -> Error {
    let doing = doing.to_owned();
    move |answer| Error::Refused { doing: doing.clone(), because: answer.message() }
}

impl Person<'_> {
    /// Does something in a repository, in which this person needs at least `role`.
    pub(super) fn act<T>(
        &self,
        repository: &RepoName,
        role: Role,
        doing: &str,
        act: impl FnOnce(&mut State, At, &str) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.shared.with(|state| {
            let login = state.ensure_account(self.login, self.kind);
            let at = place(state, repository)?;
            // An App has no role: it was installed with what it may do, which is to read and to triage.
            let has = if self.kind == AccountKind::Bot { Role::Triage } else { state.role(at, &login) };
            if has < role {
                let because = format!("{login} has the role {has:?} in {repository}, and {role:?} is needed");
                return Err(Error::Refused { doing: doing.to_owned(), because });
            }
            act(state, at, &login)
        })
    }

    pub fn create_issue(&self, repository: &RepoName, title: &str, body: &str) -> Result<IssueNumber, Error> {
        self.act(repository, Role::Read, "open an issue", |state, at, by| {
            Ok(IssueNumber(acts::open_issue(state, at, by, title, Some(body))))
        })
    }

    fn on_issue(&self, repository: &RepoName, number: u64, role: Role, doing: &str, change: IssueChange) -> Result<(), Error> {
        self.act(repository, Role::Read, doing, |state, at, by| {
            let author = state.repo(at).issue(number).map(|issue| issue.author.clone()).ok_or_else(|| unknown(repository, number))?;
            if author != by && state.role(at, by) < role {
                return Err(Error::Refused { doing: doing.to_owned(), because: format!("{by} did not write it and may not") });
            }
            acts::change_issue(state, at, number, by, change);
            Ok(())
        })
    }

    pub fn edit_issue(&self, repository: &RepoName, issue: IssueNumber, body: &str) -> Result<(), Error> {
        let change = IssueChange { body: Some(Some(body.to_owned())), ..IssueChange::default() };
        self.on_issue(repository, issue.0, Role::Write, "edit an issue", change)
    }

    pub fn rename_issue(&self, repository: &RepoName, issue: IssueNumber, title: &str) -> Result<(), Error> {
        let change = IssueChange { title: Some(title.to_owned()), ..IssueChange::default() };
        self.on_issue(repository, issue.0, Role::Write, "rename an issue", change)
    }

    /// Puts an issue at the end of another's sub-issues.
    pub fn add_sub_issue(&self, repository: &RepoName, parent: IssueNumber, child: IssueNumber) -> Result<(), Error> {
        self.add_sub_issue_of(repository, parent, repository, child)
    }

    /// The same with an issue of another repository.
    pub fn add_sub_issue_of(&self, repo: &RepoName, parent: IssueNumber, other: &RepoName, child: IssueNumber) -> Result<(), Error> {
        let doing = "add a sub-issue";
        self.act(repo, Role::Triage, doing, |state, at, by| {
            let there = place(state, other)?;
            let refused = |because: &str| Error::Refused { doing: doing.to_owned(), because: because.to_owned() };
            acts::add_sub_issue(state, (at, parent.0), (there, child.0), by).map_err(refused)
        })
    }

    pub fn remove_sub_issue(&self, repository: &RepoName, parent: IssueNumber, child: IssueNumber) -> Result<(), Error> {
        self.act(repository, Role::Triage, "remove a sub-issue", |state, at, by| {
            let removed = acts::remove_sub_issue(state, (at, parent.0), (at, child.0), by);
            if removed { Ok(()) } else { Err(unknown(repository, child.0)) }
        })
    }

    pub fn close_issue(&self, repository: &RepoName, issue: IssueNumber) -> Result<(), Error> {
        self.on_issue(repository, issue.0, Role::Triage, "close an issue", IssueChange { open: Some(false), ..IssueChange::default() })
    }

    pub fn reopen_issue(&self, repository: &RepoName, issue: IssueNumber) -> Result<(), Error> {
        self.on_issue(repository, issue.0, Role::Triage, "reopen an issue", IssueChange { open: Some(true), ..IssueChange::default() })
    }

    /// Moves an issue to another repository, where it gets another number.
    pub fn transfer_issue(&self, repository: &RepoName, issue: IssueNumber, to: &RepoName) -> Result<IssueNumber, Error> {
        self.act(repository, Role::Write, "transfer an issue", |state, at, by| {
            let target = place(state, to)?;
            let moved = acts::transfer_issue(state, at, issue.0, target, by).ok_or_else(|| unknown(repository, issue.0))?;
            Ok(IssueNumber(moved))
        })
    }

    pub fn delete_issue(&self, repository: &RepoName, issue: IssueNumber) -> Result<(), Error> {
        self.act(repository, Role::Admin, "delete an issue", |state, at, by| {
            acts::delete_issue(state, at, issue.0, by).ok_or_else(|| unknown(repository, issue.0))
        })
    }

    /// Labels an issue or a pull request.
    pub fn label(&self, repository: &RepoName, number: IssueNumber, label: &str) -> Result<(), Error> {
        self.act(repository, Role::Triage, "label an issue", |state, at, by| {
            state.repo(at).issue(number.0).ok_or_else(|| unknown(repository, number.0))?;
            acts::add_label(state, at, number.0, label, by);
            Ok(())
        })
    }

    pub fn unlabel(&self, repository: &RepoName, number: IssueNumber, label: &str) -> Result<(), Error> {
        self.act(repository, Role::Triage, "take a label off an issue", |state, at, by| {
            if acts::remove_label(state, at, number.0, label, by) {
                Ok(())
            } else {
                Err(Error::Unknown(format!("the label {label} on #{number} of {repository}")))
            }
        })
    }

    /// Comments on an issue or a pull request, and gives the comment's id.
    pub fn comment(&self, repository: &RepoName, number: IssueNumber, body: &str) -> Result<u64, Error> {
        self.act(repository, Role::Read, "comment", |state, at, by| {
            acts::comment(state, at, number.0, by, body).ok_or_else(|| unknown(repository, number.0))
        })
    }

    pub fn edit_comment(&self, repository: &RepoName, comment: u64, body: &str) -> Result<(), Error> {
        self.act(repository, Role::Read, "edit a comment", |state, at, by| {
            let author = state.repo(at).comment(comment).map(|(_, c)| c.author.clone());
            let author = author.ok_or_else(|| Error::Unknown(format!("comment {comment} of {repository}")))?;
            if author != by && state.role(at, by) < Role::Write {
                return Err(Error::Refused { doing: "edit a comment".into(), because: format!("it is {author}'s") });
            }
            acts::edit_comment(state, at, comment, by, body);
            Ok(())
        })
    }

    /// Writes the description of a pull request anew, as when a box is ticked by hand.
    pub fn edit_pull(&self, repository: &RepoName, pull: PullNumber, body: &str) -> Result<(), Error> {
        let change = IssueChange { body: Some(Some(body.to_owned())), ..IssueChange::default() };
        self.on_issue(repository, pull.0, Role::Write, "edit a pull request", change)
    }

    /// Merges and gives the merge commit.
    pub fn merge_pull(&self, repository: &RepoName, pull: PullNumber) -> Result<String, Error> {
        let doing = "merge a pull request";
        self.act(repository, Role::Write, doing, |state, at, by| acts::merge(state, at, pull.0, by).map_err(refused(doing)))
    }

    pub fn close_pull(&self, repository: &RepoName, pull: PullNumber) -> Result<(), Error> {
        self.on_issue(repository, pull.0, Role::Triage, "close a pull request", IssueChange { open: Some(false), ..IssueChange::default() })
    }

    /// Pushes one commit onto a branch (made from the default branch when it is new) and gives its id.
    pub fn push(&self, repository: &RepoName, branch: &str, message: &str, files: Files<'_>) -> Result<String, Error> {
        self.act(repository, Role::Write, "push", |state, at, by| {
            let repo = state.repo(at);
            let parent = repo.branch(branch).or_else(|| repo.branch(&repo.default_branch)).map(str::to_owned);
            let sha = commit(state, at, parent.as_deref(), by, message, files)?;
            acts::update(state, at, &format!("refs/heads/{branch}"), Some(&sha), by)?;
            Ok(sha)
        })
    }

    /// Pushes by force: the branch becomes one commit on top of `parent`.
    pub fn force_push(&self, repository: &RepoName, branch: &str, parent: &str, message: &str, files: Files<'_>) -> Result<String, Error> {
        self.act(repository, Role::Write, "push by force", |state, at, by| {
            let sha = commit(state, at, Some(parent), by, message, files)?;
            acts::update(state, at, &format!("refs/heads/{branch}"), Some(&sha), by)?;
            Ok(sha)
        })
    }

    /// Points a branch at a commit of a local repository, as `git push --force` from there does.
    pub fn push_from(&self, repository: &RepoName, branch: &str, source: &Path, sha: &str) -> Result<(), Error> {
        self.act(repository, Role::Write, "push", |state, at, by| {
            state.repo_mut(at).git.fetch_from(source, sha)?;
            acts::update(state, at, &format!("refs/heads/{branch}"), Some(sha), by)
        })
    }

    pub fn delete_branch(&self, repository: &RepoName, branch: &str) -> Result<(), Error> {
        self.act(repository, Role::Write, "delete a branch", |state, at, by| {
            let name = format!("refs/heads/{branch}");
            state.repo(at).git.reference(&name).ok_or_else(|| Error::Unknown(format!("the branch {branch} of {repository}")))?;
            acts::update(state, at, &name, None, by)
        })
    }

    /// Runs a commit's CI again; whether it has any.
    pub fn rerun_checks(&self, repository: &RepoName, sha: &str) -> Result<bool, Error> {
        self.act(repository, Role::Write, "run checks again", |state, at, by| acts::rerun(state, at, sha, by))
    }

    /// Sets a check of another CI by hand: `conclusion` as GitHub words it, or `None` for one that is still running.
    pub fn set_check(&self, repository: &RepoName, sha: &str, name: &str, conclusion: Option<&str>) -> Result<(), Error> {
        self.act(repository, Role::Write, "set a check", |state, at, _| {
            let status = conclusion.is_none().then(|| "in_progress".to_owned());
            let change = acts::RunChange { status, conclusion: conclusion.map(str::to_owned), ..acts::RunChange::default() };
            let same = |run: &&CheckRun| run.sha == sha && run.name == name && run.by == Checker::Actions;
            match state.repo(at).runs.iter().rev().find(same).filter(|run| run.status != "completed").map(|run| run.id) {
                Some(id) => acts::change_run(state, at, id, change),
                None => {
                    let new = acts::NewRun { by: Checker::Actions, name: name.to_owned(), sha: sha.to_owned(), suite: None, job: None };
                    acts::create_run(state, at, new, change).map(drop)
                }
            }
        })
    }

    /// A commit status: `success`, `failure`, `error` or `pending`.
    pub fn add_status(&self, repository: &RepoName, sha: &str, context: &str, outcome: &str) -> Result<(), Error> {
        self.act(repository, Role::Write, "set a status", |state, at, by| {
            let status = Status {
                id: 0,
                sha: sha.to_owned(),
                state: outcome.to_owned(),
                context: context.to_owned(),
                description: None,
                target_url: None,
                creator: by.to_owned(),
                created_at: crate::domain::Timestamp(0),
            };
            acts::add_status(state, at, by, status).map(drop)
        })
    }
}

pub(super) fn unknown(repository: &RepoName, number: u64) -> Error {
    Error::Unknown(format!("#{number} of {repository}"))
}

/// A commit on top of `parent` by a person, with these files changed.
pub(super) fn commit(state: &mut State, at: At, parent: Option<&str>, by: &str, message: &str, files: Files<'_>) -> Result<String, Error> {
    let who = acts::person(state, by);
    let git = &mut state.repo_mut(at).git;
    let base = match parent {
        Some(parent) => git.commit(parent)?.map(|commit| commit.tree.clone()),
        None => None,
    };
    let mut changes = BTreeMap::new();
    for (path, content) in files {
        let change = match content {
            None => Change::Delete,
            Some(content) => {
                let mode = if content.starts_with("#!") { "100755" } else { "100644" };
                Change::Put { mode: mode.to_owned(), sha: git.write(Kind::Blob, content.as_bytes())? }
            }
        };
        changes.insert((*path).to_owned(), change);
    }
    let tree = git.write_tree(base.as_deref(), &changes).map_err(|why| match why {
        super::git::Unwritable::NotThere(path) => Error::Unknown(format!("the file {path} to delete")),
        super::git::Unwritable::Broken(error) => error,
    })?;
    let parents: Vec<String> = parent.map(str::to_owned).into_iter().collect();
    git.write_commit(&tree, &parents, &who, &who, &format!("{}\n", message.trim_end()))
}
