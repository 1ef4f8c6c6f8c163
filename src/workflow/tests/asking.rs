//! Questions, answers and orders in comments.

use super::sample::{gap, login, optional, specification};
use super::story::Story;
use crate::domain::CommentId;
use crate::specification::{Gap, GapKind};
use crate::workflow::{Ending, Event, Message, Phase};

fn asking(gaps: &[Gap]) -> Story {
    let mut story = Story::begun();
    story.specification_is(2, gaps).gives("say:questions, say:status");
    story.is_heard(&Message::Questions);
    story
}

fn answer(story: &Story, number: usize) -> Option<&str> {
    story.run.questions.iter().find(|q| q.number == number)?.answer.as_ref().map(|a| a.text.as_data())
}

#[test]
fn a_question_is_asked_answered_by_number_and_the_specification_read_again() {
    let mut story = asking(&[gap("Which greeting?")]);
    story.hears(Event::Commented { by: login("ada") }).gives("read-comments");
    story.somebody_says("1: Hello, and nothing else").gives("say:questions, read-specification");
    assert_eq!(answer(&story, 1), Some("Hello, and nothing else"));
    story.specification_is(2, &[gap("Which greeting?")]).gives("say:questions, say:status, write:0:ba5e");
}

#[test]
fn free_prose_answers_the_single_open_question() {
    let mut story = asking(&[gap("Which greeting?"), optional("What shows that it works?")]);
    story.somebody_says("I would say Hello.\n\nNothing else.").gives("say:questions, read-specification");
    assert_eq!(answer(&story, 1), Some("I would say Hello.\n\nNothing else."));
    assert_eq!(answer(&story, 2), None);
}

#[test]
fn with_two_open_questions_an_answer_to_one_leaves_the_other_open() {
    let mut story = asking(&[gap("Which greeting?"), gap("For whom?")]);
    story.somebody_says("I am not sure yet").gives("say:reply-102");
    story.somebody_says("2: for everybody").gives("say:questions");
    assert_eq!((answer(&story, 1), answer(&story, 2)), (None, Some("for everybody")));
    story.somebody_says("Hello").gives("say:questions, read-specification");
    assert_eq!(answer(&story, 1), Some("Hello"));
}

#[test]
fn optional_questions_are_asked_and_hold_up_nothing() {
    let mut story = Story::begun();
    story.specification_is(2, &[optional("What shows that it works?")]).gives("say:questions, say:status, write:0:ba5e");
    story.somebody_says("Looks good, thank you!").gives("nothing");
    assert_eq!(answer(&story, 1), None);
    story.somebody_says("1. the tests").gives("say:questions");
    assert_eq!(answer(&story, 1), Some("the tests"));
}

#[test]
fn what_was_said_before_a_question_was_asked_does_not_answer_it() {
    let mut story = Story::begun();
    story.specification_is(2, &[gap("Which greeting?")]).gives("say:questions, say:status");
    story.run.said.insert("questions".into(), CommentId(500));
    story.somebody_says("I like this idea").gives("nothing");
    assert_eq!(answer(&story, 1), None);
}

#[test]
fn a_comment_that_was_read_is_not_read_again() {
    let mut story = asking(&[gap("Which greeting?"), gap("For whom?")]);
    story.somebody_says("1: Hello").gives("say:questions");
    story.run.questions[0].answer = None;
    let again =
        crate::workflow::Remark { id: CommentId(102), by: login("ada"), body: crate::domain::Untrusted::new("1: Hello"), is_bot: false };
    story
        .hears(Event::CommentsRead { remarks: vec![again], strangers: Vec::new(), up_to: Some(CommentId(102)) })
        .gives("pass: the run knows this already");
}

#[test]
fn an_edit_of_the_specification_settles_a_question_and_numbers_stay() {
    let mut story = asking(&[gap("Which greeting?"), gap("For whom?")]);
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("read-specification");
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("pass: the specification is being read already");
    story.specification_is(2, &[gap("For whom?"), gap("How loud?")]).gives("say:questions, say:status");
    let standing: Vec<_> = story.run.questions.iter().map(|q| (q.number, q.is_open())).collect();
    assert_eq!(standing, [(1, false), (2, true), (3, true)]);
    story.somebody_says("2: all\n3: softly").gives("say:questions, read-specification");
}

#[test]
fn a_lost_webhook_of_an_edit_is_made_good_by_the_timer() {
    let mut story = asking(&[gap("Which greeting?")]);
    story.after(600).time_passes().gives("read-issue, read-comments");
    story.issue_is(true, true, "0").gives("pass: the issue is open and labelled, as it was");
    story.issue_is(true, true, "1").gives("read-specification");
}

#[test]
fn words_do_not_settle_what_only_another_text_can() {
    let kind = GapKind::NoSteps;
    let mut story = asking(&[Gap { kind, ..gap("In which steps is this to be built?") }]);
    story.somebody_says("just do it").gives("say:questions");
    assert_eq!(story.run.phase, Phase::Asking);
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("read-specification");
    story.specification_is(1, &[]).gives("say:questions, say:status, write:0:ba5e");
}

#[test]
fn an_order_to_stop_ends_the_run_wherever_it_is() {
    for mut story in [Story::begun(), asking(&[gap("Which?")]), Story::building(1)] {
        story.somebody_says("Sorry.\n\n/journeyman stop").gives("react, say:status");
        assert_eq!(story.run.phase, Phase::Over(Ending::Cancelled { by: Some(login("ada")) }));
    }
}

#[test]
fn an_order_to_stop_outweighs_an_earlier_retry() {
    let mut story = Story::building(1);
    story.does_not_apply("a").gives("say:status, say:stuck-1");
    story.somebody_says_all(&["/journeyman retry", "no, /journeyman is wrong\n/journeyman stop"]).gives("react, say:status");
    assert!(matches!(story.run.phase, Phase::Over(_)));
}

#[test]
fn an_answer_in_the_same_breath_as_a_retry_is_kept() {
    let mut story = Story::begun();
    let mut read = super::sample::reading(specification(1), vec![optional("What shows it?")]);
    read.needs_model = vec!["1".into()];
    story.hears(Event::SpecificationRead(Box::new(read))).gives("say:questions, say:status, say:stuck-1");
    story
        .somebody_says_all(&["/journeyman retry", "1: the tests"])
        .gives("say:stuck-1, say:questions, react, read-specification, say:status");
    assert_eq!(answer(&story, 1), Some("the tests"));
}
