//! Why the run waits for a person, and what that person can do.

use super::failures;
use super::merge;
use super::settings::{SETTINGS_REMEDY, settings_comment, settings_line};
use super::spent;
use super::text::{code, count, inline, listed, plain, was};
use crate::domain::Payer;
use crate::workflow::{Cause, NotMended, Phase, Run, StuckReason};

/// The report of the time `number` that the run was stuck.
pub fn comment(run: &Run, number: u32) -> String {
    let Phase::Stuck { reason, .. } = &run.phase else { return SETTLED.to_owned() };
    if number != run.times_stuck {
        return SETTLED.to_owned();
    }
    if let StuckReason::SettingsBroken { problems } = reason {
        return format!("@{},\n\n{}", run.asked_by, settings_comment(problems));
    }
    let kept = *reason != StuckReason::BranchRewritten && run.plan.as_ref().is_some_and(|p| p.has_commits());
    let kept = if kept { " What was built so far stays on the branch." } else { "" };
    let found = failures::account(run, reason) + &merge::by_hand(run, reason);
    format!("@{}, {}\n\n{found}{}{kept}\n", run.asked_by, explained(run, reason, &MARKDOWN), remedy(reason))
}

const SETTLED: &str = "This is settled; the run went on.\n";

/// How other people's words are dressed.
struct Voice {
    name: fn(&str) -> String,
    line: fn(&str) -> String,
}

const MARKDOWN: Voice = Voice { name: code, line: inline };
const TERMINAL: Voice = Voice { name: |text| plain(text, 200), line: |text| plain(text, 400) };

fn explained(run: &Run, reason: &StuckReason, voice: &Voice) -> String {
    let step = |step: &usize| step_name(run, *step, voice);
    let names = |names: &[String], most| listed(names, most, voice.name);
    match reason {
        StuckReason::NotPermitted { login } => {
            format!("an issue is built for somebody who may write to this repository, and {} may not.", (voice.name)(login.as_str()))
        }
        StuckReason::EditedByStranger { login, hash: _ } => {
            format!("{} may not write to this repository, and edited the text after the label was set.", (voice.name)(login.as_str()))
        }
        StuckReason::SettingsBroken { problems } => settings_line(problems),
        StuckReason::NeedsModel { steps } => {
            let what = if steps.len() == 1 { "step" } else { "steps" };
            format!("no model is configured that could write {what} {} from prose.", names(steps, 12))
        }
        StuckReason::EditRefused { step: index, path, line, why } if path.is_empty() => {
            format!("{} cannot be built (line {line} of the specification): {}", step(index), ended((voice.line)(why)))
        }
        StuckReason::EditRefused { step: index, path, line, why } => {
            let (path, why) = ((voice.name)(path), (voice.line)(why));
            format!("{} does not apply to {path} (line {line} of the specification): {}", step(index), ended(why))
        }
        StuckReason::ChecksRed { step: index, failing, why } => {
            format!("CI is red at {}: {} failed{}", step(index), names(failing, 5), not_mended(why.as_ref(), voice))
        }
        StuckReason::ChecksCancelled { step: index, cancelled, why } => {
            let which = format!("{} {} cancelled", names(cancelled, 5), was(cancelled));
            format!("CI did not finish at {}: {which}{}", step(index), not_mended(why.as_ref(), voice))
        }
        StuckReason::ChecksTimedOut { step: index, pending } if pending.is_empty() => format!("CI did not end in time at {}.", step(index)),
        StuckReason::ChecksTimedOut { step: index, pending } => {
            format!("CI did not end in time at {}: {} did not report.", step(index), names(pending, 5))
        }
        StuckReason::RoundUnverified { round, checks, why } => {
            let which = format!("{} {} not green", names(checks, 5), was(checks));
            format!("CI is not green after {}: {which}{}", round_name(run, *round, voice), not_mended(why.as_ref(), voice))
        }
        StuckReason::RoundOutOfBudget { round, exhausted } => format!(
            "{} in {}. The run has cost {} so far.",
            spent::exhausted(exhausted),
            round_name(run, *round, voice),
            spent(&run.spent())
        ),
        StuckReason::Conflicts { files, why } if files.is_empty() => {
            format!("the base branch cannot be merged in: {}", ended((voice.line)(why)))
        }
        StuckReason::Conflicts { files, why } => {
            let base = run.plan.as_ref().map_or_else(|| "the base branch".into(), |plan| (voice.name)(plan.base_branch.as_str()));
            format!(
                "merging {base} into the branch leaves conflicts in {}, and they were not resolved: {}",
                names(files, 12),
                ended((voice.line)(why))
            )
        }
        StuckReason::TooManyRounds { by_bots, rounds } => {
            let by = if *by_bots { "programs" } else { "people" };
            format!(
                "{} of revising were asked for by {by}, as many as a pull request has without a word from you.",
                count(*rounds, "round")
            )
        }
        StuckReason::BranchRewritten => "the branch was rewritten or deleted, and commits of this run are no longer on it.".to_owned(),
        StuckReason::OutOfBudget { step: index, exhausted } => {
            let open = run.plan.as_ref().map_or(0, |p| p.specification.steps.len()) - built(run);
            format!(
                "{} at {}. The run has cost {} so far, and {} still to be built.",
                spent::exhausted(exhausted),
                step(index),
                spent(&run.spent()),
                if open == 1 { "1 step is".to_owned() } else { format!("{open} steps are") }
            )
        }
        StuckReason::GaveUp { step: index, why } => {
            format!("the implementer gave up at {}: {}", step(index), ended((voice.line)(why)))
        }
        StuckReason::Refused { what, why, may_heal: _ } => format!("the run failed to {what}: {}", ended((voice.line)(why))),
    }
}

