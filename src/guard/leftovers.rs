//! Debugging that was left in: calls that stop a program stop the step, output is advice.

use std::sync::LazyLock;

use regex::Regex;

use super::case::Case;
use super::file::File;
use super::syntax::Language;
use super::{Finding, Rule, kinds};

/// What stops or only serves to look: its words for a person, its shape, and the language.
const STOPS: [(&str, &str, Lang); 8] = [
    ("`dbg!`", r"\bdbg!\s*\(", Lang::Rust),
    (
        "a call of the debugger",
        r"\b(?:i?pdb|pudb)\.set_trace\(|^\s*breakpoint\(\s*\)|^\s*import (?:i?pdb|pudb)\b|^\s*from (?:i?pdb|pudb) import",
        Lang::Python,
    ),
    ("`debugger`", r"^\s*debugger\s*;?\s*(?://.*)?$", Lang::Script),
    (
        "a call of the debugger",
        r"^\s*(?:binding\.(?:pry|irb|b|break)|byebug)\b|^\s*require ['\x22](?:pry|byebug|debug)['\x22]|^\s*debugger\s*$",
        Lang::Ruby,
    ),
    ("a test that runs alone", r"^\s*(?:fdescribe|fit)\(", Lang::Script),
    ("a dump of a value", r"^\s*(?:spew|pp)\.(?:Dump|Println)\(", Lang::Go),
    ("a stack trace", r"^\s*Thread\.dumpStack\(\)", Lang::Java),
    ("a dump of a value", r"^\s*(?:var_dump|dd|dump)\(", Lang::Php),
];
const PRINTS: [(&str, &str, Lang); 7] = [
    ("`println!`", r"^\s*e?println!\s*\(", Lang::Rust),
    ("`print`", r"^\s*print\(", Lang::Python),
    ("`console.log`", r"^\s*console\.(?:log|debug|dir|trace)\(", Lang::Script),
    ("`fmt.Print`", r"^\s*(?:fmt\.Print(?:ln|f)?|println)\(", Lang::Go),
    ("`System.out.print`", r"^\s*System\.(?:out|err)\.print|\.printStackTrace\(\)", Lang::Java),
    ("`puts`", r"^\s*(?:puts|pp|p) \S", Lang::Ruby),
    ("`print`", r"^\s*(?:print_r|error_log)\(", Lang::Php),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lang {
    Rust,
    Python,
    Script,
    Go,
    Java,
    Ruby,
    Php,
}

type Shape = (&'static str, Regex, Lang);
static STOPPING: LazyLock<Vec<Shape>> = LazyLock::new(|| compile(&STOPS));
static PRINTING: LazyLock<Vec<Shape>> = LazyLock::new(|| compile(&PRINTS));

fn compile(shapes: &[(&'static str, &str, Lang)]) -> Vec<Shape> {
    shapes.iter().filter_map(|(name, shape, lang)| Regex::new(shape).ok().map(|regex| (*name, regex, *lang))).collect()
}

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in case.written().filter(|file| !kinds::is_prose(file.path) && !kinds::is_built(file.path)) {
        let Some(lang) = lang(file.path) else { continue };
        for (name, shape, _) in STOPPING.iter().filter(|shape| shape.2 == lang) {
            if let Some((number, _)) = file.added_text().find(|(_, line)| shape.is_match(code(line, lang))) {
                findings.push(Finding::stop(Rule::Leftovers, file.path, Some(number), format!("leaves {name} in")));
            }
        }
        for (name, shape, _) in PRINTING.iter().filter(|shape| shape.2 == lang && !prints_anyway(file, &shape.1)) {
            let printing: Vec<usize> = file.added_text().filter(|(_, line)| shape.is_match(line)).map(|(number, _)| number).collect();
            if let Some(number) = printing.first() {
                let times = if printing.len() == 1 { String::new() } else { format!(" ({} times)", printing.len()) };
                findings.push(Finding::advise(Rule::Leftovers, file.path, Some(*number), format!("prints with {name}{times}")));
            }
        }
    }
    findings
}

/// A program whose output this is: it printed before, or its place says so.
fn prints_anyway(file: &File<'_>, shape: &Regex) -> bool {
    let low = file.path.to_lowercase();
    let places =
        ["cli", "cmd", "bin", "scripts", "script", "tools", "examples", "example", "benches", "bench", "tasks", "build", "main", "docs"];
    let placed = low.split(['/', '.']).any(|part| places.contains(&part)) || kinds::is_test(file.path);
    placed || file.before_text().is_some_and(|text| text.lines().any(|line| shape.is_match(line)))
}

/// A line without what its comment says.
fn code(line: &str, lang: Lang) -> &str {
    let mark = match lang {
        Lang::Python | Lang::Ruby => "#",
        Lang::Rust | Lang::Script | Lang::Go | Lang::Java | Lang::Php => "//",
    };
    if line.trim_start().starts_with(mark) { "" } else { line }
}

fn lang(path: &str) -> Option<Lang> {
    match Language::of(path) {
        Some(Language::Rust) => Some(Lang::Rust),
        Some(Language::Python) => Some(Lang::Python),
        Some(Language::JavaScript | Language::TypeScript | Language::Tsx) => Some(Lang::Script),
        Some(Language::Go) => Some(Lang::Go),
        Some(Language::Java) => Some(Lang::Java),
        Some(Language::Ruby) => Some(Lang::Ruby),
        None if path.ends_with(".php") => Some(Lang::Php),
        None if path.ends_with(".vue") || path.ends_with(".svelte") => Some(Lang::Script),
        None => None,
    }
}
