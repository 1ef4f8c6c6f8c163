//! What a step asks for and the final tree does not have: files that it names, the text of its exact edits, tests.
//!
//! It is a second reading by rules alone: what it finds may be meant otherwise, so that whoever built the step looks at it once more, and
//! then a person.

use std::sync::LazyLock;

use regex::Regex;

use super::kinds;
use crate::specification::document::code_spans;
use crate::specification::edits::diff::{self, Body, LineKind};
use crate::specification::{self, Change, Step};

/// The tree before the first step and after the last, as far as a step's words lead there.
pub trait Trees {
    /// A file before the first step.
    fn before(&mut self, path: &str) -> Option<Vec<u8>>;
    /// The same now.
    fn now(&mut self, path: &str) -> Option<Vec<u8>>;
    /// Whether there are files below it.
    fn is_directory(&self, path: &str) -> bool;
    /// The files that differ between the two.
    fn changed(&self) -> Vec<String>;
}

/// Each a sentence about the step. `later`: the steps after it, as what they touch may well be otherwise by now.
pub fn missed(step: &Step, later: &[Step], trees: &mut dyn Trees) -> Vec<String> {
    let touched_later = |path: &str| later.iter().any(|step| step.files.iter().any(|file| file == path));
    let mut found: Vec<String> = Vec::new();
    for path in step.files.iter().filter(|path| is_a_file(path)) {
        found.extend(if trees.is_directory(path) { None } else { file(path, trees) });
    }
    for edit in &step.edits {
        found.extend(edit_of(&edit.change, trees, &touched_later));
    }
    found.extend(tests_of(step, trees));
    found.dedup();
    found
}

fn is_a_file(path: &str) -> bool {
    !path.ends_with('/') && !path.contains(['*', '{', '<', '[', '?', '$'])
}

fn file(path: &str, trees: &mut dyn Trees) -> Option<String> {
    match (trees.before(path), trees.now(path)) {
        (None, None) => Some(format!("It names `{path}`, and there is no such file.")),
        (Some(before), Some(now)) if before == now => Some(format!("It names `{path}`, which is as it was before the first step.")),
        (Some(_), _) | (None, Some(_)) => None,
    }
}

/// What an exact edit leaves in the files that no later step touches is still there.
fn edit_of(change: &Change, trees: &mut dyn Trees, touched_later: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, texts) in left_by(change).into_iter().filter(|(path, _)| !touched_later(path)) {
        let Some(now) = trees.now(&path) else { continue };
        if !texts.iter().all(|text| memchr::memmem::find(&now, text.as_bytes()).is_some()) {
            found.push(format!("`{path}` no longer holds what the step writes into it."));
        }
    }
    found
}

/// Of each file the texts that stand in it once the change is applied.
fn left_by(change: &Change) -> Vec<(String, Vec<String>)> {
    match change {
        Change::WholeFile { path, content } => vec![(path.clone(), vec![content.clone()])],
        Change::SearchReplace { path, replacements } => {
            vec![(path.clone(), replacements.iter().map(|part| part.replace.clone()).collect())]
        }
        Change::Diff { text, file } => {
            let patches = diff::parse_block(text, file.as_deref()).unwrap_or_default();
            patches.into_iter().filter_map(|patch| Some((patch.new?, added(&patch.body)))).collect()
        }
        Change::Broken { .. } => Vec::new(),
    }
}

/// The lines that hunks add, those that follow one another as one text.
fn added(body: &Body) -> Vec<String> {
    let hunks = match body {
        Body::Text(hunks) => hunks.as_slice(),
        Body::Nothing | Body::Gone | Body::Binary(_) => &[],
    };
    let runs = hunks.iter().flat_map(|hunk| hunk.lines.split(|line| line.kind != LineKind::Add));
    runs.map(|run| run.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n")).collect()
}

/// Tests that it names, and tests at all where it asks for some.
fn tests_of(step: &Step, trees: &mut dyn Trees) -> Vec<String> {
    static NAME: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"^(?:test_\w+|\w+_tests?|Test[A-Z]\w+|\w{3,}Test|[a-z0-9]+(?:_[a-z0-9]+){2,})(?:\(\))?$").ok());
    static ASKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(?:add|write|include|create|cover\w*|extend)\b[^.;]{0,60}\b(?:unit |integration |regression )?tests?\b").ok()
    });
    let asking: Vec<String> = specification::sentences(&step.instructions)
        .into_iter()
        .filter(|sentence| !sentence.is_code && !sentence.is_heading && sentence.text.to_lowercase().contains("test"))
        .map(|sentence| sentence.text)
        .collect();
    if asking.is_empty() {
        return Vec::new();
    }
    let changed = trees.changed();
    let names = asking.iter().flat_map(|text| code_spans(text)).filter(|name| NAME.as_ref().is_some_and(|form| form.is_match(name)));
    let mut found = Vec::new();
    for name in names {
        let bare = name.trim_end_matches("()");
        let stands = |path: &String| trees.now(path).is_some_and(|text| memchr::memmem::find(&text, bare.as_bytes()).is_some());
        if !changed.iter().any(stands) {
            found.push(format!("It asks for the test `{name}`, and no changed file holds that name."));
        }
    }
    let asks = asking.iter().any(|text| ASKS.as_ref().is_some_and(|form| form.is_match(text)));
    if asks && !changed.iter().any(|path| holds_tests(path, trees)) {
        found.push("It asks for tests, and no file with tests is new or changed.".to_owned());
    }
    found
}

