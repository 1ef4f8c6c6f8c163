//! Over: nothing more will happen. The branch and the pull request stay as they are.

use crate::domain::Login;
use crate::workflow::{Decision, Effect, Ending, Message, Phase, Run};

pub fn end(run: Run, ending: Ending, mut effects: Vec<Effect>) -> Decision {
    if run.pull.is_some() {
        effects.push(Effect::ShowChecklist);
    }
    effects.push(Effect::Say(Message::Status));
    Decision::moved(Run { phase: Phase::Over(ending), wake_at: None, ..run }, effects)
}

pub fn cancel(run: Run, by: Login) -> Decision {
    end(run, Ending::Cancelled { by }, Vec::new())
}

pub fn pull_request_closed(run: Run, merged: bool, _by: Login) -> Decision {
    match run.phase {
        Phase::Over(_) => Decision::Pass("the run is over"),
        Phase::Reading | Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::InReview | Phase::Stuck { .. } => {
            end(run, if merged { Ending::Merged } else { Ending::Closed }, Vec::new())
        }
    }
}
