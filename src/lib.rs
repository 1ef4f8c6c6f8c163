//! Journeyman: a self-hosted GitHub App that builds exactly what an architect specified.
//!
//! Three floors, each using only those before it: a pure core, a shell with one module for each outside thing, and a
//! conductor. ARCHITECTURE.md has the map; a test holds the modules to it.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails"))]

// The core: pure, synchronous, without clock, environment or I/O. Its lower half is crates of their own.
pub use journeyman_core::specification;
pub use journeyman_domain as domain;
pub mod workflow;
pub mod guard;
pub mod prose;

// The shell: one outside thing in each.
pub mod sandbox;
pub mod git;
pub mod github;
pub mod store;
pub mod agent;

// The conductor.
pub mod engine;
pub mod web;
pub mod simulator;
pub mod cli;
pub mod config;
pub mod clock;

/// A GitHub that a test speaks for.
#[cfg(test)]
#[path = "../tests/support/wire.rs"]
mod wire;
