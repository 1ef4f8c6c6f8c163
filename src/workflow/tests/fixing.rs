//! What becomes of a red check: looked into, run again, repaired, each within its bounds.

use super::sample::{failure, login, sha};
use super::story::Story;
use crate::workflow::verdict::{Check, CheckState, RequiredCheck, Verdict, newest};
use crate::workflow::{Checked, Effect, Event, Failure, Local, NotMended, Outcome, Phase, Shown, Stage, StuckReason, Unit, Wish, Written};

/// Step 1 is red and its checks are looked into.
fn diagnosing() -> Story {
    let mut story = Story::verifying(2);
    story.ci("ba5e", "test passed").gives("nothing");
    story.ci("c1", "test failed, lint passed").gives("show-checklist, say:status, diagnose:c1c1");
    story
}

fn why(story: &Story) -> Option<NotMended> {
    let Phase::Stuck { reason, .. } = &story.run.phase else { return None };
    if let StuckReason::ChecksRed { why, .. } | StuckReason::ChecksCancelled { why, .. } = reason { why.clone() } else { None }
}

/// The repair is written, pushed, and found to be so.
fn repaired(story: &mut Story, commit: &str, results: &str) {
    let _ = story.writes(commit);
    let _ = story.pushes();
    let _ = story.ci(commit, results);
}

#[test]
fn a_failure_of_the_code_is_repaired_by_a_further_commit_of_its_step() {
    let mut story = diagnosing();
    story.finds("test", true).gives("say:status, repair:0:c1c1");
    story.writes("d1").gives("push:d1d1");
    story.pushes().gives("show-checklist, say:status, checks:d1d1");
    story.ci("d1", "test passed, lint passed").gives("show-checklist, say:status, write:1:d1d1");
    let run = &story.run;
    assert_eq!((run.commit_of(Unit::Step(0)), run.mending.repairs[0].commit.clone()), (Some(&sha("d1")), Some(sha("d1"))));
    assert_eq!((run.mending.repairs[0].of.clone(), run.mending.attempt(Unit::Step(0))), (sha("c1"), 2));
}

#[test]
fn a_check_is_repaired_twice_in_a_row_and_then_a_person_is_asked_who_lets_it_begin_anew() {
    let mut story = diagnosing();
    let _ = story.finds("test", true);
    repaired(&mut story, "d1", "test failed");
    story.finds("test", true).gives("say:status, repair:0:d1d1");
    repaired(&mut story, "d2", "test failed");
    story.finds("test", true).gives("say:status, say:stuck-1");
    assert_eq!(why(&story), Some(NotMended::InARow(2)));
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, checks:d2d2+ba5e, say:status");
    story.ci("d2", "test failed").gives("say:status, diagnose:d2d2");
    story.finds("test", true).gives("say:status, repair:0:d2d2");
}

#[test]
fn a_repair_that_spent_its_budget_goes_on_as_the_same_repair() {
    let mut story = diagnosing();
    let _ = story.finds("test", true);
    for time in 1..4 {
        story.is_out_of_budget().gives(&format!("say:status, say:stuck-{time}"));
        story.somebody_says("/journeyman retry").gives(&format!("say:stuck-{time}, react, checks:c1c1+ba5e, say:status"));
        story.ci("c1", "test failed").gives("say:status, diagnose:c1c1");
        story.finds("test", true).gives("say:status, repair:0:c1c1");
        assert_eq!(story.run.mending.repairs.len(), 1);
    }
    // One that came to nothing is over, and another begins.
    story.needs_no_change().gives("say:status, say:stuck-4");
    let _ = story.somebody_says("/journeyman retry");
    let _ = story.ci("c1", "test failed");
    story.finds("test", true).gives("say:status, repair:0:c1c1");
    assert_eq!(story.run.mending.repairs.len(), 2);
}

#[test]
fn a_check_of_the_base_that_never_ends_is_waited_for_as_long_as_any_other() {
    let mut story = Story::verifying(1);
    story.ci("ba5e", "test pending").gives("nothing");
    story.ci("c1", "test failed").gives("show-checklist, checks:ba5e");
    story.after(3599).ci("c1", "test failed").gives("checks:ba5e");
    story.after(1).ci("c1", "test failed").gives("say:status, diagnose:c1c1");
}

