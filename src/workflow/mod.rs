//! The life of a run: pure decisions over plain values.
//!
//! [`decide`] takes a run and an event and answers with the run as it is now and the effects that must leave our
//! database, or with the reason for passing the event over. It never fails. Nothing here reads the clock, the
//! environment or the network, and nobody else changes a run.

pub mod answers;
mod asks;
mod begin;
pub mod checklist;
pub mod command;
mod comment;
mod consequences;
mod conversation;
mod decide;
mod decision;
mod devcontainer;
mod effect;
mod event;
mod evidence;
mod mending;
mod merging;
pub mod failure;
mod phase;
mod plan;
mod question;
pub mod repository;
mod reviewed;
mod rounds;
mod run;
mod shown;
mod stuck_reason;
mod unsaid;
pub mod verdict;
mod work;

pub use begin::begin;
pub use conversation::{Accepted, Conversation, Ignored, NotNow, PlanGiven, Proposal, Removed, Reply, Revision, Understood, Words};
pub use decide::decide;
pub use decision::Decision;
pub use devcontainer::Devcontainer;
pub use effect::{Effect, Message, Reaction, Wish};
pub use event::{Checked, Event, IssueReading, Missed, Reading, Remark, Written};
pub use evidence::{Evidence, Proof, ProofState, Proposed, Shown as ShownBy};
pub use mending::{Diagnosis, Failure, Local, Mending, NotMended, Repair, Rerun, SYSTEMIC, Unit};
pub use merging::Merging;
pub use plan::{MergedTip, Plan, StepState};
pub use question::{Answer, Question, answers_to_follow};
pub use repository::{Chosen, CommitForm, Problem, RepositorySettings};
pub use reviewed::{ReviewRead, ReviewState, ThreadRead};
pub use rounds::{Cause, Guest, Item, Reviews, Round, Said, Thread, ThreadOutcome};
pub use run::{Ending, OwnCheck, Phase, Run, Settings, Stage};
pub use shown::{Outcome, Shown};
pub use stuck_reason::StuckReason;
pub use work::Work;

#[cfg(test)]
pub(crate) mod tests;
