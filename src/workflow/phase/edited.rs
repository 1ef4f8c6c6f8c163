//! The specification was read again after building began: what changed is built anew, what did not keeps its commits.

use super::{asking, building, stuck};
use crate::domain::Timestamp;
use crate::specification::{self, Comparison, Fate, Gap, GapKind};
use crate::workflow::{Decision, Effect, Message, Phase, Plan, Reading, Removed, Revision, Run, Stage, StepState, StuckReason};

pub fn read_again(mut run: Run, read: Reading, now: Timestamp) -> Decision {
    if let Phase::Building { stage: Stage::Pushing { .. }, .. } = run.phase {
        run.talk.edited_meanwhile = true;
        return Decision::moved(run, Vec::new());
    }
    if super::reading::is_behind(&run, &read) {
        return Decision::moved(run, vec![Effect::ReadSpecification]);
    }
    let Some(plan) = run.plan.as_ref() else {
        return Decision::Pass("there is no plan");
    };
    // Whose edit does not count is told, though nothing else comes of it.
    let other_ignored = run.talk.ignored != read.ignored;
    super::reading::heard(&mut run.text_hash, &mut run.talk, &read);
    let comparison = specification::compare(&plan.specification.steps, &read.specification.steps);
    let needs_model = unwritable(plan, &read, &comparison);
    let asked = asked(plan, &read, &comparison);
    let asked_before = run.questions.clone();
    run.questions = super::reading::merged(std::mem::take(&mut run.questions), asked);
    let asks_anew = run.questions != asked_before;
    if run.blocking_questions().any(|q| q.step.is_none()) {
        return asking::ask(run, now);
    }
    if !needs_model.is_empty() {
        return stuck::because(run, StuckReason::NeedsModel { steps: needs_model }, Phase::Reading, Vec::new(), now);
    }
    let seen = adopt(&mut run, read, &comparison) || asks_anew;
    go_on(run, &comparison, seen, now).then(other_ignored.then_some(Effect::Say(Message::Status)).into_iter().collect())
}

/// Where the run goes on with the plan as it is now.
fn go_on(mut run: Run, comparison: &Comparison, seen: bool, now: Timestamp) -> Decision {
    let mut news = Vec::new();
    if seen && run.pull.is_some() {
        news.push(Effect::ShowChecklist);
    }
    if seen && !run.questions.is_empty() {
        news.push(Effect::Say(Message::Questions));
    }
    if run.blocking_questions().next().is_some() {
        return asking::ask(run, now).after(news);
    }
    let waits = match &mut run.phase {
        Phase::Reading | Phase::Asking => false,
        Phase::Planned | Phase::Over(_) => true,
        Phase::Building { .. } | Phase::Finishing | Phase::Revising { .. } | Phase::InReview => comparison.is_same(),
        // What the run is stuck at is there as it was.
        Phase::Stuck { reason, from } => **from != Phase::Reading && moved(reason, from, comparison),
    };
    if !waits {
        return building::resume(run, news, now);
    }
    if seen {
        news.push(Effect::Say(Message::Status));
    }
    Decision::moved(run, news)
}

/// Points a reason and what it holds up at where their step stands now; `false` when that step is another one or gone.
fn moved(reason: &mut StuckReason, from: &mut Phase, comparison: &Comparison) -> bool {
    let to = |step: &mut usize| match comparison.now(*step) {
        Some((now, true)) => {
            *step = now;
            true
        }
        Some((_, false)) | None => false,
    };
    let held = match from {
        Phase::Building { step, .. } => to(step),
        Phase::Reading
        | Phase::Asking
        | Phase::Planned
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::InReview
        | Phase::Stuck { .. }
        | Phase::Over(_) => true,
    };
    held && match reason {
        StuckReason::EditRefused { step, .. }
        | StuckReason::ChecksRed { step, .. }
        | StuckReason::ChecksCancelled { step, .. }
        | StuckReason::ChecksTimedOut { step, .. }
        | StuckReason::OutOfBudget { step, .. }
        | StuckReason::GaveUp { step, .. } => to(step),
        StuckReason::NotPermitted { .. }
        | StuckReason::EditedByStranger { .. }
        | StuckReason::SettingsBroken { .. }
        | StuckReason::NeedsModel { .. }
        | StuckReason::BranchRewritten
        | StuckReason::RoundUnverified { .. }
        | StuckReason::RoundOutOfBudget { .. }
        | StuckReason::Conflicts { .. }
        | StuckReason::TooManyRounds { .. }
        | StuckReason::Refused { .. } => comparison.is_same(),
    }
}

