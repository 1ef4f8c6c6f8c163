//! Building: one step after the other is written, pushed, and verified by CI.

use super::{asking, finishing, review, stuck};
use crate::domain::{Sha, Timestamp};
use crate::workflow::checklist::Checklist;
use crate::workflow::verdict::{CheckState, Verdict};
use crate::workflow::{Checked, Decision, Effect, Message, Phase, Plan, Run, Stage, StepState, StuckReason, Work, Written};

/// Have the step written on top of the branch's head.
pub fn write(run: Run, step: usize, mut effects: Vec<Effect>) -> Decision {
    let Some(onto) = run.head.clone() else {
        return Decision::Pass("the base is not known");
    };
    effects.push(Effect::Say(Message::Status));
    effects.push(Effect::WriteStep { step, onto });
    Decision::moved(Run { phase: Phase::Building { step, stage: Stage::Writing }, wake_at: None, ..run }, effects)
}

/// Go on wherever the plan says: wait for the checks of what is built, write the first step without a commit, or finish.
pub fn resume(mut run: Run, effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Some(plan) = run.plan.as_ref() else {
        return Decision::Pass("there is no plan");
    };
    if plan.has_lost() {
        return stuck::because(run, StuckReason::BranchRewritten, Phase::Finishing, effects, now);
    }
    let awaits = |(step, state): (usize, &StepState)| {
        let open = match plan.verdict(step) {
            Verdict::Green | Verdict::RedOnBaseToo(_) => false,
            Verdict::NoChecks => !state.no_ci,
            Verdict::Pending | Verdict::Red(_) | Verdict::Cancelled(_) => true,
        };
        (open && state.commit.is_some()).then_some(step)
    };
    if let Some(step) = plan.steps.iter().enumerate().find_map(awaits) {
        if let Some(state) = run.plan.as_mut().and_then(|p| p.steps.get_mut(step)) {
            state.committed_at = Some(now);
        }
        return verify(run, step, effects, now).then(vec![Effect::Say(Message::Status)]);
    }
    match run.next_step(0) {
        Some(step) => write(run, step, effects),
        None => finishing::begin(run, now).after(effects).then(vec![Effect::Say(Message::Status)]),
    }
}

/// Build a step once more: its commits stay, and the next one is the step's.
pub fn rebuild(mut run: Run, step: usize, now: Timestamp) -> Decision {
    if let Some(plan) = run.plan.as_mut() {
        plan.built_before = plan.has_commits();
        let attempt = plan.fresh_attempt();
        if let Some(state) = plan.steps.get_mut(step) {
            *state = StepState { attempt, ..StepState::default() };
        }
    }
    let show = run.pull.is_some().then_some(Effect::ShowChecklist);
    match run.phase {
        // What is in hand is done first.
        Phase::Building { stage: Stage::Writing | Stage::Pushing { .. }, .. } | Phase::Asking => {
            Decision::moved(run, show.into_iter().chain([Effect::Say(Message::Status)]).collect())
        }
        Phase::Reading
        | Phase::Planned
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::InReview
        | Phase::Stuck { .. }
        | Phase::Over(_) => resume(run, show.into_iter().collect(), now),
    }
}

pub fn written(mut run: Run, step: usize, written: Written, now: Timestamp) -> Decision {
    match written {
        Written::Commit { commit, onto, work } => {
            worked(&mut run, step, work);
            let new_branch = run.plan.as_ref().is_some_and(|p| p.base == onto);
            let push = Effect::Push { step, commit: commit.clone(), onto, new_branch };
            run.phase = Phase::Building { step, stage: Stage::Pushing { commit } };
            Decision::moved(run, vec![push])
        }
        Written::Nothing { work } => {
            worked(&mut run, step, work);
            let head = run.head.clone();
            if let Some(state) = run.plan.as_mut().and_then(|p| p.steps.get_mut(step)) {
                state.commit = head;
                state.unchanged = true;
                state.committed_at = Some(now);
            }
            verify(run, step, Vec::new(), now)
        }
        Written::Asks { question, work } => {
            worked(&mut run, step, Some(work));
            asking::ask_at(run, step, question, now)
        }
        Written::OutOfBudget { exhausted, work } => {
            worked(&mut run, step, Some(work));
            let from = run.phase.clone();
            stuck::because(run, StuckReason::OutOfBudget { step, exhausted: *exhausted }, from, Vec::new(), now)
        }
        Written::GaveUp { why, work } => {
            worked(&mut run, step, Some(work));
            let from = run.phase.clone();
            stuck::because(run, StuckReason::GaveUp { step, why }, from, Vec::new(), now)
        }
        Written::Refused { path, line, why } => {
            let from = run.phase.clone();
            stuck::because(run, StuckReason::EditRefused { step, path, line, why }, from, Vec::new(), now)
        }
    }
}

