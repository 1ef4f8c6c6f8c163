//! Runs that go well, and how they end.

use super::sample::{gap, labelled, login, sha, specification};
use super::story::Story;
use crate::domain::{CommentId, InstallationId};
use crate::workflow::{Decision, Effect, Ending, Event, IssueReading, Merging, Message, Phase, StuckReason, Wish, begin, decide};

#[test]
fn a_run_begins_with_a_sign_a_status_and_a_reading() {
    assert_eq!(Story::begun().told, ["acknowledge", "say:status", "read-specification"]);
}

#[test]
fn a_clear_specification_is_built_step_by_step_and_marked_ready() {
    let mut story = Story::begun();
    story.specification_is(2, &[]).gives("say:status, write:0:ba5e");
    assert_eq!(story.run.branch.as_ref().unwrap().as_str(), "journeyman/12-greet-people");
    story.writes("c1").gives("push:c1c1");
    story.pushes().gives("open-pull-request, checks:c1c1+ba5e");
    story.opens_the_pull_request().gives("show-checklist, say:status");
    story.ci("c1", "test pending").gives("show-checklist");
    story.ci("c1", "test pending, lint pending").gives("nothing");
    assert_eq!(story.boxes(), "[ ][ ] | [ ][ ]");
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    assert_eq!(story.boxes(), "[x][ ] | [ ][ ]");
    story.writes("c2").gives("push:c2c2");
    story.pushes().gives("show-checklist, say:status, checks:c2c2+ba5e");
    story.ci("c2", "test passed").gives("show-checklist, checks:c1c1+c2c2");
    assert_eq!(story.run.phase, Phase::Finishing);
    story.ci("c2", "test passed").gives("reread:c2c2, mark-ready");
    story.is_marked_ready().gives("show-checklist, say:status, say:done, read-pull-request, read-reviews");
    assert_eq!((story.run.phase.clone(), story.boxes().as_str()), (Phase::InReview, "[x][x] | [x][ ]"));
}

#[test]
fn what_is_not_specified_to_change_is_ticked_by_the_verdict_of_the_head() {
    let mut story = Story::verifying(2);
    story.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    story.needs_no_change().gives("checks:c1c1+ba5e");
    story.ci("c1", "test passed").gives("show-checklist, checks:c1c1");
    assert_eq!(story.boxes(), "[x][x] | [x][ ]");
    story.ci("c1", "test passed").gives("reread:c1c1, mark-ready");
}

#[test]
fn steps_that_were_done_before_are_not_built() {
    let mut story = Story::begun();
    let mut spec = specification(3);
    spec.steps[0].done = true;
    spec.steps[2].done = true;
    let read = super::sample::reading(spec, Vec::new());
    story.hears(Event::SpecificationRead(Box::new(read))).gives("say:status, write:1:ba5e");
    story.writes("c1").gives("push:c1c1");
    story.pushes().gives("open-pull-request, checks:c1c1+ba5e");
    story.opens_the_pull_request().gives("show-checklist, say:status");
    story.ci("c1", "test passed").gives("show-checklist, checks:c1c1");
    assert_eq!(story.boxes(), "[x][x][x] | [x][ ]");
}

#[test]
fn a_specification_whose_steps_are_all_done_leaves_nothing_to_do() {
    let mut story = Story::begun();
    let mut spec = specification(2);
    spec.steps.iter_mut().for_each(|s| s.done = true);
    story.hears(Event::SpecificationRead(Box::new(super::sample::reading(spec, Vec::new())))).gives("say:status");
    assert_eq!(story.run.phase, Phase::Over(Ending::NothingToDo));
}

#[test]
fn without_ci_a_commit_waits_for_the_grace_time_and_stays_unverified_in_a_draft() {
    let mut story = Story::verifying(1);
    story.after(10).ci("c1", "").gives("nothing");
    story.after(20).time_passes().gives("checks:c1c1");
    story.after(30).ci("c1", "").gives("checks:c1c1");
    assert_eq!(story.run.phase, Phase::Finishing);
    story.ci("c1", "").gives("reread:c1c1, show-checklist, say:status, say:done, read-pull-request, read-reviews");
    assert_eq!((story.run.phase.clone(), story.boxes().as_str()), (Phase::InReview, "[ ] | [ ][ ]"));
}

