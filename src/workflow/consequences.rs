//! What follows from every decision, whatever it was about.

use super::{Effect, Message, Phase, Run, Shown, StuckReason};

/// The report of a trouble that is over says so. What is only tried again may fail as before, and its report stands.
pub fn settled(before: &Run, after: &Run) -> Vec<Effect> {
    let Phase::Stuck { reason, .. } = &before.phase else { return Vec::new() };
    let tried_again = matches!(reason, StuckReason::Refused { may_heal: true, .. });
    let goes_on = !matches!(after.phase, Phase::Stuck { .. } | Phase::Over(_));
    if goes_on && !tried_again { vec![Effect::Say(Message::Stuck(before.times_stuck))] } else { Vec::new() }
}

/// A pull request with a step that is red, unbuilt or gone is a draft, whatever it was called before.
pub fn draft(run: Run) -> (Run, Vec<Effect>) {
    let over = matches!(run.phase, Phase::Over(_));
    if over || !run.is_ready || run.may_be_merged() {
        return (run, Vec::new());
    }
    (Run { is_ready: false, ..run }, vec![Effect::BackToDraft])
}

/// Our check run follows whatever it shows.
pub fn shown(before: &Run, after: &Run) -> Vec<Effect> {
    let shown = Shown::of(after);
    if shown.is_some() && shown != Shown::of(before) { vec![Effect::ShowCheck] } else { Vec::new() }
}
