//! Stuck: a person has to act. Nothing is lost, and `/journeyman retry` goes on where the run stopped.

use super::{asking, branch, building, finishing, fixing, issue, planned, reading, revising};
use crate::domain::{Login, Sha, Timestamp};
use crate::workflow::verdict::Verdict;
use crate::workflow::{Decision, Effect, Message, Phase, Problem, Run, Stage, StepState, StuckReason, Unit};

/// How often a run looks by itself whether what it waits for has happened. Seconds.
const LOOK_AGAIN: i64 = 900;
/// Being stuck so soon after going on by itself is the same trouble: its report is brought up to date, and nobody called again. Seconds.
const SAME_TROUBLE: i64 = 2 * 3600;

/// Stop at `from` and tell people why, once. A run that is stuck already brings its report up to date where it changed.
pub fn because(mut run: Run, reason: StuckReason, from: Phase, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let phase = Phase::Stuck { reason, from: Box::new(from) };
    let wake_at = Some(now.plus_seconds(LOOK_AGAIN));
    if run.phase == phase {
        return Decision::moved(Run { wake_at, ..run }, effects);
    }
    if !matches!(run.phase, Phase::Stuck { .. }) && !is_same_trouble(&run, &phase, now) {
        run.times_stuck += 1;
    }
    effects.extend([Effect::Say(Message::Status), Effect::Say(Message::Stuck(run.times_stuck))]);
    Decision::moved(Run { phase, wake_at, ..run }, effects)
}

fn is_same_trouble(run: &Run, phase: &Phase, now: Timestamp) -> bool {
    let may_heal = matches!(phase, Phase::Stuck { reason: StuckReason::Refused { may_heal: true, .. }, .. });
    may_heal && run.went_on_at.is_some_and(|at| now.since(at) / 1000 < SAME_TROUBLE)
}

pub fn not_permitted(run: Run, login: Login, now: Timestamp) -> Decision {
    because(run, StuckReason::NotPermitted { login }, Phase::Reading, Vec::new(), now)
}

/// A stranger's text waits for somebody who may write.
pub fn not_accepted(run: Run, login: Login, hash: String, now: Timestamp) -> Decision {
    because(run, StuckReason::EditedByStranger { login, hash }, Phase::Reading, Vec::new(), now)
}

/// The repository's own configuration cannot be read: nothing is begun.
pub fn settings_broken(run: Run, problems: Vec<Problem>, now: Timestamp) -> Decision {
    because(run, StuckReason::SettingsBroken { problems }, Phase::Reading, Vec::new(), now)
}

/// An effect was tried as often as it may be, or can never be done.
pub fn gave_up(run: Run, effect: &Effect, why: String, may_heal: bool, now: Timestamp) -> Decision {
    match run.phase.clone() {
        Phase::Over(_) => Decision::Pass("the run is over"),
        Phase::Stuck { .. } => Decision::Pass("the run is stuck already"),
        from @ (Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview) => because(run, StuckReason::Refused { what: effect.what(), why, may_heal }, from, Vec::new(), now),
    }
}

/// A webhook may have been lost: read what people said and whether the cause is gone. What may heal by itself is tried again.
pub fn look_again(run: Run, now: Timestamp) -> Decision {
    let mut effects: Vec<Effect> = run.pull.is_some().then_some(Effect::ReadPullRequest).into_iter().collect();
    effects.extend(issue::look(&run));
    if run.waits_for_another_text() {
        effects.push(Effect::ReadSpecification);
    }
    if run.plan.as_ref().is_some_and(|p| p.has_commits()) {
        effects.push(Effect::ReadBranch);
    }
    // What is verified already may be run again while the run is stuck, whatever it is stuck at.
    let mut commits = if run.plan.as_ref().is_some_and(|p| p.has_commits()) { finishing::commits(&run) } else { Vec::new() };
    let with_base = checked_unit(&run).map(|unit| with_base(&run, unit)).unwrap_or_default();
    commits.extend(with_base.into_iter().filter(|commit| !commits.contains(commit)).collect::<Vec<_>>());
    effects.extend((!commits.is_empty()).then_some(Effect::ReadChecks { commits }));
    let heals = matches!(run.phase, Phase::Stuck { reason: StuckReason::Refused { may_heal: true, .. }, .. });
    if heals && !run.waits_for_another_text() {
        return go_on(Run { went_on_at: Some(now), ..run }, effects, now);
    }
    Decision::moved(Run { wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run }, effects)
}

