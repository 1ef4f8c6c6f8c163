//! Specifications kept as files: which folder or file of the repository an issue means, which of its files are read, and what they say.
//!
//! Pure as everything in `spec`: whoever calls gives the paths and the texts at the base.

mod context;
mod folder;
mod read;
mod references;
mod shapes;
mod title;

pub use context::context;
pub use folder::{Folder, MOST_BYTES, MOST_FILES, folder_of};
pub use read::read_documents;
pub use references::{Reference, ambiguous, references};
pub use shapes::folder_root;

#[cfg(test)]
mod tests;
