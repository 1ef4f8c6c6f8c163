//! Red checks, moved branches and effects that could not be performed.

use super::sample::{base, login, sha};
use super::story::Story;
use crate::domain::PullNumber;
use crate::workflow::checklist::{Checklist, Standing};
use crate::workflow::verdict::Verdict;
use crate::workflow::{Effect, Event, Merging, Message, NotMended, Phase, Stage, StuckReason, Unit};

fn gave_up(effect: Effect) -> Event {
    Event::GaveUp { effect: Box::new(effect), why: "403: not allowed".into(), may_heal: false }
}

fn tried_in_vain(effect: Effect) -> Event {
    Event::GaveUp { effect: Box::new(effect), why: "503".into(), may_heal: true }
}

/// Step 1 of `steps` is red, and the base is not.
fn red(steps: usize) -> Story {
    let mut story = Story::verifying(steps);
    story.ci("c1", "test failed, lint passed").gives("show-checklist, checks:ba5e");
    story.ci("ba5e", "test passed").gives("say:status, diagnose:c1c1");
    story.finds("test", false).gives("say:status, say:stuck-1");
    story
}

#[test]
fn a_red_check_is_compared_with_the_base_and_reported_once() {
    let mut story = red(2);
    let expected = StuckReason::ChecksRed { step: 0, failing: vec!["test".into()], why: Some(NotMended::NoWriter) };
    assert!(matches!(&story.run.phase, Phase::Stuck { reason, .. } if *reason == expected));
    story.ci("c1", "test failed, lint passed").gives("pass: the run knows this already");
    story.time_passes().gives("read-pull-request, read-issue, read-comments, read-pull-comments, read-branch, checks:c1c1+ba5e");
}

#[test]
fn a_re_run_that_turns_green_frees_the_run() {
    let mut story = red(2);
    story.hears(Event::ChecksChanged { commit: sha("c1") }).gives("checks:c1c1");
    story.ci("c1", "test passed").gives("say:stuck-1, show-checklist, checks:c1c1+ba5e, say:status");
    story.ci("c1", "test passed").gives("say:status, write:1:c1c1");
}

#[test]
fn a_retry_at_checks_that_are_still_red_is_answered_with_a_new_report() {
    let mut story = red(2);
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, checks:c1c1+ba5e, say:status");
    story.ci("c1", "test failed, lint passed").gives("say:status, diagnose:c1c1");
    story.finds("test", false).gives("say:status, say:stuck-2");
}

#[test]
fn what_is_red_on_the_base_too_is_reported_and_not_repaired() {
    let mut story = Story::verifying(1);
    story.ci("c1", "test failed").gives("show-checklist, checks:ba5e");
    story.ci("ba5e", "test failed").gives("show-checklist, checks:c1c1");
    assert_eq!(story.boxes(), "[ ] | [ ][ ]");
    story.ci("c1", "test failed").gives("reread:c1c1, show-checklist, say:status, say:done, read-pull-request, read-reviews");
    assert_eq!(story.run.phase, Phase::InReview);
}

#[test]
fn a_base_that_turns_out_red_frees_a_run_that_waits_for_it() {
    let mut story = red(1);
    story.ci("ba5e", "test failed").gives("say:stuck-1, show-checklist, checks:c1c1+ba5e, say:status");
}

#[test]
fn a_commit_that_a_person_put_on_top_repairs_the_step() {
    let mut story = red(2);
    story.hears(Event::BranchMoved { to: Some(sha("fe")) }).gives("read-branch");
    story.branch_is(Some("fe"), &[]).gives("show-checklist, checks:fefe");
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, checks:fefe+ba5e, say:status");
    story.ci("fe", "test passed").gives("show-checklist, say:status, write:1:fefe");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
}

#[test]
fn cancelled_checks_wait_for_a_person() {
    let mut story = Story::verifying(1);
    story.ci("c1", "test cancelled").gives("show-checklist, say:status, diagnose:c1c1");
    story.hears(gave_up(Effect::Diagnose { unit: Unit::Step(0), commit: sha("c1") })).gives("say:status, say:stuck-1");
    story.ci("c1", "test passed").gives("say:stuck-1, show-checklist, checks:c1c1, say:status");
}

