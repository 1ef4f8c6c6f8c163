//! The specification is edited while something is asked, built or reviewed.

use super::sample::{gap, login, reading, revised, specification, step};
use super::story::Story;
use crate::domain::Untrusted;
use crate::specification::Specification;
use crate::workflow::{Event, Message, Phase, Reading, Revision, Stage, StuckReason};

/// The second step is another than before.
fn edit(story: &mut Story) {
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("read-specification");
}

fn numbers(steps: &[&str]) -> Vec<String> {
    steps.iter().map(|s| (*s).to_owned()).collect()
}

fn revision(story: &Story) -> Revision {
    story.run.talk.revision.clone().unwrap()
}

#[test]
fn unchanged_steps_keep_their_commits_and_a_changed_one_is_built_anew() {
    let mut story = Story::in_review(2);
    edit(&mut story);
    story.text_becomes(revised(), &[]).gives("show-checklist, say:status, write:1:c2c2, back-to-draft");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
    assert_eq!(revision(&story), Revision { unchanged: 1, changed: numbers(&["2"]), rebuilt: numbers(&["2"]), ..Revision::default() });
    story.writes("c3").gives("push:c3c3");
    story.pushes().gives("show-checklist, say:status, checks:c3c3+ba5e");
    story.ci("c3", "test passed").gives("show-checklist, checks:c1c1+c3c3");
}

#[test]
fn an_edit_of_words_around_the_steps_is_told_and_builds_nothing() {
    let mut story = Story::verifying(2);
    edit(&mut story);
    story.text_becomes(specification(2), &[]).gives("show-checklist, say:status");
    assert_eq!(revision(&story), Revision { unchanged: 2, ..Revision::default() });
    assert_eq!(story.run.phase, Phase::Building { step: 0, stage: Stage::Verifying });
    story.text_becomes(specification(2), &[]).gives("pass: the run knows this already");
}

#[test]
fn steps_that_move_or_get_other_numbers_keep_what_was_built() {
    let mut story = Story::in_review(2);
    let first = step("1", "Count the greetings");
    let mut moved = specification(2);
    moved.steps.iter_mut().zip(["2", "3"]).for_each(|(step, number)| step.number = number.into());
    moved.steps.swap(0, 1);
    moved.steps.insert(0, first);
    story.text_becomes(moved, &[]).gives("show-checklist, say:status, write:0:c2c2, back-to-draft");
    assert_eq!(story.boxes(), "[ ][x][x] | [ ][ ]");
    let seen = revision(&story);
    assert_eq!((seen.added, seen.unchanged, seen.reordered), (numbers(&["1"]), 2, true));
    assert_eq!(seen.renumbered, [("2".to_owned(), "3".to_owned()), ("1".to_owned(), "2".to_owned())]);
}

#[test]
fn the_step_in_hand_is_written_anew_when_its_words_change_and_goes_on_when_they_do_not() {
    let mut story = Story::verifying(3);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    let mut later = specification(3);
    later.steps[2] = step("3", "Wave");
    story.text_becomes(later.clone(), &[]).gives("show-checklist, say:status, write:1:c1c1");
    assert_eq!(story.run.plan.as_ref().unwrap().steps[1].attempt, 0, "what was begun goes on");
    later.steps[1] = step("2", "Wave when they leave");
    story.text_becomes(Specification { title: "Other".into(), ..later }, &[]).gives("show-checklist, say:status, write:1:c1c1");
    assert!(story.run.plan.as_ref().unwrap().steps[1].attempt > 0, "what was begun was for other words");
}

#[test]
fn an_edit_while_a_commit_is_on_its_way_is_read_when_it_is_there() {
    let mut story = Story::building(2);
    story.writes("c1").gives("push:c1c1");
    story.text_becomes(revised(), &[]).gives("nothing");
    story.pushes().gives("open-pull-request, checks:c1c1+ba5e, read-specification");
    story.text_becomes(revised(), &[]).gives("checks:c1c1+ba5e, say:status");
    assert_eq!(story.boxes(), "[ ][ ] | [ ][ ]");
}

#[test]
fn a_built_step_that_is_taken_out_is_a_question() {
    let mut story = Story::in_review(2);
    story.text_becomes(specification(1), &[]).gives("say:questions, say:status");
    assert!(story.run.questions[0].gap.question.contains("no longer in the specification"));
    story.somebody_says("1: keep it").gives("say:questions, read-specification");
    story.text_becomes(specification(1), &[]).gives("show-checklist, say:questions, checks:c1c1+c2c2, say:status");
    assert_eq!(story.run.talk.removed.iter().map(|r| r.number.as_str()).collect::<Vec<_>>(), ["2"]);
    assert_eq!(story.boxes(), "[x] | [x][ ]");
}

#[test]
fn a_step_that_comes_back_after_it_was_let_go_is_listed_once() {
    let mut story = Story::in_review(2);
    story.text_becomes(specification(1), &[]).gives("say:questions, say:status");
    story.somebody_says("1: keep it").gives("say:questions, read-specification");
    story.text_becomes(specification(1), &[]).gives("show-checklist, say:questions, checks:c1c1+c2c2, say:status");
    edit(&mut story);
    story.text_becomes(specification(2), &[]).gives("show-checklist, say:questions, say:status, write:1:c2c2, back-to-draft");
    assert!(story.run.talk.removed.is_empty(), "it is built as any other");
}

