//! The base moves on: where the pull request conflicts with it, or must be up to date, the base is merged in.

use super::{review, revising, stuck};
use crate::domain::{Sha, Timestamp};
use crate::workflow::{Decision, Effect, Merging, Phase, Round, Run, Stage, StuckReason};

/// How soon a pull request is read again of which GitHub is still finding out whether it can be merged; then after twice that time, and
/// so on. Seconds.
const SOON: i64 = 30;
/// How often a base is merged in that moves on each time, until a person has to do with it.
const MOST: usize = 30;
const AS_IT_WAS: &str = "the pull request is open, as it was";

/// An open pull request was read. Something is merged in review, and where a conflict keeps CI away from the commit in hand; what else is
/// in hand is done first, and read again after it.
pub fn read(run: Run, merging: Merging, now: Timestamp) -> Decision {
    let in_conflict = matches!(run.phase, Phase::Stuck { reason: StuckReason::Conflicts { .. }, .. });
    match run.in_hand() {
        Some((unit, Stage::Verifying)) if run.is_passed_by(unit, now) => passed_by(run, merging, now),
        None if in_conflict || run.phase == Phase::InReview => at_rest(run, merging, in_conflict, now),
        Some(_) | None => Decision::Pass(AS_IT_WAS),
    }
}

/// CI said nothing of the commit in hand.
fn passed_by(run: Run, merging: Merging, now: Timestamp) -> Decision {
    match merging {
        Merging::Wanted { head, conflicts: true, .. } if run.head.as_ref() != Some(&head) => Decision::moved(run, vec![Effect::ReadBranch]),
        Merging::Wanted { tip, head, conflicts: true } if !run.has_lost() && !run.reviews.has_merged(&tip, &head) => {
            merge(run, tip, head, now)
        }
        // Asked again with the next look at the checks.
        Merging::Wanted { .. } | Merging::Unknown | Merging::Free => Decision::Pass(AS_IT_WAS),
    }
}

fn at_rest(mut run: Run, merging: Merging, in_conflict: bool, now: Timestamp) -> Decision {
    match merging {
        Merging::Unknown => soon(run, Vec::new(), now),
        Merging::Wanted { head, .. } if run.head.as_ref() != Some(&head) => soon(run, vec![Effect::ReadBranch], now),
        // GitHub has not seen yet what is on the branch.
        Merging::Wanted { tip, head, .. } if run.reviews.is_merge_of(&tip, &head) => soon(run, Vec::new(), now),
        Merging::Wanted { tip, head, .. } => {
            run.reviews.unsure_since = None;
            if in_conflict || run.has_lost() || run.reviews.has_merged(&tip, &head) {
                return Decision::moved(run, Vec::new());
            }
            merge(run, tip, head, now)
        }
        Merging::Free if in_conflict => {
            run.reviews.unsure_since = None;
            run.reviews.leave_merges();
            stuck::go_on(run, Vec::new(), now)
        }
        Merging::Free if run.reviews.unsure_since.is_some() => {
            run.reviews.unsure_since = None;
            Decision::moved(run, Vec::new())
        }
        Merging::Free => Decision::Pass(AS_IT_WAS),
    }
}

/// Begin a round that merges the base's newest commit, unless that was done too often without a person.
fn merge(mut run: Run, tip: Sha, head: Sha, now: Timestamp) -> Decision {
    if run.reviews.merges() >= MOST {
        let why = format!("it was merged in {MOST} times already, as often as it may be without a word from you");
        let reason = StuckReason::Conflicts { files: Vec::new(), why };
        let from = run.phase.clone();
        return stuck::because(run, reason, from, Vec::new(), now);
    }
    let round = run.reviews.rounds.len();
    run.reviews.rounds.push(Round::merging(tip, Some(head)));
    revising::go_on(run, round, Vec::new(), now)
}

/// Look again before long, and after ever longer times while that tells nothing.
fn soon(mut run: Run, effects: Vec<Effect>, now: Timestamp) -> Decision {
    let since = *run.reviews.unsure_since.get_or_insert(now);
    let waited = now.since(since) / 1000;
    let look = now.plus_seconds(waited.clamp(SOON, review::LOOK_AGAIN));
    run.wake_at = Some(run.wake_at.map_or(look, |at| at.min(look)));
    Decision::moved(run, effects)
}
