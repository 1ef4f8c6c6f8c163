//! Steps that wait for the approval of a person: a plan as it was read, or one that a model proposes.

use super::status;
use super::text::{code, count, inline, lines, list};
use crate::workflow::{Phase, Plan, Proposal, Run};

pub fn comment(run: &Run) -> String {
    match (&run.phase, &run.plan, &run.talk.proposal) {
        (Phase::Planned, Some(plan), _) => planned(run, plan),
        (Phase::Asking, None, Some(proposal)) => proposed(run, proposal),
        _ => given(run),
    }
}

fn planned(run: &Run, plan: &Plan) -> String {
    let commits = match plan.steps.len() {
        1 => "as one commit".to_owned(),
        steps => format!("one commit for each of the {}", count(steps, "step")),
    };
    format!(
        "@{}, this is what would be built, {commits}:\n\n{}\n`/journeyman approve` begins. To change the plan, edit the specification; the \
         list here follows it.\n",
        run.asked_by,
        steps(plan)
    )
}

fn steps(plan: &Plan) -> String {
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
    let by = run.talk.plan_given.as_ref().map(|given| &given.by).or(run.talk.approved_by.as_ref());
    match (by, &run.plan, &run.phase) {
        (_, _, Phase::Over(_)) => format!("No longer waits for an approval. {}.\n", status::headline(run)),
        (Some(by), Some(plan), _) => format!("Approved by {by}, and built as the status comment says:\n\n{}", steps(plan)),
        (Some(by), None, _) => format!("Approved by {by}.\n"),
        (None, Some(plan), _) => format!("The issue has steps by now, and these are built:\n\n{}", steps(plan)),
        (None, None, _) => "The plan is shown here when nothing is left to ask.\n".to_owned(),
    }
}
