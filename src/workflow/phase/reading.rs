//! Reading: the specification, the repository at its base, and whether whoever labelled the issue may ask for it.

use super::{asking, building, over, planned, stuck};
use crate::domain::{BranchName, Login, Timestamp};
use crate::specification::{Gap, GapKind, Step};
use crate::workflow::{
    Accepted, Conversation, Decision, Effect, Ending, Message, Phase, Plan, Question, Reading, Run, Settings, StepState, StuckReason,
    Understood, answers_to_follow, begin,
};

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
    if is_behind(&run, &read) {
        return reread(run);
    }
    heard(&mut run.text_hash, &mut run.talk, &read);
    run.questions = merged(std::mem::take(&mut run.questions), read.gaps.clone());
    run.talk.understood = read.specification.steps.iter().map(understood).collect();
    if run.blocking_questions().next().is_some() {
        let wanting = read.can_propose && run.blocking_questions().any(|q| q.gap.kind == GapKind::NoSteps);
        let known = run.talk.proposal.as_ref().is_some_and(|proposal| proposal.hash == read.hash);
        let propose = (wanting && !known).then_some(Effect::Propose);
        // What stood there is no plan any more.
        let gone = (run.talk.proposal.is_none() && run.said.contains_key(&Message::Plan.name())).then_some(Effect::Say(Message::Plan));
        return asking::ask(run, now).then(propose.into_iter().chain(gone).collect());
    }
    let mut effects = Vec::new();
    if !run.questions.is_empty() {
        effects.push(Effect::Say(Message::Questions));
    }
    if !read.needs_model.is_empty() {
        return stuck::because(run, StuckReason::NeedsModel { steps: read.needs_model }, Phase::Reading, effects, now);
    }
    run.talk.understood.clear();
    run.branch = Some(branch_name(&run, &read));
    run.head = Some(read.base.clone());
    // What stood there waited for an approval.
    if run.said.contains_key(&Message::Plan.name()) {
        effects.push(Effect::Say(Message::Plan));
    }
    let approved = !read.repository.approve_plan || run.talk.approved.as_ref() == Some(&read.text);
    run.plan = Some(Plan {
        rewritten_to: None,
        evidence: None,
        reread: None,
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
        required: Vec::new(),
        head_checks: Vec::new(),
        built_before: false,
        merged: None,
    });
    let settled = run.said.contains_key(&Message::Plan.name()).then_some(Effect::Say(Message::Plan));
    match run.next_step(0) {
        Some(_) if !approved => planned::present(run, effects, now),
        Some(step) => building::write(run, step, effects.into_iter().chain(settled).collect()),
        None => over::end(run, Ending::NothingToDo, effects),
    }
}

/// What a reading tells of the text itself, whatever comes of its steps.
pub fn heard(text_hash: &mut Option<String>, talk: &mut Conversation, read: &Reading) {
    *text_hash = Some(read.hash.clone());
    talk.accepted = Some(Accepted { title: read.title.clone(), body: read.body.clone() });
    talk.followed.clone_from(&read.followed);
    talk.ignored.clone_from(&read.ignored);
    talk.unseen.clone_from(&read.specification.unseen);
    talk.left_out.clone_from(&read.specification.left_out);
    talk.steering.clone_from(&read.repository.steer);
}

/// Whether people answered something since the reading began: what it says is of the answers before.
pub fn is_behind(run: &Run, read: &Reading) -> bool {
    read.followed != answers_to_follow(&run.questions)
}

/// Questions keep their numbers and answers; a gap that is gone settles its question. One that the reading should have settled by its
/// answer, and did not, is open again.
pub fn merged(mut questions: Vec<Question>, gaps: Vec<Gap>) -> Vec<Question> {
    for question in &mut questions {
        // What an implementer asked is in no text.
        if question.step.is_none() {
            question.settled = !gaps.iter().any(|gap| same(gap, &question.gap));
        }
    }
    for gap in gaps {
        match questions.iter_mut().find(|q| same(&q.gap, &gap)) {
            Some(question) => {
                question.answer = question.answer.take().filter(|_| !gap.kind.steers_the_reading());
                question.gap = gap;
            }
            None => questions.push(Question { number: questions.len() + 1, gap, answer: None, settled: false, step: None }),
        }
    }
    questions
}

fn understood(step: &Step) -> Understood {
    Understood { number: step.number.clone(), title: step.title.clone(), files: step.files.clone() }
}

fn same(one: &Gap, other: &Gap) -> bool {
    one.kind == other.kind && one.question == other.question && one.document == other.document
}

/// `journeyman/12-greet-people-by-name` or as configured, and `…-2` for a second attempt.
fn branch_name(run: &Run, read: &Reading) -> BranchName {
    let mut name = match &run.settings.branch {
        Some(configured) => configured.to_string(),
        None => read.repository.branch_name(run.issue, read.title.as_data()).to_string(),
    };
    if run.attempt > 1 {
        name.push_str(&format!("-{}", run.attempt));
    }
    BranchName::new(name)
}
