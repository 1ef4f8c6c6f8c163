//! What a new pull request has from its issue, and from its repository's template.

use super::pull_request;
use crate::domain::PullNumber;
use crate::engine::{Engine, Failure};
use crate::git::Workspace;
use crate::github::{Error, Repository};
use crate::workflow::{Event, Run};

/// Where GitHub looks for a template, in its order. The names' case does not count.
const TEMPLATES: [&str; 6] = [
    ".github/pull_request_template.md",
    "pull_request_template.md",
    "docs/pull_request_template.md",
    ".github/pull_request_template.txt",
    "pull_request_template.txt",
    "docs/pull_request_template.txt",
];
/// A longer one is none that people fill in.
const LONGEST_TEMPLATE: usize = 20_000;

impl Engine {
    /// Opens the pull request, with what the issue has: labels, milestone, and whoever asked for it as assignee, or as reviewer where
    /// that person cannot be assigned.
    pub(super) async fn open_pull_request(&self, run: &Run, repository: &Repository) -> Result<Event, Failure> {
        let template = self.template(run, repository).await?;
        let opened = pull_request::open(run, repository, template.as_deref()).await?;
        if let Event::PullRequestOpened { number } = &opened {
            self.dress(run, repository, *number).await?;
        }
        Ok(opened)
    }

    /// What is refused of it is logged: the pull request stands there all the same.
    async fn dress(&self, run: &Run, repository: &Repository, pull: PullNumber) -> Result<(), Failure> {
        let issue = match repository.issue(run.issue).await {
            Ok(issue) => issue,
            Err(error @ Error::Later { .. }) => return Err(error.into()),
            Err(error) => return refused(run, "what its issue has", Err(error)),
        };
        let ours = self.label(run);
        let labels: Vec<String> = issue.labels.into_iter().filter(|label| !label.eq_ignore_ascii_case(ours)).collect();
        if !labels.is_empty() {
            refused(run, "its issue's labels", repository.add_labels(pull, &labels).await)?;
        }
        if let Some(milestone) = issue.milestone {
            refused(run, "its issue's milestone", repository.set_milestone(pull, milestone).await)?;
        }
        refused(run, "its assignee", assign(run, repository, pull).await)
    }

    /// The repository's template as it is at the base. Where there are several to choose from, GitHub takes none by itself, and nor do we.
    async fn template(&self, run: &Run, repository: &Repository) -> Result<Option<String>, Failure> {
        let Some(plan) = &run.plan else { return Ok(None) };
        let files = self.workspace(repository, &plan.base).await?;
        tokio::task::spawn_blocking(move || template_in(files)).await.map_err(|e| Failure::cut_short(&e))?
    }
}

async fn assign(run: &Run, repository: &Repository, pull: PullNumber) -> Result<(), Error> {
    if repository.assign(pull, &run.asked_by).await? {
        return Ok(());
    }
    match repository.request_review(pull, &run.asked_by).await {
        // Neither is possible, as for who is no collaborator.
        Err(error) if error.trouble().status == Some(422) => Ok(()),
        other => other,
    }
}

/// What may come right later is tried again, with everything before it; the rest is logged.
fn refused(run: &Run, what: &str, outcome: Result<(), Error>) -> Result<(), Failure> {
    match outcome {
        Ok(()) => Ok(()),
        Err(error @ Error::Later { .. }) => Err(error.into()),
        Err(error) => {
            tracing::warn!(run = %run.id, "failed to give the pull request {what}: {error}");
            Ok(())
        }
    }
}

fn template_in(mut files: Workspace) -> Result<Option<String>, Failure> {
    let found = TEMPLATES.iter().find_map(|name| files.paths().find(|path| path.eq_ignore_ascii_case(name)).map(str::to_owned));
    let Some(path) = found else { return Ok(None) };
    let text = files.read(&path)?.and_then(|file| String::from_utf8(file.bytes).ok());
    Ok(text.filter(|text| !text.trim().is_empty() && text.len() <= LONGEST_TEMPLATE))
}
