//! Acceptance criteria, and what is out of scope.

use std::collections::BTreeSet;

use super::Criterion;
use super::commands::looks_like_one;
use super::document::{Document, Kind, code_spans, plain};
use super::forms::cells;
use super::pattern::Pattern;
use super::requirements;
use super::sections::{Section, lineage};
use super::vocabulary::{Topic, topic};

/// An entry of a list, with the lines that continue it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub text: String,
    /// 0-based.
    pub line: usize,
    pub raw: String,
    pub ticked: bool,
}

/// The statements under headings that promise criteria. A team's definition of done, and what is listed under "Verification", count where
/// nothing else does.
pub fn acceptance(document: &Document<'_>, sections: &[Section]) -> Vec<Criterion> {
    let mut criteria = under(document, sections, Topic::Acceptance);
    criteria.extend(inline(document, Topic::Acceptance).map(|(line, text)| criterion(plain(&text), &text, line)));
    criteria.extend(requirements::scenarios(document, sections));
    criteria.extend(requirements::of_phases(document, sections));
    for instead in [Topic::DefinitionOfDone, Topic::Verification] {
        if criteria.is_empty() {
            criteria = under(document, sections, instead);
        }
    }
    criteria.sort_by_key(|criterion| criterion.line);
    criteria.dedup_by_key(|criterion| criterion.line);
    criteria
}

/// The statements in sections of a topic.
fn under(document: &Document<'_>, sections: &[Section], wanted: Topic) -> Vec<Criterion> {
    let mut criteria: Vec<Criterion> = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for (index, section) in sections.iter().enumerate().filter(|(index, _)| holds(sections, *index, wanted)) {
        let listed = entries(document, section.at + 1, section.own_end);
        let own = section.topic == wanted && wanted != Topic::Verification;
        if own && entries(document, section.at + 1, section.end).is_empty() {
            let said = paragraphs(document, section.at + 1, section.own_end);
            criteria.extend(said.map(|entry| criterion(entry.text, &entry.raw, entry.line)));
        }
        let states = |entry: &Entry| wanted != Topic::Verification || states_something(entry);
        for entry in listed.into_iter().filter(states).filter(|entry| known.insert(entry.text.clone())).collect::<Vec<_>>() {
            let marker = document.line(entry.line).and_then(|line| line.item()?.number);
            let number = requirements::number(sections, index, &entry.text, marker);
            criteria.push(Criterion { number, ..criterion(entry.text, &entry.raw, entry.line) });
        }
    }
    criteria
}

fn holds(sections: &[Section], index: usize, wanted: Topic) -> bool {
    if sections.get(index).is_some_and(|section| requirements::is_scenario(&section.title)) {
        return false;
    }
    let topics: Vec<_> = lineage(sections, index).map(|(_, section)| section.topic).collect();
    let nearest = topics.iter().find(|topic| !matches!(topic, Topic::Other)).copied();
    // What stands in a step or a numbered group is theirs.
    let in_step = || lineage(sections, index).any(|(_, section)| section.name.is_some());
    !topics.contains(&Topic::Foreign)
        && (nearest == Some(wanted) && !(wanted == Topic::Verification && in_step())
            || wanted == Topic::Acceptance && nearest == Some(Topic::Verification) && topics.contains(&Topic::Acceptance))
}

/// Whether an entry says what must hold, and is no command or something to be run.
fn states_something(entry: &Entry) -> bool {
    static ACTS: Pattern = Pattern::new(
        r"(?i)^\W*(?:run|execute|verify|check|test|open|start|build|confirm|ensure|make sure|navigate|click|npm|cargo|运行|実行)\b",
    );
    !ACTS.is_in(&entry.text) && !looks_like_one(&entry.text) && !code_spans(&entry.raw).iter().any(|code| looks_like_one(code))
}

/// A criterion from its plain words, its Markdown and its 0-based line.
pub fn criterion(text: String, raw: &str, line: usize) -> Criterion {
    Criterion { number: String::new(), text, line: line + 1, document: String::new(), evidence: evidence(raw) }
}