fn holds_tests(path: &str, trees: &mut dyn Trees) -> bool {
    let marks = ["#[test]", "::test]", "def test_", "it('", "it(\"", "test('", "test(\"", "@Test", "func Test"];
    kinds::is_test(path)
        || trees.now(path).is_some_and(|text| marks.iter().any(|mark| memchr::memmem::find(&text, mark.as_bytes()).is_some()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct Two(BTreeMap<&'static str, &'static str>, BTreeMap<&'static str, &'static str>);

    impl Trees for Two {
        fn before(&mut self, path: &str) -> Option<Vec<u8>> {
            self.0.get(path).map(|text| text.as_bytes().to_vec())
        }
        fn now(&mut self, path: &str) -> Option<Vec<u8>> {
            self.1.get(path).map(|text| text.as_bytes().to_vec())
        }
        fn is_directory(&self, path: &str) -> bool {
            self.1.keys().any(|file| file.starts_with(&format!("{path}/")))
        }
        fn changed(&self) -> Vec<String> {
            let all = self.0.keys().chain(self.1.keys());
            all.filter(|path| self.0.get(*path) != self.1.get(*path)).map(|path| (*path).to_owned()).collect()
        }
    }

    /// What is missed of the first step of a specification.
    fn of(text: &str, before: &[(&'static str, &'static str)], now: &[(&'static str, &'static str)]) -> Vec<String> {
        let read = specification::read(&format!("## Steps\n\n{text}")).specification;
        let (step, later) = read.steps.split_first().unwrap();
        missed(step, later, &mut Two(before.iter().copied().collect(), now.iter().copied().collect()))
    }

    #[test]
    fn what_is_built_is_not_missed() {
        let text = "### Step 1: Greet\n\nChange `src/greet.rs`, remove `src/old.rs` and add the test `test_greets` in `tests/greet.rs`.\n";
        let before = [("src/greet.rs", "a"), ("src/old.rs", "b")];
        assert!(of(text, &before, &[("src/greet.rs", "c"), ("tests/greet.rs", "fn test_greets")]).is_empty());
    }

    #[test]
    fn the_lines_that_a_diff_adds_are_looked_for_where_no_later_step_may_have_changed_them() {
        let diff = "```diff\n--- a/src/greet.rs\n+++ b/src/greet.rs\n@@ -1,2 +1,4 @@\n-one\n+eins\n+zwei\n two\n+drei\n--- a/old.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-old\n```\n";
        let text = format!("### Step 1: Greet\n\n{diff}");
        let before = [("src/greet.rs", "one\ntwo\n"), ("old.rs", "old\n")];
        assert!(of(&text, &before, &[("src/greet.rs", "eins\nzwei\ntwo\ndrei\n")]).is_empty());
        let gone = ["`src/greet.rs` no longer holds what the step writes into it."];
        assert_eq!(of(&text, &before, &[("src/greet.rs", "eins\ntwo\ndrei\n")]), gone);
        let later = format!("{text}\n### Step 2: More\n\nChange `src/greet.rs` once more.\n");
        assert!(of(&later, &before, &[("src/greet.rs", "eins\ntwo\ndrei\n")]).is_empty());
    }

    #[test]
    fn a_file_that_is_not_there_or_as_it_was_is_missed() {
        let text = "### Step 1: Greet\n\nChange `src/greet.rs` and create `src/name.rs`.\n";
        assert_eq!(
            of(text, &[("src/greet.rs", "a")], &[("src/greet.rs", "a")]),
            ["It names `src/greet.rs`, which is as it was before the first step.", "It names `src/name.rs`, and there is no such file."]
        );
    }

    #[test]
    fn a_test_that_is_named_and_tests_that_are_asked_for_are_missed() {
        let text = "### Step 1: Greet\n\nChange `src/greet.rs`. Add unit tests, among them `test_greets_all`.\n";
        assert_eq!(
            of(text, &[], &[("src/greet.rs", "fn greet() {}")]),
            [
                "It asks for the test `test_greets_all`, and no changed file holds that name.",
                "It asks for tests, and no file with tests is new or changed."
            ]
        );
        assert!(of(text, &[], &[("src/greet.rs", "#[test]\nfn test_greets_all() {}")]).is_empty());
    }

    #[test]
    fn an_exact_edit_that_was_undone_is_missed_unless_a_later_step_touches_its_file() {
        let text = "### Step 1: Note\n\n`note.txt`\n```text\none\n```\n\n### Step 2: More\n\nChange `more.txt`.\n";
        assert_eq!(of(text, &[], &[("note.txt", "two\n")]), ["`note.txt` no longer holds what the step writes into it."]);
        assert!(of(&text.replace("more.txt", "note.txt"), &[], &[("note.txt", "two\n")]).is_empty());
    }
}
