//! What a decision comes to.

use super::{Effect, Run};

/// The run as it is after an event, with what must leave the database; or why the event changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    Move(Box<Run>, Vec<Effect>),
    Pass(&'static str),
}

impl Decision {
    pub(super) fn moved(run: Run, effects: Vec<Effect>) -> Self {
        Decision::Move(Box::new(run), effects)
    }

    /// The same with `first` before its effects; each effect once.
    pub(super) fn after(self, first: Vec<Effect>) -> Self {
        match self {
            Decision::Move(run, effects) => {
                let mut all = first;
                all.extend(effects);
                Decision::Move(run, once(all))
            }
            Decision::Pass(reason) => Decision::Pass(reason),
        }
    }

    /// The same with `last` after its effects; each effect once.
    pub(super) fn then(self, last: Vec<Effect>) -> Self {
        match self {
            Decision::Move(run, mut effects) => {
                effects.extend(last);
                Decision::Move(run, once(effects))
            }
            Decision::Pass(reason) => Decision::Pass(reason),
        }
    }
}

fn once(effects: Vec<Effect>) -> Vec<Effect> {
    let mut kept: Vec<Effect> = Vec::with_capacity(effects.len());
    for effect in effects {
        if !kept.contains(&effect) {
            kept.push(effect);
        }
    }
    kept
}
