//! Other people's words inside our Markdown.

/// At most so many characters of somebody else's line.
const LONGEST: usize = 200;

/// Text on one line, cut to 200 characters, that can open neither an HTML tag nor a comment. Code spans stay as they are.
pub fn inline(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    let spans_close = cut.matches('`').count() % 2 == 0;
    let mut in_code = false;
    let mut out = String::with_capacity(cut.len());
    for c in cut.chars() {
        match c {
            '`' if spans_close => {
                in_code = !in_code;
                out.push(c);
            }
            '`' => out.push('\''),
            '<' if !in_code => out.push_str("&lt;"),
            '|' => out.push_str("\\|"),
            c if c.is_control() || is_bidi_control(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Text as a code span, whatever backticks it holds.
pub fn code(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() && !is_bidi_control(*c)).take(LONGEST).collect();
    let longest = clean.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if clean.starts_with('`') || clean.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{clean}{pad}{fence}")
}

/// Several names: `a`, `b` and 3 more.
pub fn list(names: &[String], most: usize) -> String {
    let shown: Vec<String> = names.iter().take(most).map(|n| code(n)).collect();
    let more = names.len().saturating_sub(most);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

/// `1 step`, `2 steps`.
pub fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

/// Characters that reorder what a reader sees (Unicode Standard Annex 9).
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
