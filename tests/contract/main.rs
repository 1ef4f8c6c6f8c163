//! Every request of the client is one that GitHub documents, and every answer that GitHub gives as an example is read.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails")]

#[path = "../support/contract/mod.rs"]
mod contract;
#[path = "../support/wire.rs"]
mod wire;

mod ci;
mod controls;
mod methods;
mod reviews;
mod simulator;
mod webhooks;
