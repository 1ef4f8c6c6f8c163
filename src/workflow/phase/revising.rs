//! Revising: what was asked of the pull request is worked on in rounds, item by item, each with a commit of its own; then CI decides again.

use super::verifying::verify;
use super::{building, fixing, stuck};
use crate::domain::{CommentId, Sha, Timestamp, Untrusted};
use crate::workflow::verdict::Verdict;
use crate::workflow::{
    Cause, Decision, Effect, MergedTip, Message, NotMended, Round, Run, Stage, StepState, StuckReason, ThreadOutcome, Unit, Work, Written,
};

/// Work on the item in hand; with none left, CI decides, or the run goes on as it was where nothing was committed.
pub fn go_on(run: Run, round: usize, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let unit = Unit::Round(round);
    let is_at_work = run.reviews.rounds.get(round).is_some_and(|round| round.item().is_some());
    match (is_at_work, run.head.clone()) {
        (true, Some(onto)) => {
            effects.extend([Effect::Say(Message::Status), Effect::Revise { round, onto }]);
            Decision::moved(Run { phase: unit.at(Stage::Writing), wake_at: None, ..run }, effects)
        }
        (true, None) => Decision::Pass("the head is not known"),
        (false, _) if run.commit_of(unit).is_some() => verify(run, unit, effects, now).then(vec![Effect::Say(Message::Status)]),
        (false, _) => building::resume(run, effects, now),
    }
}

/// What came of the item in hand.
pub fn revised(mut run: Run, round: usize, written: Written, outcomes: Vec<ThreadOutcome>, now: Timestamp) -> Decision {
    let unit = Unit::Round(round);
    let Some((index, is_merge)) = run.reviews.rounds.get(round).and_then(|r| Some((r.item()?, matches!(r.cause, Cause::Base { .. }))))
    else {
        return Decision::Pass("the round has nothing in hand");
    };
    let from = run.phase.clone();
    let (work, ending) = match written {
        Written::Commit { commit, onto, work } => (work, Ended::Commit { commit, onto }),
        Written::Nothing { work } => (work, Ended::Nothing),
        Written::OutOfBudget { exhausted, work } => {
            let reason = StuckReason::RoundOutOfBudget { round, exhausted: *exhausted };
            (Some(work), Ended::Stuck(reason))
        }
        Written::Asks { question, work } if !is_merge => {
            (Some(work), Ended::Said(ThreadOutcome::Asked { words: Untrusted::new(question) }))
        }
        Written::GaveUp { why, work } if !is_merge => {
            (Some(work), Ended::Said(ThreadOutcome::Declined { words: Untrusted::new(format!("This could not be done: {why}")) }))
        }
        Written::Refused { why, .. } if !is_merge => (None, Ended::Said(ThreadOutcome::Declined { words: Untrusted::new(why) })),
        Written::Asks { question: why, work } | Written::GaveUp { why, work } => {
            (Some(work), Ended::Stuck(StuckReason::Conflicts { files: Vec::new(), why }))
        }
        Written::Refused { path, why, .. } => {
            let files = path.lines().map(str::to_owned).collect();
            (None, Ended::Stuck(StuckReason::Conflicts { files, why }))
        }
    };
    worked(&mut run, unit, work);
    let Some(item) = run.reviews.rounds.get_mut(round).and_then(|round| round.items.get_mut(index)) else {
        return Decision::Pass("the round has nothing in hand");
    };
    if item.threads.is_empty() {
        item.outcome = outcomes.first().cloned();
    }
    for (thread, outcome) in item.threads.iter_mut().zip(outcomes) {
        thread.outcome = Some(outcome);
    }
    match ending {
        Ended::Commit { commit, onto } => {
            run.phase = unit.at(Stage::Pushing { commit: commit.clone() });
            Decision::moved(run, vec![Effect::PushRound { round, commit, onto }])
        }
        Ended::Nothing => {
            item.done = true;
            let answers = answers(&run, round, index);
            go_on(run, round, answers, now)
        }
        Ended::Said(outcome) => {
            item.threads.iter_mut().for_each(|thread| thread.outcome = Some(outcome.clone()));
            item.outcome = Some(outcome).filter(|_| item.threads.is_empty());
            item.done = true;
            let answers = answers(&run, round, index);
            go_on(run, round, answers, now)
        }
        Ended::Stuck(reason) => stuck::because(run, reason, from, Vec::new(), now),
    }
}

enum Ended {
    Commit {
        commit: Sha,
        onto: Sha,
    },
    Nothing,
    /// Without a change, and with this to say in each of the item's threads.
    Said(ThreadOutcome),
    Stuck(StuckReason),
}

