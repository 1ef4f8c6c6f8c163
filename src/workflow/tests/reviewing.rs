//! Reviews that were read become rounds of revising, one at a time and within bounds.

use std::collections::BTreeMap;

use super::sample::{exhausted, login, sha, worked};
use super::story::Story;
use crate::domain::{CommentId, Untrusted};
use crate::workflow::{
    Effect, Event, Message, Phase, ReviewRead, ReviewState, Said, Stage, StuckReason, Thread, ThreadOutcome, ThreadRead, Unit, Written,
};

/// A review of that number by a person or a program that asks for changes in one thread of its own.
pub fn reviewed(review: u64, words: &str, by_bot: bool) -> Event {
    let mut pull = Reviewed::default();
    pull.submits(review, if by_bot { "lint[bot]" } else { "grace" }, ReviewState::ChangesRequested, "");
    pull.says(&format!("PRRT_{review}"), review * 10, review, words);
    pull.read()
}

/// A pull request's reviews and threads as they grow.
#[derive(Default)]
struct Reviewed {
    reviews: Vec<ReviewRead>,
    threads: Vec<ThreadRead>,
}

impl Reviewed {
    fn submits(&mut self, id: u64, by: &str, state: ReviewState, words: &str) {
        let by_bot = by.ends_with("[bot]");
        self.reviews.push(ReviewRead { id, by: login(by), by_bot, state, words: Untrusted::new(words) });
    }

    /// A comment in a thread, as part of that review.
    fn says(&mut self, thread: &str, id: u64, review: u64, text: &str) {
        let by = self.reviews.iter().find(|known| known.id == review).map_or_else(|| login("grace"), |known| known.by.clone());
        let said = Said { id: CommentId(id), by, text: Untrusted::new(text), is_ours: false };
        if !self.threads.iter().any(|known| known.thread.id == thread) {
            self.begins(thread, id);
        }
        if let Some(known) = self.threads.iter_mut().find(|known| known.thread.id == thread) {
            known.reviews.insert(said.id, review);
            known.thread.said.push(said);
        }
    }

    /// We answered in it.
    fn is_answered(&mut self, thread: &str, id: u64) {
        let said = Said { id: CommentId(id), by: login("journeyman[bot]"), text: Untrusted::new("Done."), is_ours: true };
        self.threads.iter_mut().filter(|known| known.thread.id == thread).for_each(|known| known.thread.said.push(said.clone()));
    }

    fn is_resolved(&mut self, thread: &str) {
        self.threads.iter_mut().filter(|known| known.thread.id == thread).for_each(|known| known.resolved = true);
    }

    fn begins(&mut self, id: &str, first: u64) {
        let thread = Thread {
            id: id.into(),
            path: "src/1.rs".into(),
            line: Some(3),
            start_line: None,
            span: 1,
            outdated: false,
            hunk: Untrusted::new("@@ -0,0 +1,3 @@\n+let n = 1;"),
            commented: Some(sha("c1")),
            first: CommentId(first),
            said: Vec::new(),
            outcome: None,
            answered: None,
        };
        self.threads.push(ThreadRead { thread, resolved: false, reviews: BTreeMap::new() });
    }

    fn read(&self) -> Event {
        Event::ReviewsRead { reviews: self.reviews.clone(), threads: self.threads.clone() }
    }
}

impl Story {
    /// The item in hand is worked on.
    fn revises(&mut self, round: usize, commit: &str) -> super::story::Outcome {
        let onto = self.run.head.clone().unwrap();
        let outcomes = vec![ThreadOutcome::Done { words: Untrusted::new("Renamed.") }];
        self.hears(Event::Revised { round, written: Written::Commit { commit: sha(commit), onto, work: None }, outcomes })
    }

    fn answers(&mut self, round: usize, words: &str) -> super::story::Outcome {
        let outcomes = vec![ThreadOutcome::Nothing { words: Untrusted::new(words) }];
        self.hears(Event::Revised { round, written: Written::Nothing { work: None }, outcomes })
    }

    fn pushes_round(&mut self, round: usize, commit: &str) -> super::story::Outcome {
        self.hears(Event::Pushed { unit: Unit::Round(round), commit: sha(commit) })
    }
}

fn is_revising(story: &Story, round: usize) -> bool {
    story.run.phase == Phase::Revising { round, stage: Stage::Writing }
}

