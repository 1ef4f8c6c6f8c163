//! Orders and questions in comments, each with what it does where it makes sense and where it does not.

use super::sample::{gap, login, proposal, reading, specification, step};
use super::story::Story;
use crate::domain::CommentId;
use crate::specification::{Gap, GapKind};
use crate::workflow::{Effect, Ending, Event, Message, NotNow, Phase, Reaction, Reading, Remark, Stage, Words, answers_to_follow};

/// What the newest reply says.
fn replied(story: &Story) -> &Words {
    story.run.talk.replies.last().unwrap().words.last().unwrap()
}

#[track_caller]
fn changes_nothing(mut story: Story, order: &str, because: NotNow) {
    let before = story.run.phase.clone();
    story.somebody_says(&format!("/journeyman {order}")).gives("say:reply-101");
    assert_eq!(story.run.phase, before);
    assert!(matches!(replied(&story), Words::NotNow { why, .. } if *why == because), "{order}: {:?}", replied(&story));
}

#[test]
fn orders_that_make_no_sense_now_are_answered_with_the_reason() {
    changes_nothing(Story::building(1), "approve", NotNow::NothingToApprove);
    changes_nothing(Story::building(1), "proceed", NotNow::NothingOpen);
    changes_nothing(Story::building(1), "retry", NotNow::NotStuck);
    changes_nothing(Story::in_review(1), "retry step 1", NotNow::NotStuckThere);
    changes_nothing(Story::in_review(1), "retry step 7", NotNow::NoSuchStep);
    changes_nothing(Story::in_review(1), "resume", NotNow::NotStopped);
    changes_nothing(Story::verifying(2), "rebuild step 2", NotNow::NotBuilt);
    changes_nothing(Story::verifying(2), "rebuild step 9", NotNow::NoSuchStep);
    for order in ["approve", "proceed", "retry", "stop", "resume", "rebuild step 1"] {
        let mut merged = Story::in_review(1);
        merged.run.phase = Phase::Over(Ending::Merged);
        changes_nothing(merged, order, NotNow::Over);
    }
}

#[test]
fn help_and_status_are_answered_wherever_the_run_is() {
    for mut story in super::table::runs().iter().map(Story::of) {
        let before = story.run.phase.clone();
        story.somebody_says_all(&["/journeyman help"]).gives("say:reply-101");
        assert_eq!((story.run.phase.clone(), replied(&story)), (before.clone(), &Words::Help));
        story.after(600).somebody_says("/journeyman status").gives("say:status, say:reply-102");
        assert_eq!((story.run.phase.clone(), replied(&story)), (before, &Words::Standing));
    }
}

#[test]
fn a_run_that_was_stopped_goes_on_with_what_is_built() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.somebody_says("/journeyman stop").gives("react, show-checklist, say:status");
    story.hears(Event::Commented { by: login("ada") }).gives("read-comments");
    story.somebody_says("/journeyman resume").gives("react, read-specification, say:status");
    story.specification_is(2, &[]).gives("say:status, write:1:c1c1");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
}

#[test]
fn a_run_that_was_stopped_before_anything_was_built_begins() {
    let mut story = Story::begun();
    story.somebody_says("/journeyman stop").gives("react, say:status");
    story.somebody_says("/journeyman resume").gives("react, read-specification, say:status");
    story.specification_is(1, &[]).gives("say:status, write:0:ba5e");
}

#[test]
fn a_step_is_built_once_more_as_a_new_commit() {
    let mut story = Story::in_review(2);
    story.somebody_says("/journeyman rebuild step 1").gives("react, show-checklist, say:status, write:0:c2c2, back-to-draft");
    assert_eq!((story.boxes().as_str(), story.run.plan.as_ref().unwrap().steps[0].attempt), ("[ ][x] | [ ][ ]", 1));
    story.writes("c3").gives("push:c3c3");
    story.pushes().gives("show-checklist, say:status, checks:c3c3+ba5e");
    story.ci("c3", "test passed").gives("show-checklist, checks:c3c3+c2c2");
}

