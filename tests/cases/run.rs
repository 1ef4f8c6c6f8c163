//! Runs the program, git and scripts so that nothing of whoever runs the tests reaches a case.

use std::path::Path;
use std::process::Command;

/// What a program said.
pub struct Said {
    /// `None` where a signal ended it.
    pub status: Option<i32>,
    /// Both channels.
    pub words: String,
    pub out: String,
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

/// Everything that must be as before: references but `out`, HEAD, the index, the files, the settings.
pub fn state(repo: &Path) -> Vec<String> {
    let references = git(repo, &["for-each-ref", "--format=%(objectname) %(refname)"]).unwrap_or_default();
    let kept = references.lines().filter(|line| !line.ends_with(" refs/heads/out")).collect::<Vec<_>>().join("\n");
    let of = |arguments: &[&str]| git(repo, arguments).unwrap_or_default();
    let settings = std::fs::read_to_string(repo.join(".git/config")).unwrap();
    let files = of(&["status", "--porcelain", "--ignored"]);
    vec![
        kept,
        of(&["symbolic-ref", "-q", "HEAD"]),
        of(&["rev-parse", "HEAD"]),
        of(&["ls-files", "-s"]),
        files,
        of(&["worktree", "list"]),
        settings,
    ]
}
