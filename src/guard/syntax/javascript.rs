//! JavaScript and TypeScript: `it` and `test` within `describe`, for Mocha, Jest, Vitest, Jasmine, node:test, Deno and the like.

use tree_sitter::Node;

use super::strength::{self, Strength};
use super::walk::{Begin, Rules, field, parts, text, unquoted};
use super::{Skipped, SymbolKind};

pub const TESTS: Rules =
    Rules { begins, asserts, skips, conditions: &["if_statement", "ternary_expression", "switch_statement", "try_statement"] };

pub fn declares(node: Node<'_>, source: &str) -> Option<(SymbolKind, String)> {
    let name = || field(node, "name", source).to_owned();
    match node.kind() {
        "function_declaration" | "generator_function_declaration" | "function_signature" => Some((SymbolKind::Function, name())),
        "method_definition" | "method_signature" | "abstract_method_signature" => Some((SymbolKind::Method, name())),
        "class_declaration" | "abstract_class_declaration" | "type_alias_declaration" | "enum_declaration" => {
            Some((SymbolKind::Type, name()))
        }
        "interface_declaration" => Some((SymbolKind::Interface, name())),
        "internal_module" | "module" if node.child_by_field_name("name").is_some() => Some((SymbolKind::Module, name())),
        "variable_declarator" => {
            let value = node.child_by_field_name("value")?;
            ["arrow_function", "function_expression", "generator_function"].contains(&value.kind()).then(|| (SymbolKind::Function, name()))
        }
        // `app.use = function …`
        "assignment_expression" => {
            let value = node.child_by_field_name("right")?;
            let left = field(node, "left", source);
            ["arrow_function", "function_expression"]
                .contains(&value.kind())
                .then(|| (SymbolKind::Function, left.rsplit('.').next().unwrap_or(left).to_owned()))
        }
        _ => None,
    }
}

fn begins(node: Node<'_>, source: &str) -> Option<Begin> {
    if node.kind() != "call_expression" {
        return None;
    }
    let called = called(node, source);
    let mut words = called.split('.');
    let first = words.next().unwrap_or_default();
    let rest: Vec<&str> = words.collect();
    let (is_test, left_out) = match first {
        "it" | "test" | "specify" => (true, false),
        "xit" | "xtest" | "xspecify" => (true, true),
        "fit" | "ftest" => (true, false),
        "describe" | "context" | "suite" | "fdescribe" => (false, false),
        "xdescribe" | "xcontext" => (false, true),
        "Deno" if rest.first() == Some(&"test") => (true, false),
        "t" if rest == ["test"] => (true, false),
        _ => return None,
    };
    let is_group = is_test && rest.first() == Some(&"describe");
    let known = [
        "only",
        "skip",
        "todo",
        "each",
        "concurrent",
        "failing",
        "serial",
        "describe",
        "test",
        "for",
        "skipIf",
        "runIf",
        "parallel",
        "sequential",
        "fails",
    ];
    if rest.iter().any(|word| !known.contains(word)) {
        return None;
    }
    let arguments = parts(node.child_by_field_name("arguments")?);
    // `it.each(table)` and `it.skipIf(condition)` are called once more, and that call is the test.
    if node.parent().is_some_and(|outer| outer.kind() == "call_expression" && outer.child_by_field_name("function") == Some(node)) {
        return None;
    }
    let title = arguments.first()?;
    if !["string", "template_string", "identifier", "binary_expression", "member_expression", "call_expression"].contains(&title.kind()) {
        return None;
    }
    let body = arguments.iter().rev().find(|part| ["arrow_function", "function_expression"].contains(&part.kind()));
    let skipped = if left_out || rest.contains(&"skip") || rest.contains(&"todo") || (is_test && arguments.len() == 1) {
        Skipped::Always
    } else if rest.contains(&"skipIf") || rest.contains(&"runIf") || skips_by_option(&arguments, source) {
        Skipped::Sometimes
    } else {
        Skipped::No
    };
    let only = rest.contains(&"only") || ["fit", "ftest", "fdescribe"].contains(&first);
    let empty = body.is_some_and(|function| {
        function
            .child_by_field_name("body")
            .is_none_or(|block| block.kind() == "statement_block" && parts(block).iter().all(|part| part.kind() == "empty_statement"))
    });
    Some(Begin { name: unquoted(text(*title, source)).to_owned(), is_test: is_test && !is_group, skipped, only, expects: false, empty })
}

