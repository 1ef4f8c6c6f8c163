//! From a delivery to a lane and an event.

use crate::domain::{BranchName, InstallationId, IssueNumber, Login, PullNumber, RepoName};
use crate::engine::{Engine, Failure};
use crate::github::webhook::{self, Notice, Subject, What};
use crate::store::{Delivery, Lane};
use crate::workflow::{Event, Settings, Wish};

/// A delivery as it concerns us.
pub(super) struct Arrival {
    pub repo: RepoName,
    pub installation: InstallationId,
    subject: Subject,
    pub event: Event,
    /// The label that was set or taken away.
    label: Option<String>,
    /// The issue whose specification the issue's text is a part of.
    part_of: Option<IssueNumber>,
    by: Login,
}

impl Arrival {
    /// The issue, where the delivery names one: only there a run can begin.
    pub fn issue(&self) -> Option<IssueNumber> {
        match self.subject {
            Subject::Issue(number) => Some(number),
            Subject::Pull { .. } | Subject::Conversation(_) | Subject::Branch(_) | Subject::Commit { .. } => None,
        }
    }

    /// As the run of this issue sees it: what happens to a sub-issue is to it another text.
    pub fn seen_from(self, issue: IssueNumber) -> Self {
        let of_its_part = self.part_of == Some(issue) && self.issue().is_some_and(|own| own != issue);
        if of_its_part { Self { event: Event::SpecificationEdited { by: self.by.clone() }, ..self } } else { self }
    }
}

impl Engine {
    /// Gives every delivery that waits its lane, or passes it over with a reason. How many there were.
    pub async fn route(&self) -> Result<usize, Failure> {
        let waiting = self.parts.store.unrouted(256).await?;
        let mut routed = 0;
        for delivery in &waiting {
            match self.lane_of(delivery).await {
                Ok(Ok(lane)) => {
                    self.parts.store.route(&delivery.id, &lane).await?;
                    self.interrupts.nudge(&lane);
                }
                Ok(Err(reason)) => self.parts.store.pass_over(&delivery.id, &reason, self.now()).await?,
                // GitHub cannot be asked now: it waits, and holds up nobody.
                Err(Failure::Later { why, .. }) => {
                    tracing::info!(delivery = %delivery.id, "not routed yet: {why}");
                    continue;
                }
                Err(failure) => return Err(failure),
            }
            routed += 1;
        }
        Ok(routed)
    }

    async fn lane_of(&self, delivery: &Delivery) -> Result<Result<Lane, String>, Failure> {
        let arrival = match self.read(delivery) {
            Ok(arrival) => arrival,
            Err(reason) => return Ok(Err(reason)),
        };
        if let Some(label) = &arrival.label
            && let Some(ours) = self.other_label(&arrival, label).await?
        {
            return Ok(Err(format!("the label is {label:?}, not {ours:?}")));
        }
        let begins = matches!(arrival.event, Event::Labelled { .. });
        let lane = match &arrival.subject {
            Subject::Issue(number) if begins => Some(Lane::of(&arrival.repo, *number)),
            Subject::Issue(number) => match (self.parts.store.run_by_issue(&arrival.repo, *number).await?, arrival.part_of) {
                (None, Some(whole)) => self.parts.store.run_by_issue(&arrival.repo, whole).await?,
                (own, _) => own,
            },
            // By its number alone: a stranger's pull request may come from a branch of the same name in a fork.
            Subject::Pull { number, .. } | Subject::Conversation(number) => self.by_pull(&arrival.repo, *number).await?,
            Subject::Branch(branch) => self.by_branches(&arrival.repo, std::slice::from_ref(branch)).await?,
            Subject::Commit { branches, .. } => self.by_branches(&arrival.repo, branches).await?,
        };
        if let (None, Subject::Branch(branch)) = (&lane, &arrival.subject) {
            let woken = self.base_moved(&arrival.repo, branch).await?;
            if woken > 0 {
                return Ok(Err(format!("it is the base of runs in review, of which {woken} look again before long")));
            }
        }
        Ok(lane.ok_or_else(|| "no run is concerned".to_owned()))
    }

    /// The label that counts in the repository, where it is another one.
    async fn other_label(&self, arrival: &Arrival, label: &str) -> Result<Option<String>, Failure> {
        let repository = self.parts.github.repository(arrival.installation, &arrival.repo);
        let ours = match self.labels.of(&repository, self.now()).await {
            Ok(own) => own.unwrap_or_else(|| self.parts.label.clone()),
            // Whatever keeps us from asking will be told where the issue is read, and so will a label that the repository does not mean.
            Err(Failure::Never(_)) => self.parts.label.clone(),
            Err(Failure::Later { .. }) if label.eq_ignore_ascii_case(&self.parts.label) => self.parts.label.clone(),
            Err(failure) => return Err(failure),
        };
        Ok((!label.eq_ignore_ascii_case(&ours)).then_some(ours))
    }