#[test]
fn all_threads_of_a_review_are_a_round_each_with_a_commit_and_its_answer_and_then_ci_decides_again() {
    let mut story = Story::in_review(1);
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::ChangesRequested, "Two things.");
    pull.says("A", 310, 31, "Rename it.");
    pull.says("B", 311, 31, "Why not log it?");
    story.hears(Event::Reviewed { by: login("grace") }).gives("read-reviews");
    story.hears(pull.read()).gives("say:status, revise:0:c1c1");
    story.revises(0, "e1").gives("push:e1e1");
    story.pushes_round(0, "e1").gives("show-checklist, answer-thread:0:0:0, say:status, revise:0:e1e1");
    story.answers(0, "Nothing is lost there.").gives("answer-thread:0:1:0, say:status, revise:0:e1e1");
    // The words of the review itself are the last, and are answered in the conversation.
    story.answers(0, "Both are done.").gives("say:review-31, checks:e1e1+ba5e, say:status");
    story.ci("e1", "test passed").gives("show-checklist, request-review:grace, checks:c1c1+e1e1");
    assert_eq!(story.run.phase, Phase::Finishing);
}

#[test]
fn a_review_of_a_draft_is_heard_before_the_next_step_is_written() {
    let mut story = Story::verifying(2);
    story.hears(Event::Reviewed { by: login("grace") }).gives("nothing");
    story.hears(Event::Reviewed { by: login("grace") }).gives("pass: reviews are read when what is in hand is done");
    story.ci("c1", "test passed").gives("show-checklist, read-reviews, say:status, write:1:c1c1");
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::ChangesRequested, "");
    pull.says("A", 310, 31, "Rename it.");
    story.hears(pull.read()).gives("say:status, revise:0:c1c1");
    let dropped = Effect::WriteStep { step: 1, onto: sha("c1") };
    assert!(!dropped.is_wanted(&story.run), "the step waits");
    story.revises(0, "e1").gives("push:e1e1");
    story.pushes_round(0, "e1").gives("show-checklist, answer-thread:0:0:0, checks:e1e1+ba5e, say:status");
    story.ci("e1", "test passed").gives("show-checklist, request-review:grace, say:status, write:1:e1e1");
    // A review that asks for nothing keeps nobody waiting.
    let _ = story.hears(Event::Reviewed { by: login("grace") });
    let _ = story.writes("c2");
    let _ = story.pushes();
    let _ = story.ci("c2", "test passed");
    assert_eq!(story.run.phase, Phase::Finishing);
    // What stood there when the review came may well be otherwise by now; the rest is read once more.
    assert_eq!(story.run.reviews.reviewed_steps(), 1);
    story.ci("c2", "test passed").gives("reread:c2c2, mark-ready");
}

#[test]
fn a_revision_that_turns_green_again_makes_its_draft_ready_again() {
    let mut story = Story::in_review(1);
    let _ = story.ci("ba5e", "test passed");
    for (round, commit) in [(0, "e1"), (1, "e2")] {
        let _ = story.hears(reviewed(31 + round, "Rename it.", false));
        let round = usize::try_from(round).unwrap();
        let _ = story.revises(round, commit);
        let _ = story.pushes_round(round, commit);
        let _ = story.ci(commit, "test passed");
        let _ = story.ci(commit, "test passed");
        let _ = story.is_marked_ready();
    }
    assert_eq!((&story.run.phase, story.run.is_ready), (&Phase::InReview, true));
    let _ = story.ci("e1", "test failed");
    assert_eq!((&story.run.phase, story.run.is_ready), (&Phase::InReview, false), "below a green head");
    story.ci("e1", "test passed").gives("checks:c1c1+e1e1+e2e2");
    let _ = story.ci("e2", "test passed");
    let _ = story.is_marked_ready();
    assert!(story.run.is_ready);
}

#[test]
fn assent_below_a_suggestion_asks_for_the_same() {
    let mut story = Story::in_review(1);
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::Commented, "");
    pull.says("A", 310, 31, "```suggestion\nlet name = 1;\n```");
    pull.submits(32, "linus", ReviewState::Commented, "");
    pull.says("A", 311, 32, "+1");
    let _ = story.hears(pull.read());
    assert!(story.run.reviews.rounds[0].items[0].is_exact);
    assert_eq!(story.run.reviews.rounds[0].items[0].threads[0].asked().unwrap().id, CommentId(311), "the newest is answered");
}

#[test]
fn a_review_that_a_stuck_run_has_in_hand_is_finished_before_the_next_step() {
    let mut story = Story::verifying(2);
    let _ = story.hears(Event::Reviewed { by: login("grace") });
    let _ = story.ci("c1", "test passed");
    let _ = story.hears(reviewed(31, "Rename it.", false));
    let written = Written::OutOfBudget { exhausted: Box::new(exhausted()), work: Box::new(worked()) };
    story.hears(Event::Revised { round: 0, written, outcomes: Vec::new() }).gives("say:status, say:stuck-1");
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, say:status, revise:0:c1c1");
}

