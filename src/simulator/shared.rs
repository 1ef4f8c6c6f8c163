//! The one lock around the state, the sign that something changed, and the tasks that end with the simulator.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::state::State;

pub(super) struct Shared {
    state: Mutex<State>,
    changed: watch::Sender<u64>,
    pub ended: CancellationToken,
    pub tasks: TaskTracker,
    pub webhook_time_limit: Duration,
    /// How long a webhook that is to arrive after the next one waits for a next one.
    pub reorder_limit: Duration,
}

impl Shared {
    pub fn new(state: State, webhook_time_limit: Duration) -> Self {
        Self {
            state: Mutex::new(state),
            changed: watch::Sender::new(0),
            ended: CancellationToken::new(),
            tasks: TaskTracker::new(),
            webhook_time_limit,
            reorder_limit: Duration::from_millis(500),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and says so afterwards.
    pub fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let result = act(&mut self.lock());
        self.changed.send_modify(|turn| *turn += 1);
        result
    }

    /// Looks at the state; nobody is told. What it leaves behind (caches, recorded reads) is nobody's business.
    pub fn read<T>(&self, look: impl FnOnce(&mut State) -> T) -> T {
        look(&mut self.lock())
    }

    /// A number that grows with each change.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Starts a task that is stopped when the simulator ends.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let ended = self.ended.clone();
        self.tasks.spawn(async move {
            ended.run_until_cancelled(task).await;
        });
    }
}