/// A person wants the run to go on: with the phase at which it stopped, and with what the person mended. A run that
/// somebody may not ask for is from then on that person's,
/// and a stranger's text that was reported is accepted, though no other.
pub fn retry(mut run: Run, by: Login, now: Timestamp) -> Decision {
    match &run.phase {
        Phase::Stuck { reason: StuckReason::NotPermitted { .. }, .. } => run.asked_by = by,
        Phase::Stuck { reason: StuckReason::EditedByStranger { hash, .. }, .. } => run.text_hash = Some(hash.clone()),
        Phase::Stuck { reason: StuckReason::OutOfBudget { .. } | StuckReason::RoundOutOfBudget { .. }, .. } => run.renewals += 1,
        Phase::Stuck { reason: StuckReason::TooManyRounds { .. }, .. } => run.reviews.forgiven = run.reviews.rounds.len(),
        Phase::Stuck { reason: StuckReason::Conflicts { .. }, .. } => run.reviews.try_merges_again(),
        Phase::Stuck { reason: StuckReason::GaveUp { step, .. }, .. } => {
            let step = *step;
            if let Some(state) = run.plan.as_mut().and_then(|p| p.steps.get_mut(step)) {
                state.attempt += 1;
            }
        }
        Phase::Stuck { .. }
        | Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Over(_) => {}
    }
    run.went_on_at = None;
    run.mending.forgiven = run.mending.repairs.len();
    if let Some(unit) = checked_unit(&run) {
        fixing::forgive(&mut run);
        adopt_repair(&mut run, unit);
    }
    let rewritten = matches!(run.phase, Phase::Stuck { reason: StuckReason::BranchRewritten, .. });
    if rewritten && run.has_lost() {
        return branch::rebuild(run, now);
    }
    let first = if rewritten { vec![Effect::ReadBranch] } else { Vec::new() };
    go_on(run, first, now)
}

/// Go on with the phase at which the run stopped, after `effects`.
pub fn go_on(run: Run, effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Phase::Stuck { from, .. } = run.phase.clone() else {
        return Decision::Pass("the run is not stuck");
    };
    // An edit of the specification may have brought a step.
    let next = run.next_step(0);
    let decision = match *from {
        Phase::Asking if run.is_frozen() => asking::ask(run, now),
        Phase::Planned => planned::present(run, Vec::new(), now),
        Phase::Reading | Phase::Asking => reading::reread(run),
        Phase::Building { step, stage: Stage::Writing | Stage::Pushing { .. } } => return building::write(run, step, effects),
        Phase::Building { step, stage: Stage::Verifying | Stage::Diagnosing | Stage::Fixing } => verify_again(run, Unit::Step(step), now),
        // A conflict kept CI from a step, and is gone.
        Phase::Revising { .. } if has_unseen_step(&run) => return building::resume(run, effects, now),
        Phase::Revising { round, stage: Stage::Writing | Stage::Pushing { .. } } => return revising::go_on(run, round, effects, now),
        Phase::Revising { round, .. } => verify_again(run, Unit::Round(round), now),
        Phase::Finishing | Phase::InReview => match next {
            Some(step) => return building::write(run, step, effects),
            None => finishing::begin(run, now),
        },
        Phase::Stuck { .. } | Phase::Over(_) => Decision::Pass("there is nothing to go back to"),
    };
    let saying = decision.then(vec![Effect::Say(Message::Status)]);
    saying.after(effects)
}

fn has_unseen_step(run: &Run) -> bool {
    run.units().into_iter().any(|unit| matches!(unit, Unit::Step(_)) && run.is_unseen(unit))
}

fn verify_again(mut run: Run, unit: Unit, now: Timestamp) -> Decision {
    if let Some(state) = run.state_mut(unit) {
        state.committed_at = Some(now);
        state.timed_out = false;
    }
    let commits = with_base(&run, unit);
    let wake_at = Some(now.plus_seconds(run.settings.poll.max(1)));
    let effects = finishing::proposal(&run).into_iter().chain([Effect::ReadChecks { commits }]).collect();
    Decision::moved(Run { phase: unit.at(Stage::Verifying), wake_at, ..run }, effects)
}

