//! Proposing how an issue without a plan is split into steps: in the issue's own words, with files that are there or are said to be new.
//!
//! A program checks whatever can be checked without understanding; people approve the rest.

mod check;
mod raw;

use std::path::Path;

use serde_json::{Value, json};

use super::Error;
use super::budget::Budget;
use super::model::folder::Folder;
use super::model::inquiry::{Inquiry, Verdict, inquire};
use super::model::{Concluded, Model, Patience, Tool};
use super::redact::redact;
use super::transcript::Transcript;
use crate::domain::Untrusted;
use crate::prose::model::{self as words, Guidance};
use crate::specification::{self, Proposal};
use check::Issue;

/// Answers that are paid for.
const TURNS: usize = 12;
const MOST_STEPS: usize = 20;
const MOST_TITLE: usize = 100;
const TOOL: &str = "propose";

/// What is to be split.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    pub title: Untrusted,
    pub body: Untrusted,
    /// As [`super::map::of`] draws it.
    pub map: String,
    /// As [`super::guidance::read`] finds it.
    pub guidance: Vec<Guidance>,
    /// Patterns of files that the repository's settings protect.
    pub protected: &'a [String],
}

/// Proposes steps for an issue. `root` is a checkout of the base, and is only looked at. What the transcript has is not paid for again.
pub async fn propose(
    model: &Model,
    asked: &Asked<'_>,
    root: &Path,
    budget: &Budget,
    transcript: &mut Transcript,
) -> Result<Concluded<Proposal>, Error> {
    with_patience(model, Patience::default(), asked, root, budget, transcript).await
}

/// The same, with how long the provider is tried.
pub async fn with_patience(
    model: &Model,
    patience: Patience,
    asked: &Asked<'_>,
    root: &Path,
    budget: &Budget,
    transcript: &mut Transcript,
) -> Result<Concluded<Proposal>, Error> {
    // Only what people see on the issue's page is the issue, and no credential in it is told or shown again.
    let seen = |text: &Untrusted| redact(&specification::seen(text.as_data()).0).into_owned();
    let title = seen(&asked.title).split_whitespace().collect::<Vec<_>>().join(" ");
    let body = seen(&asked.body);
    let inquiry = Inquiry {
        model,
        patience,
        system: words::proposer(MOST_STEPS),
        told: words::to_propose(&title, &body, &asked.map, &asked.guidance),
        closing: tool(),
        turns: TURNS,
        root,
    };
    let issue = Issue::of(&title, &body, asked.protected, Folder::at(root)?);
    let judge = |call: &super::transcript::Call, hinted: bool| match raw::read(call).and_then(|raw| issue.check(raw)) {
        Err(faults) => Verdict::Back(words::faulty(&faults)),
        Ok(proposal) if !hinted && !proposal.unused.is_empty() => Verdict::Hint(words::left_out(&proposal.unused)),
        Ok(proposal) => Verdict::Taken(proposal),
    };
    inquire(&inquiry, judge, budget, transcript).await
}

fn tool() -> Tool {
    let texts = |what: &str| json!({"type": "array", "items": {"type": "string"}, "description": what});
    let file = json!({"type": "object", "properties": {
        "path": {"type": "string", "description": "Relative to the repository's root."},
        "new": {"type": "boolean", "description": "True if the step makes the file."}
    }, "required": ["path"]});
    let step: Value = json!({"type": "object", "properties": {
        "title": {"type": "string", "description": "One line that tells somebody to do something."},
        "files": {"type": "array", "items": file, "description": "The files that the step changes or makes; empty if you are not sure."},
        "words": texts("Whole sentences of the issue that say what the step does, copied letter by letter.")
    }, "required": ["title", "files", "words"]});
    Tool {
        name: TOOL,
        description: "Proposes the steps in which the issue is built, in order, and ends the work.",
        schema: json!({"type": "object", "properties": {
            "steps": {"type": "array", "items": step, "description": "One for each commit, in order."},
            "questions": texts("What the issue leaves open and has to be known to build it; empty if nothing.")
        }, "required": ["steps", "questions"]}),
    }
}
