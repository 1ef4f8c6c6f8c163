//! Steps that wait for the approval of a person: a plan as it was read, or one that a model proposes.

use super::text::{code, count, inline, lines, list, listed};
use crate::workflow::{Phase, Plan, Proposal, Run};

pub fn comment(run: &Run) -> String {
    match (&run.phase, &run.plan, &run.talk.proposal) {
        (Phase::Planned, Some(plan), _) => planned(run, plan),
        (Phase::Asking, None, Some(proposal)) => proposed(run, proposal),
        (_, Some(plan), _) if run.talk.plan_given.is_none() => settled(run, plan),
        _ => given(run),
    }
}

fn planned(run: &Run, plan: &Plan) -> String {
    format!(
        "@{}, this is what would be built, one commit for each of the {}:\n\n{}\n`/journeyman approve` begins. To change the plan, edit the \
         specification; the list here follows it.\n",
        run.asked_by,
        count(plan.specification.steps.len(), "step"),
        listing(plan)
    )
}

/// The plan that waited was approved, or the issue has steps by now.
fn settled(run: &Run, plan: &Plan) -> String {
    let head = match (&run.talk.approved, &run.talk.approved_by) {
        (Some(_), Some(by)) => format!("The plan was approved by {by}:"),
        (Some(_), None) => "The plan was approved:".to_owned(),
        (None, _) => "The issue has steps by now, and these are built:".to_owned(),
    };
    format!("{head}\n\n{}", listing(plan))
}

fn listing(plan: &Plan) -> String {
    let steps = &plan.specification.steps;
    let rows = steps.iter().map(|step| {
        let files = if step.files.is_empty() { String::new() } else { format!(" · {}", list(&step.files, 6)) };
        let done = match (step.done, step.optional) {
            (true, _) => " · done before",
            (false, true) => " · optional, left out",
            (false, false) => "",
        };
        format!("- **{}** {}{files}{done}\n", inline(&step.number), inline(&step.title))
    });
    lines(rows, |n| format!("- and {n} more\n"))
}

fn proposed(run: &Run, proposal: &Proposal) -> String {
    let text = match &proposal.outcome {
        Ok(text) => text.as_data(),
        Err(why) => {
            let please = "Please write them into the issue, or below `/journeyman approve` in a comment.";
            return format!("No steps could be proposed: {}. {please}\n", inline(why));
        }
    };
    let remarks = if proposal.remarks.is_empty() { String::new() } else { format!("{}\n\n", proposal.remarks.trim_end()) };
    format!(
        "@{}, the issue has no steps in an order. These are proposed, in its own words:\n\n{}\n\n{remarks}---\n\n`/journeyman approve` \
         builds them as they stand, one commit for each; what you write below it is told to whoever writes them. To have other steps, \
         write those below it, or into the issue.\n\n<sub>Proposed by {}: {}.</sub>\n",
        run.asked_by,
        text.trim_end(),
        code(&proposal.by),
        super::spent(&proposal.spent),
    )
}

/// The plan is settled: what became of it.
fn given(run: &Run) -> String {
    match &run.talk.plan_given {
        Some(given) if run.is_frozen() => {
            let steps = run.plan.iter().flat_map(|plan| &plan.specification.steps).map(|step| step.title.clone()).collect::<Vec<_>>();
            format!("Approved by {}: {}.\n", given.by, listed(&steps, 6, inline))
        }
        Some(given) => format!("Approved by {}.\n", given.by),
        None => "The plan is shown here when nothing is left to ask.\n".to_owned(),
    }
}
