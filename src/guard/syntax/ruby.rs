//! Ruby: `test_…` methods and `it`/`test`/`should` blocks, for Minitest, test-unit, RSpec and shoulda.

use tree_sitter::Node;

use super::strength::{self, Strength};
use super::walk::{Begin, Rules, field, is_idle, parts, text, unquoted};
use super::{Skipped, SymbolKind};

pub const TESTS: Rules =
    Rules { begins, asserts, skips, conditions: &["if", "unless", "case", "rescue", "if_modifier", "unless_modifier", "while"] };

pub fn declares(node: Node<'_>, source: &str) -> Option<(SymbolKind, String)> {
    let name = || field(node, "name", source).to_owned();
    match node.kind() {
        "method" | "singleton_method" => Some((SymbolKind::Method, name())),
        "class" if node.child_by_field_name("name").is_some() => Some((SymbolKind::Type, name())),
        "module" if node.child_by_field_name("name").is_some() => Some((SymbolKind::Module, name())),
        _ => None,
    }
}

fn begins(node: Node<'_>, source: &str) -> Option<Begin> {
    let made =
        |name: &str, is_test, skipped, only, empty| Some(Begin { name: name.to_owned(), is_test, skipped, only, expects: false, empty });
    match node.kind() {
        "class" | "module" if node.child_by_field_name("name").is_some() => {
            made(field(node, "name", source), false, Skipped::No, false, false)
        }
        "method" if field(node, "name", source).starts_with("test") => {
            let empty = is_idle(node.child_by_field_name("body"), &["nil"]);
            made(field(node, "name", source), true, Skipped::No, false, empty)
        }
        "call" if node.child_by_field_name("receiver").is_none_or(|receiver| text(receiver, source) == "RSpec") => {
            let method = field(node, "method", source);
            let title = node.child_by_field_name("arguments").and_then(|list| list.named_child(0));
            let block = node.child_by_field_name("block");
            let is_test =
                ["it", "test", "specify", "example", "should", "scenario", "xit", "xspecify", "xexample", "fit", "pending", "its"]
                    .contains(&method);
            let is_group = ["describe", "context", "feature", "xdescribe", "xcontext", "fdescribe"].contains(&method);
            if !(is_test || is_group)
                || (title.is_none() && block.is_none())
                || (is_test && block.is_none() && title.is_none_or(|title| title.kind() != "string"))
            {
                return None;
            }
            let metadata = node.child_by_field_name("arguments").map_or("", |list| text(list, source));
            let left_out = method.starts_with('x')
                || (is_test && block.is_none())
                || method == "pending"
                || [", skip: true", ", :skip", ", pending: ", ", skip: \""].iter().any(|mark| metadata.contains(mark));
            let skipped = if left_out { Skipped::Always } else { Skipped::No };
            let name = title.map_or_else(String::new, |title| unquoted(text(title, source)).to_owned());
            let empty = is_test && block.is_some_and(|block| is_idle(block.child_by_field_name("body"), &["nil"]));
            made(
                &name,
                is_test,
                skipped,
                method.starts_with('f') && method != "feature" || metadata.contains(", :focus") || metadata.contains("focus: true"),
                empty,
            )
        }
        _ => None,
    }
}

fn skips(node: Node<'_>, source: &str) -> bool {
    match node.kind() {
        "call" => node.child_by_field_name("receiver").is_none() && ["skip", "pending", "omit"].contains(&field(node, "method", source)),
        "identifier" => {
            let statement = node.parent().is_some_and(|outer| {
                ["body_statement", "block_body", "then", "method", "if_modifier", "unless_modifier"].contains(&outer.kind())
            });
            statement && ["skip", "pending", "omit"].contains(&text(node, source))
        }
        "return" => {
            node.next_named_sibling().is_some()
                && node.named_child_count() == 0
                && node.parent().is_some_and(|outer| outer.kind() == "body_statement")
        }
        _ => false,
    }
}

fn asserts(node: Node<'_>, source: &str) -> Option<Strength> {
    if node.kind() != "call" {
        return None;
    }
    let name = field(node, "method", source);
    let arguments: Vec<&str> =
        node.child_by_field_name("arguments").map(parts).unwrap_or_default().iter().map(|part| text(*part, source)).collect();
    match name {
        "assert" | "refute" => Some(strength::of_condition(arguments.first().copied().unwrap_or_default())),
        "to" | "not_to" | "to_not" | "should" | "should_not" => {
            let matcher = arguments.first().copied().unwrap_or_default();
            let word = matcher.split(['(', ' ']).next().unwrap_or_default();
            let subject = field(node, "receiver", source).trim_start_matches("expect(").trim_end_matches(')');
            let itself = matcher == format!("eq({subject})") || matcher == format!("eq {subject}");
            (node.child_by_field_name("receiver").is_some() || name.starts_with("should"))
                .then(|| if itself { Strength::Nothing } else { strength::of_name(word) })
        }
        "flunk" => Some(Strength::Exact),
        name if name.starts_with("assert") || name.starts_with("refute") => {
            Some(if strength::compares_itself(&arguments) { Strength::Nothing } else { strength::of_name(name) })
        }
        name if name.starts_with("must_") || name.starts_with("wont_") || name.starts_with("check_") || name.starts_with("expect_") => {
            Some(strength::of_name(name))
        }
        _ => None,
    }
}
