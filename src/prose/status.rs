//! The status comment: what was understood, where the run stands, what it waits for.

use super::text::{cell, code, count, inline, lines, list, listed, was};
use crate::workflow::checklist::{Checklist, Standing};
use crate::workflow::{Cause, Ending, Phase, Revision, Run, Stage, Understood, Unit};

pub fn comment(run: &Run) -> String {
    let mut out = format!("**{}**", headline(run));
    if let Some(pull) = run.pull {
        out.push_str(&format!(" · pull request #{pull}"));
    }
    out.push('\n');
    out.push_str(&notes(run));
    let (Some(plan), Some(checklist)) = (run.plan.as_ref(), Checklist::of(run)) else {
        out.push_str(&understood(&run.talk.understood));
        return out;
    };
    out.push_str("\n| | Step | Files | |\n|--:|:--|:--|:--|\n");
    let rows = plan.specification.steps.iter().zip(&checklist.steps).map(|(step, line)| {
        let commit = line.commit.as_ref().map(|c| format!(" · {}", c.short())).unwrap_or_default();
        let cells = [inline(&line.number), inline(&line.title), list(&step.files, 3), in_words(&line.standing) + &commit];
        format!("| {} |\n", cells.map(|markdown| cell(&markdown)).join(" | "))
    });
    out.push_str(&lines(rows, |n| format!("\nAnd {n} more.\n")));
    out.push_str(&format!("\n<sub>On {} at {}. {}</sub>\n", code(plan.base_branch.as_str()), plan.base.short(), what_can_be_done(run)));
    out
}

/// The steps before there is a plan, so that a misunderstanding is seen while it costs nothing.
fn understood(steps: &[Understood]) -> String {
    if steps.is_empty() {
        return String::new();
    }
    let rows = steps.iter().map(|step| {
        let cells = [inline(&step.number), inline(&step.title), list(&step.files, 3)];
        format!("| {} |\n", cells.map(|markdown| cell(&markdown)).join(" | "))
    });
    format!("\nUnderstood so far:\n\n| | Step | Files |\n|--:|:--|:--|\n{}", lines(rows, |n| format!("\nAnd {n} more.\n")))
}

fn what_can_be_done(run: &Run) -> &'static str {
    match run.phase {
        Phase::Planned => "`/journeyman approve` begins, `/journeyman stop` ends the run.",
        Phase::Reading | Phase::Asking | Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } => {
            "An edit of the specification is compared step by step. `/journeyman stop` ends the run and keeps the work, `/journeyman help` says more."
        }
        Phase::InReview => "`/journeyman stop` ends the run and keeps the work.",
        Phase::Stuck { .. } => "`/journeyman retry` goes on, `/journeyman stop` ends the run and keeps the work.",
        Phase::Over(Ending::Cancelled { .. }) => "`/journeyman resume` goes on. Label the issue again for another run.",
        Phase::Over(Ending::Closed) => "Reopen the pull request, and the run goes on where it was. Label the issue again for another run.",
        Phase::Over(_) => "Label the issue again for another run.",
    }
}

/// Where the run stands, in one line.
pub fn headline(run: &Run) -> String {
    let total = run.plan.as_ref().map_or(0, |p| p.steps.len());
    match &run.phase {
        Phase::Reading => "Reading the specification".into(),
        Phase::Asking => format!("Waiting for {}", count(run.blocking_questions().count(), "answer")),
        Phase::Planned => "The plan waits for approval".into(),
        Phase::Building { step, stage: Stage::Writing | Stage::Pushing { .. } } => format!("Building step {} of {total}", step + 1),
        Phase::Building { step, stage: Stage::Verifying } => format!("Step {} of {total} is with CI", step + 1),
        Phase::Building { step, stage: Stage::Diagnosing } => format!("Looking into what CI says of step {} of {total}", step + 1),
        Phase::Building { step, stage: Stage::Fixing } if run.mending.completes(Unit::Step(*step)) => {
            format!("Completing step {} of {total}", step + 1)
        }
        Phase::Building { step, stage: Stage::Fixing } => {
            format!("Repairing step {} of {total}, attempt {}", step + 1, run.mending.attempt(Unit::Step(*step)))
        }
        Phase::Finishing => "Checking every step once more".into(),
        Phase::Revising { round, stage } => revising(run, *round, stage),
        Phase::InReview if Checklist::of(run).is_some_and(|c| c.progress().0 == c.progress().1) => "Built and verified".into(),
        Phase::InReview => "Built, not verified by CI".into(),
        Phase::Stuck { .. } => "Waiting for a person".into(),
        Phase::Over(Ending::Merged) => thanks(run),
        Phase::Over(Ending::Closed) => "Over: the pull request was closed; the branch is kept".into(),
        Phase::Over(Ending::Cancelled { by: Some(by) }) => format!("Stopped by {by}; the work is kept"),
        Phase::Over(Ending::Cancelled { by: None }) => "Stopped; the work is kept".into(),
        Phase::Over(Ending::NothingToDo) => "Nothing to do: every step is marked as done".into(),
    }
}

/// To whoever asked for it and whoever reviewed it.
fn thanks(run: &Run) -> String {
    let mut people = vec![run.asked_by.to_string()];
    for round in &run.reviews.rounds {
        if let Cause::Review { by, by_bot: false, .. } = &round.cause
            && !people.contains(&by.to_string())
        {
            people.push(by.to_string());
        }
    }
    format!("Merged. Thank you, {}", listed(&people, 5, str::to_owned))
}

