//! Python: `test…` functions and methods, for pytest and unittest.

use tree_sitter::Node;

use super::strength::{self, Strength};
use super::walk::{Begin, Rules, field, parts, text};
use super::{Skipped, SymbolKind};

pub const TESTS: Rules = Rules {
    begins,
    asserts,
    skips,
    conditions: &["if_statement", "try_statement", "for_statement", "while_statement", "except_clause", "function_definition", "lambda"],
};

pub fn declares(node: Node<'_>, source: &str) -> Option<(SymbolKind, String)> {
    let name = || field(node, "name", source).to_owned();
    match node.kind() {
        "function_definition" => Some((if in_class(node) { SymbolKind::Method } else { SymbolKind::Function }, name())),
        "class_definition" => Some((SymbolKind::Type, name())),
        _ => None,
    }
}

/// Whether a function stands directly in a class.
fn in_class(node: Node<'_>) -> bool {
    let holder =
        node.parent().filter(|parent| parent.kind() != "decorated_definition").or_else(|| node.parent().and_then(|parent| parent.parent()));
    holder.and_then(|block| block.parent()).is_some_and(|outer| outer.kind() == "class_definition")
}

fn begins(node: Node<'_>, source: &str) -> Option<Begin> {
    let name = field(node, "name", source).to_owned();
    let is_test = match node.kind() {
        "class_definition" => false,
        "function_definition" if name.starts_with("test") || name == "runTest" => true,
        _ => return None,
    };
    let decorators = decorators(node, source);
    let skipped = if decorators.iter().any(|text| is_skip(text)) {
        Skipped::Always
    } else if decorators.iter().any(|text| text.contains("skip") || text.contains("xfail")) {
        Skipped::Sometimes
    } else {
        Skipped::No
    };
    let empty = is_test && node.child_by_field_name("body").is_none_or(|body| parts(body).iter().all(|part| does_nothing(*part, source)));
    Some(Begin { name, is_test, skipped, only: false, expects: false, empty })
}

fn does_nothing(part: Node<'_>, source: &str) -> bool {
    let said = text(part, source).trim();
    part.kind() == "pass_statement"
        || part.kind() == "expression_statement" && (said == "..." || said.starts_with(['"', '\'']) || said.starts_with("r\""))
}

fn decorators<'s>(node: Node<'_>, source: &'s str) -> Vec<&'s str> {
    let Some(outer) = node.parent().filter(|parent| parent.kind() == "decorated_definition") else { return Vec::new() };
    parts(outer).into_iter().filter(|part| part.kind() == "decorator").map(|part| text(part, source)).collect()
}

/// `skip` and `xfail` without a condition; not `skipif`, `skipUnless`.
fn is_skip(decorator: &str) -> bool {
    let name = decorator.trim_start_matches('@').split('(').next().unwrap_or_default().trim();
    let last = name.rsplit('.').next().unwrap_or(name);
    last == "skip"
        || last == "expectedFailure"
        || last == "xfail" && !decorator.contains("condition") && !decorator.contains("sys.") && !decorator.contains(" if ")
}

fn skips(node: Node<'_>, source: &str) -> bool {
    match node.kind() {
        "call" => ["pytest.skip", "self.skipTest", "self.skip", "pytest.xfail"].contains(&field(node, "function", source)),
        "raise_statement" => text(node, source).contains("SkipTest"),
        // A bare return as the body's own statement leaves out whatever follows.
        "return_statement" => {
            text(node, source).trim() == "return"
                && node.next_named_sibling().is_some()
                && node.parent().and_then(|block| block.parent()).is_some_and(|outer| outer.kind() == "function_definition")
        }
        _ => false,
    }
}

fn asserts(node: Node<'_>, source: &str) -> Option<Strength> {
    match node.kind() {
        "assert_statement" => {
            Some(strength::of_condition(text(node, source).trim_start_matches("assert").split(", \"").next().unwrap_or_default()))
        }
        "call" => {
            let function = field(node, "function", source);
            let name = function.rsplit('.').next().unwrap_or(function);
            let arguments: Vec<&str> =
                node.child_by_field_name("arguments").map(parts).unwrap_or_default().iter().map(|part| text(*part, source)).collect();
            if name.starts_with("assert") || name.starts_with("_assert") {
                let nothing = strength::compares_itself(&arguments) || ["assertTrue", "assert_"].contains(&name) && arguments == ["True"];
                Some(if nothing { Strength::Nothing } else { strength::of_name(name) })
            } else {
                let checks =
                    ["pytest.raises", "pytest.warns", "raises", "pytest.fail", "self.fail", "pytest.deprecated_call"].contains(&function);
                (checks || name.starts_with("check") || name.starts_with("expect") || name.starts_with("verify")).then_some(Strength::Exact)
            }
        }
        _ => None,
    }
}