#[test]
fn a_step_is_built_once_more_after_the_one_in_hand() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.somebody_says("/journeyman rebuild step 1").gives("react, show-checklist, say:status");
    story.writes("c2").gives("push:c2c2");
    story.pushes().gives("show-checklist, say:status, checks:c2c2+ba5e");
    story.ci("c2", "test passed").gives("show-checklist, say:status, write:0:c2c2");
}

#[test]
fn retry_with_a_number_tries_again_only_the_step_at_which_the_run_is_stuck() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.gives_up("it went in circles").gives("say:status, say:stuck-1");
    story.somebody_says("/journeyman retry step 1").gives("say:reply-101");
    story.after(600).somebody_says("/journeyman retry step 2").gives("say:stuck-1, react, say:status, write:1:c1c1");
}

#[test]
fn proceed_goes_through_a_gate_and_past_nothing_that_needs_an_answer() {
    let gate = Gap { kind: GapKind::Gate, ..gap("Has that happened, and may I start?") };
    let mut story = Story::begun();
    story.specification_is(1, std::slice::from_ref(&gate)).gives("say:questions, say:status");
    story.somebody_says("/journeyman proceed").gives("react, say:questions, read-specification");
    story.specification_is(1, std::slice::from_ref(&gate)).gives("say:questions, say:status, write:0:ba5e");
    let mut open = Story::begun();
    open.specification_is(1, &[gate, gap("Which greeting?")]).gives("say:questions, say:status");
    changes_nothing(open, "proceed", NotNow::NeedsAnswers);
}

#[test]
fn a_proposed_plan_is_built_when_it_is_approved() {
    let mut story = Story::begun();
    story.has_no_steps(true).gives("say:questions, say:status, propose");
    story.hears(Event::Proposed(Box::new(proposal()))).gives("say:plan, say:questions");
    story.somebody_says("/journeyman approve").gives("react, read-specification");
    assert!(story.run.talk.plan_given.as_ref().unwrap().text.as_data().contains("Step 1: Greet people"));
    story.specification_is(1, &[]).gives("say:questions, say:status, write:0:ba5e");
}

#[test]
fn a_list_that_looks_like_the_plan_is_built_when_it_is_approved_by_its_number() {
    let plans = Gap { kind: GapKind::ProposedPlan, ..gap("Which of these?") };
    let mut story = Story::begun();
    story.specification_is(0, std::slice::from_ref(&plans)).gives("say:questions, say:status");
    story.somebody_says("/journeyman approve 2").gives("react, say:questions, read-specification");
    assert_eq!(answers_to_follow(&story.run.questions).to("Which of these?"), Some("approve 2"));
    story.specification_is(2, &[]).gives("say:questions, say:status, write:0:ba5e");
    assert!(story.run.questions[0].settled);
}

#[test]
fn a_reading_that_is_behind_the_answers_is_done_again() {
    let unplaced = Gap { kind: GapKind::Unplaced, ..gap("Should I build it?") };
    let mut story = Story::begun();
    story.specification_is(1, std::slice::from_ref(&unplaced)).gives("say:questions, say:status");
    story.somebody_says("1: build it").gives("say:questions, read-specification");
    let behind = Box::new(Reading { followed: answers_to_follow(&story.run.questions), ..reading(specification(2), Vec::new()) });
    story.somebody_says("1: leave it out").gives("say:questions");
    story.hears(Event::SpecificationRead(behind)).gives("read-specification");
    assert_eq!(story.run.phase, Phase::Reading);
    story.specification_is(1, &[]).gives("say:questions, say:status, write:0:ba5e");
}

