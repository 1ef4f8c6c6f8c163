//! Words that were to be said and are not there: saying them was given up, as when GitHub was out of order for long.

use super::{Effect, Ending, Message, Phase, Run};

/// What a run that rests has still to say. Each is said once it is wanted and as long as GitHub has no comment of that name.
pub fn unsaid(run: &Run) -> Vec<Effect> {
    let message = match &run.phase {
        Phase::Asking => Message::Questions,
        Phase::Planned => Message::Plan,
        Phase::Stuck { .. } => Message::Stuck(run.times_stuck),
        Phase::InReview => Message::Done,
        Phase::Reading
        | Phase::Building { .. }
        | Phase::Finishing
        | Phase::Revising { .. }
        | Phase::Over(Ending::Merged | Ending::Closed | Ending::Cancelled { .. } | Ending::NothingToDo) => return Vec::new(),
    };
    let reviews = run.reviews.rounds.iter().filter_map(|round| round.review()).map(Message::Review);
    let said = [Message::Status, message].into_iter().chain(reviews).filter(|message| !run.said.contains_key(&message.name()));
    let rounds = run.reviews.rounds.iter().enumerate();
    let items = rounds.flat_map(|(round, of)| of.items.iter().enumerate().map(move |(item, of)| (round, item, of.threads.len())));
    let answers = items.flat_map(|(round, item, threads)| (0..threads).map(move |thread| Effect::AnswerThread { round, item, thread }));
    said.map(Effect::Say).chain(answers).filter(|effect| effect.is_wanted(run)).collect()
}
