//! `journeyman spec`: how a specification is read.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde::Serialize;

use crate::agent::verbatim;
use crate::spec::{self, Change, Edit, Gap, Specification};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The specification, a Markdown file
    file: PathBuf,
    /// Look whether the files that the steps name are in this directory
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    steps: Vec<Step<'a>>,
    acceptance_criteria: Vec<&'a str>,
    out_of_scope: &'a [String],
    gaps: &'a [Gap],
}

#[derive(Serialize)]
struct Step<'a> {
    number: &'a str,
    title: &'a str,
    line: usize,
    files: &'a [String],
    edits: Vec<EditLine>,
    verify: &'a [String],
    depends_on: &'a [String],
    done: bool,
}

#[derive(Serialize)]
struct EditLine {
    kind: &'static str,
    file: String,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let text = read(&arguments.file)?;
    let (specification, mut gaps) = spec::read(&text);
    if let Some(repo) = &arguments.repo {
        if !repo.is_dir() {
            bail!("failed to look into {}: it is not a directory", repo.display());
        }
        gaps.extend(spec::check_files(&specification, |path| repo.join(path).symlink_metadata().is_ok()));
    }
    gaps.sort_by_key(|gap| (!gap.blocking, gap.line));
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&document(&specification, &gaps))?);
    } else {
        print!("{}", shown(&specification, &gaps));
    }
    Ok(if gaps.iter().any(|gap| gap.blocking) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A specification's text; it must be UTF-8.
pub fn read(file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("failed to read the specification {}", file.display()))?;
    String::from_utf8(bytes).with_context(|| format!("failed to read the specification {}: it is not UTF-8", file.display()))
}

fn document<'a>(specification: &'a Specification, gaps: &'a [Gap]) -> Document<'a> {
    let steps = specification.steps.iter().map(|step| Step {
        number: &step.number,
        title: &step.title,
        line: step.line,
        files: &step.files,
        edits: step.edits.iter().flat_map(edit_lines).collect(),
        verify: &step.verify,
        depends_on: &step.depends_on,
        done: step.done,
    });
    Document {
        title: &specification.title,
        steps: steps.collect(),
        acceptance_criteria: specification.acceptance_criteria.iter().map(|c| c.text.as_str()).collect(),
        out_of_scope: &specification.out_of_scope,
        gaps,
    }
}

/// One line for each file: a diff may hold several.
fn edit_lines(edit: &Edit) -> Vec<EditLine> {
    let kind = match &edit.change {
        Change::WholeFile { .. } => "whole_file",
        Change::Diff { .. } => "diff",
        Change::SearchReplace { .. } => "search_replace",
        Change::Broken { .. } => "broken",
    };
    let mut lines: Vec<EditLine> = Vec::new();
    for file in verbatim::files(edit) {
        if !lines.iter().any(|line| line.file == file) {
            lines.push(EditLine { kind, file });
        }
    }
    lines
}

fn shown(specification: &Specification, gaps: &[Gap]) -> String {
    let mut out = format!("{}\n", if specification.title.is_empty() { "(no title)" } else { &specification.title });
    for step in &specification.steps {
        let done = if step.done { "  (done)" } else { "" };
        out.push_str(&format!("\n  {}  {}{done}  · line {}\n", step.number, step.title, step.line));
        let edits: Vec<EditLine> = step.edits.iter().flat_map(edit_lines).collect();
        for edit in &edits {
            out.push_str(&format!("      {:<15} {}\n", edit.kind.replace('_', " "), edit.file));
        }
        for file in step.files.iter().filter(|file| !edits.iter().any(|e| e.file == **file)) {
            out.push_str(&format!("      {:<15} {file}\n", "names"));
        }
        step.verify.iter().for_each(|command| out.push_str(&format!("      {:<15} {command}\n", "verify")));
        if !step.depends_on.is_empty() {
            out.push_str(&format!("      {:<15} {}\n", "after", step.depends_on.join(", ")));
        }
    }
    section(&mut out, "Acceptance criteria", specification.acceptance_criteria.iter().map(|c| c.text.as_str()));
    section(&mut out, "Out of scope", specification.out_of_scope.iter().map(String::as_str));
    let asked =
        |blocking: bool| gaps.iter().filter(move |gap| gap.blocking == blocking).map(|gap| format!("line {}: {}", gap.line, gap.question));
    section(&mut out, "Questions that stop a run", asked(true));
    section(&mut out, "Questions that do not", asked(false));
    out
}

fn section<T: AsRef<str>>(out: &mut String, name: &str, items: impl Iterator<Item = T>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        out.push_str(&format!("\n{name}\n"));
        items.for_each(|item| out.push_str(&format!("  - {}\n", item.as_ref())));
    }
}
