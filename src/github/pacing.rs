//! How fast we may go, and how patient we are.

use std::time::Duration;

/// Limits kept before GitHub has to enforce them, per installation. [`Pacing::default`] has GitHub's figures
/// ("Rate limits for the REST API", secondary limits); a simulator or GitHub Enterprise Server may allow more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pacing {
    /// Requests that create or change something, in any minute.
    pub writes_per_minute: u32,
    /// The same, in any hour.
    pub writes_per_hour: u32,
    /// Points in any minute: a read is 1, a write 5.
    pub points_per_minute: u32,
    /// What has to wait longer than this, for our own pace or for GitHub's `Retry-After`, is given back as
    /// [`super::Error::Later`] instead.
    pub patience: Duration,
    /// How often a request is sent again when that is safe.
    pub retries: u32,
    /// The wait before the first repetition; each further one is twice as long.
    pub backoff: Duration,
    /// One attempt, from sending to the last byte of the answer.
    pub timeout: Duration,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            writes_per_minute: 80,
            writes_per_hour: 500,
            points_per_minute: 900,
            patience: Duration::from_secs(20),
            retries: 4,
            backoff: Duration::from_millis(500),
            timeout: Duration::from_secs(60),
        }
    }
}

impl Pacing {
    /// For a GitHub on loopback: no pace to keep, and quick repetitions.
    pub fn unhurried() -> Self {
        Self {
            writes_per_minute: 1_000_000,
            writes_per_hour: 1_000_000,
            points_per_minute: 10_000_000,
            patience: Duration::from_secs(5),
            retries: 4,
            backoff: Duration::from_millis(5),
            timeout: Duration::from_secs(30),
        }
    }
}
