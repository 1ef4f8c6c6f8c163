//! What a program can tell of a proposal: every sentence is the issue's, every file is there or is new, and the plan reads back as it is meant.

use std::collections::BTreeSet;

use super::super::model::folder::Folder;
use super::super::model::folder::said;
use super::raw::{Raw, RawFile, RawStep};
use super::{MOST_STEPS, MOST_TITLE};
use crate::guard;
use crate::prose;
use crate::specification::{self, Proposal, Proposed, ProposedFile, Quoted, Sentence};

/// Faults that are told at once.
const FAULTS: usize = 12;
const MOST_FILES: usize = 40;
/// Questions, and characters of each.
const MOST_QUESTIONS: usize = 10;
const LONGEST_QUESTION: usize = 500;
/// Bytes of the plan, so that it fits into a comment with what stands around it.
const LARGEST: usize = 40_000;

/// An issue, with all that a proposal is held to.
pub struct Issue<'a> {
    text: String,
    sentences: Vec<Sentence>,
    protected: &'a [String],
    folder: Folder,
}

impl<'a> Issue<'a> {
    pub fn of(title: &str, body: &str, protected: &'a [String], folder: Folder) -> Self {
        let title_alone = Sentence { text: title.to_owned(), line: 0, block: 0, is_code: false, is_heading: true, asks: false };
        let sentences = [title_alone].into_iter().chain(specification::sentences(body)).collect();
        Self { text: format!("{title}\n{body}"), sentences, protected, folder }
    }

    /// The proposal in the issue's own words, or its faults, each a sentence.
    pub fn check(&self, raw: Raw) -> Result<Proposal, Vec<String>> {
        let quoted = Quoted::of(&self.sentences);
        let mut faults = Vec::new();
        if raw.steps.is_empty() || raw.steps.len() > MOST_STEPS {
            faults.push(format!("there are {} steps: there must be 1 to {MOST_STEPS}", raw.steps.len()));
        }
        let (mut used, mut made, mut steps) = (BTreeSet::new(), BTreeSet::new(), Vec::new());
        for (at, step) in raw.steps.into_iter().take(MOST_STEPS).enumerate() {
            let RawStep { title, files, words } = step;
            let number = at + 1;
            let title = title_of(&title).unwrap_or_else(|why| {
                faults.push(format!("the title of step {number} {why}"));
                String::new()
            });
            let mut own: Vec<usize> = Vec::new();
            if words.is_empty() {
                faults.push(format!("step {number} has no `words`: say with sentences of the issue what it does"));
            }
            for words in words {
                match quoted.find(&words, &used) {
                    Ok(found) => own.extend(found),
                    Err(why) => faults.push(format!("in step {number}, “{}” {why}", shortened(&words))),
                }
            }
            used.extend(own.iter().copied());
            let mut once = BTreeSet::new();
            own.retain(|index| once.insert(*index));
            let files = self.files(files, number, &mut made, &mut faults);
            let words = own.iter().filter_map(|index| self.sentences.get(*index)).map(|sentence| sentence.text.clone()).collect();
            steps.push(Proposed { title, files, words });
        }
        let left = self.sentences.iter().enumerate().filter(|(index, sentence)| sentence.asks && !used.contains(index));
        let unused = left.map(|(_, sentence)| sentence.text.clone()).collect();
        let mut proposal = Proposal { steps, questions: questions(&raw.questions), unused };
        if faults.is_empty() {
            faults = read_back(&mut proposal);
        }
        faults.truncate(FAULTS);
        if faults.is_empty() { Ok(proposal) } else { Err(faults) }
    }

    fn files(&self, files: Vec<RawFile>, number: usize, made: &mut BTreeSet<String>, faults: &mut Vec<String>) -> Vec<ProposedFile> {
        let mut found: Vec<ProposedFile> = Vec::new();
        if files.len() > MOST_FILES {
            faults.push(format!("step {number} has {} files: {MOST_FILES} are the most", files.len()));
        }
        for file in files.into_iter().take(MOST_FILES) {
            match self.file(&file, made) {
                Ok(path) if found.iter().any(|known| known.path == path) => {}
                Ok(path) => found.push(ProposedFile { path, new: file.new }),
                Err(why) => faults.push(format!("in step {number}, {why}")),
            }
        }
        made.extend(found.iter().filter(|file| file.new).map(|file| file.path.clone()));
        found
    }