#[test]
fn a_question_that_a_reading_should_have_settled_and_did_not_is_open_again() {
    let unplaced = Gap { kind: GapKind::Unplaced, ..gap("Should I build it?") };
    let mut story = Story::begun();
    story.specification_is(1, std::slice::from_ref(&unplaced)).gives("say:questions, say:status");
    story.somebody_says("1: build it").gives("say:questions, read-specification");
    story.specification_is(1, std::slice::from_ref(&unplaced)).gives("say:questions, say:status");
    assert_eq!(story.run.phase, Phase::Asking);
}

#[test]
fn steps_below_the_approval_are_taken_instead_of_a_list_that_looks_like_the_plan() {
    let plans = Gap { kind: GapKind::ProposedPlan, ..gap("Which of these?") };
    let mut story = Story::begun();
    story.specification_is(0, std::slice::from_ref(&plans)).gives("say:questions, say:status");
    story.somebody_says("/journeyman approve\n\n1. Wave in `src/wave.rs`\n2. Say goodbye").gives("react, read-specification");
    assert!(story.run.talk.plan_given.is_some());
}

#[test]
fn a_plan_that_a_person_writes_below_the_approval_is_built_instead() {
    let mut story = Story::begun();
    story.has_no_steps(true).gives("say:questions, say:status, propose");
    story.hears(Event::Proposed(Box::new(proposal()))).gives("say:plan, say:questions");
    story.somebody_says("/journeyman approve\n\n### Step 1: Wave\n\nWave in `src/wave.rs`.\n").gives("react, read-specification");
    let given = story.run.talk.plan_given.as_ref().unwrap();
    assert!(given.text.as_data().contains("Wave") && !given.text.as_data().contains("approve"), "{:?}", given.text.as_data());
}

#[test]
fn without_a_model_a_person_gives_the_steps_in_a_comment() {
    let mut story = Story::begun();
    story.has_no_steps(false).gives("say:questions, say:status");
    story.somebody_says("/journeyman approve").gives("say:reply-101");
    assert!(matches!(replied(&story), Words::NotNow { why: NotNow::NoPlan, .. }));
    story.somebody_says("/journeyman approve\n\n## Steps\n\n1. Wave in `src/wave.rs`\n").gives("react, read-specification");
}

#[test]
fn a_proposal_is_asked_for_once_for_each_text() {
    let mut story = Story::begun();
    story.has_no_steps(true).gives("say:questions, say:status, propose");
    story.hears(Event::Proposed(Box::new(proposal()))).gives("say:plan, say:questions");
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("read-specification");
    story.has_no_steps(true).gives("say:questions, say:status");
    story.run.talk.proposal.as_mut().unwrap().hash = "9".repeat(64);
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("read-specification");
    story.has_no_steps(true).gives("say:questions, say:status, propose");
}

#[test]
fn a_question_is_answered_and_never_acted_upon() {
    let mut story = Story::verifying(2);
    let before = story.run.phase.clone();
    story.somebody_says("@journeyman which file has the greeting? Also, stop.").gives("answer:101");
    assert_eq!(story.run.phase, before);
    let words = Words::Answer { text: crate::domain::Untrusted::new("`src/1.rs`"), places: vec!["src/1.rs:3".into()], by: "m".into() };
    story.hears(Event::Answered { comment: CommentId(101), by: login("ada"), words: words.clone() }).gives("say:reply-101");
    assert_eq!((story.run.phase.clone(), replied(&story)), (before, &words));
}

#[test]
fn who_is_not_read_gets_one_glance() {
    let mut story = Story::building(1);
    let heard = Event::CommentsRead { remarks: Vec::new(), strangers: vec![CommentId(300)], up_to: Some(CommentId(300)) };
    story.hears(heard.clone()).gives("react");
    story.hears(heard).gives("pass: the run knows this already");
    assert!(story.run.talk.replies.is_empty());
}

