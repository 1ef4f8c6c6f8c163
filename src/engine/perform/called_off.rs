//! Whether people want a run to end while a step of it is written.

use std::convert::Infallible;

use tokio_util::sync::CancellationToken;

use crate::domain::IssueNumber;
use crate::engine::{Engine, Failure};
use crate::github::{Error, Repository};
use crate::store::Lane;
use crate::workflow::Run;
use crate::workflow::command::{self, Order};

impl Engine {
    /// Looks at once, as something may have arrived before anybody listened, and whenever something arrives for the run; cancels `stop` once people have called it off. Ends only by being dropped.
    pub(super) async fn look_out(&self, run: &Run, repository: &Repository, stop: &CancellationToken) -> Infallible {
        let listening = self.interrupts.listen(&Lane::of(&run.repo, run.issue));
        loop {
            match self.is_called_off(run, repository).await {
                Ok(true) => stop.cancel(),
                Ok(false) => {}
                // It is read once more when the step is done.
                Err(failure) => tracing::info!(run = %run.id, "failed to see whether the run is called off: {failure}"),
            }
            listening.nudged.notified().await;
        }
    }

    async fn is_called_off(&self, run: &Run, repository: &Repository) -> Result<bool, Failure> {
        match repository.issue(run.issue).await {
            Ok(issue) if !issue.open || !self.is_labelled(run, &issue.labels) => return Ok(true),
            Ok(_) | Err(Error::NotFound { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let (mut remarks, ..) = self.comments_after(run, repository, run.issue, run.comments_read_to).await?;
        if let Some(pull) = run.pull {
            remarks.extend(self.comments_after(run, repository, IssueNumber(pull.0), run.pull_comments_read_to).await?.0);
        }
        let stops = |body: &str| command::said(body, &run.settings.handle).orders.contains(&Order::Stop);
        Ok(remarks.iter().any(|remark| stops(remark.body.as_data())))
    }
}