    /// The file's plain path, or what is wrong with it.
    fn file(&self, file: &RawFile, made: &BTreeSet<String>) -> Result<String, String> {
        let path = Folder::plain(&file.path)?;
        if let Some(why) = guard::protection(&path, self.protected).filter(|_| !self.text.contains(&path)) {
            return Err(format!("`{path}` {why}, and the issue does not name it: leave it out"));
        }
        match (self.folder.metadata(&path), made.contains(&path)) {
            (_, true) if file.new => Err(format!("`{path}` is made by an earlier step: leave out its `new`")),
            (Ok(_), false) if file.new => Err(format!("`{path}` exists: leave out its `new`, or name the file otherwise")),
            (Ok(there), false) if there.is_dir() => Err(format!("`{path}` is a folder: name the files in it, or leave it out")),
            (Err(error), false) if !file.new => Err(format!(
                "{}: look with `list` or `search` for the file that is meant, mark it as `new` if the step makes it, or leave it out",
                said(&path, &error)
            )),
            (Ok(_) | Err(_), _) => Ok(path),
        }
    }
}

fn title_of(title: &str) -> Result<String, String> {
    let title = title.trim();
    let length = title.chars().count();
    if title.is_empty() {
        Err("is empty".to_owned())
    } else if title.lines().count() > 1 {
        Err("has several lines: it must be one".to_owned())
    } else if length > MOST_TITLE {
        Err(format!("has {length} characters: {MOST_TITLE} are the most"))
    } else {
        Ok(title.to_owned())
    }
}

fn questions(asked: &[String]) -> Vec<String> {
    let line = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST_QUESTION).collect::<String>();
    asked.iter().map(line).filter(|text| !text.is_empty()).take(MOST_QUESTIONS).collect()
}

/// Whether the plan that people will see reads back as these steps. Titles become what is read.
fn read_back(proposal: &mut Proposal) -> Vec<String> {
    let plan = prose::proposal_markdown(proposal);
    if plan.len() > LARGEST {
        return vec![format!("the plan has {} bytes: {LARGEST} are the most. Quote fewer sentences", plan.len())];
    }
    let (read, _) = specification::read(&plan).into_parts();
    let mut faults = Vec::new();
    if read.steps.len() != proposal.steps.len() {
        return vec![format!("the plan would be read as {} steps: write the titles in plain words", read.steps.len())];
    }
    for (at, (meant, read)) in proposal.steps.iter_mut().zip(read.steps).enumerate() {
        let (number, unnamed) = (at + 1, unnamed(meant));
        if !unnamed.is_empty() {
            faults.push(format!("in step {number}, {} cannot be named in a plan: leave it out", unnamed.join(", ")));
        } else if letters(&read.title) != letters(&meant.title)
            || read.done
            || !read.files.iter().eq(meant.files.iter().map(|file| &file.path))
        {
            faults.push(format!(
                "the title of step {number} would be read as “{}”: write it in plain words that say what changes, and name in it no file that is not in \
                 its `files`",
                read.title
            ));
        }
        meant.title = read.title;
    }
    faults
}

/// The files of a step that are not read as files, whatever its title is.
fn unnamed(step: &Proposed) -> Vec<String> {
    let alone = Proposed { title: "Change it".to_owned(), ..step.clone() };
    let (read, _) = specification::read(&prose::proposal_markdown(&Proposal { steps: vec![alone], ..Proposal::default() })).into_parts();
    let named = |path: &String| read.steps.iter().any(|step| step.files.contains(path));
    step.files.iter().map(|file| &file.path).filter(|path| !named(path)).map(|path| format!("`{path}`")).collect()
}

/// What must be the same in a title: marks of Markdown and stops at its ends may differ.
fn letters(text: &str) -> String {
    let text: String = text.chars().filter(|char| char.is_alphanumeric() || matches!(char, '/' | '.' | '-' | ':' | '(' | ')')).collect();
    text.trim_matches(|char: char| !char.is_alphanumeric()).to_owned()
}

fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= 200 { line } else { line.chars().take(199).chain(['…']).collect() }
}
