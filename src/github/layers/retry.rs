//! Sends a request again when that is safe.
//!
//! A read is repeated after a 5xx, a cut connection and a timeout. A write is repeated only when GitHub has done nothing:
//! it could not be reached, or it refused for a limit's sake. After anything else the caller's effect looks first
//! whether its work is there already.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request};
use http_body_util::BodyExt as _;
use octocrab::OctoBody;
use tower::timeout::error::Elapsed;
use tower::{BoxError, Layer, Service, ServiceExt as _};

use super::{Answer, Carrier, Failure, Sending};
use crate::github::client::Clock;
use crate::github::limit;
use crate::github::pacing::Pacing;

#[derive(Clone)]
pub(in crate::github) struct Retry {
    pub pacing: Arc<Pacing>,
    pub clock: Clock,
}

/// What one attempt came to, as far as repeating it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::github) enum Outcome {
    /// Answered, well or badly, and the same will be answered again.
    Settled,
    /// Nothing was done, and GitHub wants this wait.
    Limited(Duration),
    /// Nothing was done: there was no connection.
    NotSent,
    /// Nobody knows: 500, 502, 503, 504, a cut connection, a timeout.
    Unknown,
}

/// The wait before the request is sent again; `None` when it is not.
pub(in crate::github) fn again(method: &Method, outcome: Outcome, attempt: u32, pacing: &Pacing) -> Option<Duration> {
    if attempt >= pacing.retries {
        return None;
    }
    let backoff = pacing.backoff.saturating_mul(1 << attempt.min(16)).min(pacing.patience);
    match outcome {
        Outcome::Settled => None,
        Outcome::Limited(wait) => (wait <= pacing.patience).then_some(wait),
        Outcome::NotSent => Some(backoff),
        Outcome::Unknown => matches!(*method, Method::GET | Method::HEAD).then_some(backoff),
    }
}

impl<S> Layer<S> for Retry {
    type Service = Retrying<S>;
    fn layer(&self, inner: S) -> Retrying<S> {
        Retrying { inner, retry: self.clone() }
    }
}

#[derive(Clone)]
pub(in crate::github) struct Retrying<S> {
    inner: S,
    retry: Retry,
}

impl<S: Carrier> Service<Request<OctoBody>> for Retrying<S> {
    type Response = Answer;
    type Error = BoxError;
    type Future = Sending;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<OctoBody>) -> Sending {
        let Retry { pacing, clock } = self.retry.clone();
        let inner = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, inner);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let mut attempt = 0;
            loop {
                let request = Request::from_parts(parts.clone(), OctoBody::from(body.clone()));
                let (outcome, result) = judge(inner.ready().await?.call(request).await, &clock).await;
                let Some(wait) = again(&parts.method, outcome, attempt, &pacing) else { return result };
                tracing::debug!(method = %parts.method, attempt, ?outcome, ?wait, "sending a request to GitHub again");
                tokio::time::sleep(wait).await;
                attempt += 1;
            }
        })
    }
}

async fn judge(result: Result<Answer, BoxError>, clock: &Clock) -> (Outcome, Result<Answer, BoxError>) {
    let (parts, body) = match result {
        Ok(answer) => answer.into_parts(),
        Err(error) => return (silence(&error), Err(error)),
    };
    // The wire keeps whole answers, so this cannot fail.
    let bytes: Bytes = body.collect().await.map(|b| b.to_bytes()).unwrap_or_default();
    let outcome = match limit::asked_to_wait(parts.status, &parts.headers, &bytes, clock() / 1000) {
        Some(wait) => Outcome::Limited(wait),
        None if matches!(parts.status.as_u16(), 500 | 502 | 503 | 504) => Outcome::Unknown,
        None => Outcome::Settled,
    };
    (outcome, Ok(Answer::from_parts(parts, bytes.into())))
}

fn silence(error: &BoxError) -> Outcome {
    match error.downcast_ref::<Failure>() {
        Some(Failure::NotSent(_)) => Outcome::NotSent,
        Some(Failure::Cut(_)) => Outcome::Unknown,
        Some(Failure::Paced(_) | Failure::TooLarge(_)) => Outcome::Settled,
        None if error.is::<Elapsed>() => Outcome::Unknown,
        None => Outcome::Settled,
    }
}
