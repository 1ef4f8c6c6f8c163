//! Which file a block names, by its info string or by the line before it.
//!
//! Strict where a mistake would write a file that nobody asked for: a list item, a heading, a route, a command or a plain word
//! before a block names nothing. Lenient before a search/replace block, which is an edit in any case. `script`: the block begins with
//! `#!`, so that a plain word may be its name.

use super::file_names::{has_ending, is_known, is_known_ending};

/// `title="path"`, also as `file=` and `filename=`.
pub fn of_attribute(info: &str, script: bool) -> Option<String> {
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
        (is_file(path) || (script && is_word(path))).then(|| path.to_owned())
    })
}

/// `rust src/a.rs`, `rust:src/a.rs`, `src/a.rs`.
pub fn of_words(language: &str, rest: &str, script: bool) -> Option<String> {
    if !rest.is_empty() {
        let option = rest.contains(['=', '{', '}']);
        let spaced = rest.contains(char::is_whitespace);
        let file = !option
            && if spaced {
                rest.contains('/') && has_ending(rest) && !is_command(rest)
            } else {
                is_file(rest) || (script && is_word(rest))
            };
        return file.then(|| rest.to_owned());
    }
    let path = match language.split_once(':') {
        Some((word, path)) if !word.contains(['/', '.']) => path,
        _ if language.contains('/') && has_ending(language) => language,
        _ => return None,
    };
    (is_file(path) && !path.starts_with("//")).then(|| path.to_owned())
}

/// The line is a path in backticks or in bold and nothing else, but for a colon.
pub fn of_line(line: &str, script: bool) -> Option<String> {
    let path = emphasised(line)?;
    let route = path.starts_with('/') && !has_ending(path);
    let file = path.contains('/') || is_known(path) || is_known_ending(path) || (script && is_word(path));
    let odd = path.contains(": ") || path.contains("://") || path.ends_with(['(', ')', ';', '{', '}', ',']) || is_command(path);
    (file && !route && !odd).then(|| path.to_owned())
}

/// The file that a line before a search/replace block means: the line itself, or the one path in backticks within it.
pub fn loosely(line: &str) -> Option<String> {
    if let Some(path) = emphasised(line) {
        return Some(path.to_owned());
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
        [one] => Some((*one).to_owned()),
        [] if !line.contains('`') && !line.starts_with(['#', '-', '*', '>', '|']) => {
            (!line.contains(char::is_whitespace) || has_ending(line)).then(|| line.to_owned())
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
