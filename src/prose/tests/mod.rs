//! Every comment and the pull request as people read them (`fixtures/prose/`), and what nobody's words can do to them.

mod bodies;
mod conventional;
mod echo;
mod golden;
mod hygiene;
mod merge;
mod proposals;
mod talk;
