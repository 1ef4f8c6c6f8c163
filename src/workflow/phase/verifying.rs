//! Verifying: what CI says of our commits, and what that means for the step in hand.

use super::{building, finishing, fixing, review, stuck};
use crate::domain::{Sha, Timestamp};
use crate::workflow::checklist::Checklist;
use crate::workflow::verdict::{CheckState, RequiredCheck, Verdict};
use crate::workflow::{Checked, Decision, Effect, Local, Mending, Message, Phase, Plan, Run, Stage, StuckReason, Unit};

/// Wait for the checks of a unit's commit. What the base's took is read with the first.
pub fn verify(run: Run, unit: Unit, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let mut commits = commits_of(&run, unit);
    for base in run.plan.as_ref().map(Plan::unread_bases).unwrap_or_default() {
        if !commits.contains(&base) {
            commits.push(base);
        }
    }
    effects.push(Effect::ReadChecks { commits });
    let wake_at = Some(now.plus_seconds(first_look(&run)));
    Decision::moved(Run { phase: unit.at(Stage::Verifying), wake_at, ..run }, effects)
}

pub fn look_again(run: Run, unit: Unit, now: Timestamp) -> Decision {
    let commits = commits_of(&run, unit);
    let wake_at = Some(now.plus_seconds(run.settings.poll.max(1)));
    Decision::moved(Run { wake_at, ..run }, vec![Effect::ReadChecks { commits }])
}

fn commits_of(run: &Run, unit: Unit) -> Vec<Sha> {
    run.commit_of(unit).cloned().into_iter().collect()
}

/// New knowledge about commits, whichever phase the run is in. A base that was read just now and tells nothing yet is read again when
/// the run wakes, and not at once.
pub fn checks_read(run: Run, checked: Vec<Checked>, required: Option<Vec<RequiredCheck>>, now: Timestamp) -> Decision {
    let bases = run.plan.as_ref().map(Plan::bases).unwrap_or_default();
    let was_read = bases.iter().all(|base| checked.iter().any(|found| found.commit == *base));
    let (phase, again) = (run.phase.clone(), Effect::ReadChecks { commits: bases });
    match learnt(run, checked, required, now) {
        Decision::Move(run, effects) if was_read && run.phase == phase => {
            Decision::moved(*run, effects.into_iter().filter(|effect| *effect != again).collect())
        }
        decision @ (Decision::Move(..) | Decision::Pass(_)) => decision,
    }
}

fn learnt(mut run: Run, checked: Vec<Checked>, required: Option<Vec<RequiredCheck>>, now: Timestamp) -> Decision {
    let before = Checklist::of(&run);
    let was_verified = run.is_verified();
    let head = run.head.clone();
    let grace = run.settings.grace;
    if let Some(plan) = run.plan.as_mut() {
        plan.required = required.unwrap_or(std::mem::take(&mut plan.required));
    }
    for found in checked {
        let of = |unit: &Unit| run.state(*unit).filter(|state| state.commit.as_ref() == Some(&found.commit)).and_then(|s| s.committed_at);
        let since = run.units().iter().filter_map(of).max();
        let in_grace = since.is_some_and(|at| now.since(at) / 1000 < grace);
        let found = replaced(found, &run.mending);
        record(&mut run, head.as_ref(), if in_grace { found } else { without_announced(found) });
    }
    let news = Checklist::of(&run) != before;
    let mut effects = if news && run.pull.is_some() { vec![Effect::ShowChecklist] } else { Vec::new() };
    if let Some((unit, stage)) = run.in_hand() {
        return match stage {
            Stage::Verifying => judge(run, unit, effects, now),
            // A check that is run again by a person may free the unit before it is repaired.
            Stage::Fixing if run.mending.completes(unit) => Decision::moved(run, effects),
            Stage::Diagnosing | Stage::Fixing if matches!(run.verdict(unit), Verdict::Green | Verdict::RedOnBaseToo(_)) => {
                building::next(run, effects, now)
            }
            Stage::Diagnosing | Stage::Fixing | Stage::Writing | Stage::Pushing { .. } => Decision::moved(run, effects),
        };
    }
    match run.phase {
        Phase::Finishing => finishing::judge(run, effects, now),
        Phase::Stuck { .. } => stuck::checks_read(run, effects, now),
        Phase::InReview => {
            effects.extend(news.then_some(Effect::Say(Message::Status)));
            review::checks_read(run, was_verified, effects, now)
        }
        Phase::Building { .. } | Phase::Revising { .. } => Decision::moved(run, effects),
        Phase::Reading | Phase::Asking | Phase::Planned | Phase::Over(_) => Decision::Pass("no commit's checks are awaited"),
    }
}

/// A job that was run again is pending until its new run is there.
fn replaced(mut found: Checked, mending: &Mending) -> Checked {
    for check in found.checks.iter_mut().filter(|check| mending.is_replaced(check.id)) {
        check.state = CheckState::Pending;
    }
    found
}

/// Once the time of grace is over, an App that never said anything is not waited for.
fn without_announced(mut found: Checked) -> Checked {
    found.checks.retain(|check| check.state != CheckState::Announced);
    found
}

