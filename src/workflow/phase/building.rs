//! Building: one step after the other is written, pushed, and verified by CI.

use super::verifying::verify;
use super::{asking, branch, finishing, fixing, revising, stuck};
use crate::domain::{Sha, Timestamp};
use crate::workflow::verdict::Verdict;
use crate::workflow::{Cause, Decision, Effect, Message, Phase, Run, Stage, StepState, StuckReason, Unit, Work, Written};

/// Have the step written on top of the branch's head.
pub fn write(run: Run, step: usize, mut effects: Vec<Effect>) -> Decision {
    let Some(onto) = run.head.clone() else {
        return Decision::Pass("the base is not known");
    };
    effects.push(Effect::Say(Message::Status));
    effects.push(Effect::WriteStep { step, onto });
    Decision::moved(Run { phase: Phase::Building { step, stage: Stage::Writing }, wake_at: None, ..run }, effects)
}

/// Go on wherever the plan says: wait for the checks of what is built, write the first step without a commit, or finish.
pub fn resume(mut run: Run, effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Some(plan) = run.plan.as_ref() else {
        return Decision::Pass("there is no plan");
    };
    if run.has_lost() {
        return stuck::because(run, StuckReason::BranchRewritten, Phase::Finishing, effects, now);
    }
    let awaits = |(step, state): (usize, &StepState)| {
        let open = match plan.verdict(step) {
            Verdict::Green | Verdict::RedOnBaseToo(_) => false,
            Verdict::NoChecks => !state.no_ci,
            Verdict::Pending | Verdict::TimedOut(_) | Verdict::Red(_) | Verdict::Cancelled(_) => true,
        };
        (open && state.commit.is_some()).then_some(step)
    };
    if let Some(step) = plan.steps.iter().enumerate().find_map(awaits) {
        if let Some(state) = run.plan.as_mut().and_then(|p| p.steps.get_mut(step)) {
            state.committed_at = Some(now);
            state.timed_out = false;
        }
        return verify(run, Unit::Step(step), effects, now).then(vec![Effect::Say(Message::Status)]);
    }
    onwards(run, effects, now).then(vec![Effect::Say(Message::Status)])
}

/// The first step without a commit, unless a reviewer wants something changed before; else a round that is open, else what finishes the run.
fn onwards(mut run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let open = run.reviews.rounds.iter().position(|round| round.item().is_some());
    match (run.next_step(0), open) {
        (Some(step), _) => {
            effects.extend(std::mem::take(&mut run.reviews.are_waiting).then_some(Effect::ReadReviews));
            write(run, step, effects)
        }
        (None, Some(round)) => revising::go_on(run, round, effects, now),
        (None, None) => finishing::begin(run, now).after(effects),
    }
}

/// Build a step once more: its commits stay, and the next one is the step's.
pub fn rebuild(mut run: Run, step: usize, now: Timestamp) -> Decision {
    if run.has_lost() {
        return branch::rebuild(run, now);
    }
    if let Some(plan) = run.plan.as_mut() {
        plan.built_before = plan.has_commits();
        let attempt = plan.fresh_attempt();
        if let Some(state) = plan.steps.get_mut(step) {
            *state = StepState { attempt, ..StepState::default() };
        }
    }
    let show = run.pull.is_some().then_some(Effect::ShowChecklist);
    match run.phase {
        // What is in hand is done first.
        Phase::Building { stage: Stage::Writing | Stage::Pushing { .. }, .. }
        | Phase::Revising { stage: Stage::Writing | Stage::Pushing { .. }, .. }
        | Phase::Asking => Decision::moved(run, show.into_iter().chain([Effect::Say(Message::Status)]).collect()),
        Phase::Reading
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Stuck { .. }
        | Phase::Over(_) => resume(run, show.into_iter().collect(), now),
    }
}

/// A step's implementer ended, whether it wrote the step or repaired it.
pub fn written(mut run: Run, step: usize, written: Written, now: Timestamp) -> Decision {
    let is_repair = run.is_at(Unit::Step(step), &Stage::Fixing);
    let completes = is_repair && run.mending.completes(Unit::Step(step));
    if completes && matches!(written, Written::Asks { .. } | Written::OutOfBudget { .. }) {
        finishing::read_once_more(&mut run, step);
    }
    match written {
        // CI may have changed its mind meanwhile, and then nothing is to be repaired.
        Written::Commit { .. } | Written::Nothing { .. } if is_repair && !completes && !is_red(&run, step) => {
            unneeded(run, Unit::Step(step), now)
        }
        Written::Nothing { work } if completes => {
            worked(&mut run, step, work);
            run.mending.end_repair();
            next(run, Vec::new(), now)
        }
        Written::GaveUp { why: _, work } if completes => {
            worked(&mut run, step, Some(work));
            run.mending.end_repair();
            next(run, Vec::new(), now)
        }
        Written::Nothing { work } if is_repair => {
            worked(&mut run, step, work);
            fixing::nothing_repaired(run, Unit::Step(step), now)
        }
        Written::Commit { commit, onto, work } => {
            worked(&mut run, step, work);
            let new_branch = run.plan.as_ref().is_some_and(|p| p.base == onto);
            let push = Effect::Push { step, commit: commit.clone(), onto, new_branch };
            run.phase = Phase::Building { step, stage: Stage::Pushing { commit } };
            Decision::moved(run, vec![push])
        }
        Written::Nothing { work } => {
            worked(&mut run, step, work);
            let head = run.head.clone();
            if let Some(state) = run.plan.as_mut().and_then(|p| p.steps.get_mut(step)) {
                state.commit = head;
                state.unchanged = true;
                state.committed_at = Some(now);
                state.timed_out = false;
                state.local = None;
            }
            built(run, step, Vec::new(), now)
        }
        Written::Asks { question, work } => {
            worked(&mut run, step, Some(work));
            asking::ask_at(run, step, question, now)
        }
        Written::OutOfBudget { exhausted, work } => {
            worked(&mut run, step, Some(work));
            let from = run.phase.clone();
            stuck::because(run, StuckReason::OutOfBudget { step, exhausted: *exhausted }, from, Vec::new(), now)
        }
        Written::GaveUp { why, work } => {
            worked(&mut run, step, Some(work));
            run.mending.end_repair();
            let from = run.phase.clone();
            stuck::because(run, StuckReason::GaveUp { step, why }, from, Vec::new(), now)
        }
        Written::Refused { path, line, why } => {
            let from = run.phase.clone();
            stuck::because(run, StuckReason::EditRefused { step, path, line, why }, from, Vec::new(), now)
        }
    }
}

