//! The workflow is held to stories, to a table of every phase by every event, to properties of random lives, and to shuffled histories of CI.

mod asking;
mod ci_history;
mod editing;
mod events;
mod fixing;
mod histories;
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
