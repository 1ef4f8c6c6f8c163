//! The blocks of a log in which a tool tells of a failure.

use std::collections::HashSet;

use super::clean::Mark;
use super::forms::{FORMS, begun, goes_on};
use super::log::Log;
use super::message;
use super::places::{Place, is_frame, place};

/// One failure, where the log tells of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Index in [`FORMS`].
    pub form: usize,
    /// The test, or the place; may be empty.
    pub name: String,
    /// What is wrong, in one line; may be empty.
    pub message: String,
    /// Its lines, the last excluded.
    pub lines: std::ops::Range<usize>,
    pub place: Option<Place>,
}

/// Lines of the longest block.
const LONGEST: usize = 2000;

impl Found {
    pub fn tool(&self) -> &'static str {
        FORMS.get(self.form).map_or("", |form| form.tool)
    }

    pub fn only_names(&self) -> bool {
        FORMS.get(self.form).is_some_and(|form| form.only_names)
    }

    /// Failures of one kind say the same but for names and numbers.
    pub fn kind(&self) -> String {
        let mut quoted = false;
        let said = self.message.chars().filter(|char| {
            quoted ^= matches!(char, '\'' | '"' | '`');
            !quoted && char.is_alphabetic()
        });
        format!("{} {}", self.tool(), said.take(60).collect::<String>())
    }
}

/// Every failure that the log tells of, in its order, each once. Where the service marked steps as failed, only those are read.
pub fn found(log: &Log<'_>) -> Vec<Found> {
    let marked = log.steps.iter().any(|step| step.failed);
    let mut all: Vec<Found> = Vec::new();
    let mut told: HashSet<String> = HashSet::new();
    let mut names: HashSet<String> = HashSet::new();
    let mut at = 0;
    // Mocha, rspec and phpunit number their failures, after a line that announces them.
    let mut announced = false;
    let mut tests_run = None;
    while let Some(line) = log.lines.get(at) {
        let text = line.text.as_ref();
        let read = !line.head && line.mark == Mark::Plain && (!marked || log.steps.get(line.step).is_some_and(|step| step.failed));
        announced |= text == "Failures:" || text.starts_with("There w") || text.trim_end().ends_with(" failing");
        if text.starts_with("=== RUN ") {
            tests_run = Some(at);
        }
        let begins = begun(text).filter(|(form, _)| read && (announced || FORMS.get(*form).is_none_or(|form| form.tool != "numbered")));
        let Some((form, name)) = begins else {
            at += 1;
            continue;
        };
        let mut end = at + 1;
        while end < at + LONGEST
            && log.lines.get(end).is_some_and(|next| next.step == line.step && next.mark == Mark::Plain && goes_on(form, &next.text))
        {
            end += 1;
        }
        let mut last = end;
        while last > at + 1 && log.lines.get(last - 1).is_some_and(|line| is_rule(&line.text)) {
            last -= 1;
        }
        let tool = FORMS.get(form).map_or("", |form| form.tool);
        let first = match tool {
            // `go test -v` says what a test printed before it says that the test failed.
            "go test" => tests_run.take().filter(|run| at - run < 200).unwrap_or(at),
            "eslint" => heading(log, at),
            _ => at,
        };
        let found = one(log, form, name, first, at..last);
        at = end;
        let place = found.place.as_ref().map(|place| format!("{}:{}", place.path, place.line)).unwrap_or_default();
        let bare = found.lines.len() == 1 && !found.name.is_empty() && !is_place(&found.name);
        // Many tools list at their end once more what they told before.
        if told.insert(format!("{}\n{}\n{place}", found.name, found.message)) && !(bare && names.contains(&found.name)) {
            names.insert(found.name.clone());
            all.push(found);
        }
    }
    let shown: HashSet<String> = all.iter().filter(|found| !found.only_names()).map(|found| last_of(&found.name).to_owned()).collect();
    all.retain(|found| !found.only_names() || !shown.contains(last_of(&found.name)));
    all.sort_by_key(|found| found.lines.start);
    all
}

fn one(log: &Log<'_>, form: usize, name: String, first: usize, block: std::ops::Range<usize>) -> Found {
    let texts: Vec<&str> = log.lines.get(first..block.end).unwrap_or_default().iter().map(|line| line.text.as_ref()).collect();
    let tool = FORMS.get(form).map_or("", |form| form.tool);
    let name = if tool == "minitest" {
        texts.get(1).map_or(String::new(), |line| line.split(" [").next().unwrap_or_default().trim_end_matches(':').to_owned())
    } else {
        name
    };
    // mocha goes on in the next lines with the name.
    let name = match texts.get(1).filter(|line| tool == "numbered" && line.trim_end().ends_with(':')) {
        Some(more) => format!("{name} {}", more.trim().trim_end_matches(':')),
        None => name,
    };
    let message = message::of(tool, &texts);
    // Some name themselves by what they say.
    let name =
        if matches!(tool, "rustc" | "ruff" | "prettier" | "black" | "exception" | "go panic" | "docker" | "terraform" | "linker" | "crash")
        {
            String::new()
        } else {
            name
        };
    // A Python stack ends where it hurts; all others begin there.
    let inmost_last = tool == "pytest" || tool == "unittest" || tool == "python";
    let mut places = texts.iter().filter_map(|line| place(line));
    let in_frames = || texts.iter().filter(|line| is_frame(line)).filter_map(|line| place(line));
    let found = if inmost_last { places.next_back().or_else(|| in_frames().next_back()) } else { places.next() };
    // ESLint says the file once, and the line in each line.
    let found = match texts.first().filter(|_| tool == "eslint") {
        Some(head) => log
            .lines
            .get(block.start)
            .and_then(|line| line.text.trim_start().split(':').next())
            .and_then(|line| place(&format!("{}:{line}", head.trim()))),
        None => found,
    };
    let place = found.map(|(path, line)| Place { path, line, message: message.clone() });
    Found { form, name, message, lines: first..block.end, place }
}

/// The nearest line above that is not indented: the file of which the line speaks.
fn heading(log: &Log<'_>, at: usize) -> usize {
    let above = (at.saturating_sub(100)..at).rev();
    above.into_iter().find(|at| log.lines.get(*at).is_some_and(|line| !line.text.is_empty() && !line.text.starts_with(' '))).unwrap_or(at)
}

fn is_rule(text: &str) -> bool {
    text.chars().all(|char| matches!(char, '-' | '=' | '─' | '⎯' | '_' | ' ' | '\t'))
}

fn is_place(name: &str) -> bool {
    name.contains(|char: char| char.is_ascii_digit())
        && (name.contains(':') && !name.contains("::") || name.contains('(') && name.contains(','))
}

/// The last part of a test's name: `adds` of `tests/test_x.py::Calc::adds`.
fn last_of(name: &str) -> &str {
    let name = name.split(" (").next().unwrap_or(name).trim();
    let name = [" > ", " › ", "::"].iter().fold(name, |name, parting| name.rsplit(parting).next().unwrap_or(name));
    if name.contains(' ') { name } else { name.rsplit('.').next().unwrap_or(name) }
}
