//! The pure core: synchronous, without clock, environment or I/O, and it never fails.
//!
//! It uses `domain` and nothing else of ours; the manifest keeps it so.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails"))]

pub mod specification;