#[test]
fn a_check_that_is_cancelled_in_review_is_run_again_once_and_then_left_as_it_is() {
    let mut story = Story::in_review(2);
    story.ci("c2", "test cancelled").gives("show-checklist, say:status, diagnose:c2c2");
    story.finds("test by service", true).gives("rerun:c2c2:4, checks:c2c2+ba5e, say:status");
    let replaced = story.run.mending.reruns[0].id;
    assert_eq!(replaced, Some(9));
    story.ci("c2", "test passed").gives("show-checklist, checks:c1c1+c2c2");
    story.ci("c2", "test passed").gives("mark-ready");
    let _ = story.is_marked_ready();
    assert_eq!((&story.run.phase, story.boxes().as_str()), (&Phase::InReview, "[x][x] | [x][ ]"));
    story.ci("c2", "test cancelled").gives("show-checklist, say:status");
    assert_eq!((&story.run.phase, story.boxes().as_str()), (&Phase::InReview, "[x][ ] | [ ][ ]"));
}

#[test]
fn checks_that_never_end_wait_for_a_person_after_the_time_allowed() {
    let mut story = Story::verifying(1);
    story.ci("c1", "test pending").gives("show-checklist");
    story.after(3599).ci("c1", "test pending").gives("nothing");
    story.after(1).ci("c1", "test pending").gives("show-checklist, say:status, say:stuck-1");
    assert_eq!(story.run.plan.as_ref().unwrap().verdict(0), Verdict::TimedOut(vec!["test".into()]));
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, checks:c1c1, say:status");
    story.after(30).ci("c1", "test pending").gives("nothing");
}

#[test]
fn an_app_that_was_told_of_a_commit_is_waited_for_during_the_time_of_grace_and_no_longer() {
    let mut story = Story::verifying(2);
    story.ci("c1", "dco passed, CI announced").gives("nothing");
    assert_eq!(story.boxes(), "[ ][ ] | [ ][ ]");
    story.after(59).ci("c1", "dco passed, CI pending").gives("nothing");
    story.ci("c1", "dco passed, CI announced").gives("nothing");
    story.after(1).ci("c1", "dco passed, CI announced").gives("show-checklist, say:status, write:1:c1c1");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
}

#[test]
fn an_app_that_never_speaks_is_no_ci() {
    let mut story = Story::verifying(1);
    story.ci("c1", "CI announced").gives("nothing");
    story.after(60).ci("c1", "CI announced").gives("checks:c1c1");
    story.ci("c1", "CI announced").gives("reread:c1c1, show-checklist, say:status, say:done, read-pull-request, read-reviews");
}

#[test]
fn checks_that_are_re_run_while_finishing_are_awaited_but_not_for_ever() {
    let mut story = Story::verifying(1);
    story.ci("c1", "test passed").gives("show-checklist, checks:c1c1");
    story.ci("c1", "test pending").gives("show-checklist");
    story.after(30).time_passes().gives("checks:c1c1");
    story.after(3570).ci("c1", "test pending").gives("show-checklist, say:status, say:stuck-1");
}

#[test]
fn a_step_that_turns_red_while_finishing_is_compared_with_the_base_too() {
    let mut story = Story::verifying(1);
    story.ci("c1", "test passed").gives("show-checklist, checks:c1c1");
    story.ci("c1", "test failed").gives("show-checklist, checks:ba5e");
    story.ci("ba5e", "").gives("say:status, diagnose:c1c1");
    story.finds("test", false).gives("say:status, say:stuck-1");
    story.ci("c1", "test passed").gives("say:stuck-1, show-checklist, checks:c1c1+ba5e, say:status");
    story.ci("c1", "test passed").gives("checks:c1c1");
    story.ci("c1", "test passed").gives("reread:c1c1, mark-ready");
}

#[test]
fn a_re_run_that_turns_red_in_review_unticks_and_green_again_ticks() {
    let mut story = Story::in_review(2);
    assert_eq!(story.boxes(), "[x][x] | [x][ ]");
    story.ci("c2", "test failed").gives("show-checklist, say:status, checks:ba5e, back-to-draft");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
    story.ci("ba5e", "test passed").gives("say:status, diagnose:c2c2");
    story.ci("c2", "test passed").gives("show-checklist, checks:c1c1+c2c2");
    assert_eq!(story.boxes(), "[x][x] | [x][ ]");
}

#[test]
fn a_commit_by_a_person_is_kept_and_built_upon() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.writes("c2").gives("push:c2c2");
    let conflict = Event::BranchConflict { unit: Unit::Step(1), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: true };
    story.hears(conflict.clone()).gives("read-branch, say:status, write:1:fefe");
    story.writes("c3").gives("push:c3c3");
    let conflict = Event::BranchConflict { unit: Unit::Step(1), onto: sha("fe"), head: Some(sha("fe")), keeps_ours: true };
    story.hears(conflict).gives("say:status, say:stuck-1");
    let Phase::Stuck { reason, .. } = &story.run.phase else { panic!("not stuck") };
    assert!(matches!(reason, StuckReason::Refused { .. }), "the same conflict twice is no conflict: {reason:?}");
}

