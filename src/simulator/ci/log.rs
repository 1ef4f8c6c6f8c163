//! A job's log as GitHub keeps it: a moment before each line, groups, `##[error]` lines; and the annotations that come of it.
//!
//! What a step prints is taken line by line; workflow commands (`::error file=…::…`, `::group::…`) are carried out as GitHub's
//! "Workflow commands for GitHub Actions" describes. All lines that a step printed bear the moment at which it ended.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::checks::Log;
use super::super::time;
use super::Step;

/// How many annotations of one level a step may make (REST reference, "Check runs").
const MOST: usize = 10;

/// A finished log with what goes with it.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Written {
    pub log: Log,
    pub steps: Vec<(String, &'static str)>,
    pub annotations: Vec<Value>,
}

/// Writes the log of one job.
#[derive(Debug)]
pub(in super::super) struct Writer {
    text: String,
    sections: Vec<(String, usize)>,
    steps: Vec<(String, &'static str)>,
    annotations: Vec<Value>,
    /// Annotations of the current step: failures, warnings, notices.
    made: [usize; 3],
    /// Lines of the current step.
    lines: u64,
}

impl Writer {
    pub fn new(job: &str) -> Self {
        // GitHub's logs begin with a byte order mark.
        let mut writer =
            Self { text: "\u{feff}".into(), sections: Vec::new(), steps: Vec::new(), annotations: Vec::new(), made: [0; 3], lines: 0 };
        writer.section("Set up job");
        for line in ["Current runner version: '2.330.0'", "##[group]Runner Image", "Image: ubuntu-24.04", "##[endgroup]"] {
            writer.line(line);
        }
        writer.line(&format!("Complete job name: {job}"));
        writer.passed();
        writer
    }

    fn section(&mut self, name: &str) {
        let at = self.text.len();
        self.sections.push((name.to_owned(), at));
        self.steps.push((name.to_owned(), "success"));
        (self.made, self.lines) = ([0; 3], 0);
    }

    fn line(&mut self, line: &str) {
        self.text.push_str(&time::precise(time::now()));
        self.text.push(' ');
        self.text.push_str(line);
        self.text.push('\n');
        self.lines += 1;
    }

    /// A step begins: its command stands in a group.
    pub fn begin(&mut self, step: &Step) {
        self.section(&step.name);
        let first = step.command.lines().next().unwrap_or_default();
        self.line(&format!("##[group]Run {first}"));
        for line in step.command.lines() {
            self.line(&format!("\u{1b}[36;1m{line}\u{1b}[0m"));
        }
        self.line("shell: /usr/bin/bash -e {0}");
        if !step.environment.is_empty() {
            self.line("env:");
            for (name, value) in &step.environment {
                self.line(&format!("  {name}: {value}"));
            }
        }
        self.line("##[endgroup]");
    }

    /// What the step printed.
    pub fn output(&mut self, printed: &str) {
        for line in printed.lines() {
            match command(line) {
                None => self.line(line),
                Some(Command { name: "group", text, .. }) => self.line(&format!("##[group]{text}")),
                Some(Command { name: "endgroup", .. }) => self.line("##[endgroup]"),
                Some(Command { name: level @ ("error" | "warning" | "notice"), properties, text }) => {
                    for part in format!("##[{level}]{text}").lines() {
                        self.line(part);
                    }
                    self.annotate(level, &properties, &text);
                }
                Some(Command { name: "debug" | "add-mask", .. }) => {}
                Some(_) => self.line(line),
            }
        }
    }

    fn annotate(&mut self, level: &str, properties: &[(String, String)], message: &str) {
        let (place, level) = match level {
            "error" => (0, "failure"),
            "warning" => (1, "warning"),
            _ => (2, "notice"),
        };
        if self.made[place] >= MOST {
            return;
        }
        self.made[place] += 1;
        let property = |name: &str| properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        let number = |name: &str| property(name).and_then(|value| value.parse::<u64>().ok());
        let start = number("line").unwrap_or(self.lines);
        self.annotations.push(json!({
            "path": property("file").unwrap_or_else(|| ".github".into()),
            "start_line": start,
            "end_line": number("endLine").unwrap_or(start),
            "start_column": number("col"),
            "end_column": number("endColumn"),
            "annotation_level": level,
            "title": property("title").unwrap_or_default(),
            "message": message,
            "raw_details": ""
        }));
    }

    pub fn passed(&mut self) {
        self.conclude("success");
    }

