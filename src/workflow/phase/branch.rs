//! The branch as others leave it: their commits stay and are built upon; ours that are gone are a person's to bring back, or to have built
//! anew.

use super::{building, stuck};
use crate::domain::{Sha, Timestamp};
use crate::workflow::decide::NOTHING_PUSHED;
use crate::workflow::{Decision, Effect, Guest, Message, Phase, Run, Stage, StepState, StuckReason};

/// The branch's history was read: steps whose commits are gone lose their ticks, and get them back with their commits.
pub fn read(mut run: Run, head: Option<Sha>, lost: &[Sha], guests: Vec<Guest>, now: Timestamp) -> Decision {
    let before = run.clone();
    let stage = before.in_hand().map(|(_, stage)| stage);
    let Some(plan) = run.plan.as_mut().filter(|p| p.has_commits()) else {
        return Decision::Pass(NOTHING_PUSHED);
    };
    let rounds = run.reviews.rounds.iter_mut().map(|round| &mut round.state);
    for state in plan.steps.iter_mut().chain(rounds) {
        let ours = state.commit.as_ref().filter(|commit| **commit != plan.base);
        state.lost = ours.is_some_and(|commit| head.is_none() || lost.contains(commit));
    }
    let any_lost = plan.has_lost() || run.reviews.rounds.iter().any(|round| round.state.lost);
    plan.rewritten_to = head.clone().filter(|_| any_lost);
    run.reviews.guests = guests;
    // What is in hand is written on the head as it was: its push meets what is new, and writes it again on top of that.
    let in_hand = matches!(stage, Some(Stage::Writing | Stage::Pushing { .. } | Stage::Fixing));
    if head.is_some() && head != run.head && !any_lost && !in_hand {
        plan.head_checks = Vec::new();
        run.head.clone_from(&head);
    }
    let changed = run != before;
    let mut effects = Vec::new();
    if changed && run.pull.is_some() {
        effects.push(Effect::ShowChecklist);
    }
    if let Some(head) = run.head.clone().filter(|_| changed && !any_lost) {
        effects.push(Effect::ReadChecks { commits: vec![head] });
    }
    match run.phase.clone() {
        Phase::Over(_) => Decision::Pass("the run is over"),
        from @ (Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } | Phase::InReview) if any_lost => {
            stuck::because(run, StuckReason::BranchRewritten, from, effects, now)
        }
        Phase::Stuck { reason: StuckReason::BranchRewritten, .. } if !any_lost => stuck::go_on(run, effects, now),
        Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Stuck { .. }
            if !changed =>
        {
            Decision::Pass("the branch holds what it held")
        }
        Phase::InReview => Decision::moved(run, effects).then(vec![Effect::Say(Message::Status)]),
        // Somebody may have merged the base.
        Phase::Stuck { reason: StuckReason::Conflicts { .. }, .. } => Decision::moved(run, effects).then(vec![Effect::ReadPullRequest]),
        Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::Stuck { .. } => Decision::moved(run, effects),
    }
}

/// What was dropped is built anew, on top of what the branch holds now; rounds whose commits are gone are over.
pub fn rebuild(mut run: Run, now: Timestamp) -> Decision {
    let Some(plan) = run.plan.as_mut() else { return Decision::Pass("there is no plan") };
    let head = plan.rewritten_to.take().unwrap_or_else(|| plan.base.clone());
    let attempt = plan.fresh_attempt();
    plan.built_before = true;
    plan.head_checks = Vec::new();
    for state in plan.steps.iter_mut().filter(|state| state.lost) {
        *state = StepState { attempt, ..StepState::default() };
    }
    for round in run.reviews.rounds.iter_mut().filter(|round| round.state.lost) {
        round.state = StepState::default();
        round.items.iter_mut().for_each(|item| item.done = true);
    }
    run.head = Some(head);
    run.mending.diagnosis = None;
    let show = run.pull.map(|_| Effect::ShowChecklist);
    building::resume(run, show.into_iter().collect(), now)
}
