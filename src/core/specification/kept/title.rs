//! What a specification that is kept as files is called.

use super::shapes::{Format, shape};
use crate::specification::pattern::is_one_of;

/// The first of these that says something: the title of the document with the steps, those of the documents beside it, the folder's
/// name, the issue's title.
pub fn title(of_plan: &str, beside: &[String], path: Option<&str>, issue_title: &str) -> String {
    let said = std::iter::once(of_plan).chain(beside.iter().map(String::as_str)).find(|title| !is_generic(title));
    said.map(str::to_owned)
        .or_else(|| path.map(of_folder))
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| issue_title.trim().to_owned())
}

/// A heading that says of what kind a document is, and not what it is about.
fn is_generic(title: &str) -> bool {
    let words = title.trim().trim_end_matches([':', '：']).to_lowercase().replace([' ', '-', '&', '/'], "");
    words.is_empty() || is_one_of(GENERIC, &words)
}

const GENERIC: &str = " tasks task tasklist todo todos plan plans implementationplan implementationtasks implementationtasklist implementation spec specs \
    spectasks spectasklist specification requirements requirementsdocument requirement design designdocument technicaldesign technicaldesigndocument \
    overview why proposal changeproposal featurespecification 実装計画 実装タスク 実装プラン タスク タスクリスト 要件定義書 要件 設計書 技術設計書 任务 任务列表 \
    实施计划 实现计划 需求文档 设计文档 开发计划 실행계획 구현계획 작업목록 ";

/// `specs/004-greet-people/tasks.md` and `docs/plans/2026-01-02-greet-people.md` are about "Greet people".
fn of_folder(path: &str) -> String {
    let root = shape(path)
        .filter(|shape| !matches!(shape.format, Format::Plan | Format::Companion))
        .map_or_else(|| path.to_owned(), |shape| shape.root);
    let names = root.rsplit('/').map(|name| name.strip_suffix(".md").unwrap_or(name));
    let name = names.into_iter().find(|name| !is_generic(name)).unwrap_or_default();
    let bare = name.trim_start_matches(|char: char| char.is_ascii_digit() || matches!(char, '-' | '_'));
    let words = if bare.is_empty() { name } else { bare }.replace(['-', '_'], " ");
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
