use super::sample::{login, sha, worked};
use super::story::Story;
use crate::domain::Untrusted;
use crate::workflow::{Cause, Event, Merging, Phase, Stage, StuckReason, Unit, Wish, Written};

impl Story {
    /// The pull request is read.
    fn pull_is(&mut self, merging: Merging) -> super::story::Outcome {
        self.hears(Event::PullRequestRead { open: true, merged: false, merging })
    }

    /// It wants that tip of the base.
    fn wants(&mut self, tip: &str) -> super::story::Outcome {
        let head = self.run.head.clone().unwrap();
        self.pull_is(Merging::Wanted { tip: sha(tip), head, conflicts: true })
    }

    fn merges(&mut self, written: Written) -> super::story::Outcome {
        let Phase::Revising { round, .. } = self.run.phase else { panic!("no round is in hand in {:?}", self.run.phase) };
        self.hears(Event::Revised { round, written, outcomes: Vec::new() })
    }

    /// The merge becomes that commit.
    fn merges_as(&mut self, commit: &str) -> super::story::Outcome {
        let onto = self.run.head.clone().unwrap();
        self.merges(Written::Commit { commit: sha(commit), onto, work: None })
    }

    fn leaves_conflicts(&mut self) -> super::story::Outcome {
        let files = "src/1.rs\nsrc/2.rs".into();
        self.merges(Written::Refused { path: files, line: 0, why: "no model and no agent is configured".into() })
    }

    /// A run that waits for a person with a conflict.
    fn in_conflict() -> Self {
        let mut story = Self::in_review(2);
        story.wants("ba5f").gives("say:status, revise:0:c2c2");
        story.leaves_conflicts().gives("say:status, say:stuck-1");
        story
    }
}

#[test]
fn a_base_that_has_to_be_merged_in_is_merged_verified_and_back_in_review() {
    let mut story = Story::in_review(2);
    story.wants("ba5f").gives("say:status, revise:0:c2c2");
    let cause = Cause::Base { tip: sha("ba5f"), onto: Some(sha("c2")) };
    assert_eq!((&story.run.phase, &story.run.reviews.rounds[0].cause), (&Unit::Round(0).at(Stage::Writing), &cause));
    story.merges_as("d1").gives("push:d1d1");
    story.hears(Event::Pushed { unit: Unit::Round(0), commit: sha("d1") }).gives("show-checklist, checks:d1d1+ba5e+ba5f, say:status");
    assert_eq!(story.run.head, Some(sha("d1")));
    story.ci("d1", "test passed").gives("show-checklist, checks:c1c1+c2c2+d1d1");
    let _ = story.ci("d1", "test passed");
    story.is_marked_ready().gives("show-checklist, say:status, say:done, read-pull-request, read-reviews");
    assert_eq!(story.run.phase, Phase::InReview);
    story.wants("ba5f").gives("nothing");
    assert_eq!(story.run.phase, Phase::InReview, "GitHub has not seen the merge yet");
    story.pull_is(Merging::Free).gives("nothing");
    story.wants("ba60").gives("say:status, revise:1:d1d1");
}

#[test]
fn what_is_red_on_the_base_that_was_merged_in_is_not_repaired() {
    let mut story = Story::in_review(2);
    let _ = story.ci("ba5e", "test passed");
    let _ = story.wants("ba5f");
    let _ = story.merges_as("d1");
    story.hears(Event::Pushed { unit: Unit::Round(0), commit: sha("d1") }).gives("show-checklist, checks:d1d1+ba5f, say:status");
    story.ci("d1", "test failed").gives("show-checklist, checks:ba5e+ba5f");
    story.ci("ba5f", "test failed").gives("checks:c1c1+c2c2+d1d1");
    assert!(story.run.is_ready, "what is the base's makes it no draft");
    assert_eq!(story.run.phase, Phase::Finishing);
    let mut story = Story::in_review(2);
    let _ = story.ci("ba5e", "test passed");
    let _ = story.wants("ba5f");
    let _ = story.merges_as("d1");
    let _ = story.hears(Event::Pushed { unit: Unit::Round(0), commit: sha("d1") });
    let _ = story.ci("d1", "test failed");
    story.ci("ba5f", "test passed").gives("say:status, diagnose:d1d1, back-to-draft");
}

#[test]
fn a_base_that_moved_without_a_conflict_is_nothing_to_us() {
    let mut story = Story::in_review(2);
    story.pull_is(Merging::Free).gives("pass: the pull request is open, as it was");
    assert!(story.run.reviews.rounds.is_empty());
}

#[test]
fn one_tip_is_merged_into_one_head_once() {
    let mut story = Story::in_review(2);
    story.wants("ba5f").gives("say:status, revise:0:c2c2");
    // The branch had it already, whatever GitHub says.
    story.merges(Written::Nothing { work: None }).gives("checks:c1c1+c2c2, say:status");
    let _ = story.ci("c2", "test passed");
    let _ = story.is_marked_ready();
    story.wants("ba5f").gives("pass: the run knows this already");
    story.branch_is(Some("fe"), &[]).gives("show-checklist, checks:fefe, say:status");
    story.wants("ba5f").gives("say:status, revise:1:fefe");
}

