//! Planned: the repository wants its plans approved, and this one waits for it.

use super::{issue, reading};
use crate::domain::{Login, Timestamp};
use crate::workflow::{Decision, Effect, Message, Phase, Run};

/// How often the issue and its comments are read although no webhook tells of any. Seconds.
const LOOK_AGAIN: i64 = 600;

/// The plan is shown, and waits.
pub fn present(run: Run, mut effects: Vec<Effect>, now: Timestamp) -> Decision {
    effects.retain(|effect| *effect != Effect::Say(Message::Plan));
    effects.extend([Effect::Say(Message::Plan), Effect::Say(Message::Status)]);
    Decision::moved(Run { phase: Phase::Planned, wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run }, effects)
}

pub fn look_again(run: Run, now: Timestamp) -> Decision {
    let effects = issue::look(&run);
    Decision::moved(Run { wake_at: Some(now.plus_seconds(LOOK_AGAIN)), ..run }, effects)
}

/// A person approved the plan that was shown. It is read once more, so that what is built is what was shown, on the newest base.
pub fn approved(mut run: Run, by: Login) -> Decision {
    run.talk.approved_by = Some(by);
    run.talk.approved = run.plan.as_ref().map(|plan| plan.text.clone());
    edited(run)
}

/// The text may be another: the plan is made anew.
pub fn edited(mut run: Run) -> Decision {
    (run.plan, run.branch, run.head) = (None, None, None);
    reading::reread(run)
}