#[test]
fn ci_that_speaks_late_makes_the_draft_ready_after_all() {
    let mut story = Story::verifying(1);
    story.after(60).ci("c1", "").gives("checks:c1c1");
    story.ci("c1", "").gives("reread:c1c1, show-checklist, say:status, say:done, read-pull-request, read-reviews");
    story.ci("c1", "test passed").gives("show-checklist, say:status, checks:c1c1");
    story.ci("c1", "test passed").gives("reread:c1c1, mark-ready");
    story.is_marked_ready().gives("show-checklist, say:status, say:done, read-pull-request, read-reviews");
}

#[test]
fn where_workflows_exist_the_grace_is_longer() {
    let mut story = Story::verifying(1);
    story.run.plan.as_mut().unwrap().has_workflows = true;
    story.after(59).ci("c1", "").gives("nothing");
    story.after(240).ci("c1", "").gives("read-pull-request");
    story.after(1).ci("c1", "").gives("checks:c1c1");
}

#[test]
fn the_pull_request_is_awaited_before_the_run_is_called_built() {
    let mut story = Story::building(1);
    story.writes("c1").gives("push:c1c1");
    story.pushes().gives("open-pull-request, checks:c1c1+ba5e");
    story.ci("c1", "test passed").gives("open-pull-request, checks:c1c1");
    story.ci("c1", "test passed").gives("pass: the run knows this already");
    story.opens_the_pull_request().gives("show-checklist, say:status, reread:c1c1, mark-ready");
}

#[test]
fn a_run_without_any_change_has_no_pull_request_to_wait_for() {
    let mut story = Story::building(1);
    story.needs_no_change().gives("checks:ba5e");
    story.ci("ba5e", "test passed").gives("checks:ba5e");
    story.ci("ba5e", "test passed").gives("say:status, say:done");
    story.time_passes().gives("read-issue, read-comments");
}

#[test]
fn a_merge_ends_the_run_and_a_close_too() {
    let by = login("grace");
    let mut story = Story::in_review(1);
    story.hears(Event::PullRequestClosed { merged: true, by: by.clone() }).gives("read-pull-request");
    story.hears(Event::PullRequestRead { open: false, merged: true, merging: Merging::Free }).gives("show-checklist, say:status");
    assert_eq!(story.run.phase, Phase::Over(Ending::Merged));
    let mut story = Story::verifying(2);
    story.hears(Event::PullRequestClosed { merged: false, by }).gives("read-pull-request");
    story.hears(Event::PullRequestRead { open: false, merged: false, merging: Merging::Free }).gives("show-checklist, say:status");
    assert_eq!(story.run.phase, Phase::Over(Ending::Closed));
}

#[test]
fn a_merge_that_closes_the_issue_first_is_still_a_merge() {
    let mut story = Story::in_review(1);
    story.hears(Event::IssueClosed { by: login("grace") }).gives("read-pull-request, read-issue");
    story.issue_is(false, true, "0").gives("show-checklist, say:status, read-pull-request");
    assert!(Effect::ReadPullRequest.is_wanted(&story.run));
    story.hears(Event::PullRequestRead { open: false, merged: true, merging: Merging::Free }).gives("show-checklist, say:status");
    assert_eq!(story.run.phase, Phase::Over(Ending::Merged));
}

#[test]
fn a_lost_webhook_of_a_merge_is_made_good_by_the_timer() {
    let mut story = Story::in_review(1);
    story.time_passes().gives("read-pull-request, read-issue, read-comments, read-pull-comments, read-reviews, read-branch, checks:c1c1");
    story.hears(Event::PullRequestRead { open: false, merged: true, merging: Merging::Free }).gives("show-checklist, say:status");
}

