//! The transition table: every phase by every event, and what becomes of it.
//!
//! `UPDATE_EXPECT=1` writes `fixtures/workflow-table.txt` anew. A phase or an event that is not in the lists below fails
//! the test; the matches without a wildcard make whoever adds one come here.

use expect_test::expect_file;

pub use super::events::events;
use super::events::spelled;
use super::sample::{exhausted, keys, login, sha};
use super::story::Story;
use crate::workflow::{Decision, Ending, Event, NotMended, Phase, Problem, Run, Stage, StuckReason, decide};

#[test]
fn every_phase_by_every_event_does_what_the_table_says() {
    let mut table = String::from("# What a run makes of each event. `=` is the same phase; a line without effects ends after the phase.\n");
    let runs = runs();
    let events = events();
    complete(&runs, &events);
    for run in &runs {
        let no_steps = run.questions.iter().any(|q| q.gap.kind == crate::specification::GapKind::NoSteps);
        let at_a_step = match run.phase {
            Phase::Asking if run.is_frozen() => " at a step",
            Phase::Asking if no_steps => " for steps",
            Phase::Reading
            | Phase::Asking
            | Phase::Planned
            | Phase::Building { .. }
            | Phase::Finishing
            | Phase::Revising { .. }
            | Phase::InReview
            | Phase::Stuck { .. }
            | Phase::Over(_) => "",
        };
        table.push_str(&format!("\n{}{at_a_step}\n", phase(&run.phase)));
        for event in &events {
            let outcome = match decide(run, event.clone(), super::sample::NOW.plus_seconds(20)) {
                Decision::Pass(reason) => format!("pass: {reason}"),
                Decision::Move(after, effects) => {
                    let to = if after.phase == run.phase { "=".to_owned() } else { phase(&after.phase) };
                    if effects.is_empty() { format!("-> {to}") } else { format!("-> {to} | {}", keys(&effects)) }
                }
            };
            table.push_str(&format!("  {:<34} {outcome}\n", spelled(event)));
        }
    }
    expect_file!["../../../fixtures/workflow-table.txt"].assert_eq(&table);
}

fn complete(runs: &[Run], events: &[Event]) {
    let mut phases: Vec<usize> = runs.iter().flat_map(|r| kinds(&r.phase)).collect();
    phases.sort_unstable();
    phases.dedup();
    assert_eq!(phases, (0..PHASES).collect::<Vec<_>>(), "a phase, a stage, a reason or an ending is not in the table");
    let mut named: Vec<&str> = events.iter().map(Event::name).collect();
    named.dedup();
    assert_eq!(named.len(), EVENTS, "an event is not in the table");
}

const EVENTS: usize = 48;
const PHASES: usize = 36;

/// The numbers of a phase and of what it consists of, without a gap.
fn kinds(phase: &Phase) -> Vec<usize> {
    match phase {
        Phase::Reading => vec![0],
        Phase::Asking => vec![1],
        Phase::Planned => vec![24],
        Phase::Building { stage: Stage::Writing, .. } => vec![2],
        Phase::Building { stage: Stage::Pushing { .. }, .. } => vec![3],
        Phase::Building { stage: Stage::Verifying, .. } => vec![4],
        Phase::Building { stage: Stage::Diagnosing, .. } => vec![25],
        Phase::Building { stage: Stage::Fixing, .. } => vec![26],
        Phase::Revising { stage: Stage::Writing, .. } => vec![27],
        Phase::Revising { stage: Stage::Pushing { .. }, .. } => vec![28],
        Phase::Revising { stage: Stage::Verifying, .. } => vec![29],
        Phase::Revising { stage: Stage::Diagnosing, .. } => vec![30],
        Phase::Revising { stage: Stage::Fixing, .. } => vec![31],
        Phase::Finishing => vec![5],
        Phase::InReview => vec![6],
        Phase::Over(ending) => vec![match ending {
            Ending::Merged => 7,
            Ending::Closed => 8,
            Ending::Cancelled { .. } => 9,
            Ending::NothingToDo => 10,
        }],
        Phase::Stuck { reason, .. } => vec![
            11,
            match reason {
                StuckReason::NotPermitted { .. } => 12,
                StuckReason::NeedsModel { .. } => 13,
                StuckReason::EditRefused { .. } => 14,
                StuckReason::ChecksRed { .. } => 15,
                StuckReason::ChecksCancelled { .. } => 16,
                StuckReason::ChecksTimedOut { .. } => 17,
                StuckReason::BranchRewritten => 18,
                StuckReason::Refused { .. } => 19,
                StuckReason::EditedByStranger { .. } => 20,
                StuckReason::OutOfBudget { .. } => 21,
                StuckReason::GaveUp { .. } => 22,
                StuckReason::SettingsBroken { .. } => 23,
                StuckReason::RoundUnverified { .. } => 32,
                StuckReason::RoundOutOfBudget { .. } => 33,
                StuckReason::Conflicts { .. } => 34,
                StuckReason::TooManyRounds { .. } => 35,
            },
        ],
    }
}

