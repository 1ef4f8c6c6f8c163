//! `journeyman spec`: how a specification is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use serde::Serialize;

use crate::agent::verbatim;
use crate::prose;
use crate::specification::{self, Account, Block, Change, Edit, Gap, LeftOut, Read, Role, Specification};

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The specification: a Markdown file, or a folder of Spec Kit, Kiro, OpenSpec and the like
    path: PathBuf,
    /// Look whether the files that the steps name are in this directory
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Show the role of every line as well
    #[arg(long)]
    account: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// A specification as it was read, and the files that it was read from, where there are several.
struct Shown {
    documents: Vec<String>,
    read: Read,
    /// The texts by the names of their documents; one that is read alone has none.
    texts: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    /// The files that were read, where there are several.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    documents: &'a [String],
    steps: Vec<Step<'a>>,
    acceptance_criteria: Vec<&'a str>,
    out_of_scope: &'a [String],
    left_out: &'a [LeftOut],
    gaps: &'a [Gap],
    account: &'a [Block],
}

#[derive(Serialize)]
struct Step<'a> {
    number: &'a str,
    title: &'a str,
    line: usize,
    #[serde(skip_serializing_if = "str::is_empty")]
    document: &'a str,
    files: &'a [String],
    edits: Vec<EditLine>,
    verify: &'a [String],
    depends_on: &'a [String],
    meets: &'a [String],
    done: bool,
    optional: bool,
    no_code_change: bool,
}

