//! Over: nothing more will happen. The branch and the pull request stay as they are.

use crate::domain::Login;
use crate::workflow::{Decision, Effect, Ending, Message, Phase, Run};

pub fn end(run: Run, ending: Ending, mut effects: Vec<Effect>) -> Decision {
    if run.pull.is_some() {
        effects.push(Effect::ShowChecklist);
    }
    // A plan that waited for approval waits no longer.
    if matches!(run.phase, Phase::Planned | Phase::Asking) && run.said.contains_key(&Message::Plan.name()) {
        effects.push(Effect::Say(Message::Plan));
    }
    effects.push(Effect::Say(Message::Status));
    Decision::moved(Run { phase: Phase::Over(ending), wake_at: None, ..run }, effects)
}

/// A run that was stopped goes on, if the issue still asks for it: everything is read anew, and what is built stays built.
pub fn reopen(run: Run) -> Decision {
    let effects = vec![Effect::ReadSpecification, Effect::Say(Message::Status)];
    Decision::moved(Run { phase: Phase::Reading, wake_at: None, ..run }, effects)
}

pub fn cancel(run: Run, by: Option<Login>) -> Decision {
    end(run, Ending::Cancelled { by }, Vec::new())
}

/// A merge closes the issue too, and GitHub may tell of that first: whether it was one is read from the pull request.
pub fn issue_closed(run: Run, by: Option<Login>) -> Decision {
    let look = if run.pull.is_some() { vec![Effect::ReadPullRequest] } else { Vec::new() };
    cancel(run, by).then(look)
}

/// A merge counts even after the run was stopped.
pub fn pull_request_closed(run: Run, merged: bool) -> Decision {
    match run.phase {
        Phase::Over(Ending::Cancelled { .. } | Ending::Closed) if merged => end(run, Ending::Merged, Vec::new()),
        Phase::Over(_) => Decision::Pass("the run is over"),
        Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Stuck { .. } => end(run, if merged { Ending::Merged } else { Ending::Closed }, Vec::new()),
    }
}
