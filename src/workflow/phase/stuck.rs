//! Stuck: a person has to act. Nothing is lost, and `/journeyman retry` goes on where the run stopped.

use super::{building, finishing, reading};
use crate::domain::{Login, Timestamp};
use crate::workflow::verdict::Verdict;
use crate::workflow::{Decision, Effect, Message, Phase, Run, Stage, StuckReason};

/// Stop at `from` and tell people why, once.
pub fn because(mut run: Run, reason: StuckReason, from: Phase, mut effects: Vec<Effect>) -> Decision {
    run.times_stuck += 1;
    effects.extend([Effect::Say(Message::Status), Effect::Say(Message::Stuck(run.times_stuck))]);
    Decision::moved(Run { phase: Phase::Stuck { reason, from: Box::new(from) }, wake_at: None, ..run }, effects)
}

pub fn not_permitted(run: Run, login: Login) -> Decision {
    because(run, StuckReason::NotPermitted { login }, Phase::Reading, Vec::new())
}

/// An effect was tried as often as it may be, or can never be done.
pub fn gave_up(run: Run, effect: &Effect, why: String) -> Decision {
    match run.phase.clone() {
        Phase::Over(_) => Decision::Pass("the run is over"),
        Phase::Stuck { .. } => Decision::Pass("the run is stuck already"),
        from @ (Phase::Reading | Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::InReview) => {
            because(run, StuckReason::Refused { what: effect.what(), why }, from, Vec::new())
        }
    }
}

/// Go on with the phase at which the run stopped.
pub fn retry(run: Run, now: Timestamp) -> Decision {
    let Phase::Stuck { from, .. } = run.phase.clone() else {
        return Decision::Pass("the run is not stuck");
    };
    match *from {
        Phase::Reading | Phase::Asking => reading::reread(run),
        Phase::Building { step, stage: Stage::Writing | Stage::Pushing { .. } } => building::write(run, step, Vec::new()),
        Phase::Building { step, stage: Stage::Verifying } => verify_again(run, step, now),
        Phase::Finishing | Phase::InReview => finishing::begin(run, now),
        Phase::Stuck { .. } | Phase::Over(_) => Decision::Pass("there is nothing to go back to"),
    }
}

fn verify_again(mut run: Run, step: usize, now: Timestamp) -> Decision {
    run.phase = Phase::Building { step, stage: Stage::Verifying };
    if let Some(plan) = run.plan.as_mut() {
        plan.base_checks = None;
        if let Some(state) = plan.steps.get_mut(step) {
            state.committed_at = Some(now);
        }
    }
    match building::look_again(run, step, now) {
        Decision::Move(run, mut effects) => {
            effects.push(Effect::Say(Message::Status));
            Decision::Move(run, effects)
        }
        pass @ Decision::Pass(_) => pass,
    }
}

/// A re-run that turned green frees the run by itself.
pub fn checks_read(run: Run, effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Phase::Stuck { reason, .. } = &run.phase else {
        return Decision::Pass("the run is not stuck");
    };
    let step = match reason {
        StuckReason::ChecksRed { step, .. } | StuckReason::ChecksCancelled { step, .. } | StuckReason::ChecksTimedOut { step } => *step,
        StuckReason::NotPermitted { .. }
        | StuckReason::NeedsModel { .. }
        | StuckReason::EditRefused { .. }
        | StuckReason::BranchRewritten
        | StuckReason::Refused { .. } => return Decision::moved(run, effects),
    };
    match run.plan.as_ref().map(|p| p.verdict(step)) {
        Some(Verdict::Green) => match retry(run, now) {
            Decision::Move(run, more) => Decision::Move(run, effects.into_iter().chain(more).collect()),
            pass @ Decision::Pass(_) => pass,
        },
        Some(Verdict::NoChecks | Verdict::Pending | Verdict::Red(_) | Verdict::RedOnBaseToo(_) | Verdict::Cancelled(_)) | None => {
            Decision::moved(run, effects)
        }
    }
}