fn revising(run: &Run, round: usize, stage: &Stage) -> String {
    let what = match run.reviews.rounds.get(round).map(|round| &round.cause) {
        Some(Cause::Review { by, .. }) => format!("the review by {by}"),
        Some(Cause::Base { .. }) => "the merge of the base".to_owned(),
        None => "the revision".to_owned(),
    };
    match stage {
        Stage::Writing | Stage::Pushing { .. } => format!("Working on {what}"),
        Stage::Verifying => format!("What was changed for {what} is with CI"),
        Stage::Diagnosing => format!("Looking into what CI says after {what}"),
        Stage::Fixing => format!("Repairing what CI found after {what}, attempt {}", run.mending.attempt(Unit::Round(round))),
    }
}

/// Where the run stands and what it waits for, in a few lines.
pub fn standing(run: &Run) -> String {
    let mut out = format!("**{}**", headline(run));
    if let Some(pull) = run.pull {
        out.push_str(&format!(" · pull request #{pull}"));
    }
    if let Some(checklist) = Checklist::of(run) {
        let (verified, all) = checklist.progress();
        out.push_str(&format!(" · {verified} of {all} verified"));
    }
    let open = run.blocking_questions().map(|q| q.number.to_string()).collect::<Vec<_>>();
    if !open.is_empty() {
        out.push_str(&format!(
            "\n\nWaits for an answer to {} {}.",
            if open.len() == 1 { "question" } else { "questions" },
            open.join(", ")
        ));
    }
    if let Phase::Stuck { reason, .. } = &run.phase {
        out.push_str(&format!("\n\n{}", super::stuck::in_a_sentence(run, reason)));
    }
    out.push('\n');
    out
}

/// What was seen beside the steps.
fn notes(run: &Run) -> String {
    let mut notes = Vec::new();
    notes.extend(run.talk.revision.as_ref().map(revision));
    notes.extend(
        run.talk
            .ignored
            .as_ref()
            .map(|ignored| format!("An edit by {}, who may not write to this repository, does not count.", code(ignored.by.as_str()))),
    );
    notes.extend((!run.talk.removed.is_empty()).then(|| format!("No longer in the specification, and kept as built: {}.", kept(run))));
    let unseen = super::unseen_note(run.unseen());
    notes.extend((!unseen.is_empty()).then(|| unseen.trim_end().to_owned()));
    notes.extend(super::left_out_note(run.left_out()));
    notes.iter().map(|note| format!("\n{note}\n")).collect()
}

/// What the newest edit of the specification changed.
fn revision(revision: &Revision) -> String {
    let numbers = |numbers: &[String]| listed(numbers, 12, inline);
    let mut parts = Vec::new();
    let mut part = |list: &[String], one: &str, several: &str| match list {
        [] => {}
        [number] => parts.push(format!("step {} {one}", inline(number))),
        _ => parts.push(format!("steps {} {several}", numbers(list))),
    };
    let later: Vec<String> = revision.changed.iter().filter(|number| !revision.rebuilt.contains(number)).cloned().collect();
    part(&revision.rebuilt, "changed and is built anew, as a new commit", "changed and are built anew, as new commits");
    part(&later, "changed before it was built", "changed before they were built");
    part(&revision.added, "is new", "are new");
    part(&revision.removed, "is gone", "are gone");
    let moved: Vec<String> = revision.renumbered.iter().map(|(from, to)| format!("{} is now {}", inline(from), inline(to))).collect();
    if !moved.is_empty() {
        parts.push(format!("with the same words, {}", listed(&moved, 12, str::to_owned)));
    }
    if revision.reordered {
        parts.push("the order is another".to_owned());
    }
    if parts.is_empty() {
        return "The specification was edited; its steps are the same.".to_owned();
    }
    let kept = if revision.unchanged == 0 { String::new() } else { format!(" {} unchanged.", count(revision.unchanged, "step")) };
    format!("The specification was edited: {}.{kept}", parts.join("; "))
}

/// Steps that were taken out of the specification after they were built, with their commits.
pub fn kept(run: &Run) -> String {
    let kept: Vec<String> = run.talk.removed.iter().map(|step| format!("{} · {}", inline(&step.title), step.commit.short())).collect();
    listed(&kept, 12, str::to_owned)
}

/// A step's standing in a few words.
pub fn in_words(standing: &Standing) -> String {
    match standing {
        Standing::DoneBefore => "done before".into(),
        Standing::LeftOut => "optional, left out".into(),
        Standing::Waiting => "waiting".into(),
        Standing::Building => "in hand".into(),
        Standing::Pending => "⏳ waiting for CI".into(),
        Standing::Verified { checks } => format!("✅ {} passed", count(*checks, "check")),
        Standing::VerifiedUnchanged => "✅ no change needed, checks pass".into(),
        Standing::Red { failing } => format!("❌ {} failed", list(failing, 3)),
        Standing::TimedOut { pending } => format!("⌛ {} did not report", list(pending, 3)),
        Standing::VerifiedLocally { commands } => format!("✅ verified locally by {}", list(commands, 2)),
        Standing::RedOnBaseToo { failing } => format!("⚠️ {} failed, as on the base", list(failing, 3)),
        Standing::Cancelled { cancelled } => format!("⚠️ {} {} cancelled", list(cancelled, 3), was(cancelled)),
        Standing::NotChecked => "⚠️ no CI ran".into(),
        Standing::Lost => "⚠️ the commit left the branch".into(),
    }
}
