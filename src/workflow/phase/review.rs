//! In review: the pull request is with people. The checklist stays true while commits, checks and the branch change.

use super::stuck;
use crate::domain::{Sha, Timestamp};
use crate::workflow::{Decision, Effect, Phase, Run, StuckReason};

/// How often the pull request is read although no webhook tells of it. Seconds.
pub const LOOK_AGAIN: i64 = 900;

pub fn look_again(run: Run, now: Timestamp) -> Decision {
    let mut effects = vec![Effect::ReadComments { after: run.comments_read_to }, Effect::ReadBranch];
    if run.pull.is_some() {
        effects.push(Effect::ReadPullRequest);
    }
    Decision::moved(Run { wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run }, effects)
}

pub fn checks_read(run: Run, effects: Vec<Effect>) -> Decision {
    Decision::moved(run, effects)
}

/// The branch's history was read: steps whose commits are gone lose their ticks, and get them back with their commits.
pub fn branch_read(mut run: Run, head: Option<Sha>, lost: &[Sha], now: Timestamp) -> Decision {
    let before = run.clone();
    let mut any_lost = false;
    for state in run.plan.iter_mut().flat_map(|p| p.steps.iter_mut()) {
        state.lost = state.commit.as_ref().is_some_and(|commit| head.is_none() || lost.contains(commit));
        any_lost |= state.lost;
    }
    if head.is_some() && head != run.head && !any_lost {
        run.head = head;
        if let Some(plan) = run.plan.as_mut() {
            plan.head_checks = Vec::new();
        }
    }
    if run == before {
        return Decision::Pass("the branch holds what it held");
    }
    let mut effects = if run.pull.is_some() { vec![Effect::ShowChecklist] } else { Vec::new() };
    if let Some(head) = run.head.clone() {
        effects.push(Effect::ReadChecks { commits: vec![head] });
    }
    match run.phase.clone() {
        Phase::Building { .. } | Phase::Finishing if any_lost => {
            let from = run.phase.clone();
            stuck::because(run, StuckReason::BranchRewritten, from, effects)
        }
        Phase::Stuck { reason: StuckReason::BranchRewritten, .. } if !any_lost => stuck::retry(run, now),
        Phase::Reading
        | Phase::Asking
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::InReview
        | Phase::Stuck { .. }
        | Phase::Over(_) => Decision::moved(run, effects),
    }
}
