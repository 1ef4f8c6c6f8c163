//! However CI's history is told, the checklist ends as its final truth has it, and the run where that truth wants it.

use proptest::prelude::*;

use super::ci_history::{History, World, histories};
use super::sample::base;
use crate::domain::Sha;
use crate::workflow::checklist::{Checklist, Standing};
use crate::workflow::verdict::{Check, CheckState, Verdict};
use crate::workflow::{Phase, StuckReason};

/// What a commit's checks come to, said as simply as it can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Nothing,
    Green,
    Red,
    RedOnBase,
    Cancelled,
    Open,
}

fn truth_of(world: &World, commit: &Sha) -> Truth {
    let (all, base, required) = (world.truth(commit), world.truth(&base()), &world.history.required);
    let counts = |check: &&Check| required.is_empty() || required.contains(&check.name.as_str());
    let checks: Vec<&Check> = all.iter().filter(counts).collect();
    let missing = required.iter().any(|name| !checks.iter().any(|check| check.name == *name));
    let on_base = |check: &Check| base.iter().any(|b| b.name == check.name && b.state == CheckState::Failed);
    let has = |state: CheckState| checks.iter().any(|check| check.state == state);
    if checks.iter().any(|check| check.state == CheckState::Failed && !on_base(check)) {
        Truth::Red
    } else if missing || has(CheckState::Pending) {
        Truth::Open
    } else if has(CheckState::Cancelled) {
        Truth::Cancelled
    } else if has(CheckState::Failed) {
        Truth::RedOnBase
    } else if checks.is_empty() {
        Truth::Nothing
    } else {
        Truth::Green
    }
}

fn shown(standing: &Standing) -> Option<Truth> {
    match standing {
        Standing::Verified { .. } => Some(Truth::Green),
        Standing::Red { .. } => Some(Truth::Red),
        Standing::RedOnBaseToo { .. } => Some(Truth::RedOnBase),
        Standing::Cancelled { .. } => Some(Truth::Cancelled),
        Standing::Pending | Standing::TimedOut { .. } => Some(Truth::Open),
        Standing::NotChecked => Some(Truth::Nothing),
        Standing::DoneBefore
        | Standing::LeftOut
        | Standing::Waiting
        | Standing::Building
        | Standing::VerifiedUnchanged
        | Standing::VerifiedLocally { .. }
        | Standing::Lost => None,
    }
}

/// Tells a history in one order, and holds the end against the truth.
fn told(history: &History, luck: &[u8], ticks: usize) -> World {
    let mut world = World::new(history, luck);
    for _ in 0..ticks {
        world.ticks();
    }
    world.rests();
    holds(&world);
    world
}

fn holds(world: &World) {
    let run = &world.run;
    let plan = run.plan.as_ref().unwrap();
    let list = Checklist::of(run).unwrap();
    let truths: Vec<Option<Truth>> = plan.steps.iter().map(|state| state.commit.as_ref().map(|commit| truth_of(world, commit))).collect();
    for (line, truth) in list.steps.iter().zip(&truths) {
        assert_eq!(shown(&line.standing), *truth, "{line:?} in {:?}", run.phase);
        assert_eq!(line.ticked, *truth == Some(Truth::Green), "{line:?}");
    }
    let fine = |truth: &Option<Truth>| matches!(truth, Some(Truth::Green | Truth::RedOnBase | Truth::Nothing));
    match &run.phase {
        Phase::InReview => {
            assert!(truths.iter().all(Option::is_some), "in review, and not built");
            let red_at_head = |name: &String| plan.head_checks.iter().any(|check| check.name == *name && check.state == CheckState::Failed);
            for unit in run.units() {
                let Verdict::Red(failing) = run.verdict(unit) else { continue };
                assert!(!failing.iter().any(red_at_head), "in review with a red head: {failing:?}");
            }
            assert!(!run.is_ready || run.may_be_merged(), "red, and called ready");
            let all_green = truths.iter().all(|truth| *truth == Some(Truth::Green));
            assert!(run.is_ready || !all_green, "all is green, and it is a draft");
        }
        Phase::Stuck { reason, .. } => {
            let (step, wanted) = match reason {
                StuckReason::ChecksRed { step, .. } => (*step, Truth::Red),
                StuckReason::ChecksCancelled { step, .. } => (*step, Truth::Cancelled),
                StuckReason::ChecksTimedOut { step, .. } => (*step, Truth::Open),
                other @ (StuckReason::NotPermitted { .. }
                | StuckReason::EditedByStranger { .. }
                | StuckReason::SettingsBroken { .. }
                | StuckReason::NeedsModel { .. }
                | StuckReason::EditRefused { .. }
                | StuckReason::RoundUnverified { .. }
                | StuckReason::RoundOutOfBudget { .. }
                | StuckReason::Conflicts { .. }
                | StuckReason::TooManyRounds { .. }
                | StuckReason::BranchRewritten
                | StuckReason::OutOfBudget { .. }
                | StuckReason::GaveUp { .. }
                | StuckReason::Refused { .. }) => panic!("stuck for another reason: {other:?}"),
            };
            // What is run again keeps the run where it is until it ends.
            assert!(truths[step] == Some(wanted) || truths[step] == Some(Truth::Open), "stuck at {reason:?}, which is {:?}", truths[step]);
            assert!(!run.is_ready || run.may_be_merged(), "red, and called ready");
        }
        other @ (Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::Over(_)) => panic!("not at rest: {other:?}"),
    }
    if truths.iter().all(fine) {
        assert_eq!(run.phase, Phase::InReview, "nothing is wrong");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_checklist_ends_right_in_whichever_order_a_history_is_told(
        history in histories(),
        first in prop::collection::vec(any::<u8>(), 60),
        second in prop::collection::vec(any::<u8>(), 60),
        ticks in 0usize..60,
    ) {
        let (first, second) = (told(&history, &first, ticks), told(&history, &second, ticks));
        // Repairs and steps that were not reached differ by when a moment's truth was read; the same commits are judged the same.
        let (one, other) = (Checklist::of(&first.run).unwrap(), Checklist::of(&second.run).unwrap());
        let as_made = |world: &World| world.again.is_empty() && world.run.mending.repairs.is_empty();
        if first.made.len() == second.made.len() && as_made(&first) && as_made(&second) {
            let ticks = |list: &Checklist| list.steps.iter().map(|step| (step.ticked, step.commit.clone())).collect::<Vec<_>>();
            prop_assert_eq!(ticks(&one), ticks(&other));
        }
    }
}
