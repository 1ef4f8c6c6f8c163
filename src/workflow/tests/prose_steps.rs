//! Steps in prose: an implementer asks, runs out of budget, gives up, and says what it did.

use super::sample::login;
use super::story::Story;
use crate::workflow::{Event, Message, Phase, StuckReason};

/// Two steps; the first is built by exact edits and green, the second is being written.
fn second_step() -> Story {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story
}

#[test]
fn a_question_of_the_implementer_is_asked_with_the_work_kept_and_its_answer_goes_on_with_the_step() {
    let mut story = second_step();
    story.raises("Which greeting?").gives("say:questions, say:status");
    assert_eq!(story.run.phase, Phase::Asking);
    story.is_heard(&Message::Questions);
    story.somebody_says("1: Hello").gives("say:questions, say:status, write:1:c1c1");
    let question = &story.run.questions[0];
    assert_eq!((question.step, question.gap.line), (Some(1), 10));
    assert_eq!(question.answer.as_ref().map(|a| a.text.as_data()), Some("Hello"));
    story.a_model_writes("c2").gives("push:c2c2");
}

#[test]
fn while_an_implementer_waits_for_an_answer_another_text_is_compared_with_what_is_built() {
    let mut story = second_step();
    story.raises("Which greeting?").gives("say:questions, say:status");
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("read-specification");
    story.issue_is(true, true, "7").gives("read-specification");
    story.specification_is(2, &[]).gives("say:questions, say:status");
    assert!(story.run.plan.as_ref().is_some_and(|plan| plan.steps[0].commit.is_some()), "the first step's commit is kept");
}

#[test]
fn a_second_question_waits_for_its_own_answer() {
    let mut story = second_step();
    story.raises("Which greeting?").gives("say:questions, say:status");
    story.is_heard(&Message::Questions);
    story.somebody_says("1: Hello").gives("say:questions, say:status, write:1:c1c1");
    story.raises("For whom?").gives("say:questions, say:status");
    story.somebody_says("For everybody.").gives("say:questions, say:status, write:1:c1c1");
    assert_eq!(story.run.questions[1].answer.as_ref().map(|a| a.text.as_data()), Some("For everybody."));
}

#[test]
fn a_spent_budget_waits_for_a_person_who_lets_it_be_spent_once_more() {
    let mut story = second_step();
    story.is_out_of_budget().gives("say:status, say:stuck-1");
    assert!(matches!(story.run.phase, Phase::Stuck { reason: StuckReason::OutOfBudget { step: 1, .. }, .. }));
    assert_eq!((story.run.renewals, story.run.spent().turns), (0, 12));
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, say:status, write:1:c1c1");
    assert_eq!(story.run.renewals, 1);
}

#[test]
fn an_implementer_that_gave_up_begins_afresh_when_a_person_says_so() {
    let mut story = second_step();
    story.gives_up("it went in circles").gives("say:status, say:stuck-1");
    story.after(1000).time_passes().gives("read-pull-request, read-issue, read-comments, read-pull-comments, read-branch, checks:c1c1");
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, say:status, write:1:c1c1");
    assert_eq!(story.run.plan.as_ref().map(|plan| plan.steps[1].attempt), Some(1));
}
