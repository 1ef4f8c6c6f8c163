//! Agents that speak the Agent Client Protocol, in the sandbox, against a model that plays a script.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails")]

#[path = "../support/model/mod.rs"]
mod model;

mod bench;

mod fake;
mod gateway;
mod model_server;
mod real;
mod trouble;
