//! Finishing: every step's verdict is read once more before the pull request is called ready.

use super::{fixing, stuck, verifying};
use crate::domain::{Sha, Timestamp};
use crate::workflow::checklist::Checklist;
use crate::workflow::verdict::Verdict;
use crate::workflow::{Decision, Effect, Evidence, Message, Phase, Run, StuckReason};

/// Enter the phase, or look again in it.
pub fn begin(mut run: Run, now: Timestamp) -> Decision {
    if run.phase != Phase::Finishing {
        run.finishing_since = Some(now);
        run.plan.iter_mut().flat_map(|plan| &mut plan.steps).for_each(|state| state.timed_out = false);
    }
    let mut effects: Vec<Effect> = proposal(&run).into_iter().collect();
    effects.push(Effect::ReadChecks { commits: commits(&run) });
    let wake_at = Some(now.plus_seconds(run.settings.poll.max(1)));
    Decision::moved(Run { phase: Phase::Finishing, wake_at, ..run }, effects)
}

/// The pull request, where commits wait for one.
pub fn proposal(run: &Run) -> Option<Effect> {
    let wanting = run.pull.is_none() && run.plan.as_ref().is_some_and(|p| p.has_commits());
    wanting.then_some(Effect::OpenPullRequest)
}

/// The commits of all steps and rounds, without repetition, and the head.
pub fn commits(run: &Run) -> Vec<Sha> {
    let mut commits: Vec<Sha> = Vec::new();
    let units = run.units();
    for commit in units.iter().filter_map(|unit| run.commit_of(*unit)).chain(run.head.as_ref()) {
        if !commits.contains(commit) {
            commits.push(commit.clone());
        }
    }
    commits
}

/// Ready only when every step is verified; what CI never saw is left to people, as a draft. The step whose commit is the first to be
/// red is the one that is repaired.
pub fn judge(mut run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    let Some(plan) = run.plan.as_ref() else {
        return Decision::Pass("there is no plan");
    };
    let waited = run.finishing_since.map_or(0, |at| now.since(at)) / 1000;
    let deadline = plan.deadline(&run.settings);
    let mut unverified = false;
    let mut waiting = None;
    for unit in run.units() {
        let Some(state) = run.state(unit).filter(|state| state.commit.is_some()) else { continue };
        if state.lost {
            return stuck::because(run, StuckReason::BranchRewritten, Phase::Finishing, effects, now);
        }
        match run.verdict(unit) {
            Verdict::Green => {}
            Verdict::RedOnBaseToo(_) => unverified = true,
            Verdict::NoChecks if state.no_ci => unverified = true,
            Verdict::NoChecks | Verdict::Pending | Verdict::TimedOut(_) => waiting = waiting.or(Some(unit)),
            Verdict::Red(failing) => return fixing::consider(run, unit, &failing, effects, now),
            Verdict::Cancelled(_) => return fixing::diagnose(run, unit, effects),
        }
    }
    match waiting {
        Some(unit) if waited >= deadline => {
            let reason = verifying::give_up_waiting(&mut run, unit);
            effects.extend(run.pull.is_some().then_some(Effect::ShowChecklist).filter(|show| !effects.contains(show)));
            stuck::because(run, reason, Phase::Finishing, effects, now)
        }
        Some(_) => Decision::moved(run, effects),
        None if run.pull.is_none() && plan.has_commits() => Decision::moved(run, effects),
        None if unverified || run.pull.is_none() => ready_with(run, effects, now),
        None => {
            let last = evidence(&run).into_iter().chain([Effect::MarkReady]).collect();
            Decision::moved(run, effects).then(last)
        }
    }
}

/// Criteria that no check of the head shows by its name are looked for in what the checks left behind.
fn evidence(run: &Run) -> Option<Effect> {
    let plan = run.plan.as_ref()?;
    let head = run.head.clone()?;
    let is_read = plan.evidence.as_ref().is_some_and(|read| read.head == head);
    (!is_read && !plan.evidence_to_find().is_empty()).then_some(Effect::ReadEvidence { head })
}

/// It was looked for what shows the criteria.
pub fn evidence_read(mut run: Run, evidence: Evidence) -> Decision {
    if run.head.as_ref() != Some(&evidence.head) {
        return Decision::Pass("the branch has moved on");
    }
    let before = Checklist::of(&run);
    if let Some(plan) = run.plan.as_mut() {
        plan.evidence = Some(evidence);
    }
    let news = run.pull.is_some() && Checklist::of(&run) != before;
    Decision::moved(run, news.then_some(Effect::ShowChecklist).into_iter().collect())
}

pub fn ready(run: Run, now: Timestamp) -> Decision {
    ready_with(run, Vec::new(), now)
}

fn ready_with(run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    effects.extend(evidence(&run));
    if run.pull.is_some() && !effects.contains(&Effect::ShowChecklist) {
        effects.push(Effect::ShowChecklist);
    }
    effects.extend([Effect::Say(Message::Status), Effect::Say(Message::Done)]);
    // A conflict with the base is noticed at once.
    effects.extend(run.pull.is_some().then_some(Effect::ReadPullRequest));
    effects.extend(run.pull.map(|_| Effect::ReadReviews));
    let wake_at = Some(now.plus_seconds(super::review::LOOK_AGAIN));
    Decision::moved(Run { phase: Phase::InReview, wake_at, ..run }, effects)
}
