//! Moments as GitHub writes them. UTC only.

use crate::clock::Clock;
use crate::domain::Timestamp;

/// The present moment. The simulator is another machine: its clock is the system's, whatever a test makes of Journeyman's.
pub(super) fn now() -> Timestamp {
    Clock::System.now()
}

/// `2026-01-31T09:05:00Z`.
pub(super) fn rfc3339(at: Timestamp) -> String {
    let moment = chrono::DateTime::from_timestamp_millis(at.0).unwrap_or_default();
    moment.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// `2026-01-31T09:05:00.1230000Z`, as the lines of logs have it.
pub(super) fn precise(at: Timestamp) -> String {
    let moment = chrono::DateTime::from_timestamp_millis(at.0).unwrap_or_default();
    moment.format("%Y-%m-%dT%H:%M:%S%.3f0000Z").to_string()
}

/// A moment that somebody sent.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    chrono::DateTime::parse_from_rfc3339(text).ok().map(|moment| Timestamp(moment.timestamp_millis()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_github_writes_them() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_102_444_799, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(rfc3339(Timestamp(seconds * 1000)), text);
            assert_eq!(parse(text), Some(Timestamp(seconds * 1000)));
        }
    }

    #[test]
    fn lines_of_logs_bear_seven_digits() {
        assert_eq!(precise(Timestamp(951_782_400_045)), "2000-02-29T00:00:00.0450000Z");
    }
}
