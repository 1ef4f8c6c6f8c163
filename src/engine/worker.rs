//! The loops: deliveries are routed, lanes are worked on, and what GitHub failed to bring is asked for.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{Engine, Failure};
use crate::store::{self, Claim};

/// How long a lane stays ours without a sign of life.
const LEASE: Duration = Duration::from_secs(60);
/// How often that sign is given.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// How often the App's delivery list is read.
const SWEEP: Duration = Duration::from_secs(300);
/// How long to wait after the store could not be reached.
const PAUSE: Duration = Duration::from_secs(2);
/// What a process calls itself in the lane table. SQLite has one process; its leases are void when it starts again.
const OWNER: &str = "journeyman";

/// The engine at work. Dropping it does not stop it: use [`Worker::stop`].
pub struct Worker {
    tasks: JoinSet<()>,
    stop: CancellationToken,
}

impl Worker {
    /// Starts as many lane workers as `count`, and the tasks that feed them.
    pub async fn start(engine: Arc<Engine>, count: usize) -> Result<Self, Failure> {
        engine.store().release_all(OWNER).await?;
        let (stop, work) = (engine.stopping().clone(), Arc::new(Notify::new()));
        let mut tasks = JoinSet::new();
        tasks.spawn(route(engine.clone(), work.clone(), stop.clone()));
        tasks.spawn(sweep(engine.clone(), stop.clone()));
        for _ in 0..count.max(1) {
            tasks.spawn(lanes(engine.clone(), work.clone(), stop.clone()));
        }
        Ok(Self { tasks, stop })
    }

    /// Takes no new work, lets what is in hand end, and hands the rest back; whoever writes a step is told to stop. Waits at most `grace`.
    pub async fn stop(mut self, grace: Duration) {
        self.stop.cancel();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(grace, all).await.is_err() {
            tracing::warn!("work was still in hand after {} s; it is done again at the next start", grace.as_secs());
        }
    }
}

/// How long a delivery waits that could not be routed, where no other arrives.
const ROUTE_AGAIN: Duration = Duration::from_secs(30);

async fn route(engine: Arc<Engine>, work: Arc<Notify>, stop: CancellationToken) {
    let mut arrivals = engine.store().arrivals();
    while !stop.is_cancelled() {
        arrivals.mark_unchanged();
        match engine.route().await {
            Ok(0) => {
                tokio::select! {
                    changed = arrivals.changed() => if changed.is_err() { return },
                    // What could not be routed because GitHub did not answer is tried again.
                    () = tokio::time::sleep(ROUTE_AGAIN) => {}
                    () = stop.cancelled() => return,
                }
            }
            Ok(_) => work.notify_waiters(),
            Err(failure) => pause("route deliveries", &failure, &stop).await,
        }
    }
}

async fn lanes(engine: Arc<Engine>, work: Arc<Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        engine.alive();
        // Registered before looking: what arrives in between wakes us at once.
        let notified = work.notified();
        tokio::pin!(notified);
        notified.as_mut().enable();
        match engine.store().claim(OWNER, engine.now(), lease()).await {
            Ok(Some(claim)) => {
                work_on(&engine, claim, &stop).await;
                work.notify_waiters();
            }
            Ok(None) => tokio::select! {
                () = &mut notified => {}
                () = until_due(&engine) => {}
                () = stop.cancelled() => return,
            },
            Err(failure) => pause("claim a lane", &failure.into(), &stop).await,
        }
    }
}

/// Works on a lane until it has nothing to do, and gives it back. A lane that cannot be worked on keeps its lease: it is
/// tried again when that ends, and the others have their turn until then.
async fn work_on(engine: &Engine, claim: Claim, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match with_heartbeat(engine, &claim).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(failure @ Failure::Never(_)) => {
                tracing::error!("failed to work on {}, which is left alone for {} s: {failure}", claim.lane(), LEASE.as_secs());
                return;
            }
            Err(failure @ (Failure::Later { .. } | Failure::LetGo(_))) => {
                pause(&format!("work on {}", claim.lane()), &failure, stop).await;
                break;
            }
        }
    }
    if let Err(failure) = engine.store().release(claim).await {
        tracing::warn!("failed to give a lane back: {failure}");
    }
}

/// One turn, during which the lease is renewed. Both are polled together: a renewal that waits for the store must not
/// keep the turn from giving the store free.
async fn with_heartbeat(engine: &Engine, claim: &Claim) -> Result<bool, Failure> {
    tokio::select! {
        done = engine.turn(claim) => done,
        lost = heartbeat(engine, claim) => Err(lost),
    }
}

/// Ends when the lease is lost. A store that is busy is asked again: the lease outlives two missed renewals.
async fn heartbeat(engine: &Engine, claim: &Claim) -> Failure {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        engine.alive();
        match engine.store().renew(claim, engine.now(), lease()).await {
            Ok(()) => {}
            Err(lost @ store::Error::LeaseLost(_)) => return lost.into(),
            Err(error) => tracing::warn!("failed to renew the lease of {}: {error}", claim.lane()),
        }
    }
}

fn lease() -> i64 {
    i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}

async fn until_due(engine: &Engine) {
    let due = engine.store().next_due().await.ok().flatten();
    let wait = due.map_or(HEARTBEAT, |at| Duration::from_millis(u64::try_from(at.since(engine.now())).unwrap_or(0)));
    tokio::time::sleep(wait.clamp(Duration::from_millis(20), HEARTBEAT)).await;
}

async fn sweep(engine: Arc<Engine>, stop: CancellationToken) {
    let mut swept = None;
    loop {
        let begun = engine.now();
        match engine.redeliver_failed(swept).await {
            Ok(asked) => {
                swept = Some(begun);
                if asked > 0 {
                    tracing::info!(asked, "asked GitHub to redeliver what had not arrived");
                }
            }
            Err(failure) => tracing::warn!("failed to look through the deliveries: {failure}"),
        }
        if let Err(failure) = engine.prune().await {
            tracing::warn!("failed to clear out old deliveries: {failure}");
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn pause(what: &str, failure: &Failure, stop: &CancellationToken) {
    tracing::warn!("failed to {what}: {failure}");
    tokio::select! {
        () = tokio::time::sleep(PAUSE) => {}
        () = stop.cancelled() => {}
    }
}