#[test]
fn a_review_is_heard_once() {
    let mut story = Story::in_review(1);
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::ChangesRequested, "");
    pull.says("A", 310, 31, "Rename it.");
    let _ = story.hears(pull.read());
    story.answers(0, "It has that name.").gives("answer-thread:0:0:0, checks:c1c1, say:status");
    let _ = story.ci("c1", "test passed");
    let _ = story.is_marked_ready();
    pull.is_answered("A", 312);
    story.hears(pull.read()).gives("pass: the run knows this already");
    // What is said after our answer is new, and the whole thread is told again.
    pull.submits(32, "grace", ReviewState::Commented, "");
    pull.says("A", 320, 32, "No, rename it all the same.");
    story.hears(pull.read()).gives("say:status, revise:1:c1c1");
    assert_eq!(story.run.reviews.rounds[1].items[0].threads[0].said.len(), 3);
}

#[test]
fn praise_approvals_dismissals_and_what_people_resolved_change_nothing() {
    let mut story = Story::in_review(1);
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::Approved, "Please ship it, and rename things later.");
    pull.submits(32, "grace", ReviewState::Commented, "LGTM 👍");
    pull.says("A", 320, 32, "Nice!");
    pull.submits(33, "ada", ReviewState::Dismissed, "Rename everything.");
    pull.says("B", 330, 33, "Rename this.");
    pull.submits(34, "ada", ReviewState::Commented, "");
    pull.says("C", 340, 34, "Rename that.");
    pull.is_resolved("C");
    story.hears(pull.read()).gives("nothing");
    assert_eq!(story.run.phase, Phase::InReview);
    story.hears(pull.read()).gives("pass: the run knows this already");
}

#[test]
fn a_thread_that_we_resolved_is_heard_when_somebody_goes_on_in_it() {
    let mut story = Story::in_review(1);
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::Commented, "");
    pull.says("A", 310, 31, "Rename it.");
    let _ = story.hears(pull.read());
    let _ = story.answers(0, "Done.");
    let _ = story.ci("c1", "test passed");
    let _ = story.is_marked_ready();
    pull.is_answered("A", 311);
    pull.is_resolved("A");
    pull.submits(32, "grace", ReviewState::Commented, "");
    pull.says("A", 320, 32, "This is still the old name.");
    story.hears(pull.read()).gives("say:status, revise:1:c1c1");
}

#[test]
fn two_reviews_are_two_rounds_the_earlier_first() {
    let mut story = Story::in_review(1);
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::ChangesRequested, "");
    pull.submits(32, "ada", ReviewState::ChangesRequested, "");
    pull.says("B", 320, 32, "Log it.");
    pull.says("A", 310, 31, "Rename it.");
    story.hears(pull.read()).gives("say:status, revise:0:c1c1");
    let of = |story: &Story| story.run.reviews.rounds.last().unwrap().items[0].threads[0].id.clone();
    assert_eq!(of(&story), "A");
    let _ = story.answers(0, "No.");
    let _ = story.ci("c1", "test passed");
    let _ = story.is_marked_ready();
    assert!(story.asked.contains(&Effect::ReadReviews), "{:?}", story.asked);
    story.hears(pull.read()).gives("say:status, revise:1:c1c1");
    assert_eq!(of(&story), "B");
}

#[test]
fn suggestions_of_a_review_are_one_item_and_come_first() {
    let mut story = Story::in_review(1);
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::ChangesRequested, "See my comments.");
    pull.says("A", 310, 31, "Rename it.");
    pull.says("B", 311, 31, "```suggestion\nlet name = 1;\n```");
    pull.says("C", 312, 31, "Like this:\n```suggestion\nlet other = 1;\n```");
    let _ = story.hears(pull.read());
    let items = &story.run.reviews.rounds[0].items;
    let shape: Vec<(usize, bool)> = items.iter().map(|item| (item.threads.len(), item.is_exact)).collect();
    // The review's own words only lead to its threads.
    assert_eq!(shape, [(2, true), (1, false)]);
}

#[test]
fn reviews_wait_while_steps_are_built() {
    let mut story = Story::verifying(2);
    story.hears(reviewed(31, "Rename it.", false)).gives("pass: the run no longer waits for this");
    assert!(story.run.reviews.heard.is_empty());
}

