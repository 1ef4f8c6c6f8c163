//! The words by which people name the parts of a specification, in the languages in which we have seen them.

use super::pattern::{Pattern, is_one_of};

mod words;
use words::*;

/// What a heading's words promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// Steps follow.
    Plan,
    /// Steps may follow, where no better place has them.
    Outline,
    Acceptance,
    Verification,
    OutOfScope,
    Questions,
    /// Background, notes, risks, designs: nothing in it is a step, unless no better place has steps.
    Aside,
    /// Never a place of steps: how to reproduce, an example, somebody's original brief, a parallel run of the same tasks.
    Foreign,
    Other,
}

impl Topic {
    /// Whether steps are looked for below such a heading in the first place.
    pub fn may_hold_steps(self) -> bool {
        matches!(self, Self::Plan | Self::Outline | Self::Other)
    }
}

/// The topic of a heading, from its plain words.
pub fn topic(title: &str) -> Topic {
    let words = normal(title);
    let is = |list: &[&str]| list.contains(&words.as_str());
    let has = |list: &[&str]| list.iter().any(|part| words.contains(part));
    let starts = |list: &[&str]| list.iter().any(|part| words.starts_with(part));
    let whole = title.to_lowercase();
    let settled = ["resolved", "answered", "已解决", "解決済"].iter().any(|word| whole.contains(word)) && !whole.contains("unresolved");
    if settled || is(&["clarifications"]) {
        return Topic::Aside;
    }
    if has(FOREIGN) {
        return Topic::Foreign;
    }
    if is(QUESTIONS)
        || has(&[
            "open question",
            "outstanding question",
            "unresolved question",
            "open decision",
            "decision needed",
            "decisions needed",
            "开放问题",
            "待确认",
            "未決",
        ])
    {
        return Topic::Questions;
    }
    if has(OUT_OF_SCOPE) {
        return if starts(&["goals"]) { Topic::Aside } else { Topic::OutOfScope };
    }
    if has(ACCEPTANCE) || is(&["acceptance", "verified when"]) {
        return Topic::Acceptance;
    }
    if is(PLAN) || starts(PLAN_START) || has(PLAN_CJK) {
        return Topic::Plan;
    }
    if is(VERIFICATION) || has(&["验证", "検証", "测试"]) {
        return Topic::Verification;
    }
    if is(OUTLINE) || starts(OUTLINE_START) {
        return Topic::Outline;
    }
    if !is_imperative(&words) && (is(ASIDE) || has(ASIDE_PART)) {
        return Topic::Aside;
    }
    Topic::Other
}

/// Lower case, without decoration, numbering, bracketed remarks and a colon at the end.
fn normal(title: &str) -> String {
    static NUMBER: Pattern = Pattern::new(r"^(?:\d+(?:\.\d+)*[.):、]?|[一二三四五六七八九十]+、)\s*");
    static REMARK: Pattern = Pattern::new(r"\s*[(（\[][^)）\]]*[)）\]]\s*");
    let text = title.replace(['*', '`', '_'], "").replace('’', "'").to_lowercase();
    let text = text.trim_start_matches(|char: char| !char.is_alphanumeric());
    let text = REMARK.replace_all(&NUMBER.replace_all(text, ""), " ");
    text.trim().trim_end_matches([':', '：', '.', '!', '?', ' ']).to_owned()
}

/// Whether the words name one of several options.
pub fn is_option(title: &str) -> bool {
    static OPTION: Pattern = Pattern::new(
        r"(?i)^(?:\d+(?:\.\d+)*[.)]?\s*)?(?:option|alternative|approach|choice|variant|方案|选项|選択肢|案)\s*(?:P\d+[-–])?([A-Hα-δ]|\d|[一二三四])\b",
    );
    OPTION.is_in(title.trim_start_matches(['*', '_', '`']))
}

/// Whether the words begin by telling somebody to change something.
pub fn is_imperative(words: &str) -> bool {
    let first = words.split(|char: char| !char.is_alphanumeric() && char != '-').find(|word| !word.is_empty());
    first.is_some_and(|word| is_one_of(IMPERATIVE, word.to_lowercase().as_str()))
}