#[test]
fn other_checks_and_green_commits_end_a_row() {
    let mut story = diagnosing();
    let _ = story.finds("test", true);
    repaired(&mut story, "d1", "test failed, lint failed");
    let _ = story.finds("test, lint", true);
    repaired(&mut story, "d2", "test passed, lint failed");
    story.finds("lint", true).gives("say:status, repair:0:d2d2");
    repaired(&mut story, "d3", "test passed, lint passed");
    repaired(&mut story, "c2", "test failed, lint passed");
    story.finds("test", true).gives("say:status, repair:1:c2c2");
}

#[test]
fn a_pull_request_has_ten_repairs_in_all() {
    let mut story = diagnosing();
    let _ = story.finds("test", true);
    for round in 1..10 {
        // Each time another check fails, so that none is repaired in a row.
        repaired(&mut story, &format!("d{round}"), &format!("check{round} failed"));
        let _ = story.finds(&format!("check{round}"), true);
        assert!(matches!(story.run.phase, Phase::Building { stage: Stage::Fixing, .. }), "{round}: {:?}", story.run.phase);
    }
    repaired(&mut story, "da", "last failed");
    story.finds("last", true).gives("say:status, say:stuck-1");
    assert_eq!(why(&story), Some(NotMended::InAll(10)));
}

#[test]
fn what_looks_like_the_service_is_run_again_once_for_a_commit() {
    let mut story = diagnosing();
    story.finds("test by service", true).gives("rerun:c1c1:4, checks:c1c1, say:status");
    // The old run is still all that GitHub tells of.
    let old = |id| {
        let mut checks = super::sample::checks("test failed, lint passed");
        checks[0].id = Some(id);
        Event::ChecksRead { checked: vec![Checked { commit: sha("c1"), checks }], required: None }
    };
    story.hears(old(9)).gives("show-checklist");
    assert_eq!(story.run.plan.as_ref().unwrap().verdict(0), Verdict::Pending);
    story.hears(old(10)).gives("show-checklist, say:status, diagnose:c1c1");
    story.finds("test by service", true).gives("say:status, say:stuck-1");
    assert_eq!(why(&story), Some(NotMended::RunAgain));
}

#[test]
fn a_run_again_that_is_refused_or_impossible_is_told() {
    let mut story = diagnosing();
    let _ = story.finds("test by service", true);
    let refused = Event::RerunRefused { commit: sha("c1"), why: "the App may not: it lacks the permission Actions: write".into() };
    story.hears(refused).gives("say:status, say:stuck-1");
    assert!(matches!(why(&story), Some(NotMended::NotRunAgain(why)) if why.contains("Actions")));
    let mut story = diagnosing();
    let status = Failure { service: Some("it was cancelled".into()), ..failure("test") };
    let unit = Unit::Step(0);
    let found = Event::Diagnosed { unit, commit: sha("c1"), failures: vec![status], can_repair: true };
    story.hears(found).gives("say:status, say:stuck-1");
    assert!(matches!(why(&story), Some(NotMended::NotRunAgain(_))));
}

#[test]
fn code_is_repaired_before_anything_is_run_again() {
    let mut story = diagnosing();
    story.finds("test, lint by service", true).gives("say:status, repair:0:c1c1");
    assert_eq!(story.run.mending.repairs[0].checks, ["test"]);
}

#[test]
fn what_five_other_pull_requests_fail_is_systemic_and_not_repaired() {
    for (others, key) in [(4, "say:status, repair:0:c1c1"), (5, "say:status, say:stuck-1")] {
        let mut story = diagnosing();
        let failures = vec![Failure { others, ..failure("test") }];
        story.hears(Event::Diagnosed { unit: Unit::Step(0), commit: sha("c1"), failures, can_repair: true }).gives(key);
        assert_eq!(why(&story), (others == 5).then_some(NotMended::Systemic(5)));
    }
}

