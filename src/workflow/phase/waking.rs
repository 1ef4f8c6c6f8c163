//! A run wakes by itself: what a webhook should have told is read.

use super::{asking, finishing, issue, planned, review, stuck, verifying};
use crate::domain::Timestamp;
use crate::workflow::decide::{ENDED, OUT_OF_TURN};
use crate::workflow::unsaid::unsaid;
use crate::workflow::{Decision, Phase, Run, Stage};

/// A webhook may have been lost: read again what a phase waits for. Words may have been lost as well, and are said then.
pub fn time_passed(run: Run, now: Timestamp) -> Decision {
    match look_again(run, now) {
        Decision::Move(run, effects) => {
            let mut words = unsaid(&run);
            words.retain(|word| !effects.contains(word));
            Decision::Move(run, effects).then(words)
        }
        passed @ Decision::Pass(_) => passed,
    }
}

fn look_again(mut run: Run, now: Timestamp) -> Decision {
    match run.phase {
        Phase::Reading => Decision::Pass("the specification is being read already"),
        Phase::Asking => asking::look_again(run, now),
        Phase::Planned => planned::look_again(run, now),
        Phase::Stuck { .. } => stuck::look_again(run, now),
        Phase::Building { stage: Stage::Verifying, .. } | Phase::Revising { stage: Stage::Verifying, .. } => {
            let people = issue::look_now_and_then(&mut run, now);
            match run.in_hand() {
                Some((unit, _)) => verifying::look_again(run, unit, now).after(people),
                None => Decision::Pass(OUT_OF_TURN),
            }
        }
        Phase::Building { stage: Stage::Writing | Stage::Pushing { .. }, .. } => Decision::Pass("the step is being written already"),
        Phase::Revising { stage: Stage::Writing | Stage::Pushing { .. }, .. } => Decision::Pass("the revision is being written already"),
        Phase::Building { stage: Stage::Diagnosing | Stage::Fixing, .. }
        | Phase::Revising { stage: Stage::Diagnosing | Stage::Fixing, .. } => Decision::Pass("what failed is being looked into already"),
        Phase::Finishing => {
            let people = issue::look_now_and_then(&mut run, now);
            finishing::begin(run, now).after(people)
        }
        Phase::InReview => review::look_again(run, now),
        Phase::Over(_) => Decision::Pass(ENDED),
    }
}
