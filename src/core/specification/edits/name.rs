//! Which file a block names, by its info string or by the line before it.
//!
//! Strict where a mistake would write a file that nobody asked for: a list item, a heading, a route, a command or a plain word
//! before a block names nothing. Lenient before a search/replace block, which is an edit in any case. `script`: the block begins with
//! `#!`, so that a plain word may be its name.

use super::file_names::{has_ending, is_known, is_known_ending};
use crate::specification::pattern::Pattern;

/// A file as a block names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// With slashes between folders, and without the lines that were named with it.
    pub path: String,
    /// The lines of the file that are named with it: `:2-4`, `#L3`, `(lines 3-5)`.
    pub lines: Option<String>,
}

/// The lines of a file that may stand after its name.
const LINES: &str = r"(?i)(?::L?\d+(?::\d+)?(?:\s?[-–—]\s?L?\d+(?::\d+)?)?|#L\d+(?:C\d+)?(?:-L?\d+(?:C\d+)?)?|,?\s*[(\[]?\b(?:lines?|zeilen?|lignes?|l[ií]neas?|righ[ea]|linhas?|regels?)\s*\d+(?:\s*(?:[-–—]|to|bis|and|,)\s*\d+)?[)\]]?|\s+[(\[]L?\d+\s*[-–—]\s*L?\d+[)\]])$";

impl Name {
    fn of(written: &str) -> Self {
        let (path, lines) = without_lines(written);
        Self { path: path.replace('\\', "/"), lines: lines.map(str::to_owned) }
    }

    /// Why the name is not that of a file of the repository, whatever is done with it.
    pub fn fault(&self) -> Option<String> {
        static PLACEHOLDER: Pattern = Pattern::new(r"<[^<>]+>|(?:^|/)(?:\.{3}|…)(?:/|$)");
        let path = &self.path;
        if let Some(found) = PLACEHOLDER.find(path) {
            return Some(format!("`{}` in the file's name is a placeholder: it does not say which file is meant", found.as_str()));
        }
        if let Some(why) = no_name(path) {
            return Some(why);
        }
        let home =
            path.starts_with("~/") || path.starts_with("$HOME/") || path.starts_with("${HOME}/") || path.starts_with("%USERPROFILE%");
        home.then(|| format!("`{path}` is in somebody's home folder: the name must be a path in the repository"))
    }

    /// Why the block is not the whole text of the file.
    pub fn is_of_a_part(&self) -> Option<String> {
        let lines = self.lines.as_ref()?;
        Some(format!(
            "`{lines}` names lines of `{}`, so that the block is a part of that file and not the whole file; \
             a search/replace block or a diff says what becomes of these lines",
            self.path
        ))
    }
}