#[test]
fn an_implementer_that_sees_nothing_to_repair_leaves_it_to_a_person() {
    let mut story = diagnosing();
    let _ = story.finds("test", true);
    story.needs_no_change().gives("say:status, say:stuck-1");
    assert_eq!(why(&story), Some(NotMended::NothingToRepair));
}

#[test]
fn a_re_run_by_a_person_frees_the_step_at_any_moment_of_its_repair() {
    let mut story = diagnosing();
    story.ci("c1", "test passed, lint passed").gives("show-checklist, say:status, write:1:c1c1");
    let mut story = diagnosing();
    let _ = story.finds("test", true);
    story.ci("c1", "test passed, lint passed").gives("show-checklist, say:status, write:1:c1c1");
    let late = Event::StepWritten { step: 0, written: Written::Commit { commit: sha("d1"), onto: sha("c1"), work: None } };
    story.hears(late).gives("pass: the run no longer waits for this");
}

#[test]
fn a_branch_that_moved_under_a_repair_is_repaired_on_top() {
    let mut story = diagnosing();
    let _ = story.finds("test", true);
    let _ = story.writes("d1");
    let moved = Event::BranchConflict { unit: Unit::Step(0), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: true };
    story.hears(moved).gives("read-branch, repair:0:fefe");
    assert!(matches!(story.run.phase, Phase::Building { step: 0, stage: Stage::Fixing }));
}

#[test]
fn a_step_that_turns_red_in_review_is_repaired_and_the_pull_request_is_a_draft_meanwhile() {
    let mut story = Story::in_review(2);
    let _ = story.ci("ba5e", "test passed");
    story.ci("c2", "test failed").gives("show-checklist, say:status, diagnose:c2c2, back-to-draft");
    story.finds("test", true).gives("say:status, repair:1:c2c2");
    story.writes("d2").gives("push:d2d2");
    story.pushes().gives("show-checklist, say:status, checks:d2d2");
    story.ci("d2", "test passed").gives("show-checklist, checks:c1c1+d2d2");
    story.ci("d2", "test passed").gives("reread:d2d2, mark-ready");
    story.is_marked_ready().gives("show-checklist, say:status, say:done, read-pull-request, read-reviews");
}

#[test]
fn an_old_commit_that_turns_red_under_a_green_head_is_unticked_and_not_repaired() {
    let mut story = Story::in_review(2);
    let _ = story.ci("ba5e", "test passed");
    story.ci("c1", "test failed").gives("show-checklist, say:status, back-to-draft");
    assert_eq!((story.boxes().as_str(), &story.run.phase), ("[ ][x] | [x][ ]", &Phase::InReview));
    story.ci("c1", "test passed").gives("show-checklist, say:status, checks:c1c1+c2c2");
}

#[test]
fn checks_may_take_a_quarter_of_an_hour_longer_than_on_the_base() {
    let mut story = Story::verifying(1);
    let mut checks = super::sample::checks("test passed");
    checks[0].began = Some(story.now);
    checks[0].ended = Some(story.now.plus_seconds(300));
    story.hears(Event::ChecksRead { checked: vec![Checked { commit: sha("ba5e"), checks }], required: None }).gives("nothing");
    story.ci("c1", "test pending").gives("show-checklist");
    story.after(1199).ci("c1", "test pending").gives("nothing");
    story.after(1).ci("c1", "test pending").gives("show-checklist, say:status, say:stuck-1");
}

#[test]
fn required_checks_decide_alone_and_are_waited_for_but_never_our_own() {
    let mut story = Story::verifying(2);
    let required = ["build", "Specification"].map(|context| RequiredCheck { context: context.into(), app: None });
    let read = |results: &str| Event::ChecksRead {
        checked: vec![Checked { commit: sha("c1"), checks: super::sample::checks(results) }],
        required: Some(required.to_vec()),
    };
    story.hears(read("lint failed")).gives("nothing");
    assert_eq!(story.run.plan.as_ref().unwrap().verdict(0), Verdict::Pending);
    story.hears(read("lint failed, build passed")).gives("show-checklist, say:status, write:1:c1c1");
}