#[test]
fn while_github_is_finding_out_it_is_asked_again_soon_and_then_ever_less_often() {
    let mut story = Story::in_review(2);
    let mut waits = Vec::new();
    for _ in 0..8 {
        let _ = story.pull_is(Merging::Unknown);
        let wait = story.run.wake_at.unwrap().since(story.now) / 1000;
        waits.push(wait);
        let _ = story.after(wait).time_passes();
    }
    assert_eq!(waits, [30, 30, 60, 120, 240, 480, 900, 900]);
    story.pull_is(Merging::Free).gives("nothing");
    assert_eq!(story.run.reviews.unsure_since, None);
}

#[test]
fn a_head_that_the_run_does_not_know_is_read_before_anything_is_merged_into_it() {
    let mut story = Story::in_review(2);
    story.pull_is(Merging::Wanted { tip: sha("ba5f"), head: sha("fe"), conflicts: true }).gives("read-branch");
    story.branch_is(Some("fe"), &[]).gives("show-checklist, checks:fefe, say:status");
    story.wants("ba5f").gives("say:status, revise:0:fefe");
}

#[test]
fn nothing_is_merged_while_a_step_is_in_hand_or_our_commits_are_gone() {
    for mut story in [Story::building(2), Story::verifying(2)] {
        let before = story.run.phase.clone();
        let outcome = story.wants("ba5f");
        assert_eq!(story.run.phase, before);
        let reason = if story.run.pull.is_some() { "the pull request is open, as it was" } else { "the run has no pull request yet" };
        outcome.gives(&format!("pass: {reason}"));
    }
    let mut story = Story::in_review(2);
    let _ = story.branch_is(Some("fe"), &["c1"]);
    story.wants("ba5f").gives("pass: the pull request is open, as it was");
}

/// A step whose commit CI has passed by for a minute, in a repository that has workflows.
fn passed_by() -> Story {
    let mut story = Story::verifying(2);
    story.run.plan.as_mut().unwrap().has_workflows = true;
    story.after(60).ci("c1", "").gives("read-pull-request");
    story
}

#[test]
fn a_conflict_that_keeps_ci_from_a_step_is_merged_and_the_merge_decides_for_the_step() {
    let mut story = passed_by();
    story.pull_is(Merging::Unknown).gives("pass: the pull request is open, as it was");
    let behind = Merging::Wanted { tip: sha("ba5f"), head: sha("c1"), conflicts: false };
    story.pull_is(behind).gives("pass: the pull request is open, as it was");
    story.wants("ba5f").gives("say:status, revise:0:c1c1");
    story.merges_as("d1").gives("push:d1d1");
    story.hears(Event::Pushed { unit: Unit::Round(0), commit: sha("d1") }).gives("show-checklist, checks:d1d1+ba5e+ba5f, say:status");
    assert_eq!(story.run.commit_of(Unit::Step(0)), Some(&sha("d1")));
    story.ci("d1", "test passed").gives("show-checklist, say:status, write:1:d1d1");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
}

#[test]
fn a_repair_of_the_merge_decides_for_the_step_as_well() {
    let mut story = passed_by();
    let _ = story.wants("ba5f");
    let _ = story.merges_as("d1");
    let _ = story.hears(Event::Pushed { unit: Unit::Round(0), commit: sha("d1") });
    let _ = story.ci("ba5e", "test passed");
    let _ = story.ci("ba5f", "test passed");
    story.ci("d1", "test failed").gives("show-checklist, say:status, diagnose:d1d1");
    let _ = story.finds("test", true);
    story
        .hears(Event::RoundRepaired { round: 0, written: Written::Commit { commit: sha("d2"), onto: sha("d1"), work: None } })
        .gives("push:d2d2");
    let _ = story.hears(Event::Pushed { unit: Unit::Round(0), commit: sha("d2") });
    assert_eq!(story.run.commit_of(Unit::Step(0)), Some(&sha("d2")));
    story.ci("d2", "test passed").gives("show-checklist, say:status, write:1:d2d2");
}

#[test]
fn a_conflict_below_an_unfinished_run_waits_for_a_person_and_their_merge_decides_for_the_step() {
    let mut story = passed_by();
    let _ = story.wants("ba5f");
    story.leaves_conflicts().gives("say:status, say:stuck-1");
    story.branch_is(Some("fe"), &[]).gives("show-checklist, checks:fefe, read-pull-request");
    story.pull_is(Merging::Free).gives("say:stuck-1, checks:c1c1+ba5e, say:status");
    assert_eq!(story.run.phase, Phase::Building { step: 0, stage: Stage::Verifying });
    story.after(60).ci("c1", "").gives("checks:fefe+ba5e");
    story.ci("fe", "test passed").gives("show-checklist, say:status, write:1:fefe");
    // Asking for it once more tries the merge again.
    let mut story = passed_by();
    let _ = story.wants("ba5f");
    let _ = story.leaves_conflicts();
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, checks:c1c1+ba5e, say:status");
    story.after(60).ci("c1", "").gives("read-pull-request");
    story.wants("ba5f").gives("say:status, revise:1:c1c1");
}

