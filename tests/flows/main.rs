//! Whole stories: the real engine against the simulated GitHub with real bare repositories, told in the user's verbs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed expectation is how a test fails")]

#[path = "../support/contract/mod.rs"]
mod contract;
#[path = "../support/model/mod.rs"]
mod model;
#[path = "../support/wire.rs"]
mod wire;

mod account;
mod harness;
mod people;
mod samples;

mod agents;
mod answering;
mod bad_input;
mod base_moves;
mod bytes;
mod command_line;
mod conversation;
mod crash;
mod demo;
mod editing;
mod endings;
mod evidence;
mod faults;
mod orders;
mod kept;
mod mentions;
mod processes;
mod program;
mod proposals;
mod prose_steps;
mod pull_details;
mod red_checks;
mod repository_settings;
mod reread;
mod reviews;
mod steering;
mod strangers;
mod sub_issues;
mod unseen;
mod whole_life;
mod verdicts;
