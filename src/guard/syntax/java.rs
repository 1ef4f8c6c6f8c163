//! Java: methods with `@Test` and its like, or `test…` methods of JUnit 3.

use tree_sitter::Node;

use super::strength::{self, Strength};
use super::walk::{Begin, Rules, field, is_idle, parts, text};
use super::{Skipped, SymbolKind};

pub const TESTS: Rules = Rules {
    begins,
    asserts,
    skips,
    conditions: &["if_statement", "for_statement", "switch_expression", "lambda_expression", "catch_clause"],
};

pub fn declares(node: Node<'_>, source: &str) -> Option<(SymbolKind, String)> {
    let name = || field(node, "name", source).to_owned();
    match node.kind() {
        "method_declaration" | "constructor_declaration" => Some((SymbolKind::Method, name())),
        "class_declaration" | "enum_declaration" | "record_declaration" => Some((SymbolKind::Type, name())),
        "interface_declaration" | "annotation_type_declaration" => Some((SymbolKind::Interface, name())),
        _ => None,
    }
}

fn begins(node: Node<'_>, source: &str) -> Option<Begin> {
    let name = field(node, "name", source).to_owned();
    let annotations = annotations(node, source);
    let is = |wanted: &[&str]| {
        annotations.iter().any(|text| {
            wanted.contains(
                &text.trim_start_matches('@').split(['(', ' ', '\n']).next().unwrap_or_default().rsplit('.').next().unwrap_or_default(),
            )
        })
    };
    let is_test = match node.kind() {
        "class_declaration" => false,
        "method_declaration" if is(&["Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate", "Property"]) => true,
        "method_declaration"
            if name.starts_with("test") && field(node, "type", source) == "void" && text(node, source).contains("public void") =>
        {
            true
        }
        _ => return None,
    };
    let skipped = if is(&["Disabled", "Ignore"])
        || annotations.iter().any(|text| text.contains("enabled = false") || text.contains("enabled=false"))
    {
        Skipped::Always
    } else if annotations.iter().any(|text| text.starts_with("@Disabled") || text.starts_with("@Enabled")) {
        Skipped::Sometimes
    } else {
        Skipped::No
    };
    let expects = annotations.iter().any(|text| text.contains("expected"));
    let empty = is_test && is_idle(node.child_by_field_name("body"), &[]);
    Some(Begin { name, is_test, skipped, only: false, expects, empty })
}

fn annotations<'s>(node: Node<'_>, source: &'s str) -> Vec<&'s str> {
    let modifiers = parts(node).into_iter().find(|part| part.kind() == "modifiers");
    let all = modifiers.map(parts).unwrap_or_default();
    all.into_iter().filter(|part| part.kind().contains("annotation")).map(|part| text(part, source)).collect()
}

fn skips(node: Node<'_>, source: &str) -> bool {
    let own = || node.parent().and_then(|block| block.parent()).is_some_and(|outer| outer.kind() == "method_declaration");
    node.kind() == "return_statement" && text(node, source) == "return;" && own() && node.next_named_sibling().is_some()
        || node.kind() == "method_invocation"
            && ["assumeTrue", "assumeFalse"].contains(&field(node, "name", source))
            && ["(false)", "(true)"].contains(&field(node, "arguments", source))
}

fn asserts(node: Node<'_>, source: &str) -> Option<Strength> {
    if node.kind() == "assert_statement" {
        return Some(strength::of_condition(text(node, source).trim_start_matches("assert").trim_end_matches(';')));
    }
    if node.kind() != "method_invocation" {
        return None;
    }
    let name = field(node, "name", source);
    let arguments: Vec<&str> =
        node.child_by_field_name("arguments").map(parts).unwrap_or_default().iter().map(|part| text(*part, source)).collect();
    match name {
        "assertTrue" | "assertFalse" | "assert" => {
            let condition = arguments.iter().copied().find(|argument| !argument.starts_with('"')).unwrap_or_default();
            let nothing = name == "assertTrue" && condition == "true" || name == "assertFalse" && condition == "false";
            Some(if nothing { Strength::Nothing } else { strength::of_condition(condition) })
        }
        // AssertJ and Truth: what is said of the subject stands in the calls around.
        "assertThat" | "assertWithMessage" => {
            let chain = node.parent().filter(|outer| outer.kind() == "method_invocation").map_or("", |outer| field(outer, "name", source));
            Some(if chain.is_empty() { Strength::Exact } else { strength::of_name(chain) })
        }
        name if name.starts_with("assert") => {
            Some(if strength::compares_itself(&arguments) { Strength::Nothing } else { strength::of_name(name) })
        }
        name if name.starts_with("verify") || name.starts_with("expect") || name.starts_with("check") || name == "fail" => {
            Some(Strength::Exact)
        }
        _ => None,
    }
}