/// What the author says is not to be done.
pub fn out_of_scope(document: &Document<'_>, sections: &[Section]) -> Vec<String> {
    let mut found: Vec<(usize, String)> = Vec::new();
    for (index, section) in sections.iter().enumerate() {
        let nearest = lineage(sections, index).map(|(_, section)| section.topic).find(|topic| *topic != Topic::Other);
        if nearest != Some(Topic::OutOfScope) {
            continue;
        }
        let listed = entries(document, section.at + 1, section.own_end);
        if listed.is_empty() {
            let paragraphs = document.text(section.at + 1, section.own_end);
            found.extend(
                paragraphs
                    .split("\n\n")
                    .map(|paragraph| (section.at, plain(&paragraph.replace('\n', " "))))
                    .filter(|(_, text)| is_said(text) && !text.starts_with("---")),
            );
        } else {
            found.extend(listed.into_iter().map(|entry| (entry.line, entry.text)));
        }
    }
    found.extend(inline(document, Topic::OutOfScope).map(|(line, text)| (line, plain(&text))));
    found.sort_by_key(|(line, _)| *line);
    found.into_iter().map(|(_, text)| text).collect()
}

/// The paragraphs between two lines that state something, where there is no list: people fill in a form so.
fn paragraphs(document: &Document<'_>, start: usize, end: usize) -> impl Iterator<Item = Entry> {
    static POINTS_ELSEWHERE: Pattern = Pattern::new(r"(?i)^\W*(?:see|as (?:described|listed|defined) in|refer to)\b|[:：]$");
    let mut found: Vec<Entry> = Vec::new();
    let mut open = false;
    for (line, text) in document.range(start, end) {
        let said = text.kind == Kind::Text;
        match found.last_mut().filter(|_| open && said) {
            Some(entry) => {
                entry.text.push(' ');
                entry.text.push_str(&plain(text.raw));
                entry.raw.push('\n');
                entry.raw.push_str(text.raw);
            }
            None if said => found.push(Entry { text: plain(text.raw), line, raw: text.raw.to_owned(), ticked: false }),
            None => {}
        }
        open = said;
    }
    found.into_iter().filter(|entry| is_said(&entry.text) && !POINTS_ELSEWHERE.is_in(&entry.text))
}

/// The outermost items between two lines, each with its continuation.
pub fn entries(document: &Document<'_>, start: usize, end: usize) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let (mut open, mut in_block) = (false, false);
    // An item may begin with a block.
    let begins_block = |at: usize| document.line(at + 1).is_some_and(|below| below.fence().is_some());
    for (line, text) in document.range(start, end) {
        match text.kind {
            Kind::Item(item) if item.depth == 0 && item.text.is_empty() && begins_block(line) => {
                let ticked = item.tick.is_some_and(super::document::is_ticked);
                entries.push(Entry { text: String::new(), line, raw: String::new(), ticked });
                (open, in_block) = (true, true);
            }
            Kind::Fence(_) if open && in_block => {
                let code = text.raw.trim();
                in_block = !code.starts_with("```") && !code.starts_with("~~~");
                if let Some(entry) = entries.last_mut().filter(|_| in_block && !code.is_empty()) {
                    entry.text.push_str(if entry.text.is_empty() { "" } else { " " });
                    entry.text.push_str(code);
                    entry.raw.push_str(&format!("`{code}`\n"));
                }
            }
            Kind::Item(item) if item.depth == 0 => {
                let ticked = item.tick.is_some_and(super::document::is_ticked);
                entries.push(Entry { text: plain(&unstruck(item.text)), line, raw: text.raw.to_owned(), ticked });
                open = true;
            }
            Kind::Item(_) => {
                open = false;
                if let Some(entry) = entries.last_mut() {
                    entry.raw.push('\n');
                    entry.raw.push_str(text.raw);
                }
            }
            Kind::Text if open && text.raw.starts_with([' ', '\t']) => {
                if let Some(entry) = entries.last_mut() {
                    entry.text.push(' ');
                    entry.text.push_str(&plain(text.raw));
                    entry.raw.push('\n');
                    entry.raw.push_str(text.raw);
                }
            }
            Kind::Hidden => {
                if let Some(entry) = entries.last_mut() {
                    entry.raw.push_str(text.raw);
                }
            }
            Kind::Blank | Kind::Heading { .. } | Kind::Fence(_) | Kind::Code | Kind::Quote | Kind::Table | Kind::Rule | Kind::Text => {
                open = false;
            }
        }
    }
    entries.retain(|entry| is_said(&entry.text));
    if entries.is_empty() { rows(document, start, end) } else { entries }
}

