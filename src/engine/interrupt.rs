//! A step under way is looked after: whoever orders the run to end need not wait for its implementer.
//!
//! A delivery for a lane that is worked on is a nudge here as everywhere: what people really did is read back before anything is stopped.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use crate::store::Lane;

/// Lanes in which a step is under way.
#[derive(Debug, Default)]
pub(super) struct Interrupts(Mutex<HashMap<String, Arc<Notify>>>);

/// A lane is listened to for as long as this is kept.
pub(super) struct Listening<'a> {
    interrupts: &'a Interrupts,
    lane: String,
    pub nudged: Arc<Notify>,
}

impl Interrupts {
    pub(super) fn listen(&self, lane: &Lane) -> Listening<'_> {
        let nudged = Arc::new(Notify::new());
        self.lanes().insert(lane.as_str().to_owned(), nudged.clone());
        Listening { interrupts: self, lane: lane.as_str().to_owned(), nudged }
    }

    /// Something arrived for the lane.
    pub(super) fn nudge(&self, lane: &Lane) {
        if let Some(nudged) = self.lanes().get(lane.as_str()) {
            nudged.notify_one();
        }
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Notify>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        self.interrupts.lanes().remove(&self.lane);
    }
}
