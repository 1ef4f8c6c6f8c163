//! Fixing: a check that failed is looked into, run again where it looks like the service, and repaired where it looks like the code.
//! Each of these has a bound; behind the bound is a person.

use std::collections::BTreeSet;

use super::{stuck, verifying};
use crate::domain::{Sha, Timestamp};
use crate::workflow::verdict::Verdict;
use crate::workflow::{
    Decision, Diagnosis, Effect, Failure, Message, NotMended, Repair, Rerun, Run, SYSTEMIC, Stage, StepState, StuckReason, Unit,
};

/// A step's commit is red: the base's checks are asked first, as what fails there too is not the step's.
pub fn consider(mut run: Run, unit: Unit, failing: &[String], mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    match run.plan.as_ref() {
        Some(plan) if !plan.base_tells_of(failing) => {
            let since = *run.mending.base_awaited_since.get_or_insert(now);
            // A base whose check never ends is no excuse for ever.
            if plan.unread_bases().is_empty() && now.since(since) / 1000 >= plan.deadline(&run.settings) {
                return diagnose(run, unit, effects);
            }
            effects.push(Effect::ReadChecks { commits: plan.bases() });
            run.wake_at = Some(now.plus_seconds(run.settings.poll.max(1)));
            Decision::moved(run, effects)
        }
        Some(_) => diagnose(run, unit, effects),
        None => Decision::Pass("there is no plan"),
    }
}

/// See why the checks of a step's commit failed.
pub fn diagnose(mut run: Run, unit: Unit, mut effects: Vec<Effect>) -> Decision {
    run.mending.base_awaited_since = None;
    let Some(commit) = run.commit_of(unit).cloned() else {
        return Decision::Pass("the step has no commit");
    };
    effects.extend([Effect::Say(Message::Status), Effect::Diagnose { unit, commit }]);
    Decision::moved(Run { phase: unit.at(Stage::Diagnosing), wake_at: None, ..run }, effects)
}

/// What failed was looked into.
pub fn diagnosed(mut run: Run, unit: Unit, commit: Sha, failures: Vec<Failure>, can_repair: bool, now: Timestamp) -> Decision {
    if failures.is_empty() {
        // Whatever it was is no longer there.
        return verifying::verify(run, unit, Vec::new(), now);
    }
    let remedy = remedy(&run, &commit, &failures, can_repair);
    run.mending.diagnosis = Some(Diagnosis { unit, commit: commit.clone(), failures: failures.clone(), missed: Vec::new() });
    match remedy {
        Remedy::Rerun(workflow_runs) => {
            let again = failures.into_iter().map(|failure| Rerun { commit: commit.clone(), check: failure.check, id: failure.id });
            run.mending.reruns.extend(again);
            if let Some(state) = run.state_mut(unit) {
                state.committed_at = Some(now);
            }
            let rerun = vec![Effect::Rerun { commit, workflow_runs }];
            verifying::verify(run, unit, rerun, now).then(vec![Effect::Say(Message::Status)])
        }
        Remedy::Repair(checks) => {
            match run.mending.open_repair(unit, &commit) {
                Some(repair) => repair.checks = checks,
                None => run.mending.repairs.push(Repair { unit, of: commit, checks, commit: None, is_over: false }),
            }
            repair(run, unit, vec![Effect::Say(Message::Status)])
        }
        Remedy::Person(why) => {
            let reason = reason(&run, unit, why);
            stuck::because(run, reason, unit.at(Stage::Verifying), Vec::new(), now)
        }
    }
}

enum Remedy {
    /// These workflow runs.
    Rerun(Vec<u64>),
    /// What these checks found.
    Repair(Vec<String>),
    Person(NotMended),
}

/// What the code broke is repaired first, as that runs everything again; what looks like the service is run again once.
fn remedy(run: &Run, commit: &Sha, failures: &[Failure], can_repair: bool) -> Remedy {
    let systemic = failures.iter().map(|failure| failure.others).filter(|others| *others >= SYSTEMIC).max();
    let code: Vec<&Failure> = failures.iter().filter(|failure| failure.service.is_none() && failure.others < SYSTEMIC).collect();
    if code.is_empty() {
        return systemic.map_or_else(|| service(run, commit, failures), |others| Remedy::Person(NotMended::Systemic(others)));
    }
    let in_a_row = code.iter().map(|failure| run.mending.in_a_row(&failure.check)).max().unwrap_or(0);
    if !can_repair {
        Remedy::Person(NotMended::NoWriter)
    } else if run.mending.in_all() >= run.settings.repairs {
        Remedy::Person(NotMended::InAll(run.mending.in_all()))
    } else if in_a_row >= run.settings.repairs_per_check {
        Remedy::Person(NotMended::InARow(in_a_row))
    } else {
        Remedy::Repair(code.into_iter().map(|failure| failure.check.clone()).collect())
    }
}

fn service(run: &Run, commit: &Sha, failures: &[Failure]) -> Remedy {
    if failures.iter().any(|failure| run.mending.was_rerun(commit, &failure.check)) {
        return Remedy::Person(NotMended::RunAgain);
    }
    let runs: BTreeSet<u64> = failures.iter().filter_map(|failure| failure.workflow_run).collect();
    if failures.iter().any(|failure| failure.workflow_run.is_none()) {
        return Remedy::Person(NotMended::NotRunAgain("it is not a job of GitHub Actions".into()));
    }
    Remedy::Rerun(runs.into_iter().collect())
}

