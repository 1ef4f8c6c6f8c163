//! What a reader of a text's page sees of it: comments in it and characters without a shape are left out.

use super::document::{Document, Kind};
use crate::domain::is_invisible;

/// The text with every line in its place, and without what nobody sees. Fenced blocks keep their comments: on the page they are text.
pub fn visible(text: &str) -> String {
    let shown: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let document = Document::read(&shown);
    let mut out = String::with_capacity(shown.len());
    let mut within = false;
    for (at, line) in document.range(0, document.lines.len()) {
        if at > 0 {
            out.push('\n');
        }
        match line.kind {
            // A comment that is never closed hides all that follows.
            Kind::Text if !within && line.raw.trim_start().starts_with("<!--") => break,
            Kind::Hidden => {}
            Kind::Blank | Kind::Rule => within = false,
            Kind::Fence(_) | Kind::Code => out.push_str(line.raw),
            Kind::Heading { .. } | Kind::Item(_) | Kind::Quote | Kind::Table | Kind::Text => {
                out.push_str(&without_comments(line.raw, &mut within));
            }
        }
    }
    out
}

/// `within`: whether a comment is open, at first and afterwards.
fn without_comments(line: &str, within: &mut bool) -> String {
    let mut out = String::new();
    let mut rest = line;
    loop {
        let mark = if *within { "-->" } else { "<!--" };
        let Some((before, after)) = rest.split_once(mark) else {
            out.push_str(if *within { "" } else { rest });
            return out;
        };
        out.push_str(if *within { "" } else { before });
        *within = !*within;
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_left_out_and_every_line_keeps_its_place() {
        let text = "One <!-- a --> two <!-- b\nc --> three.\n<!-- whole\nlines -->\nFo\u{200b}ur.\n```\n<!-- kept -->\n```\nEnd.\n<!-- open\nall gone";
        assert_eq!(visible(text), "One  two \n three.\n\n\nFour.\n```\n<!-- kept -->\n```\nEnd.\n");
    }
}
