//! Other people's words inside our Markdown: on one line, quiet, and unable to leave the place where they are put.

use crate::domain::is_invisible;

/// At most so many characters of somebody else's line.
const LONGEST: usize = 200;

/// At most so many characters of a list or table, well below the 65,536 that GitHub takes for a comment or a body.
const LONGEST_LIST: usize = 40_000;

/// Text on one line without anything invisible, cut to `most` characters. Not Markdown: for titles and the terminal.
pub fn plain(text: &str, most: usize) -> String {
    let seen: String = text.chars().filter(|c| c.is_whitespace() || !(c.is_control() || is_invisible(*c))).collect();
    let shown = seen.split_whitespace().collect::<Vec<_>>().join(" ");
    if shown.chars().count() <= most {
        return shown;
    }
    let cut: String = shown.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// Text on one line of Markdown, cut to 200 characters. Code spans stay; HTML, images and boxes are shown as they were
/// written; a name that GitHub would act on (`@somebody`, `#12`) is shown as code, so that nobody is called and nothing closed.
pub fn inline(text: &str) -> String {
    inline_to(text, LONGEST)
}

/// The same, cut to `most` characters.
pub fn inline_to(text: &str, most: usize) -> String {
    let line = plain(text, most);
    let mut out = String::with_capacity(line.len());
    let mut rest = line.as_str();
    while let Some(start) = rest.find('`') {
        append(&mut out, &quiet(&rest[..start]));
        let ticks = rest[start..].bytes().take_while(|b| *b == b'`').count();
        let after = &rest[start + ticks..];
        match closing(after, ticks) {
            Some(end) => {
                append(&mut out, &code_to(after[..end].trim(), most));
                rest = &after[end + ticks..];
            }
            None => {
                out.push_str(&"'".repeat(ticks));
                rest = after;
            }
        }
    }
    append(&mut out, &quiet(rest));
    without_block_start(out)
}

/// Two code spans side by side stay two: their backticks would be read as one run.
fn append(out: &mut String, more: &str) {
    if out.ends_with('`') && more.starts_with('`') {
        out.push(' ');
    }
    out.push_str(more);
}

/// Sentences that may be longer than somebody's title: each counts by itself.
pub fn paragraph(text: &str) -> String {
    plain(text, 2000).split_inclusive(". ").map(|sentence| inline(sentence.trim_end())).collect::<Vec<_>>().join(" ")
}

/// Somebody's words as a quotation of at most so many characters, line by line.
pub fn quoted(text: &str, most: usize) -> String {
    let (mut out, mut left) = (Vec::new(), most);
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if left == 0 {
            out.push("> …".to_owned());
            break;
        }
        let shown = plain(line, left.min(LONGEST));
        left = left.saturating_sub(shown.chars().count());
        out.push(format!("> {}", inline(&shown)));
    }
    out.join("\n")
}

/// Where a run of exactly so many backticks begins.
fn closing(text: &str, ticks: usize) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let length = text[start..].bytes().take_while(|b| *b == b'`').count();
        if length == ticks {
            return Some(start);
        }
        at = start + length;
    }
    None
}

/// Words outside of code spans.
fn quiet(text: &str) -> String {
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

fn word(word: &str) -> String {
    let core = word.trim_matches(|c: char| c.is_ascii_punctuation() && !"@#/_-".contains(c));
    if core.is_empty() || !is_acted_on(word) {
        return escaped(word);
    }
    match word.split_once(core) {
        Some((before, after)) => format!("{}{}{}", escaped(before), code(core), escaped(after)),
        None => escaped(word),
    }
}

/// Whether GitHub would notify, link or close something: a mention, an issue's number or address, a commit. Marks of emphasis
/// between its letters are not seen on the page, and do not keep them apart here.
fn is_acted_on(word: &str) -> bool {
    let bare: String = word.chars().filter(|c| !"*_~\\".contains(*c)).collect();
    [word, bare.as_str()].into_iter().any(|word| refers(&word.to_ascii_lowercase()))
}

fn refers(word: &str) -> bool {
    let chars: Vec<char> = word.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or(' ');
    let begins = |i: usize| i == 0 || !at(i - 1).is_alphanumeric();
    let named = |i: usize| match at(i) {
        '@' => begins(i) && at(i + 1).is_alphanumeric(),
        '#' => at(i + 1).is_ascii_digit(),
        'g' => begins(i) && at(i + 1) == 'h' && at(i + 2) == '-' && at(i + 3).is_ascii_digit(),
        _ => false,
    };
    let addresses = ["/issues/", "/pull/", "/discussions/", "/commit/"];
    (0..chars.len()).any(named)
        || addresses.iter().any(|part| word.contains(part))
        || word.split(|c: char| !c.is_ascii_alphanumeric()).any(is_commit)
}

/// The beginning of a commit's name, or all of it. Words of letters alone are words.
fn is_commit(word: &str) -> bool {
    (7..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit()) && word.bytes().any(|b| b.is_ascii_digit())
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('&', "&amp;").replace('<', "&lt;").replace('[', "\\[")
}

/// A line that begins like a heading, a list, a quotation or a box is none.
fn without_block_start(line: String) -> String {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = line.split_at(digits);
    let mark = after.strip_prefix(['.', ')']);
    if digits > 0 && mark.is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')) {
        return format!("{number}\\{after}");
    }
    let starts = ["#", ">", "- ", "+ ", "* ", "===", "~~~"];
    let lone = matches!(line.as_str(), "-" | "+" | "*");
    let rule = ['-', '*', '_'].iter().any(|mark| line.starts_with(*mark) && line.chars().all(|c| c == *mark || c == ' '));
    if lone || rule || starts.iter().any(|start| line.starts_with(start)) { format!("\\{line}") } else { line }
}

/// Text as a code span, whatever backticks it holds.
pub fn code(text: &str) -> String {
    code_to(text, LONGEST)
}

fn code_to(text: &str, most: usize) -> String {
    let clean = plain(text, most).replace("<!--", "<! --");
    if clean.is_empty() {
        return "(nothing)".to_owned();
    }
    let longest = clean.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if clean.starts_with('`') || clean.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{clean}{pad}{fence}")
}

/// Finished Markdown as one cell of a table.
pub fn cell(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut backslashes = 0;
    for c in markdown.chars() {
        if c == '|' && backslashes % 2 == 0 {
            out.push('\\');
        }
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        out.push(c);
    }
    out
}

/// Several names: `a`, `b` and 3 more.
pub fn list(names: &[String], most: usize) -> String {
    listed(names, most, code)
}

/// The same with another dress for each name.
pub fn listed(names: &[String], most: usize, dress: impl Fn(&str) -> String) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|n| dress(n)).collect();
    let more = names.len().saturating_sub(most);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// Lines up to what GitHub takes; `rest` says how many are left out.
pub fn lines(lines: impl IntoIterator<Item = String>, rest: impl Fn(usize) -> String) -> String {
    let (mut out, mut left_out) = (String::new(), 0);
    for line in lines {
        if left_out > 0 || out.len() + line.len() > LONGEST_LIST {
            left_out += 1;
        } else {
            out.push_str(&line);
        }
    }
    if left_out > 0 {
        out.push_str(&rest(left_out));
    }
    out
}

/// `1 step`, `2 steps`.
pub fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// `was` for one, `were` for several.
pub fn was(names: &[String]) -> &'static str {
    if names.len() == 1 { "was" } else { "were" }
}
