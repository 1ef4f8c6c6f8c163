//! What an implementer has to know before it begins a step: plain values, put together by whoever starts it.

use crate::domain::{Login, Sha, Untrusted};
use crate::specification::Specification;

#[derive(Debug, Clone, Default)]
pub struct Briefing {
    /// The title.
    pub title: Untrusted,
    /// The specification as it was written, whole.
    pub text: Untrusted,
    pub specification: Specification,
    /// Which step of it, counted from 0.
    pub step: usize,
    pub answers: Vec<Answered>,
    /// The steps before it, as far as they have commits.
    pub built: Vec<Built>,
    /// Files that the step's exact edits wrote: not to be touched.
    pub given: Vec<String>,
    /// The repository's files and what is in them, as text.
    pub map: String,
    /// The repository's own words on how to work in it, read at the base.
    pub guidance: Vec<Guidance>,
    /// Commands that show whether the step works: the step's own, then the repository's.
    pub verify: Vec<String>,
}

/// A question of ours with what a person answered.
#[derive(Debug, Clone)]
pub struct Answered {
    pub question: String,
    pub answer: Untrusted,
    pub by: Login,
}

#[derive(Debug, Clone)]
pub struct Built {
    pub number: String,
    pub title: String,
    pub commit: Sha,
}

#[derive(Debug, Clone)]
pub struct Guidance {
    pub path: String,
    pub text: Untrusted,
}
