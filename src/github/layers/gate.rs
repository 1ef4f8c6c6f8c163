//! Keeps GitHub's limits before GitHub has to, for each installation apart.
//!
//! A request waits for its place here, or is given back when the wait is longer than our patience. A refusal that GitHub
//! gave for a limit's sake closes the gate for the whole installation until the time that GitHub named.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use http::Request;
use http_body_util::BodyExt as _;
use octocrab::OctoBody;
use tokio::time::Instant;
use tower::{BoxError, Layer, Service};

use super::{Answer, Carrier, Failure, Sending};
use crate::github::client::Clock;
use crate::github::limit;
use crate::github::pacing::Pacing;

/// On whose account a request goes, and what it weighs. It travels in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(in crate::github) struct Fare {
    /// The installation's id; `None` for the App itself.
    pub payer: Option<u64>,
    pub write: bool,
}

/// The meters of all installations.
#[derive(Clone)]
pub(in crate::github) struct Gate {
    pacing: Arc<Pacing>,
    clock: Clock,
    meters: Arc<Mutex<HashMap<Option<u64>, Arc<Meter>>>>,
}

struct Meter {
    minute: DefaultDirectRateLimiter,
    hour: DefaultDirectRateLimiter,
    points: DefaultDirectRateLimiter,
    closed_until: Mutex<Option<Instant>>,
}

impl Gate {
    pub(in crate::github) fn new(pacing: Arc<Pacing>, clock: Clock) -> Self {
        Self { pacing, clock, meters: Arc::default() }
    }

    fn meter(&self, payer: Option<u64>) -> Arc<Meter> {
        let mut meters = self.meters.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Meter::new(&self.pacing));
        meters.entry(payer).or_insert_with(new).clone()
    }
}

impl Meter {
    fn new(pacing: &Pacing) -> Self {
        Self {
            minute: RateLimiter::direct(quota(pacing.writes_per_minute, Duration::from_secs(60))),
            hour: RateLimiter::direct(quota(pacing.writes_per_hour, Duration::from_secs(3600))),
            points: RateLimiter::direct(quota(pacing.points_per_minute, Duration::from_secs(60))),
            closed_until: Mutex::new(None),
        }
    }

    async fn pass(&self, write: bool, patience: Duration) -> Result<(), Failure> {
        self.until_open(patience).await?;
        if write {
            take(&self.hour, 1, patience).await?;
            take(&self.minute, 1, patience).await?;
        }
        take(&self.points, if write { 5 } else { 1 }, patience).await
    }

    async fn until_open(&self, patience: Duration) -> Result<(), Failure> {
        let until = *self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
        match until.map(|until| until.saturating_duration_since(Instant::now())) {
            Some(wait) if wait > patience => Err(Failure::Paced(wait)),
            Some(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn close(&self, wait: Duration) {
        let mut until = self.closed_until.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = Instant::now() + wait;
        if until.is_none_or(|known| known < asked) {
            *until = Some(asked);
        }
    }
}

/// At most `most` in any window: what may come at once and what flows in during the window add up to it.
pub(in crate::github) fn quota(most: u32, window: Duration) -> Quota {
    let most = most.max(8);
    let at_once = NonZeroU32::new(most / 4).unwrap_or(NonZeroU32::MIN);
    let flowing = most - at_once.get();
    let each = window / flowing.max(1);
    Quota::with_period(each).unwrap_or(Quota::per_second(NonZeroU32::MIN)).allow_burst(at_once)
}

async fn take(limiter: &DefaultDirectRateLimiter, cells: u32, patience: Duration) -> Result<(), Failure> {
    let Some(cells) = NonZeroU32::new(cells) else { return Ok(()) };
    loop {
        // An `Err` says that the cells exceed the whole burst; a quota's burst is never below what one request takes.
        let Ok(Err(not_until)) = limiter.check_n(cells) else { return Ok(()) };
        let wait = not_until.wait_time_from(DefaultClock::default().now());
        if wait > patience {
            return Err(Failure::Paced(wait));
        }
        tokio::time::sleep(wait).await;
    }
}

impl<S> Layer<S> for Gate {
    type Service = Gated<S>;
    fn layer(&self, inner: S) -> Gated<S> {
        Gated { inner, gate: self.clone() }
    }
}

#[derive(Clone)]
pub(in crate::github) struct Gated<S> {
    inner: S,
    gate: Gate,
}

impl<S: Carrier> Service<Request<OctoBody>> for Gated<S> {
    type Response = Answer;
    type Error = BoxError;
    type Future = Sending;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<OctoBody>) -> Sending {
        let fare = request.extensions().get::<Fare>().copied().unwrap_or(Fare { payer: None, write: true });
        let meter = self.gate.meter(fare.payer);
        let gate = self.gate.clone();
        let inner = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, inner);
        Box::pin(async move {
            meter.pass(fare.write, gate.pacing.patience).await?;
            let (parts, body) = inner.call(request).await?.into_parts();
            let bytes = body.collect().await?.to_bytes();
            if let Some(wait) = limit::asked_to_wait(parts.status, &parts.headers, &bytes, (gate.clock)() / 1000) {
                meter.close(wait);
            }
            Ok(Answer::from_parts(parts, bytes.into()))
        })
    }
}
