//! What our own check run shows of a run: the same [`Checklist`] as everywhere, on the branch's head.

use super::checklist::Checklist;
use super::failure::Place;
use super::verdict::Verdict;
use super::{Ending, Phase, Run, StuckReason};
use crate::domain::Sha;

/// Two that are equal look the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub head: Sha,
    pub outcome: Outcome,
    pub checklist: Checklist,
    /// What guards and checks complain about.
    pub places: Vec<Place>,
    /// Where the run stands, so that the words follow it.
    phase: Phase,
}

/// A check run's status and conclusion, as far as we use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    InProgress,
    /// Every step is verified. Nothing else is a success: a branch may require the check.
    Success,
    /// A step is red, or its commits are gone.
    Failure,
    /// A person has to answer, to look, or to decide.
    ActionRequired,
    Cancelled,
}

impl Shown {
    /// Absent as long as no commit of ours is on the branch.
    pub fn of(run: &Run) -> Option<Self> {
        let plan = run.plan.as_ref().filter(|plan| plan.has_commits())?;
        let head = run.head.clone()?;
        let states = plan.steps.iter().chain(run.reviews.rounds.iter().map(|round| &round.state));
        let mut places: Vec<Place> = states.filter_map(|state| state.work.as_ref()).flat_map(|work| work.places.clone()).collect();
        let is_red = |unit| matches!(run.verdict(unit), Verdict::Red(_));
        let diagnosis = run.mending.diagnosis.iter().filter(|diagnosis| is_red(diagnosis.unit));
        places.extend(diagnosis.flat_map(|diagnosis| diagnosis.failures.iter().flat_map(|failure| failure.places.clone())));
        places.sort();
        places.dedup();
        Some(Self { head, outcome: outcome(run), checklist: Checklist::of(run)?, places, phase: run.phase.clone() })
    }
}

fn outcome(run: &Run) -> Outcome {
    if run.plan.is_none() {
        return Outcome::InProgress;
    }
    let red = run.has_lost() || run.units().into_iter().any(|unit| matches!(run.verdict(unit), Verdict::Red(_)));
    match &run.phase {
        Phase::Reading | Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } => Outcome::InProgress,
        Phase::Asking | Phase::Planned => Outcome::ActionRequired,
        Phase::Stuck {
            reason: StuckReason::ChecksRed { .. } | StuckReason::RoundUnverified { .. } | StuckReason::BranchRewritten, ..
        } => Outcome::Failure,
        Phase::Stuck { .. } => Outcome::ActionRequired,
        Phase::InReview | Phase::Over(Ending::Merged | Ending::NothingToDo) if run.is_verified() => Outcome::Success,
        Phase::InReview if red => Outcome::Failure,
        Phase::InReview => Outcome::ActionRequired,
        Phase::Over(_) => Outcome::Cancelled,
    }
}
