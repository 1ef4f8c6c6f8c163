//! The issue read back: a webhook about it may be late or lost, so its label, its state and its text are read, not believed.

use super::{over, planned, reading};
use crate::domain::{Login, Timestamp};
use crate::workflow::{Decision, Effect, IssueReading, Phase, Run, StuckReason};

/// How often people are listened to while only CI is awaited and no webhook tells of them. Seconds.
const LISTEN_AGAIN: i64 = 600;

/// Somebody is said to have done something to the issue. A merge closes it too, so the pull request is read first.
pub fn nudged(run: &Run, by: Login) -> Vec<Effect> {
    let first = run.pull.is_some().then_some(Effect::ReadPullRequest);
    first.into_iter().chain([Effect::ReadIssue { by: Some(by) }]).collect()
}

/// What people may have done that no webhook told of: the label, a closed issue, another text, words.
pub fn look(run: &Run) -> Vec<Effect> {
    // The issue's own text says nothing of its sub-issues.
    let text = if run.is_frozen() && has_parts(run) { Effect::ReadSpecification } else { Effect::ReadIssue { by: None } };
    let on_pull = run.pull.map(|_| Effect::ReadPullComments { after: run.pull_comments_read_to });
    [text, Effect::ReadComments { after: run.comments_read_to }].into_iter().chain(on_pull).collect()
}

/// Whether its steps are sub-issues.
fn has_parts(run: &Run) -> bool {
    run.plan.as_ref().is_some_and(|plan| plan.specification.steps.iter().any(|step| step.document.starts_with('#')))
}

/// The same, but not as often as CI is asked.
pub fn look_now_and_then(run: &mut Run, now: Timestamp) -> Vec<Effect> {
    match run.people_heard_at {
        Some(at) if now.since(at) < LISTEN_AGAIN * 1000 => Vec::new(),
        Some(_) => {
            run.people_heard_at = Some(now);
            look(run)
        }
        None => {
            run.people_heard_at = Some(now);
            Vec::new()
        }
    }
}

/// The issue was read: it decides whether the run goes on, and whether another text waits to be read.
pub fn read(run: Run, found: IssueReading) -> Decision {
    if let Phase::Over(_) = run.phase {
        return Decision::Pass("the run is over");
    }
    if !found.open {
        return over::issue_closed(run, found.by);
    }
    if !found.labelled {
        return over::cancel(run, found.by);
    }
    let ignored = run.talk.ignored.as_ref().is_some_and(|ignored| ignored.hash == found.hash);
    if run.text_hash.as_ref() == Some(&found.hash) || ignored {
        return Decision::Pass("the issue is open and labelled, as it was");
    }
    edited(run)
}

/// The text is another than the one that was read.
pub fn edited(run: Run) -> Decision {
    match run.phase {
        Phase::Reading => Decision::Pass("the specification is being read already"),
        Phase::Asking if !run.is_frozen() => reading::reread(run),
        Phase::Planned => planned::edited(run),
        Phase::Stuck { reason: StuckReason::NotPermitted { .. }, .. } => {
            Decision::Pass("another text does not permit whoever set the label")
        }
        Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } | Phase::InReview | Phase::Stuck { .. } => {
            Decision::moved(run, vec![Effect::ReadSpecification])
        }
        Phase::Over(_) => Decision::Pass("the run is over"),
    }
}
