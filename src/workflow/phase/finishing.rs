//! Finishing: every step's verdict is read once more before the pull request is called ready.

use super::stuck;
use crate::domain::{Sha, Timestamp};
use crate::workflow::verdict::Verdict;
use crate::workflow::{Decision, Effect, Message, Phase, Run, StuckReason};

pub fn begin(run: Run, now: Timestamp) -> Decision {
    let mut commits: Vec<Sha> = Vec::new();
    let of_steps = run.plan.iter().flat_map(|p| &p.steps).filter_map(|s| s.commit.as_ref());
    for commit in of_steps.chain(run.head.as_ref()) {
        if !commits.contains(commit) {
            commits.push(commit.clone());
        }
    }
    let wake_at = Some(now.plus_seconds(run.settings.poll));
    Decision::moved(Run { phase: Phase::Finishing, wake_at, ..run }, vec![Effect::ReadChecks { commits }])
}

/// Ready only when every step is verified; what CI never saw is left to people, as a draft.
pub fn judge(run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Some(plan) = run.plan.as_ref() else {
        return Decision::Pass("there is no plan");
    };
    let mut unverified = false;
    for (step, state) in plan.steps.iter().enumerate().filter(|(_, s)| s.commit.is_some()) {
        if state.lost {
            return stuck::because(run, StuckReason::BranchRewritten, Phase::Finishing, effects);
        }
        match plan.verdict(step) {
            Verdict::Green => {}
            Verdict::RedOnBaseToo(_) => unverified = true,
            Verdict::NoChecks if state.no_ci => unverified = true,
            Verdict::NoChecks | Verdict::Pending => return Decision::moved(run, effects),
            Verdict::Red(failing) => return stuck::because(run, StuckReason::ChecksRed { step, failing }, Phase::Finishing, effects),
            Verdict::Cancelled(cancelled) => {
                return stuck::because(run, StuckReason::ChecksCancelled { step, cancelled }, Phase::Finishing, effects);
            }
        }
    }
    if unverified || run.pull.is_none() {
        return ready_with(run, effects, now);
    }
    effects.push(Effect::MarkReady);
    Decision::moved(run, effects)
}

pub fn ready(run: Run, now: Timestamp) -> Decision {
    ready_with(run, Vec::new(), now)
}

fn ready_with(run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    if run.pull.is_some() {
        effects.push(Effect::ShowChecklist);
    }
    effects.extend([Effect::Say(Message::Status), Effect::Say(Message::Done)]);
    let wake_at = Some(now.plus_seconds(super::review::LOOK_AGAIN));
    Decision::moved(Run { phase: Phase::InReview, wake_at, ..run }, effects)
}