#[test]
fn conflicts_that_stay_are_a_persons_and_the_run_goes_on_when_they_are_gone() {
    let mut story = Story::in_conflict();
    let Phase::Stuck { reason, .. } = &story.run.phase else { panic!("{:?}", story.run.phase) };
    let files = vec!["src/1.rs".to_owned(), "src/2.rs".to_owned()];
    assert_eq!(*reason, StuckReason::Conflicts { files, why: "no model and no agent is configured".into() });
    story.wants("ba5f").gives("pass: the run knows this already");
    story.wants("ba60").gives("pass: the run knows this already");
    story.after(900).time_passes().gives("read-pull-request, read-issue, read-comments, read-pull-comments, read-branch, checks:c1c1+c2c2");
    // ada merges the base by hand.
    story.branch_is(Some("fe"), &[]).gives("show-checklist, checks:fefe, read-pull-request");
    story.pull_is(Merging::Unknown).gives("nothing");
    assert!(story.run.wake_at.unwrap().since(story.now) <= 30_000);
    story.pull_is(Merging::Free).gives("say:stuck-1, checks:c1c1+c2c2+fefe, say:status");
    assert_eq!(story.run.phase, Phase::Finishing);
    let _ = story.ci("c2", "test passed");
    story.is_marked_ready().gives("show-checklist, say:status, say:done, read-pull-request, read-reviews");
    story.wants("ba60").gives("say:status, revise:1:fefe");
}

#[test]
fn a_person_has_the_same_conflict_tried_again() {
    let mut story = Story::in_conflict();
    let retry = Event::PermissionRead { login: login("ada"), may_steer: true, wish: Wish::Retry };
    story.hears(retry).gives("say:stuck-1, checks:c1c1+c2c2, say:status");
    let _ = story.ci("c2", "test passed");
    let _ = story.is_marked_ready();
    story.wants("ba5f").gives("say:status, revise:1:c2c2");
    story.leaves_conflicts().gives("say:status, say:stuck-2");
}

#[test]
fn a_merge_whose_budget_was_spent_goes_on_where_it_was_with_as_much_again() {
    let mut story = Story::in_review(2);
    story.wants("ba5f").gives("say:status, revise:0:c2c2");
    let exhausted = Box::new(super::sample::exhausted());
    story.merges(Written::OutOfBudget { exhausted, work: Box::new(worked()) }).gives("say:status, say:stuck-1");
    let retry = Event::PermissionRead { login: login("ada"), may_steer: true, wish: Wish::Retry };
    story.hears(retry).gives("say:stuck-1, say:status, revise:0:c2c2");
    assert_eq!((story.run.renewals, &story.run.phase), (1, &Unit::Round(0).at(Stage::Writing)));
}

#[test]
fn a_base_that_moves_on_and_on_is_a_persons_after_thirty_merges() {
    let mut story = Story::in_review(1);
    let merged = |story: &mut Story, round: usize| {
        let _ = story.wants(&format!("{:04x}", 0xa000 + round));
        let _ = story.merges(Written::Nothing { work: None });
        let _ = story.ci("c1", "test passed");
        let _ = story.is_marked_ready();
        assert_eq!((&story.run.phase, story.run.reviews.rounds.len()), (&Phase::InReview, round + 1));
    };
    (0..30).for_each(|round| merged(&mut story, round));
    story.wants("ba5f").gives("say:status, say:stuck-1");
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, checks:c1c1, say:status");
    let _ = story.ci("c1", "test passed");
    let _ = story.is_marked_ready();
    (30..60).for_each(|round| merged(&mut story, round));
    story.wants("ba5f").gives("say:status, say:stuck-2");
}

#[test]
fn a_push_during_the_merge_is_kept_and_merged_into() {
    let mut story = Story::in_review(2);
    story.wants("ba5f").gives("say:status, revise:0:c2c2");
    story.merges_as("d1").gives("push:d1d1");
    let conflict = Event::BranchConflict { unit: Unit::Round(0), onto: sha("c2"), head: Some(sha("fe")), keeps_ours: true };
    story.hears(conflict).gives("read-branch, say:status, revise:0:fefe");
}

#[test]
fn a_review_is_worked_on_after_a_merge_and_says_its_own() {
    let mut story = Story::in_review(2);
    story.wants("ba5f").gives("say:status, revise:0:c2c2");
    story.run.reviews.rounds.push(super::sample::round());
    story.merges_as("d1").gives("push:d1d1");
    let _ = story.hears(Event::Pushed { unit: Unit::Round(0), commit: sha("d1") });
    story.ci("d1", "test passed").gives("show-checklist, say:status, revise:1:d1d1");
    let words = &story.run.reviews.rounds[1].items[0].threads[0].said[0].text;
    assert_eq!(*words, Untrusted::new("Call it `name`."));
}
