//! Reading the issue alone: whether it is still to be built, and whether its text is another than before.

use sha2::{Digest as _, Sha256};

use crate::domain::{Login, Untrusted};
use crate::engine::{Engine, Failure};
use crate::github::{Error, Repository};
use crate::workflow::{Event, IssueReading, Run};

impl Engine {
    pub(super) async fn read_issue(&self, run: &Run, repository: &Repository, by: Option<Login>) -> Result<Event, Failure> {
        let found = match repository.issue(run.issue).await {
            Ok(issue) => IssueReading { open: issue.open, labelled: self.is_labelled(run, &issue.labels), hash: hash_of(&issue.body), by },
            // Deleted or transferred; unless it is the whole repository that cannot be seen.
            Err(Error::NotFound { .. }) => {
                repository.about().await?;
                IssueReading { open: false, labelled: false, hash: String::new(), by }
            }
            Err(error) => return Err(error.into()),
        };
        Ok(Event::IssueRead(found))
    }

    pub(super) fn is_labelled(&self, run: &Run, labels: &[String]) -> bool {
        labels.iter().any(|label| label.eq_ignore_ascii_case(self.label(run)))
    }

    /// The label that asked for the run.
    pub(super) fn label<'a>(&'a self, run: &'a Run) -> &'a str {
        run.settings.label.as_deref().unwrap_or(&self.parts.label)
    }
}

/// SHA-256 of the text, in hexadecimal.
pub(super) fn hash_of(text: &Untrusted) -> String {
    Sha256::digest(text.as_data()).iter().map(|byte| format!("{byte:02x}")).collect()
}
