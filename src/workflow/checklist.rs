//! Steps and acceptance criteria, each with its commit and verdict. One value renders the pull request, the status
//! comment and the terminal.

use serde::Serialize;

use super::evidence::{ProofState, Shown};
use super::verdict::Verdict;
use super::{Local, Run};
use crate::domain::{Login, Sha};

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checklist {
    pub steps: Vec<StepLine>,
    pub criteria: Vec<CriterionLine>,
    /// Commits by others on the branch, oldest first.
    pub guests: Vec<GuestLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuestLine {
    pub commit: Sha,
    pub by: Option<Login>,
    /// The number, as written, of the last step that was built before it.
    pub after: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepLine {
    pub number: String,
    pub title: String,
    pub ticked: bool,
    pub commit: Option<Sha>,
    pub standing: Standing,
}

/// Why a step's box is ticked or open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Done before the run, by its author's own mark.
    DoneBefore,
    /// Marked by its author as what may be left out.
    LeftOut,
    Waiting,
    Building,
    /// Checks have not ended.
    Pending,
    /// All checks passed; how many.
    Verified {
        checks: usize,
    },
    /// It needed no change; the commit before it is verified.
    VerifiedUnchanged,
    Red {
        failing: Vec<String>,
    },
    RedOnBaseToo {
        failing: Vec<String>,
    },
    Cancelled {
        cancelled: Vec<String>,
    },
    /// Checks did not end for as long as they are waited for.
    TimedOut {
        pending: Vec<String>,
    },
    /// The repository has no CI, and these commands passed in the sandbox.
    VerifiedLocally {
        commands: Vec<String>,
    },
    /// The repository has no CI.
    NotChecked,
    /// The commit left the branch.
    Lost,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CriterionLine {
    pub text: String,
    pub ticked: bool,
    /// What shows it; absent where only a person can say.
    pub shown: Option<Shown>,
}

impl Checklist {
    pub fn is_complete(&self) -> bool {
        self.counted().all(|s| s.ticked) && self.criteria.iter().all(|c| c.ticked)
    }

    /// Steps that are ticked, of all that are to be.
    pub fn progress(&self) -> (usize, usize) {
        (self.counted().filter(|s| s.ticked).count(), self.counted().count())
    }

    fn counted(&self) -> impl Iterator<Item = &StepLine> {
        self.steps.iter().filter(|s| s.standing != Standing::LeftOut)
    }

    /// The checklist of a run; absent until the specification is read.
    pub fn of(run: &Run) -> Option<Self> {
        let plan = run.plan.as_ref()?;
        let steps = plan.specification.steps.iter().enumerate().map(|(index, step)| {
            let standing = standing(run, index);
            StepLine {
                number: step.number.clone(),
                title: step.title.clone(),
                ticked: matches!(
                    standing,
                    Standing::DoneBefore | Standing::Verified { .. } | Standing::VerifiedUnchanged | Standing::VerifiedLocally { .. }
                ),
                commit: plan.steps.get(index).and_then(|s| s.made().cloned()),
                standing,
            }
        });
        let all_built = run.next_step(0).is_none() && !run.has_lost();
        let criteria = plan.specification.acceptance_criteria.iter().enumerate().map(|(index, criterion)| {
            let shown = plan.shown(index, run.head.as_ref());
            let is_green = shown.as_ref().is_some_and(|shown| shown.state == ProofState::Green);
            CriterionLine { text: criterion.text.clone(), ticked: all_built && is_green, shown }
        });
        let guests = run.reviews.guests.iter().map(|guest| {
            let before = guest.after_step.checked_sub(1).and_then(|step| plan.specification.steps.get(step));
            GuestLine { commit: guest.commit.clone(), by: guest.by.clone(), after: before.map(|step| step.number.clone()) }
        });
        Some(Self { steps: steps.collect(), criteria: criteria.collect(), guests: guests.collect() })
    }
}

fn standing(run: &Run, index: usize) -> Standing {
    let Some(plan) = run.plan.as_ref() else { return Standing::Waiting };
    if plan.specification.steps.get(index).is_some_and(|s| s.done) {
        return Standing::DoneBefore;
    }
    if plan.specification.steps.get(index).is_some_and(|s| s.optional) {
        return Standing::LeftOut;
    }
    let Some(state) = plan.steps.get(index).filter(|s| s.commit.is_some()) else {
        let in_hand = matches!(run.phase, super::Phase::Building { step, .. } if step == index);
        return if in_hand { Standing::Building } else { Standing::Waiting };
    };
    if state.lost {
        return Standing::Lost;
    }
    match plan.verdict(index) {
        Verdict::Green => match &state.local {
            Some(Local::Passed(commands)) if state.checks.is_empty() => Standing::VerifiedLocally { commands: commands.clone() },
            Some(_) | None if state.unchanged => Standing::VerifiedUnchanged,
            Some(_) | None => Standing::Verified { checks: plan.counted(state) },
        },
        Verdict::NoChecks if state.no_ci => Standing::NotChecked,
        Verdict::NoChecks | Verdict::Pending => Standing::Pending,
        Verdict::Red(failing) => Standing::Red { failing },
        Verdict::RedOnBaseToo(failing) => Standing::RedOnBaseToo { failing },
        Verdict::Cancelled(cancelled) => Standing::Cancelled { cancelled },
        Verdict::TimedOut(pending) => Standing::TimedOut { pending },
    }
}
