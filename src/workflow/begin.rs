//! How a run comes to be.

use std::collections::BTreeMap;

use super::{Effect, Message, Phase, Run, Settings};
use crate::domain::{InstallationId, IssueNumber, Login, RepoName, RunId};

/// A new run for a labelled issue, with its first effects. `attempt` counts the runs of the issue from 1.
pub fn begin(
    repo: RepoName,
    issue: IssueNumber,
    installation: InstallationId,
    asked_by: Login,
    attempt: u32,
    settings: Settings,
) -> (Run, Vec<Effect>) {
    let run = Run {
        id: RunId::new(format!("{repo}#{issue}.{attempt}")),
        repo,
        issue,
        installation,
        asked_by,
        attempt,
        settings,
        phase: Phase::Reading,
        plan: None,
        questions: Vec::new(),
        comments_read_to: None,
        pull_comments_read_to: None,
        said: BTreeMap::new(),
        branch: None,
        head: None,
        pull: None,
        times_stuck: 0,
        wake_at: None,
        finishing_since: None,
        text_hash: None,
        people_heard_at: None,
        went_on_at: None,
        renewals: 0,
        talk: Default::default(),
        reviews: Default::default(),
        mending: Default::default(),
        check: None,
        is_ready: false,
    };
    (run, vec![Effect::Acknowledge, Effect::Say(Message::Status), Effect::ReadSpecification])
}
