//! Whether a step asks for nothing but reading, running or checking.
//!
//! Such a step gets no commit, so the words must be plain: "check the permission" is code to be written, "check that all tests
//! pass" is not.

use super::commands::looks_like_one;
use super::document::{Document, code_spans};
use super::forms::{Draft, From};
use super::pattern::Pattern;

pub fn changes_nothing(document: &Document<'_>, draft: &Draft) -> bool {
    let fences = document.range(draft.at, draft.end).filter_map(|(_, line)| document.fences.get(line.fence()?));
    let code = fences.into_iter().any(|fence| !matches!(fence.info.as_str(), "bash" | "sh" | "shell" | "console"));
    let items = document.range(draft.at + 1, draft.end).filter_map(|(_, line)| line.item());
    let mut boxes = items.filter(|item| item.tick.is_some()).map(|item| item.text);
    match draft.from {
        From::Tag => document.line(draft.at).is_some_and(|line| line.raw.contains("checkpoint")),
        From::Heading | From::Item | From::Row => is_check(&draft.title) && draft.rest.is_empty() && !code && boxes.all(is_check),
    }
}

fn is_check(title: &str) -> bool {
    static ALWAYS: Pattern = Pattern::new(
        r"(?ix)^\W*(?:\(optional\)\s*)?(?:re-?)?(?:run\b|research\b|investigate\b|study\b|inspect\b|smoke[ -]test|manual(?:ly)?\ (?:test|verif|check)\w*|align\ on\b
          |review\ (?:all|the|existing|current|implementation|contract|plan|spec|code|modified|pr|docs|design|final|changes)
          |read\ (?:through|existing|current|docs|documentation|the\ (?:code|docs|spec|plan|existing|design))
          |(?:create|open|submit)\ (?:a\ |the\ |feature\ |new\ |draft\ )*(?:pull\ request|pr|branch|feature\ branch)\b|trigger\ (?:the\ |a\ )*(?:workflow|pipeline|build|ci)
          |(?:push|commit|merge)\ (?:the\ |all\ |your\ )*(?:branch|changes|pr|work|to\ (?:main|master|origin|remote))|final\ (?:verification|review|check|test\ run)|full\ (?:test\ suite|verification)
          |ensure\ (?:no|all\ tests|tests\ pass|the\ build)|运行|验证)",
    );
    static ABOUT_CHECKS: Pattern = Pattern::new(
        r"(?i)^\W*(?:\(optional\)\s*)?(?:re-?)?(?:verify|check|validate|confirm|audit)\b.*\b(?:tests?|suite|builds?|compiles?|lint\w*|ci|workflows?|pipeline|coverage|manually|by hand|pass(?:es)?|warnings?|works?|working|still|installed|end[ -]to[ -]end|e2e|contrast|pr|pull request)\b",
    );
    static CHANGES: Pattern = Pattern::new(
        r"(?i)\b(?:and|then|,)\s+(?:add|updat|creat|writ|implement|modif|remov|refactor|document|address|adjust|correct|fix|handle|return|reject)",
    );
    let runs = title.trim_start_matches(|char: char| !char.is_alphabetic()).to_lowercase().starts_with("verify")
        && code_spans(title).iter().any(|code| looks_like_one(code));
    (ALWAYS.is_in(title) || ABOUT_CHECKS.is_in(title) || runs) && !CHANGES.is_in(title)
}