/// What the step's implementer did and cost is the run's from now on, however it ended.
fn worked(run: &mut Run, step: usize, work: Option<Box<Work>>) {
    if let Some(state) = run.plan.as_mut().and_then(|p| p.steps.get_mut(step)) {
        state.work = work.map(|work| *work);
    }
}

pub fn pushed(mut run: Run, step: usize, commit: Sha, now: Timestamp) -> Decision {
    run.head = Some(commit.clone());
    if let Some(plan) = run.plan.as_mut() {
        plan.head_checks = Vec::new();
        if let Some(state) = plan.steps.get_mut(step) {
            state.commit = Some(commit);
            state.committed_at = Some(now);
        }
    }
    // Where it is opened now, that is told with its number.
    let show = if run.pull.is_none() { vec![Effect::OpenPullRequest] } else { vec![Effect::ShowChecklist, Effect::Say(Message::Status)] };
    let edited = std::mem::take(&mut run.talk.edited_meanwhile).then_some(Effect::ReadSpecification);
    verify(run, step, show, now).then(edited.into_iter().collect())
}

/// Somebody else moved the branch. Their commits on top of ours are kept and built upon; a rewritten branch stops the run.
pub fn conflict(mut run: Run, step: usize, onto: &Sha, head: Option<Sha>, keeps_ours: bool, now: Timestamp) -> Decision {
    let from = Phase::Building { step, stage: Stage::Writing };
    match head {
        // Writing the same once more would end the same. The run may know of a head that the commit did not: that is another base.
        Some(head) if keeps_ours && head == *onto => {
            let what = format!("push the commit of step {}", step + 1);
            let why = "the branch was refused although nobody else moved it".to_owned();
            stuck::because(run, StuckReason::Refused { what, why, may_heal: false }, from, Vec::new(), now)
        }
        Some(head) if keeps_ours => {
            run.head = Some(head);
            write(run, step, Vec::new())
        }
        Some(_) | None => stuck::because(run, StuckReason::BranchRewritten, from, Vec::new(), now),
    }
}

fn verify(run: Run, step: usize, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let commits = commits_of(&run, step);
    effects.push(Effect::ReadChecks { commits });
    let wake_at = Some(now.plus_seconds(first_look(&run)));
    Decision::moved(Run { phase: Phase::Building { step, stage: Stage::Verifying }, wake_at, ..run }, effects)
}

pub fn look_again(run: Run, step: usize, now: Timestamp) -> Decision {
    let commits = commits_of(&run, step);
    let wake_at = Some(now.plus_seconds(run.settings.poll.max(1)));
    Decision::moved(Run { wake_at, ..run }, vec![Effect::ReadChecks { commits }])
}

fn commits_of(run: &Run, step: usize) -> Vec<Sha> {
    run.plan.iter().flat_map(|p| p.steps.get(step)).filter_map(|s| s.commit.clone()).collect()
}

