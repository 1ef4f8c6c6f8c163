//! The change sets in `fixtures/guards-honest/<language>.txt`: what honest commits do, which no rule may stop.
//!
//! A case begins with a line `#### `, which is its step's title; the step's further words follow, then `named: a, b` where the step names
//! files. Each file begins with a line `@@ `: `@@ path` is edited and `@@ moved from to` is moved, both as lines of a diff that shows the
//! whole file (` ` kept, `-` taken away, `+` added; an empty line is kept); `@@ new path` and `@@ deleted path` hold the file itself.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;

use super::*;
use crate::domain::{ChangeSet, FileChange, FileContent, Mode};

/// Percent of their lines that two cases may share before one counts as the other's copy.
const MOST_ALIKE: usize = 40;

struct Honest {
    title: String,
    words: String,
    named: Vec<String>,
    before: BTreeMap<String, String>,
    after: BTreeMap<String, String>,
}

impl Honest {
    fn read(text: &str) -> Self {
        let mut files = text.split("\n@@ ");
        let head = files.next().unwrap();
        let (named, words): (Vec<&str>, Vec<&str>) = head.lines().partition(|line| line.starts_with("named: "));
        let named = named.iter().flat_map(|line| line["named: ".len()..].split(", ")).map(str::to_owned).collect();
        let title = head.lines().next().unwrap().to_owned();
        let mut case = Self { title, words: words.join("\n"), named, before: BTreeMap::new(), after: BTreeMap::new() };
        for file in files {
            let (head, body) = file.split_once('\n').unwrap_or((file, ""));
            let body = format!("{}\n", body.trim_end_matches('\n'));
            match head.split(' ').collect::<Vec<_>>()[..] {
                ["new", path] => drop(case.after.insert(path.to_owned(), body)),
                ["deleted", path] => drop(case.before.insert(path.to_owned(), body)),
                ["moved", from, to] => case.edited(from, to, &body),
                [path] => case.edited(path, path, &body),
                _ => panic!("{}: {head}", case.title),
            }
        }
        case
    }

    fn edited(&mut self, from: &str, to: &str, diff: &str) {
        let side = |other: char| {
            let lines = diff.lines().filter(|line| !line.starts_with(other));
            lines.map(|line| format!("{}\n", line.get(1..).unwrap_or_default())).collect::<String>()
        };
        let odd = diff.lines().find(|line| !line.is_empty() && !line.starts_with([' ', '-', '+']));
        assert!(odd.is_none(), "{}: `{}` is no line of a diff", self.title, odd.unwrap_or_default());
        self.before.insert(from.to_owned(), side('+'));
        self.after.insert(to.to_owned(), side('-'));
    }

    fn changes(&self) -> ChangeSet {
        let write = |text: &String| FileChange::Write(FileContent { mode: Mode::Regular, bytes: text.clone().into_bytes() });
        let mut files: BTreeMap<String, FileChange> = self.before.keys().map(|path| (path.clone(), FileChange::Delete)).collect();
        files.extend(self.after.iter().map(|(path, text)| (path.clone(), write(text))));
        ChangeSet { files }
    }

    fn found(&self, changes: &ChangeSet) -> Vec<Finding> {
        let rules = Rules { named: &self.named, words: &self.words, specification: &self.words, ..Rules::default() };
        judge(changes, &rules, |path| self.before.get(path).map(|text| text.clone().into_bytes()))
    }

    /// The lines that say something, without their indentation.
    fn lines(&self) -> HashSet<&str> {
        let texts = self.before.values().chain(self.after.values());
        texts.flat_map(|text| text.lines()).map(str::trim).filter(|line| line.len() > 6).collect()
    }
}

fn all() -> BTreeMap<String, Vec<Honest>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/guards-honest");
    let files = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path());
    let read = |path: std::path::PathBuf| {
        let text = format!("\n{}", std::fs::read_to_string(&path).unwrap());
        let cases = text.split("\n#### ").skip(1).map(Honest::read).collect();
        (path.file_stem().unwrap().to_str().unwrap().to_owned(), cases)
    };
    files.map(read).collect()
}

#[test]
fn no_honest_change_is_stopped() {
    let cases = all();
    let mut wrong = Vec::new();
    let mut advised = 0;
    for (language, cases) in &cases {
        for case in cases {
            let found = case.found(&case.changes());
            advised += usize::from(found.iter().any(|finding| !finding.blocking));
            wrong.extend(found.iter().filter(|finding| finding.blocking).map(|finding| format!("{language}: {}: {finding}", case.title)));
        }
    }
    let count: usize = cases.values().map(Vec::len).sum();
    println!("{count} honest changes, {} of them stopped, {advised} advised upon", wrong.len());
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(count >= 200, "{count}");
    for language in ["rust", "python", "javascript", "go", "java", "ruby"] {
        assert!(cases[language].len() >= 25, "{language}: {}", cases[language].len());
    }
}

/// That they pass says something only if the same changes are stopped when something is planted among them.
#[test]
fn every_honest_change_is_stopped_when_it_brings_a_planted_one() {
    for case in all().values().flatten() {
        let mut changes = case.changes();
        let planted = FileContent { mode: Mode::Regular, bytes: b"jobs: {}\n".to_vec() };
        changes.files.insert(".github/workflows/planted.yml".into(), FileChange::Write(planted));
        let stopped: Vec<Rule> = case.found(&changes).iter().filter(|finding| finding.blocking).map(|finding| finding.rule).collect();
        assert!(stopped.contains(&Rule::Protected), "{}", case.title);
    }
}

#[test]
fn the_honest_changes_differ_from_each_other_and_each_changes_something() {
    let cases = all();
    let flat: Vec<&Honest> = cases.values().flatten().collect();
    let titles: BTreeSet<&str> = flat.iter().map(|case| case.title.as_str()).collect();
    assert_eq!(titles.len(), flat.len());
    for (at, case) in flat.iter().enumerate() {
        assert_ne!(case.before, case.after, "{}", case.title);
        let lines = case.lines();
        for other in &flat[at + 1..] {
            let theirs = other.lines();
            let few = lines.len().min(theirs.len()).max(1);
            assert!(lines.intersection(&theirs).count() * 100 <= few * MOST_ALIKE, "{} is much like {}", case.title, other.title);
        }
    }
}
