//! How steps are numbered and called, in headings and in items.

use regex::Captures;

use super::document::plain;
use super::pattern::Pattern;

/// What kind of word a heading numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Task, step, unit: one piece of work, whatever is below it.
    Unit,
    /// Phase, stage, milestone: one piece of work, or a group of them.
    Group,
    /// Only a number: perhaps no more than the number of a chapter.
    Number,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub family: Family,
    pub number: String,
    /// Empty where there is nothing but the number.
    pub title: String,
    pub done: bool,
}

static WORD: Pattern = Pattern::new(
    r"(?x)^(?P<word>(?i:step|task|unit|work\ item|pr|pull\ request|fix|commit|change|phase|stage|milestone|chunk|part|sprint|wave|iteration|batch|workstream|slice))
          \s*\#?(?P<number>\d{1,5}(?:\.\d+)*[a-z]?|[A-Z](?:\d+)?)(?P<gap>\s*[:.)\]|：、]+\s*|\s*[-–—]+\s+|\s+|$)(?P<title>.*)$",
);
static CODE: Pattern =
    Pattern::new(r"^\[?(?P<number>(?P<word>U|T|P|M|WP)-?\d{1,4}(?:\.\d+)*[a-z]?)\]?(?:\s*[:.)|：]+\s*|\s*[-–—]+\s+|\s+|$)(?P<title>.*)$");
static CJK: Pattern = Pattern::new(
    r"(?x)^(?:第\s*(?P<a>[\d一二三四五六七八九十]+)\s*(?P<worda>步|阶段|階段|フェーズ|ステップ)|(?P<wordb>步骤|阶段|任务|任務|ステップ|フェーズ|タスク|工程)\s*(?P<b>[\d一二三四五六七八九十]+(?:\.\d+)*))
          \s*[:：.、)—–-]*\s*(?P<title>.*)$",
);
static NUMBER: Pattern =
    Pattern::new(r"^(?P<number>\d{1,5}(?:\.\d+)+[a-z]?|\d{1,5}[a-z]?)(?P<gap>[.):、]+\s*|\s+[-–—]\s+|\s+)(?P<title>\S.*)$");
static TAGS: Pattern = Pattern::new(r"^(?:\s*\[[^\]\s]{1,12}\]|\s*\((?i:priority|p\d)[^)]*\))*\s*[:：]?\s*");

/// The name of a numbered heading, from its plain words.
pub fn of_heading(title: &str) -> Option<Name> {
    let (text, done) = without_state(title);
    let text = text.trim_start_matches(|char: char| !char.is_alphanumeric() && !matches!(char, '[' | '`' | '('));
    if let Some(name) = worded(text) {
        return Some(Name { done, ..name });
    }
    let found = NUMBER.captures(text)?;
    let (number, gap, rest) = (part(&found, "number"), part(&found, "gap"), part(&found, "title"));
    if gap.trim().is_empty() && !number.contains('.') {
        return None;
    }
    // "1. P0 — …", "2. Phase 2: …": the first number is the chapter's.
    if let Some(name) = worded(rest) {
        return Some(Name { done, ..name });
    }
    Some(Name { family: Family::Number, number: number.to_owned(), title: rest.trim().to_owned(), done })
}

fn worded(text: &str) -> Option<Name> {
    let name =
        |family, number: &str, title: &str| Name { family, number: number.to_owned(), title: strip_tags(title).to_owned(), done: false };
    if let Some(found) = WORD.captures(text) {
        let (word, number, gap, title) =
            (part(&found, "word").to_lowercase(), part(&found, "number"), part(&found, "gap"), part(&found, "title"));
        let lettered = number.starts_with(|char: char| char.is_alphabetic());
        let ranged =
            title.starts_with(|char: char| char.is_ascii_digit()) && gap.contains(['-', '–', '—']) || title.starts_with(['-', '–', '&']);
        let loose = lettered && gap.trim().is_empty() && !title.is_empty();
        if !loose && !ranged {
            let group = matches!(
                word.as_str(),
                "phase" | "stage" | "milestone" | "chunk" | "part" | "sprint" | "wave" | "iteration" | "batch" | "workstream"
            );
            return Some(name(if group { Family::Group } else { Family::Unit }, number, title));
        }
    }
    if let Some(found) = CODE.captures(text) {
        let family = if matches!(part(&found, "word"), "P" | "M" | "WP") { Family::Group } else { Family::Unit };
        return Some(name(family, part(&found, "number"), part(&found, "title")));
    }
    let found = CJK.captures(text)?;
    let word = format!("{}{}", part(&found, "worda"), part(&found, "wordb"));
    let group = matches!(word.as_str(), "阶段" | "階段" | "フェーズ" | "工程");
    let number = arabic(&format!("{}{}", part(&found, "a"), part(&found, "b")));
    Some(name(if group { Family::Group } else { Family::Unit }, &number, part(&found, "title")))
}

