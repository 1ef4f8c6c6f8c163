//! What holds in every life, however the world behaves.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::sample::{NOW, begun, check, failure, gap, labelled, optional, reading, revised, sha, specification, worked};
use super::table;
use crate::domain::{CommentId, Sha, Timestamp, Untrusted};
use crate::workflow::checklist::{Checklist, Standing};
use crate::workflow::verdict::{CheckState, Verdict};
use crate::workflow::{
    Checked, Decision, Effect, Ending, Event, Failure, Message, Missed, Phase, Reading, Remark, Run, Stage, ThreadOutcome, Unit, Written,
    decide,
};

static EVENTS: LazyLock<Vec<Event>> = LazyLock::new(table::events);
static OVERS: LazyLock<Vec<Run>> = LazyLock::new(|| table::runs().into_iter().filter(|r| matches!(r.phase, Phase::Over(_))).collect());

/// What the world may do next; it becomes an event that fits the run, or deliberately one that does not.
#[derive(Debug, Clone)]
enum Turn {
    /// Perform what the phase waits for, with this outcome.
    Fitting(u8),
    /// Any event of the table.
    Any(usize),
    Checks(usize, u8),
    Says(&'static str),
    Wait(u16),
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let say = prop::sample::select(vec![
        "1: yes",
        "2: no",
        "yes",
        "/journeyman retry",
        "/journeyman status",
        "/journeyman stop",
        "/journeyman approve",
        "/journeyman proceed",
        "/journeyman resume",
        "/journeyman rebuild step 1",
        "/journeyman retry step 2",
        "/journeyman approve\n\n1. Greet in `a.rs`",
    ]);
    let turn = prop_oneof![
        6 => any::<u8>().prop_map(Turn::Fitting),
        2 => (0..EVENTS.len()).prop_map(Turn::Any),
        4 => (0usize..4, 0u8..5).prop_map(|(step, state)| Turn::Checks(step, state)),
        1 => say.prop_map(Turn::Says),
        1 => (0u16..5000).prop_map(Turn::Wait),
    ];
    prop::collection::vec(turn, 0..60)
}

fn event_of(turn: &Turn, run: &Run, events: &[Event], count: u64) -> Event {
    match turn {
        Turn::Any(index) => events[*index].clone(),
        Turn::Wait(_) => Event::TimePassed,
        Turn::Says(text) => Event::CommentsRead {
            remarks: vec![Remark { id: CommentId(1000 + count), by: run.asked_by.clone(), body: Untrusted::new(*text), is_bot: false }],
            strangers: Vec::new(),
            up_to: Some(CommentId(1000 + count)),
        },
        Turn::Checks(step, state) => {
            let of_step = run.plan.as_ref().and_then(|p| p.steps.get(*step)).and_then(|s| s.commit.clone());
            let commit = of_step.or_else(|| run.plan.as_ref().map(|p| p.base.clone())).unwrap_or_else(|| sha("0"));
            Event::ChecksRead { checked: vec![Checked { commit, checks: checks(*state) }], required: None }
        }
        Turn::Fitting(luck) => fitting(run, *luck, count),
    }
}

fn checks(state: u8) -> Vec<crate::workflow::verdict::Check> {
    let states = [CheckState::Passed, CheckState::Failed, CheckState::Pending, CheckState::Cancelled];
    states.get(usize::from(state)).map(|state| vec![check("test", *state)]).unwrap_or_default()
}

fn fitting(run: &Run, luck: u8, count: u64) -> Event {
    let fresh: Sha = format!("{count:040x}").parse().unwrap();
    match run.phase.clone() {
        Phase::Reading => {
            let gaps = match luck % 4 {
                0 => vec![gap("Which?"), optional("What shows it?")],
                1 => vec![optional("What shows it?")],
                _ => Vec::new(),
            };
            let mut read = reading(specification(usize::from(luck % 3) + 1), gaps);
            read.repository.approve_plan = luck.is_multiple_of(7);
            read.can_propose = luck.is_multiple_of(5);
            Event::SpecificationRead(Box::new(read))
        }
        Phase::Building { step, stage: Stage::Writing } => {
            let written = match luck % 6 {
                0 => Written::Nothing { work: None },
                1 => Written::Refused { path: "a".into(), line: 1, why: "no".into() },
                _ => Written::Commit { commit: fresh, onto: run.head.clone().unwrap(), work: None },
            };
            Event::StepWritten { step, written }
        }
        Phase::Building { step, stage: Stage::Pushing { commit } } => match luck % 6 {
            0 => Event::BranchConflict {
                unit: Unit::Step(step),
                onto: run.head.clone().unwrap(),
                head: Some(fresh),
                keeps_ours: !luck.is_multiple_of(4),
            },
            _ => Event::Pushed { unit: Unit::Step(step), commit },
        },
        Phase::Building { step, stage: Stage::Verifying } => {
            let commit = run.plan.as_ref().unwrap().steps[step].commit.clone().unwrap();
            Event::ChecksRead { checked: vec![Checked { commit, checks: checks(luck % 8 % 5) }], required: None }
        }
        Phase::Building { step, stage: Stage::Diagnosing } => {
            let commit = run.commit_of(Unit::Step(step)).cloned().unwrap();
            let service = luck.is_multiple_of(3).then(|| "the runner was lost".to_owned());
            let failure = Failure { service, id: Some(count), workflow_run: Some(count), others: usize::from(luck % 6), ..failure("test") };
            Event::Diagnosed { unit: Unit::Step(step), commit, failures: vec![failure], can_repair: !luck.is_multiple_of(4) }
        }
        Phase::Building { step, stage: Stage::Fixing } => {
            let work = luck.is_multiple_of(2).then(|| Box::new(worked()));
            let written = match luck % 6 {
                0 => Written::Nothing { work },
                1 => Written::GaveUp { why: "it went in circles".into(), work: Box::default() },
                _ => Written::Commit { commit: fresh, onto: run.head.clone().unwrap(), work },
            };
            Event::StepWritten { step, written }
        }
        Phase::Revising { round, stage: Stage::Writing } => {
            let written = match luck % 6 {
                0 => Written::Nothing { work: None },
                1 => Written::GaveUp { why: "it went in circles".into(), work: Box::default() },
                _ => Written::Commit { commit: fresh, onto: run.head.clone().unwrap(), work: None },
            };
            Event::Revised { round, written, outcomes: vec![ThreadOutcome::Done { words: Untrusted::new("Renamed.") }] }
        }
        Phase::Revising { round, stage: Stage::Pushing { commit } } => Event::Pushed { unit: Unit::Round(round), commit },
        Phase::Revising { round, stage: Stage::Verifying } => {
            let commit = run.commit_of(Unit::Round(round)).cloned().unwrap();
            Event::ChecksRead { checked: vec![Checked { commit, checks: checks(luck % 8 % 5) }], required: None }
        }
        Phase::Revising { round, stage: Stage::Diagnosing } => {
            let commit = run.commit_of(Unit::Round(round)).cloned().unwrap();
            let unit = Unit::Round(round);
            Event::Diagnosed { unit, commit, failures: vec![failure("test")], can_repair: !luck.is_multiple_of(4) }
        }
        Phase::Revising { round, stage: Stage::Fixing } => {
            let written = match luck % 3 {
                0 => Written::Nothing { work: None },
                _ => Written::Commit { commit: fresh, onto: run.head.clone().unwrap(), work: None },
            };
            Event::RoundRepaired { round, written }
        }
        Phase::Finishing if luck.is_multiple_of(4) => {
            let what = vec!["It names `a`, and there is no such file.".to_owned()];
            let missed = vec![Missed { step: usize::from(luck % 3), what, can_write: !luck.is_multiple_of(8) }];
            Event::Reread { head: run.head.clone().unwrap_or(fresh), missed }
        }
        Phase::Finishing => Event::MarkedReady,
        Phase::InReview if luck % 16 == 7 => super::reviewing::reviewed(count, "Rename it.", luck.is_multiple_of(3)),
        // The text is edited while something is built.
        Phase::InReview | Phase::Asking if luck % 16 == 5 => {
            Event::SpecificationRead(Box::new(Reading { hash: fresh.to_string(), ..reading(revised(), Vec::new()) }))
        }
        Phase::Asking | Phase::Planned | Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) if luck.is_multiple_of(8) => {
            labelled(run.asked_by.as_str())
        }
        Phase::Asking | Phase::Planned | Phase::InReview | Phase::Stuck { .. } | Phase::Over(_) => {
            let lost = run.head.clone().into_iter().filter(|_| luck.is_multiple_of(3)).collect();
            Event::BranchRead { head: run.head.clone().filter(|_| !luck.is_multiple_of(5)), lost, guests: Vec::new() }
        }
    }
}

