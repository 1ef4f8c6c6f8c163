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
        // It has the heading of a step before any fence, and one of them opens a block that nothing names: who knows whose it is.
        _ => {
            let all: Vec<&(usize, Mark<'_>)> = marks.iter().collect();
            let doubtful = clear.filter(|end| bound < *end && !next_is_another_block(source, &all, *end));
            doubtful.map(|end| (end, true)).or_else(|| first.map(|end| (end, false)))
        }
    }
}

/// Whether a block of Markdown has no end of its own: each fence that closes something closes an example within it. Then where it should
/// have ended: before the next step.
pub fn never_ends(source: &Source<'_>, at: usize, opening: &Mark<'_>) -> Option<usize> {
    if !opening.info.split_whitespace().next().is_some_and(is_markdown) && !names_markdown(source, at, opening) {
        return None;
    }
    let (mut inside, mut examples) = (false, false);
    for (line, text) in source.lines.iter().enumerate().skip(at + 1).take(FAR) {
        if is_step(text) {
            return (examples && !inside).then_some(line);
        }
        let alike = |mark: &Mark<'_>| mark.char == opening.char && mark.length >= opening.length && mark.columns <= opening.columns + 3;
        match Mark::of(text).filter(alike).map(|mark| (inside, mark.info.is_empty())) {
            Some((false, true) | (true, false)) => return None,
            Some((false, false)) => (inside, examples) = (true, true),
            Some((true, true)) => inside = false,
            None => {}
        }
    }
    None
}

/// Where a block of code ends whose first closing fence stands within a text of its own: in a doc string or a template.
pub fn end_around_string(source: &Source<'_>, at: usize, first: usize, opening: &Mark<'_>) -> Option<usize> {
    let has_templates = matches!(
        opening.info.split([' ', ':']).next().unwrap_or_default(),
        "js" | "jsx" | "mjs" | "cjs" | "ts" | "tsx" | "javascript" | "typescript" | "vue" | "svelte" | "go"
    );
    let lines = || source.lines.iter().enumerate().skip(at + 1).take(FAR);
    let mut quotes = Quotes::default();
    lines().take_while(|(line, _)| *line < first).for_each(|(_, line)| quotes.read(line));
    if !quotes.are_open(has_templates) {
        return None;
    }
    for (line, text) in lines().skip_while(|(line, _)| *line <= first).take_while(|(_, text)| !is_step(text)) {
        quotes.read(text);
        let ends = Mark::of(text).is_some_and(|mark| mark.info.is_empty() && mark.char == opening.char && mark.length >= opening.length);
        if ends && !quotes.are_open(has_templates) {
            return Some(line);
        }
    }
    None
}

/// How often the marks of texts of several lines were seen: `"""` in Python and its like, and those of a template of JavaScript or Go.
#[derive(Default)]
struct Quotes {
    double: usize,
    single: usize,
    template: usize,
}

impl Quotes {
    fn read(&mut self, line: &str) {
        if Mark::of(line).is_none() {
            self.double += line.matches("\"\"\"").count();
            self.single += line.matches("'''").count();
            self.template += line.matches('`').count();
        }
    }

    fn are_open(&self, has_templates: bool) -> bool {
        let odd = |count: usize| !count.is_multiple_of(2);
        odd(self.double) || odd(self.single) || has_templates && odd(self.template)
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
    line.trim_start().starts_with('#') && STEP.is_in(line)
}

/// Where a block of code was never closed: before the name of a file below which another block opens, and before the step or the item
/// that this name stands in.
pub fn swallowed_name(source: &Source<'_>, at: usize, end: usize, opening: &Mark<'_>) -> Option<usize> {
    static NAME: Pattern = Pattern::new(r"^\s*(?:[-*+]\s+)?(?:\*\*)?`[^`\s]+\.[^`\s]+`(?:\*\*)?:?\s*$|^\s*\*\*[^*\s]+\.[^*\s]+\*\*:?\s*$");
    static ITEM: Pattern = Pattern::new(r"^ {0,3}(?:\d{1,3}[.)]|[-*+])\s+\S|^ {0,3}\*\*\S.*\*\*|^ {0,3}#{1,6}\s+\S");
    const BACK: usize = 8;
    if opening.info.split_whitespace().next().is_some_and(is_markdown) || names_markdown(source, at, opening) {
        return None;
    }
    let lines = || source.lines.iter().enumerate().take(end).skip(at + 1);
    let opens = |line: &str| Mark::of(line).is_some_and(|mark| mark.char == opening.char && mark.length >= 3 && !mark.info.is_empty());
    let mut before: Option<(usize, &str)> = None;
    let name = lines().filter(|(_, line)| !line.trim().is_empty()).find_map(|(at, line)| {
        let named = before.filter(|(_, before)| opens(line) && NAME.is_in(before)).map(|(at, _)| at);
        before = Some((at, *line));
        named
    })?;
    let head = (at + 1..name).rev().take(BACK).find(|line| source.lines.get(*line).is_some_and(|text| ITEM.is_in(text)));
    Some(head.unwrap_or(name))
}

/// The heading of a step within a block, after which another block opens with a language: the block was never closed before it.
/// `before`: no further than there.
pub fn swallowed_heading(source: &Source<'_>, at: usize, end: usize, before: Option<usize>, opening: &Mark<'_>) -> Option<usize> {
    let is_text = opening.info.split_whitespace().next().is_some_and(is_markdown) || names_markdown(source, at, opening);
    let heading = source
        .lines
        .iter()
        .enumerate()
        .take(before.unwrap_or(end).min(end))
        .skip(at + 1)
        .find(|(_, line)| is_step(line))
        .map(|(line, _)| line)?;
    let inner = source.lines.iter().take(end).skip(heading + 1).filter_map(|line| Mark::of(line));
    let opens = inner.filter(|mark| mark.char == opening.char && mark.length == opening.length).any(|mark| !mark.info.is_empty());
    (opens && !is_text).then_some(heading)
}
