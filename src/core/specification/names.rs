//! How steps are numbered and called, in headings and in items.

use regex::Captures;

use super::document::plain;
use super::pattern::Pattern;
use super::vocabulary::{Topic, topic};

mod number;
mod struck;
mod words;
use number::{arabic, plain_digits};
pub use struck::{Strike, strike, unstruck};
use words::worded;

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
    /// Empty where a word stands for it ("Final step").
    pub number: String,
    /// Empty where there is nothing but the number.
    pub title: String,
    /// How many there are, where the name says it: "Step 1 of 3".
    pub total: Option<usize>,
    /// Whether its own box says that it is done: "[x] Step 1".
    pub ticked: bool,
    /// A mark in the title that may say that it is done.
    pub mark: Option<String>,
}

static NUMBER: Pattern =
    Pattern::new(r"^(?P<number>\d{1,5}(?:\.\d+)+[a-z]?|\d{1,5}[a-z]?|[IVX]{1,5})(?P<gap>[.):：、]+\s*|\s+[-–—]\s+|\s+)(?P<title>\S.*)$");
static TAGS: Pattern = Pattern::new(r"^(?:\s*\[[^\]\s]{1,12}\]|\s*\((?i:priority|p\d)[^)]*\))*\s*[:：]?\s*");

/// The name of a numbered heading, from its plain words.
pub fn of_heading(title: &str) -> Option<Name> {
    let (text, ticked) = own_box(title.trim());
    let (text, mark) = without_mark(text);
    let text = plain_digits(text);
    let text = text.trim_start_matches(|char: char| !char.is_alphanumeric() && !matches!(char, '[' | '`' | '('));
    let (text, inner) = without_mark(text);
    let mark = mark.or(inner).map(str::to_owned);
    if let Some(name) = worded(text) {
        return Some(Name { ticked, mark, ..name });
    }
    let found = NUMBER.captures(text)?;
    let (number, gap, rest) = (part(&found, "number"), part(&found, "gap"), part(&found, "title"));
    let roman = number.starts_with(['I', 'V', 'X']);
    if gap.trim().is_empty() && !number.contains('.') || roman && !gap.starts_with(['.', ')']) {
        return None;
    }
    // "1. P0 — …", "2. Phase 2: …": the first number is the chapter's.
    if let Some(name) = worded(rest) {
        return Some(Name { ticked, mark, ..name });
    }
    let number = if roman { arabic(number) } else { number.to_owned() };
    Some(Name { family: Family::Number, number, title: rest.trim().to_owned(), total: None, ticked, mark })
}

/// What an item's first line says: its number if it has one, its title, and what follows the title on the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemName {
    pub number: Option<String>,
    pub title: String,
    pub rest: String,
    /// Its number is a word's (`Task 1`, `Step 2`) and not a bare one.
    pub worded: bool,
    /// A mark in the title that may say that it is done.
    pub mark: Option<String>,
}

/// The name of an item, from its first line as written and the number of its marker.
pub fn of_item(text: &str, marker: Option<&str>) -> ItemName {
    let text = unstruck(text.trim());
    let (text, mark) = without_mark(&text);
    let mark = mark.map(str::to_owned);
    // An item may be a heading: "1. ### Add the parser".
    let text = text.trim_start_matches('#').strip_prefix(' ').map_or(text, str::trim_start);
    let (lead, rest) = bold_lead(text).unwrap_or((text, ""));
    let (number, mut title, worded) = numbered(&plain_digits(&plain(lead)));
    let mut rest = rest.to_owned();
    if title.is_empty() && !rest.is_empty() {
        title = strip_tags(&plain(&rest)).trim_start_matches(['-', '—', '–', ' ']).to_owned();
        rest = String::new();
    }
    ItemName { number: number.or_else(|| marker.map(str::to_owned)), title, rest, worded, mark }
}

fn numbered(text: &str) -> (Option<String>, String, bool) {
    if let Some(name) = worded(text).filter(|name| !name.number.is_empty()) {
        return (Some(name.number), name.title, true);
    }
    if let Some(found) = NUMBER.captures(text) {
        let (number, gap, title) = (part(&found, "number"), part(&found, "gap"), part(&found, "title"));
        let digits = number.starts_with(|char: char| char.is_ascii_digit());
        if digits && (number.contains('.') || !gap.trim().is_empty()) {
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

pub(in crate::specification) fn strip_tags(text: &str) -> &str {
    let end = TAGS.find(text).map_or(0, |found| found.end());
    text.get(end..).unwrap_or(text).trim()
}

/// The box with which a heading begins, as a list's item does.
fn own_box(text: &str) -> (&str, bool) {
    let cut = ["[x] ", "[X] ", "[✓] ", "[✔] "].iter().find_map(|mark| text.strip_prefix(mark));
    cut.map_or((text.strip_prefix("[ ] ").unwrap_or(text), false), |rest| (rest.trim_start(), true))
}

/// Without a mark at its start, and with the mark at its start or end that may say that it is done. The end of a title stays: it may be
/// about the mark.
fn without_mark(text: &str) -> (&str, Option<&str>) {
    const SIGNS: [&str; 9] = ["✅", "☑️", "☑", "✔️", "✔", "✓", "[x]", ":white_check_mark:", ":heavy_check_mark:"];
    static WORDS: Pattern = Pattern::new(
        r"(?i)(?:[(\[（](?:done|completed?|finished|implemented|erledigt|fertig|terminé|hecho|concluído|fatto|gereed|gotowe|готово|виконано|tamamlandı|已完成|完了|完了済み|완료)[)\]）]|[-–—]\s*(?:DONE|COMPLETED?|Done|Completed?))$",
    );
    let text = text.trim();
    if let Some((mark, rest)) = SIGNS.iter().find_map(|mark| Some((mark, text.strip_prefix(mark)?))) {
        return (rest.trim_start_matches('\u{fe0f}').trim_start(), text.get(..mark.len()));
    }
    let bare = text.trim_end_matches('\u{fe0f}');
    let sign = SIGNS.iter().chain(["[X]"].iter()).find(|mark| bare.ends_with(**mark));
    let mark = sign.and_then(|mark| bare.get(bare.len() - mark.len()..)).or_else(|| WORDS.find(text).map(|found| found.as_str()));
    (text, mark)
}

/// Whether a heading only sums up what has a number: "Phase 1 Summary".
fn is_remark(gap: &str, title: &str) -> bool {
    gap.trim().is_empty() && topic(title) == Topic::Aside
}

fn part<'a>(found: &Captures<'a>, name: &str) -> &'a str {
    found.name(name).map_or("", |part| part.as_str())
}
