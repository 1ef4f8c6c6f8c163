//! Merging the base in: the commit's message, and why a conflict was left to a person.

use super::text::{count, plain};
use super::{block, commit};
use crate::domain::{Conflict, ConflictKind};
use crate::workflow::{Run, StuckReason, Work};

/// So many conflicts are told one by one.
const MOST: usize = 3;

/// The message of the commit that merges the base into the branch. `work` is that of whoever resolved conflicts.
pub fn merge_message(run: &Run, work: Option<&Work>) -> String {
    let base = run.plan.as_ref().map_or("the base", |plan| plan.base_branch.as_str());
    let branch = run.branch.as_ref().map_or("the branch", |branch| branch.as_str());
    let subject = commit::subject_line(&format!("Merge {base} into {branch}"));
    let written = work.map(commit::written_by).unwrap_or_default();
    let by = &run.asked_by;
    format!("{subject}\n\nJourneyman-Run: {}\n{written}Co-authored-by: {by} <{by}@users.noreply.github.com>\n", run.id)
}

/// How a person merges the base by hand, where that is what the run waits for. A name that a shell might read otherwise is not put into a
/// command.
pub fn by_hand(run: &Run, reason: &StuckReason) -> String {
    let is_meant = matches!(reason, StuckReason::Conflicts { .. });
    let (true, Some(branch), Some(plan)) = (is_meant, &run.branch, &run.plan) else {
        return String::new();
    };
    let (branch, base) = (branch.as_str(), plan.base_branch.as_str());
    let is_plain = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || "._/-".contains(c)) && !name.starts_with('-');
    if !is_plain(branch) || !is_plain(base) {
        return String::new();
    }
    format!("{}\n\n", block::fence(&format!("git fetch origin\ngit switch {branch}\ngit merge origin/{base}")))
}

/// Why they are left to a person where nobody here writes code: the end of "they were not resolved: ".
pub const NOBODY_RESOLVES: &str = "no model and no agent is configured";

/// The same where the two sides never had anything in common.
pub const NOTHING_IN_COMMON: &str = "the branch and its base have no commit in common";

/// The same where what conflicts is no text.
pub fn not_for_text(conflicts: &[Conflict]) -> String {
    let all: Vec<&Conflict> = conflicts.iter().filter(|conflict| !conflict.is_text()).collect();
    let told = all.iter().take(MOST).map(|conflict| format!("{} {}", plain(&conflict.path, 100), in_words(conflict.kind)));
    let more = all.len().saturating_sub(MOST);
    told.chain((more > 0).then(|| format!("and {} more", count(more, "file")))).collect::<Vec<_>>().join("; ")
}

/// The same where the implementer asks.
pub fn asked_of_the_merge(question: &str) -> String {
    format!("the implementer asks: {question}")
}

/// The same where it gave up.
pub fn gave_up_the_merge(why: &str) -> String {
    format!("the implementer gave up: {why}")
}

fn in_words(kind: ConflictKind) -> &'static str {
    match kind {
        ConflictKind::Text => "was changed on both sides",
        ConflictKind::Binary => "was changed on both sides and is no text",
        ConflictKind::DeletedByUs => "was deleted here and changed on the base",
        ConflictKind::DeletedByThem => "was changed here and deleted on the base",
        ConflictKind::Renamed => "is part of a renaming that does not go together",
        ConflictKind::OtherKind => "is a file on one side and a link on the other",
        ConflictKind::Directory => "is a file on one side and a directory on the other",
        ConflictKind::Submodule => "is a submodule",
        ConflictKind::Nameless => "has a name that is not UTF-8",
        ConflictKind::Other => "does not go together",
    }
}
