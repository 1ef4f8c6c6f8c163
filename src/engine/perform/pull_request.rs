//! The pull request: found before it is made, its body rewritten only where it differs.

use crate::domain::PullNumber;
use crate::engine::Failure;
use crate::github::body::{LIMIT, fit};
use crate::github::{Error, Pull, Repository};
use crate::prose;
use crate::workflow::{Event, Merging, Run};

/// `template` is the repository's own, which stands below our part from then on.
pub(super) async fn open(run: &Run, repository: &Repository, template: Option<&str>) -> Result<Event, Failure> {
    let (Some(branch), Some(plan)) = (&run.branch, &run.plan) else {
        return Err(Failure::Never("the run has no branch yet".into()));
    };
    if let Some(number) = find_open(run, repository).await? {
        return Ok(Event::PullRequestOpened { number });
    }
    let body = fit(&prose::new_pull_request_body(run, template), LIMIT).into_owned();
    let title = prose::pull_request_title(run);
    let mut made = repository.create_pull(&title, &body, branch, &plan.base_branch, true).await;
    if made.as_ref().is_err_and(knows_no_drafts) {
        made = repository.create_pull(&title, &body, branch, &plan.base_branch, false).await;
    }
    match made {
        Ok(pull) => Ok(Event::PullRequestOpened { number: pull.number }),
        Err(Error::Conflict { what }) => match find_open(run, repository).await? {
            Some(number) => Ok(Event::PullRequestOpened { number }),
            None => Err(Error::Conflict { what }.into()),
        },
        Err(error) => Err(error.into()),
    }
}

/// Private repositories of some plans have no drafts. GitHub has no code for this.
fn knows_no_drafts(error: &Error) -> bool {
    let trouble = error.trouble();
    trouble.status == Some(422) && trouble.message.to_ascii_lowercase().contains("draft pull requests are not supported")
}

async fn find_open(run: &Run, repository: &Repository) -> Result<Option<PullNumber>, Failure> {
    let Some(branch) = &run.branch else { return Ok(None) };
    Ok(repository.find_pull(branch).await?.filter(|pull| pull.open).map(|pull| pull.number))
}

pub(super) async fn show_checklist(run: &Run, repository: &Repository) -> Result<(), Failure> {
    let Some(number) = run.pull else { return Ok(()) };
    let pull = repository.pull(number).await?;
    let body = fit(&prose::pull_request_body(run, Some(pull.body.as_data())), LIMIT).into_owned();
    if body != pull.body.as_data() {
        repository.update_pull(number, None, Some(&body)).await?;
    }
    Ok(())
}

pub(super) async fn read(run: &Run, repository: &Repository) -> Result<Option<Event>, Failure> {
    let Some(number) = run.pull else { return Ok(None) };
    let pull = repository.pull(number).await?;
    let merging = if pull.open { merging(repository, &pull).await? } else { Merging::Free };
    Ok(Some(Event::PullRequestRead { open: pull.open, merged: pull.merged, merging }))
}

/// Whether the base has to be merged in before: there are conflicts, or its rules want the branch up to date.
async fn merging(repository: &Repository, pull: &Pull) -> Result<Merging, Failure> {
    let is_behind = pull.mergeable_state.as_deref() == Some("behind");
    match pull.mergeable {
        None => Ok(Merging::Unknown),
        Some(true) if !is_behind => Ok(Merging::Free),
        Some(merges) => {
            let (tip, head) = (repository.branch(&pull.base_branch).await?, pull.head_sha.clone());
            Ok(tip.map_or(Merging::Free, |tip| Merging::Wanted { tip, head, conflicts: !merges }))
        }
    }
}

pub(super) async fn back_to_draft(run: &Run, repository: &Repository) -> Result<(), Failure> {
    let Some(number) = run.pull else { return Ok(()) };
    let pull = repository.pull(number).await?;
    if !pull.draft && pull.open {
        repository.back_to_draft(&pull.node_id).await?;
    }
    Ok(())
}

pub(super) async fn mark_ready(run: &Run, repository: &Repository) -> Result<Event, Failure> {
    let number = run.pull.ok_or_else(|| Failure::Never("the run has no pull request".into()))?;
    let pull = repository.pull(number).await?;
    if pull.draft {
        repository.mark_ready(&pull.node_id).await?;
    }
    Ok(Event::MarkedReady)
}
