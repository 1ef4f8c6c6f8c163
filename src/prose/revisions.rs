//! What was done after the steps: reviews that were worked on, merges of the base.

use super::text::{code, count, lines};
use crate::workflow::{Cause, Round, Run, Unit};

/// The rounds that led to a commit, under a line of their own; nothing where there are none.
pub fn revisions(run: &Run) -> String {
    let rounds = run.reviews.rounds.iter().enumerate().filter(|(_, round)| round.state.commit.is_some());
    let all: Vec<String> = rounds.map(|(index, round)| line(run, index, round)).collect();
    if all.is_empty() {
        return String::new();
    }
    format!("\n**After the steps**\n\n{}", lines(all, |n| format!("- and {n} more\n")))
}

fn line(run: &Run, index: usize, round: &Round) -> String {
    let commits: Vec<String> = round.items.iter().filter_map(|item| item.commit.as_ref()).map(|commit| commit.short().to_owned()).collect();
    let repairs = run.mending.repairs.iter().filter(|repair| repair.unit == Unit::Round(index) && repair.commit.is_some()).count();
    let repairs = if repairs == 0 { String::new() } else { format!(" and {}", count(repairs, "repair")) };
    let what = match &round.cause {
        Cause::Review { by, .. } => format!("review by {}", code(by.as_str())),
        Cause::Base { .. } => {
            let base = run.plan.as_ref().map_or_else(|| "the base".to_owned(), |plan| code(plan.base_branch.as_str()));
            format!("{base} merged in")
        }
    };
    format!("- {what} · {}{repairs}\n", commits.join(", "))
}