/// `it.each([…])` has the name `it.each`.
fn called<'s>(node: Node<'_>, source: &'s str) -> &'s str {
    let mut function = node.child_by_field_name("function");
    while let Some(inner) = function.filter(|inner| inner.kind() == "call_expression") {
        function = inner.child_by_field_name("function");
    }
    function.map_or("", |function| text(function, source))
}

/// `test('…', { skip: true }, …)`.
fn skips_by_option(arguments: &[Node<'_>], source: &str) -> bool {
    let options = arguments.iter().filter(|part| part.kind() == "object").map(|part| text(*part, source));
    options.into_iter().any(|options| ["skip:", "todo:"].iter().any(|key| options.contains(key) && !options.contains("skip: false")))
}

/// `this.skip()`, `t.skip()`, and a bare return that leaves out what follows. The test's own function is no condition.
fn skips(node: Node<'_>, source: &str) -> bool {
    let own = |statement: Node<'_>| {
        let function = statement.parent().and_then(|block| block.parent());
        function
            .is_some_and(|function| ["arrow_function", "function_expression"].contains(&function.kind()) && is_of_a_test(function, source))
    };
    match node.kind() {
        "expression_statement" if own(node) => {
            ["this.skip()", "t.skip()", "ctx.skip()", "context.skip()", "this.skip();", "t.skip();", "pending();"]
                .contains(&text(node, source))
        }
        "return_statement" if own(node) => {
            text(node, source).trim_end_matches(';').trim() == "return" && node.next_named_sibling().is_some()
        }
        _ => false,
    }
}

fn is_of_a_test(function: Node<'_>, source: &str) -> bool {
    let call = function.parent().and_then(|arguments| arguments.parent());
    call.is_some_and(|call| begins(call, source).is_some_and(|begin| begin.is_test))
}

fn asserts(node: Node<'_>, source: &str) -> Option<Strength> {
    if node.kind() != "call_expression" {
        return None;
    }
    let function = node.child_by_field_name("function")?;
    let arguments: Vec<&str> =
        node.child_by_field_name("arguments").map(parts).unwrap_or_default().iter().map(|part| text(*part, source)).collect();
    if function.kind() == "member_expression" {
        let object = function.child_by_field_name("object")?;
        let name = field(function, "property", source);
        let said = text(object, source);
        let chain = said.starts_with("expect(") || said.starts_with("expect.") || said.starts_with("expectTypeOf");
        if chain && is_matcher(name) {
            let subject = said.trim_start_matches("expect(").split(')').next().unwrap_or_default();
            return Some(if arguments == [subject] { Strength::Nothing } else { strength::of_name(name) });
        }
        if ["assert", "t", "chai.assert"].contains(&said)
            && ["equal", "is", "same", "ok", "true", "false", "throws", "fail", "rejects", "match"]
                .iter()
                .any(|part| name.to_lowercase().contains(part))
        {
            let nothing = strength::compares_itself(&arguments) || name == "ok" && arguments == ["true"];
            return Some(if nothing { Strength::Nothing } else { strength::of_name(name) });
        }
        // supertest: `request(app).get('/').expect(200)`
        return (name == "expect" || said.ends_with(".should") || name.starts_with("assert") && said != "console")
            .then_some(Strength::Exact);
    }
    let name = text(function, source);
    if ["assert", "ok"].contains(&name) {
        return Some(strength::of_condition(arguments.first().copied().unwrap_or_default()));
    }
    (name.starts_with("assert") || name.starts_with("should") || name.starts_with("check") || name.starts_with("expect") && name.len() > 6)
        .then(|| strength::of_name(name))
}

fn is_matcher(name: &str) -> bool {
    [
        "to", "be", "equal", "eql", "deep", "throw", "match", "include", "have", "resolve", "reject", "not", "is", "satisf", "contain",
        "a", "an", "ok",
    ]
    .iter()
    .any(|begin| name.starts_with(begin))
        && !name.starts_with("any")
}
