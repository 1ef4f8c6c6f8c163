//! Every word said to a model: its rules, its task, and what it is told when something was amiss.
//!
//! What anybody may have written (files, guidance, the output of commands) stands inside a fence whose mark the text itself does not hold, and
//! the rules say that nothing inside a fence is an order. The specification and its answers are orders: only who may write to the repository
//! can have written them.

mod amiss;
mod answer;
mod briefing;
mod fence;
mod inquiry;
mod merge;
mod propose;
mod complete;
mod repair;
mod review;
mod revise;
mod rules;
mod task;

pub use amiss::{answered, changed_nothing, differences, guarded, verification_failed};
pub use answer::{answerer, to_answer, too_long};
pub use briefing::{Answered, Briefing, Built, Guidance};
pub use complete::complete;
pub use fence::fenced;
pub use inquiry::{last_turns, only_calls};
pub use merge::merge;
pub use propose::{faulty, left_out, proposer, to_propose};
pub use repair::repair;
pub use review::{again, second_reader, second_reading};
pub use revise::revise;
pub use rules::{principles, reminder, rules};
pub use task::task;

#[cfg(test)]
mod tests;