fn holds(before: &Run, event: &Event, after: &Run, effects: &[Effect], now: Timestamp) {
    let json = serde_json::to_string(after).unwrap();
    assert_eq!(&serde_json::from_str::<Run>(&json).unwrap(), after, "a run survives being kept");
    for effect in effects {
        let kept: Effect = serde_json::from_str(&serde_json::to_string(effect).unwrap()).unwrap();
        assert_eq!((kept.key(), &kept), (effect.key(), effect), "an effect survives being kept");
    }
    let mut keys: Vec<String> = effects.iter().map(Effect::key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), effects.len(), "no effect is asked for twice at once: {effects:?}");
    if after.attempt == before.attempt {
        let stuck = effects.iter().any(|e| matches!(e, Effect::Say(Message::Stuck(n)) if *n == after.times_stuck));
        assert!(after.times_stuck == before.times_stuck || (after.times_stuck == before.times_stuck + 1 && stuck), "stuck in silence");
        for (old, new) in before.questions.iter().zip(&after.questions) {
            assert_eq!((old.number, &old.gap.question), (new.number, &new.gap.question), "a question keeps its number");
        }
        assert!(after.questions.len() >= before.questions.len() && after.comments_read_to >= before.comments_read_to);
    }
    for effect in effects {
        match effect {
            Effect::WriteStep { step, onto } => {
                assert_eq!(after.phase, Phase::Building { step: *step, stage: Stage::Writing });
                assert_eq!(after.head.as_ref(), Some(onto), "a step is written on the head");
            }
            Effect::PushRound { round, commit, .. } => {
                assert!(after.is_at(Unit::Round(*round), &Stage::Pushing { commit: commit.clone() }))
            }
            Effect::Revise { round, onto } => {
                assert!(after.is_at(Unit::Round(*round), &Stage::Writing) && after.reviews.rounds[*round].item().is_some());
                assert_eq!(after.head.as_ref(), Some(onto), "a revision is made on the head");
            }
            Effect::Push { step, commit, .. } => {
                assert_eq!(after.phase, Phase::Building { step: *step, stage: Stage::Pushing { commit: commit.clone() } });
            }
            Effect::MarkReady => {
                let plan = after.plan.as_ref().unwrap();
                assert_eq!(after.phase, Phase::Finishing);
                assert!(after.is_verified() && plan.is_verified() && after.pull.is_some(), "ready, but not verified");
            }
            Effect::Repair { unit, onto } => {
                assert!(after.is_at(*unit, &Stage::Fixing), "{:?}", after.phase);
                assert_eq!(after.head.as_ref(), Some(onto), "a repair is made on the head");
                assert!(after.mending.in_all() <= after.settings.repairs, "more repairs than are allowed");
                let newest = after.mending.repairs.last().unwrap();
                let in_a_row = newest.checks.iter().map(|name| after.mending.in_a_row(name)).max();
                assert!(in_a_row <= Some(after.settings.repairs_per_check), "more repairs in a row than are allowed");
            }
            Effect::Diagnose { unit, .. } => assert!(after.is_at(*unit, &Stage::Diagnosing)),
            Effect::Rerun { commit, workflow_runs } => {
                assert!(!workflow_runs.is_empty() && after.mending.reruns.iter().any(|rerun| rerun.commit == *commit));
                let mut checks: Vec<_> = after.mending.reruns.iter().map(|rerun| (&rerun.commit, &rerun.check)).collect();
                let all = checks.len();
                checks.sort();
                checks.dedup();
                assert_eq!(checks.len(), all, "a check is run again once for a commit");
            }
            // It may have been called ready just now, of what turned red meanwhile.
            Effect::BackToDraft => assert!(!after.is_ready && (before.is_ready || matches!(event, Event::MarkedReady))),
            Effect::VerifyLocally { unit, .. } => {
                let plan = after.plan.as_ref().unwrap();
                assert_eq!((after.verdict(*unit), plan.has_workflows), (Verdict::NoChecks, false), "CI decides where there is any");
            }
            Effect::ReadChecks { commits } => assert!(!commits.is_empty(), "nothing to read"),
            Effect::Reread { head } => {
                assert!(after.head.as_ref() == Some(head) && after.reviews.reviewed_steps() < after.plan.as_ref().unwrap().steps.len())
            }
            Effect::ReadEvidence { head } => assert_eq!(after.head.as_ref(), Some(head)),
            Effect::ReadReviews => assert_eq!(after.phase, Phase::InReview),
            Effect::ReadPullComments { .. } => assert!(after.pull.is_some()),
            Effect::Acknowledge
            | Effect::ReadSpecification
            | Effect::ReadIssue { .. }
            | Effect::ReadPermission { .. }
            | Effect::ReadComments { .. }
            | Effect::Say(_)
            | Effect::OpenPullRequest
            | Effect::ShowChecklist
            | Effect::ReadBranch
            | Effect::React { .. }
            | Effect::Propose
            | Effect::Answer { .. }
            | Effect::ShowCheck
            | Effect::AnswerThread { .. }
            | Effect::RequestReview { .. }
            | Effect::ReadPullRequest => {}
        }
        assert!(effect.is_wanted(after), "{effect:?} is not wanted by the run that asked for it ({event:?})");
    }
    if let Phase::Building { step, stage: Stage::Writing } = &after.phase
        && (before.phase != after.phase || before.head != after.head)
    {
        let written = effects.iter().any(|e| matches!(e, Effect::WriteStep { step: asked, .. } if asked == step));
        assert!(written, "a step is in hand that nobody writes");
    }
    ticks(after);
    match after.phase {
        Phase::Over(_) => assert_eq!(after.wake_at, None, "a run that is over sleeps for good"),
        Phase::Asking
        | Phase::Planned
        | Phase::Finishing
        | Phase::Revising { stage: Stage::Verifying, .. }
        | Phase::InReview
        | Phase::Stuck { .. }
        | Phase::Building { stage: Stage::Verifying, .. } => {
            let woken = !matches!(event, Event::TimePassed) || after.wake_at > Some(now);
            assert!(after.wake_at.is_some() && woken, "a run that waits looks again, later");
        }
        Phase::Reading | Phase::Building { .. } | Phase::Revising { .. } => {}
    }
    let dangers = !after.may_be_merged();
    assert!(!(after.is_ready && dangers) || matches!(after.phase, Phase::Over(_)), "called ready, and is not");
}

