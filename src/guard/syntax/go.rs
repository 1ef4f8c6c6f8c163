//! Go: `TestX(t *testing.T)` with `t.Error` and `t.Fatal`, testify, gomega, and helpers that check.

use tree_sitter::Node;

use super::strength::{self, Strength};
use super::walk::{Begin, Rules, field, is_idle, parts, text};
use super::{Skipped, SymbolKind};

pub const TESTS: Rules = Rules {
    begins,
    asserts,
    skips,
    conditions: &["if_statement", "for_statement", "func_literal", "expression_switch_statement", "select_statement"],
};

pub fn declares(node: Node<'_>, source: &str) -> Option<(SymbolKind, String)> {
    let name = || field(node, "name", source).to_owned();
    match node.kind() {
        "function_declaration" => Some((SymbolKind::Function, name())),
        "method_declaration" | "method_elem" => Some((SymbolKind::Method, name())),
        "type_spec" | "type_alias" => {
            let interface = node.child_by_field_name("type").is_some_and(|kind| kind.kind() == "interface_type");
            Some((if interface { SymbolKind::Interface } else { SymbolKind::Type }, name()))
        }
        "const_spec" => Some((SymbolKind::Constant, name())),
        _ => None,
    }
}

fn begins(node: Node<'_>, source: &str) -> Option<Begin> {
    let name = field(node, "name", source);
    let takes = field(node, "parameters", source);
    let is_test = match node.kind() {
        "function_declaration" => {
            (["Test", "Fuzz", "Benchmark"].iter().any(|begin| name.starts_with(begin)) && takes.contains("testing."))
                || (name.starts_with("Example") && takes == "()")
        }
        // A suite of testify.
        "method_declaration" => name.starts_with("Test") && takes == "()",
        _ => false,
    };
    let empty = is_idle(node.child_by_field_name("body").map(statements), &[]);
    is_test.then(|| Begin {
        name: name.to_owned(),
        is_test,
        skipped: Skipped::No,
        only: false,
        expects: name.starts_with("Example"),
        empty,
    })
}

/// The list of a block, which the grammar keeps in a node of its own.
fn statements(block: Node<'_>) -> Node<'_> {
    parts(block).into_iter().find(|part| part.kind() == "statement_list").unwrap_or(block)
}

fn skips(node: Node<'_>, source: &str) -> bool {
    match node.kind() {
        "call_expression" => {
            let function = field(node, "function", source);
            let name = function.rsplit('.').next().unwrap_or(function);
            ["Skip", "Skipf", "SkipNow"].contains(&name) && function.contains('.') || function == "Skip"
        }
        "return_statement" => {
            let outer = node.parent().and_then(|list| list.parent()).and_then(|block| block.parent());
            text(node, source).trim() == "return"
                && node.next_named_sibling().is_some()
                && outer.is_some_and(|outer| outer.kind() == "function_declaration")
        }
        _ => false,
    }
}

fn asserts(node: Node<'_>, source: &str) -> Option<Strength> {
    if node.kind() != "call_expression" {
        return None;
    }
    let function = field(node, "function", source);
    let (object, name) = function.rsplit_once('.').unwrap_or(("", function));
    let arguments: Vec<&str> =
        node.child_by_field_name("arguments").map(parts).unwrap_or_default().iter().map(|part| text(*part, source)).collect();
    if ["Error", "Errorf", "Fatal", "Fatalf", "Fail", "FailNow"].contains(&name)
        && ["t", "b", "tb", "f", "tt", "c", "test", "s.T()"].contains(&object)
    {
        return Some(Strength::Exact);
    }
    let last = object.rsplit('.').next().unwrap_or(object);
    if ["assert", "require", "is", "qt", "s", "suite", "Assert", "Require()", "a", "r", "ass"].contains(&last) && is_assertion(name) {
        let compared = arguments.get(usize::from(last == "assert" || last == "require")..).unwrap_or_default();
        let nothing = strength::compares_itself(compared) || name == "True" && compared == ["true"];
        return Some(if nothing { Strength::Nothing } else { strength::of_name(name) });
    }
    let low = name.to_lowercase();
    ["assert", "expect", "check", "must", "require", "verify", "eventually", "ω"]
        .iter()
        .any(|begin| low.starts_with(begin))
        .then_some(Strength::Exact)
}

fn is_assertion(name: &str) -> bool {
    let begins = [
        "Equal",
        "Not",
        "Nil",
        "True",
        "False",
        "Error",
        "No",
        "Panics",
        "Contains",
        "Len",
        "Empty",
        "JSONEq",
        "Eq",
        "Same",
        "Is",
        "In",
        "Regexp",
        "Greater",
        "Less",
        "Exactly",
        "Implements",
        "File",
        "Dir",
        "Subset",
        "Element",
        "Eventually",
        "HTTP",
        "YAMLEq",
        "Within",
        "Zero",
        "Fail",
    ];
    begins.iter().any(|begin| name.starts_with(begin))
}
