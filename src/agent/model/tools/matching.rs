//! Where a text stands in a file: as written, else with other blanks at the ends of its lines, else with another indentation.

use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Nowhere,
    /// The bytes to be replaced, with what, and how they were found.
    Once {
        range: Range<usize>,
        with: String,
        how: &'static str,
    },
    /// The first lines at which it begins, 1-based.
    Often(Vec<usize>),
}

/// The bytes of the one place where `search` stands, with `replace` as it has to be written there.
pub fn find(text: &str, search: &str, replace: &str) -> Place {
    let exact: Vec<usize> = occurrences(text, search).take(4).collect();
    match exact.as_slice() {
        [at] => return Place::Once { range: *at..at + search.len(), with: replace.to_owned(), how: "found exactly as written" },
        [] => {}
        several => return Place::Often(several.iter().map(|at| line_of(text, *at)).collect()),
    }
    let lines = lines(text);
    let wanted: Vec<&str> = search.strip_suffix('\n').unwrap_or(search).split('\n').collect();
    let ends = |line: &str, want: &str| line.trim_end() == want.trim_end();
    let found = windows(&lines, &wanted, text, ends);
    if !found.is_empty() {
        return one_of(&found, text, |_| Some(replace.to_owned()), "found with other blanks at the ends of lines", search);
    }
    let blanks = |line: &str, want: &str| line.trim() == want.trim();
    let found = windows(&lines, &wanted, text, blanks);
    let indented = |range: &Range<usize>| reindented(text.get(range.clone())?, &wanted, replace);
    one_of(&found, text, indented, "found with another indentation, which the replacement was given too", search)
}

/// Whether an edit was made before: its text is gone or stands inside its replacement, and the replacement is there.
pub fn already(text: &str, search: &str, replace: &str) -> bool {
    if replace.is_empty() {
        return !text.contains(search);
    }
    let Some(at) = text.find(replace) else { return false };
    match replace.find(search) {
        None => !text.contains(search),
        Some(inner) => occurrences(text, search).all(|found| found >= at + inner && found < at + replace.len()),
    }
}

/// The line of the file that resembles the text's first telling line most, with its number.
pub fn nearest(text: &str, search: &str) -> Option<(usize, String)> {
    let want = search.lines().map(str::trim).max_by_key(|line| line.len()).filter(|line| line.len() > 3)?;
    let words: Vec<&str> = want.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| word.len() > 2).collect();
    let score = |line: &str| words.iter().filter(|word| line.contains(**word)).count();
    let (at, line) = text.lines().enumerate().max_by_key(|(at, line)| (score(line), usize::MAX - at))?;
    (score(line) > 0 && score(line) * 2 >= words.len()).then(|| (at + 1, line.chars().take(300).collect()))
}

fn occurrences<'a>(text: &'a str, search: &'a str) -> impl Iterator<Item = usize> + 'a {
    let step = search.chars().next().map_or(1, char::len_utf8);
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = text.get(from..)?.find(search)? + from;
        from = at + step;
        Some(at)
    })
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1
}

/// The bytes of each line, its line end left out.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let one = |line: &str| {
        let range = start..start + line.strip_suffix('\n').unwrap_or(line).len();
        start += line.len();
        range
    };
    text.split_inclusive('\n').map(one).collect()
}

fn windows(lines: &[Range<usize>], wanted: &[&str], text: &str, same: impl Fn(&str, &str) -> bool) -> Vec<Range<usize>> {
    if wanted.iter().all(|want| want.trim().is_empty()) {
        return Vec::new();
    }
    let line = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let fits = |window: &&[Range<usize>]| window.iter().zip(wanted).all(|(range, want)| same(line(range), want));
    let bytes = |window: &[Range<usize>]| Some(window.first()?.start..window.last()?.end);
    lines.windows(wanted.len()).filter(fits).filter_map(bytes).collect()
}

fn one_of(found: &[Range<usize>], text: &str, with: impl Fn(&Range<usize>) -> Option<String>, how: &'static str, search: &str) -> Place {
    match found {
        [] => Place::Nowhere,
        [range] => match with(range) {
            Some(with) => {
                let range = whole_lines(range, text, search, &with);
                Place::Once { with: as_in_file(&with, text, range.end), range, how }
            }
            None => Place::Nowhere,
        },
        several => Place::Often(several.iter().take(4).map(|range| line_of(text, range.start)).collect()),
    }
}

/// A text that ends in a newline takes its last line's end with it.
fn whole_lines(range: &Range<usize>, text: &str, search: &str, with: &str) -> Range<usize> {
    let takes = search.ends_with('\n') || with.is_empty();
    let end = if takes && text.get(range.end..).is_some_and(|rest| rest.starts_with('\n')) { range.end + 1 } else { range.end };
    range.start..end
}

/// Line ends as the file has them.
fn as_in_file(with: &str, text: &str, end: usize) -> String {
    if !text.contains("\r\n") || with.contains("\r\n") {
        return with.to_owned();
    }
    let with = with.replace('\n', "\r\n");
    // The carriage return of the last line went with the line when its newline stays.
    if with.ends_with('\n') || text.get(end..).is_none_or(|rest| !rest.starts_with('\n')) { with } else { format!("{with}\r") }
}

/// The replacement, moved by as much as the file's lines are moved against the text's; `None` when they are not moved alike.
fn reindented(found: &str, wanted: &[&str], replace: &str) -> Option<String> {
    let indent = |line: &str| line.get(..line.len() - line.trim_start().len()).unwrap_or_default().to_owned();
    let mut moves =
        found.split('\n').zip(wanted).filter(|(line, _)| !line.trim().is_empty()).map(|(line, want)| (indent(line), indent(want)));
    let (there, here) = moves.next()?;
    let moved = |line: &str| -> Option<String> {
        if line.trim().is_empty() {
            return Some(line.to_owned());
        }
        if let Some(more) = there.strip_suffix(here.as_str()) {
            return Some(format!("{more}{line}"));
        }
        if let Some(less) = here.strip_suffix(there.as_str()) {
            return Some(line.strip_prefix(less).unwrap_or(line.trim_start()).to_owned());
        }
        // Tabs here and blanks there: what follows the common part is kept.
        line.strip_prefix(here.as_str()).map(|rest| format!("{there}{rest}"))
    };
    let alike = moves.all(|(line, want)| moved(&format!("{want}x")).is_some_and(|moved| moved == format!("{line}x")));
    if !alike {
        return None;
    }
    let lines: Option<Vec<String>> = replace.split('\n').map(moved).collect();
    lines.map(|lines| lines.join("\n"))
}
