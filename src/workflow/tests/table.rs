//! The transition table: every phase by every event, and what becomes of it.
//!
//! `UPDATE_EXPECT=1` writes `fixtures/workflow-table.txt` anew. A phase or an event that is not in the lists below fails
//! the test; the matches without a wildcard make whoever adds one come here.

use expect_test::expect_file;

use super::sample::{check, exhausted, failure, keys, labelled, login, reading, revised, sha, specification};
use super::story::Story;
use crate::domain::{CommentId, InstallationId, PullNumber, Untrusted};
use crate::workflow::verdict::CheckState;
use crate::workflow::{
    Checked, Decision, Effect, Ending, Event, IssueReading, Local, NotMended, OwnCheck, Phase, Problem, Reading, Remark, Run, Stage,
    StuckReason, ThreadOutcome, Unit, Wish, Words, Written, decide,
};

#[test]
fn every_phase_by_every_event_does_what_the_table_says() {
    let mut table = String::from("# What a run makes of each event. `=` is the same phase; a line without effects ends after the phase.\n");
    let runs = runs();
    let events = events();
    complete(&runs, &events);
    for run in &runs {
        let no_steps = run.questions.iter().any(|q| q.gap.kind == crate::spec::GapKind::NoSteps);
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
        at(&verifying, stuck(StuckReason::ChecksRed { step: 1, failing: vec!["test".into()], why: Some(NotMended::NoWriter) }, from.clone())),
        at(&verifying, stuck(StuckReason::ChecksCancelled { step: 1, cancelled: vec!["test".into()], why: Some(NotMended::RunAgain) }, from.clone())),
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

const EVENTS: usize = 41;

/// Each event, in the forms that matter; forms of one event stand together.
pub fn events() -> Vec<Event> {
    let by = login("ada");
    let says = |text: &str| Event::CommentsRead {
        remarks: vec![Remark { id: CommentId(900), by: login("ada"), body: Untrusted::new(text), is_bot: false }],
        strangers: Vec::new(),
        up_to: Some(CommentId(900)),
    };
    let checked =
        |commit: &str, state| Event::ChecksRead { checked: vec![Checked { commit: sha(commit), checks: vec![check("test", state)] }], required: None };
    let issue =
        |open, labelled, digit: &str| Event::IssueRead(IssueReading { open, labelled, hash: digit.repeat(64), by: Some(login("ada")) });
    let gave_up = |effect: Effect| Event::GaveUp { effect: Box::new(effect), why: "403".into(), may_heal: false };
    let asked = reading(specification(2), vec![super::sample::gap("For whom?")]);
    vec![
        labelled(by.as_str()),
        Event::Unlabelled { by: by.clone() },
        Event::SpecificationEdited { by: by.clone() },
        Event::Commented { by: by.clone() },
        Event::IssueClosed { by: by.clone() },
        Event::IssueReopened { by: by.clone() },
        Event::ChecksChanged { commit: sha("c2") },
        Event::BranchMoved { to: Some(sha("c2")) },
        Event::BranchMoved { to: Some(sha("fe")) },
        Event::BranchMoved { to: None },
        Event::PullRequestClosed { merged: true, by: by.clone() },
        Event::PullRequestClosed { merged: false, by: by.clone() },
        Event::PullRequestReopened { by: by.clone() },
        Event::PullRequestEdited { by },
        Event::Pressed { by: login("grace"), wish: Wish::Retry },
        Event::Pressed { by: login("grace"), wish: Wish::Stop },
        Event::Rerequested { by: login("grace") },
        Event::TimePassed,
        Event::Reinstalled { installation: InstallationId(6), event: Box::new(Event::IssueReopened { by: login("ada") }) },
        Event::SpecificationRead(Box::new(reading(specification(2), Vec::new()))),
        Event::SpecificationRead(Box::new(asked)),
        Event::SpecificationRead(Box::new(Reading { hash: "3".repeat(64), ..reading(revised(), Vec::new()) })),
        Event::SettingsBroken { problems: vec![Problem { line: 2, what: "`verfy` is no key".into() }] },
        Event::NotPermitted { login: login("mallory") },
        Event::NotAccepted { login: login("mallory"), hash: "2".repeat(64) },
        issue(true, true, "0"),
        issue(true, true, "1"),
        issue(true, false, "0"),
        issue(false, true, "0"),
        Event::PermissionRead { login: login("grace"), may_steer: true, wish: Wish::Retry },
        Event::PermissionRead { login: login("grace"), may_steer: true, wish: Wish::Stop },
        Event::PermissionRead { login: login("grace"), may_steer: false, wish: Wish::Retry },
        Event::CheckShown(OwnCheck { head: sha("c2"), id: 77 }),
        says("1: Hello"),
        says("/journeyman stop"),
        says("/journeyman retry"),
        says("/journeyman retry step 2"),
        says("/journeyman status"),
        says("/journeyman help"),
        says("/journeyman approve"),
        says("/journeyman approve\n\n1. Greet people in `src/greet.rs`\n2. Say goodbye in `src/bye.rs`"),
        says("/journeyman proceed"),
        says("/journeyman resume"),
        says("/journeyman rebuild step 1"),
        says("/journeyman dance"),
        says("@journeyman why two steps?"),
        Event::CommentsRead { remarks: Vec::new(), strangers: vec![CommentId(901)], up_to: Some(CommentId(901)) },
        Event::StepWritten { step: 1, written: Written::Commit { commit: sha("c2"), onto: sha("c1"), work: None } },
        Event::StepWritten { step: 1, written: Written::Nothing { work: None } },
        Event::StepWritten { step: 1, written: Written::Asks { question: "Which greeting?".into(), work: Box::default() } },
        Event::StepWritten { step: 1, written: Written::OutOfBudget { exhausted: Box::new(exhausted()), work: Box::default() } },
        Event::StepWritten { step: 1, written: Written::GaveUp { why: "it went in circles".into(), work: Box::default() } },
        Event::StepWritten { step: 1, written: Written::Refused { path: "a".into(), line: 3, why: "not found".into() } },
        Event::Pushed { unit: Unit::Step(1), commit: sha("c2") },
        Event::Pushed { unit: Unit::Round(0), commit: sha("e1") },
        Event::BranchConflict { unit: Unit::Step(1), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: true },
        Event::BranchConflict { unit: Unit::Step(1), onto: sha("c1"), head: Some(sha("fe")), keeps_ours: false },
        Event::Revised {
            round: 0,
            written: Written::Commit { commit: sha("e1"), onto: sha("c2"), work: None },
            threads: vec![ThreadOutcome::Done { words: Untrusted::new("Renamed.") }],
        },
        Event::Revised { round: 0, written: Written::Nothing { work: None }, threads: vec![ThreadOutcome::Nothing { words: Untrusted::new("") }] },
        Event::RoundRepaired { round: 0, written: Written::Commit { commit: sha("e2"), onto: sha("e1"), work: None } },
        Event::ThreadAnswered { round: 0, item: 0, thread: 0, answer: CommentId(903) },
        Event::PullRequestOpened { number: PullNumber(14) },
        Event::PullRequestRead { open: true, merged: false },
        Event::PullRequestRead { open: false, merged: true },
        checked("c2", CheckState::Pending),
        checked("c2", CheckState::Passed),
        checked("c2", CheckState::Failed),
        checked("c2", CheckState::Cancelled),
        Event::Diagnosed { unit: Unit::Step(1), commit: sha("c2"), failures: vec![failure("test")], can_repair: true },
        Event::Diagnosed { unit: Unit::Step(1), commit: sha("c2"), failures: vec![failure("test")], can_repair: false },
        Event::RerunRefused { commit: sha("c2"), why: "the App may not".into() },
        Event::VerifiedLocally { unit: Unit::Step(1), commit: sha("c2"), local: Local::Passed(vec!["make test".into()]) },
        Event::BranchRead { head: Some(sha("c2")), lost: Vec::new() },
        Event::BranchRead { head: Some(sha("fe")), lost: Vec::new() },
        Event::BranchRead { head: Some(sha("fe")), lost: vec![sha("c1"), sha("c2")] },
        Event::BranchRead { head: None, lost: Vec::new() },
        Event::MarkedReady,
        Event::Said { name: "status".into(), id: CommentId(800) },
        Event::Proposed(Box::new(super::sample::proposal())),
        Event::Answered { comment: CommentId(902), by: login("ada"), words: Words::Help },
        gave_up(Effect::ShowChecklist),
        gave_up(Effect::ReadSpecification),
        gave_up(Effect::WriteStep { step: 1, onto: sha("c1") }),
        gave_up(Effect::MarkReady),
    ]
}

/// The event's name with what tells its forms apart.
fn spelled(event: &Event) -> String {
    let detail = match event {
        Event::BranchMoved { to } => to.as_ref().map_or("away".to_owned(), |to| to.as_str()[..4].to_owned()),
        Event::PullRequestClosed { merged, .. } => (if *merged { "merged" } else { "unmerged" }).to_owned(),
        Event::SpecificationRead(read) if read.hash.starts_with('3') => "edited".to_owned(),
        Event::SpecificationRead(read) => (if read.gaps.is_empty() { "clear" } else { "a gap" }).to_owned(),
        Event::IssueRead(found) => match (found.open, found.labelled, found.hash.starts_with('0')) {
            (false, _, _) => "closed",
            (true, false, _) => "no label",
            (true, true, true) => "as it was",
            (true, true, false) => "edited",
        }
        .to_owned(),
        Event::PermissionRead { may_steer: true, wish, .. } => format!("may {}", wish.identifier()),
        Event::PermissionRead { may_steer: false, .. } => "may not".to_owned(),
        Event::Pressed { wish, .. } => wish.identifier().to_owned(),
        Event::Diagnosed { can_repair, .. } => (if *can_repair { "can be repaired" } else { "cannot be repaired" }).to_owned(),
        Event::CommentsRead { remarks, .. } if remarks.is_empty() => "a stranger's".to_owned(),
        Event::CommentsRead { remarks, .. } => {
            remarks.iter().map(|r| r.body.as_data().replace("\n\n", " with steps").chars().take(30).collect::<String>()).collect()
        }
        Event::Pushed { unit, .. } => (if matches!(unit, Unit::Step(_)) { "a step" } else { "a round" }).to_owned(),
        Event::Revised { written: Written::Nothing { .. }, .. } => "no change".to_owned(),
        Event::StepWritten { written: Written::Commit { .. }, .. } => "commit".to_owned(),
        Event::StepWritten { written: Written::Nothing { .. }, .. } => "no change".to_owned(),
        Event::StepWritten { written: Written::Asks { .. }, .. } => "asks".to_owned(),
        Event::StepWritten { written: Written::OutOfBudget { .. }, .. } => "out of budget".to_owned(),
        Event::StepWritten { written: Written::GaveUp { .. }, .. } => "gave up".to_owned(),
        Event::StepWritten { written: Written::Refused { .. }, .. } => "refused".to_owned(),
        Event::BranchConflict { keeps_ours, .. } => (if *keeps_ours { "ours kept" } else { "ours gone" }).to_owned(),
        Event::PullRequestRead { open, .. } => (if *open { "open" } else { "merged" }).to_owned(),
        Event::ChecksRead { checked, .. } => format!("{:?}", checked[0].checks[0].state).to_lowercase(),
        Event::BranchRead { head: None, .. } => "gone".to_owned(),
        Event::BranchRead { head: Some(head), lost } => {
            format!("{}{}", &head.as_str()[..4], if lost.is_empty() { "" } else { ", ours lost" })
        }
        Event::GaveUp { effect, .. } => keys(&[(**effect).clone()]),
        Event::Labelled { .. }
        | Event::Unlabelled { .. }
        | Event::SpecificationEdited { .. }
        | Event::Commented { .. }
        | Event::IssueClosed { .. }
        | Event::IssueReopened { .. }
        | Event::ChecksChanged { .. }
        | Event::PullRequestReopened { .. }
        | Event::PullRequestEdited { .. }
        | Event::Rerequested { .. }
        | Event::CheckShown(_)
        | Event::RerunRefused { .. }
        | Event::VerifiedLocally { .. }
        | Event::TimePassed
        | Event::Reinstalled { .. }
        | Event::NotPermitted { .. }
        | Event::SettingsBroken { .. }
        | Event::Proposed(_)
        | Event::Answered { .. }
        | Event::NotAccepted { .. }
        | Event::Revised { .. }
        | Event::RoundRepaired { .. }
        | Event::ThreadAnswered { .. }
        | Event::PullRequestOpened { .. }
        | Event::MarkedReady
        | Event::Said { .. } => return event.name().to_owned(),
    };
    format!("{}: {detail}", event.name())
}
