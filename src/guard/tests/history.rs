//! The guards over this repository's own history: each commit is judged as a step whose words are its message and whose files are named.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::*;
use crate::domain::{ChangeSet, FileChange, FileContent, Mode};

/// How many commits are judged, from this one back: what was judged once stays judged, and no later message can fail the test.
const COMMITS: &str = "150";
const NEWEST: &str = "720b1ca106c9cc7e1d57244d2a584e8061bc3f55";

/// Commits of which a finding is true: the beginning of the title, the rule, and why it is no false alarm.
const NOT_HONEST: [(&str, Rule, &str); 2] = [
    ("Judge six hundred cases of what a step may plant", Rule::Secrets, "its cases held whole private keys, which a later commit parted"),
    ("Lay out what a step costs, how an implementer ends", Rule::Placeholders, "it laid out functions that were not written yet"),
];

#[expect(clippy::disallowed_methods, reason = "the history is read with the git program, in a test only")]
fn git(arguments: &[&str]) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(env!("CARGO_MANIFEST_DIR")).args(arguments);
    git
}

fn text(arguments: &[&str]) -> Option<String> {
    let output = git(arguments).output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// One `git cat-file --batch` for all contents: a process for each would take most of the time.
struct Contents {
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
    child: Child,
}

impl Contents {
    fn open() -> Self {
        let mut child = git(&["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (ask, answer) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { ask, answer, child }
    }

    fn read(&mut self, object: &str) -> Option<Vec<u8>> {
        writeln!(self.ask, "{object}").unwrap();
        let mut head = String::new();
        self.answer.read_line(&mut head).unwrap();
        let size: usize = head.trim_end().rsplit(' ').next().and_then(|size| size.parse().ok())?;
        let mut content = vec![0; size + 1];
        self.answer.read_exact(&mut content).unwrap();
        content.pop();
        Some(content)
    }
}

impl Drop for Contents {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a commit changed, and what those files held before.
fn change(commit: &str, parent: &str, contents: &mut Contents) -> (ChangeSet, BTreeMap<String, Vec<u8>>) {
    let raw = text(&["diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", parent, commit]).unwrap();
    let mut fields = raw.split('\0').filter(|field| !field.is_empty());
    let (mut changes, mut before) = (ChangeSet::default(), BTreeMap::new());
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let [had, mode, old, new, _] = head.trim_start_matches(':').split(' ').collect::<Vec<_>>()[..] else { panic!("{head}") };
        let mode = match mode {
            "100755" => Some(Mode::Executable),
            "120000" => Some(Mode::Symlink),
            "000000" => None,
            _ => Some(Mode::Regular),
        };
        if had != "000000" {
            before.insert(path.to_owned(), contents.read(old).unwrap());
        }
        let mut write = |mode| FileChange::Write(FileContent { mode, bytes: contents.read(new).unwrap() });
        changes.files.insert(path.to_owned(), mode.map_or(FileChange::Delete, &mut write));
    }
    (changes, before)
}

#[test]
fn no_commit_of_our_own_history_is_stopped() {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(".git").exists();
    let arguments = ["log", "--no-merges", "-n", COMMITS, "--format=%H %P", NEWEST];
    // A shallow clone may lack even that one: the number that is printed says so.
    let log = if whole { text(&arguments).unwrap_or_default() } else { String::new() };
    let mut wrong = Vec::new();
    let (mut judged, mut advised) = (0, 0);
    let mut contents = Contents::open();
    for (commit, parent) in log.lines().filter_map(|line| line.split_once(' ')) {
        // A shallow clone names parents that it does not have.
        if contents.read(parent).is_none() {
            continue;
        }
        let (changes, before) = change(commit, parent, &mut contents);
        let named: Vec<String> = changes.files.keys().cloned().collect();
        let words = text(&["log", "-1", "--format=%B", commit]).unwrap();
        // A message names no dependencies as a specification does: those that our manifests gain count as named.
        let manifests = changes.files.iter().filter(|(path, _)| path.ends_with("Cargo.toml") || path.ends_with("package.json"));
        let specification = manifests.fold(words.clone(), |said, (_, change)| match change {
            FileChange::Write(file) => said + "\n" + &String::from_utf8_lossy(&file.bytes),
            FileChange::Delete => said,
        });
        let rules = Rules { named: &named, words: &words, specification: &specification, ..Rules::default() };
        let mut at_parent = |path: &str| contents.read(&format!("{parent}:{path}"));
        let found = judge(&changes, &rules, |path| before.get(path).cloned().or_else(|| at_parent(path)));
        judged += 1;
        advised += usize::from(found.iter().any(|finding| !finding.blocking));
        let title = words.lines().next().unwrap_or_default();
        let is_true = |rule: Rule| NOT_HONEST.iter().any(|(begin, its, _)| *its == rule && title.starts_with(begin));
        let stopping = found.iter().filter(|finding| finding.blocking);
        wrong.extend(stopping.filter(|finding| !is_true(finding.rule)).map(|finding| format!("{commit:.10} {title}: {finding}")));
    }
    println!("{judged} commits of this repository were judged: {} findings would stop, {advised} commits are advised upon", wrong.len());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
