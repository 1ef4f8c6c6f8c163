//! Reading: the specification, the repository at its base, and whether whoever labelled the issue may ask for it.

use super::{asking, building, over, stuck};
use crate::domain::{BranchName, Login, Timestamp};
use crate::spec::Gap;
use crate::workflow::{Decision, Effect, Ending, Message, Phase, Plan, Question, Reading, Run, Settings, StepState, StuckReason, begin};

/// A run for an issue whose earlier one is over.
pub fn again(run: Run, by: Login, settings: Settings) -> Decision {
    let read_to = run.comments_read_to;
    let (run, effects) = begin(run.repo, run.issue, run.installation, by, run.attempt + 1, settings);
    // What was ordered of an earlier run is no order to this one.
    Decision::moved(Run { comments_read_to: read_to, ..run }, effects)
}

pub fn reread(run: Run) -> Decision {
    Decision::moved(Run { phase: Phase::Reading, wake_at: None, ..run }, vec![Effect::ReadSpecification])
}

/// The specification was read: ask, begin to build, or say why neither can be done.
pub fn done(mut run: Run, read: Reading, now: Timestamp) -> Decision {
    run.text_hash = Some(read.hash.clone());
    run.questions = merged(std::mem::take(&mut run.questions), read.gaps);
    if run.blocking_questions().next().is_some() {
        return asking::ask(run, now);
    }
    let mut effects = Vec::new();
    if !run.questions.is_empty() {
        effects.push(Effect::Say(Message::Questions));
    }
    if !read.needs_model.is_empty() {
        return stuck::because(run, StuckReason::NeedsModel { steps: read.needs_model }, Phase::Reading, effects, now);
    }
    run.branch = Some(branch_name(&run, read.title.as_data()));
    run.head = Some(read.base.clone());
    run.plan = Some(Plan {
        steps: vec![StepState::default(); read.specification.steps.len()],
        specification: read.specification,
        title: read.title,
        text: read.text,
        repository: read.repository,
        hash: read.hash,
        base: read.base,
        base_branch: read.base_branch,
        has_workflows: read.has_workflows,
        base_checks: None,
        head_checks: Vec::new(),
    });
    match run.next_step(0) {
        Some(step) => building::write(run, step, effects),
        None => over::end(run, Ending::NothingToDo, effects),
    }
}

/// Questions keep their numbers and answers; a gap that is gone settles its question.
fn merged(mut questions: Vec<Question>, gaps: Vec<Gap>) -> Vec<Question> {
    for question in &mut questions {
        question.settled = !gaps.iter().any(|gap| same(gap, &question.gap));
    }
    for gap in gaps {
        match questions.iter_mut().find(|q| same(&q.gap, &gap)) {
            Some(question) => question.gap = gap,
            None => questions.push(Question { number: questions.len() + 1, gap, answer: None, settled: false, step: None }),
        }
    }
    questions
}

fn same(one: &Gap, other: &Gap) -> bool {
    one.kind == other.kind && one.question == other.question
}

/// `journeyman/12-greet-people-by-name` or as configured, and `…-2` for a second attempt.
fn branch_name(run: &Run, title: &str) -> BranchName {
    let mut name = run.settings.branch.as_ref().map_or_else(|| named_after(run, title), |configured| configured.to_string());
    if run.attempt > 1 {
        name.push_str(&format!("-{}", run.attempt));
    }
    BranchName::new(name)
}

fn named_after(run: &Run, title: &str) -> String {
    let words = BranchName::words(title);
    let mut name = format!("journeyman/{}", run.issue);
    if !words.is_empty() {
        name.push('-');
        name.push_str(&words);
    }
    name
}
