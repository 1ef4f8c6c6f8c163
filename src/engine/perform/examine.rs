//! A specification held against the repository: every gap that a program can see in the text, against the files, and by trying all
//! exact edits one after the other.

use crate::agent::verbatim;
use crate::engine::Failure;
use crate::git::Workspace;
use crate::prose;
use crate::specification::{self, Fate, Gap, GapKind, Specification, Step};
use crate::workflow::Plan;

pub(super) struct Examined {
    pub specification: Specification,
    pub gaps: Vec<Gap>,
    /// Whether checks are to be expected.
    pub has_workflows: bool,
}

/// `workspace` is the base, or the head of what was built of an earlier version of the text, which `plan` then is.
pub(super) fn examine(
    (specification, mut gaps): (Specification, Vec<Gap>),
    plan: Option<&Plan>,
    workspace: Workspace,
) -> Result<Examined, Failure> {
    let has_workflows = workspace.paths().any(|path| path.starts_with(".github/workflows/"));
    let fates = plan.map(|plan| specification::compare(&plan.specification.steps, &specification.steps).fates);
    let fate = |step: usize| fates.as_ref().and_then(|fates| fates.get(step).copied()).unwrap_or(Fate::New);
    let files = specification::check_files(&specification, |path| workspace.exists(path) || workspace.is_directory(path));
    // What an earlier version of a step made is there, as it should be.
    let made_before =
        |gap: &Gap| gap.kind == GapKind::ExistingFile && step_at(&specification, gap).is_some_and(|step| fate(step) != Fate::New);
    gaps.extend(files.into_iter().filter(|gap| !made_before(gap)));
    let unreadable = gaps.iter().any(|gap| {
        matches!(gap.kind, GapKind::BrokenEdit | GapKind::NoSteps | GapKind::TooManySteps) || gap.kind == GapKind::SubIssue && gap.blocking
    });
    if !unreadable {
        let is_open = |step: &usize| match (fate(*step), plan) {
            (Fate::Same(from), Some(plan)) => plan.steps.get(from).is_none_or(|state| state.commit.is_none()),
            (Fate::Same(_), None) | (Fate::Changed(_) | Fate::New, _) => true,
        };
        let open: Vec<usize> = (0..specification.steps.len()).filter(is_open).collect();
        let steps: Vec<Step> = open.iter().filter_map(|step| specification.steps.get(*step)).cloned().collect();
        let refused = verbatim::rehearse(&steps, workspace)?;
        // What is there already was made by an earlier version of the text.
        let refused = refused.into_iter().filter(|(_, refusal)| plan.is_none() || refusal.reason != verbatim::Reason::ChangesNothing);
        let refused: Vec<_> = refused.filter_map(|(at, refusal)| Some((*open.get(at)?, refusal))).collect();
        // What an edit says of a file is more exact than what the prose says of it.
        let told = |gap: &Gap| {
            let step = step_at(&specification, gap);
            refused.iter().any(|(at, refusal)| Some(*at) == step && gap.question.contains(&refusal.path))
        };
        gaps.retain(|gap| !(matches!(gap.kind, GapKind::MissingFile | GapKind::ExistingFile) && told(gap)));
        gaps.extend(refused.iter().filter_map(|(step, refusal)| {
            let step = specification.steps.get(*step)?;
            let (question, document) = (prose::edit_question(step, &refusal.to_string()), step.document.clone());
            Some(Gap { kind: GapKind::EditDoesNotApply, question, line: refusal.line, document, blocking: true })
        }));
    }
    Ok(Examined { specification, gaps, has_workflows })
}

/// The step in which the gap lies.
fn step_at(specification: &Specification, gap: &Gap) -> Option<usize> {
    specification.steps.iter().rposition(|step| step.document == gap.document && step.line <= gap.line)
}
