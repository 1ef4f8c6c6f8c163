//! Hearing reviews: the earliest that asks for something becomes a round of revising, within bounds.

use super::{revising, stuck};
use crate::domain::Timestamp;
use crate::workflow::reviewed::{self, News};
use crate::workflow::{Cause, Decision, Phase, ReviewRead, Round, Run, StuckReason, ThreadRead};

/// Rounds that programs may ask for, and people, before a person has to let the run go on.
pub const MOST_BY_BOTS: usize = 10;
pub const MOST_BY_PEOPLE: usize = 30;

/// Somebody reviewed while something is in hand: that is done first.
pub fn wait(mut run: Run) -> Decision {
    if std::mem::replace(&mut run.reviews.are_waiting, true) {
        return Decision::Pass("reviews are read when what is in hand is done");
    }
    Decision::moved(run, Vec::new())
}

/// The reviews were read, in review or before the next step is written. One round at a time: what else is new is read again when it is over.
pub fn read(mut run: Run, reviews: &[ReviewRead], threads: Vec<ThreadRead>, now: Timestamp) -> Decision {
    let News { round, passed, passed_reviews } = reviewed::news(&run.reviews, reviews, threads);
    run.reviews.heard.extend(passed);
    run.reviews.reviews_heard.extend(passed_reviews);
    let Some(round) = round else { return Decision::moved(run, Vec::new()) };
    let Cause::Review { review, by_bot, .. } = round.cause else { return Decision::Pass("it is no review") };
    let so_far = run.reviews.counted(by_bot);
    if so_far >= if by_bot { MOST_BY_BOTS } else { MOST_BY_PEOPLE } {
        let reason = StuckReason::TooManyRounds { by_bots: by_bot, rounds: so_far };
        // Until then it is left, and found again.
        if run.phase != Phase::InReview {
            return Decision::moved(run, Vec::new());
        }
        return stuck::because(run, reason, Phase::InReview, Vec::new(), now);
    }
    run.reviews.reviews_heard.push(review);
    let newest = round.items.iter().flat_map(|item| &item.threads).filter_map(|thread| Some((thread.id.clone(), thread.asked()?.id)));
    run.reviews.heard.extend(newest.collect::<Vec<_>>());
    let index = run.reviews.rounds.len();
    let built = run.plan.as_ref().map(|plan| plan.steps.iter().filter(|state| state.commit.is_some()).count());
    run.reviews.rounds.push(Round { built, ..round });
    revising::go_on(run, index, Vec::new(), now)
}
