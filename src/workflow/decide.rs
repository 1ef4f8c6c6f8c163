//! What a run makes of an event.

use super::phase::{asking, building, finishing, over, reading, review, stuck};
use super::{Effect, Event, Message, Phase, Run, Stage};
use crate::domain::{Sha, Timestamp};

/// The run as it is after an event, with what must leave the database; or why the event changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Move(Box<Run>, Vec<Effect>),
    Pass(&'static str),
}

impl Decision {
    pub(super) fn moved(run: Run, effects: Vec<Effect>) -> Self {
        Decision::Move(Box::new(run), effects)
    }
}

const ENDED: &str = "the run is over";
const OUT_OF_TURN: &str = "the run no longer waits for this";

/// Decides. Events are matched first, phases within; neither has a wildcard arm.
pub fn decide(run: &Run, event: Event, now: Timestamp) -> Decision {
    let run = run.clone();
    match event {
        Event::Labelled { by } => match run.phase {
            Phase::Over(_) => reading::again(run, by),
            Phase::Stuck { .. } => stuck::retry(run, now),
            Phase::Reading | Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::InReview => {
                Decision::Pass("the issue's run is under way")
            }
        },
        Event::Unlabelled { by } | Event::IssueClosed { by } => match run.phase {
            Phase::Over(_) => Decision::Pass(ENDED),
            Phase::Reading | Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::InReview | Phase::Stuck { .. } => {
                over::cancel(run, by)
            }
        },
        Event::SpecificationEdited { .. } => match run.phase {
            Phase::Reading => Decision::Pass("the specification is being read already"),
            Phase::Asking => reading::reread(run),
            Phase::Stuck { ref from, .. } if **from == Phase::Reading => reading::reread(run),
            Phase::Building { .. } | Phase::Finishing | Phase::InReview | Phase::Stuck { .. } => {
                Decision::Pass("the specification was frozen when building began")
            }
            Phase::Over(_) => Decision::Pass(ENDED),
        },
        Event::Commented { .. } => unless_over(run, |run| vec![Effect::ReadComments { after: run.comments_read_to }]),
        Event::IssueReopened { .. } => Decision::Pass("an issue is built when it is labelled, not when it is reopened"),
        Event::ChecksChanged { commit } if run.awaits(&commit) => unless_over(run, |_| vec![Effect::ReadChecks { commits: vec![commit] }]),
        Event::ChecksChanged { .. } => Decision::Pass("no step's newest commit is the one that was checked"),
        Event::BranchMoved { to } if to.as_ref().is_some_and(|sha| is_ours(&run, sha)) => {
            Decision::Pass("the branch moved to a commit of ours")
        }
        Event::BranchMoved { .. } => unless_over(run, |_| vec![Effect::ReadBranch]),
        Event::PullRequestClosed { merged, by } => over::pull_request_closed(run, merged, by),
        Event::PullRequestReopened { .. } => Decision::Pass("a closed pull request ended the run; label the issue again for a new one"),
        Event::PullRequestEdited { .. } => unless_over(run, |_| vec![Effect::ShowChecklist]),
        Event::TimePassed => time_passed(run, now),
        Event::SpecificationRead(read) => match run.phase {
            Phase::Reading => reading::done(run, *read, now),
            Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) => {
                Decision::Pass(OUT_OF_TURN)
            }
        },
        Event::NotPermitted { login } => match run.phase {
            Phase::Reading => stuck::not_permitted(run, login),
            Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) => {
                Decision::Pass(OUT_OF_TURN)
            }
        },
        Event::CommentsRead { remarks, up_to } => asking::comments_read(run, remarks, up_to, now),
        Event::StepWritten { step, written } => match run.phase {
            Phase::Building { step: current, stage: Stage::Writing } if current == step => building::written(run, step, written, now),
            Phase::Reading
            | Phase::Asking
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::Pushed { step, commit } => match run.phase {
            Phase::Building { step: current, stage: Stage::Pushing { commit: ref pushing } } if current == step && *pushing == commit => {
                building::pushed(run, step, commit, now)
            }
            Phase::Reading
            | Phase::Asking
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::BranchConflict { step, head, keeps_ours } => match run.phase {
            Phase::Building { step: current, stage: Stage::Pushing { .. } } if current == step => {
                building::conflict(run, step, head, keeps_ours)
            }
            Phase::Reading
            | Phase::Asking
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => Decision::Pass(OUT_OF_TURN),
        },
        Event::PullRequestOpened { number } => {
            Decision::moved(Run { pull: Some(number), ..run }, vec![Effect::ShowChecklist, Effect::Say(Message::Status)])
        }
        Event::PullRequestRead { open: true, .. } => Decision::Pass("the pull request is open, as it was"),
        Event::PullRequestRead { open: false, merged } => {
            let by = run.asked_by.clone();
            over::pull_request_closed(run, merged, by)
        }
        Event::ChecksRead { checked } => building::checks_read(run, checked, now),
        Event::BranchRead { head, lost } => review::branch_read(run, head, &lost, now),
        Event::MarkedReady => match run.phase {
            Phase::Finishing => finishing::ready(run, now),
            Phase::Reading | Phase::Asking | Phase::Building { .. } | Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) => {
                Decision::Pass(OUT_OF_TURN)
            }
        },
        Event::Said { name, id } => {
            let mut run = run;
            run.said.insert(name, id);
            Decision::moved(run, Vec::new())
        }
        Event::GaveUp { effect, why } if effect.is_dispensable() => {
            let _ = why;
            Decision::Pass("the run can do without it")
        }
        Event::GaveUp { effect, why } => stuck::gave_up(run, &effect, why),
    }
}

fn unless_over(run: Run, effects: impl FnOnce(&Run) -> Vec<Effect>) -> Decision {
    match run.phase {
        Phase::Over(_) => Decision::Pass(ENDED),
        Phase::Reading | Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::InReview | Phase::Stuck { .. } => {
            let effects = effects(&run);
            Decision::moved(run, effects)
        }
    }
}

fn is_ours(run: &Run, sha: &Sha) -> bool {
    run.awaits(sha)
        || run.head.as_ref() == Some(sha)
        || matches!(&run.phase, Phase::Building { stage: Stage::Pushing { commit }, .. } if commit == sha)
}

/// A webhook may have been lost: read again what a phase waits for.
fn time_passed(run: Run, now: Timestamp) -> Decision {
    match run.phase {
        Phase::Reading => Decision::Pass("the specification is being read already"),
        Phase::Asking | Phase::Stuck { .. } => asking::look_again(run, now),
        Phase::Building { step, stage: Stage::Verifying } => building::look_again(run, step, now),
        Phase::Building { stage: Stage::Writing | Stage::Pushing { .. }, .. } => Decision::Pass("the step is being written already"),
        Phase::Finishing => finishing::begin(run, now),
        Phase::InReview => review::look_again(run, now),
        Phase::Over(_) => Decision::Pass(ENDED),
    }
}