#[test]
fn a_person_who_pushes_before_us_is_no_refusal_though_the_run_knows_of_it_by_then() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.writes("c2").gives("push:c2c2");
    story.branch_is(Some("fe"), &[]).gives("pass: the branch holds what it held");
    let conflict = Event::BranchConflict { unit: Unit::Step(1), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: true };
    story.hears(conflict).gives("read-branch, say:status, write:1:fefe");
}

#[test]
fn a_force_push_that_drops_commits_unticks_and_waits_until_they_are_put_back() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
    story.hears(Event::BranchMoved { to: Some(sha("fe")) }).gives("read-branch");
    story.branch_is(Some("fe"), &["c1"]).gives("show-checklist, say:status, say:stuck-1");
    assert_eq!(story.boxes(), "[ ][ ] | [ ][ ]");
    assert_eq!(Checklist::of(&story.run).unwrap().steps[0].standing, Standing::Lost);
    story.branch_is(Some("fe"), &["c1"]).gives("pass: the branch holds what it held");
    story.hears(Event::BranchMoved { to: Some(sha("c1")) }).gives("read-branch");
    story.branch_is(Some("c1"), &[]).gives("say:stuck-1, show-checklist, checks:c1c1, say:status, write:1:c1c1");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
}

#[test]
fn a_force_push_back_to_an_earlier_commit_of_ours_is_noticed() {
    let mut story = Story::in_review(2);
    story.hears(Event::BranchMoved { to: Some(sha("c2")) }).gives("pass: the branch moved to our newest commit");
    story.hears(Event::BranchMoved { to: Some(sha("c1")) }).gives("read-branch");
    story.branch_is(Some("c1"), &["c2"]).gives("show-checklist, say:status, say:stuck-1, back-to-draft");
    let stuck = Phase::Stuck { reason: StuckReason::BranchRewritten, from: Box::new(Phase::InReview) };
    assert_eq!((story.boxes().as_str(), story.run.phase.clone()), ("[x][ ] | [ ][ ]", stuck));
}

#[test]
fn what_a_force_push_dropped_is_built_anew_on_what_is_there_when_a_person_says_so() {
    for order in ["/journeyman retry", "/journeyman rebuild step 2"] {
        let mut story = Story::in_review(2);
        story.branch_is(Some("fe"), &["c2"]).gives("show-checklist, say:status, say:stuck-1, back-to-draft");
        assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
        story.somebody_says(order).gives("say:stuck-1, react, show-checklist, say:status, write:1:fefe");
        story.writes("d2").gives("push:d2d2");
        story.pushes().gives("show-checklist, say:status, checks:d2d2+ba5e");
        story.ci("d2", "test passed").gives("show-checklist, checks:c1c1+d2d2");
        story.ci("d2", "test passed").gives("reread:d2d2, mark-ready");
    }
}

#[test]
fn a_branch_that_was_deleted_is_made_anew_from_its_base() {
    let mut story = Story::verifying(2);
    story.branch_is(None, &[]).gives("show-checklist, say:status, say:stuck-1");
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, show-checklist, say:status, write:0:ba5e");
}

#[test]
fn a_branch_rewritten_under_a_push_is_noticed_when_it_comes_back() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.writes("c2").gives("push:c2c2");
    let conflict = Event::BranchConflict { unit: Unit::Step(1), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: false };
    story.hears(conflict).gives("read-branch, say:status, say:stuck-1");
    story.hears(Event::BranchMoved { to: Some(sha("c1")) }).gives("read-branch");
    story.branch_is(Some("c1"), &[]).gives("say:stuck-1, say:status, write:1:c1c1");
}

#[test]
fn a_branch_deleted_after_a_merge_unticks_nothing_before_the_merge_is_known() {
    let mut story = Story::in_review(1);
    story.hears(Event::BranchMoved { to: None }).gives("read-pull-request, read-branch");
    story.hears(Event::PullRequestRead { open: false, merged: true, merging: Merging::Free }).gives("show-checklist, say:status");
    story.branch_is(None, &[]).gives("pass: the run is over");
    assert_eq!(story.boxes(), "[x] | [x][ ]");
}

#[test]
fn somebody_elses_branch_of_the_same_name_is_not_built_upon_by_itself() {
    let mut story = Story::building(1);
    let nothing = "pass: no commit of ours is on the branch yet";
    story.hears(Event::BranchMoved { to: Some(sha("fe")) }).gives(nothing);
    story.branch_is(Some("fe"), &[]).gives(nothing);
    assert_eq!(story.run.head, Some(base()));
}

