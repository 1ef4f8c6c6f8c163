//! Runs the program, git and scripts so that nothing of whoever runs the tests reaches a case.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a program said.
pub struct Said {
    /// `None` where a signal ended it.
    pub status: Option<i32>,
    /// Both channels.
    pub words: String,
    pub out: String,
}

impl Said {
    /// A crash or a hang is never an answer.
    pub fn trouble(&self) -> Option<String> {
        let crashed = self.status.is_none_or(|status| status >= 101) || self.words.contains("panicked at");
        crashed.then(|| format!("it crashed, or had no end (exit status {:?}): {}", self.status, self.words))
    }
}

/// Runs the program that is tested; killed, with the exit status 137, where it has no end.
pub fn journeyman(arguments: &[&str], folder: &Path, home: &Path) -> Said {
    const MOST_SECONDS: &str = "60";
    run("timeout", &[&["-s", "KILL", MOST_SECONDS, env!("CARGO_BIN_EXE_journeyman")], arguments].concat(), folder, home)
}

#[expect(clippy::disallowed_methods, reason = "the program is run as people run it")]
pub fn run(program: &str, arguments: &[&str], folder: &Path, home: &Path) -> Said {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home).env("TMPDIR", home).env("LANG", "C.UTF-8").env("NO_COLOR", "1");
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_TERMINAL_PROMPT", "0");
    let done = command.output().unwrap();
    let out = String::from_utf8_lossy(&done.stdout).into_owned();
    let words = format!("{out}\n{}", String::from_utf8_lossy(&done.stderr));
    Said { status: done.status.code(), words, out }
}

/// What git prints; `None` where it fails.
pub fn git(repo: &Path, arguments: &[&str]) -> Option<String> {
    let all = [&["-c", "core.quotepath=false"], arguments].concat();
    let said = run("git", &all, repo, repo.parent()?);
    (said.status == Some(0)).then_some(said.out)
}

/// Everything that must be as before.
#[derive(PartialEq, Eq)]
pub struct State {
    /// The commit of each reference.
    references: BTreeMap<String, String>,
    /// HEAD, the index, the work trees, the settings: each by its name.
    others: Vec<(&'static str, String)>,
    /// What each file holds; of a link, where it leads.
    files: BTreeMap<PathBuf, (bool, Vec<u8>)>,
}

pub fn state(repo: &Path) -> State {
    let of = |arguments: &[&str]| git(repo, arguments).unwrap_or_default();
    let references = of(&["for-each-ref", "--format=%(refname) %(objectname)"]);
    let references =
        references.lines().filter_map(|line| line.split_once(' ')).map(|(name, commit)| (name.into(), commit.into())).collect();
    let head = of(&["symbolic-ref", "-q", "HEAD"]) + &of(&["rev-parse", "HEAD"]);
    let settings = std::fs::read_to_string(repo.join(".git/config")).unwrap();
    let others =
        vec![("HEAD", head), ("index", of(&["ls-files", "-s"])), ("work trees", of(&["worktree", "list"])), ("settings", settings)];
    let mut files = BTreeMap::new();
    let mut open = vec![repo.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().map(Result::unwrap).filter(|entry| entry.file_name() != ".git") {
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            if kind.is_dir() {
                open.push(path);
            } else {
                let held = if kind.is_symlink() {
                    std::fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
                } else {
                    std::fs::read(&path).unwrap()
                };
                files.insert(path, (kind.is_symlink(), held));
            }
        }
    }
    State { references, others, files }
}

/// The first thing that is not as before; the reference `new` may be.
pub fn moved(before: &State, after: &State, new: Option<&str>) -> Option<String> {
    let mut references = after.references.clone();
    new.and_then(|new| references.remove(new));
    if references != before.references {
        return Some(format!("the references are {references:?}"));
    }
    let other = before.others.iter().zip(&after.others).find(|(before, after)| before != after);
    other.map(|((name, _), _)| format!("the {name} changed")).or_else(|| (before.files != after.files).then(|| "files changed".into()))
}
