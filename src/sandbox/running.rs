//! A started command until its end: output, time, disk, and the order in which everything is taken down.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::capture::Capture;
use super::launch::{self, Launched};
use super::plan::{Ending, Report};
use super::{Limits, Outcome, Status, disk};

/// How long a helper may take to end everything after it was asked to.
const LEAVE: Duration = Duration::from_secs(10);
/// How long output may still come after the last process has ended.
const DRAIN: Duration = Duration::from_secs(2);
/// The signal of a command that was ended by its caller.
const KILLED: i32 = 9;

/// A started command. Dropping it ends it, with every process it started.
#[derive(Debug)]
pub struct Running {
    pub stdin: Option<ChildStdin>,
    pub stdout: Option<ChildStdout>,
    stop: CancellationToken,
    watch: Option<JoinHandle<Outcome>>,
    outcome: Option<Outcome>,
}

impl Running {
    pub(super) fn new(mut launched: Launched, limits: Limits) -> Self {
        let (stdin, stdout) = (launched.stdin.take(), launched.stdout.take());
        let stop = CancellationToken::new();
        let watch = watch(launched, limits, stop.clone());
        #[expect(clippy::disallowed_methods, reason = "it is joined in `wait`; dropped with the runtime, it ends the command")]
        let watch = Some(tokio::spawn(watch));
        Self { stdin, stdout, stop, watch, outcome: None }
    }

    /// Waits for its end.
    pub async fn wait(&mut self) -> Outcome {
        if let Some(watch) = &mut self.watch {
            self.outcome = watch.await.ok();
            self.watch = None;
        }
        let lost = || Outcome { status: Status::Signalled(KILLED), output: String::new(), cut: 0, took: Duration::ZERO };
        self.outcome.clone().unwrap_or_else(lost)
    }

    /// Ends it, with every process it started.
    pub async fn kill(&mut self) -> Outcome {
        self.stop.cancel();
        self.wait().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn watch(mut launched: Launched, limits: Limits, stop: CancellationToken) -> Outcome {
    let begun = launched.begun;
    let mut capture = Capture::new(limits.output);
    let mut ended = None;
    // Why we ended it, if we did.
    let mut stopped: Option<Status> = None;
    let mut open = true;
    let mut buffer = vec![0; 16 * 1024];
    let deadline = tokio::time::sleep(limits.wall);
    let full = grown_beyond(&launched, limits.disk);
    tokio::pin!(deadline, full);
    while ended.is_none() {
        let why = tokio::select! {
            read = launched.output.read(&mut buffer), if open => {
                let read = read.unwrap_or(0);
                open = read > 0;
                capture.push(&buffer[..read]);
                None
            }
            report = launch::report(&mut launched.reports) => {
                ended = Some(report);
                None
            }
            () = &mut deadline => Some(Status::TimedOut),
            () = &mut full, if stopped.is_none() => Some(Status::OutOf("disk")),
            () = stop.cancelled(), if stopped.is_none() => Some(Status::Signalled(KILLED)),
        };
        let Some(why) = why else { continue };
        if stopped.is_some() {
            // The helper has not ended it in time.
            break;
        }
        stopped = Some(why);
        deadline.as_mut().reset(tokio::time::Instant::now() + LEAVE);
        let _ = launched.lifeline.shutdown().await;
    }
    if ended.is_none() {
        let _ = launched.helper.start_kill();
    }
    let drain = async {
        while let Ok(read @ 1..) = launched.output.read(&mut buffer).await {
            capture.push(&buffer[..read]);
        }
    };
    let _ = tokio::time::timeout(DRAIN, drain).await;
    let _ = tokio::time::timeout(LEAVE, launched.helper.wait()).await;
    let took = begun.elapsed();
    let out_of = launched.group.as_ref().and_then(super::groups::Group::out_of);
    let status = stopped.unwrap_or_else(|| status(ended.flatten(), out_of));
    let (output, cut) = capture.finish();
    // Removing what it wrote takes time that nobody else should spend.
    let _ = tokio::task::spawn_blocking(move || drop((launched.group, launched.scratch))).await;
    Outcome { status, output, cut, took }
}

fn status(report: Option<Report>, out_of: Option<&'static str>) -> Status {
    match (report, out_of) {
        (Some(Report::Ended(Ending::Exited(0))), _) => Status::Exited(0),
        (_, Some(what)) => Status::OutOf(what),
        (Some(Report::Ended(Ending::OutOfMemory)), None) => Status::OutOf("memory"),
        (Some(Report::Ended(Ending::Exited(code))), None) => Status::Exited(code),
        (Some(Report::Ended(Ending::Signalled(libc::SIGXFSZ))), None) => Status::OutOf("disk"),
        (Some(Report::Ended(Ending::Signalled(signal))), None) => Status::Signalled(signal),
        (Some(Report::Ended(Ending::Stopped) | Report::Refused { .. } | Report::Started) | None, None) => Status::Signalled(KILLED),
    }
}

/// Ends when its directories have grown by more than `bound` bytes. Measuring takes at most a twentieth of the time.
fn grown_beyond(launched: &Launched, bound: u64) -> impl Future<Output = ()> + use<> {
    let (roots, since) = (launched.writable.clone(), launched.scratch.since);
    async move {
        let mut before = None;
        let mut pause = Duration::from_millis(500);
        loop {
            tokio::time::sleep(pause).await;
            let (roots, begun) = (roots.clone(), Instant::now());
            let Ok(size) = tokio::task::spawn_blocking(move || disk::measure(&roots, since)).await else {
                return std::future::pending().await;
            };
            pause = Duration::from_millis(500).max(begun.elapsed() * 20);
            let before = *before.get_or_insert(size.all - size.recent);
            if size.all.saturating_sub(before) > bound {
                return;
            }
        }
    }
}
