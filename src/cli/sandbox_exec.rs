//! `journeyman sandbox-exec`: the fence around one command. Not for people: it is told over a socket what to run.

use std::process::ExitCode;

/// Whether this process was started as the helper, which it then is. It is asked before anything else is done: the helper must have a
/// single thread, and its start is part of every command's. `--help` does not name it.
pub fn asked() -> Option<ExitCode> {
    let mut arguments = std::env::args_os().skip(1);
    (arguments.next()? == "sandbox-exec").then(|| crate::sandbox::helper::run(&arguments.collect::<Vec<_>>()))
}
