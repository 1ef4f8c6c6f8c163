//! Bodies within GitHub's limit.

use std::borrow::Cow;

/// The most characters that GitHub takes in the body of an issue, a comment or a pull request.
pub const LIMIT: usize = 65_536;

const CUT: &str = "\n\n*Cut here: the text is longer than GitHub allows.*\n";

/// The text, cut to `limit` characters if it is longer, so that what remains still reads as Markdown: cut between lines
/// where there is one to cut at, an open code fence or `<details>` closed, no half of a hidden comment left. Says that it was cut.
pub fn fit(markdown: &str, limit: usize) -> Cow<'_, str> {
    if markdown.chars().count() <= limit {
        return Cow::Borrowed(markdown);
    }
    let mut room = limit.saturating_sub(CUT.chars().count());
    // What closes the constructs that are open at the cut takes room too; a shorter head leaves less open.
    for _ in 0..4 {
        let head = head(markdown, room);
        let closing = closing(head);
        let fitted = format!("{head}{closing}{CUT}");
        let over = fitted.chars().count().saturating_sub(limit);
        if over == 0 {
            return Cow::Owned(fitted);
        }
        room = room.saturating_sub(over);
    }
    Cow::Owned(CUT.chars().take(limit).collect())
}

/// At most `room` characters, up to the end of a line, and not within `<!-- -->`.
fn head(markdown: &str, room: usize) -> &str {
    let end = markdown.char_indices().nth(room).map_or(markdown.len(), |(at, _)| at);
    let all = markdown.get(..end).unwrap_or_default();
    // Half the text is not given up for a line's sake.
    let cut = all.rfind('\n').filter(|at| *at >= all.len() / 2);
    let lines = cut.and_then(|at| all.get(..at)).unwrap_or(all);
    match lines.rfind("<!--") {
        Some(open) if lines.get(open..).is_some_and(|rest| !rest.contains("-->")) => lines.get(..open).unwrap_or_default(),
        _ => lines,
    }
}

/// What has to follow for open fences and `<details>` to end.
fn closing(head: &str) -> String {
    let mut fence: Option<(char, usize)> = None;
    let mut details = 0_usize;
    for line in head.lines() {
        let text = line.trim_start();
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'));
        let length = mark.map_or(0, |mark| text.chars().take_while(|c| *c == mark).count());
        match (fence, mark) {
            (None, Some(mark)) if length >= 3 => fence = Some((mark, length)),
            (Some((open, least)), Some(mark)) if mark == open && length >= least && text.trim_end().chars().all(|c| c == mark) => {
                fence = None
            }
            (None, _) => {
                details = (details + text.matches("<details").count()).saturating_sub(text.matches("</details>").count());
            }
            (Some(_), _) => {}
        }
    }
    let mut closing = String::new();
    if let Some((mark, length)) = fence {
        closing.push('\n');
        closing.extend(std::iter::repeat_n(mark, length));
    }
    for _ in 0..details {
        closing.push_str("\n\n</details>");
    }
    closing
}
