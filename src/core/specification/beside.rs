//! What a step says beside its exact edits.

use super::Step;
use super::document::{Document, Kind};
use super::edits::names_a_file;
use super::pattern::Pattern;

/// The step's own words that are no exact edit, no file's name before one, and no field such as `Verify:` or `Depends on:`. Empty for a
/// step that is made of exact edits alone: then everything it asks for is done by applying them.
pub fn words_beside_edits(step: &Step) -> String {
    static FIELD: Pattern = Pattern::new(
        r"(?i)^\W*(?:verify|verification|test|run|check|depends?\ on|blocked\ by|requires|prerequisites?|files?|commit(?:\ message)?|estimate|effort|priority|status|owner|labels?)\W*[:：]",
    );
    let document = Document::read(&step.instructions);
    let mut words = Vec::new();
    for (at, line) in document.range(0, document.lines.len()) {
        match line.kind {
            Kind::Blank | Kind::Rule | Kind::Hidden | Kind::Heading { .. } | Kind::Fence(_) => continue,
            Kind::Quote | Kind::Table | Kind::Code | Kind::Item(_) | Kind::Text => {}
        }
        let before_a_block =
            document.range(at + 1, document.lines.len()).map(|(_, next)| &next.kind).find(|kind| !matches!(kind, Kind::Blank));
        let leads_in = matches!(before_a_block, Some(Kind::Fence(_)));
        if FIELD.is_in(line.raw) || (leads_in && (names_a_file(line.raw) || line.raw.trim_end().ends_with([':', '：']))) {
            continue;
        }
        if line.raw.chars().filter(|c| c.is_alphabetic()).count() > 2 {
            words.push(line.raw.trim());
        }
    }
    words.join("\n")
}

/// Whether everything that a step asks for is done by applying its exact edits.
pub fn is_exact(step: &Step) -> bool {
    !step.edits.is_empty() && words_beside_edits(step).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specification;

    fn beside(body: &str) -> String {
        let text = format!("# T\n\n## Steps\n\n### Step 1: Do it\n\n{body}\n\n## Acceptance criteria\n\n- x\n");
        let specification = specification::read(&text).specification;
        words_beside_edits(&specification.steps[0])
    }

    #[test]
    fn a_step_of_exact_edits_alone_says_nothing_beside_them() {
        assert_eq!(beside("`a.txt`\n```text\nSay more.\n```\n\nVerify: `cat a.txt`\n\nDepends on: Step 0"), "");
        assert_eq!(beside("```diff\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-one\n+two\n```"), "");
        assert_eq!(beside("The new file `a.txt`:\n```text\none\n```"), "");
    }

    #[test]
    fn prose_beside_them_is_found() {
        assert_eq!(
            beside("Also update the tests.\n\n`a.txt`\n```text\none\n```\n\n- and the manual"),
            "Also update the tests.\n- and the manual"
        );
        assert_eq!(beside("Greet people."), "Greet people.");
    }
}