fn phase(phase: &Phase) -> String {
    let words = |name: &str| name.replace('_', " ");
    match phase {
        Phase::Reading => "Reading".into(),
        Phase::Asking => "Asking".into(),
        Phase::Planned => "Planned".into(),
        Phase::Building { step, stage: Stage::Writing } => format!("Building {} Writing", step + 1),
        Phase::Building { step, stage: Stage::Pushing { .. } } => format!("Building {} Pushing", step + 1),
        Phase::Building { step, stage: Stage::Verifying } => format!("Building {} Verifying", step + 1),
        Phase::Building { step, stage: Stage::Diagnosing } => format!("Building {} Diagnosing", step + 1),
        Phase::Building { step, stage: Stage::Fixing } => format!("Building {} Fixing", step + 1),
        Phase::Revising { stage: Stage::Writing, .. } => "Revising Writing".into(),
        Phase::Revising { stage: Stage::Pushing { .. }, .. } => "Revising Pushing".into(),
        Phase::Revising { stage: Stage::Verifying, .. } => "Revising Verifying".into(),
        Phase::Revising { stage: Stage::Diagnosing, .. } => "Revising Diagnosing".into(),
        Phase::Revising { stage: Stage::Fixing, .. } => "Revising Fixing".into(),
        Phase::Finishing => "Finishing".into(),
        Phase::InReview => "InReview".into(),
        Phase::Over(ending) => words(match ending {
            Ending::Merged => "Over Merged",
            Ending::Closed => "Over Closed",
            Ending::Cancelled { .. } => "Over Cancelled",
            Ending::NothingToDo => "Over NothingToDo",
        }),
        Phase::Stuck { reason, from } => {
            let reason = match reason {
                StuckReason::NotPermitted { .. } => "NotPermitted",
                StuckReason::EditedByStranger { .. } => "EditedByStranger",
                StuckReason::NeedsModel { .. } => "NeedsModel",
                StuckReason::EditRefused { .. } => "EditRefused",
                StuckReason::ChecksRed { .. } => "ChecksRed",
                StuckReason::ChecksCancelled { .. } => "ChecksCancelled",
                StuckReason::ChecksTimedOut { .. } => "ChecksTimedOut",
                StuckReason::BranchRewritten => "BranchRewritten",
                StuckReason::OutOfBudget { .. } => "OutOfBudget",
                StuckReason::GaveUp { .. } => "GaveUp",
                StuckReason::SettingsBroken { .. } => "SettingsBroken",
                StuckReason::RoundUnverified { .. } => "RoundUnverified",
                StuckReason::RoundOutOfBudget { .. } => "RoundOutOfBudget",
                StuckReason::Conflicts { .. } => "Conflicts",
                StuckReason::TooManyRounds { .. } => "TooManyRounds",
                StuckReason::Refused { .. } => "Refused",
            };
            format!("Stuck {reason}, from {}", self::phase(from))
        }
    }
}

