//! Programs as trees: the one home of tree-sitter. What a file declares, and which tests it holds.
//!
//! Reading never fails and never takes long: a text that is too large, or in a language that is not known here, declares nothing.
//! A broken program declares what can be made out in it. Nothing here knows a change set.

mod go;
mod java;
mod javascript;
mod python;
mod ruby;
mod rust;
mod strength;
mod walk;

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use tree_sitter::{ParseOptions, ParseState, Parser, Point, Tree};

/// Bytes of the longest text that is parsed.
const LONGEST: usize = 1024 * 1024;
/// Brackets within brackets of the deepest text that is parsed.
const DEEPEST: usize = 500;
/// How often the parser may report progress before it is stopped: some hundred times as often as in an ordinary file of that length.
const MOST_REPORTS: usize = 200_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    Rust,
    Python,
    /// With JSX, which its grammar has always.
    JavaScript,
    TypeScript,
    Tsx,
    Go,
    Java,
    Ruby,
}

impl Language {
    /// By the file's ending, and by a few whole names.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if ["Rakefile", "Gemfile", "Guardfile", "Capfile", "Vagrantfile"].contains(&name) {
            return Some(Language::Ruby);
        }
        match name.rsplit_once('.')?.1 {
            "rs" => Some(Language::Rust),
            "py" | "pyi" => Some(Language::Python),
            "js" | "jsx" | "mjs" | "cjs" => Some(Language::JavaScript),
            "ts" | "mts" | "cts" => Some(Language::TypeScript),
            "tsx" => Some(Language::Tsx),
            "go" => Some(Language::Go),
            "java" => Some(Language::Java),
            "rb" | "rake" | "gemspec" => Some(Language::Ruby),
            _ => None,
        }
    }

    fn grammar(self) -> tree_sitter::Language {
        match self {
            Language::Rust => tree_sitter_rust::LANGUAGE.into(),
            Language::Python => tree_sitter_python::LANGUAGE.into(),
            Language::JavaScript => tree_sitter_javascript::LANGUAGE.into(),
            Language::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Language::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
            Language::Go => tree_sitter_go::LANGUAGE.into(),
            Language::Java => tree_sitter_java::LANGUAGE.into(),
            Language::Ruby => tree_sitter_ruby::LANGUAGE.into(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SymbolKind {
    Function,
    Method,
    /// A struct, a class, an enum, an alias.
    Type,
    /// A trait, an interface, a protocol.
    Interface,
    Module,
    Constant,
}

/// Something that a file declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    pub kind: SymbolKind,
    pub name: String,
    /// 1-based line of the declaration, without its attributes and decorators.
    pub line: usize,
    /// 1-based line at which the declaration ends.
    pub last_line: usize,
    /// The line with its name, without its indentation.
    pub signature_line: String,
    /// How many declarations it stands in.
    pub depth: usize,
}

/// How much a test is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Skipped {
    No,
    /// On some platforms, or with some settings.
    Sometimes,
    Always,
}

/// One test of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    /// With what it stands in: `Parser › reads nothing`.
    pub name: String,
    /// 1-based.
    pub line: usize,
    pub last_line: usize,
    pub skipped: Skipped,
    /// Whether it does nothing at all.
    pub empty: bool,
    /// Whether it keeps all others of its file from running (`it.only`).
    pub only: bool,
    /// Assertions that say what something is: equality, a snapshot, an error of a kind.
    pub exact: usize,
    /// Assertions that say only something of it: not null, true, of a type.
    pub loose: usize,
    /// Assertions that what the test needed could be had.
    pub prepared: usize,
    /// The words of its body, by which a renamed test is known again.
    pub words: BTreeSet<String>,
}

impl Test {
    pub fn assertions(&self) -> usize {
        self.exact + self.loose + self.prepared
    }
    /// Its own name, without what it stands in.
    pub fn own_name(&self) -> &str {
        self.name.rsplit(" › ").next().unwrap_or(&self.name)
    }
}

/// What a file declares, in order; nested declarations too.
pub fn symbols(path: &str, text: &str) -> Vec<Symbol> {
    let Some((language, tree)) = parsed(path, text) else { return Vec::new() };
    let declares = match language {
        Language::Rust => rust::declares,
        Language::Python => python::declares,
        Language::JavaScript | Language::TypeScript | Language::Tsx => javascript::declares,
        Language::Go => go::declares,
        Language::Java => java::declares,
        Language::Ruby => ruby::declares,
    };
    walk::symbols(&tree, text, declares)
}

/// The tests that a file holds, in order.
pub fn tests(path: &str, text: &str) -> Vec<Test> {
    let Some((language, tree)) = parsed(path, text) else { return Vec::new() };
    let rules = match language {
        Language::Rust => rust::TESTS,
        Language::Python => python::TESTS,
        Language::JavaScript | Language::TypeScript | Language::Tsx => javascript::TESTS,
        Language::Go => go::TESTS,
        Language::Java => java::TESTS,
        Language::Ruby => ruby::TESTS,
    };
    walk::tests(&tree, text, &rules)
}

fn parsed(path: &str, text: &str) -> Option<(Language, Tree)> {
    let language = Language::of(path)?;
    parse(language, text).map(|tree| (language, tree))
}

fn parse(language: Language, text: &str) -> Option<Tree> {
    if text.len() > LONGEST || is_too_deep(text) {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&language.grammar()).ok()?;
    let mut reports = 0;
    let mut progress = |_: &ParseState| {
        reports += 1;
        if reports > MOST_REPORTS { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let mut read = |at: usize, _: Point| text.as_bytes().get(at..).unwrap_or_default();
    parser.parse_with_options(&mut read, None, Some(options))
}

/// Whether brackets of a kind stand in one another more deeply than people write, counted without regard for strings. The parser recurses
/// where it recovers from such a text, to the end of the stack.
fn is_too_deep(text: &str) -> bool {
    let mut depths = [0_usize; 3];
    text.bytes().any(|byte| {
        let Some((kind, opens)) = bracket(byte) else { return false };
        let depth = &mut depths[kind];
        *depth = if opens { *depth + 1 } else { depth.saturating_sub(1) };
        *depth > DEEPEST
    })
}

fn bracket(byte: u8) -> Option<(usize, bool)> {
    match byte {
        b'(' => Some((0, true)),
        b')' => Some((0, false)),
        b'[' => Some((1, true)),
        b']' => Some((1, false)),
        b'{' => Some((2, true)),
        b'}' => Some((2, false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