#[test]
fn removing_the_label_while_a_step_is_written_leaves_nothing_wanted() {
    let mut story = Story::building(2);
    let waiting = [
        Effect::WriteStep { step: 0, onto: super::sample::base() },
        Effect::Push { step: 0, commit: sha("c1"), onto: super::sample::base(), new_branch: true },
        Effect::OpenPullRequest,
        Effect::ReadChecks { commits: vec![sha("c1")] },
        Effect::MarkReady,
    ];
    assert!(waiting[0].is_wanted(&story.run));
    story.hears(Event::Unlabelled { by: login("ada") }).gives("read-issue");
    story.issue_is(true, false, "0").gives("say:status");
    assert_eq!(story.run.phase, Phase::Over(Ending::Cancelled { by: Some(login("ada")) }));
    assert!(waiting.iter().all(|effect| !effect.is_wanted(&story.run)));
}

#[test]
fn what_an_earlier_attempt_asked_for_is_nothing_to_the_next() {
    let late = [
        Effect::Say(Message::Questions),
        Effect::Say(Message::Stuck(1)),
        Effect::Say(Message::Done),
        Effect::WriteStep { step: 0, onto: sha("c1") },
        Effect::Push { step: 0, commit: sha("c1"), onto: super::sample::base(), new_branch: true },
        Effect::OpenPullRequest,
        Effect::ShowChecklist,
        Effect::ReadChecks { commits: vec![sha("c1")] },
        Effect::ReadPullRequest,
        Effect::ReadPermission { login: login("ada"), wish: Wish::Retry },
        Effect::MarkReady,
    ];
    let wanted = |story: &Story| late.iter().filter(|e| e.is_wanted(&story.run)).map(Effect::key).collect::<Vec<_>>();
    let mut story = Story::in_review(1);
    assert!(!wanted(&story).is_empty());
    story.somebody_says("/journeyman stop").gives("react, show-checklist, say:status");
    story.hears(labelled("ada")).gives("acknowledge, say:status, read-specification");
    assert_eq!(wanted(&story), [""; 0]);
    story.specification_is(1, &[]).gives("say:status, write:0:ba5e");
    assert_eq!(wanted(&story), [""; 0]);
}

#[test]
fn a_closed_issue_ends_the_run() {
    let mut story = Story::building(2);
    story.hears(Event::IssueClosed { by: login("ada") }).gives("read-issue");
    story.issue_is(false, true, "0").gives("say:status");
    story.hears(Event::IssueClosed { by: login("ada") }).gives("pass: the run is over");
}

#[test]
fn a_late_webhook_that_is_no_longer_true_ends_nothing() {
    let by = login("ada");
    let nudges =
        [Event::Unlabelled { by: by.clone() }, Event::IssueClosed { by: by.clone() }, Event::PullRequestClosed { merged: true, by }];
    for nudge in nudges {
        let mut story = Story::verifying(2);
        let before = story.run.phase.clone();
        let _ = story.hears(nudge);
        story.issue_is(true, true, "0").gives("pass: the issue is open and labelled, as it was");
        story
            .hears(Event::PullRequestRead { open: true, merged: false, merging: Merging::Free })
            .gives("pass: the pull request is open, as it was");
        assert_eq!(story.run.phase, before);
    }
}

#[test]
fn lost_words_and_a_lost_label_are_noticed_while_ci_is_awaited_without_asking_as_often_as_ci() {
    let mut story = Story::verifying(1);
    story.after(30).time_passes().gives("checks:c1c1");
    story.after(599).time_passes().gives("checks:c1c1");
    story.after(1).time_passes().gives("read-issue, read-comments, read-pull-comments, checks:c1c1");
    story.after(30).time_passes().gives("checks:c1c1");
    story
        .hears(Event::IssueRead(IssueReading { open: true, labelled: false, hash: String::new(), by: None }))
        .gives("show-checklist, say:status");
    assert_eq!(story.run.phase, Phase::Over(Ending::Cancelled { by: None }));
}

