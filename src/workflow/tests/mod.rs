//! The workflow is held to stories, to a table of every phase by every event, and to properties of random lives.

mod asking;
mod editing;
mod events;
mod fixing;
mod merging;
mod orders;
mod properties;
mod prose_steps;
mod replies;
mod reread;
mod reviewing;
pub(crate) mod sample;
mod steering;
mod stories;
pub(crate) mod story;
pub(crate) mod table;
mod troubles;
