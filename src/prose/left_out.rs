//! What looks like work and is in no step: said in one folded line, so that nothing is dropped in silence.

use super::questions::plain_line;
use super::text::{code, count, inline, lines, plain};
use crate::specification::LeftOut;

/// A folded note for the status comment; `None` where nothing was left out.
pub fn left_out_note(left: &[LeftOut]) -> Option<String> {
    if left.is_empty() {
        return None;
    }
    let rows = lines(left.iter().map(item), |n| format!("- and {n} more\n"));
    let what = count(left.len(), "part");
    Some(format!(
        "<details><summary>Left out: {what} of the text that {} like work</summary>\n\n{rows}\n</details>",
        if left.len() == 1 { "looks" } else { "look" }
    ))
}

/// One of them for the terminal.
pub fn plain_left_out(left: &LeftOut) -> String {
    format!("{}: {} · left out, because {}", plain_line(&left.document, left.line), plain(&left.words, 200), plain(&left.why, 200))
}

fn item(left: &LeftOut) -> String {
    let LeftOut { line, document, words, why } = left;
    let file = if document.is_empty() { String::new() } else { format!("{}, ", code(document)) };
    format!("- {file}line {line}: {} · {}\n", inline(words), inline(why))
}