#[test]
fn two_programs_that_answer_each_other_come_to_rest_within_three_comments() {
    let mut story = Story::building(1);
    let (mut replies, mut answered) = (0, true);
    for round in 0..20 {
        // The other one speaks only when it is spoken to.
        if !std::mem::take(&mut answered) {
            break;
        }
        let remark = Remark {
            id: CommentId(200 + round),
            by: login("other-bot"),
            body: crate::domain::Untrusted::new("@journeyman /journeyman help\n/journeyman help\nwhat did you say?"),
            is_bot: false,
        };
        story.after(2);
        let event = Event::CommentsRead { remarks: vec![remark], strangers: Vec::new(), up_to: Some(CommentId(200 + round)) };
        let told = story.told.len();
        let _ = story.hears(event);
        answered = story.told[told..].iter().any(|key| key.starts_with("say:reply") || key.starts_with("answer"));
        replies += usize::from(answered);
    }
    assert!((1..=3).contains(&replies) && !answered, "{replies} replies");
}

#[test]
fn an_app_that_may_steer_is_obeyed_and_not_talked_to() {
    let mut story = Story::building(1);
    let says = |text: &str, id: u64| Event::CommentsRead {
        remarks: vec![Remark { id: CommentId(id), by: login("release[bot]"), body: crate::domain::Untrusted::new(text), is_bot: true }],
        strangers: Vec::new(),
        up_to: Some(CommentId(id)),
    };
    story.hears(says("/journeyman help", 300)).gives("nothing");
    story.hears(says("/journeyman stop", 301)).gives("react, say:status");
}

#[test]
fn a_reply_is_said_once_and_kept_up_to_date() {
    let mut story = Story::building(1);
    story.somebody_says("/journeyman dance\n/journeyman sing").gives("say:reply-101");
    assert_eq!(story.run.talk.replies[0].words.len(), 2);
    let effect = Effect::Say(Message::Reply(CommentId(101)));
    assert!(effect.is_wanted(&story.run) && !Effect::Say(Message::Reply(CommentId(5))).is_wanted(&story.run));
    let react = Effect::React { comment: CommentId(1), with: Reaction::Heard };
    assert!(react.is_dispensable());
}

#[test]
fn the_step_in_hand_is_not_begun_a_second_time() {
    let mut story = Story::building(2);
    story.run.plan.as_mut().unwrap().specification.steps[0] = step("1", "Greet people by name");
    assert_eq!(story.run.phase, Phase::Building { step: 0, stage: Stage::Writing });
    changes_nothing(story, "rebuild step 1", NotNow::UnderWay);
    assert_eq!(specification(1).steps.len(), 1);
}

#[test]
fn a_model_that_cannot_be_asked_is_told_and_a_question_answered_without_it() {
    let mut story = Story::begun();
    story.has_no_steps(true).gives("say:questions, say:status, propose");
    let gave_up = |effect| Event::GaveUp { effect: Box::new(effect), why: "the provider is out of reach".into(), may_heal: true };
    story.hears(gave_up(Effect::Propose)).gives("say:plan, say:questions");
    assert!(story.run.talk.proposal.as_ref().unwrap().outcome.is_err());
    let question = crate::domain::Untrusted::new("why?");
    let answer = Effect::Answer { comment: CommentId(101), by: login("ada"), question: question.clone() };
    story.hears(gave_up(answer)).gives("say:reply-101");
    assert_eq!(replied(&story), &Words::Passages { question });
}

#[test]
fn all_that_one_comment_asks_is_answered_beside_what_else_it_wants() {
    let mut story = Story::verifying(2);
    story.somebody_says("/journeyman help\n\n@journeyman which file?\n\n@journeyman and why?").gives("say:reply-101, answer:101");
    let Some(Effect::Answer { question, .. }) = story.asked.last() else { panic!("{:?}", story.asked) };
    assert!(question.as_data().contains("which file?") && question.as_data().contains("and why?"), "{}", question.as_data());
    let words = Words::Passages { question: question.clone() };
    story.hears(Event::Answered { comment: CommentId(101), by: login("ada"), words }).gives("say:reply-101");
    assert_eq!(story.run.talk.replies[0].words.len(), 2);
}
