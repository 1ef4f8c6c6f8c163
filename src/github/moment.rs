//! GitHub's times, RFC 3339 with a second's precision.

use crate::domain::Timestamp;

pub(super) fn read(text: &str) -> Option<Timestamp> {
    Some(Timestamp(chrono::DateTime::parse_from_rfc3339(text).ok()?.timestamp_millis()))
}

/// For times that must not seem older than they are: an unreadable one counts as the newest.
pub(super) fn or_newest(text: Option<&str>) -> Timestamp {
    text.and_then(read).unwrap_or(Timestamp(i64::MAX))
}

/// For times that only order things: an unreadable one counts as the oldest.
pub(super) fn or_oldest(text: Option<&str>) -> Timestamp {
    text.and_then(read).unwrap_or(Timestamp(0))
}
