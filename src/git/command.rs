//! The one place where git is started.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use super::Error;

/// What git may see of our own environment: where programs, certificates and proxies are.
const PASSED_ON: [&str; 11] = [
    "PATH",
    "TMPDIR",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "NO_PROXY",
    "no_proxy",
    "LD_LIBRARY_PATH",
];

/// git on a bare git directory, with nothing inherited: an empty environment plus an allow-list, no configuration of the machine or
/// the user, no hooks, no prompt, no large-file downloads; in a process group of its own, so that its children end with it.
pub fn command(git_dir: &Path) -> Command {
    let mut git = bare();
    git.arg("--git-dir").arg(git_dir);
    git
}

/// The same git, in a directory of somebody's working tree. Whoever named the directory vouches for its owner.
pub fn command_in(directory: &Path) -> Command {
    let mut git = bare();
    git.arg("-C").arg(directory).args(["-c", "safe.directory=*"]);
    git
}

/// Where git is. Named by its whole path a program is started without a copy of our own process: the standard library forks where the
/// environment is changed and the program has yet to be looked for.
static PROGRAM: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = std::env::vars_os().find(|(name, _)| name == "PATH").map(|(_, path)| path).unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|file| file.is_absolute() && file.is_file());
    found.unwrap_or_else(|| PathBuf::from("git"))
});

#[expect(clippy::disallowed_methods, reason = "this is the home of starting git")]
fn bare() -> Command {
    let mut git = Command::new(PROGRAM.as_path());
    git.env_clear();
    git.envs(std::env::vars_os().filter(|(name, _)| PASSED_ON.iter().any(|passed| name == passed)));
    git.envs([
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_ATTR_NOSYSTEM", "1"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_LFS_SKIP_SMUDGE", "1"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("LC_ALL", "C"),
    ]);
    for setting in ["core.hooksPath=/dev/null", "core.fsmonitor=false", "gc.auto=0", "maintenance.auto=false", "credential.helper="] {
        git.args(["-c", setting]);
    }
    git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    git
}

/// Runs git to its end and answers its standard output. `doing` completes "failed to …".
pub fn run(mut git: Command, doing: &str) -> Result<Vec<u8>, Error> {
    let output = git.output().map_err(|error| Error::Never(format!("{doing}: the git program cannot be started: {error}")))?;
    if output.status.success() { Ok(output.stdout) } else { Err(Error::of_stderr(doing, &output.stderr)) }
}