fn worked(run: &mut Run, unit: Unit, work: Option<Box<Work>>) {
    let Some(state) = run.state_mut(unit) else { return };
    state.work = match (work, state.work.take()) {
        (Some(work), Some(before)) => Some(work.after(before)),
        (Some(work), None) => Some(*work),
        (None, before) => before,
    };
}

/// A commit of the round is on the branch: the item's, or a repair.
pub fn pushed(mut run: Run, round: usize, commit: Sha, now: Timestamp) -> Decision {
    let unit = Unit::Round(round);
    run.head = Some(commit.clone());
    if run.reviews.rounds.get(round).is_some_and(|round| round.tip().is_some()) {
        let before = run.commit_of(unit).cloned();
        run.follow(before.as_ref(), &commit, now);
    }
    if let Some(plan) = run.plan.as_mut() {
        plan.head_checks = Vec::new();
    }
    if let Some(state) = run.state_mut(unit) {
        *state = StepState { commit: Some(commit.clone()), committed_at: Some(now), ..state.without_verdict() };
    }
    fixing::pushed(&mut run, unit, &commit);
    let index = run.reviews.rounds.get(round).and_then(Round::item);
    if let (Some(_), Some(tip)) = (index, run.reviews.rounds.get(round).and_then(Round::tip))
        && let Some(plan) = run.plan.as_mut()
    {
        plan.merged = Some(MergedTip { commit: tip.clone(), checks: None });
    }
    let mut effects: Vec<Effect> = run.pull.is_some().then_some(Effect::ShowChecklist).into_iter().collect();
    if let Some(index) = index {
        if let Some(item) = run.reviews.rounds.get_mut(round).and_then(|round| round.items.get_mut(index)) {
            item.commit = Some(commit.clone());
            item.done = true;
        }
        effects.extend(answers(&run, round, index));
    }
    go_on(run, round, effects, now)
}

/// Each thread of an item that has something to hear; for a review's own words, a comment in the pull request's conversation.
fn answers(run: &Run, round: usize, item: usize) -> Vec<Effect> {
    let Some((cause, of)) = run.reviews.rounds.get(round).and_then(|round| Some((&round.cause, round.items.get(item)?))) else {
        return Vec::new();
    };
    let threads = (0..of.threads.len()).map(|thread| Effect::AnswerThread { round, item, thread });
    let mut answers: Vec<Effect> = threads.filter(|answer| answer.is_wanted(run)).collect();
    if let (Cause::Review { review, .. }, Some(_), Some(_)) = (cause, &of.words, &of.outcome) {
        answers.push(Effect::Say(Message::Review(*review)));
    }
    answers
}

/// What came of repairing what a round broke.
pub fn repaired(mut run: Run, round: usize, written: Written, now: Timestamp) -> Decision {
    let unit = Unit::Round(round);
    let from = run.phase.clone();
    let is_red = matches!(run.verdict(unit), Verdict::Red(_));
    match written {
        Written::Commit { .. } | Written::Nothing { .. } if !is_red => building::unneeded(run, unit, now),
        Written::Commit { commit, onto, work } => {
            worked(&mut run, unit, work);
            run.phase = unit.at(Stage::Pushing { commit: commit.clone() });
            Decision::moved(run, vec![Effect::PushRound { round, commit, onto }])
        }
        Written::Nothing { work } => {
            worked(&mut run, unit, work);
            fixing::nothing_repaired(run, unit, now)
        }
        Written::OutOfBudget { exhausted, work } => {
            worked(&mut run, unit, Some(work));
            stuck::because(run, StuckReason::RoundOutOfBudget { round, exhausted: *exhausted }, from, Vec::new(), now)
        }
        Written::Asks { question: why, work } | Written::GaveUp { why, work } => {
            worked(&mut run, unit, Some(work));
            run.mending.end_repair();
            let reason = fixing::reason(&run, unit, NotMended::GaveUp(why));
            stuck::because(run, reason, unit.at(Stage::Verifying), Vec::new(), now)
        }
        Written::Refused { why, .. } => {
            run.mending.end_repair();
            let reason = fixing::reason(&run, unit, NotMended::GaveUp(why));
            stuck::because(run, reason, unit.at(Stage::Verifying), Vec::new(), now)
        }
    }
}

/// Our answer is in a thread.
pub fn answered(mut run: Run, round: usize, item: usize, thread: usize, answer: CommentId) -> Decision {
    let item = run.reviews.rounds.get_mut(round).and_then(|round| round.items.get_mut(item));
    let Some(thread) = item.and_then(|item| item.threads.get_mut(thread)) else {
        return Decision::Pass("there is no such thread");
    };
    thread.answered = Some(answer);
    Decision::moved(run, Vec::new())
}
