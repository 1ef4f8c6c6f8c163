//! Repositories on this machine: a cached bare mirror of each, and the files of one commit, with changes laid over them
//! in memory, or on disk for those who run commands.
//!
//! The git program does the work; it never sees a configuration, a hook or a work tree of the repository, and no token in its
//! arguments. Nothing here pushes: commits are made through GitHub.

mod blobs;
mod changed;
mod checkout;
mod command;
mod error;
pub mod local;
mod merge;
mod mirror;
mod tree;
mod upkeep;
mod workspace;

pub use changed::changed;
pub use checkout::Checkout;
pub use command::{command, run};
pub use error::Error;
pub use merge::{Merged, Sides, Unmerged, merge};
pub use mirror::Mirror;
pub use workspace::Workspace;

#[cfg(test)]
pub(crate) mod tests;
