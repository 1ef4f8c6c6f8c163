//! Finishing: every step's verdict is read once more before the pull request is called ready.

use super::stuck;
use crate::domain::{Sha, Timestamp};
use crate::workflow::verdict::Verdict;
use crate::workflow::{Decision, Effect, Message, Phase, Run, StuckReason};

/// Enter the phase, or look again in it.
pub fn begin(mut run: Run, now: Timestamp) -> Decision {
    if run.phase != Phase::Finishing {
        run.finishing_since = Some(now);
    }
    let mut effects: Vec<Effect> = proposal(&run).into_iter().collect();
    effects.push(Effect::ReadChecks { commits: commits(&run, |_| true) });
    let wake_at = Some(now.plus_seconds(run.settings.poll.max(1)));
    Decision::moved(Run { phase: Phase::Finishing, wake_at, ..run }, effects)
}

/// The pull request, where commits wait for one.
pub fn proposal(run: &Run) -> Option<Effect> {
    let wanting = run.pull.is_none() && run.plan.as_ref().is_some_and(|p| p.has_commits());
    wanting.then_some(Effect::OpenPullRequest)
}

/// The commits of those steps, without repetition, and the head.
pub fn commits(run: &Run, of_step: impl Fn(usize) -> bool) -> Vec<Sha> {
    let mut commits: Vec<Sha> = Vec::new();
    let steps = run.plan.iter().flat_map(|p| p.steps.iter().enumerate());
    let of_steps = steps.filter(|(step, _)| of_step(*step)).filter_map(|(_, s)| s.commit.as_ref());
    for commit in of_steps.chain(run.head.as_ref()) {
        if !commits.contains(commit) {
            commits.push(commit.clone());
        }
    }
    commits
}

/// Ready only when every step is verified; what CI never saw is left to people, as a draft.
pub fn judge(run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Some(plan) = run.plan.as_ref() else {
        return Decision::Pass("there is no plan");
    };
    let waited = run.finishing_since.map_or(0, |at| now.since(at)) / 1000;
    let mut unverified = false;
    let mut waiting = None;
    for (step, state) in plan.steps.iter().enumerate().filter(|(_, s)| s.commit.is_some()) {
        if state.lost {
            return stuck::because(run, StuckReason::BranchRewritten, Phase::Finishing, effects, now);
        }
        match plan.verdict(step) {
            Verdict::Green => {}
            Verdict::RedOnBaseToo(_) => unverified = true,
            Verdict::NoChecks if state.no_ci => unverified = true,
            Verdict::NoChecks | Verdict::Pending => waiting = waiting.or(Some(step)),
            Verdict::Red(_) if plan.base_checks.is_none() => {
                effects.push(Effect::ReadChecks { commits: vec![plan.base.clone()] });
                return Decision::moved(run, effects);
            }
            Verdict::Red(failing) => return stuck::because(run, StuckReason::ChecksRed { step, failing }, Phase::Finishing, effects, now),
            Verdict::Cancelled(cancelled) => {
                return stuck::because(run, StuckReason::ChecksCancelled { step, cancelled }, Phase::Finishing, effects, now);
            }
        }
    }
    match waiting {
        Some(step) if waited >= run.settings.ci_timeout => {
            stuck::because(run, StuckReason::ChecksTimedOut { step }, Phase::Finishing, effects, now)
        }
        Some(_) => Decision::moved(run, effects),
        None if run.pull.is_none() && plan.has_commits() => Decision::moved(run, effects),
        None if unverified || run.pull.is_none() => ready_with(run, effects, now),
        None => {
            effects.push(Effect::MarkReady);
            Decision::moved(run, effects)
        }
    }
}

pub fn ready(run: Run, now: Timestamp) -> Decision {
    ready_with(run, Vec::new(), now)
}

fn ready_with(run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    if run.pull.is_some() && !effects.contains(&Effect::ShowChecklist) {
        effects.push(Effect::ShowChecklist);
    }
    effects.extend([Effect::Say(Message::Status), Effect::Say(Message::Done)]);
    let wake_at = Some(now.plus_seconds(super::review::LOOK_AGAIN));
    Decision::moved(Run { phase: Phase::InReview, wake_at, ..run }, effects)
}
