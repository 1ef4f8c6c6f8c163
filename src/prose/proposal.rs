//! A proposed split into steps as Markdown: what people approve, edit, and what the specification's reader reads back into the same steps.

use super::block::{fence, quoted};
use super::text::{code, inline_to, lines};
use crate::specification::{self, Proposal, Proposed};

/// Characters of a title, and of one sentence.
const TITLE: usize = 100;
const SENTENCE: usize = 4000;

/// The plan alone. The words of the issue are quoted, so that nothing in them is read as a step, a heading, a command or an edit.
pub fn proposal_markdown(proposal: &Proposal) -> String {
    let steps = proposal.steps.iter().enumerate().map(|(at, step)| written(at + 1, step));
    format!("## Steps\n\n{}\n", steps.collect::<Vec<_>>().join("\n\n"))
}

/// What people have to know beside the plan. Empty where there is nothing.
pub fn proposal_remarks(proposal: &Proposal) -> String {
    let section = |head: &str, texts: &[String]| {
        if texts.is_empty() {
            return None;
        }
        let items = texts.iter().map(|text| format!("- {}\n", inline_to(text, 1000)));
        Some(format!("{head}\n\n{}", lines(items, |n| format!("- and {n} more\n"))))
    };
    let parts = [
        section("The issue leaves open, as far as the model sees:", &proposal.questions),
        section("These sentences of the issue ask for something and are in no step:", &proposal.unused),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// A step, under the first title that is read back as one.
fn written(number: usize, step: &Proposed) -> String {
    let letters: String = step.title.chars().map(|char| if char.is_alphanumeric() { char } else { ' ' }).collect();
    let titles = [inline_to(begun(&step.title), TITLE), inline_to(&letters, TITLE), inline_to(&format!("Change {letters}"), TITLE)];
    let of = |title: &str| under(number, title, step);
    let fits = titles.iter().map(|title| of(title)).find(|text| is_read_back(text, step));
    fits.unwrap_or_else(|| of("Change what is quoted here"))
}

/// A title without marks at its beginning that would be read as a part of the step's number.
fn begun(title: &str) -> &str {
    title.trim_start_matches(|char: char| !char.is_alphanumeric() && !matches!(char, '`' | '@' | '(' | '"' | '“'))
}

fn under(number: usize, title: &str, step: &Proposed) -> String {
    let said = step.words.iter().map(|words| if words.contains('\n') { fence(words) } else { inline_to(words, SENTENCE) });
    let said = quoted(&said.filter(|words| !words.is_empty()).collect::<Vec<_>>().join("\n\n"));
    let file = |(path, new): (&str, bool)| format!("- {}: {}", if new { "Create" } else { "Modify" }, code(path));
    let files: Vec<String> = step.files.iter().map(|named| file((&named.path, named.new))).collect();
    let files = if files.is_empty() { String::new() } else { format!("Files:\n\n{}", files.join("\n")) };
    let parts = [format!("### Step {number}: {title}"), said, files];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// Whether the reader of specifications sees exactly this step in it, still to be built, and nothing else.
fn is_read_back(text: &str, step: &Proposed) -> bool {
    let (read, gaps) = specification::read(&format!("## Steps\n\n{text}\n")).into_parts();
    // A mark in the title would be asked about.
    if gaps.iter().any(|gap| gap.kind == specification::GapKind::MaybeDone) {
        return false;
    }
    let files = step.files.iter().map(|named| &named.path);
    match read.steps.as_slice() {
        [only] => {
            let idle = only.no_code_change && !step.files.is_empty();
            !only.done && !idle && only.edits.is_empty() && !only.title.is_empty() && only.files.iter().eq(files)
        }
        _ => false,
    }
}
