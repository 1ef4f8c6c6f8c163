//! Lists in sections that promise steps: the task lists of Kiro, OpenSpec and Agent OS, and a numbered list under "Steps".

use super::draft::Draft;
use super::items::{Take, list};
use super::{Candidate, Certainty, candidate, headings};
use crate::specification::document::{Document, Kind};
use crate::specification::edits::of_fence;
use crate::specification::paths::in_line;
use crate::specification::pattern::Pattern;
use crate::specification::sections::{Section, lineage};
use crate::specification::vocabulary::Topic;

/// Where such a list stands within a phase, the phases are the steps, or have them.
pub fn propose(document: &Document<'_>, sections: &[Section]) -> Option<Candidate> {
    let mut all = Vec::new();
    let mut covered = 0;
    for (index, section) in sections.iter().enumerate().filter(|(_, section)| section.topic == Topic::Plan && section.level > 1) {
        let outside = lineage(sections, index).skip(1).all(|(_, around)| around.topic.may_hold_steps() || around.level == 1);
        if section.at < covered || !outside {
            continue;
        }
        let drafts = list(document, sections, index, section.end, Take::Anything, None);
        if !drafts.is_empty() {
            covered = section.end;
            all.extend(drafts);
        }
    }
    let phases = headings::groups(document, sections).map(|phases| phases.drafts).unwrap_or_default();
    let within = |item: &Draft| phases.iter().any(|phase| phase.at <= item.at && item.at < phase.end);
    if all.iter().any(within) {
        return None;
    }
    let certainty = if is_explained(document, &all) { Certainty::Likely } else { Certainty::Certain };
    candidate(certainty, all)
}

/// Whether the words before a list say that it explains something ("The parser works like this:"), and nothing in it names what to change.
pub fn is_explained(document: &Document<'_>, drafts: &[Draft]) -> bool {
    static PLANS: Pattern = Pattern::new(
        r"(?i)\b(?:steps?|tasks?|todo|to do|do|plan|changes?|implement\w*|build|following|order|work|needs?|must|should|we will|i will|schritte?|aufgaben|étapes|pasos|passos|passi|stappen|kroki|шаги|задачи|кроки|adımlar)\b|步骤|任务|手順|タスク|단계|作业",
    );
    let Some(first) = drafts.first() else { return false };
    let line = |draft: &Draft| document.line(draft.at).copied();
    if drafts.iter().any(|draft| line(draft).and_then(|line| line.item()).is_none_or(|item| item.tick.is_some())) {
        return false;
    }
    let lead = document.range(0, first.at).rev().find(|(_, line)| line.kind != Kind::Blank).map(|(_, line)| *line);
    let explains = lead.is_some_and(|lead| lead.kind == Kind::Text && lead.raw.trim_end().ends_with([':', '：']) && !PLANS.is_in(lead.raw));
    explains && !drafts.iter().any(|draft| changes_a_file(document, draft))
}

/// Whether an item names a file on its first line, or has an exact edit below it.
pub fn changes_a_file(document: &Document<'_>, draft: &Draft) -> bool {
    document.line(draft.at).is_some_and(|line| !in_line(line.raw).is_empty())
        || document.fences.iter().any(|fence| (draft.at + 1..=draft.end).contains(&fence.line) && of_fence(fence).is_some())
}
