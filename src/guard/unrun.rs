//! Whole files of tests that a step keeps from running: by a mark at their head, or by a name under which nobody looks for tests.

use super::case::Case;
use super::file::File;
use super::syntax::{self, Language};
use super::{Finding, Rule, kinds};

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let asked = case.words.say_any(&["skip", "skips", "disable", "disables", "quarantine"]);
    let files = case.written().filter(|file| !file.is_new() && !asked);
    files.filter_map(|file| marked(file).or_else(|| misnamed(file))).collect()
}

/// `pytestmark = pytest.mark.skip`, `//go:build ignore`, `#![cfg(any())]`.
fn marked(file: &File<'_>) -> Option<Finding> {
    let language = Language::of(file.path)?;
    let is_mark = |line: &str| match language {
        Language::Python => line.starts_with("pytestmark") && line.contains("mark.skip") && !line.contains("skipif"),
        Language::Go => {
            file.path.ends_with("_test.go") && ["//go:build ignore", "// +build ignore", "//go:build never"].contains(&line.trim())
        }
        Language::Rust => ["#![cfg(any())]", "#![cfg(false)]"].contains(&line.trim()),
        Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Java | Language::Ruby => false,
    };
    let (number, _) = file.added_text().find(|(_, line)| is_mark(line))?;
    Some(Finding::stop(Rule::Weakened, file.path, Some(number), "keeps all tests of the file from running"))
}

/// In these languages tests are found by the names of their files.
fn misnamed(file: &File<'_>) -> Option<Finding> {
    let by_name = match Language::of(file.path)? {
        Language::Python | Language::JavaScript | Language::TypeScript | Language::Tsx | Language::Go | Language::Ruby => true,
        Language::Rust | Language::Java => false,
    };
    let origin = file.origin.filter(|origin| by_name && kinds::is_test(origin) && !kinds::is_test(file.path))?;
    let had_tests = !syntax::tests(origin, file.before_text()?).is_empty();
    had_tests
        .then(|| Finding::stop(Rule::Weakened, file.path, None, format!("was the file of tests `{origin}`, and is none by its new name")))
}
