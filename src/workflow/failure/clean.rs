//! One line of a log as a person sees it: without the runner's time, without colours, after the last carriage return.

use std::borrow::Cow;

/// What a runner's mark at the head of a line makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Plain,
    Error,
    Warning,
    /// A command that the runner or an action runs, notices and debug lines.
    Remark,
    GroupBegins,
    GroupEnds,
    /// The head of a step, where the service marks steps (Azure, GitLab, Buildkite).
    StepBegins,
}

/// The line without what is only for terminals.
pub fn seen(raw: &str) -> Cow<'_, str> {
    let line = without_time(raw.trim_end_matches(['\r', '\n']));
    if !line.bytes().any(|byte| byte < 0x20 && byte != b'\t' || byte == 0x7f) {
        return Cow::Borrowed(line.trim_end());
    }
    let shown = line.rsplit('\r').find(|part| !without_escapes(part).trim().is_empty()).unwrap_or_default();
    let shown = without_escapes(shown);
    Cow::Owned(without_time(shown.trim_end()).to_owned())
}

/// Without the time that GitHub writes before each line, and without job and step, which its command line tool writes before that.
fn without_time(line: &str) -> &str {
    let line = line.trim_start_matches('\u{feff}');
    if let Some(rest) = time(line) {
        return rest;
    }
    let mut columns = line.splitn(3, '\t');
    match (columns.next(), columns.next(), columns.next()) {
        (Some(_), Some(_), Some(rest)) => time(rest.trim_start_matches('\u{feff}')).unwrap_or(line),
        _ => line,
    }
}

/// What follows `2026-01-02T03:04:05.1234567Z `.
fn time(line: &str) -> Option<&str> {
    const FORM: &[u8] = b"0000-00-00T00:00:00";
    let head = line.as_bytes().get(..FORM.len())?;
    let fits = head.iter().zip(FORM).all(|(byte, form)| if *form == b'0' { byte.is_ascii_digit() } else { byte == form });
    let rest = line.get(FORM.len()..).filter(|_| fits)?;
    let rest = rest.trim_start_matches(|char: char| char == '.' || char.is_ascii_digit()).strip_prefix('Z')?;
    Some(rest.strip_prefix(' ').unwrap_or(rest)).filter(|_| rest.is_empty() || rest.starts_with(' '))
}

/// Without control sequences (ECMA-48: CSI, and the strings of OSC, APC, DCS and PM) and control characters other than the tabulator.
fn without_escapes(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut chars = line.chars().peekable();
    while let Some(char) = chars.next() {
        match char {
            '\u{1b}' => match chars.next() {
                Some('[') => while chars.next().is_some_and(|char| !('\u{40}'..='\u{7e}').contains(&char)) {},
                Some(']' | '_' | 'P' | '^') => {
                    while let Some(char) = chars.next() {
                        if char == '\u{7}' || char == '\u{1b}' && chars.next_if_eq(&'\\').is_some() {
                            break;
                        }
                    }
                }
                Some('(' | ')') => drop(chars.next()),
                Some(_) | None => {}
            },
            '\u{8}' => drop(shown.pop()),
            '\t' => shown.push('\t'),
            char if char.is_control() => {}
            char => shown.push(char),
        }
    }
    shown
}

/// The mark at the head of a seen line, and what follows it. For a workflow command with a file, the place stands before the message.
pub fn mark(seen: &str) -> (Mark, Cow<'_, str>) {
    if let Some((word, rest)) = seen.strip_prefix("##[").and_then(|rest| rest.split_once(']')) {
        let mark = match word {
            "error" => Mark::Error,
            "warning" => Mark::Warning,
            "group" => Mark::GroupBegins,
            "endgroup" => Mark::GroupEnds,
            "section" => return section(rest),
            "command" | "notice" | "debug" | "info" => Mark::Remark,
            _ => return (Mark::Plain, Cow::Borrowed(seen)),
        };
        return (mark, Cow::Borrowed(rest));
    }
    if let Some(rest) = seen.strip_prefix("[command]") {
        return (Mark::Remark, Cow::Borrowed(rest));
    }
    if let Some((head, message)) = seen.strip_prefix("::").and_then(|rest| rest.split_once("::")) {
        let (word, properties) = head.split_once(' ').unwrap_or((head, ""));
        let mark = match word {
            "error" => Mark::Error,
            "warning" => Mark::Warning,
            "group" => Mark::GroupBegins,
            "endgroup" => Mark::GroupEnds,
            "notice" | "debug" => Mark::Remark,
            _ => return (Mark::Plain, Cow::Borrowed(seen)),
        };
        return (mark, placed(properties, message));
    }
    (Mark::Plain, Cow::Borrowed(seen))
}

fn section(rest: &str) -> (Mark, Cow<'_, str>) {
    match rest.strip_prefix("Starting: ") {
        Some(title) => (Mark::StepBegins, Cow::Borrowed(title)),
        None => (Mark::Remark, Cow::Borrowed(rest)),
    }
}

/// `file=a.rs,line=3` and `message` as `a.rs:3: message`.
fn placed<'a>(properties: &str, message: &'a str) -> Cow<'a, str> {
    let of = |name: &str| properties.split(',').find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='));
    match (of("file"), of("line")) {
        (Some(file), Some(line)) => Cow::Owned(format!("{file}:{line}: {message}")),
        (Some(file), None) => Cow::Owned(format!("{file}: {message}")),
        (None, _) => Cow::Borrowed(message),
    }
}