fn ticks(run: &Run) {
    let (Some(plan), Some(list)) = (run.plan.as_ref(), Checklist::of(run)) else { return };
    for (index, line) in list.steps.iter().enumerate().filter(|(_, line)| line.ticked) {
        let state = &plan.steps[index];
        let green = state.commit.is_some() && !state.lost && plan.verdict(index) == Verdict::Green;
        assert!(line.standing == Standing::DoneBefore || green, "ticked without a green verdict: {line:?}");
    }
    let in_hand = list.steps.iter().filter(|s| s.standing == Standing::Building).count();
    assert!(in_hand <= 1, "more than one step in hand");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_to_a_run_it_keeps_its_promises(turns in turns()) {
        let (mut run, _) = begun();
        let mut now = NOW;
        let events = &*EVENTS;
        for (count, turn) in turns.iter().enumerate() {
            now = now.plus_seconds(if let Turn::Wait(seconds) = turn { i64::from(*seconds) } else { 1 });
            let event = event_of(turn, &run, events, count as u64 + 1);
            if let Decision::Move(after, effects) = decide(&run, event.clone(), now) {
                holds(&run, &event, &after, &effects, now);
                run = *after;
            }
        }
    }

    #[test]
    fn a_run_that_is_over_builds_nothing_more(turns in turns(), at in 0usize..4) {
        let overs = &*OVERS;
        let mut run = overs[at].clone();
        let events = &*EVENTS;
        for (count, turn) in turns.iter().enumerate() {
            let event = event_of(turn, &run, events, count as u64 + 1);
            let resumes = |remark: &Remark| remark.body.as_data().contains("resume");
            let reopens = matches!((&event, &run.phase), (Event::PullRequestRead { open: true, .. }, Phase::Over(Ending::Closed)));
            if reopens || matches!(&event, Event::Labelled { .. }) || matches!(&event, Event::CommentsRead { remarks, .. } if remarks.iter().any(resumes)) {
                continue;
            }
            if let Decision::Move(after, effects) = decide(&run, event, NOW) {
                prop_assert!(matches!(after.phase, Phase::Over(_)));
                let says = |e: &Effect| matches!(e, Effect::Say(Message::Status | Message::Reply(_)));
                let looks = |e: &Effect| matches!(e, Effect::ReadComments { .. } | Effect::ReadPullComments { .. } | Effect::ShowChecklist | Effect::ShowCheck | Effect::ReadPullRequest);
                let telling = |e: &Effect| says(e) || looks(e) || matches!(e, Effect::React { .. } | Effect::Answer { .. });
                prop_assert!(effects.iter().all(telling), "{effects:?}");
                run = *after;
            }
        }
    }
}

#[test]
fn a_run_kept_by_an_earlier_release_is_still_read() {
    let kept = include_str!("../../../fixtures/store/run-v1.json");
    let run: Run = serde_json::from_str(kept).unwrap();
    assert_eq!((run.id.as_str(), run.pull.map(|p| p.0), run.times_stuck), ("octo/hello#12.1", Some(13), 1));
    assert!(matches!(&run.phase, Phase::Stuck { reason: crate::workflow::StuckReason::ChecksRed { step: 1, .. }, .. }));
    let plan = run.plan.as_ref().unwrap();
    assert_eq!((plan.steps.len(), plan.specification.steps[0].edits.len()), (2, 1));
    assert_eq!((plan.verdict(0), plan.verdict(1)), (Verdict::Green, Verdict::Red(vec!["test".into()])));
    assert_eq!(run.questions[0].answer.as_ref().map(|a| a.text.as_data()), Some("Hello"));
    let list = Checklist::of(&run).unwrap();
    assert_eq!(list.steps.iter().map(|s| s.ticked).collect::<Vec<_>>(), [true, false]);
}