#[test]
fn without_ci_the_commands_of_the_step_decide() {
    let quiet = |commands: &[&str]| {
        let mut story = Story::verifying(2);
        let plan = story.run.plan.as_mut().unwrap();
        plan.specification.steps[0].verify = commands.iter().map(|command| (*command).to_owned()).collect();
        story
    };
    let mut story = quiet(&["make test"]);
    story.after(60).ci("c1", "").gives("verify-locally:c1c1");
    let verified = |local| Event::VerifiedLocally { unit: Unit::Step(0), commit: sha("c1"), local };
    story.hears(verified(Local::Passed(vec!["make test".into()]))).gives("show-checklist, say:status, write:1:c1c1");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
    let mut story = quiet(&["make test"]);
    let _ = story.after(60).ci("c1", "");
    let failed = Local::Failed {
        command: "make test".into(),
        ended: "ended with status 2".into(),
        output: crate::domain::Untrusted::new("no rule"),
    };
    let _ = story.ci("ba5e", "");
    story.hears(verified(failed)).gives("show-checklist, say:status, diagnose:c1c1");
    let mut story = quiet(&["make test"]);
    let _ = story.after(60).ci("c1", "");
    story.hears(verified(Local::NotRun("no sandbox".into()))).gives("show-checklist, say:status, write:1:c1c1");
    assert_eq!(story.boxes(), "[ ][ ] | [ ][ ]");
}

#[test]
fn our_check_follows_the_run_and_is_a_success_only_when_every_step_is_verified() {
    let outcome = |story: &Story| Shown::of(&story.run).map(|shown| (shown.head, shown.outcome));
    let mut story = Story::building(1);
    assert_eq!(outcome(&story), None);
    let _ = story.writes("c1");
    let _ = story.pushes();
    assert!(story.shows_check);
    assert_eq!(outcome(&story), Some((sha("c1"), Outcome::InProgress)));
    let _ = story.opens_the_pull_request();
    let _ = story.ci("ba5e", "test passed");
    let _ = story.ci("c1", "test failed");
    let _ = story.finds("test", false);
    assert_eq!(outcome(&story), Some((sha("c1"), Outcome::Failure)));
    let _ = story.ci("c1", "test passed");
    let _ = story.ci("c1", "test passed");
    let _ = story.ci("c1", "test passed");
    assert_eq!(outcome(&story), Some((sha("c1"), Outcome::InProgress)));
    let _ = story.is_marked_ready();
    assert!(story.shows_check);
    assert_eq!(outcome(&story), Some((sha("c1"), Outcome::Success)));
    story.ci("c1", "test passed").gives("pass: the run knows this already");
}

#[test]
fn buttons_do_what_their_orders_do_for_those_who_may_steer() {
    let press = |wish| Event::Pressed { by: login("grace"), wish };
    let may = |wish, may_steer| Event::PermissionRead { login: login("grace"), may_steer, wish };
    let mut story = diagnosing();
    story.hears(press(Wish::Retry)).gives("pass: the run is not stuck, so that there is nothing to try again");
    let _ = story.finds("test", false);
    story.hears(press(Wish::Retry)).gives("read-permission:grace");
    story.hears(may(Wish::Retry, false)).gives("pass: who may not write to the repository steers no run");
    story.hears(may(Wish::Retry, true)).gives("say:stuck-1, checks:c1c1+ba5e, say:status");
    story.hears(press(Wish::Stop)).gives("read-permission-to-stop:grace");
    story.hears(may(Wish::Stop, true)).gives("show-checklist, say:status");
    assert!(matches!(story.run.phase, Phase::Over(_)));
    story.hears(press(Wish::Stop)).gives("pass: the run is over");
}

#[test]
fn our_check_is_made_anew_when_somebody_asks_for_it() {
    let mut story = diagnosing();
    let _ = story.hears(Event::Rerequested { by: login("grace") });
    assert_eq!(story.asked, [Effect::ReadChecks { commits: vec![sha("c1")] }, Effect::ShowCheck]);
}

