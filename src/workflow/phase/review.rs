//! In review: the pull request is with people. The checklist stays true while commits, checks and the branch change.

use super::{finishing, fixing, issue};
use crate::domain::Timestamp;
use crate::workflow::verdict::{CheckState, Verdict};
use crate::workflow::{Decision, Effect, Plan, Run, Unit};

/// How often the pull request is read although no webhook tells of it. Seconds.
pub const LOOK_AGAIN: i64 = 900;

/// The pull request first: a merge ends the run, and with it the interest in a branch that may be deleted by now.
pub fn look_again(run: Run, now: Timestamp) -> Decision {
    let mut effects: Vec<Effect> = run.pull.is_some().then_some(Effect::ReadPullRequest).into_iter().collect();
    effects.extend(issue::look(&run));
    effects.extend(run.pull.map(|_| Effect::ReadReviews));
    if run.plan.as_ref().is_some_and(Plan::has_commits) {
        let commits = finishing::commits(&run);
        effects.extend([Effect::ReadBranch, Effect::ReadChecks { commits }]);
    }
    Decision::moved(Run { wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run }, effects)
}

/// The checklist follows CI. When the last open step turns green, the pull request becomes ready after all.
pub fn checks_read(run: Run, was_verified: bool, effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Some(plan) = run.plan.as_ref() else {
        return Decision::Pass("there is no plan");
    };
    if run.is_verified() && !was_verified {
        return finishing::begin(run, now).after(effects);
    }
    match blamed(&run, plan) {
        Some((unit, failing)) => fixing::consider(run, unit, &failing, effects, now),
        None => match cancelled_at_head(&run) {
            Some(unit) => fixing::diagnose(run, unit, effects),
            None => {
                let asks = held_against_base(&run, plan).into_iter().chain(finishing::evidence(&run)).collect();
                Decision::moved(run, effects).then(asks)
            }
        },
    }
}

/// What was cancelled at the head and not run again yet. If it is cancelled once more, that is somebody's wish: its box stays open.
fn cancelled_at_head(run: &Run) -> Option<Unit> {
    let head = run.head.as_ref()?;
    let was_rerun = |names: &[String]| names.iter().any(|name| run.mending.was_rerun(head, name));
    let is_open = |unit: &Unit| matches!(run.verdict(*unit), Verdict::Cancelled(names) if !was_rerun(&names));
    run.units().into_iter().find(|unit| run.commit_of(*unit) == Some(head) && is_open(unit))
}

/// What is red below a green head is held against the base as well, before it is called the step's.
fn held_against_base(run: &Run, plan: &Plan) -> Option<Effect> {
    let untold = |unit: Unit| matches!(run.verdict(unit), Verdict::Red(failing) if !plan.base_tells_of(&failing));
    run.units().into_iter().any(untold).then(|| Effect::ReadChecks { commits: plan.bases() })
}

/// The first step or round whose commit turned a check red that is red at the head as well. One that is green there was repaired since, or
/// is not to be relied upon, and a person's commit on top is the person's.
fn blamed(run: &Run, plan: &Plan) -> Option<(Unit, Vec<String>)> {
    let red_at_head = |name: &String| {
        let mut at_head = plan.head_checks.iter().filter(|check| check.name == *name);
        at_head.any(|check| check.state == CheckState::Failed)
    };
    let units = run.units().into_iter().filter(|unit| run.state(*unit).is_some_and(|state| state.commit.is_some() && !state.lost));
    units.map(|unit| (unit, run.verdict(unit))).find_map(|(unit, verdict)| match verdict {
        Verdict::Red(failing) if failing.iter().any(red_at_head) => Some((unit, failing)),
        Verdict::Red(_)
        | Verdict::NoChecks
        | Verdict::Pending
        | Verdict::Green
        | Verdict::RedOnBaseToo(_)
        | Verdict::Cancelled(_)
        | Verdict::TimedOut(_) => None,
    })
}
