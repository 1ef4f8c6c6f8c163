//! The numbers of the steps: as written, made where there are none, used twice, and missing.

use std::collections::{BTreeMap, BTreeSet};

use super::forms::Draft;
use super::{Gap, Step, gaps};

/// Each step's number as written; its ordinal where it has none. Numbers that start again in each group carry the group's.
pub fn numbers(drafts: &[Draft]) -> Vec<String> {
    let mut uses: BTreeMap<&str, BTreeSet<Option<usize>>> = BTreeMap::new();
    for draft in drafts {
        if let Some(number) = &draft.number {
            uses.entry(number).or_default().insert(draft.group);
        }
    }
    let mut ordinals: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    let mut numbers = Vec::new();
    for (at, draft) in drafts.iter().enumerate() {
        let ordinal = ordinals.entry(draft.group).or_default();
        *ordinal += 1;
        numbers.push(match (&draft.number, &draft.group_number) {
            (Some(number), Some(group)) if uses.get(number.as_str()).is_some_and(|groups| groups.len() > 1) => format!("{group}.{number}"),
            (Some(number), _) => number.clone(),
            (None, Some(group)) => format!("{group}.{ordinal}"),
            (None, None) => (at + 1).to_string(),
        });
    }
    numbers
}

pub fn duplicates(steps: &[(Draft, Step)]) -> Vec<Gap> {
    let mut seen: BTreeMap<&str, (&Draft, &Step)> = BTreeMap::new();
    let mut found = Vec::new();
    for (draft, step) in steps {
        match seen.get(step.number.as_str()) {
            Some((first, other)) => {
                let blocking = first.group == draft.group && draft.number.is_some() && !draft.done;
                found.push(gaps::duplicate_number(&step.number, other.line, step.line, blocking));
            }
            None => {
                seen.insert(&step.number, (draft, step));
            }
        }
    }
    found.truncate(50);
    found
}

/// More holes than these are one question.
const MOST_HOLES: usize = 10;

/// A number in a row: what stands before its last part, and that part.
fn in_row(number: &str) -> Option<(String, usize, usize)> {
    let (prefix, last) = match number.rfind(|c: char| !c.is_ascii_digit()) {
        Some(at) => number.split_at(at + number.get(at..)?.chars().next()?.len_utf8()),
        None => ("", number),
    };
    // "2-3" stands for both.
    if let Some((from, to)) = number.split_once('-').and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?))) {
        return Some((String::new(), from, to));
    }
    let value = last.parse().ok()?;
    Some((prefix.to_owned(), value, value))
}

/// The holes in the rows of the numbers; those of struck steps count as there. 1-based line of the step after each hole.
pub fn holes(steps: &[(Draft, Step)], struck: &[Draft]) -> Vec<Gap> {
    let mut rows: BTreeMap<String, BTreeMap<usize, usize>> = BTreeMap::new();
    let written = steps.iter().filter(|(draft, _)| draft.number.is_some()).map(|(draft, step)| (step.number.as_str(), draft.at + 1));
    let struck = struck.iter().filter_map(|draft| Some((draft.number.as_deref()?, draft.at + 1)));
    for (number, line) in written.chain(struck) {
        if let Some((prefix, from, to)) = in_row(number).filter(|(_, from, to)| to - from.min(to) < 1000) {
            let row = rows.entry(prefix).or_default();
            (from..=to).for_each(|number| _ = row.entry(number).or_insert(line));
        }
    }
    // What only holds others is there.
    let outer: Vec<(usize, usize)> =
        steps.iter().filter_map(|(draft, step)| Some((step.number.split_once('.')?.0.parse().ok()?, draft.at + 1))).collect();
    if let Some(row) = rows.get_mut("") {
        outer.into_iter().for_each(|(number, line)| _ = row.entry(number).or_insert(line));
    }
    let total = steps.iter().filter_map(|(draft, step)| Some((draft.total?, step.line))).max();
    let mut found = Vec::new();
    for (prefix, row) in &rows {
        let Some(first) = row.keys().next().copied() else { continue };
        // A row that begins with 2 lacks its beginning; one that begins with 7 may go on from elsewhere.
        let start = if prefix.is_empty() && matches!(first, 2 | 3) && row.len() > 1 { 1 } else { first };
        let width = width(prefix, steps);
        let last = row.keys().next_back().copied().unwrap_or(first);
        let end = total.filter(|_| prefix.is_empty()).map_or(last, |(total, _)| total.max(last));
        let missing: Vec<usize> = (start..=end).filter(|number| !row.contains_key(number)).take(MOST_HOLES).collect();
        if let Some(hole) = missing.first().filter(|_| row.len() > 1 || end > last) {
            let line = row.range(hole..).next().or_else(|| row.iter().next_back()).map_or(1, |(_, line)| *line);
            let names: Vec<String> = missing.iter().map(|number| format!("{prefix}{number:0width$}")).collect();
            found.push(gaps::missing_number(&names, line));
        }
    }
    found
}

/// Steps of one group whose numbers go backwards: which order is meant, only a person knows.
pub fn order(steps: &[(Draft, Step)]) -> Option<Gap> {
    let number = |step: &(Draft, Step)| step.0.number.as_ref().and_then(|_| step.1.number.parse::<usize>().ok());
    steps.windows(2).find_map(|pair| {
        let [before, after] = pair else { return None };
        let same = before.0.group == after.0.group && before.0.group_number == after.0.group_number && before.0.from == after.0.from;
        let (one, other) = (number(before)?, number(after)?);
        // Numbers that begin again are another group's.
        let again = steps.iter().filter(|step| step.0.group == after.0.group).filter(|step| number(step) == Some(other)).count() > 1;
        (same && other < one && !again).then(|| gaps::out_of_order(&before.1.number, &after.1.number, after.1.line))
    })
}

/// How many digits the numbers after a prefix have: `T004`.
fn width(prefix: &str, steps: &[(Draft, Step)]) -> usize {
    let digits = steps.iter().filter_map(|(_, step)| step.number.strip_prefix(prefix)).filter(|rest| rest.starts_with('0'));
    digits.map(str::len).max().unwrap_or(1)
}
