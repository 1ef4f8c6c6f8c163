//! The cases in `fixtures/guards/<rule>/<case>.txt`: what a step does and what is found in it.
//!
//! A case is a list of sections, each under a line `== word [path]`: `step` (title and instructions), `named` (a file a line),
//! `specification`, `given`, `protected`; `before`, `after`, `deleted` with a file's content; `program`, `link` and `submodule` for what
//! is written with another mode; `expect`, the last, with the sentences. `{|}` is left out, so that nobody's scanner takes a case's
//! credential for a leak, and `\0` at a line's beginning stands for a zero byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use expect_test::expect_file;

use super::*;

struct Case {
    path: PathBuf,
    /// Everything before the expectation.
    given: String,
    sections: Vec<(String, String, String)>,
}

fn read(path: PathBuf) -> Case {
    let whole = std::fs::read_to_string(&path).unwrap();
    let given = whole.split("== expect\n").next().unwrap().to_owned();
    let mut sections: Vec<(String, String, String)> = Vec::new();
    for line in given.split_inclusive('\n') {
        if let Some(head) = line.strip_prefix("== ") {
            let (word, path) = head.trim_end().split_once(' ').unwrap_or((head.trim_end(), ""));
            sections.push((word.into(), path.into(), String::new()));
        } else if let Some((_, _, text)) = sections.last_mut() {
            text.push_str(&line.replace("{|}", "").replace("\\0", "\0"));
        }
    }
    Case { path, given, sections }
}

impl Case {
    fn text(&self, wanted: &str) -> &str {
        self.sections.iter().find(|(word, _, _)| word == wanted).map_or("", |(_, _, text)| text)
    }
    fn list(&self, wanted: &str) -> Vec<String> {
        self.text(wanted).lines().map(str::to_owned).collect()
    }
    fn changes(&self) -> ChangeSet {
        let write = |mode, text: &str| FileChange::Write(FileContent { mode, bytes: text.as_bytes().to_vec() });
        let change = |word: &str, text: &str| match word {
            "after" => Some(write(Mode::Regular, text)),
            "program" => Some(write(Mode::Executable, text)),
            "link" => Some(write(Mode::Symlink, text.trim_end())),
            "submodule" => Some(write(Mode::Submodule, "")),
            "deleted" => Some(FileChange::Delete),
            _ => None,
        };
        let files = self.sections.iter().filter_map(|(word, path, text)| change(word, text).map(|change| (path.clone(), change)));
        ChangeSet { files: files.collect() }
    }
    fn found(&self) -> Vec<Finding> {
        let held = |wanted: &str| self.sections.iter().find(|(word, path, _)| (word == "before" || word == "deleted") && path == wanted);
        let (named, protected) = (self.list("named"), self.list("protected"));
        let given = self.list("given").into_iter().collect();
        let rules = Rules {
            named: &named,
            words: self.text("step"),
            specification: self.text("specification"),
            given: &given,
            protected: &protected,
        };
        judge(&self.changes(), &rules, |path| held(path).map(|(_, _, text)| text.as_bytes().to_vec()))
    }
}

fn all() -> Vec<(String, Case)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/guards");
    let mut cases = Vec::new();
    let sorted = |folder: &Path| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        paths
    };
    for folder in sorted(&root) {
        let rule = folder.file_name().unwrap().to_str().unwrap().to_owned();
        cases.extend(sorted(&folder).into_iter().map(|path| (rule.clone(), read(path))));
    }
    cases
}

/// An honest case may be advised upon; every other one is stopped by the rule whose folder it is in, or advised upon if its name says so.
#[test]
fn every_case_is_found_as_it_says() {
    let mut planted: BTreeMap<String, usize> = BTreeMap::new();
    let mut honest = 0;
    let mut wrong = Vec::new();
    for (rule, case) in all() {
        let name = case.path.file_stem().unwrap().to_str().unwrap().to_owned();
        let found = case.found();
        let mut text = case.given.clone() + "== expect\n";
        for finding in &found {
            text += &format!("{}: {finding}\n", if finding.blocking { "stops" } else { "advises" });
        }
        if name.starts_with("honest-") {
            honest += 1;
            wrong.extend(found.iter().filter(|finding| finding.blocking).map(|finding| format!("{rule}/{name}: {finding}")));
        } else {
            *planted.entry(rule.clone()).or_default() += 1;
            let advice = name.ends_with("-is-advice") || rule == "untested";
            let by_rule = found.iter().any(|finding| format!("{:?}", finding.rule).to_lowercase() == rule && finding.blocking != advice);
            if !by_rule {
                wrong.push(format!("{rule}/{name} is not found: {found:?}"));
            }
        }
        expect_file![case.path].assert_eq(&text);
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    for rule in ["secrets", "weakened", "dependencies", "placeholders", "scope", "protected", "leftovers"] {
        assert!(planted[rule] >= 30, "{rule}: {}", planted[rule]);
    }
    assert!(honest >= 200, "{honest}");
}
