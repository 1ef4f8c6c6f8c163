//! A comment as its lines, each with what it is: its author's own words, a quotation, code, or what a mail program added.

use crate::specification::seen;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The author's own words, blank lines among them.
    Own,
    Quoted,
    /// A line of a fenced block, its fences included.
    Fenced,
    /// `On … wrote:`, a signature, `Sent from my …`: nobody's words.
    Mail,
}

/// A comment as people see it, with line breaks of one kind.
pub(super) fn shown(comment: &str) -> String {
    seen(&comment.replace("\r\n", "\n").replace('\r', "\n")).0
}

/// The lines of a comment from [`shown`], each with where it begins.
pub(super) fn lines(comment: &str) -> Vec<(usize, &str, Kind)> {
    let mut found: Vec<(usize, &str, Kind)> = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    let mut at = 0;
    for line in comment.split('\n') {
        let mark = fence_mark(line);
        let kind = match (fence, mark) {
            (Some((open, length)), Some((mark, ends, true))) if mark == open && ends >= length => {
                fence = None;
                Kind::Fenced
            }
            (None, Some((mark, length, _))) => {
                fence = Some((mark, length));
                Kind::Fenced
            }
            (Some(_), _) => Kind::Fenced,
            (None, None) if line.trim_start().starts_with('>') => Kind::Quoted,
            (None, None) => Kind::Own,
        };
        found.push((at, line, kind));
        at += line.len() + 1;
    }
    without_mail(&mut found);
    found
}

/// The character and length of a fence, and whether it can close a block.
fn fence_mark(line: &str) -> Option<(char, usize, bool)> {
    let text = line.trim_start();
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = text.chars().take_while(|c| *c == mark).count();
    let info = text.get(length..)?.trim();
    (length >= 3 && !(mark == '`' && info.contains('`'))).then_some((mark, length, info.is_empty()))
}

/// Mail programs put the mail that is answered below the answer, with a line that says whose it is, and sign it.
fn without_mail(lines: &mut [(usize, &str, Kind)]) {
    const LONGEST_SIGNATURE: usize = 10;
    let count = lines.len();
    let mut quoting = false;
    let mut signed = false;
    let mut began = false;
    for at in 0..count {
        let Some((_, line, kind)) = lines.get(at).copied() else { continue };
        let next = lines.get(at + 1).map_or("", |(_, line, _)| line).trim();
        let text = line.trim();
        let wrote = |text: &str| text.ends_with("wrote:") && text.len() < 300;
        let signature = text == "--" && began && count - at <= LONGEST_SIGNATURE;
        let original = text.trim_matches('-').trim().eq_ignore_ascii_case("original message") && text.starts_with("--");
        let introduces = text.starts_with("On ") && (wrote(text) || (!text.contains(". ") && next.starts_with('<') && wrote(next)));
        let continues = quoting && wrote(text);
        let sent = ["Sent from my ", "Get Outlook for "].iter().any(|start| text.starts_with(start)) && text.len() < 80;
        signed |= kind == Kind::Own && (signature || original);
        if kind == Kind::Own && (introduces || continues) {
            quoting = true;
        } else if quoting && kind == Kind::Own && !text.is_empty() {
            quoting = false;
        }
        began |= kind == Kind::Own && !text.is_empty();
        let mail = signed || (kind == Kind::Own && (introduces || continues || sent)) || (quoting && kind == Kind::Quoted);
        if mail && let Some((_, _, kind)) = lines.get_mut(at) {
            *kind = Kind::Mail;
        }
    }
}