#[derive(Serialize)]
struct EditLine {
    kind: &'static str,
    file: String,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Shown { documents, read, texts } = specification(&arguments.path)?;
    let Read { specification, mut gaps, account } = read;
    if let Some(repo) = &arguments.repo {
        if !repo.is_dir() {
            bail!("failed to look into {}: it is not a directory", repo.display());
        }
        gaps.extend(specification::check_files(&specification, |path| repo.join(path).symlink_metadata().is_ok()));
    }
    gaps.sort_by_key(|gap| !gap.blocking);
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&document(&documents, &specification, &gaps, &account))?);
    } else {
        print!("{}", shown(&documents, &specification, &gaps));
        if arguments.account {
            print!("{}", accounted(&account, &texts));
        }
    }
    Ok(if gaps.iter().any(|gap| gap.blocking) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What was read, and how. A folder of a tool, or a file in one, is read with all that belongs to it; any other file is read alone.
fn specification(path: &Path) -> anyhow::Result<Shown> {
    let path = std::path::absolute(path).with_context(|| format!("failed to find {}", path.display()))?;
    let Some((base, reference)) = folder(&path) else {
        let text = read(&path)?;
        return Ok(Shown { documents: Vec::new(), read: specification::read(&text), texts: vec![(String::new(), text)] });
    };
    let mut tree = Vec::new();
    walk(&base, &base.join(&reference.path), &mut tree)?;
    let specification::Folder { files, gaps: missing } = specification::folder_of(&reference, &tree);
    if files.is_empty() {
        return Ok(Shown { documents: files, read: Read { gaps: missing, ..Read::default() }, texts: Vec::new() });
    }
    let texts = files.iter().map(|file| Ok((file.clone(), read(&base.join(file))?))).collect::<anyhow::Result<Vec<_>>>()?;
    let mut read = specification::read_documents("", "", &texts, &specification::Answers::default());
    read.gaps.splice(0..0, missing);
    Ok(Shown { documents: files, read, texts })
}

/// The folder that a path is, or belongs to, and the directory from which it is seen.
fn folder(path: &Path) -> Option<(PathBuf, specification::Reference)> {
    let named = |base: &Path| Some(path.strip_prefix(base).ok()?.to_str()?.replace('\\', "/"));
    let reference = |path: String| specification::Reference { path, line: 1, declared: true, also: Vec::new() };
    // `.kiro/specs/NAME` is not `specs/NAME`.
    let whole = |base: &&Path| ![".kiro", ".specify", ".agent-os", "agent-os"].iter().any(|tool| base.ends_with(tool));
    let known =
        path.ancestors().skip(1).take(8).filter(whole).find_map(|base| Some((base.to_owned(), specification::folder_root(&named(base)?)?)));
    if let Some((base, root)) = known.filter(|(base, root)| base.join(root).is_dir()) {
        return Some((base, reference(root)));
    }
    // A list of tasks with its neighbours, wherever it lies.
    let around = if path.is_dir() { path } else { path.parent().filter(|_| path.ends_with("tasks.md"))? };
    let base = around.parent()?;
    Some((base.to_owned(), reference(around.strip_prefix(base).ok()?.to_str()?.to_owned())))
}

/// The files of a folder, at most a few thousand, without following links.
fn walk(base: &Path, folder: &Path, files: &mut Vec<String>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("failed to read the folder {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("failed to read the folder {}", folder.display()))?;
        let kind = entry.file_type().with_context(|| format!("failed to read {}", entry.path().display()))?;
        if files.len() > 5000 {
            bail!("failed to read the folder {}: it has thousands of files", folder.display());
        }
        if kind.is_dir() {
            walk(base, &entry.path(), files)?;
        } else if kind.is_file() {
            files.extend(entry.path().strip_prefix(base).ok().and_then(|path| path.to_str()).map(str::to_owned));
        }
    }
    Ok(())
}

fn place(document: &str, line: usize) -> String {
    if document.is_empty() { format!("line {line}") } else { format!("{document}:{line}") }
}

/// A specification's text; it must be UTF-8.
pub fn read(file: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(file).with_context(|| format!("failed to read the specification {}", file.display()))?;
    String::from_utf8(bytes).with_context(|| format!("failed to read the specification {}: it is not UTF-8", file.display()))
}

fn document<'a>(documents: &'a [String], specification: &'a Specification, gaps: &'a [Gap], account: &'a Account) -> Document<'a> {
    let steps = specification.steps.iter().map(|step| Step {
        number: &step.number,
        title: &step.title,
        line: step.line,
        document: &step.document,
        files: &step.files,
        edits: step.edits.iter().flat_map(edit_lines).collect(),
        verify: &step.verify,
        depends_on: &step.depends_on,
        meets: &step.meets,
        done: step.done,
        optional: step.optional,
        no_code_change: step.no_code_change,
    });
    Document {
        title: &specification.title,
        documents,
        steps: steps.collect(),
        acceptance_criteria: specification.acceptance_criteria.iter().map(|c| c.text.as_str()).collect(),
        out_of_scope: &specification.out_of_scope,
        left_out: &specification.left_out,
        gaps,
        account: &account.blocks,
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

fn shown(documents: &[String], specification: &Specification, gaps: &[Gap]) -> String {
    let mut out = format!("{}\n", if specification.title.is_empty() { "(no title)" } else { &specification.title });
    section(&mut out, "Read", documents.iter());
    for step in &specification.steps {
        let state = if step.done {
            "  (done)"
        } else if step.optional {
            "  (optional, not built)"
        } else {
            ""
        };
        let place = place(&step.document, step.line);
        out.push_str(&format!("\n  {}  {}{state}  · {place}\n", step.number, step.title));
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
        if !step.meets.is_empty() {
            out.push_str(&format!("      {:<15} {}\n", "meets", step.meets.join(", ")));
        }
    }
    section(&mut out, "Acceptance criteria", specification.acceptance_criteria.iter().map(|c| c.text.as_str()));
    section(&mut out, "Out of scope", specification.out_of_scope.iter().map(String::as_str));
    let left =
        specification.left_out.iter().map(|left| format!("{}: “{}”, because {}", place(&left.document, left.line), left.words, left.why));
    section(&mut out, "Left out", left);
    let asked = |blocking: bool| {
        gaps.iter()
            .filter(move |gap| gap.blocking == blocking)
            .map(|gap| format!("{}: {}", prose::plain_place(gap), indented(&gap.question)))
    };
    section(&mut out, "Questions that stop a run", asked(true));
    section(&mut out, "Questions that do not", asked(false));
    out
}

/// The lines of a question below each other, as the item of a list.
fn indented(question: &str) -> String {
    let mut lines = question.lines().filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().to_owned();
    lines.fold(first, |shown, line| format!("{shown}\n    {line}"))
}

/// Every block of the document with its role: lines, role, how it begins, and why it is left out.
fn accounted(account: &Account, texts: &[(String, String)]) -> String {
    const LONGEST: usize = 60;
    let lines: BTreeMap<&str, Vec<&str>> = texts.iter().map(|(document, text)| (document.as_str(), text.lines().collect())).collect();
    let mut out = String::from("\nAccount\n");
    for Block { document, first, last, role } in &account.blocks {
        let range = if first == last { first.to_string() } else { format!("{first}-{last}") };
        let place = if document.is_empty() { range } else { format!("{document}:{range}") };
        let (name, why) = match role {
            Role::Title => ("title".to_owned(), ""),
            Role::Context => ("context".to_owned(), ""),
            Role::Step { number } => (format!("step {number}"), ""),
            Role::Criterion => ("criterion".to_owned(), ""),
            Role::OutOfScope => ("out of scope".to_owned(), ""),
            Role::Question => ("question".to_owned(), ""),
            Role::Verification => ("verification".to_owned(), ""),
            Role::Example => ("example".to_owned(), ""),
            Role::LeftOut { why } => ("left out".to_owned(), why.as_str()),
        };
        let begins = lines
            .get(document.as_str())
            .into_iter()
            .flatten()
            .take(*last)
            .skip(first - 1)
            .find(|line| !line.trim().is_empty())
            .map_or("", |line| line.trim());
        let words: String = begins.chars().take(LONGEST).collect();
        let because = if why.is_empty() { String::new() } else { format!(" (because {why})") };
        out.push_str(format!("  {place:<9} {name:<13} {words}{because}").trim_end());
        out.push('\n');
    }
    out
}

fn section<T: AsRef<str>>(out: &mut String, name: &str, items: impl Iterator<Item = T>) {
    let mut items = items.peekable();
    if items.peek().is_some() {
        out.push_str(&format!("\n{name}\n"));
        items.for_each(|item| out.push_str(&format!("  - {}\n", item.as_ref())));
    }
}