/// A run of two steps in each phase; the first is built and green where there is a choice.
pub fn runs() -> Vec<Run> {
    let at = |story: &Story, phase: Phase| Run { phase, ..story.run.clone() };
    let stuck = |reason: StuckReason, from: Phase| Phase::Stuck { reason, from: Box::new(from) };
    let begun = Story::begun();
    let mut asking = Story::begun();
    asking.specification_is(2, &[super::sample::gap("Which greeting?")]).gives("say:questions, say:status");
    let mut no_steps = Story::begun();
    no_steps.has_no_steps(true).gives("say:questions, say:status, propose");
    let planned = Story::planned(2);
    let mut writing = Story::verifying(2);
    writing.ci("c1", "test passed").gives("show-checklist, say:status, write:1:c1c1");
    let mut asking_at_a_step = Story::of(&writing.run);
    asking_at_a_step.raises("For whom?").gives("say:questions, say:status");
    let mut pushing = Story::of(&writing.run);
    pushing.writes("c2").gives("push:c2c2");
    let mut verifying = Story::of(&pushing.run);
    verifying.pushes().gives("show-checklist, say:status, checks:c2c2+ba5e");
    let mut diagnosing = Story::of(&verifying.run);
    diagnosing.ci("c2", "test failed").gives("show-checklist, checks:ba5e");
    diagnosing.ci("ba5e", "test passed").gives("say:status, diagnose:c2c2");
    let mut fixing = Story::of(&diagnosing.run);
    fixing.finds("test", true).gives("say:status, repair:1:c2c2");
    let mut finishing = Story::of(&verifying.run);
    finishing.ci("c2", "test passed").gives("show-checklist, checks:c1c1+c2c2");
    let review = Story::in_review(2);
    let round = super::sample::round;
    let revising = |stage: Stage| {
        let mut run = review.run.clone();
        run.reviews.rounds.push(round());
        if !matches!(stage, Stage::Writing | Stage::Pushing { .. }) {
            run.head = Some(sha("e1"));
            let round = &mut run.reviews.rounds[0];
            round.items[0].done = true;
            round.state.commit = Some(sha("e1"));
            round.state.committed_at = Some(super::sample::NOW);
        }
        Run { phase: Phase::Revising { round: 0, stage }, ..run }
    };
    let revised_by = |reason| {
        let run = revising(Stage::Verifying);
        Run { phase: Phase::Stuck { reason, from: Box::new(run.phase.clone()) }, ..run }
    };
    let from = verifying.run.phase.clone();
    let mut rewritten = Story::of(&writing.run);
    rewritten.branch_is(Some("fe"), &["c1"]).gives("show-checklist, say:status, say:stuck-1");
    let refused = StuckReason::Refused { what: "mark the pull request as ready".into(), why: "403".into(), may_heal: false };
    let edit = StuckReason::EditRefused { step: 1, path: "a".into(), line: 3, why: "not found".into() };
    vec![
        begun.run.clone(),
        asking.run.clone(),
        no_steps.run.clone(),
        planned.run.clone(),
        asking_at_a_step.run.clone(),
        Story::building(2).run,
        writing.run.clone(),
        pushing.run.clone(),
        verifying.run.clone(),
        diagnosing.run.clone(),
        fixing.run.clone(),
        finishing.run.clone(),
        review.run.clone(),
        revising(Stage::Writing),
        revising(Stage::Pushing { commit: sha("e1") }),
        revising(Stage::Verifying),
        revising(Stage::Diagnosing),
        revising(Stage::Fixing),
        revised_by(StuckReason::RoundUnverified { round: 0, checks: vec!["test".into()], why: None }),
        revised_by(StuckReason::RoundOutOfBudget { round: 0, exhausted: exhausted() }),
        revised_by(StuckReason::Conflicts { files: vec!["a.rs".into()], why: "no model".into() }),
        revised_by(StuckReason::TooManyRounds { by_bots: true, rounds: 10 }),
        at(&begun, stuck(StuckReason::NotPermitted { login: login("mallory") }, Phase::Reading)),
        at(&begun, stuck(StuckReason::EditedByStranger { login: login("mallory"), hash: "1".repeat(64) }, Phase::Reading)),
        at(
            &begun,
            stuck(StuckReason::SettingsBroken { problems: vec![Problem { line: 2, what: "`verfy` is no key".into() }] }, Phase::Reading),
        ),
        at(&begun, stuck(StuckReason::NeedsModel { steps: vec!["1".into()] }, Phase::Reading)),
        at(&writing, stuck(edit, writing.run.phase.clone())),
        at(
            &verifying,
            stuck(StuckReason::ChecksRed { step: 1, failing: vec!["test".into()], why: Some(NotMended::NoWriter) }, from.clone()),
        ),
        at(
            &verifying,
            stuck(StuckReason::ChecksCancelled { step: 1, cancelled: vec!["test".into()], why: Some(NotMended::RunAgain) }, from.clone()),
        ),
        at(&verifying, stuck(StuckReason::ChecksTimedOut { step: 1, pending: vec!["test".into()] }, from)),
        rewritten.run.clone(),
        at(&writing, stuck(StuckReason::OutOfBudget { step: 1, exhausted: exhausted() }, writing.run.phase.clone())),
        at(&writing, stuck(StuckReason::GaveUp { step: 1, why: "it went in circles".into() }, writing.run.phase.clone())),
        at(&finishing, stuck(refused, Phase::Finishing)),
        at(&review, Phase::Over(Ending::Merged)),
        at(&review, Phase::Over(Ending::Closed)),
        at(&writing, Phase::Over(Ending::Cancelled { by: Some(login("ada")) })),
        at(&begun, Phase::Over(Ending::NothingToDo)),
    ]
}