/// What an item's first line says: its number if it has one, its title, and what follows the title on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemName {
    pub number: Option<String>,
    pub title: String,
    pub rest: String,
    /// Its number is a word's (`Task 1`, `Step 2`) and not a bare one.
    pub worded: bool,
    pub done: bool,
}

/// The name of an item, from its first line as written and the number of its marker.
pub fn of_item(text: &str, marker: Option<&str>) -> ItemName {
    let (text, done) = without_state(text);
    let (lead, rest) = bold_lead(text).unwrap_or((text, ""));
    let (number, mut title, worded) = numbered(&plain(lead));
    let mut rest = rest.to_owned();
    if title.is_empty() && !rest.is_empty() {
        title = strip_tags(&plain(&rest)).trim_start_matches(['-', '—', '–', ' ']).to_owned();
        rest = String::new();
    }
    ItemName { number: number.or_else(|| marker.map(str::to_owned)), title, rest, worded, done }
}

fn numbered(text: &str) -> (Option<String>, String, bool) {
    if let Some(name) = worded(text) {
        return (Some(name.number), name.title, true);
    }
    if let Some(found) = NUMBER.captures(text) {
        let (number, gap, title) = (part(&found, "number"), part(&found, "gap"), part(&found, "title"));
        if number.contains('.') || !gap.trim().is_empty() {
            return (Some(number.to_owned()), strip_tags(title).to_owned(), false);
        }
    }
    (None, strip_tags(text).to_owned(), false)
}

/// `**Name** — what`, `**Name:** what`, and a line that is all bold: the name, and what follows it.
fn bold_lead(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix("**")?;
    let (lead, rest) = inner.split_once("**")?;
    let rest = rest.trim_start();
    let parted = rest.is_empty() || rest.starts_with([':', '：', '—', '–', '-', '(']) || lead.trim_end().ends_with([':', '：', '.']);
    let only_number = NUMBER_ONLY.is_in(lead.trim());
    if lead.trim().is_empty() || !(parted || only_number) || rest.starts_with('(') && !only_number {
        return None;
    }
    Some((lead.trim().trim_end_matches([':', '：']), rest.trim_start_matches([':', '：', '—', '–', '-']).trim_start()))
}

static NUMBER_ONLY: Pattern =
    Pattern::new(r"^\[?(?:[UTPM]-?\d{1,4}[a-z]?|\d{1,3}(?:\.\d+)*|(?i:task|step|unit|phase)\s+\d+(?:\.\d+)*)\]?[.:)]?$");

fn strip_tags(text: &str) -> &str {
    let end = TAGS.find(text).map_or(0, |found| found.end());
    text.get(end..).unwrap_or(text).trim()
}

/// Without the marks by which authors say that it is done.
fn without_state(text: &str) -> (&str, bool) {
    let mut rest = text.trim();
    let mut done = false;
    loop {
        let before = rest;
        for mark in [
            "✅",
            "☑️",
            "☑",
            "✔️",
            "✔",
            "✓",
            "[x]",
            "[X]",
            "(done)",
            "(DONE)",
            "(Done)",
            "(completed)",
            "(Completed)",
            "(COMPLETED)",
            "(COMPLETE)",
            "(Complete)",
            "[DONE]",
        ] {
            for cut in [rest.strip_suffix(mark), rest.strip_prefix(mark)].into_iter().flatten() {
                (rest, done) = (cut.trim().trim_end_matches(['—', '–']).trim_end(), true);
            }
        }
        for suffix in ["- DONE", "— DONE", "- COMPLETE", "— COMPLETE", "- Done", "— Done"] {
            if let Some(cut) = rest.strip_suffix(suffix) {
                (rest, done) = (cut.trim_end(), true);
            }
        }
        if rest == before {
            return (rest, done);
        }
    }
}

fn arabic(number: &str) -> String {
    const DIGITS: &str = "一二三四五六七八九";
    let value = |char: char| DIGITS.chars().position(|digit| digit == char).map(|at| at + 1);
    let chars: Vec<char> = number.chars().collect();
    match chars.as_slice() {
        ['十'] => "10".into(),
        ['十', ones] => value(*ones).map_or(number.into(), |ones| (10 + ones).to_string()),
        [one] => value(*one).map_or(number.into(), |one| one.to_string()),
        _ => number.into(),
    }
}

fn part<'a>(found: &Captures<'a>, name: &str) -> &'a str {
    found.name(name).map_or("", |part| part.as_str())
}
