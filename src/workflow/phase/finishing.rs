//! Finishing: every step's verdict is read once more before the pull request is called ready.

use super::{fixing, stuck, verifying};
use crate::domain::{Sha, Timestamp};
use crate::workflow::checklist::Checklist;
use crate::workflow::verdict::{CheckState, Verdict};
use crate::workflow::{Decision, Diagnosis, Effect, Evidence, Message, Missed, Phase, Plan, Repair, Run, StuckReason, Unit};

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
            // Something else was in hand before its time of grace was over.
            Verdict::NoChecks => return verifying::verify(run, unit, effects, now),
            Verdict::Pending | Verdict::TimedOut(_) => waiting = waiting.or(Some(unit)),
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
            let last = reread(&run).into_iter().chain(evidence(&run)).chain([Effect::MarkReady]).collect();
            Decision::moved(run, effects).then(last)
        }
    }
}

/// Every step is read once more, but for those after which a reviewer may have asked for something else.
fn reread(run: &Run) -> Option<Effect> {
    let head = run.head.clone()?;
    let is_read = run.plan.as_ref()?.reread.as_ref() == Some(&head);
    let is_wanted = !is_read && run.pull.is_some() && run.reviews.reviewed_steps() < run.plan.as_ref()?.steps.len();
    is_wanted.then_some(Effect::Reread { head })
}

/// What was missed is given back, once, to whoever builds the steps; what stays is told to people.
pub fn reread_done(mut run: Run, head: Sha, missed: Vec<Missed>) -> Decision {
    if run.head.as_ref() != Some(&head) || !matches!(run.phase, Phase::Finishing | Phase::InReview) {
        return Decision::Pass("the run has gone on");
    }
    let Some(plan) = run.plan.as_mut() else { return Decision::Pass("there is no plan") };
    plan.reread = Some(head);
    let before: Vec<Vec<String>> = plan.steps.iter().map(|state| state.missed.clone()).collect();
    for (index, state) in plan.steps.iter_mut().enumerate() {
        state.missed = missed.iter().find(|missed| missed.step == index).map(|missed| missed.what.clone()).unwrap_or_default();
    }
    let news = plan.steps.iter().zip(&before).any(|(state, before)| state.missed != *before);
    let show: Vec<Effect> = run.pull.filter(|_| news).map(|_| Effect::ShowChecklist).into_iter().collect();
    let is_open = |missed: &&Missed| missed.can_write && plan.steps.get(missed.step).is_some_and(|state| !state.given_back);
    let Some(Missed { step, what, .. }) = missed.iter().find(is_open).cloned() else { return Decision::moved(run, show) };
    let Some(state) = plan.steps.get_mut(step) else { return Decision::moved(run, show) };
    state.given_back = true;
    let (unit, of) = (Unit::Step(step), state.commit.clone());
    let Some(commit) = of else { return Decision::moved(run, show) };
    if run.mending.open_repair(unit, &commit).is_none() {
        run.mending.repairs.push(Repair { unit, of: commit.clone(), checks: Vec::new(), commit: None, is_over: false });
    }
    run.mending.diagnosis = Some(Diagnosis { unit, commit, failures: Vec::new(), missed: what });
    fixing::repair(run, unit, show).then(vec![Effect::Say(Message::Status)])
}

/// Whoever completes a step asks, or has spent all: it is read once more when that is settled.
pub fn read_once_more(run: &mut Run, step: usize) {
    let Some(plan) = run.plan.as_mut() else { return };
    plan.reread = None;
    if let Some(state) = plan.steps.get_mut(step) {
        state.given_back = false;
    }
}

/// Criteria that no check of the head shows by its name are looked for in what the checks left behind.
pub fn evidence(run: &Run) -> Option<Effect> {
    let plan = run.plan.as_ref()?;
    let head = run.head.clone()?;
    let ended = ended(plan);
    // What ended since may show more; while something runs it is waited for.
    let is_read = |read: &Evidence| read.head == head && (ended <= read.ended || ended < plan.head_checks.len());
    let is_wanted = !plan.evidence.as_ref().is_some_and(is_read) && !plan.evidence_to_find().is_empty();
    is_wanted.then_some(Effect::ReadEvidence { head })
}

/// How many of the head's checks have ended.
fn ended(plan: &Plan) -> usize {
    plan.head_checks.iter().filter(|check| !matches!(check.state, CheckState::Pending | CheckState::Announced)).count()
}

/// It was looked for what shows the criteria.
pub fn evidence_read(mut run: Run, evidence: Evidence) -> Decision {
    if run.head.as_ref() != Some(&evidence.head) {
        return Decision::Pass("the branch has moved on");
    }
    let before = Checklist::of(&run);
    if let Some(plan) = run.plan.as_mut() {
        plan.evidence = Some(Evidence { ended: ended(plan), ..evidence });
    }
    let news = run.pull.is_some() && Checklist::of(&run) != before;
    Decision::moved(run, news.then_some(Effect::ShowChecklist).into_iter().collect())
}

pub fn ready(run: Run, now: Timestamp) -> Decision {
    ready_with(run, Vec::new(), now)
}

fn ready_with(mut run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    effects.extend(reread(&run).into_iter().chain(evidence(&run)));
    if run.pull.is_some() && !effects.contains(&Effect::ShowChecklist) {
        effects.push(Effect::ShowChecklist);
    }
    effects.extend([Effect::Say(Message::Status), Effect::Say(Message::Done)]);
    // A conflict with the base is noticed at once.
    effects.extend(run.pull.is_some().then_some(Effect::ReadPullRequest));
    effects.extend(run.pull.map(|_| Effect::ReadReviews));
    run.reviews.are_waiting = false;
    let wake_at = Some(now.plus_seconds(super::review::LOOK_AGAIN));
    Decision::moved(Run { phase: Phase::InReview, wake_at, ..run }, effects)
}