/// Why red checks were left to a person, as the end of the sentence that says that they are red.
fn not_mended(why: Option<&NotMended>, voice: &Voice) -> String {
    match why {
        None => ".".into(),
        Some(NotMended::NoWriter) => {
            ". It was not repaired: exact edits are left as they are written, and no model or agent wrote this step.".into()
        }
        Some(NotMended::InARow(times)) => format!(", and still does after {} in a row.", count(*times, "repair")),
        Some(NotMended::InAll(times)) => format!(", and {} were made already, as many as this run may.", count(*times, "repair")),
        Some(NotMended::Systemic(others)) => format!(
            ". {} failed the same check within a day, so it is taken for the repository's trouble, and was not repaired.",
            count(*others, "other pull request")
        ),
        Some(NotMended::RunAgain) => ". It looks like the service and not the code; it was run again once, to no avail.".into(),
        Some(NotMended::NotRunAgain(why)) => {
            format!(". It looks like the service and not the code; it was not run again: {}", ended((voice.line)(why)))
        }
        Some(NotMended::GaveUp(why)) => format!(", and the implementer gave up: {}", ended((voice.line)(why))),
        Some(NotMended::NothingToRepair) => ", and the implementer saw nothing that it could repair.".into(),
        Some(NotMended::Unread(why)) => format!(". Why could not be seen: {}", ended((voice.line)(why))),
    }
}

/// Steps that have their commit, or need none.
fn built(run: &Run) -> usize {
    let Some(plan) = run.plan.as_ref() else { return 0 };
    plan.specification.steps.iter().zip(&plan.steps).filter(|(step, state)| !step.is_to_be_built() || state.commit.is_some()).count()
}

fn ended(sentence: String) -> String {
    if sentence.ends_with(['.', '!', '?']) { sentence } else { format!("{sentence}.") }
}

fn remedy(reason: &StuckReason) -> &'static str {
    match reason {
        StuckReason::NotPermitted { .. } => "Somebody who may write can comment `/journeyman retry`, and the run is theirs.",
        StuckReason::EditedByStranger { .. } => {
            "Read the text as it is now. When somebody who may write comments `/journeyman retry` or sets the label anew, it is \
             built as it stands; when they edit it, what they write is built."
        }
        StuckReason::SettingsBroken { .. } => SETTINGS_REMEDY,
        StuckReason::NeedsModel { .. } => {
            "Configure a model (`model.name`), or write the change of each as an exact edit: a whole file, a diff, or search/replace blocks. \
             The run reads the edited specification by itself."
        }
        StuckReason::EditRefused { .. } => {
            "Mend the step in the specification, and the run goes on by itself; or mend the file on the branch and comment `/journeyman retry`."
        }
        StuckReason::ChecksRed { .. } | StuckReason::ChecksCancelled { .. } | StuckReason::RoundUnverified { .. } => {
            "Re-run the checks, and the run goes on by itself when they pass; or push a repair to the branch and comment `/journeyman retry`."
        }
        StuckReason::ChecksTimedOut { .. } => "The run goes on by itself when CI ends green; `/journeyman retry` waits for it once more.",
        StuckReason::RoundOutOfBudget { .. } => {
            "The work so far is kept. `/journeyman retry` goes on with it and lets it spend as much again."
        }
        StuckReason::Conflicts { .. } => {
            "Merge the base into the branch and push, and the run goes on by itself; `/journeyman retry` tries the merge once more."
        }
        StuckReason::TooManyRounds { .. } => "`/journeyman resume` lets it go on with as many again.",
        StuckReason::BranchRewritten => {
            "Shall they be built anew? `/journeyman retry` builds each dropped step as a new commit on top of what the branch holds now. Put the \
             commits back instead, and the run goes on by itself."
        }
        StuckReason::OutOfBudget { exhausted, .. } => match exhausted.payer {
            Payer::Step | Payer::Run => "The work so far is kept. `/journeyman retry` goes on with it and lets it spend as much again.",
            Payer::RepositoryToday | Payer::ServerToday => {
                "The work so far is kept. The day ends at midnight UTC; `/journeyman retry` goes on after that, or when the operator allows more."
            }
        },
        StuckReason::GaveUp { .. } => {
            "`/journeyman retry` tries the step afresh. Or say it more exactly in the specification, and the run goes on by itself."
        }
        StuckReason::Refused { may_heal: true, .. } => "The run tries again by itself; `/journeyman retry` does so at once.",
        StuckReason::Refused { may_heal: false, .. } => "When the cause is mended, comment `/journeyman retry`.",
    }
}

fn step_name(run: &Run, step: usize, voice: &Voice) -> String {
    let named = run.plan.as_ref().and_then(|p| p.specification.steps.get(step));
    named.map_or_else(|| format!("step {}", step + 1), |s| format!("step {} “{}”", (voice.line)(&s.number), (voice.line)(&s.title)))
}

fn round_name(run: &Run, round: usize, voice: &Voice) -> String {
    match run.reviews.rounds.get(round).map(|round| &round.cause) {
        Some(Cause::Review { by, .. }) => format!("the review by {}", (voice.name)(by.as_str())),
        Some(Cause::Base { .. }) => "the merge of the base branch".into(),
        None => "a revision".into(),
    }
}

/// The reason inside other Markdown.
pub fn in_a_sentence(run: &Run, reason: &StuckReason) -> String {
    let explained = explained(run, reason, &MARKDOWN);
    let mut chars = explained.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The reason on one line, for the terminal and the journal.
pub fn plain_reason(run: &Run, reason: &StuckReason) -> String {
    explained(run, reason, &TERMINAL)
}
