//! Private keys as text: `-----BEGIN … PRIVATE KEY-----` with a body that is one.

use std::ops::Range;

const BEGIN: &str = "-----BEGIN ";

/// Whether the line begins a private key.
pub fn begins(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let Some((_, kind)) = line.split_once(BEGIN) else { return false };
    kind.split_once("-----").is_some_and(|(kind, _)| kind.ends_with("PRIVATE KEY") || kind.ends_with("PRIVATE KEY BLOCK"))
}

/// At least three full lines of base 64 follow, as in any real key; a placeholder has none. A key may also stand in one line, with `\n`.
pub fn has_body<'a>(line: &[u8], after: impl Iterator<Item = &'a [u8]>) -> bool {
    after.take(12).filter(|line| is_base64(line)).count() >= 3 || escaped(line)
}

fn is_base64(line: &[u8]) -> bool {
    let trimmed = line.trim_ascii();
    let bare = trimmed.strip_prefix(b"\"").unwrap_or(trimmed);
    let run = bare.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte)).count();
    run >= 60
}

/// As in a JSON document: the line's breaks are written `\n`.
fn escaped(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    text.split("\\n").skip(1).filter(|part| is_base64(part.as_bytes())).count() >= 3
}

/// The private keys in a text, each from its first line to its last, or to where it breaks off.
pub fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(BEGIN)).map(|at| at + from) {
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.lines().next().unwrap_or_default();
        let after = rest.lines().skip(1).map(str::as_bytes);
        from = at + BEGIN.len();
        if begins(line.as_bytes()) && has_body(line.as_bytes(), after) {
            let end = at + length(rest);
            found.push(at..end);
            from = end;
        }
    }
    found
}

fn length(rest: &str) -> usize {
    if let Some(end) = rest.find("-----END ") {
        let tail = rest.get(end + 9..).unwrap_or_default();
        return tail.find("-----").map_or(rest.len(), |at| end + 9 + at + 5);
    }
    let body = rest.split_inclusive('\n').enumerate().take_while(|(at, line)| *at == 0 || is_base64(line.as_bytes()));
    body.map(|(_, line)| line.len()).sum()
}
