//! A specification that the issue carries, that its sub-issues are, or that it names as files of the repository: those are read at
//! the base.

use super::sub_issues::Part;
use crate::domain::Untrusted;
use crate::engine::Failure;
use crate::git::Workspace;
use crate::specification::{self, Answers, Gap, GapKind, MOST_BYTES, Specification};
use crate::workflow::Plan;

/// Of the files, so much is handed on to whoever implements a step. Bytes.
const MOST_TOLD: usize = 96 * 1024;

pub(super) struct Documents {
    pub read: (Specification, Vec<Gap>),
    /// All that was read, as people see it: what nobody sees reaches no model either.
    pub text: Untrusted,
}

/// Whether a text has neither steps nor files that have them: then its sub-issues are the steps, if it has any.
pub(super) fn asks_for_sub_issues(repository: &str, body: &Untrusted, answers: &Answers) -> bool {
    specification::references(&specification::seen(body.as_data()).0, repository).is_empty()
        && specification::read_answered(body.as_data(), answers).specification.steps.is_empty()
}

/// An issue whose steps are its sub-issues. `plan` is what was built of an earlier reading.
pub(super) fn with_sub_issues(body: &Untrusted, parts: &[Part], plan: Option<&Plan>, answers: &Answers) -> Documents {
    let before = plan.map(|plan| &plan.specification);
    let said: Vec<specification::Part<'_>> = parts.iter().map(|part| part.said(before)).collect();
    let texts: Vec<(String, String)> = parts.iter().filter_map(Part::text).collect();
    let text = format!("{}\n\n{}", specification::seen(body.as_data()).0.trim_end(), specification::context(&texts, MOST_TOLD));
    Documents { read: specification::read_with_sub_issues(body.as_data(), &said, answers).into_parts(), text: Untrusted::new(text.trim()) }
}

pub(super) fn read(
    repository: &str,
    title: &Untrusted,
    body: &Untrusted,
    answers: &Answers,
    base: &mut Workspace,
) -> Result<Documents, Failure> {
    let shown = specification::seen(body.as_data()).0;
    let references = specification::references(&shown, repository);
    let Some(reference) = references.first() else {
        return Ok(Documents { read: specification::read_answered(body.as_data(), answers).into_parts(), text: Untrusted::new(shown) });
    };
    if let Some(question) = specification::ambiguous(&references) {
        let (specification, mut gaps) = specification::read_answered(body.as_data(), answers).into_parts();
        // Which of them is meant is asked instead.
        gaps.retain(|gap| gap.kind != GapKind::NoSteps);
        gaps.push(question);
        return Ok(Documents { read: (specification, gaps), text: Untrusted::new(shown) });
    }
    let paths: Vec<String> = base.paths().map(str::to_owned).collect();
    let folder = specification::folder_of(reference, &paths);
    let mut files: Vec<(String, String)> = Vec::new();
    for path in folder.files {
        if let Some(file) = base.read(&path)? {
            // One that is longer is refused by the reader in words.
            let bytes = file.bytes.get(..MOST_BYTES + 1).unwrap_or(&file.bytes);
            files.push((path, String::from_utf8_lossy(bytes).into_owned()));
        }
    }
    let (specification, mut gaps) = specification::read_documents(title.as_data(), body.as_data(), &files, answers).into_parts();
    if folder.gaps.iter().any(|gap| gap.blocking) {
        // Why there are none is said more exactly.
        gaps.retain(|gap| gap.kind != GapKind::NoSteps);
    }
    gaps.extend(folder.gaps);
    let files: Vec<(String, String)> = files.into_iter().map(|(path, text)| (path, specification::seen(&text).0)).collect();
    let text = format!("{}\n\n{}", shown.trim_end(), specification::context(&files, MOST_TOLD));
    Ok(Documents { read: (specification, gaps), text: Untrusted::new(text.trim_end()) })
}
