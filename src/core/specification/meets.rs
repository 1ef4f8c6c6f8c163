//! Which acceptance criteria a step says it meets.

use std::collections::BTreeSet;

use super::document::Document;
use super::pattern::Pattern;
use super::requirements::phase;
use super::sections::Section;
use super::{Criterion, Step};

/// Adds to each step the numbers of the criteria that it names: `_Requirements: 1.2, 2.1_`, `[US1]`, `(AC: 1, 3)`, and those of its phase.
pub fn tie<'a>(document: &Document<'_>, sections: &[Section], steps: impl Iterator<Item = &'a mut Step>, criteria: &[Criterion]) {
    static STORY: Pattern = Pattern::new(r"\[(US-?\d{1,3})\]");
    static CRITERIA: Pattern =
        Pattern::new(r"(?i)[(\[（→]\s*(?:AC|acceptance criteri(?:a|on))s?\s*[:：#-]?\s*((?:\W{0,5}(?:AC-?)?#?\d{1,3}(?:\.\d+)*)+)");
    let known: BTreeSet<&str> = criteria.iter().map(|criterion| criterion.number.as_str()).filter(|number| !number.is_empty()).collect();
    if known.is_empty() {
        return;
    }
    for step in steps {
        let at = step.line.saturating_sub(1);
        let first = document.line(at).map_or("", |line| line.raw);
        let mut named: Vec<String> =
            STORY.all(first).iter().filter_map(|found| found.get(1)).map(|story| story.as_str().replace('-', "")).collect();
        named.extend(CRITERIA.all(first).iter().filter_map(|found| found.get(1)).flat_map(|list| numbers(list.as_str())));
        named.extend(step.instructions.lines().filter_map(requirements).flat_map(numbers));
        let section = sections.partition_point(|section| section.at <= at).checked_sub(1);
        named.extend(section.and_then(|section| phase(sections, section)));
        for number in named.iter().flat_map(|number| expanded(number, &known)) {
            if step.meets.len() < MOST && !step.meets.contains(&number) {
                step.meets.push(number);
            }
        }
    }
}

/// More than these nobody looks at one by one.
const MOST: usize = 100;

/// The list of a line such as `- _Requirements: 1.2, 2.1_`.
fn requirements(line: &str) -> Option<&str> {
    static LINE: Pattern = Pattern::new(r"(?i)^[\s*_-]*(?:requirements?|要件|需求|acceptance criteria)[*_]*\s*[:：]\s*(.*)$");
    LINE.captures(line)?.get(1).map(|list| list.as_str())
}

fn numbers(list: &str) -> Vec<String> {
    static NUMBER: Pattern = Pattern::new(r"(?:[A-Z]{1,3}-?)?\d{1,4}(?:\.\d{1,4})*(?:\s*[-–]\s*\d{1,4}(?:\.\d{1,4})+)?");
    NUMBER.all(list).iter().take(MOST).filter_map(|found| found.get(0)).map(|number| number.as_str().to_owned()).collect()
}

/// The known numbers that one stands for: itself, all below it (`2` for `2.1` and `2.2`), or a range (`2.1-2.6`).
fn expanded(number: &str, known: &BTreeSet<&str>) -> Vec<String> {
    let bare = number.strip_prefix("AC").map(|rest| rest.trim_start_matches('-'));
    if let Some((from, to)) = number.split_once(['-', '–']).filter(|(from, to)| from.contains('.') && to.contains('.')) {
        let split =
            |text: &str| text.trim().rsplit_once('.').and_then(|(owner, last)| Some((owner.to_owned(), last.parse::<usize>().ok()?)));
        if let (Some((owner, first)), Some((other, last))) = (split(from), split(to))
            && owner == other
        {
            let range = (first..=last.min(first + MOST)).map(|last| format!("{owner}.{last}"));
            return range.filter(|number| known.contains(number.as_str())).collect();
        }
    }
    for number in [Some(number), bare].into_iter().flatten() {
        if known.contains(number) {
            return vec![number.to_owned()];
        }
        let below = format!("{number}.");
        let within: Vec<String> = known
            .range(below.as_str()..)
            .take_while(|known| known.starts_with(&below))
            .take(MOST)
            .map(|known| (*known).to_owned())
            .collect();
        if !within.is_empty() {
            return within;
        }
    }
    Vec::new()
}