/// New knowledge about commits, whichever phase the run is in.
pub fn checks_read(mut run: Run, checked: Vec<Checked>, now: Timestamp) -> Decision {
    let before = Checklist::of(&run);
    let was_verified = run.plan.as_ref().is_some_and(|p| p.is_verified());
    let head = run.head.clone();
    let grace = run.settings.grace;
    if let Some(plan) = run.plan.as_mut() {
        for found in checked {
            let since = plan.steps.iter().filter(|s| s.commit.as_ref() == Some(&found.commit)).filter_map(|s| s.committed_at).max();
            let in_grace = since.is_some_and(|at| now.since(at) / 1000 < grace);
            record(plan, head.as_ref(), if in_grace { found } else { without_announced(found) });
        }
    }
    let news = Checklist::of(&run) != before;
    let mut effects = if news && run.pull.is_some() { vec![Effect::ShowChecklist] } else { Vec::new() };
    match run.phase {
        Phase::Building { step, stage: Stage::Verifying } => judge(run, step, effects, now),
        Phase::Finishing => finishing::judge(run, effects, now),
        Phase::Stuck { .. } => stuck::checks_read(run, effects, now),
        Phase::InReview => {
            effects.extend(news.then_some(Effect::Say(Message::Status)));
            review::checks_read(run, was_verified, effects, now)
        }
        Phase::Building { stage: Stage::Writing | Stage::Pushing { .. }, .. } => Decision::moved(run, effects),
        Phase::Reading | Phase::Asking | Phase::Planned | Phase::Over(_) => Decision::Pass("no commit's checks are awaited"),
    }
}

/// Once the time of grace is over, an App that never said anything is not waited for.
fn without_announced(mut found: Checked) -> Checked {
    found.checks.retain(|check| check.state != CheckState::Announced);
    found
}

fn record(plan: &mut Plan, head: Option<&Sha>, mut found: Checked) {
    found.checks.retain(|check| plan.repository.counts(&check.name));
    for state in plan.steps.iter_mut().filter(|s| s.commit.as_ref() == Some(&found.commit)) {
        state.checks.clone_from(&found.checks);
    }
    if head == Some(&found.commit) {
        plan.head_checks.clone_from(&found.checks);
    }
    if plan.base == found.commit {
        plan.base_checks = Some(found.checks);
    }
}

/// What the verdict of the step in hand means for the run.
pub fn judge(mut run: Run, step: usize, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let here = Phase::Building { step, stage: Stage::Verifying };
    let Some((plan, state)) = run.plan.as_ref().and_then(|p| Some((p, p.steps.get(step)?))) else {
        return Decision::Pass("there is no such step");
    };
    let verdict = plan.verdict(step);
    let waited = state.committed_at.map_or(0, |at| now.since(at)) / 1000;
    match verdict {
        Verdict::Green | Verdict::RedOnBaseToo(_) => next(run, effects, now),
        Verdict::NoChecks if waited >= grace(&run) => {
            if let Some(state) = run.plan.as_mut().and_then(|p| p.steps.get_mut(step)) {
                state.no_ci = true;
            }
            next(run, effects, now)
        }
        Verdict::Pending if waited >= run.settings.ci_timeout => {
            stuck::because(run, StuckReason::ChecksTimedOut { step }, here, effects, now)
        }
        Verdict::NoChecks | Verdict::Pending => {
            let poll = run.settings.poll.max(1);
            run.wake_at = Some(now.plus_seconds(if verdict == Verdict::Pending { poll } else { grace(&run).clamp(1, poll) }));
            Decision::moved(run, effects)
        }
        Verdict::Red(_) if plan.base_checks.is_none() => {
            effects.push(Effect::ReadChecks { commits: vec![plan.base.clone()] });
            Decision::moved(run, effects)
        }
        Verdict::Red(failing) => stuck::because(run, StuckReason::ChecksRed { step, failing }, here, effects, now),
        Verdict::Cancelled(cancelled) => stuck::because(run, StuckReason::ChecksCancelled { step, cancelled }, here, effects, now),
    }
}

fn next(run: Run, effects: Vec<Effect>, now: Timestamp) -> Decision {
    match run.next_step(0) {
        Some(next) => write(run, next, effects),
        None => finishing::begin(run, now).after(effects),
    }
}

/// How long this repository may leave a commit without any check, in seconds.
fn grace(run: &Run) -> i64 {
    let expects = run.plan.as_ref().is_some_and(|p| p.has_workflows);
    if expects { run.settings.grace_with_workflows } else { run.settings.grace }
}

fn first_look(run: &Run) -> i64 {
    run.settings.poll.min(grace(run)).max(1)
}
