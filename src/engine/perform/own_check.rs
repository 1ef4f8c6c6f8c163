//! Our own check run on the head of the branch.

use crate::engine::{Engine, Failure};
use crate::github::{Button, CheckRunShown, Repository, Warning};
use crate::prose;
use crate::workflow::verdict::SPECIFICATION;
use crate::workflow::{Event, Message, Outcome, OwnCheck, Run, Shown, Wish};

const RETRY: Button = Button { label: "Retry", description: "Go on where the run is stuck", identifier: Wish::Retry.identifier() };
const STOP: Button = Button { label: "Stop", description: "End the run and keep the work", identifier: Wish::Stop.identifier() };

impl Engine {
    pub(super) async fn show_check(&self, run: &Run, repository: &Repository) -> Result<Event, Failure> {
        let shown = Shown::of(run).ok_or_else(|| Failure::Never("find what there is to show".into()))?;
        let known = run.check.as_ref().filter(|check| check.head == shown.head).map(|check| check.id);
        let annotations = shown.places.iter().map(|place| Warning {
            path: place.path.clone(),
            line: usize::try_from(place.line).unwrap_or(1),
            message: if place.message.is_empty() { "See the log.".into() } else { place.message.clone() },
        });
        let check = CheckRunShown {
            name: SPECIFICATION.into(),
            head: shown.head.clone(),
            conclusion: match shown.outcome {
                Outcome::InProgress => None,
                Outcome::Success => Some("success"),
                Outcome::Failure => Some("failure"),
                Outcome::ActionRequired => Some("action_required"),
                Outcome::Cancelled => Some("cancelled"),
            },
            title: prose::check_title(run),
            summary: prose::check_summary(run),
            details_url: self.details(run),
            annotations: annotations.collect(),
            buttons: match shown.outcome {
                Outcome::Cancelled => Vec::new(),
                Outcome::InProgress | Outcome::Success => vec![STOP],
                Outcome::Failure | Outcome::ActionRequired => vec![RETRY, STOP],
            },
        };
        let id = repository.show_check(&check, known).await?;
        Ok(Event::CheckShown(OwnCheck { head: shown.head, id }))
    }

    /// Where the run is told: its page, or else its status comment on the issue. Absent before that is there.
    fn details(&self, run: &Run) -> Option<String> {
        let page = self.parts.pages.as_ref().and_then(|pages| pages.address(&run.repo, run.issue));
        page.or_else(|| {
            let status = run.said.get(&Message::Status.name())?;
            Some(format!("{}/{}/issues/{}#issuecomment-{}", self.parts.github.web_address(), run.repo, run.issue, status.0))
        })
    }
}
