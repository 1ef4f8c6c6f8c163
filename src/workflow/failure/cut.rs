//! Lines as they are shown: frames of libraries, repetitions and overlong lines told in a few words.

use super::places::{is_foreign, is_frame};

/// Characters of the longest line that is shown whole.
const WIDEST: usize = 600;

/// `1204` as `1,204`.
pub fn counted(number: usize) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// The mark that stands for what is not shown.
pub fn left_out(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("… {} {what}{plural} left out …", counted(count))
}

/// The lines, without blank ones at either end.
pub fn shown(lines: &[&str]) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    let any_own = frames(lines).any(|(at, end)| !is_library(lines, at, end));
    let mut told_frames = 0;
    while let Some(line) = lines.get(at) {
        if is_frame(line) {
            let from = at;
            let mut skipped = 0;
            while lines.get(at).is_some_and(|line| is_frame(line)) {
                let end = end_of_frame(lines, at);
                told_frames += 1;
                let kept = if any_own { !is_library(lines, at, end) } else { told_frames <= 3 };
                if !kept {
                    skipped += 1;
                    at = end;
                    continue;
                }
                flush(&mut out, &mut skipped);
                out.extend(lines.get(at..end).unwrap_or_default().iter().map(|line| narrow(line)));
                at = end;
            }
            flush(&mut out, &mut skipped);
            at = at.max(from + 1);
            continue;
        }
        let same = lines.get(at..).unwrap_or_default().iter().take_while(|other| *other == line).count();
        out.push(narrow(line));
        if line.trim().is_empty() {
            at += same;
            continue;
        }
        if same > 2 {
            out.push(format!("… the same line {} more times …", counted(same - 1)));
            at += same;
        } else {
            at += 1;
        }
    }
    out.join("\n").trim_matches('\n').to_owned()
}

fn flush(out: &mut Vec<String>, skipped: &mut usize) {
    if *skipped > 0 {
        out.push(format!("    {}", left_out(*skipped, "frame")));
        *skipped = 0;
    }
}

fn frames<'a>(lines: &'a [&'a str]) -> impl Iterator<Item = (usize, usize)> + 'a {
    (0..lines.len()).filter(|at| lines.get(*at).is_some_and(|line| is_frame(line))).map(|at| (at, end_of_frame(lines, at)))
}

fn is_library(lines: &[&str], at: usize, end: usize) -> bool {
    lines.get(at..end).unwrap_or_default().iter().any(|line| is_foreign(line))
}

/// A frame of Python is followed by its code, one of Rust by its place.
fn end_of_frame(lines: &[&str], at: usize) -> usize {
    let Some(line) = lines.get(at) else { return at + 1 };
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let deeper = |line: &&str| !line.trim().is_empty() && line.len() - line.trim_start().len() > indent;
    let next = lines.get(at + 1).is_some_and(|next| {
        let rust = text.starts_with(|char: char| char.is_ascii_digit()) && next.trim_start().starts_with("at ");
        rust || text.starts_with("File \"") && deeper(next) && !next.trim_start().starts_with("File \"")
    });
    let marks = lines.get(at + 2).is_some_and(|line| next && line.trim().starts_with(['^', '~']));
    at + 1 + usize::from(next) + usize::from(marks)
}

fn narrow(line: &str) -> String {
    let length = line.chars().count();
    if length <= WIDEST {
        return line.to_owned();
    }
    let head: String = line.chars().take(WIDEST * 2 / 3).collect();
    let tail: String = line.chars().skip(length - WIDEST / 6).collect();
    format!("{head} {} {tail}", left_out(length - WIDEST * 2 / 3 - WIDEST / 6, "character"))
}

/// The text within so many characters: its head and its end, by whole lines where that can be.
pub fn within(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let lines: Vec<&str> = text.lines().collect();
    let room = most.saturating_sub(40);
    let length = |line: &&str| line.chars().count() + 1;
    let mut used = 0;
    let mut head = 0;
    while lines.get(head).is_some_and(|line| used + length(line) <= room * 2 / 3) {
        used += lines.get(head).map_or(0, length);
        head += 1;
    }
    let mut tail = lines.len();
    while tail > head && lines.get(tail - 1).is_some_and(|line| used + length(line) <= room) {
        tail -= 1;
        used += lines.get(tail).map_or(0, length);
    }
    if head == 0 {
        let room = most.saturating_sub(2);
        return if most < 2 { text.chars().take(most).collect() } else { format!("{} …", text.chars().take(room).collect::<String>()) };
    }
    let mut kept: Vec<String> = lines.get(..head).unwrap_or_default().iter().map(|line| (*line).to_owned()).collect();
    kept.push(left_out(tail - head, "line"));
    kept.extend(lines.get(tail..).unwrap_or_default().iter().map(|line| (*line).to_owned()));
    kept.join("\n")
}
