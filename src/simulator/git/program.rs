//! Starting the git program, away from any configuration of the user's.

use std::path::Path;
use std::process::{Command, Output};

use super::super::error::Error;

/// `git`, with neither the user's nor the system's configuration, never asking for anything.
pub(in super::super) fn command(dir: &Path) -> Command {
    #[expect(clippy::disallowed_methods, reason = "the simulator's repositories are its own; this is its only git")]
    let mut git = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE"]
    {
        git.env_remove(name);
    }
    git.env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_LFS_SKIP_SMUDGE", "1")
        .env("LC_ALL", "C")
        .args(["-c", "safe.directory=*", "-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"])
        .current_dir(dir);
    git
}

/// Runs git in `dir` and gives its output; a status other than 0 is an error with what git said.
pub(super) fn run(dir: &Path, arguments: &[&str]) -> Result<String, Error> {
    let output = output(dir, arguments)?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::Git { doing: doing(arguments), said });
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs git in `dir`, whatever its status.
pub(super) fn output(dir: &Path, arguments: &[&str]) -> Result<Output, Error> {
    command(dir).args(arguments).output().map_err(|e| Error::Git { doing: doing(arguments), said: e.to_string() })
}

fn doing(arguments: &[&str]) -> String {
    format!("run git {}", arguments.iter().find(|a| !a.starts_with('-') && !a.contains('=')).unwrap_or(&""))
}
