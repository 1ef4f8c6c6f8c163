//! The built program and git, as processes.

use std::path::Path;
use std::process::{Command, Output};

/// `journeyman` with nothing of this environment but where programs are.
pub fn journeyman() -> Command {
    bare(env!("CARGO_BIN_EXE_journeyman"))
}

#[expect(clippy::disallowed_methods, reason = "the one place where these tests start processes")]
fn bare(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("NO_COLOR", "1");
    command
}

/// Runs git in a directory, as somebody with a name, and gives what it printed.
pub fn git(directory: &Path, arguments: &[&str]) -> String {
    let mut git = bare("git");
    git.arg("-C").arg(directory).args(["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "core.autocrlf=false"]);
    let output = git.env("GIT_CONFIG_GLOBAL", "/dev/null").args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

pub struct Said {
    pub status: i32,
    pub out: String,
    pub err: String,
}

/// Runs `journeyman` to its end.
pub fn run(arguments: &[&str]) -> Said {
    said(journeyman().args(arguments).output().unwrap())
}

fn said(output: Output) -> Said {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { status: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}
