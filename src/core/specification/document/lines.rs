//! A text as lines: only `\n` ends one, as in git. A byte order mark and a web form's carriage returns are taken off here.

use super::fence::Mark;

/// The lines of a text, each without its ending.
pub struct Source<'a> {
    pub lines: Vec<&'a str>,
    /// Whether the last line ends in `\n`.
    pub ends_in_newline: bool,
}

impl<'a> Source<'a> {
    pub fn of(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let ends_in_newline = text.ends_with('\n');
        let body = text.strip_suffix('\n').unwrap_or(text);
        let mut lines: Vec<&str> = if text.is_empty() { Vec::new() } else { body.split('\n').collect() };
        let last = lines.len().saturating_sub(usize::from(!ends_in_newline));
        if is_from_form(lines.get(..last).unwrap_or_default()) {
            for line in lines.iter_mut().take(last) {
                *line = line.strip_suffix('\r').unwrap_or(line);
            }
        }
        Self { lines, ends_in_newline }
    }

    /// How many lines at the start are front matter (`---` to `---`), its fences included.
    pub fn front_matter(&self) -> usize {
        let blank = self.lines.iter().take_while(|line| line.trim().is_empty()).count();
        if self.lines.get(blank).map(|line| line.trim_end()) != Some("---") {
            return 0;
        }
        let end = self.lines.iter().skip(blank + 1).position(|line| matches!(line.trim_end(), "---" | "..."));
        let inner = |end: usize| self.lines.iter().skip(blank + 1).take(end);
        let is_mapping = |end: usize| inner(end).any(|line| line.contains(':')) && inner(end).all(|line| is_yaml(line));
        end.filter(|end| is_mapping(*end)).map_or(0, |end| blank + end + 2)
    }
}

/// Whether a line may be one of a mapping: `key: value`, an entry, something indented, a remark. A page's own text is not.
fn is_yaml(line: &str) -> bool {
    let text = line.trim_end();
    let key = || {
        let key = text.split_once(':').map(|(key, rest)| (key, rest.is_empty() || rest.starts_with(' ')));
        key.is_some_and(|(key, parted)| {
            parted && !key.is_empty() && key.len() <= 60 && !key.starts_with(['*', '#', '>', '`']) && !key.contains("**")
        })
    };
    let remark = text.starts_with('#') && !text.starts_with("##");
    text.is_empty()
        || text.starts_with([' ', '\t'])
        || text.starts_with("- ")
        || text == "-"
        || remark
        || key()
        || matches!(text, "]" | "}" | ")")
}

/// Whether the lines end in CRLF, but for a few that a tool has added: then the text came through a web form, and the CRs are not its
/// author's. What stands in fences may be meant to have another ending than the text, so the lines outside decide.
fn is_from_form(lines: &[&str]) -> bool {
    let (mut with, mut without) = (0, 0);
    let mut fence: Option<Mark<'_>> = None;
    for line in lines {
        let mark = Mark::of(line);
        let closes = fence.is_some_and(|open| mark.is_some_and(|mark| mark.closes(&open)));
        match fence {
            Some(_) if !closes => continue,
            Some(_) => fence = None,
            None => fence = mark,
        }
        if line.ends_with('\r') {
            with += 1;
        } else if !line.is_empty() || fence.is_none() {
            without += 1;
        }
    }
    with > 0 && (without == 0 || without * 4 <= with)
}

/// Where each line of a text begins; a text without any has one line.
pub fn starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// The columns of white space at the start (a tab goes to the next multiple of four) and the bytes that make them up.
pub fn indent(line: &str) -> (usize, usize) {
    let mut columns = 0;
    for (bytes, char) in line.char_indices() {
        match char {
            ' ' => columns += 1,
            '\t' => columns += 4 - columns % 4,
            _ => return (columns, bytes),
        }
    }
    (columns, line.len())
}

/// The line without up to `columns` of leading white space.
pub fn dedent(line: &str, columns: usize) -> &str {
    let mut seen = 0;
    for (bytes, char) in line.char_indices() {
        let width = match char {
            ' ' => 1,
            '\t' => 4 - seen % 4,
            _ => 0,
        };
        if width == 0 || seen + width > columns {
            return line.get(bytes..).unwrap_or_default();
        }
        seen += width;
    }
    ""
}