    fn conclude(&mut self, conclusion: &'static str) {
        if let Some(step) = self.steps.last_mut() {
            step.1 = conclusion;
        }
    }

    /// The step ended with this status.
    pub fn failed(&mut self, status: i32) {
        self.error(&format!("Process completed with exit code {status}."));
    }

    /// An error of the runner's.
    pub fn error(&mut self, message: &str) {
        self.line(&format!("##[error]{message}"));
        self.annotate("error", &[], message);
        self.conclude("failure");
    }

    /// The job took longer than it may.
    pub fn timed_out(&mut self, limit: Duration) {
        let minutes = limit.as_secs().div_ceil(60);
        self.error(&format!("The job running on runner GitHub Actions 1 has exceeded the maximum execution time of {minutes} minutes."));
        self.cancelled();
    }

    /// Somebody, or the service, ended the job.
    pub fn cancelled(&mut self) {
        self.error("The operation was canceled.");
        self.conclude("cancelled");
    }

    pub fn finish(mut self) -> Written {
        self.section("Complete job");
        self.line("Cleaning up orphan processes");
        Written { log: Log::Kept { text: self.text, sections: self.sections }, steps: self.steps, annotations: self.annotations }
    }
}

/// The runner was lost: nothing came of the log, and an annotation says so.
pub(in super::super) fn lost(message: &str) -> Written {
    let annotation = json!({
        "path": ".github", "start_line": 1, "end_line": 1, "start_column": null, "end_column": null,
        "annotation_level": "failure", "title": "", "message": message, "raw_details": ""
    });
    Written { log: Log::Lost, steps: Vec::new(), annotations: vec![annotation] }
}

/// `::name key=value,key=value::text`
struct Command<'l> {
    name: &'l str,
    properties: Vec<(String, String)>,
    text: String,
}

fn command(line: &str) -> Option<Command<'_>> {
    let (head, text) = line.trim_start().strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
        return None;
    }
    let pairs = properties.split(',').filter_map(|pair| pair.trim().split_once('='));
    let properties = pairs.map(|(key, value)| (key.to_owned(), unescaped(value).replace("%3A", ":").replace("%2C", ","))).collect();
    Some(Command { name, properties, text: unescaped(text) })
}

fn unescaped(text: &str) -> String {
    text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_has_moments_groups_errors_and_annotations() {
        let mut writer = Writer::new("build");
        writer.begin(&Step { name: "Run make".into(), command: "make\n".into(), ..Step::default() });
        writer.output("::group::Compiling\n\u{1b}[31mred\u{1b}[0m\n::endgroup::\n::error file=src/a.c,line=7,title=Oh::bad%0Aworse\nplain::text::here\n");
        writer.failed(2);
        let written = writer.finish();
        let Log::Kept { text, sections } = written.log else { panic!("it is kept") };
        let bare: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(|line| line.split_once("Z ").unwrap().1).collect();
        let from = bare.iter().position(|line| *line == "##[group]Run make").unwrap();
        assert_eq!(
            bare[from..],
            [
                "##[group]Run make",
                "\u{1b}[36;1mmake\u{1b}[0m",
                "shell: /usr/bin/bash -e {0}",
                "##[endgroup]",
                "##[group]Compiling",
                "\u{1b}[31mred\u{1b}[0m",
                "##[endgroup]",
                "##[error]bad",
                "worse",
                "plain::text::here",
                "##[error]Process completed with exit code 2.",
                "Cleaning up orphan processes",
            ]
        );
        assert_eq!(sections.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["Set up job", "Run make", "Complete job"]);
        assert!(text[sections[1].1..].contains("##[group]Run make") && !text[..sections[1].1].contains("##[group]Run make"));
        assert_eq!(written.steps[1], ("Run make".to_owned(), "failure"));
        let told = |at: usize| (written.annotations[at]["path"].as_str().unwrap(), written.annotations[at]["message"].as_str().unwrap());
        assert_eq!((told(0), told(1)), (("src/a.c", "bad\nworse"), (".github", "Process completed with exit code 2.")));
        assert_eq!(written.annotations[0]["start_line"], 7);
    }

    #[test]
    fn a_step_makes_ten_annotations_of_a_level() {
        let mut writer = Writer::new("build");
        writer.begin(&Step::default());
        writer.output(&"::warning::w\n".repeat(12));
        writer.output("::error::e\n");
        assert_eq!(writer.finish().annotations.len(), 11);
    }
}
