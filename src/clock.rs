//! The one clock. Whoever needs the time is given a [`Clock`]; the core is given a `Timestamp`.
//!
//! It tells the time of day only: waiting and measuring belong to those who wait.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::Timestamp;

/// The system's time, or one that a test sets. Clones of a manual clock show the same time.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    #[default]
    System,
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands at `start` until it is moved.
    pub fn manual(start: Timestamp) -> Self {
        Clock::Manual(Arc::new(AtomicI64::new(start.0)))
    }

    pub fn now(&self) -> Timestamp {
        match self {
            Clock::System => system(),
            Clock::Manual(milliseconds) => Timestamp(milliseconds.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock; the system's is left alone.
    pub fn advance_seconds(&self, seconds: i64) {
        if let Clock::Manual(milliseconds) = self {
            milliseconds.fetch_add(seconds.saturating_mul(1000), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock's home")]
fn system() -> Timestamp {
    // A system whose date lies before 1970 counts as standing at 1970.
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_of_a_manual_clock_show_the_same_time() {
        let clock = Clock::manual(Timestamp(1_000));
        let clone = clock.clone();
        clock.advance_seconds(2);
        assert_eq!((clock.now(), clone.now()), (Timestamp(3_000), Timestamp(3_000)));
    }

    #[test]
    fn the_system_clock_knows_that_it_is_later_than_the_first_commit() {
        let first_commit = Timestamp(1_760_000_000_000);
        assert!(Clock::System.now() > first_commit);
        Clock::System.advance_seconds(1_000_000_000);
        assert!(Clock::System.now() < first_commit.plus_seconds(1_000_000_000), "the system's clock is not ours to move");
    }
}
