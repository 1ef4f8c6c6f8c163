//! New functions in a step that changes no test. Always advice: whether they need one is for people to say.

use std::collections::HashSet;

use super::case::Case;
use super::file::File;
use super::syntax::{self, Language, Symbol, SymbolKind};
use super::{Finding, Rule, kinds};

/// Lines of a function that does something.
const WORTH_A_TEST: usize = 4;
const NAMED: usize = 3;

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    if case.written().any(|file| changes_a_test(file)) {
        return Vec::new();
    }
    case.written().filter_map(of_file).collect()
}

fn changes_a_test(file: &File<'_>) -> bool {
    if file.added().is_empty() && file.removed_text().is_empty() {
        return false;
    }
    if kinds::is_test(file.path) {
        return true;
    }
    let holds_tests = file
        .text()
        .is_some_and(|text| ["#[test]", "::test]", "def test_", "it('", "it(\"", "test(\""].iter().any(|mark| text.contains(mark)));
    holds_tests
        && file.text().is_some_and(|text| {
            let tests = syntax::tests(file.path, text);
            file.added().iter().any(|(number, _)| tests.iter().any(|test| (test.line..=test.last_line).contains(number)))
        })
}

fn of_file(file: &File<'_>) -> Option<Finding> {
    let apart = ["example", "examples", "benches", "scripts", "docs", "migrations", "tools", "script"];
    if Language::of(file.path).is_none()
        || file.path.split('/').any(|part| apart.contains(&part))
        || !file.added_text().any(|(_, line)| may_declare(line))
    {
        return None;
    }
    let had: HashSet<String> =
        syntax::symbols(file.path, file.before_text().unwrap_or_default()).into_iter().map(|symbol| symbol.name).collect();
    let added: HashSet<usize> = file.added().iter().map(|(number, _)| *number).collect();
    let is_new = |symbol: &Symbol| {
        let callable = match symbol.kind {
            SymbolKind::Function | SymbolKind::Method => true,
            SymbolKind::Type | SymbolKind::Interface | SymbolKind::Module | SymbolKind::Constant => false,
        };
        let plain = !["main", "new", "constructor", "initialize", "init", "__init__", "toString", "String", "fmt", "to_s"]
            .contains(&symbol.name.as_str());
        callable
            && plain
            && added.contains(&symbol.line)
            && !had.contains(&symbol.name)
            && symbol.last_line + 1 >= symbol.line + WORTH_A_TEST
    };
    let new: Vec<Symbol> = syntax::symbols(file.path, file.text()?).into_iter().filter(is_new).collect();
    let first = new.first()?;
    let names: Vec<String> = new.iter().take(NAMED).map(|symbol| format!("`{}`", symbol.name)).collect();
    let what = match new.len() {
        1 => format!("adds the function {}, and no test is new or changed", names.join("")),
        count if count <= NAMED => format!("adds the functions {}, and no test is new or changed", names.join(", ")),
        count => format!("adds {count} functions, among them {}, and no test is new or changed", names.join(", ")),
    };
    Some(Finding::advise(Rule::Untested, file.path, Some(first.line), what))
}

fn may_declare(line: &str) -> bool {
    ["fn ", "def ", "func ", "function", "=>", "("].iter().any(|mark| line.contains(mark))
}