    async fn by_pull(&self, repo: &RepoName, number: PullNumber) -> Result<Option<Lane>, Failure> {
        Ok(self.parts.store.run_by_pull(repo, number).await?)
    }

    async fn by_branches(&self, repo: &RepoName, branches: &[BranchName]) -> Result<Option<Lane>, Failure> {
        for branch in branches {
            if let Some(lane) = self.parts.store.run_by_branch(repo, branch).await?.into_iter().next_back() {
                return Ok(Some(lane));
            }
        }
        Ok(None)
    }

    /// What a delivery means, or why it means nothing to us.
    pub(super) fn read(&self, delivery: &Delivery) -> Result<Arrival, String> {
        let notice = webhook::read(&delivery.event, &delivery.payload).map_err(|unread| unread.to_string())?;
        let event = self.event(&notice)?;
        let label = match &notice.what {
            What::Labelled { label } | What::Unlabelled { label } => Some(label.clone()),
            What::IssueEdited
            | What::IssueClosed
            | What::IssueReopened
            | What::IssueTransferredOrDeleted
            | What::Commented { .. }
            | What::CommentEdited { .. }
            | What::ChecksChanged { .. }
            | What::ButtonPressed { .. }
            | What::CheckRerequested { .. }
            | What::BranchMoved { .. }
            | What::PullClosed { .. }
            | What::PullReopened
            | What::PullEdited
            | What::Reviewed => None,
        };
        let part_of = match &notice.what {
            What::IssueEdited | What::IssueClosed | What::IssueReopened | What::IssueTransferredOrDeleted => notice.part_of,
            What::Labelled { .. }
            | What::Unlabelled { .. }
            | What::Commented { .. }
            | What::CommentEdited { .. }
            | What::ChecksChanged { .. }
            | What::ButtonPressed { .. }
            | What::CheckRerequested { .. }
            | What::BranchMoved { .. }
            | What::PullClosed { .. }
            | What::PullReopened
            | What::PullEdited
            | What::Reviewed => None,
        };
        let (installation, subject, by) = (notice.installation, notice.subject, notice.sender.login);
        Ok(Arrival { repo: notice.repo, installation, subject, event, label, part_of, by })
    }

    fn event(&self, notice: &Notice) -> Result<Event, String> {
        let by = notice.sender.login.clone();
        // By the App's number and never by a name: a person may be called as we are. CI's events carry whoever pushed, which is us.
        let own = notice.sender.app == Some(self.parts.github.app_id());
        let ours = |event: Event| if own { Err("it is our own doing".to_owned()) } else { Ok(event) };
        match &notice.what {
            What::Labelled { label } => {
                let settings = Settings { label: Some(label.clone()), ..self.parts.settings.clone() };
                ours(Event::Labelled { by, settings: Box::new(settings) })
            }
            What::Unlabelled { .. } => ours(Event::Unlabelled { by }),
            What::IssueEdited => ours(Event::SpecificationEdited { by }),
            What::IssueClosed | What::IssueTransferredOrDeleted => ours(Event::IssueClosed { by }),
            What::IssueReopened => ours(Event::IssueReopened { by }),
            What::Commented { .. } => match notice.subject {
                Subject::Conversation(_) => ours(Event::CommentedOnPull { by }),
                Subject::Issue(_) | Subject::Pull { .. } | Subject::Branch(_) | Subject::Commit { .. } => ours(Event::Commented { by }),
            },
            What::CommentEdited { .. } => Err("an edited comment is not read again".to_owned()),
            What::ChecksChanged { sha } => Ok(Event::ChecksChanged { commit: sha.clone() }),
            What::ButtonPressed { identifier } => match Wish::of(identifier) {
                Some(wish) => Ok(Event::Pressed { by, wish }),
                None => Err("the button is none of ours".to_owned()),
            },
            What::CheckRerequested { .. } if own => Ok(Event::Rerequested { by }),
            What::CheckRerequested { sha } => Ok(Event::ChecksChanged { commit: sha.clone() }),
            What::BranchMoved { to, .. } => Ok(Event::BranchMoved { to: to.clone() }),
            What::PullClosed { merged } => Ok(Event::PullRequestClosed { merged: *merged, by }),
            What::PullReopened => ours(Event::PullRequestReopened { by }),
            What::PullEdited => ours(Event::PullRequestEdited { by }),
            // Their comments do not name the App that wrote them.
            What::Reviewed if by.is(&self.parts.bot) => Err("it is our own doing".to_owned()),
            What::Reviewed => ours(Event::Reviewed { by }),
        }
    }
}
