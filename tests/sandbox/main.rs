//! The fence, tried from inside: what a command needs works, and everything else is refused. Each "cannot" stands beside the same act
//! without that fence, which succeeds, so that a test that tries nothing would fail.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails")]

mod acts;
mod attempts;
mod bounds;
mod containers;
mod death;
mod harness;
mod ordinary;
mod place;
mod proxy;
mod raw;
mod runs;
