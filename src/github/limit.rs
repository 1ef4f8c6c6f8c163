//! When GitHub asks us to slow down.
//!
//! Source: "Rate limits for the REST API" and "Best practices for using the REST API" in GitHub's documentation: a
//! refusal is 403 or 429; `Retry-After` has seconds; else, with `X-RateLimit-Remaining: 0`, wait until
//! `X-RateLimit-Reset`; else at least a minute. Such a refusal means that nothing was done.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

/// How long to wait when the answer is a refusal for a limit's sake, and `None` when it is anything else.
/// `now` in seconds since 1970, for `X-RateLimit-Reset`.
pub(super) fn asked_to_wait(status: StatusCode, headers: &HeaderMap, body: &[u8], now: i64) -> Option<Duration> {
    if status != StatusCode::TOO_MANY_REQUESTS && status != StatusCode::FORBIDDEN {
        return None;
    }
    if let Some(wait) = retry_after(headers) {
        return Some(wait);
    }
    if number(headers, "x-ratelimit-remaining") == Some(0)
        && let Some(reset) = number(headers, "x-ratelimit-reset")
    {
        let seconds = reset.saturating_sub(now).clamp(1, 3600);
        return Some(Duration::from_secs(seconds.unsigned_abs()));
    }
    let said = String::from_utf8_lossy(body.get(..4096).unwrap_or(body)).to_ascii_lowercase();
    let limited = status == StatusCode::TOO_MANY_REQUESTS || said.contains("rate limit") || said.contains("abuse detection");
    limited.then_some(Duration::from_secs(60))
}

/// `Retry-After` in seconds. GitHub never sends the form with a date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let seconds = number(headers, "retry-after")?;
    Some(Duration::from_secs(seconds.clamp(0, 24 * 3600).unsigned_abs()))
}

fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}
