//! How a command ended.

use std::time::Duration;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Exited(i32),
    /// The number of the signal that ended it.
    Signalled(i32),
    /// The wall time was over.
    TimedOut,
    /// Something grew beyond its bound: `memory`, `disk`, `processes`.
    OutOf(&'static str),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub status: Status,
    /// Both streams as they were written, head and tail; what was cut out between them is said in a line of its own.
    pub output: String,
    /// Bytes that were cut out.
    pub cut: usize,
    pub took: Duration,
}

impl Outcome {
    pub fn succeeded(&self) -> bool {
        self.status == Status::Exited(0)
    }
}
