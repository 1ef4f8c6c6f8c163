//! The life of a run: pure decisions over plain values.
//!
//! [`decide`] takes a run and an event and answers with the run as it is now and the effects that must leave our
//! database, or with the reason for passing the event over. It never fails. Nothing here reads the clock, the
//! environment or the network, and nobody else changes a run.

pub mod answers;
mod begin;
pub mod checklist;
pub mod command;
mod comment;
mod conversation;
mod decide;
mod devcontainer;
mod effect;
mod event;
pub mod failure;
mod phase;
pub mod repository;
mod run;
pub mod verdict;
mod work;

pub use begin::begin;
pub use conversation::{Accepted, Conversation, Ignored, NotNow, PlanGiven, Proposal, Removed, Reply, Revision, Understood, Words};
pub use decide::{Decision, decide};
pub use devcontainer::Devcontainer;
pub use effect::{Effect, Message, Reaction};
pub use event::{Checked, Event, IssueReading, Reading, Remark, Written};
pub use repository::{Chosen, CommitForm, Problem, RepositorySettings};
pub use run::{Answer, Ending, Phase, Plan, Question, Run, Settings, Stage, StepState, StuckReason};
pub use work::Work;

#[cfg(test)]
pub(crate) mod tests;
