//! Going through a tree without recursion, so that no depth of nesting matters: for declarations, and for tests.

use tree_sitter::{Node, Tree};

use super::strength::Strength;
use super::{Skipped, Symbol, SymbolKind, Test};

/// Words of a test's body that are kept to know it again.
const MOST_WORDS: usize = 4000;
/// Characters of a declaration's line that are shown.
const LONGEST_LINE: usize = 200;
/// People do not write programs that are nested any deeper.
const DEEPEST: usize = 400;

/// What a language calls a test, and what it looks for in one.
pub struct Rules {
    /// A node that is a test, or that holds tests under a name.
    pub begins: fn(Node<'_>, &str) -> Option<Begin>,
    /// What a node within a test asserts.
    pub asserts: fn(Node<'_>, &str) -> Option<Strength>,
    /// Whether a node within a test leaves it out, wherever it stands.
    pub skips: fn(Node<'_>, &str) -> bool,
    /// Kinds of nodes under which what is said holds only sometimes.
    pub conditions: &'static [&'static str],
}

/// A test, or a group of tests.
pub struct Begin {
    pub name: String,
    pub is_test: bool,
    pub skipped: Skipped,
    pub only: bool,
    /// It says by an attribute what must come (`should_panic`).
    pub expects: bool,
    pub empty: bool,
}

struct Open {
    /// Where its node ends, and how deep the walk was.
    depth: usize,
    begin: Begin,
    test: Option<Test>,
    conditions: usize,
}

pub fn tests(tree: &Tree, source: &str, rules: &Rules) -> Vec<Test> {
    let mut found = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    let mut depths_of_conditions: Vec<usize> = Vec::new();
    each(tree, |node, depth| {
        let mut opened = false;
        while open.last().is_some_and(|last| last.depth >= depth) {
            found.extend(open.pop().and_then(|last| last.test));
        }
        while depths_of_conditions.last().is_some_and(|last| *last >= depth) {
            depths_of_conditions.pop();
        }
        let in_test = open.iter().rposition(|outer| outer.test.is_some());
        if let Some(at) = in_test {
            look(node, source, rules, &mut open[at], depths_of_conditions.len());
        } else if let Some(begin) = (rules.begins)(node, source) {
            let test = begin.is_test.then(|| new_test(node, source, &begin, &open));
            opened = true;
            open.push(Open { depth, begin, test, conditions: depths_of_conditions.len() });
        }
        if !opened && rules.conditions.contains(&node.kind()) {
            depths_of_conditions.push(depth);
        }
    });
    while let Some(last) = open.pop() {
        found.extend(last.test);
    }
    found.sort_by_key(|test| test.line);
    found
}

fn look(node: Node<'_>, source: &str, rules: &Rules, open: &mut Open, conditions: usize) {
    let Some(test) = &mut open.test else { return };
    match (rules.asserts)(node, source) {
        Some(Strength::Exact) => test.exact += joined(text(node, source)),
        Some(Strength::Loose) => test.loose += joined(text(node, source)),
        Some(Strength::Prepared) => test.prepared += 1,
        Some(Strength::Nothing) | None => {}
    }
    if (rules.skips)(node, source) {
        let skipped = if conditions > open.conditions { Skipped::Sometimes } else { Skipped::Always };
        test.skipped = test.skipped.max(skipped);
    }
}

/// How many conditions one assertion joins, so that two made into one are still two.
fn joined(assertion: &str) -> usize {
    1 + (assertion.matches("&&").count() + if assertion.starts_with("assert ") { assertion.matches(" and ").count() } else { 0 }).min(5)
}

fn new_test(node: Node<'_>, source: &str, begin: &Begin, open: &[Open]) -> Test {
    let outer = open.iter().map(|outer| outer.begin.name.as_str()).filter(|name| !name.is_empty());
    let name = outer.chain([begin.name.as_str()]).collect::<Vec<_>>().join(" › ");
    let skipped = open.iter().map(|outer| outer.begin.skipped).chain([begin.skipped]).max().unwrap_or(Skipped::No);
    let only = begin.only || open.iter().any(|outer| outer.begin.only);
    let words = text(node, source).split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    Test {
        name,
        line: line(node),
        last_line: node.end_position().row + 1,
        skipped,
        empty: begin.empty,
        only,
        exact: usize::from(begin.expects),
        loose: 0,
        prepared: 0,
        words: words.take(MOST_WORDS).map(str::to_owned).collect(),
    }
}

pub fn symbols(tree: &Tree, source: &str, declares: fn(Node<'_>, &str) -> Option<(SymbolKind, String)>) -> Vec<Symbol> {
    let lines: Vec<&str> = source.lines().collect();
    let mut found: Vec<Symbol> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    each(tree, |node, depth| {
        while open.last().is_some_and(|last| *last >= depth) {
            open.pop();
        }
        if let Some((kind, name)) = declares(node, source)
            && !name.is_empty()
        {
            // Attributes, annotations and decorators stand above the line with the name.
            let row = ["name", "left"].iter().find_map(|field| node.child_by_field_name(field)).unwrap_or(node).start_position().row;
            let signature_line = lines.get(row).map_or("", |line| line.trim()).chars().take(LONGEST_LINE).collect();
            let last_line = node.end_position().row + 1;
            found.push(Symbol { kind, name, line: row + 1, last_line, signature_line, depth: open.len() });
            open.push(depth);
        }
    });
    found
}

/// Every node, each before those in it, with how deep it stands.
fn each<'t>(tree: &'t Tree, mut visit: impl FnMut(Node<'t>, usize)) {
    let mut cursor = tree.walk();
    let mut depth = 0;
    loop {
        visit(cursor.node(), depth);
        if depth < DEEPEST && cursor.goto_first_child() {
            depth += 1;
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            depth -= 1;
        }
    }
}

pub fn text<'s>(node: Node<'_>, source: &'s str) -> &'s str {
    source.get(node.byte_range()).unwrap_or_default()
}

pub fn line(node: Node<'_>) -> usize {
    node.start_position().row + 1
}

/// The text of a node's field; empty where it has none.
pub fn field<'s>(node: Node<'_>, name: &str, source: &'s str) -> &'s str {
    node.child_by_field_name(name).map_or("", |child| text(child, source))
}

/// The children that are no punctuation and no comment.
pub fn parts<'t>(node: Node<'t>) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.kind().contains("comment")).collect()
}

/// Whether a block has nothing in it that does anything.
pub fn is_idle(body: Option<Node<'_>>, idle: &[&str]) -> bool {
    body.is_none_or(|body| parts(body).iter().all(|part| idle.contains(&part.kind())))
}

/// The text of a literal without its quotes.
pub fn unquoted(text: &str) -> &str {
    ['"', '\'', '`'].iter().find_map(|quote| text.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(text)
}