#[test]
fn labelled_again_after_the_end_a_second_attempt_has_a_branch_of_its_own_and_obeys_no_old_order() {
    let mut story = Story::building(1);
    story.somebody_says("/journeyman stop").gives("react, say:status");
    story.hears(labelled("grace")).gives("acknowledge, say:status, read-specification");
    assert_eq!((story.run.attempt, story.run.asked_by.as_str()), (2, "grace"));
    assert_eq!(story.run.comments_read_to, Some(CommentId(101)));
    story.specification_is(1, &[]).gives("say:status, write:0:ba5e");
    assert_eq!(story.run.branch.as_ref().unwrap().as_str(), "journeyman/12-greet-people-2");
}

#[test]
fn a_run_follows_the_app_to_a_new_installation_and_a_new_attempt_takes_new_settings() {
    let anew = |event: Event| Event::Reinstalled { installation: InstallationId(6), event: Box::new(event) };
    let mut story = Story::building(1);
    story.hears(anew(Event::IssueReopened { by: login("ada") })).gives("nothing");
    assert_eq!(story.run.installation, InstallationId(6));
    story.somebody_says("/journeyman stop").gives("react, say:status");
    let settings = crate::workflow::Settings { poll: 7, ..story.run.settings.clone() };
    let event = Event::Labelled { by: login("grace"), settings: Box::new(settings.clone()) };
    let event = Event::Reinstalled { installation: InstallationId(8), event: Box::new(event) };
    story.hears(event).gives("acknowledge, say:status, read-specification");
    assert_eq!((story.run.installation, &story.run.settings), (InstallationId(8), &settings));
}

#[test]
fn a_configured_branch_name_is_taken_and_told_apart_in_a_second_attempt() {
    for (attempt, expected) in [(1, "feature/greet"), (2, "feature/greet-2")] {
        let mut story = Story::begun();
        story.run.attempt = attempt;
        story.run.settings.branch = Some(crate::domain::BranchName::new("feature/greet"));
        story.specification_is(1, &[]).gives("say:status, write:0:ba5e");
        assert_eq!(story.run.branch.as_ref().unwrap().as_str(), expected);
    }
}

#[test]
fn prose_without_a_model_waits_for_exact_edits_and_an_edit_of_the_text_brings_no_second_report() {
    let mut story = Story::begun();
    let mut read = super::sample::reading(specification(2), Vec::new());
    read.needs_model = vec!["1".into(), "2".into()];
    story.hears(Event::SpecificationRead(Box::new(read.clone()))).gives("say:status, say:stuck-1");
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("read-specification");
    assert!(Effect::ReadSpecification.is_wanted(&story.run));
    read.needs_model = vec!["2".into()];
    story.hears(Event::SpecificationRead(Box::new(read.clone()))).gives("say:status, say:stuck-1");
    story.time_passes().gives("read-issue, read-comments, read-specification");
    story.after(1).hears(Event::SpecificationRead(Box::new(read))).gives("nothing");
    story.hears(Event::SpecificationEdited { by: login("ada") }).gives("read-specification");
    story.specification_is(2, &[gap("Which?")]).gives("say:stuck-1, say:questions, say:status");
    assert_eq!(story.run.phase, Phase::Asking);
}

#[test]
fn a_label_by_somebody_who_may_not_write_waits_for_somebody_who_may() {
    let mut story = Story::begun();
    story.run.asked_by = login("mallory");
    story.hears(Event::NotPermitted { login: login("mallory") }).gives("say:status, say:stuck-1");
    story.hears(Event::SpecificationEdited { by: login("mallory") }).gives("pass: another text does not permit whoever set the label");
    let mut retried = Story::of(&story.run);
    retried.somebody_says("/journeyman retry").gives("say:stuck-1, react, read-specification, say:status");
    story.hears(labelled("grace")).gives("read-issue, read-permission:grace");
    story
        .hears(Event::PermissionRead { login: login("grace"), may_steer: true, wish: Wish::Retry })
        .gives("say:stuck-1, read-specification, say:status");
    assert_eq!((retried.run.asked_by, story.run.asked_by), (login("ada"), login("grace")));
}

