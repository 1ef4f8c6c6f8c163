//! Our own check run: its title and its summary.

use super::checklist;
use super::status::headline;
use super::stuck;
use super::text::{count, plain};
use crate::workflow::checklist::Checklist;
use crate::workflow::{Phase, Run};

/// One line, as the list of checks shows it.
pub fn check_title(run: &Run) -> String {
    let Some(checklist) = Checklist::of(run) else { return headline(run) };
    let (verified, all) = checklist.progress();
    let progress = match (verified == all, all) {
        (true, 1) => "The one step is verified".to_owned(),
        (true, 2) => "Both steps are verified".to_owned(),
        (true, all) => format!("All {all} steps are verified"),
        (false, all) => format!("{verified} of {} verified", count(all, "step")),
    };
    match &run.phase {
        Phase::InReview | Phase::Over(_) if verified == all => progress,
        Phase::Stuck { reason, .. } => plain(&format!("{progress} · {}", stuck::plain_reason(run, reason)), 140),
        Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Over(_) => {
            format!("{progress} · {}", headline(run))
        }
    }
}

/// The checklist as in the pull request, after where the run stands.
pub fn check_summary(run: &Run) -> String {
    let mut out = super::standing(run);
    if let Some(checklist) = Checklist::of(run) {
        out.push_str(&checklist::steps(&checklist));
        out.push_str(&checklist::criteria(&checklist));
    }
    out.push_str(&format!("\n<sub>A success means that every step of the specification in #{} is verified by CI.</sub>\n", run.issue));
    out
}