/// A commit that a person put on top of ours repairs the step: from now on its verdict is the step's.
fn adopt_repair(run: &mut Run, unit: Unit) {
    let is_foreign = |head: &Sha| !run.awaits(head) && run.plan.as_ref().is_some_and(|plan| plan.base != *head);
    let Some(head) = run.head.clone().filter(is_foreign) else { return };
    if let Some(state) = run.state_mut(unit) {
        *state = StepState { commit: Some(head), ..state.without_verdict() };
    }
}

/// The step's commit, and the base where its checks decide.
fn with_base(run: &Run, unit: Unit) -> Vec<Sha> {
    let Some(plan) = run.plan.as_ref() else { return Vec::new() };
    let commit = run.commit_of(unit).cloned();
    commit.into_iter().chain(plan.base_checks.iter().flat_map(|_| plan.bases())).collect()
}

/// What the run waits for the checks of.
fn checked_unit(run: &Run) -> Option<Unit> {
    let Phase::Stuck { reason, .. } = &run.phase else { return None };
    match reason {
        StuckReason::ChecksRed { step, .. } | StuckReason::ChecksCancelled { step, .. } | StuckReason::ChecksTimedOut { step, .. } => {
            Some(Unit::Step(*step))
        }
        StuckReason::RoundUnverified { round, .. } => Some(Unit::Round(*round)),
        StuckReason::NotPermitted { .. }
        | StuckReason::EditedByStranger { .. }
        | StuckReason::SettingsBroken { .. }
        | StuckReason::NeedsModel { .. }
        | StuckReason::EditRefused { .. }
        | StuckReason::BranchRewritten
        | StuckReason::RoundOutOfBudget { .. }
        | StuckReason::Conflicts { .. }
        | StuckReason::TooManyRounds { .. }
        | StuckReason::OutOfBudget { .. }
        | StuckReason::GaveUp { .. }
        | StuckReason::Refused { .. } => None,
    }
}

/// A re-run that turned green frees the run by itself, and so does a base that turned red in the same way. What turned out to be another
/// trouble than the one that was reported is looked into.
pub fn checks_read(run: Run, effects: Vec<Effect>, now: Timestamp) -> Decision {
    let unit = checked_unit(&run).filter(|unit| !run.state(*unit).is_some_and(|state| state.lost));
    match unit.map(|unit| run.verdict(unit)) {
        Some(Verdict::Green | Verdict::RedOnBaseToo(_)) => go_on(run, effects, now),
        Some(Verdict::Red(_)) if !is_reported(&run, Trouble::Red) => go_on(run, effects, now),
        Some(Verdict::Cancelled(_)) if !is_reported(&run, Trouble::Cancelled) => go_on(run, effects, now),
        Some(Verdict::NoChecks | Verdict::Pending | Verdict::TimedOut(_) | Verdict::Red(_) | Verdict::Cancelled(_)) | None => {
            Decision::moved(run, effects)
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Red,
    Cancelled,
}

/// Whether the run is stuck at this. A round does not say which of the two it was.
fn is_reported(run: &Run, trouble: Trouble) -> bool {
    let Phase::Stuck { reason, .. } = &run.phase else { return false };
    match reason {
        StuckReason::ChecksRed { .. } => trouble == Trouble::Red,
        StuckReason::ChecksCancelled { .. } => trouble == Trouble::Cancelled,
        StuckReason::RoundUnverified { why, .. } => why.is_some(),
        StuckReason::ChecksTimedOut { .. }
        | StuckReason::NotPermitted { .. }
        | StuckReason::EditedByStranger { .. }
        | StuckReason::SettingsBroken { .. }
        | StuckReason::NeedsModel { .. }
        | StuckReason::EditRefused { .. }
        | StuckReason::BranchRewritten
        | StuckReason::RoundOutOfBudget { .. }
        | StuckReason::Conflicts { .. }
        | StuckReason::TooManyRounds { .. }
        | StuckReason::OutOfBudget { .. }
        | StuckReason::GaveUp { .. }
        | StuckReason::Refused { .. } => false,
    }
}
