//! Fences within blocks: examples in a block of Markdown, and steps that a block without an end has swallowed.

use super::fence::Mark;
use super::lines::Source;
use crate::specification::pattern::Pattern;

/// So many lines are looked at.
const FAR: usize = 500;

/// Where a block of Markdown ends that holds blocks of its own, with fences no longer than its own, and whether that is a guess.
/// Strictly it ends at the first of them, but nobody means that. Where each inner fence has a language and an end, the end of the block
/// is clear; where one has no language, it is the last fence before the next step or section.
pub fn end_around_examples(source: &Source<'_>, at: usize, opening: &Mark<'_>) -> Option<(usize, bool)> {
    let language = opening.info.split_whitespace().next().unwrap_or_default();
    if !is_markdown(language) && !names_markdown(source, at, opening) {
        return None;
    }
    let marks = marks(source, at, opening);
    let (mut inside, mut examples) = (false, 0);
    let mut clear = None;
    for (line, mark) in &marks {
        match (inside, mark.info.is_empty()) {
            (false, true) => {
                clear = Some(*line);
                break;
            }
            (false, false) => (inside, examples) = (true, examples + 1),
            (true, true) => inside = false,
            (true, false) => break,
        }
    }
    let first = clear.filter(|_| examples > 0 || marks.len() == 1);
    let bound = bound(source, at);
    let within: Vec<&(usize, Mark<'_>)> = marks.iter().filter(|(line, _)| *line < bound).collect();
    let last = within.iter().rev().find(|(_, mark)| mark.info.is_empty()).map(|(line, _)| *line);
    match (clear, last) {
        // An end that nothing comes after, or whose next block is named by its language or by the line before it.
        (Some(clear), Some(last)) if clear == last || next_is_another_block(source, &within, clear) => first.map(|end| (end, false)),
        (_, Some(last)) if within.len() % 2 == 1 => Some((last, true)),
        _ => first.map(|end| (end, false)),
    }
}

fn is_markdown(language: &str) -> bool {
    matches!(language, "markdown" | "md" | "mdx")
}

/// Whether the block is that of a file of Markdown.
fn names_markdown(source: &Source<'_>, at: usize, opening: &Mark<'_>) -> bool {
    static FILE: Pattern = Pattern::new(r"(?i)\.(?:md|mdx|markdown)\b");
    let before = source.lines.iter().take(at).rev().find(|line| !line.trim().is_empty()).copied().unwrap_or_default().trim();
    let alone = before.starts_with(['`', '*']) && before.trim_end_matches(':').ends_with(['`', '*']) && !before.contains(' ');
    FILE.is_in(opening.info) || (alone && FILE.is_in(before))
}

/// The fences after the opening one that are as long as it.
fn marks<'a>(source: &Source<'a>, at: usize, opening: &Mark<'_>) -> Vec<(usize, Mark<'a>)> {
    let lines = source.lines.iter().enumerate().skip(at + 1).take(FAR);
    let alike = |mark: &Mark<'_>| mark.char == opening.char && mark.length >= opening.length && mark.columns <= opening.columns + 3;
    lines.filter_map(|(line, text)| Mark::of(text).filter(alike).map(|mark| (line, mark))).collect()
}

/// The line before which the block must have ended: the next step, or the next section after it.
fn bound(source: &Source<'_>, at: usize) -> usize {
    let below = source.lines.iter().enumerate().skip(at + 1).take(FAR);
    below.filter(|(_, line)| is_step(line)).map(|(line, _)| line).next().unwrap_or(source.lines.len())
}

/// Whether the fence after this one opens a block of its own, and does not end one that this fence opened.
fn next_is_another_block(source: &Source<'_>, marks: &[&(usize, Mark<'_>)], end: usize) -> bool {
    let after: Vec<&&(usize, Mark<'_>)> = marks.iter().filter(|(line, _)| *line > end).collect();
    let Some((line, mark)) = after.first() else { return true };
    let before = source.lines.iter().take(*line).rev().find(|line| !line.trim().is_empty()).copied().unwrap_or_default().trim();
    let named = before.starts_with(['`', '*']) || before.ends_with(':');
    after.len().is_multiple_of(2) && (!mark.info.is_empty() || named)
}

/// A heading of a step.
fn is_step(line: &str) -> bool {
    static STEP: Pattern = Pattern::new(
        r"(?i)^ {0,3}#{2,5}\s+(?:[*_`]*)(?:\W{0,3})(?:step|task|schritt|aufgabe|étape|etape|tâche|paso|tarea|passo|tarefa|fase|phase|stap|taak|krok|шаг|крок|adım|步骤|步驟|任务|ステップ|手順|단계)\s*[\dIVX一二三四五六七八九十]|^ {0,3}#{2,5}\s+(?:第\s*[\d一二三四五六七八九十]+\s*步|\d+\s*단계)",
    );
    STEP.is_in(line)
}

/// The heading of a step within a block, after which another block opens with a language: the block was never closed before it.
pub fn swallowed_heading(source: &Source<'_>, at: usize, end: usize, opening: &Mark<'_>) -> Option<usize> {
    let is_text = opening.info.split_whitespace().next().is_some_and(is_markdown) || names_markdown(source, at, opening);
    let heading = source.lines.iter().enumerate().take(end).skip(at + 1).find(|(_, line)| is_step(line)).map(|(line, _)| line)?;
    let inner = source.lines.iter().take(end).skip(heading + 1).filter_map(|line| Mark::of(line));
    let opens = inner.filter(|mark| mark.char == opening.char && mark.length == opening.length).any(|mark| !mark.info.is_empty());
    (opens && !is_text).then_some(heading)
}
