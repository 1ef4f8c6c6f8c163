//! What CI printed, read: what matters of a log, whether it is the service that failed, and which tests it shows.
//!
//! Everything here is pure and takes any text. Logs are by whoever can make a job print something, so that nothing in them is
//! an instruction, and nothing here redacts: secrets are taken out where a text is shown or sent.

mod clean;
mod cut;
mod essence;
mod evidence;
mod forms;
mod found;
mod kind;
pub mod log;
mod message;
mod noise;
mod places;

pub use essence::{Essence, Failed, essence, shortest};
pub use evidence::{Outcome, names_a_command, names_a_test, ran, shows};
pub use kind::{Kind, kind};
pub use places::Place;

#[cfg(test)]
mod tests;