/// A repair of what is no longer red: CI says how it goes on, unless it has still to say.
pub fn unneeded(mut run: Run, unit: Unit, now: Timestamp) -> Decision {
    run.mending.end_repair();
    match run.verdict(unit) {
        Verdict::Green | Verdict::RedOnBaseToo(_) => next(run, Vec::new(), now),
        Verdict::NoChecks | Verdict::Pending | Verdict::Red(_) | Verdict::Cancelled(_) | Verdict::TimedOut(_) => {
            verify(run, unit, Vec::new(), now).then(vec![Effect::Say(Message::Status)])
        }
    }
}

fn is_red(run: &Run, step: usize) -> bool {
    run.plan.as_ref().is_some_and(|plan| matches!(plan.verdict(step), Verdict::Red(_)))
}

/// What the step's implementer did and cost is the run's from now on, however it ended. A repair adds to what was said of the step.
fn worked(run: &mut Run, step: usize, work: Option<Box<Work>>) {
    let is_repair = run.is_at(Unit::Step(step), &Stage::Fixing);
    if let Some(state) = run.plan.as_mut().and_then(|p| p.steps.get_mut(step)) {
        let before = state.work.take().filter(|_| is_repair);
        state.work = match (work, before) {
            (Some(work), Some(before)) => Some(work.after(before)),
            (Some(work), None) => Some(*work),
            (None, before) => before,
        };
    }
}

pub fn pushed(mut run: Run, step: usize, commit: Sha, now: Timestamp) -> Decision {
    run.head = Some(commit.clone());
    if let Some(plan) = run.plan.as_mut() {
        plan.head_checks = Vec::new();
        if let Some(state) = plan.steps.get_mut(step) {
            *state = StepState { commit: Some(commit.clone()), committed_at: Some(now), ..state.without_verdict() };
        }
    }
    fixing::pushed(&mut run, Unit::Step(step), &commit);
    // Where it is opened now, that is told with its number.
    let show = if run.pull.is_none() { vec![Effect::OpenPullRequest] } else { vec![Effect::ShowChecklist, Effect::Say(Message::Status)] };
    let edited = std::mem::take(&mut run.talk.edited_meanwhile).then_some(Effect::ReadSpecification);
    built(run, step, show, now).then(edited.into_iter().collect())
}

/// A step has its commit: its checks are waited for, or the next step is written where a repository wants to wait in the end.
fn built(run: Run, step: usize, effects: Vec<Effect>, now: Timestamp) -> Decision {
    match run.next_step(0).filter(|_| waits_at_end(&run)) {
        Some(next) => write(run, next, effects),
        None if waits_at_end(&run) => resume(run, effects, now),
        None => verify(run, Unit::Step(step), effects, now),
    }
}

fn waits_at_end(run: &Run) -> bool {
    run.plan.as_ref().is_some_and(|plan| plan.repository.waits_at_end)
}

/// Somebody else moved the branch. Their commits on top of ours are kept and built upon; a rewritten branch stops the run.
pub fn conflict(mut run: Run, unit: Unit, onto: &Sha, head: Option<Sha>, keeps_ours: bool, now: Timestamp) -> Decision {
    let from = unit.at(Stage::Writing);
    match head {
        // Writing the same once more would end the same. The run may know of a head that the commit did not: that is another base.
        Some(head) if keeps_ours && head == *onto => {
            let what = match unit {
                Unit::Step(step) => format!("push the commit of step {}", step + 1),
                Unit::Round(_) => "push the commit of a revision".to_owned(),
            };
            let why = "the branch was refused although nobody else moved it".to_owned();
            stuck::because(run, StuckReason::Refused { what, why, may_heal: false }, from, Vec::new(), now)
        }
        Some(head) if keeps_ours => {
            run.head = Some(head);
            // Whose commits they are is told.
            let look = vec![Effect::ReadBranch];
            if fixing::is_repairing(&run, unit) {
                return fixing::repair(run, unit, look);
            }
            match unit {
                Unit::Step(step) => write(run, step, look),
                Unit::Round(round) => revising::go_on(run, round, look, now),
            }
        }
        // What is gone is read, so that it can be built anew.
        Some(_) | None => stuck::because(run, StuckReason::BranchRewritten, from, vec![Effect::ReadBranch], now),
    }
}

/// What is in hand is as far as CI takes it.
pub fn next(mut run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    run.mending.settled = run.mending.repairs.len();
    if let Phase::Revising { round, .. } = run.phase
        && let Some(Cause::Review { by, by_bot: false, .. }) = run.reviews.rounds.get(round).map(|round| &round.cause)
    {
        effects.extend(run.pull.map(|_| Effect::RequestReview { of: by.clone() }));
    }
    if waits_at_end(&run) {
        return resume(run, effects, now);
    }
    onwards(run, effects, now)
}
