//! GitHub: the only module that knows its JSON, its addresses and its limits.
//!
//! [`signature`] and [`webhook`] read what GitHub sends; [`App`] and [`Repository`] ask. Everything that is asked goes
//! through one `request()` in `client`, with octocrab underneath and our own layers for pace, repetition, credentials and
//! timeout. Reads are repeated here; a write that may have been carried out is not: it comes back as
//! [`Error::Later`], and the effect behind it looks first whether its work is there already.
//!
//! Not here: deciding anything, finding out whether a comment or a branch of ours exists (the engine's), git itself.

mod app;
pub mod body;
mod branch;
mod call;
mod checks;
mod client;
mod comment;
mod commit;
mod compare;
mod counts;
mod delivery;
mod dressing;
mod error;
mod file;
mod graphql;
mod issue;
mod issue_text;
mod jobs;
mod layers;
mod limit;
mod moment;
mod pacing;
mod permission;
mod pull;
mod refusal;
mod repository;
mod required;
mod reviews;
mod rollup;
pub mod signature;
mod specification_check;
mod sub_issues;
mod threads;
mod token;
mod tree;
mod trees;
pub mod webhook;

pub use app::{App, AppConfig, Identity};
pub use client::Clock;
pub use comment::Comment;
pub use commit::CommitDetails;
pub use compare::{Compared, Comparison, Position};
pub use counts::Calls;
pub use delivery::{Deliveries, Delivery};
pub use error::{Error, Trouble};
pub use issue::Issue;
pub use issue_text::{Edit, IssueText};
pub use jobs::{Annotation, CheckDetails};
pub use pacing::Pacing;
pub use permission::Permission;
pub use pull::Pull;
pub use repository::{About, Repository};
pub use reviews::{Review, ReviewThread, ThreadComment};
pub use specification_check::{Button, CheckRunShown, Warning};
pub use sub_issues::SubIssue;
pub use token::PERMISSIONS;

#[cfg(test)]
mod tests;