/// Takes the new version for the plan; whether anything that people see is different.
fn adopt(run: &mut Run, read: Reading, comparison: &Comparison) -> bool {
    let Some(plan) = run.plan.as_mut() else { return false };
    let seen = plan.specification != read.specification || plan.hash != read.hash;
    if plan.hash != read.hash || !comparison.is_same() {
        run.talk.revision = Some(revision(plan, &read, comparison));
        let gone = comparison.removed.iter().filter_map(|from| removed(plan, *from));
        run.talk.removed.extend(gone);
        // A step that is back is built as any other.
        run.talk.removed.retain(|gone| !read.specification.steps.iter().any(|step| step.title == gone.title));
    }
    plan.built_before = plan.has_commits();
    let fresh = plan.fresh_attempt();
    let states = comparison.fates.iter().map(|fate| match fate {
        Fate::Same(from) => plan.steps.get(*from).cloned().unwrap_or_default(),
        Fate::Changed(_) | Fate::New => StepState { attempt: fresh, ..StepState::default() },
    });
    plan.steps = states.collect();
    plan.specification = read.specification;
    // A box that somebody ticked after the step was built says nothing new.
    for (step, state) in plan.specification.steps.iter_mut().zip(&plan.steps) {
        step.done &= state.commit.is_none();
    }
    plan.title = read.title;
    plan.text = read.text;
    plan.hash = read.hash;
    for question in run.questions.iter_mut().filter(|q| q.step.is_some()) {
        match question.step.and_then(|step| comparison.now(step)) {
            Some((now, true)) => question.step = Some(now),
            Some((_, false)) | None => question.settled = true,
        }
    }
    if let Phase::Building { step, .. } = &mut run.phase
        && let Some((now, _)) = comparison.now(*step)
    {
        *step = now;
    }
    seen
}

fn removed(plan: &Plan, from: usize) -> Option<Removed> {
    let (step, state) = (plan.specification.steps.get(from)?, plan.steps.get(from)?);
    let commit = state.commit.clone().filter(|_| !state.unchanged && !state.lost)?;
    Some(Removed { number: step.number.clone(), title: step.title.clone(), commit })
}

fn revision(plan: &Plan, read: &Reading, comparison: &Comparison) -> Revision {
    let mut revision = Revision::default();
    let number = |at: usize| plan.specification.steps.get(at).map(|s| s.number.clone()).unwrap_or_default();
    let mut last = None;
    for (step, fate) in read.specification.steps.iter().zip(&comparison.fates) {
        match fate {
            Fate::New => revision.added.push(step.number.clone()),
            Fate::Changed(from) => {
                revision.changed.push(step.number.clone());
                if plan.steps.get(*from).is_some_and(|state| state.commit.is_some() && !state.unchanged) {
                    revision.rebuilt.push(step.number.clone());
                }
            }
            Fate::Same(from) => {
                revision.unchanged += 1;
                if number(*from) != step.number {
                    revision.renumbered.push((number(*from), step.number.clone()));
                }
            }
        }
        if let Fate::Same(from) | Fate::Changed(from) = fate {
            revision.reordered |= last.is_some_and(|last| *from < last);
            last = Some(*from);
        }
    }
    revision.removed = comparison.removed.iter().map(|from| number(*from)).collect();
    revision
}

/// What the new version leaves unclear in steps that are still to be built, and which built steps it lacks.
fn asked(plan: &Plan, read: &Reading, comparison: &Comparison) -> Vec<Gap> {
    let built =
        |at: usize| matches!(comparison.fates.get(at), Some(Fate::Same(from)) if plan.steps.get(*from).is_some_and(|s| s.commit.is_some()));
    let steps = &read.specification.steps;
    let step_of = |gap: &Gap| steps.iter().rposition(|step| step.document == gap.document && step.line <= gap.line);
    // That a sub-issue's new text is not followed is told whether or not its step is built.
    let open = read.gaps.iter().filter(|gap| gap.kind == GapKind::SubIssue || !step_of(gap).is_some_and(built)).cloned();
    let gone = comparison.removed.iter().filter_map(|from| removed(plan, *from));
    open.chain(gone.map(|step| specification::step_removed(&step.number, &step.title, step.commit.short()))).collect()
}

/// Steps in prose that are to be built and that nobody here can write.
fn unwritable(plan: &Plan, read: &Reading, comparison: &Comparison) -> Vec<String> {
    let is_built = |fate: &Fate| matches!(fate, Fate::Same(from) if plan.steps.get(*from).is_some_and(|s| s.commit.is_some()));
    let open = read.specification.steps.iter().zip(&comparison.fates).filter(|(_, fate)| !is_built(fate));
    open.filter(|(step, _)| read.needs_model.contains(&step.number)).map(|(step, _)| step.number.clone()).collect()
}
