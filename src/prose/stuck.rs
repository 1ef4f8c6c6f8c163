//! Why the run waits for a person, and what that person can do.

use super::text::{code, inline, list};
use crate::workflow::{Phase, Run, StuckReason};

pub fn comment(run: &Run) -> String {
    let Phase::Stuck { reason, .. } = &run.phase else {
        return "This is settled; the run went on.\n".to_owned();
    };
    let (what, remedy) = (explained(run, reason), remedy(reason));
    format!("@{}, the run waits for you. {what}\n\n{remedy}\n\nNothing is lost: what was built stays on the branch.\n", run.asked_by)
}

fn explained(run: &Run, reason: &StuckReason) -> String {
    let name = |step: &usize| step_name(run, *step);
    match reason {
        StuckReason::NotPermitted { login } => {
            format!("The label was set by {login}, who has no write permission on this repository.")
        }
        StuckReason::NeedsModel { steps } => {
            format!("These steps are in prose and no model is configured to write them: {}.", list(steps, 12))
        }
        StuckReason::EditRefused { step, path, line, why } => {
            format!("**{}** does not apply to {} (line {line} of the specification): {}", name(step), code(path), inline(why))
        }
        StuckReason::ChecksRed { step, failing } => format!("**{}** turned CI red: {} failed.", name(step), list(failing, 5)),
        StuckReason::ChecksCancelled { step, cancelled } => {
            format!("**{}**: {} was cancelled, so that nobody knows whether it passes.", name(step), list(cancelled, 5))
        }
        StuckReason::ChecksTimedOut { step } => format!("**{}**: CI did not end in time.", name(step)),
        StuckReason::BranchRewritten => "The branch was rewritten or deleted, and commits of this run are no longer on it.".to_owned(),
        StuckReason::Refused { what, why } => format!("It failed to {what}: {}", inline(why)),
    }
}

fn remedy(reason: &StuckReason) -> &'static str {
    match reason {
        StuckReason::NotPermitted { .. } => "Somebody with write permission can remove the label and set it again.",
        StuckReason::NeedsModel { .. } => {
            "Write the change of each of these steps as an exact edit (a whole file, a diff, or search/replace blocks); \
             the run reads the edited specification by itself."
        }
        StuckReason::EditRefused { .. } => {
            "Mend the step, then stop this run and label the issue again, or mend the branch and comment `/journeyman retry`."
        }
        StuckReason::ChecksRed { .. } | StuckReason::ChecksCancelled { .. } => {
            "Re-run the checks (the run goes on by itself when they pass), or push a repair to the branch and comment `/journeyman retry`."
        }
        StuckReason::ChecksTimedOut { .. } => "When CI has ended, comment `/journeyman retry`.",
        StuckReason::BranchRewritten => "Put the commits back and comment `/journeyman retry`, or remove the label to end the run.",
        StuckReason::Refused { .. } => "When the cause is mended, comment `/journeyman retry`.",
    }
}

fn step_name(run: &Run, step: usize) -> String {
    let title = run.plan.as_ref().and_then(|p| p.specification.steps.get(step)).map(|s| (s.number.as_str(), s.title.as_str()));
    title.map_or_else(|| format!("Step {}", step + 1), |(number, title)| format!("Step {} “{}”", inline(number), inline(title)))
}

/// The reason on one line, for the terminal and the journal.
pub fn plain_reason(run: &Run, reason: &StuckReason) -> String {
    match reason {
        StuckReason::EditRefused { step, path, line, why } => {
            format!("{} does not apply: {path} (line {line} of the specification): {why}", step_name(run, *step))
        }
        StuckReason::NotPermitted { .. }
        | StuckReason::NeedsModel { .. }
        | StuckReason::ChecksRed { .. }
        | StuckReason::ChecksCancelled { .. }
        | StuckReason::ChecksTimedOut { .. }
        | StuckReason::BranchRewritten
        | StuckReason::Refused { .. } => explained(run, reason).replace("**", ""),
    }
}