#[test]
fn after_so_many_rounds_a_person_lets_it_go_on() {
    for (by_bot, most) in [(true, 10), (false, 30)] {
        let mut story = Story::in_review(1);
        for review in 0..most {
            story.hears(reviewed(100 + review, "Rename it.", by_bot)).gives(&format!("say:status, revise:{review}:c1c1"));
            let _ = story.answers(usize::try_from(review).unwrap(), "No.");
            let _ = story.ci("c1", "test passed");
            let _ = story.is_marked_ready();
        }
        // The others have a bound of their own.
        let mut other = Story::of(&story.run);
        other.hears(reviewed(500, "Rename it.", !by_bot)).gives(&format!("say:status, revise:{most}:c1c1"));
        let one_more = reviewed(400, "Rename it.", by_bot);
        story.hears(one_more.clone()).gives("say:status, say:stuck-1");
        let reason = StuckReason::TooManyRounds { by_bots: by_bot, rounds: usize::try_from(most).unwrap() };
        assert_eq!(story.run.phase, Phase::Stuck { reason, from: Box::new(Phase::InReview) });
        story.somebody_says("/journeyman resume").gives("say:stuck-1, react, checks:c1c1, say:status");
        let _ = story.ci("c1", "test passed");
        let _ = story.is_marked_ready();
        story.hears(one_more).gives(&format!("say:status, revise:{most}:c1c1"));
        assert!(is_revising(&story, usize::try_from(most).unwrap()));
    }
}

#[test]
fn a_comment_on_the_pull_request_that_addresses_us_is_obeyed_and_answered_there() {
    let mut story = Story::in_review(1);
    let remark =
        |id: u64, text: &str| crate::workflow::Remark { id: CommentId(id), by: login("ada"), body: Untrusted::new(text), is_bot: false };
    story.hears(Event::CommentedOnPull { by: login("ada") }).gives("read-pull-comments");
    let read = |remarks: Vec<crate::workflow::Remark>| {
        let up_to = remarks.last().map(|remark| remark.id);
        Event::PullCommentsRead { remarks, strangers: Vec::new(), up_to }
    };
    story.hears(read(vec![remark(900, "I like it."), remark(901, "/journeyman status")])).gives("say:status, say:reply-901");
    assert!(Message::Reply(CommentId(901)).is_on_pull(&story.run) && !Message::Status.is_on_pull(&story.run));
    story.hears(read(vec![remark(901, "/journeyman status")])).gives("pass: the run knows this already");
    // A comment of the issue that is older is still to be read.
    story.somebody_says("/journeyman stop").gives("react, show-checklist, say:status");
}

#[test]
fn a_commit_by_somebody_else_while_a_review_is_worked_on_is_met_by_the_push() {
    let mut story = Story::in_review(1);
    let _ = story.hears(reviewed(31, "Rename it.", false));
    let foreign = Event::BranchRead { head: Some(sha("fe")), lost: Vec::new(), guests: Vec::new() };
    story.hears(foreign).gives("pass: the branch holds what it held");
    story.revises(0, "e1").gives("push:e1e1");
    let met = Event::BranchConflict { unit: Unit::Round(0), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: true };
    story.hears(met).gives("read-branch, say:status, revise:0:fefe");
}

#[test]
fn what_was_to_be_said_and_is_not_there_is_said_when_the_run_looks_again() {
    let mut story = Story::in_review(1);
    let mut pull = Reviewed::default();
    pull.submits(31, "grace", ReviewState::ChangesRequested, "Is it fast?");
    pull.says("A", 310, 31, "Rename it.");
    let _ = story.hears(pull.read());
    let _ = story.revises(0, "e1");
    let _ = story.pushes_round(0, "e1");
    let _ = story.answers(0, "It is.");
    let _ = story.ci("e1", "test passed");
    let _ = story.ci("e1", "test passed");
    let _ = story.is_marked_ready();
    let again = |story: &mut Story| {
        let _ = story.hears(Event::TimePassed);
        story
            .asked
            .iter()
            .map(Effect::key)
            .filter(|key| key.starts_with("say:") || key.starts_with("answer-"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    assert_eq!(again(&mut story), "say:status, say:done, say:review-31, answer-thread:0:0:0");
    for message in [Message::Status, Message::Done, Message::Review(31)] {
        story.is_heard(&message);
    }
    let _ = story.hears(Event::ThreadAnswered { round: 0, item: 0, thread: 0, answer: CommentId(900) });
    assert_eq!(again(&mut story), "");
}
