//! In the end every step is read once more: what is missing is given back once, and what stays is told.

use super::sample::{sha, worked};
use super::story::Story;
use crate::workflow::verdict::RequiredCheck;
use crate::workflow::{Event, Evidence, Missed, Phase, Proof, Stage, StuckReason, Written};

/// Two steps, verified; the second reading is asked for.
fn to_be_read() -> Story {
    let mut story = Story::verifying(2);
    let _ = story.ci("c1", "test passed");
    let _ = story.writes("c2");
    let _ = story.pushes();
    let _ = story.ci("c2", "test passed");
    story.ci("c2", "test passed").gives("reread:c2c2, mark-ready");
    story
}

fn missing(step: usize, can_write: bool) -> Vec<Missed> {
    vec![Missed { step, what: vec!["It names `src/1.rs`, and there is no such file.".into()], can_write }]
}

fn completing() -> Story {
    let mut story = to_be_read();
    story.hears(Event::Reread { head: sha("c2"), missed: missing(0, true) }).gives("show-checklist, repair:0:c2c2, say:status");
    assert_eq!(story.run.phase, Phase::Building { step: 0, stage: Stage::Fixing });
    story
}

#[test]
fn what_is_missing_of_a_step_becomes_a_further_commit_of_it_and_then_all_is_read_again() {
    let mut story = completing();
    // CI says again what it said.
    story.ci("c1", "test passed").gives("pass: the run knows this already");
    let onto = sha("c2");
    let written = Written::Commit { commit: sha("d1"), onto, work: Some(Box::new(worked())) };
    story.hears(Event::StepWritten { step: 0, written }).gives("push:d1d1");
    story.pushes().gives("show-checklist, say:status, checks:d1d1+ba5e");
    story.ci("d1", "test passed").gives("show-checklist, checks:d1d1+c2c2");
    story.ci("d1", "test passed").gives("reread:d1d1, read-evidence:d1d1, mark-ready");
    // A second time it is told to people, as nobody else will see it otherwise.
    story.hears(Event::Reread { head: sha("d1"), missed: missing(0, true) }).gives("nothing");
    assert_eq!(story.run.phase, Phase::Finishing);
    assert_eq!(story.run.plan.as_ref().unwrap().steps[0].missed.len(), 1);
}

#[test]
fn what_whoever_built_it_finds_to_be_there_is_told_to_people() {
    for written in
        [Written::Nothing { work: Some(Box::new(worked())) }, Written::GaveUp { why: "it is there".into(), work: Box::new(worked()) }]
    {
        let mut story = completing();
        story.hears(Event::StepWritten { step: 0, written }).gives("checks:c1c1+c2c2");
        story.ci("c1", "test passed").gives("read-evidence:c2c2, mark-ready");
    }
}

#[test]
fn a_question_met_while_completing_is_asked_and_the_step_is_read_again_after_it() {
    let mut story = completing();
    let asks = Written::Asks { question: "Which file?".into(), work: Box::default() };
    story.hears(Event::StepWritten { step: 0, written: asks }).gives("say:questions, say:status");
    story.somebody_says("1: the first").gives("say:questions, checks:c1c1+c2c2, say:status");
    story.ci("c1", "test passed").gives("reread:c2c2, mark-ready");
    let again = Event::Reread { head: sha("c2"), missed: missing(0, true) };
    story.hears(again).gives("repair:0:c2c2, say:status");
}

#[test]
fn what_nobody_here_can_write_is_told_and_holds_up_nothing() {
    let mut story = to_be_read();
    story.hears(Event::Reread { head: sha("c2"), missed: missing(0, false) }).gives("show-checklist");
    story.hears(Event::MarkedReady).gives("show-checklist, say:status, say:done, read-pull-request, read-reviews");
}

#[test]
fn a_reading_of_an_older_head_counts_for_nothing_and_a_spent_budget_is_told() {
    let mut story = to_be_read();
    story.hears(Event::Reread { head: sha("c1"), missed: missing(0, true) }).gives("pass: the run has gone on");
    let mut story = completing();
    let exhausted = Box::new(super::sample::exhausted());
    let spent = Written::OutOfBudget { exhausted, work: Box::default() };
    story.hears(Event::StepWritten { step: 0, written: spent }).gives("say:status, say:stuck-1");
    assert!(matches!(story.run.phase, Phase::Stuck { reason: StuckReason::OutOfBudget { step: 0, .. }, .. }));
    let _ = story.somebody_says("/journeyman retry");
    let _ = story.ci("c1", "test passed");
    story.ci("c1", "test passed").gives("reread:c2c2, mark-ready");
}

#[test]
fn a_check_that_ends_late_is_searched_for_what_shows_a_criterion() {
    let mut story = Story::verifying(1);
    story.run.plan.as_mut().unwrap().specification.acceptance_criteria[1].evidence = vec!["greets".into()];
    story.run.plan.as_mut().unwrap().required = vec![RequiredCheck { context: "test".into(), app: None }];
    let _ = story.ci("c1", "test passed, e2e pending");
    let _ = story.ci("c1", "test passed, e2e pending");
    let found = |proofs: Vec<Proof>| Event::EvidenceRead(Evidence { head: sha("c1"), proofs, ended: 0 });
    let _ = story.hears(found(Vec::new()));
    let _ = story.is_marked_ready();
    assert_eq!(story.run.phase, Phase::InReview);
    story.ci("c1", "test passed, e2e pending").gives("pass: the run knows this already");
    story.ci("c1", "test passed, e2e passed").gives("read-evidence:c1c1");
    let proof = Proof { evidence: "greets".into(), within: Some("e2e".into()), passed: true };
    story.hears(found(vec![proof])).gives("show-checklist");
    story.ci("c1", "test passed, e2e passed").gives("pass: the run knows this already");
    assert_eq!(story.boxes(), "[x] | [x][x]");
    // Somebody pushes: what shows it there is looked for there.
    let _ = story.branch_is(Some("fe"), &[]);
    story.ci("fe", "test passed, e2e passed").gives("show-checklist, say:status, read-evidence:fefe");
}
