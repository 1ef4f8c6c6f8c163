//! The model implementer, against a model that plays a script.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails")]

#[path = "../support/model/mod.rs"]
mod model;

mod answering;
mod base_red;
mod bench;

mod crash;
mod dialects;
mod endings;
mod measure;
mod proposing;
mod second_reading;
mod steps;
mod troubles;
