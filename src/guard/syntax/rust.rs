//! Rust: `#[test]` functions with the `assert` macros.

use tree_sitter::Node;

use super::strength::{self, Strength};
use super::walk::{Begin, Rules, field, is_idle, text};
use super::{Skipped, SymbolKind};

/// Conditions that never hold.
const NEVER: [&str; 3] = ["cfg(any())", "cfg(false)", "cfg(not(test))"];

pub const TESTS: Rules = Rules { begins, asserts, skips: |_, _| false, conditions: &[] };

pub fn declares(node: Node<'_>, source: &str) -> Option<(SymbolKind, String)> {
    let name = || field(node, "name", source).to_owned();
    match node.kind() {
        "function_item" | "function_signature_item" => Some((function_kind(node), name())),
        "struct_item" | "enum_item" | "union_item" | "type_item" => Some((SymbolKind::Type, name())),
        "trait_item" => Some((SymbolKind::Interface, name())),
        "mod_item" | "macro_definition" => Some((SymbolKind::Module, name())),
        "const_item" | "static_item" => Some((SymbolKind::Constant, name())),
        "impl_item" => Some((SymbolKind::Type, field(node, "type", source).to_owned())),
        _ => None,
    }
}

fn function_kind(node: Node<'_>) -> SymbolKind {
    let takes_self =
        node.child_by_field_name("parameters").and_then(|list| list.named_child(0)).is_some_and(|first| first.kind() == "self_parameter");
    if takes_self { SymbolKind::Method } else { SymbolKind::Function }
}

fn begins(node: Node<'_>, source: &str) -> Option<Begin> {
    let name = field(node, "name", source).to_owned();
    match node.kind() {
        "mod_item" => Some(Begin { name, is_test: false, skipped: Skipped::No, only: false, expects: false, empty: false }),
        "function_item" => {
            let attributes = attributes(node, source);
            let head = |attribute: &&&str| {
                attribute.split(['(', '=', ' ']).next().unwrap_or_default().trim().rsplit("::").next().map(str::to_owned)
            };
            let is =
                |wanted: &[&str]| attributes.iter().any(|attribute| head(&attribute).is_some_and(|head| wanted.contains(&head.as_str())));
            if !is(&["test", "rstest", "test_case", "quickcheck", "wasm_bindgen_test", "bench", "test_log"]) {
                return None;
            }
            let on_condition = attributes.iter().any(|attribute| attribute.starts_with("cfg_attr") && attribute.contains("ignore"));
            let on_condition = on_condition || is(&["cfg"]);
            let skipped = if is(&["ignore"]) || attributes.iter().any(|attribute| NEVER.contains(attribute)) {
                Skipped::Always
            } else if on_condition {
                Skipped::Sometimes
            } else {
                Skipped::No
            };
            let empty = is_idle(node.child_by_field_name("body"), &[]);
            Some(Begin { name, is_test: true, skipped, only: false, expects: is(&["should_panic"]), empty })
        }
        _ => None,
    }
}

/// The attributes above an item, without `#[` and `]`.
fn attributes<'s>(node: Node<'_>, source: &'s str) -> Vec<&'s str> {
    let mut found = Vec::new();
    let mut above = node.prev_named_sibling();
    while let Some(item) = above {
        match item.kind() {
            "attribute_item" => found.push(text(item, source).trim_start_matches("#[").trim_end_matches(']').trim()),
            "line_comment" | "block_comment" => {}
            _ => break,
        }
        above = item.prev_named_sibling();
    }
    found
}

fn asserts(node: Node<'_>, source: &str) -> Option<Strength> {
    match node.kind() {
        "macro_invocation" => {
            let name = field(node, "macro", source).rsplit("::").next().unwrap_or_default();
            let said = text(node, source).split_once('!').map_or("", |(_, rest)| rest.trim());
            let said = said.trim_start_matches(['(', '{', '[']).trim_end_matches([')', '}', ']']);
            of_macro(name, said)
        }
        // What is in a macro's brackets is no tree: `name!` is two tokens.
        "identifier"
            if node.next_sibling().is_some_and(|next| next.kind() == "!")
                && node.parent().is_some_and(|outer| outer.kind() == "token_tree") =>
        {
            of_macro(text(node, source), "")
        }
        "call_expression" => {
            let function = node.child_by_field_name("function")?;
            let name = if function.kind() == "field_expression" { field(function, "field", source) } else { text(function, source) };
            let name = name.rsplit("::").next().unwrap_or(name);
            if collects_faults(function, name, source) {
                return Some(Strength::Loose);
            }
            // `[checks_failed(…), …]`: a value among others, and no helper that asserts.
            if node.parent().is_some_and(|outer| ["array_expression", "arguments"].contains(&outer.kind())) {
                return None;
            }
            let checks = ["assert", "check", "expect_", "verify", "ensure"].iter().any(|begin| name.starts_with(begin));
            (checks || ["unwrap_err", "expect_err", "stdout", "code", "success", "failure"].contains(&name)).then_some(Strength::Exact)
        }
        _ => None,
    }
}

/// `wrong.push(…)` in a function that asserts in the end that `wrong` is empty: each is an assertion that tells of all faults at once.
fn collects_faults(function: Node<'_>, name: &str, source: &str) -> bool {
    let list = field(function, "value", source);
    if !["push", "extend"].contains(&name) || list.is_empty() {
        return false;
    }
    let mut outer = function.parent();
    while let Some(node) = outer.filter(|node| node.kind() != "function_item") {
        outer = node.parent();
    }
    let said = outer.map_or("", |node| text(node, source));
    said.contains(&format!("assert!({list}.is_empty()"))
}

fn of_macro(name: &str, said: &str) -> Option<Strength> {
    match name {
        "assert" | "debug_assert" | "prop_assert" if said.is_empty() => Some(Strength::Loose),
        "assert" | "debug_assert" | "prop_assert" => Some(strength::of_condition(said)),
        "assert_eq" | "debug_assert_eq" | "prop_assert_eq" => {
            let arguments: Vec<&str> = said.split(',').map(str::trim).collect();
            Some(if !said.is_empty() && strength::compares_itself(&arguments) { Strength::Nothing } else { Strength::Exact })
        }
        "panic" => Some(Strength::Exact),
        "assert_ne" | "debug_assert_ne" | "prop_assert_ne" => Some(Strength::Loose),
        name if name.contains("assert") || name.contains("expect") || ["eqnice", "matches"].contains(&name) => Some(Strength::Exact),
        _ => None,
    }
}