#[test]
fn an_effect_that_the_run_can_do_without_is_passed_over_when_given_up() {
    let mut story = Story::verifying(1);
    for effect in [Effect::Acknowledge, Effect::Say(Message::Status), Effect::ShowChecklist, Effect::ReadBranch] {
        story.hears(gave_up(effect)).gives("pass: the run can do without it");
    }
}

#[test]
fn another_effect_given_up_waits_for_a_person_and_is_tried_again_on_retry() {
    let mut story = Story::building(1);
    story.hears(gave_up(Effect::WriteStep { step: 0, onto: base() })).gives("say:status, say:stuck-1");
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, say:status, write:0:ba5e");
    story.writes("c1").gives("push:c1c1");
    story.hears(gave_up(Effect::Push { step: 0, commit: sha("c1"), onto: base(), new_branch: true })).gives("say:status, say:stuck-2");
    story.somebody_says("/journeyman retry").gives("say:stuck-2, react, say:status, write:0:ba5e");
}

#[test]
fn a_run_stopped_by_an_outage_goes_on_by_itself_and_calls_people_once() {
    let mut story = Story::building(1);
    let write = Effect::WriteStep { step: 0, onto: base() };
    story.hears(tried_in_vain(write.clone())).gives("say:status, say:stuck-1");
    story.after(900).time_passes().gives("read-issue, read-comments, say:status, write:0:ba5e");
    story.after(1600).hears(tried_in_vain(write.clone())).gives("say:status, say:stuck-1");
    story.after(900).time_passes().gives("read-issue, read-comments, say:status, write:0:ba5e");
    story.writes("c1").gives("push:c1c1");
    let push = Effect::Push { step: 0, commit: sha("c1"), onto: base(), new_branch: true };
    story.after(7200).hears(tried_in_vain(push)).gives("say:status, say:stuck-2");
}

#[test]
fn what_was_refused_for_good_waits_for_a_person() {
    let mut story = Story::building(1);
    story.hears(gave_up(Effect::WriteStep { step: 0, onto: base() })).gives("say:status, say:stuck-1");
    story.after(900).time_passes().gives("read-issue, read-comments");
}

#[test]
fn checks_that_could_not_be_read_are_read_again_by_the_clock() {
    let mut story = Story::verifying(1);
    let read = Effect::ReadChecks { commits: vec![sha("c1")] };
    story.hears(tried_in_vain(read.clone())).gives("pass: the run can do without it");
    story.after(30).time_passes().gives("checks:c1c1");
    story.hears(gave_up(read)).gives("say:status, say:stuck-1");
}

#[test]
fn a_pull_request_that_could_not_be_opened_is_opened_on_retry() {
    let mut story = Story::building(1);
    story.writes("c1").gives("push:c1c1");
    story.pushes().gives("open-pull-request, checks:c1c1+ba5e");
    story.hears(gave_up(Effect::OpenPullRequest)).gives("say:status, say:stuck-1");
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, open-pull-request, checks:c1c1, say:status");
}

#[test]
fn an_effect_given_up_that_nobody_wants_any_more_is_passed_over() {
    let mut story = Story::verifying(2);
    let late = Effect::Push { step: 1, commit: sha("c2"), onto: sha("c1"), new_branch: false };
    story.hears(gave_up(late)).gives("pass: the run no longer waits for this");
    story.hears(gave_up(Effect::OpenPullRequest)).gives("pass: the run no longer waits for this");
}

#[test]
fn a_pull_request_opened_while_the_run_was_stopped_is_shown_but_not_built_on() {
    let mut story = Story::building(2);
    story.writes("c1").gives("push:c1c1");
    story.pushes().gives("open-pull-request, checks:c1c1+ba5e");
    story.hears(Event::Unlabelled { by: login("ada") }).gives("read-issue");
    story.issue_is(true, false, "0").gives("say:status");
    story.hears(Event::PullRequestOpened { number: PullNumber(13) }).gives("show-checklist, say:status");
    story.ci("c1", "test passed").gives("pass: no commit's checks are awaited");
}

#[test]
fn what_comes_out_of_turn_is_passed_over() {
    let mut story = Story::verifying(2);
    let out_of_turn = "pass: the run no longer waits for this";
    story.hears(Event::Pushed { unit: Unit::Step(0), commit: sha("c1") }).gives(out_of_turn);
    story.hears(Event::MarkedReady).gives(out_of_turn);
    story.hears(Event::BranchConflict { unit: Unit::Step(0), onto: base(), head: None, keeps_ours: false }).gives(out_of_turn);
    assert_eq!(story.run.phase, Phase::Building { step: 0, stage: Stage::Verifying });
}
