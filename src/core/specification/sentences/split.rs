//! Where a sentence of a paragraph ends.

use crate::specification::vocabulary::is_imperative;

/// The sentences of a paragraph, each with the 0-based line on which it begins.
pub fn split(lines: &[(usize, &str)]) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (at, line) in lines {
        // People also write one thing a line, without a mark between.
        if line.starts_with(char::is_uppercase) && is_imperative(line) {
            found.extend(open.take());
        }
        let ends = ends(line);
        let mut from = 0;
        for end in ends.iter().copied().chain([line.len()]) {
            let part = line.get(from..end).unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            from = end;
            if !part.is_empty() {
                match &mut open {
                    Some((_, text)) => {
                        text.push(' ');
                        text.push_str(&part);
                    }
                    None => open = Some((*at, part)),
                }
            }
            if end < line.len() || ends_a_sentence(line.trim_end()) {
                found.extend(open.take());
            }
        }
    }
    found.extend(open);
    found
}

/// The bytes within a line at which a sentence ends and another one begins.
fn ends(line: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut in_code = false;
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    for (index, (at, char)) in chars.iter().enumerate() {
        in_code ^= *char == '`';
        let next = chars.get(index + 1).map(|(_, char)| *char);
        if in_code {
            continue;
        }
        if matches!(char, '。' | '！' | '？') && next.is_some() {
            found.push(at + char.len_utf8());
        } else if char.is_whitespace() && line.get(..*at).is_some_and(ends_a_sentence) && next.is_some_and(begins_a_sentence) {
            found.push(*at);
        }
    }
    found
}

fn ends_a_sentence(text: &str) -> bool {
    let bare = text.trim_end_matches(['"', '\'', '”', '’', ')', ']', '*', '_', '`']);
    let short = ["e.g.", "i.e.", "etc.", "vs.", "cf.", "resp.", "approx.", "no.", "incl."];
    let last = bare.rsplit(|char: char| char.is_whitespace() || char == '(').next().unwrap_or_default().to_lowercase();
    bare.ends_with(['.', '!', '?', '。', '！', '？']) && !short.contains(&last.as_str())
}

fn begins_a_sentence(char: char) -> bool {
    !char.is_lowercase() && !matches!(char, ',' | ';' | '-' | '–' | '—' | ')')
}
