//! What was said and done for a step: one linear list, a file of JSON lines, each line on disk before anything follows from it.
//!
//! The conversation with a model is made from it, so that what a crash left behind is exactly what the next start goes on with: no turn is
//! paid for twice. Whatever looks like a credential is replaced before it is written, and so reaches neither disk nor model.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Ending;
use crate::clock::Clock;
use crate::domain::{Sha, Spent, Timestamp};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub at: Timestamp,
    pub entry: Entry,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// Work on a step began. `by` is `provider:model`, or an ACP agent's command.
    Began {
        step: String,
        by: String,
        base: Sha,
    },
    /// What the implementer is and which rules it keeps.
    System(String),
    /// What it was told: the task, or what was found amiss.
    Told(String),
    /// An answer that was paid for.
    Replied(Reply),
    /// What became of the calls of the reply before, in their order.
    Results(Vec<CallResult>),
    /// An ACP agent's update: its kind, and what it says.
    Update {
        kind: String,
        text: String,
    },
    /// A second reading of what was submitted: what it found, each a sentence for people.
    Reviewed {
        model: String,
        spent: Spent,
        findings: Vec<String>,
    },
    /// What was submitted goes back. What the implementer is told of it follows.
    SentBack {
        why: Back,
        findings: Vec<String>,
    },
    /// A verification command that failed was run on the step's parent as well: how it failed there, if it did.
    AtBase {
        command: String,
        failed: Option<String>,
    },
    /// Something of note that is not part of the conversation: a retry, a dropped stream.
    Note(String),
    /// Wall time that no answer has paid for, up to here; also a new start after an interruption.
    Elapsed {
        millis: u64,
    },
    Ended(Ending),
}

/// Why a submitted change goes back to its implementer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Back {
    NoChange,
    Guards,
    Verification,
    Review,
    /// Not sent back: the question that ended its work is answered.
    Answer,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// `provider:model`.
    pub model: String,
    pub text: String,
    pub calls: Vec<Call>,
    pub spent: Spent,
    /// What the provider wants back unread with the next turn (thought signatures and the like).
    #[serde(default)]
    pub opaque: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    pub id: String,
    pub tool: String,
    pub arguments: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallResult {
    pub id: String,
    pub text: String,
    pub failed: bool,
}

/// The transcript of one step, open for writing.
#[derive(Debug)]
pub struct Transcript {
    path: PathBuf,
    file: File,
    clock: Clock,
    lines: Vec<Line>,
}

impl Transcript {
    /// Opens it, with what it holds. A last line that a crash cut short is dropped. A path without extension is expected to be in a
    /// directory that can be made.
    pub fn open(path: &Path, clock: Clock) -> io::Result<Self> {
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let (lines, good) = match fs::read(path) {
            Ok(bytes) => parse(&bytes),
            Err(error) if error.kind() == io::ErrorKind::NotFound => (Vec::new(), 0),
            Err(error) => return Err(error),
        };
        let file = File::options().create(true).append(true).open(path)?;
        file.set_len(good)?;
        Ok(Self { path: path.to_owned(), file, clock, lines })
    }

    /// Adds an entry; it is on disk when this returns.
    pub fn push(&mut self, entry: Entry) -> io::Result<()> {
        let line = Line { at: self.clock.now(), entry };
        let mut json = serde_json::to_vec(&line)?;
        json.push(b'\n');
        self.file.write_all(&json)?;
        self.file.sync_data()?;
        self.lines.push(line);
        Ok(())
    }

    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.lines.iter().map(|line| &line.entry)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Everything that was paid for.
    pub fn spent(&self) -> Spent {
        let mut spent = Spent::default();
        for entry in self.entries() {
            match entry {
                Entry::Replied(reply) => spent += reply.spent,
                Entry::Reviewed { spent: more, .. } => spent += *more,
                Entry::Elapsed { millis } => spent += Spent { millis: *millis, ..Spent::default() },
                Entry::Began { .. } | Entry::System(_) | Entry::Told(_) | Entry::Results(_) => {}
                Entry::Update { .. } | Entry::SentBack { .. } | Entry::AtBase { .. } | Entry::Note(_) | Entry::Ended(_) => {}
            }
        }
        spent
    }
}

/// A transcript's lines, for whoever only reads it.
pub fn read(path: &Path) -> io::Result<Vec<Line>> {
    Ok(parse(&fs::read(path)?).0)
}

/// The lines, up to the first that cannot be read, and how many bytes they take.
fn parse(bytes: &[u8]) -> (Vec<Line>, u64) {
    let mut lines = Vec::new();
    let mut good = 0;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(whole) = line.strip_suffix(b"\n") else { break };
        let Ok(entry) = serde_json::from_slice(whole) else { break };
        lines.push(entry);
        good += line.len() as u64;
    }
    (lines, good)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_there_again_and_a_line_cut_short_is_not() {
        let scratch = tempfile::tempdir().unwrap();
        let path = scratch.path().join("run/step-1.jsonl");
        let clock = Clock::manual(Timestamp(5));
        let mut transcript = Transcript::open(&path, clock.clone()).unwrap();
        transcript.push(Entry::Told("do it".into())).unwrap();
        transcript.push(Entry::Note("so far".into())).unwrap();
        drop(transcript);
        let mut file = File::options().append(true).open(&path).unwrap();
        file.write_all(b"{\"at\":7,\"entry\":{\"no").unwrap();
        let mut transcript = Transcript::open(&path, clock).unwrap();
        assert_eq!(transcript.lines().len(), 2);
        transcript.push(Entry::Note("on".into())).unwrap();
        let entries: Vec<Entry> = read(&path).unwrap().into_iter().map(|line| line.entry).collect();
        assert_eq!(entries, [Entry::Told("do it".into()), Entry::Note("so far".into()), Entry::Note("on".into())]);
    }
}
