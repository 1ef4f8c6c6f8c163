//! What stands in the place of work that was not done: "rest of the code unchanged", `todo!()`, a TODO.

use std::sync::LazyLock;

use regex::Regex;

use super::case::Case;
use super::file::File;
use super::{Finding, Rule, kinds};
use crate::specification::edits::skeleton_line;

/// Code that says of itself that it is not written yet.
static UNWRITTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let shapes = [
        r"\b(?:todo|unimplemented)!\s*[\(\[{]",
        r"\braise\s+NotImplementedError\b",
        r#"\bthrow\s+new\s+\w*(?:Error|Exception)\s*\(\s*["'`](?i:(?:method |function )?(?:not (?:yet )?implemented|todo|unimplemented|implement me))"#,
        r"\bthrow\s+new\s+NotImplemented\w*\s*\(",
        r#"\bpanic\(\s*["`](?i:(?:not (?:yet )?implemented|todo|unimplemented|implement me))"#,
        r"^\s*\bTODO\(\s*\)",
        r"\bfatalError\(\s*.(?i:not (?:yet )?implemented|todo)",
    ];
    Regex::new(&shapes.join("|")).ok()
});
static ELIDED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let said = [
        r"(?:the )?rest of (?:the |this |your )?(?:code|file|function|method|class|implementation|component|module|content)s?\b.{0,24}(?:unchanged|same|here|as (?:is|before)|remains?|omitted|stays)",
        r"(?:remaining|existing|other|previous) (?:code|methods?|functions?|implementation|logic|imports?|content|tests?|fields|lines)\b.{0,16}(?:unchanged|remains?|stays?|same|here|omitted)",
        r"(?:\.\.\.|…)\s{0,3}(?:\(?(?:the )?(?:rest|remaining|existing|other|previous|unchanged)\b.{0,40})",
        r"(?:(?:your|existing|previous|original) (?:code|implementation|logic)) (?:goes )?here",
        r"\b(?:code|implementation|content) (?:unchanged|omitted)(?: for brevity)?\s*(?:\.\.\.|…)?\s*(?:\*/|-->|\})*\s*$",
        r"(?:omitted|truncated|shortened) for brevity",
        r"(?:same|keep) as (?:before|above)\s*(?:\.\.\.|…)",
    ];
    Regex::new(&format!(r"(?i)(?:^|\s)(?://|#|--|/\*|<!--|;|%|\{{/\*|\*)\s{{0,8}}[\[(]?(?:{})", said.join("|"))).ok()
});
static LATER: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[\s/#*;(\-])(TODO|FIXME|XXX|HACK)\b(?:\s*[:(\-]|\s+\w|\s*$)").ok());

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let files = case.written().filter(|file| !kinds::is_prose(file.path) && kinds::is_code(file.path) && !kinds::is_built(file.path));
    files.flat_map(of_file).collect()
}

fn of_file(file: &File<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_test = kinds::is_test(file.path);
    let elided = |line: &str| skeleton_line(file.path, line).is_some() || matches(&ELIDED, line);
    if let Some((number, line)) = file.added_text().find(|(_, line)| elided(line)) {
        let what = format!("leaves code out: `{}`", short(line));
        findings.push(Finding { blocking: !is_test, ..Finding::stop(Rule::Placeholders, file.path, Some(number), what) });
    }
    let text = file.text().unwrap_or_default();
    let mut unwritten = file.added_text().filter(|(_, line)| matches(&UNWRITTEN, line) && !is_comment(line));
    if let Some((number, line)) = unwritten.find(|(number, line)| !is_abstract(text, *number, line)) {
        let what = format!("is not written out: `{}`", short(line));
        findings.push(Finding { blocking: !is_test, ..Finding::stop(Rule::Placeholders, file.path, Some(number), what) });
    }
    let later: Vec<(usize, &str)> = file.added_text().filter(|(_, line)| matches(&LATER, line)).collect();
    if let Some((number, line)) = later.first() {
        let more = if later.len() > 1 { format!(" (and {} more)", later.len() - 1) } else { String::new() };
        findings.push(Finding::advise(
            Rule::Placeholders,
            file.path,
            Some(*number),
            format!("leaves something for later: `{}`{more}", short(line)),
        ));
    }
    findings
}

fn matches(regex: &LazyLock<Option<Regex>>, line: &str) -> bool {
    regex.as_ref().is_some_and(|regex| regex.is_match(line))
}

fn is_comment(line: &str) -> bool {
    ["//", "#", "*", "--", "/*"].iter().any(|mark| line.trim_start().starts_with(mark))
}

/// A method that subclasses are to write: said by its decorator, its class's name or bases, its documentation, or its message.
fn is_abstract(text: &str, number: usize, line: &str) -> bool {
    let low = line.to_lowercase();
    let says =
        ["subclass", "override", "must implement", "must be implemented", "should implement", "abstract", "not supported", "platform"];
    if says.iter().any(|word| low.contains(word)) {
        return true;
    }
    let lines: Vec<&str> = text.lines().take(number).collect();
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(line);
    let above = lines.iter().rev().skip(1).take(12).map(|line| line.to_lowercase());
    if above
        .into_iter()
        .any(|line| ["abstractmethod", "subclass", "overrid", "overload", "abstract"].iter().any(|word| line.contains(word)))
    {
        return true;
    }
    let named = |line: &str| {
        ["class ", "module "]
            .iter()
            .any(|word| line.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase() || c == '_')))
    };
    let class = lines.iter().rev().find(|above| indent(above) < own && named(above.trim_start()));
    class.is_some_and(|class| {
        let words = ["Abstract", "Base", "Interface", "Mixin", "Protocol", "ABC", "Adapter", "Strategy", "Plugin", "Driver", "Backend"];
        let name: String =
            class.trim_start().trim_start_matches("class ").chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let parent = [format!("({name})"), format!("({name},"), format!("< {name}"), format!("extends {name}")];
        words.iter().any(|word| class.contains(word)) || !name.is_empty() && parent.iter().any(|use_of| text.contains(use_of.as_str()))
    })
}

/// Enough of a line to find it by.
pub fn short(line: &str) -> String {
    let line = line.trim();
    if line.chars().count() <= 60 {
        line.replace('`', "'")
    } else {
        format!("{}…", line.chars().take(58).collect::<String>().replace('`', "'"))
    }
}
