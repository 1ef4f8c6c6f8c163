//! Somebody's own repository on this machine: looking at it, and bringing one branch into it. Nothing else of it changes:
//! no other reference, not `FETCH_HEAD`, not the index, not the working tree.

use std::path::Path;
use std::process::Command;

use super::Error;
use super::command::{command_in, run};
use crate::domain::{BranchName, Sha};

/// Fails unless the directory is a git repository.
pub fn check(repo: &Path) -> Result<(), Error> {
    run(git(repo, &["rev-parse", "--git-dir"]), "look into the repository").map(|_| ())
}

/// The commit that a reference names, if it names one.
pub fn resolve(repo: &Path, reference: &str) -> Result<Option<Sha>, Error> {
    let commit = format!("{reference}^{{commit}}");
    line(git(repo, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])).map(|text| text.and_then(|t| t.parse().ok()))
}

/// The branch's head, if there is such a branch.
pub fn branch(repo: &Path, name: &str) -> Result<Option<Sha>, Error> {
    resolve(repo, &format!("refs/heads/{name}"))
}

/// The branch that a reference stands for: itself, or the one that `HEAD` is on.
pub fn branch_of(repo: &Path, reference: &str) -> Result<Option<String>, Error> {
    let full = line(git(repo, &["rev-parse", "--verify", "--quiet", "--symbolic-full-name", "--end-of-options", reference]))?;
    Ok(full.and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned)))
}

/// Whether git allows a branch of this name.
pub fn is_branch_name(repo: &Path, name: &str) -> Result<bool, Error> {
    Ok(line(git(repo, &["check-ref-format", "--branch", name]))?.is_some_and(|answer| answer == name))
}

/// A commit's whole message.
pub fn message(repo: &Path, commit: &Sha) -> Result<String, Error> {
    let text = run(git(repo, &["log", "-1", "--format=%B", commit.as_str()]), "read a commit")?;
    Ok(String::from_utf8_lossy(&text).trim_end().to_owned())
}

/// Copies a branch of another local repository, which must not be here yet.
pub fn bring(repo: &Path, from: &Path, branch: &BranchName) -> Result<(), Error> {
    let refspec = format!("refs/heads/{branch}:refs/heads/{branch}");
    let mut fetch = git(repo, &["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--end-of-options"]);
    fetch.arg(from).arg(refspec);
    run(fetch, "fetch the branch").map(|_| ())
}

fn git(repo: &Path, arguments: &[&str]) -> Command {
    let mut git = command_in(repo);
    git.args(arguments);
    git
}

/// The one line that git answers; `None` when it answers with a failure.
fn line(mut git: Command) -> Result<Option<String>, Error> {
    let output = git.output().map_err(|error| Error::Never(format!("the git program cannot be started: {error}")))?;
    let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
    Ok((output.status.success() && !text.is_empty()).then_some(text))
}
