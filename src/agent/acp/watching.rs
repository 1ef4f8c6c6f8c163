//! An agent at work, watched until it ends or is ended: by the budget, by its silence, by the time,
//! by whoever stops our own process. It is told to stop first, and may then end its turn by itself.

use agent_client_protocol::v1::schema::StopReason;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::Patience;
use super::gateway::{Gateway, Pulse};
use super::ledger::Ledger;
use super::session::{Broken, Heard};
use super::verdict::Verdict;
use crate::agent::Error;

pub struct Watching {
    pub hears: mpsc::Receiver<Heard>,
    /// The conversation, alone.
    pub talks: JoinSet<Result<StopReason, Broken>>,
    pub cancel: watch::Sender<bool>,
    pub pulse: Pulse,
    pub patience: Patience,
    pub deadline: Instant,
    /// Cancelled when nobody wants the work any more.
    pub stop: CancellationToken,
}

impl Watching {
    pub async fn until_it_ends(&mut self, ledger: &mut Ledger<'_>, gateway: &mut Gateway) -> Result<Verdict, Error> {
        let began = Instant::now();
        let mut ready = false;
        // From when it is told to.
        let leave = self.patience.leave + self.patience.leave / 2;
        // Why it was told to stop, and until when it may do so.
        let mut stopping: Option<(Verdict, Instant)> = None;
        let verdict = loop {
            let patient_until = match (&stopping, ready) {
                (Some((_, until)), _) => *until,
                (None, true) => self.pulse.last() + self.patience.idle,
                (None, false) => began + self.patience.begin,
            };
            tokio::select! {
                biased;
                Some(passed) = gateway.passed.recv() => {
                    ledger.pass(passed)?;
                    if ledger.is_over_budget() && stopping.is_none() {
                        self.cancel.send_replace(true);
                        stopping = Some((Verdict::OverBudget, Instant::now() + leave));
                    }
                }
                Some(heard) = self.hears.recv() => ready |= ledger.hear(heard)?,
                Some(ended) = self.talks.join_next() => {
                    break match (stopping.take(), ended) {
                        (Some((verdict, _)), _) => verdict,
                        (None, Ok(Ok(stop))) => Verdict::Stopped(stop),
                        (None, Ok(Err(broken))) => Verdict::Broken(broken),
                        (None, Err(error)) => Verdict::Broken(Broken::Work(error.to_string())),
                    };
                }
                () = self.stop.cancelled(), if stopping.is_none() => {
                    self.cancel.send_replace(true);
                    stopping = Some((Verdict::ToldToStop, Instant::now() + leave));
                }
                () = sleep_until(self.deadline), if stopping.is_none() => {
                    self.cancel.send_replace(true);
                    stopping = Some((Verdict::OutOfTime, Instant::now() + leave));
                }
                () = sleep_until(patient_until) => match stopping.take() {
                    Some((verdict, _)) => break verdict,
                    None if !ready => break Verdict::NoBeginning(self.patience.begin),
                    // It may have shown life while this was waited for.
                    None if self.pulse.last() + self.patience.idle <= Instant::now() => break Verdict::Silent(self.patience.idle),
                    None => {}
                }
            }
        };
        self.talks.shutdown().await;
        while let Ok(heard) = self.hears.try_recv() {
            ledger.hear(heard)?;
        }
        Ok(verdict)
    }
}
