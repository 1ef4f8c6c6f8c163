//! A job's log as lines and steps.
//!
//! The reader knows the marks of GitHub Actions, Azure Pipelines, GitLab, Buildkite and CircleCI. It takes any text, in linear
//! time, and borrows every line that it does not have to change.

use std::borrow::Cow;

use super::clean::{Mark, mark, seen};

/// A log, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log<'a> {
    pub lines: Vec<Line<'a>>,
    /// Never empty: the first is what stands before the first step of the project.
    pub steps: Vec<Step>,
}

/// One line as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    /// Without its mark.
    pub text: Cow<'a, str>,
    pub mark: Mark,
    /// Index of its step in [`Log::steps`].
    pub step: usize,
    /// Whether it only says how the step is run: the folded head of a step.
    pub head: bool,
    /// Title of the fold that it lies in, if it is not the head of its step.
    pub group: Option<usize>,
}

/// A step of the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// As the service names it: `Run cargo test`.
    pub title: String,
    pub kind: StepKind,
    /// The lines of its script, where the log has them.
    pub script: Vec<String>,
    /// Titles of the folds inside.
    pub groups: Vec<String>,
    /// Whether the service marked an error in it.
    pub failed: bool,
}

/// Whose work a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    /// The runner's own: before the first step.
    SetUp,
    /// A published action or a local one.
    Action,
    /// Commands of the project.
    Command,
    /// The runner's own: after the last step.
    CleanUp,
}

impl Step {
    fn new(title: &str, kind: StepKind) -> Self {
        Self { title: title.to_owned(), kind, script: Vec::new(), groups: Vec::new(), failed: false }
    }

    /// What was run, in one line: the last line of the script if nothing else is known.
    pub fn command(&self) -> Option<String> {
        if self.kind != StepKind::Command {
            return None;
        }
        let script: Vec<&str> =
            self.script.iter().map(|line| line.trim()).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        match script.as_slice() {
            [] => self.title.strip_prefix("Run ").map(str::to_owned),
            [one] => Some((*one).to_owned()),
            many => Some(many.join("; ")),
        }
    }
}

/// Text from a log's bytes; what is no UTF-8 becomes U+FFFD.
pub fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(bytes)
}

/// Reads a log. Never fails.
pub fn read(raw: &str) -> Log<'_> {
    let mut reader = Reader {
        buildkite: raw.contains("\u{1b}_bk;t="),
        gitlab: raw.contains("section_start:"),
        log: Log { lines: Vec::with_capacity(raw.len() / 64), steps: vec![Step::new("", StepKind::SetUp)] },
        head: false,
        group: None,
        shebang: false,
        sealed: false,
    };
    raw.split('\n').for_each(|line| reader.take(line));
    while reader.log.lines.last().is_some_and(|line| line.text.is_empty()) {
        reader.log.lines.pop();
    }
    reader.log
}

struct Reader<'a> {
    buildkite: bool,
    gitlab: bool,
    log: Log<'a>,
    head: bool,
    group: Option<usize>,
    /// The line before named a shell: CircleCI shows the script after it.
    shebang: bool,
    /// The script in the head of the step has been read.
    sealed: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, raw: &'a str) {
        let text = seen(raw);
        let (mark, text) = match text {
            Cow::Borrowed(text) => mark(text),
            Cow::Owned(text) => {
                let (mark, rest) = mark(&text);
                (mark, Cow::Owned(rest.into_owned()))
            }
        };
        match mark {
            Mark::GroupBegins if text.starts_with("Run ") && self.group.is_none() => {
                let kind = if is_action(&text) { StepKind::Action } else { StepKind::Command };
                self.begin(&text, kind);
                self.head = true;
            }
            Mark::GroupBegins => {
                self.head = false;
                if let Some(step) = self.log.steps.last_mut() {
                    step.groups.push(text.clone().into_owned());
                    self.group = Some(step.groups.len() - 1);
                }
            }
            Mark::GroupEnds => (self.head, self.group) = (false, None),
            Mark::StepBegins => self.begin(&text, StepKind::Command),
            Mark::Plain if self.is_step(&text) => {
                let title = text.trim_start_matches("--- ").trim_start_matches("+++ ").trim_start_matches("~~~ ");
                let title = title.strip_prefix("$ ").unwrap_or(title).to_owned();
                self.begin(&format!("Run {title}"), StepKind::Command);
            }
            Mark::Plain if text == "Post job cleanup." || text == "Cleaning up orphan processes" => self.begin(&text, StepKind::CleanUp),
            Mark::Plain if self.head => {
                if let Some(step) = self.log.steps.last_mut().filter(|step| step.kind == StepKind::Command) {
                    // What follows the script says how it is run.
                    self.sealed |= text.starts_with("shell: ") || text == "env:" || text == "with:";
                    if !self.sealed {
                        step.script.push(text.clone().into_owned());
                    }
                }
            }
            Mark::Error => {
                if let Some(step) = self.log.steps.last_mut() {
                    step.failed = true;
                }
            }
            Mark::Plain | Mark::Warning | Mark::Remark => {}
        }
        self.shebang = text.starts_with("#!/bin/bash -eo pipefail");
        self.log.lines.push(Line { text, mark, step: self.log.steps.len() - 1, head: self.head, group: self.group });
    }

    fn is_step(&self, text: &str) -> bool {
        let folds = ["--- ", "+++ ", "~~~ "];
        let named = self.buildkite && folds.iter().any(|fold| text.starts_with(fold)) && !text.starts_with("--- FAIL");
        named || (self.gitlab || self.buildkite) && text.starts_with("$ ") || self.shebang && !text.is_empty()
    }

    fn begin(&mut self, title: &str, kind: StepKind) {
        (self.head, self.group, self.sealed) = (false, None, false);
        self.log.steps.push(Step::new(title, kind));
    }
}

/// `Run actions/checkout@v4`, `Run ./.github/actions/build`, `Run docker://alpine:3`.
fn is_action(title: &str) -> bool {
    let named = title.strip_prefix("Run ").unwrap_or(title);
    let versioned = named.split_once('@').is_some_and(|(action, version)| action.contains('/') && !version.is_empty());
    !named.contains(' ') && (versioned || named.starts_with("./.github/") || named.starts_with("docker://"))
}