/// Why a text is not the name of a file: it has more behind the name, or is to be filled in. What a file may hardly be called is asked
/// about as well.
fn no_name(path: &str) -> Option<String> {
    static MORE: Pattern = Pattern::new(r"\.\w{1,8}(?:\s+\S.*|[@#:]+\w+|\s*\[[^\]]*\]|~|\.)$");
    static FILLED: Pattern =
        Pattern::new(r"\$\{\w|\$[A-Z_]{2,}|(?:^|[^{])\{[A-Za-z _-]+\}(?:[^}]|$)|%[A-Z]+%|(?i:yyyy-mm-dd)|YOUR_|&lt;|…");
    static SIGNS: Pattern = Pattern::new(r#"[*?|<>:"]"#);
    if let Some(found) = FILLED.find(path) {
        return Some(format!("`{}` in the file's name is a placeholder: it does not say which file is meant", found.as_str()));
    }
    if let Some(found) = SIGNS.find(path) {
        return Some(format!("`{path}` has a `{}`, which not every system allows in a file's name: which file is meant", found.as_str()));
    }
    let more = MORE.find(path)?;
    Some(format!("`{path}` goes on behind the name of a file (`{}`): which file is meant", more.as_str()))
}

/// A name without the lines at its end, and these lines.
fn without_lines(written: &str) -> (&str, Option<&str>) {
    static AFTER: Pattern = Pattern::new(LINES);
    let found = AFTER.find(written).filter(|found| {
        let name = written.get(..found.start()).unwrap_or_default();
        name.contains(['/', '\\'])
            || is_known(name)
            || name.rsplit_once('.').is_some_and(|(_, ending)| ending.starts_with(|c: char| c.is_alphabetic()))
    });
    let Some(found) = found else { return (written, None) };
    let marks = |c: char| c.is_whitespace() || matches!(c, ',' | '(' | ')' | '[' | ']');
    (written.get(..found.start()).unwrap_or(written), Some(found.as_str().trim_matches(marks)))
}

/// `title="path"`, also as `file=` and `filename=`.
pub fn of_attribute(info: &str, script: bool) -> Option<Name> {
    ["title", "filename", "file"].iter().find_map(|key| {
        let (_, after) = info.match_indices(key).map(|(at, _)| info.split_at(at)).find(|(before, after)| {
            let begins = before.chars().next_back().is_none_or(|c| c.is_whitespace() || c == '{' || c == ',');
            begins && after.strip_prefix(key).is_some_and(|rest| rest.starts_with('='))
        })?;
        let value = after.split_once('=')?.1;
        let path = match value.chars().next()? {
            quote @ ('"' | '\'') => value.get(1..)?.split_once(quote)?.0,
            _ => value.split([' ', '\t', '}', ',']).next()?,
        };
        let name = Name::of(path);
        let lines = name.lines.clone().or_else(|| lines_of(info));
        (is_file(&name.path) || (script && is_word(path))).then_some(Name { lines, ..name })
    })
}

/// `lines=2-4`, `startLine=2`, `{2-4}` stays a mark of what is shown.
fn lines_of(info: &str) -> Option<String> {
    static LINES: Pattern = Pattern::new(r#"(?i)\b(?:lines?|start_?line|range)\s*=\s*["'{]?(\d+(?:\s*-\s*\d+)?)"#);
    LINES.captures(info)?.get(1).map(|lines| lines.as_str().to_owned())
}

/// `rust src/a.rs`, `rust:src/a.rs`, `src/a.rs`, each perhaps with lines of it; `3:5:src/a.rs`, which are lines 3 to 5.
pub fn of_words(language: &str, rest: &str, script: bool) -> Option<Name> {
    static CITED: Pattern = Pattern::new(r"^(?:[a-z]+:)?(?P<lines>(?:startLine|\d+):(?:endLine|\d+)|\d+):(?P<path>.*[./].*)$");
    if !rest.is_empty() {
        let name = Name::of(rest);
        let path = name.path.as_str();
        let option = path.contains(['=', '{', '}']);
        let spaced = path.contains(char::is_whitespace);
        let file = !option
            && if spaced {
                path.contains('/') && has_ending(path) && !is_command(path)
            } else {
                is_file(path) || (script && is_word(path))
            };
        return file.then_some(name);
    }
    if let Some(cited) = CITED.captures(language) {
        let name = Name::of(cited.name("path").map_or("", |path| path.as_str()));
        let lines = cited.name("lines").map(|lines| lines.as_str().to_owned());
        return is_file(&name.path).then_some(Name { lines, ..name });
    }
    let name = match language.split_once(':') {
        Some((word, path)) if !word.contains(['/', '.', '\\']) => Name::of(path),
        _ => Name::of(language),
    };
    let alone = language.ends_with(name.path.as_str()) && name.path.len() == language.len()
        || name.lines.is_some() && language.starts_with(&name.path);
    let file = if alone { name.path.contains('/') && has_ending(&name.path) } else { is_file(&name.path) && !name.path.starts_with("//") };
    file.then_some(name)
}

/// The line is a path in backticks or in bold and nothing else, but for a colon.
pub fn of_line(line: &str, script: bool) -> Option<Name> {
    let line = line.trim();
    let (line, outside) = without_lines(line.strip_suffix(':').unwrap_or(line).trim_end());
    let name = Name::of(emphasised(line)?);
    let name = Name { lines: name.lines.or(outside.map(str::to_owned)), ..name };
    let path = name.path.as_str();
    let route = path.starts_with('/') && !has_ending(path);
    let file = path.contains('/') || is_known(path) || is_known_ending(path) || (script && is_word(path));
    let odd = path.contains(": ") || path.contains("://") || path.ends_with(['(', ')', ';', '{', '}', ',']) || is_command(path);
    (file && !route && !odd).then_some(name)
}

/// The file that a line before a search/replace block means: the line itself, or the one path in backticks within it.
pub fn loosely(line: &str) -> Option<Name> {
    if let Some(path) = emphasised(line) {
        return Some(Name::of(path));
    }
    let line = line.trim();
    let word = line.strip_suffix(':');
    if word.is_some_and(|word| !is_file(word)) && !line.contains('`') {
        return None;
    }
    let line = word.unwrap_or(line);
    if line.is_empty() || line.starts_with("```") || line.starts_with("~~~") {
        return None;
    }
    let mut spans: Vec<&str> = line.split('`').skip(1).step_by(2).filter(|span| is_file(span) && !is_command(span)).collect();
    spans.dedup();
    match spans.as_slice() {
        [one] => Some(Name::of(one)),
        [] if !line.contains('`') && !line.starts_with(['#', '-', '*', '>', '|']) => {
            (!line.contains(char::is_whitespace) || has_ending(line)).then(|| Name::of(line))
        }
        _ => None,
    }
}

/// Whether a path read from a bare line may just as well be a word or a sentence.
pub fn is_doubtful(path: &str) -> bool {
    !is_file(path) || path.split_whitespace().next().is_some_and(|first| first.len() < path.len() && !first.contains('/'))
}

/// What stands alone on the line in backticks or in bold, a colon after it aside.
fn emphasised(line: &str) -> Option<&str> {
    let line = line.trim();
    let line = line.strip_suffix(':').unwrap_or(line).trim_end();
    let path = match enclosed(line, "**").or_else(|| enclosed(line, "__")) {
        Some(inner) => {
            let inner = inner.strip_suffix(':').unwrap_or(inner);
            in_backticks(inner).unwrap_or(inner)
        }
        None => in_backticks(line)?,
    };
    (!path.is_empty() && path.trim() == path && !path.contains('`')).then_some(path)
}

fn enclosed<'a>(line: &'a str, mark: &str) -> Option<&'a str> {
    line.strip_prefix(mark)?.strip_suffix(mark).filter(|inner| !inner.is_empty() && !inner.contains(mark))
}

fn in_backticks(line: &str) -> Option<&str> {
    let ticks = line.len() - line.trim_start_matches('`').len();
    let inner = line.get(ticks..line.len().checked_sub(ticks)?)?;
    let whole = ticks > 0 && line.ends_with(&"`".repeat(ticks)) && !inner.is_empty() && !inner.ends_with('`');
    let spaced = inner.strip_prefix(' ').and_then(|inner| inner.strip_suffix(' ')).filter(|inner| !inner.trim().is_empty());
    whole.then(|| spaced.unwrap_or(inner))
}

/// What may be the name of a script: a plain word.
fn is_word(path: &str) -> bool {
    !path.is_empty() && path.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

/// A file rather than a remark (`run`, `output`).
fn is_file(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or(word);
    !word.contains("://") && (word.contains('/') || has_ending(word) || name.starts_with('.') || is_known(name))
}

/// `cargo test --test a/b.rs`: words, the first of which is no part of a path, and a path or an option among the others.
fn is_command(path: &str) -> bool {
    let mut words = path.split_whitespace();
    let first = words.next().unwrap_or_default();
    !first.contains(['/', '.']) && words.any(|word| word.starts_with('-') || word.contains('/'))
}
