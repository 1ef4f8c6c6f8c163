//! What people see of a run that had everything: a repair, a review, a merge, somebody else's commit; and our check in each outcome.

use expect_test::expect_file;

use super::golden::by_a_model;
use crate::domain::{BranchName, Login};
use crate::prose::{check_summary, check_title, comment, pull_request_body};
use crate::workflow::failure::Place;
use crate::workflow::tests::sample::{failure, login, round, sha};
use crate::workflow::tests::story::Story;
use crate::workflow::{
    Diagnosis, Ending, Failure, Guest, Message, NotMended, Phase, Repair, Round, Run, Stage, StuckReason, ThreadOutcome, Unit,
};

/// Two steps, the second repaired once; a review, a merge of the base and a commit by grace.
fn eventful() -> Run {
    let mut run = by_a_model().run;
    run.mending.repairs.push(Repair {
        unit: Unit::Step(1),
        of: sha("c2"),
        checks: vec!["test".into()],
        commit: Some(sha("d2")),
        is_over: false,
    });
    let mut review = round();
    let item = &mut review.items[0];
    (item.commit, item.done) = (Some(sha("e1")), true);
    item.threads[0].outcome = Some(ThreadOutcome::Done { words: crate::domain::Untrusted::new("Renamed.") });
    review.state.commit = Some(sha("e1"));
    review.state.checks.clone_from(&run.plan.as_ref().unwrap().steps[1].checks);
    let mut merge = Round::merging(sha("ba5f"), Some(sha("e1")));
    merge.items[0].commit = Some(sha("e2"));
    merge.items[0].done = true;
    merge.state.commit = Some(sha("e2"));
    merge.state.checks.clone_from(&review.state.checks);
    run.reviews.rounds = vec![review, merge];
    run.reviews.guests = vec![
        Guest { commit: sha("fe"), by: Some(Login::new("grace")), after_step: 1 },
        Guest { commit: sha("ff"), by: None, after_step: 0 },
    ];
    let plan = run.plan.as_mut().unwrap();
    plan.base_branch = BranchName::new("main");
    plan.steps[0].missed = vec!["It names `src/1.rs`, which is as it was before the first step.".into()];
    run
}

#[test]
fn a_run_that_had_everything() {
    let run = eventful();
    let bodies = format!("{}\n---\n\n{}", pull_request_body(&run, None), comment(&run, &Message::Done));
    expect_file!["../../../fixtures/prose/eventful.md"].assert_eq(&bodies);
}

#[test]
fn our_check_in_each_outcome() {
    let mut repairing = Story::verifying(2);
    let _ = repairing.ci("c1", "test failed, lint passed");
    let _ = repairing.ci("ba5e", "test passed");
    let _ = repairing.finds("test", true);
    let mut building = Story::verifying(2);
    let _ = building.ci("c1", "test passed");
    let mut red = Story::verifying(2);
    let _ = red.ci("c1", "test failed, lint passed");
    let _ = red.ci("ba5e", "test passed");
    let _ = red.finds("test", false);
    let mut asking = Story::verifying(2);
    let _ = asking.ci("c1", "test passed");
    let asked = crate::workflow::Written::Asks { question: "Which greeting?".into(), work: Box::default() };
    let _ = asking.hears(crate::workflow::Event::StepWritten { step: 1, written: asked });
    let over = Run { phase: Phase::Over(Ending::Cancelled { by: Some(login("ada")) }), ..building.run.clone() };
    let revising = Run { phase: Phase::Revising { round: 0, stage: Stage::Writing }, ..eventful() };
    let all = [building.run, repairing.run, red.run, asking.run, revising, eventful(), over];
    let text: Vec<String> = all.iter().map(|run| format!("# {}\n\n{}", check_title(run), check_summary(run))).collect();
    expect_file!["../../../fixtures/prose/check.md"].assert_eq(&text.join("\n---\n\n"));
}

#[test]
fn the_report_of_a_red_check() {
    let report = |unit: Unit, reason: StuckReason, failures: Vec<Failure>| {
        let mut run = eventful();
        run.mending.diagnosis = Some(Diagnosis { unit, commit: sha("c2"), failures, missed: Vec::new() });
        run.times_stuck = 1;
        run.phase = Phase::Stuck { reason, from: Box::new(unit.at(Stage::Verifying)) };
        comment(&run, &Message::Stuck(1))
    };
    let place = Place { path: "src/2.rs".into(), line: 14, message: "expected 2, found 3".into() };
    let account = "assertion `left == right` failed: two greetings\n  left: 2\n right: 3";
    let code = Failure {
        account: crate::domain::Untrusted::new(account),
        places: vec![place],
        url: Some("https://github.example/octo/hello/actions/runs/7/job/9".into()),
        ..failure("test (ubuntu-latest)")
    };
    let lost = Failure { service: Some("the runner was lost".into()), account: crate::domain::Untrusted::new(""), ..failure("lint") };
    let red = |why| StuckReason::ChecksRed { step: 1, failing: vec!["test (ubuntu-latest)".into()], why: Some(why) };
    let reports = [
        report(Unit::Step(1), red(NotMended::InARow(2)), vec![code.clone()]),
        report(Unit::Step(1), red(NotMended::NoWriter), vec![code.clone()]),
        report(Unit::Step(1), red(NotMended::Systemic(6)), vec![Failure { others: 6, ..code.clone() }]),
        report(Unit::Step(1), StuckReason::ChecksRed { step: 1, failing: vec!["lint".into()], why: Some(NotMended::RunAgain) }, vec![lost]),
        report(
            Unit::Round(0),
            StuckReason::RoundUnverified { round: 0, checks: vec!["test (ubuntu-latest)".into()], why: Some(NotMended::InAll(10)) },
            vec![code],
        ),
    ];
    expect_file!["../../../fixtures/prose/red.md"].assert_eq(&reports.join("\n---\n\n"));
}