fn record(run: &mut Run, head: Option<&Sha>, found: Checked) {
    let steps = run.plan.iter_mut().flat_map(|plan| &mut plan.steps);
    let states = steps.chain(run.reviews.rounds.iter_mut().map(|round| &mut round.state));
    for state in states.filter(|state| state.commit.as_ref() == Some(&found.commit)) {
        state.checks.clone_from(&found.checks);
    }
    let Some(plan) = run.plan.as_mut() else { return };
    if head == Some(&found.commit) {
        plan.head_checks.clone_from(&found.checks);
    }
    if plan.base == found.commit {
        plan.base_checks = Some(found.checks);
    } else if let Some(merged) = plan.merged.as_mut().filter(|merged| merged.commit == found.commit) {
        merged.checks = Some(found.checks);
    }
}

/// What the verdict of the step in hand means for the run.
pub fn judge(mut run: Run, unit: Unit, effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Some((plan, state)) = run.plan.as_ref().zip(run.state(unit)) else {
        return Decision::Pass("there is no such step");
    };
    let waited = state.committed_at.map_or(0, |at| now.since(at)) / 1000;
    let is_passed_by = run.is_passed_by(unit, now);
    // A pull request in conflict keeps CI away.
    let conflict: Vec<Effect> = run.pull.filter(|_| is_passed_by).map(|_| Effect::ReadPullRequest).into_iter().collect();
    match run.verdict(unit) {
        Verdict::NoChecks | Verdict::Pending if is_passed_by && plan.expects_ci() && lies_below_head(&run, unit) => {
            let head = run.head.clone();
            head.iter().for_each(|head| run.follow(None, head, now));
            verify(run, unit, effects, now)
        }
        Verdict::Green | Verdict::RedOnBaseToo(_) => building::next(run, effects, now),
        Verdict::NoChecks if waited >= grace(&run) => without_ci(run, unit, effects, now),
        Verdict::Pending if waited >= plan.deadline(&run.settings) => timed_out(run, unit, effects, now),
        Verdict::TimedOut(_) => timed_out(run, unit, effects, now),
        Verdict::Pending => {
            run.wake_at = Some(now.plus_seconds(run.settings.poll.max(1)));
            Decision::moved(run, effects).then(conflict)
        }
        Verdict::NoChecks => {
            run.wake_at = Some(now.plus_seconds(grace(&run).clamp(1, run.settings.poll.max(1))));
            Decision::moved(run, effects).then(conflict)
        }
        Verdict::Red(failing) => fixing::consider(run, unit, &failing, effects, now),
        Verdict::Cancelled(_) => fixing::diagnose(run, unit, effects),
    }
}

/// Whether commits lie above the unit's, so that CI may look at those alone.
fn lies_below_head(run: &Run, unit: Unit) -> bool {
    run.head.is_some() && run.head.as_ref() != run.commit_of(unit)
}

/// No check came: the step's commands decide where there are any and the repository has no CI.
fn without_ci(mut run: Run, unit: Unit, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    if let Some(verify) = locally(&run, unit) {
        effects.push(verify);
        let wake_at = Some(now.plus_seconds(run.settings.poll.max(1)));
        return Decision::moved(Run { wake_at, ..run }, effects);
    }
    if let Some(state) = run.state_mut(unit) {
        state.no_ci = true;
    }
    building::next(run, effects, now)
}

/// The commands of a step or of the whole plan, where they are to be run and were not.
fn locally(run: &Run, unit: Unit) -> Option<Effect> {
    run.plan.as_ref().filter(|plan| !plan.has_workflows && !plan.commands_of(unit).is_empty())?;
    let state = run.state(unit)?;
    let commit = state.commit.clone().filter(|_| state.local.is_none())?;
    Some(Effect::VerifyLocally { unit, commit })
}

/// The step's commands were run on its commit.
pub fn verified_locally(mut run: Run, unit: Unit, commit: &Sha, local: Local, now: Timestamp) -> Decision {
    let Some(state) = run.state_mut(unit).filter(|s| s.commit.as_ref() == Some(commit)) else {
        return Decision::Pass("the step has another commit by now");
    };
    state.local = Some(local);
    let show = run.pull.is_some().then_some(Effect::ShowChecklist).into_iter().collect();
    if run.is_at(unit, &Stage::Verifying) { judge(run, unit, show, now) } else { Decision::moved(run, show) }
}

fn timed_out(mut run: Run, unit: Unit, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let reason = give_up_waiting(&mut run, unit);
    effects.extend(run.pull.is_some().then_some(Effect::ShowChecklist).filter(|show| !effects.contains(show)));
    stuck::because(run, reason, unit.at(Stage::Verifying), effects, now)
}

/// A step's checks are no longer waited for.
pub fn give_up_waiting(run: &mut Run, unit: Unit) -> StuckReason {
    if let Some(state) = run.state_mut(unit) {
        state.timed_out = true;
    }
    let pending = if let Verdict::TimedOut(names) = run.verdict(unit) { names } else { Vec::new() };
    match unit {
        Unit::Step(step) => StuckReason::ChecksTimedOut { step, pending },
        Unit::Round(round) => StuckReason::RoundUnverified { round, checks: pending, why: None },
    }
}

/// How long this repository may leave a commit without any check, in seconds.
fn grace(run: &Run) -> i64 {
    if run.plan.as_ref().is_some_and(|p| p.has_workflows) { run.settings.grace_with_workflows } else { run.settings.grace }
}

fn first_look(run: &Run) -> i64 {
    run.settings.poll.min(grace(run)).max(1)
}