#[test]
fn a_strangers_edit_waits_for_a_writer_who_accepts_exactly_that_text() {
    let edited = |digit: &str| Event::NotAccepted { login: login("mallory"), hash: digit.repeat(64) };
    let mut story = Story::begun();
    story.specification_is(2, &[gap("Which?")]).gives("say:questions, say:status");
    story.hears(Event::SpecificationEdited { by: login("mallory") }).gives("read-specification");
    story.hears(edited("1")).gives("say:status, say:stuck-1");
    story.hears(Event::SpecificationEdited { by: login("mallory") }).gives("read-specification");
    story.hears(edited("1")).gives("pass: the run knows this already");
    story.hears(edited("2")).gives("say:status, say:stuck-1");
    assert_eq!(story.run.text_hash, Some("0".repeat(64)), "what was reported is not accepted yet");
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, read-specification, say:status");
    assert_eq!(story.run.text_hash, Some("2".repeat(64)));
    story.hears(edited("3")).gives("say:status, say:stuck-2");
    story.specification_is(2, &[]).gives("say:stuck-2, say:questions, say:status, write:0:ba5e");
}

#[test]
fn a_label_set_again_on_a_stuck_run_has_it_tried_again_only_for_who_may_write() {
    let mut story = Story::building(2);
    story.does_not_apply("src/1.rs").gives("say:status, say:stuck-1");
    story.hears(labelled("trixie")).gives("read-issue, read-permission:trixie");
    let refused = "pass: who may not write to the repository steers no run";
    story.hears(Event::PermissionRead { login: login("trixie"), may_steer: false, wish: Wish::Retry }).gives(refused);
    story.hears(labelled("grace")).gives("read-issue, read-permission:grace");
    let permitted = Event::PermissionRead { login: login("grace"), may_steer: true, wish: Wish::Retry };
    story.hears(permitted.clone()).gives("say:stuck-1, say:status, write:0:ba5e");
    story.hears(permitted).gives("pass: the run no longer waits for this");
}

#[test]
fn one_nudge_twice_asks_for_one_thing() {
    let story = Story::verifying(1);
    let nudges = [
        Event::ChecksChanged { commit: sha("c1") },
        Event::Commented { by: login("ada") },
        Event::BranchMoved { to: Some(sha("fe")) },
        Event::PullRequestEdited { by: login("ada") },
        Event::TimePassed,
    ];
    for nudge in nudges {
        let Decision::Move(run, first) = decide(&story.run, nudge.clone(), story.now) else { panic!("passed over {nudge:?}") };
        let Decision::Move(_, second) = decide(&run, nudge.clone(), story.now) else { panic!("passed over {nudge:?}") };
        let keys = |effects: &[Effect]| effects.iter().map(Effect::key).collect::<Vec<_>>();
        assert_eq!(keys(&first), keys(&second), "{nudge:?}");
    }
}

#[test]
fn a_run_is_known_by_its_repository_issue_and_attempt() {
    let story = Story::begun();
    let (again, _) = begin(story.run.repo.clone(), story.run.issue, story.run.installation, login("ada"), 2, story.run.settings.clone());
    assert_eq!((story.run.id.as_str(), again.id.as_str()), ("octo/hello#12.1", "octo/hello#12.2"));
}

#[test]
fn an_edit_that_does_not_apply_waits_for_a_person_and_is_written_again_on_retry() {
    let mut story = Story::building(2);
    story.does_not_apply("src/1.rs").gives("say:status, say:stuck-1");
    let Phase::Stuck { reason, .. } = &story.run.phase else { panic!("not stuck") };
    assert!(matches!(reason, StuckReason::EditRefused { step: 0, line: 31, .. }));
    story.somebody_says("/journeyman retry").gives("say:stuck-1, react, say:status, write:0:ba5e");
}
