//! `journeyman sandbox-exec`: the fence around one command. Not for people: it is told over a socket what to run.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};

const NAME: &str = "sandbox-exec";

/// Whether this process was started as the helper, which it then is. It is asked before anything else is done: the helper must have a
/// single thread, and its start is part of every command's. `--help` does not name it.
pub fn asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    (arguments.next()? == NAME).then(|| crate::sandbox::helper::run(&arguments.collect::<Vec<_>>()))
}

/// Our own program, which is started again as the helper. Whatever calls this must have called [`asked`] first: else each helper would
/// start a helper, without an end.
pub fn program() -> anyhow::Result<PathBuf> {
    ensure!(
        std::env::args_os().nth(1).is_none_or(|first| first != NAME),
        "this program does not answer `{NAME}`: call cli::sandbox_exec::asked first"
    );
    std::env::current_exe().context("failed to find our own program")
}
