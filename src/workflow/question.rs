//! What a run asks, and what people answered.

use serde::{Deserialize, Serialize};

use crate::domain::{Login, Untrusted};
use crate::specification::{Answers, Gap, GapKind};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// From 1; people answer by it.
    pub number: usize,
    pub gap: Gap,
    pub answer: Option<Answer>,
    /// The specification no longer has this gap.
    pub settled: bool,
    /// The step at which an implementer asks, from 0; absent for what was seen in the text.
    #[serde(default)]
    pub step: Option<usize>,
}

impl Question {
    pub fn is_open(&self) -> bool {
        !self.settled && (self.answer.is_none() || self.needs_an_edit())
    }

    /// Whether only another text settles it: what is missing or does not apply cannot be built for all the answers there are.
    pub fn needs_an_edit(&self) -> bool {
        match self.gap.kind {
            GapKind::NoSteps | GapKind::TooManySteps | GapKind::BrokenEdit | GapKind::EditDoesNotApply | GapKind::SubIssue => true,
            GapKind::EmptyStep
            | GapKind::ProposedPlan
            | GapKind::Unplaced
            | GapKind::MaybeDone
            | GapKind::MissingNumber
            | GapKind::ReadAs
            | GapKind::StepRemoved
            | GapKind::UnseenInCode
            | GapKind::Gate
            | GapKind::UndecidedOptions
            | GapKind::OpenQuestion
            | GapKind::Placeholder
            | GapKind::MissingFile
            | GapKind::ExistingFile
            | GapKind::DuplicateNumber
            | GapKind::DependsOnLater
            | GapKind::NoAcceptanceCriteria
            | GapKind::MetWhileBuilding => false,
        }
    }
}

/// What people answered that the reader of the text follows.
pub fn answers_to_follow(questions: &[Question]) -> Answers {
    let answered = questions.iter().filter(|question| question.gap.kind.steers_the_reading());
    let said = |question: &Question| {
        let Gap { document, question: asked, .. } = &question.gap;
        Some((document.clone(), asked.clone(), question.answer.as_ref()?.text.as_data().to_owned()))
    };
    answered.filter_map(said).collect()
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub by: Login,
    pub text: Untrusted,
}
