//! How many requests went out, for benchmarks and metrics.

use std::sync::atomic::{AtomicU64, Ordering};

use http::Method;

/// Requests sent so far by one App, repetitions included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Calls {
    pub get: u64,
    /// GraphQL and installation tokens included.
    pub post: u64,
    pub patch: u64,
    /// Any other method.
    pub other: u64,
}

impl Calls {
    pub fn total(&self) -> u64 {
        self.get + self.post + self.patch + self.other
    }
}

#[derive(Debug, Default)]
pub(super) struct Counter {
    get: AtomicU64,
    post: AtomicU64,
    patch: AtomicU64,
    other: AtomicU64,
}

impl Counter {
    pub(super) fn count(&self, method: &Method) {
        let counter = match *method {
            Method::GET => &self.get,
            Method::POST => &self.post,
            Method::PATCH => &self.patch,
            _ => &self.other,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> Calls {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Calls { get: of(&self.get), post: of(&self.post), patch: of(&self.patch), other: of(&self.other) }
    }
}
