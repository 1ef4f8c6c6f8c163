//! Reading a specification: Markdown in, `(Specification, Vec<Gap>)` out. Reading never fails, does no I/O and calls no model.

mod account;
mod answers;
mod beside;
mod check_files;
mod choice;
mod commands;
mod compare;
mod criteria;
mod decisions;
mod depends;
pub mod document;
pub mod edits;
mod files;
mod gaps;
mod homes;
mod idle;
mod kept;
mod lookalikes;
mod meets;
mod names;
mod numbering;
mod paths;
mod pattern;
mod proposal;
mod read;
mod read_as;
mod requirements;
mod sections;
mod seen;
mod sentences;
mod forms;
mod suggestion;
mod sub_issues;
mod touched;
mod unclear;
mod verify;
mod vocabulary;

pub use account::{Account, Block, LeftOut, Role};
pub use answers::Answers;
pub use beside::{is_exact, words_beside_edits};
pub use check_files::check_files;
pub use commands::looks_like_one as is_command;
pub use compare::{Comparison, Fate, compare};
pub use gaps::{is_about_files, proposed_plans, step_removed, wants_steps};
pub use kept::{Folder, MOST_BYTES, MOST_FILES, Reference, ambiguous, context, folder_of, folder_root, read_documents, references};
pub use proposal::{Proposal, Proposed, ProposedFile};
pub use read::{MOST_STEPS, read, read_answered};
pub use seen::{Unseen, UnseenKind, is_unseen, seen};
pub use sentences::{Quoted, Sentence, sentences};
pub use sub_issues::{Part, Said, read_with_sub_issues};
pub use suggestion::suggestions;
pub use touched::written_by;

use serde::{Deserialize, Serialize};

/// What an architect wrote, as far as a program can be sure of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Specification {
    /// The first heading's words, without `#` and without a generic prefix; empty when there is none.
    pub title: String,
    /// In order; one for each future commit.
    pub steps: Vec<Step>,
    pub acceptance_criteria: Vec<Criterion>,
    pub out_of_scope: Vec<String>,
    /// What the page of the text does not show. It was not read, but for what is said of each kind.
    #[serde(default)]
    pub unseen: Vec<Unseen>,
    /// What looks like work and is in no step, with the reason.
    #[serde(default)]
    pub left_out: Vec<LeftOut>,
}

/// What was made of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Read {
    pub specification: Specification,
    pub gaps: Vec<Gap>,
    pub account: Account,
}

impl Read {
    /// Without the account.
    pub fn into_parts(self) -> (Specification, Vec<Gap>) {
        (self.specification, self.gaps)
    }
}

/// One numbered item of the specification; it becomes one commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// As written (`2`, `1.3`, `T004`), or its ordinal where the text has none.
    pub number: String,
    pub title: String,
    /// 1-based line of its heading or item.
    pub line: usize,
    /// The file in the repository that it stands in; `#12` for a sub-issue, empty for the issue itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// The Markdown between its heading and the next step, exact edits included.
    pub instructions: String,
    /// Repository paths it names as touched, in order, without repetition.
    pub files: Vec<String>,
    pub edits: Vec<Edit>,
    /// Commands that show that the step works. Never one that pushes, merges, publishes, deploys or deletes.
    pub verify: Vec<String>,
    /// Numbers of the steps it builds on.
    pub depends_on: Vec<String>,
    /// Numbers of the acceptance criteria that it says it meets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub meets: Vec<String>,
    /// Ticked as done by its author: not built again.
    pub done: bool,
    /// Marked by its author as what may be left out (Kiro's `- [ ]*`): not built.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// It asks for nothing but reading, running or checking.
    pub no_code_change: bool,
}

impl Step {
    /// Whether a run builds it: it is neither done nor optional.
    pub fn is_to_be_built(&self) -> bool {
        !self.done && !self.optional
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

/// Code that is to be taken as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// 1-based line of the block's opening fence.
    pub line: usize,
    /// The words before the whole text of a file that say that it is a part of one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    pub change: Change,
}

/// The three ways of writing an exact edit, and the one of spoiling it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Change {
    /// The file's whole content, ending as the block does.
    WholeFile { path: String, content: String },
    /// A diff, of one file or several, as it stands in the block.
    Diff {
        text: String,
        /// The file, where its name stands outside of the block, whose text is hunks alone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        file: Option<String>,
    },
    /// Texts that occur exactly once, with their replacements, in order. An empty search text makes a new file.
    SearchReplace { path: String, replacements: Vec<Replacement> },
    /// It was meant as an exact edit and cannot be read as one (an unclosed block, a search part without an end).
    Broken { path: String, reason: String },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replacement {
    /// 1-based line of `<<<<<<< SEARCH`.
    pub line: usize,
    pub search: String,
    pub replace: String,
}

/// A statement that must hold when everything is built.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// As written (`1.2`, `SC-001`), where steps may name it; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub number: String,
    pub text: String,
    /// 1-based.
    pub line: usize,
    /// The file in the repository that it stands in; `#12` for a sub-issue, empty for the issue itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Commands, tests or checks that it names as its proof.
    pub evidence: Vec<String>,
}

/// What the specification leaves unclear, already worded as a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub kind: GapKind,
    pub question: String,
    /// 1-based line of the specification that it is about.
    pub line: usize,
    /// The file in the repository that has this line; `#12` for a sub-issue, empty for the issue itself.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub document: String,
    /// Whether the run cannot start without an answer.
    pub blocking: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    NoSteps,
    /// No part of the text says that it is the plan, and one looks like it: it waits for an approval. Its question lists the steps.
    ProposedPlan,
    /// Something looks like work and is in no step. An answer says whether it is built.
    Unplaced,
    /// A mark may say that a step is done. An answer says whether it is built.
    MaybeDone,
    /// A number is missing in the row of the steps.
    MissingNumber,
    /// What is written has one meaning, and is read as that: it is told.
    ReadAs,
    TooManySteps,
    EmptyStep,
    Gate,
    UndecidedOptions,
    OpenQuestion,
    Placeholder,
    MissingFile,
    ExistingFile,
    DuplicateNumber,
    DependsOnLater,
    NoAcceptanceCriteria,
    BrokenEdit,
    EditDoesNotApply,
    /// Code holds characters that nobody sees.
    UnseenInCode,
    /// A sub-issue is there whose text does not count or cannot be read.
    SubIssue,
    /// A step that is built is no longer in the specification.
    StepRemoved,
    /// An implementer met something that only a person can say.
    MetWhileBuilding,
}

impl GapKind {
    /// Whether an answer changes how the text is read: it chooses a plan, or whether something is built.
    pub fn steers_the_reading(self) -> bool {
        matches!(self, Self::ProposedPlan | Self::Unplaced | Self::MaybeDone)
    }
}

#[cfg(test)]
mod form_tests;
#[cfg(test)]
mod tests;
