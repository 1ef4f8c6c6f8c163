//! Specifications kept as files: which folder or file of the repository an issue means, which of its files are read, and what they say.
//!
//! Pure as everything in `spec`: whoever calls gives the paths and the texts at the base.

mod folder;
mod references;
mod shapes;

pub use folder::{Folder, MOST_BYTES, MOST_FILES, folder_of};
pub use references::{Reference, ambiguous, references};

#[cfg(test)]
mod tests;
