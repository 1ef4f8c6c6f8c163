//! Names as git writes them: in C quotes with octal escapes when they hold anything unusual.

use crate::specification::pattern::Pattern;

/// A name at the start of `text` and what follows it; `None` if a quoted one is malformed or not UTF-8.
pub fn name(text: &str) -> Option<(String, &str)> {
    match text.strip_prefix('"') {
        Some(rest) => quoted(rest),
        None => {
            let end = text.find('\t').unwrap_or(text.len());
            let (name, rest) = text.split_at_checked(end)?;
            Some((name.to_owned(), rest))
        }
    }
}

/// A name on a `---` or `+++` line, without the time after it that other tools print behind a tab or behind blanks.
pub fn timed_name(text: &str) -> Option<(String, &str)> {
    static TIME: Pattern = Pattern::new(
        r"(?i)\s+(?:(?:mon|tue|wed|thu|fri|sat|sun),?\s+[a-z0-9]+\s+[a-z0-9]+\s+[\d:. ]+(?:[a-z]+\s*)?\d*(?:\s*[+-]\d{4})?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}[\sT]+\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?:\s*(?:Z|[a-z]{2,4}|[+-]\d\d:?\d\d))*|\((?:revision \d+|working copy|nonexistent)\))\s*$",
    );
    static DATE: Pattern = Pattern::new(r"\.\w+(?P<date>\s+\d{4}-\d\d-\d\d)\s*$");
    if text.starts_with('"') {
        return name(text);
    }
    let timed = TIME.find(text).map(|time| time.start());
    let end = timed.or_else(|| DATE.captures(text)?.name("date").map(|date| date.start())).unwrap_or(text.len());
    name(text.get(..end)?.trim_end())
}

/// Whether the time behind a name is the beginning of time, in any zone.
pub fn is_epoch(text: &str) -> bool {
    static EPOCH: Pattern = Pattern::new(r"\s(?:1970-01-01|1969-12-31)[ T]\d\d:(?:00|30):00(?:\.0+)?(?:\s*(?:Z|[+-]\d\d:?\d\d))?\s*$");
    EPOCH.is_in(text)
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    loop {
        let (&first, after) = rest.split_first()?;
        rest = after;
        match first {
            b'"' => break,
            b'\\' => {
                let (&escape, after) = rest.split_first()?;
                match escape {
                    b'0'..=b'3' => {
                        let digits = rest.get(..3).filter(|digits| digits.iter().all(|d| (b'0'..=b'7').contains(d)))?;
                        bytes.push(digits.iter().fold(0_u8, |value, digit| value.wrapping_mul(8).wrapping_add(digit - b'0')));
                        rest = rest.get(3..)?;
                        continue;
                    }
                    b'a' => bytes.push(7),
                    b'b' => bytes.push(8),
                    b't' => bytes.push(b'\t'),
                    b'n' => bytes.push(b'\n'),
                    b'v' => bytes.push(11),
                    b'f' => bytes.push(12),
                    b'r' => bytes.push(b'\r'),
                    b'"' | b'\\' => bytes.push(escape),
                    _ => return None,
                }
                rest = after;
            }
            other => bytes.push(other),
        }
    }
    let name = String::from_utf8(bytes).ok()?;
    Some((name, text.get(text.len() - rest.len()..)?))
}