/// Why a unit's red checks are a person's matter.
pub fn reason(run: &Run, unit: Unit, why: NotMended) -> StuckReason {
    let why = Some(why);
    let found = || {
        let diagnosis = run.mending.diagnosis.iter().flat_map(|diagnosis| &diagnosis.failures);
        diagnosis.map(|failure| failure.check.clone()).collect()
    };
    match (unit, run.verdict(unit)) {
        (Unit::Step(step), Verdict::Cancelled(cancelled)) => StuckReason::ChecksCancelled { step, cancelled, why },
        (Unit::Step(step), Verdict::Red(failing)) => StuckReason::ChecksRed { step, failing, why },
        (Unit::Step(step), Verdict::NoChecks | Verdict::Pending | Verdict::Green | Verdict::RedOnBaseToo(_) | Verdict::TimedOut(_)) => {
            StuckReason::ChecksRed { step, failing: found(), why }
        }
        (Unit::Round(round), Verdict::Cancelled(checks) | Verdict::Red(checks)) => StuckReason::RoundUnverified { round, checks, why },
        (Unit::Round(round), Verdict::NoChecks | Verdict::Pending | Verdict::Green | Verdict::RedOnBaseToo(_) | Verdict::TimedOut(_)) => {
            StuckReason::RoundUnverified { round, checks: found(), why }
        }
    }
}

/// Have the newest diagnosis repaired on top of the branch's head.
pub fn repair(run: Run, unit: Unit, mut effects: Vec<Effect>) -> Decision {
    let Some(onto) = run.head.clone() else {
        return Decision::Pass("the head is not known");
    };
    effects.push(Effect::Repair { unit, onto });
    Decision::moved(Run { phase: unit.at(Stage::Fixing), wake_at: None, ..run }, effects)
}

/// The implementer sees nothing that it could repair.
pub fn nothing_repaired(mut run: Run, unit: Unit, now: Timestamp) -> Decision {
    run.mending.end_repair();
    let reason = reason(&run, unit, NotMended::NothingToRepair);
    stuck::because(run, reason, unit.at(Stage::Verifying), Vec::new(), now)
}

/// Failed jobs were not run again.
pub fn not_rerun(mut run: Run, commit: &Sha, why: String, now: Timestamp) -> Decision {
    let Some((unit, Stage::Verifying)) = run.in_hand() else {
        return Decision::Pass("the run no longer waits for this");
    };
    if run.commit_of(unit) != Some(commit) {
        return Decision::Pass("the step has another commit by now");
    }
    // Nothing replaces what is there; that it was tried stays known.
    for rerun in run.mending.reruns.iter_mut().filter(|rerun| rerun.commit == *commit) {
        rerun.id = None;
    }
    let reason = reason(&run, unit, NotMended::NotRunAgain(why));
    stuck::because(run, reason, unit.at(Stage::Verifying), Vec::new(), now)
}

/// Whether the commit that is being pushed repairs the step.
pub fn is_repairing(run: &Run, unit: Unit) -> bool {
    let built = run.commit_of(unit);
    let newest = run.mending.repairs.last();
    newest.is_some_and(|repair| repair.unit == unit && repair.commit.is_none() && built == Some(&repair.of))
}

/// A commit of the step is on the branch: where it repairs the step, that is remembered, and steps that were red for the same reason
/// alone are judged by it from now on.
pub fn pushed(run: &mut Run, unit: Unit, commit: &Sha) {
    let Some(repair) = run.mending.repairs.last_mut().filter(|r| r.unit == unit && r.commit.is_none()) else { return };
    repair.commit = Some(commit.clone());
    let checks = repair.checks.clone();
    let inherited = |other: &Unit| match run.verdict(*other) {
        Verdict::Red(failing) => failing.iter().all(|name| checks.contains(name)),
        Verdict::NoChecks | Verdict::Pending | Verdict::Green | Verdict::RedOnBaseToo(_) | Verdict::Cancelled(_) | Verdict::TimedOut(_) => {
            false
        }
    };
    let others: Vec<Unit> = run.units().into_iter().filter(|other| *other > unit && inherited(other)).collect();
    for other in others {
        if let Some(state) = run.state_mut(other) {
            let own = state.own.clone().or(state.commit.clone());
            *state = StepState { commit: Some(commit.clone()), own, ..state.without_verdict() };
        }
    }
}

/// A person lets the run go on: the bounds begin anew.
pub fn forgive(run: &mut Run) {
    run.mending.forgiven = run.mending.repairs.len();
    run.mending.reruns.clear();
}

/// Looking into failed checks, or having them run again, was given up.
pub fn unperformed(run: Run, effect: Effect, why: String, now: Timestamp) -> Decision {
    if let Effect::Rerun { commit, .. } = effect {
        return not_rerun(run, &commit, why, now);
    }
    match run.in_hand() {
        Some((unit, Stage::Diagnosing)) => {
            let reason = reason(&run, unit, NotMended::Unread(why));
            stuck::because(run, reason, unit.at(Stage::Verifying), Vec::new(), now)
        }
        Some(_) | None => Decision::Pass("the run no longer waits for this"),
    }
}