#[test]
fn a_repository_with_slow_ci_has_all_steps_written_before_it_is_waited_for_and_the_first_red_one_is_repaired() {
    let mut story = Story::building(2);
    story.run.plan.as_mut().unwrap().repository.waits_at_end = true;
    story.writes("c1").gives("push:c1c1");
    story.pushes().gives("open-pull-request, say:status, write:1:c1c1");
    let _ = story.opens_the_pull_request();
    story.writes("c2").gives("push:c2c2");
    story.pushes().gives("show-checklist, say:status, checks:c1c1+ba5e");
    // What the second step's commit says waits for the first.
    story.ci("c2", "test failed").gives("show-checklist");
    story.ci("ba5e", "test passed").gives("nothing");
    story.ci("c1", "test failed").gives("show-checklist, say:status, diagnose:c1c1");
    story.finds("test", true).gives("say:status, repair:0:c2c2");
    story.writes("d1").gives("push:d1d1");
    story.pushes().gives("show-checklist, say:status, checks:d1d1");
    // The second step was red for the same reason, and is judged by the repair as well.
    story.ci("d1", "test passed").gives("show-checklist, checks:d1d1, say:status");
    assert_eq!(story.boxes(), "[x][x] | [x][ ]");
}

#[test]
fn a_suite_that_more_is_to_come_of_hides_behind_no_other_suite_and_no_run() {
    let of = |id, suite, state| Check { name: "CI".into(), app: Some(1), id, suite, state, ..Check::default() };
    let open = of(None, None, CheckState::Pending);
    let announced = of(None, None, CheckState::Announced);
    let run = of(Some(4), Some(2), CheckState::Passed);
    let again = of(Some(5), Some(2), CheckState::Failed);
    let kept = newest(vec![again.clone(), run, open.clone(), announced.clone(), open.clone()], |_| None);
    assert_eq!(kept, [again, open, announced]);
}

#[test]
fn a_step_that_was_verified_is_read_again_while_a_later_one_is_stuck() {
    let mut story = Story::verifying(2);
    let _ = story.ci("ba5e", "");
    let _ = story.ci("c1", "test passed");
    let _ = story.writes("c2");
    let _ = story.pushes();
    let _ = story.ci("c1", "test pending");
    let _ = story.ci("c2", "test failed");
    story.finds("test", false).gives("say:status, say:stuck-1");
    // Nobody tells that step 1 is green again.
    story
        .after(900)
        .time_passes()
        .gives("read-pull-request, read-issue, read-comments, read-pull-comments, read-branch, checks:c1c1+c2c2+ba5e");
    let _ = story.ci("c1", "test passed");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
}

#[test]
fn a_run_that_waited_in_vain_looks_into_what_turns_out_red_and_repairs_it() {
    let mut story = Story::verifying(1);
    let _ = story.ci("ba5e", "");
    story.after(4000).ci("c1", "test pending").gives("show-checklist, say:status, say:stuck-1");
    story.ci("c1", "test cancelled").gives("say:stuck-1, show-checklist, checks:c1c1+ba5e, say:status");
    story.ci("c1", "test failed").gives("show-checklist, say:status, diagnose:c1c1");
    story.finds("test", true).gives("say:status, repair:0:c1c1");
}

#[test]
fn a_base_that_is_still_checked_is_read_again_when_the_run_wakes_and_not_at_once() {
    let mut story = Story::verifying(1);
    story.ci("ba5e", "test pending").gives("nothing");
    story.ci("c1", "test failed").gives("show-checklist, checks:ba5e");
    story.ci("ba5e", "test pending").gives("pass: the run knows this already");
    story.after(60).time_passes().gives("checks:c1c1");
    story.ci("c1", "test failed").gives("checks:ba5e");
    story.ci("ba5e", "test failed").gives("show-checklist, checks:c1c1");
}

#[test]
fn what_is_red_below_a_green_head_is_held_against_the_base() {
    let mut story = Story::in_review(2);
    let _ = story.ci("ba5e", "test pending");
    let _ = story.ci("c1", "test failed");
    assert!(story.asked.contains(&Effect::ReadChecks { commits: vec![sha("ba5e")] }), "{:?}", story.asked);
    let _ = story.ci("ba5e", "test failed");
    assert_eq!(story.run.verdict(Unit::Step(0)), Verdict::RedOnBaseToo(vec!["test".into()]));
}