#[test]
fn a_step_that_changes_before_it_is_built_is_told_from_one_that_is_built_anew() {
    let mut story = Story::verifying(2);
    edit(&mut story);
    story.text_becomes(revised(), &[]).gives("show-checklist, checks:c1c1+ba5e, say:status");
    assert_eq!(revision(&story), Revision { unchanged: 1, changed: numbers(&["2"]), ..Revision::default() });
}

#[test]
fn a_removal_that_is_taken_back_asks_no_longer() {
    let mut story = Story::in_review(2);
    story.text_becomes(specification(1), &[]).gives("say:questions, say:status");
    edit(&mut story);
    story.text_becomes(specification(2), &[]).gives("show-checklist, say:questions, checks:c1c1+c2c2, say:status");
    assert!(story.run.questions.iter().all(|q| !q.is_open()) && story.run.talk.removed.is_empty());
}

#[test]
fn a_step_that_was_never_built_goes_without_a_question() {
    let mut story = Story::verifying(2);
    story.text_becomes(specification(1), &[]).gives("show-checklist, checks:c1c1+ba5e, say:status");
    assert_eq!(revision(&story).removed, ["2"]);
}

#[test]
fn what_an_edit_leaves_unclear_is_asked_before_it_is_built() {
    let mut story = Story::verifying(2);
    let unclear = gap("How do they wave?");
    story.text_becomes(revised(), std::slice::from_ref(&unclear)).gives("say:questions, say:status");
    assert!(story.run.is_frozen() && story.run.phase == Phase::Asking);
    story.somebody_says("1: with both hands").gives("say:questions, read-specification");
    story.text_becomes(revised(), &[unclear]).gives("show-checklist, say:questions, checks:c1c1+ba5e, say:status");
}

#[test]
fn an_edit_of_the_step_at_which_the_run_is_stuck_lets_it_go_on() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.does_not_apply("src/2.rs").gives("say:status, say:stuck-1");
    story.text_becomes(Specification { title: "Other".into(), ..specification(2) }, &[]).gives("show-checklist, say:status");
    assert!(matches!(&story.run.phase, Phase::Stuck { reason: StuckReason::EditRefused { step: 1, .. }, .. }));
    let mut mended = specification(3);
    mended.steps[1] = step("2", "Wave when they leave");
    story.text_becomes(mended, &[]).gives("say:stuck-1, show-checklist, say:status, write:1:c1c1");
}

#[test]
fn a_question_of_an_implementer_is_settled_when_its_step_becomes_another() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.raises("For whom?").gives("say:questions, say:status");
    let mut around = specification(2);
    around.title = "Greetings".into();
    story.text_becomes(around, &[]).gives("show-checklist, say:questions, say:status");
    story.text_becomes(revised(), &[]).gives("show-checklist, say:questions, say:status, write:1:c1c1");
    assert!(!story.run.questions[0].is_open());
}

#[test]
fn an_edit_that_does_not_count_is_not_read_again() {
    let mut story = Story::in_review(2);
    story.run.talk.ignored = Some(crate::workflow::Ignored { by: login("mallory"), hash: "7".repeat(64) });
    story.issue_is(true, true, "7").gives("pass: the issue is open and labelled, as it was");
    story.issue_is(true, true, "8").gives("read-specification");
}

#[test]
fn whose_edit_does_not_count_is_told_once() {
    let mut story = Story::verifying(2);
    let ignored = || Some(crate::workflow::Ignored { by: login("mallory"), hash: "7".repeat(64) });
    let read = || Box::new(Reading { ignored: ignored(), ..reading(specification(2), Vec::new()) });
    edit(&mut story);
    story.hears(Event::SpecificationRead(read())).gives("say:status");
    assert_eq!(story.run.talk.ignored, ignored());
    edit(&mut story);
    story.hears(Event::SpecificationRead(read())).gives("pass: the run knows this already");
}

#[test]
fn the_comment_with_the_plan_says_what_became_of_it() {
    let mut story = Story::planned(2);
    story.is_heard(&Message::Plan);
    let mut stopped = Story::planned(2);
    stopped.is_heard(&Message::Plan);
    stopped.somebody_says("/journeyman stop").gives("react, say:plan, say:status");
    story.somebody_says("/journeyman approve").gives("react, read-specification");
    story.plan_is(2).gives("say:plan, say:status, write:0:ba5e");
    assert_eq!(story.run.talk.approved_by, Some(login("ada")));
}

#[test]
fn a_plan_that_waits_is_made_anew_when_the_text_changes_and_built_when_it_is_approved() {
    let mut story = Story::planned(2);
    assert!(!story.run.is_frozen());
    edit(&mut story);
    story.plan_is(2).gives("say:plan, say:status");
    story.somebody_says("/journeyman approve").gives("react, read-specification");
    story.plan_is(2).gives("say:status, write:0:ba5e");
}

#[test]
fn a_text_that_changed_after_the_approval_is_shown_again() {
    let mut story = Story::planned(2);
    story.run.plan.as_mut().unwrap().text = Untrusted::new("Another text.");
    story.somebody_says("/journeyman approve").gives("react, read-specification");
    story.plan_is(2).gives("say:plan, say:status");
}