/// The rows of a table, each with the words of the column that has the most of them.
fn rows(document: &Document<'_>, start: usize, end: usize) -> Vec<Entry> {
    let lines = document.range(start, end).filter(|(_, line)| line.kind == Kind::Table);
    let rows: Vec<(usize, &str, Vec<String>)> = lines.map(|(at, line)| (at, line.raw, cells(line.raw))).collect();
    let is_rule = |cells: &[String]| cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| matches!(c, '-' | ':' | ' ')));
    let [(_, _, head), (_, _, rule), rest @ ..] = rows.as_slice() else { return Vec::new() };
    if !is_rule(rule) {
        return Vec::new();
    }
    let words =
        |column: usize| rest.iter().filter_map(|(.., cells)| cells.get(column)).map(|cell| cell.split_whitespace().count()).sum::<usize>();
    let Some(column) = (0..head.len()).rev().max_by_key(|column| words(*column)) else { return Vec::new() };
    let entry = |(line, raw, cells): &(usize, &str, Vec<String>)| {
        let text = plain(&unstruck(cells.get(column)?));
        is_said(&text).then(|| Entry { text, line: *line, raw: (*raw).to_owned(), ticked: false })
    };
    rest.iter().filter_map(entry).collect()
}

/// Without what its author struck out.
fn unstruck(text: &str) -> String {
    static STRUCK: Pattern = Pattern::new(r"~~[^~]+~~\s*");
    if text.contains("~~") { STRUCK.replace_all(text, "") } else { text.to_owned() }
}

/// Commands and tests that a criterion names.
fn evidence(raw: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for code in raw.lines().flat_map(code_spans) {
        let test = code.contains("test")
            && !code.contains(' ')
            && (code.contains('/') || code.starts_with("test_") || code.ends_with("_test") || code.contains("::"));
        if (looks_like_one(&code) || test) && !found.contains(&code) {
            found.push(code);
        }
    }
    found.retain(|command| super::commands::is_safe(command));
    found.extend(checks(raw).filter(|check| !found.contains(check)).collect::<Vec<_>>());
    found
}

/// Checks that a criterion names as its proof: code in brackets of its own, as in "people are greeted (`test`)", and code beside
/// the word, as in "the check `test` passes".
fn checks(raw: &str) -> impl Iterator<Item = String> {
    static IN_BRACKETS: Pattern = Pattern::new(r"\((?:[Cc]hecks?:?\s*)?((?:`[^`]+`(?:,\s*|\s+and\s+)?)+)\)");
    static BESIDE: Pattern = Pattern::new(r"(?i)\b(?:checks?|jobs?)\s+(`[^`]+`)|(`[^`]+`)\s+(?:check|job)\b");
    let bracketed = IN_BRACKETS.all(raw).into_iter().filter_map(|found| found.get(1));
    let beside = BESIDE.all(raw).into_iter().filter_map(|found| found.get(1).or(found.get(2)));
    bracketed.chain(beside).flat_map(|found| code_spans(found.as_str())).collect::<Vec<_>>().into_iter()
}

/// Whether an entry says anything: issue forms and templates leave "None" and "_No response_".
pub fn is_said(text: &str) -> bool {
    let bare = text.trim_matches(|char: char| !char.is_alphanumeric()).to_lowercase();
    !matches!(
        bare.as_str(),
        "" | "none" | "n/a" | "na" | "no response" | "nothing" | "tbd" | "无" | "なし" | "none identified" | "none at this time"
    )
}

/// Lines that begin with a title and say on the same line what stands below it: "Success criteria: the store opens".
fn inline<'a>(document: &'a Document<'_>, wanted: Topic) -> impl Iterator<Item = (usize, String)> + 'a {
    document.range(0, document.lines.len()).filter_map(move |(line, text)| {
        let read = matches!(text.kind, Kind::Text) || matches!(text.kind, Kind::Item(item) if item.tick.is_none() && item.number.is_none());
        let said = read.then(|| titled(text.raw, wanted)).flatten()?;
        is_said(&said).then_some((line, said))
    })
}

/// What follows a title of this topic on a line.
fn titled(line: &str, wanted: Topic) -> Option<String> {
    const MOST_WORDS: usize = 5;
    let bare = line.trim().trim_start_matches(['-', '+', ' ']).trim_start_matches("* ");
    let (head, rest) = bare.split_once([':', '：'])?;
    let head = head.trim_matches(['*', '_', ' ']);
    let rest = rest.trim_start_matches(['*', '_']).trim();
    let short = !head.is_empty() && head.split_whitespace().count() <= MOST_WORDS && head.len() <= 80;
    (short && !rest.is_empty() && topic(head) == wanted).then(|| rest.to_owned())
}
