//! `journeyman sandbox-exec`: the helper, a process of a single thread between us and a command.
//!
//! The outer one supervises: it starts the command on the floor, or the program that makes the namespaces with the inner helper in
//! them; it adopts every orphan, and ends everything when the command has ended, when we ask for it, or when we are gone. The inner
//! one is the first process of the namespaces and starts the command there.

mod channel;
mod command;
mod contain;
mod floor;
mod forward;
mod identity;
mod inside;
mod probe;
mod processes;
mod supervise;

use std::ffi::OsString;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

pub use channel::send_head;
pub use processes::of_user;
use rustix::process::{DumpableBehavior, set_dumpable_behavior};

use super::linux;
use super::plan::{Ending, Plan, Report};

/// Runs the helper. `arguments` are those after `sandbox-exec`.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let arguments: Vec<&str> = arguments.iter().filter_map(|argument| argument.to_str()).collect();
    match arguments[..] {
        [] => with_plan(supervise::supervise),
        ["inside"] => with_plan(inside::run),
        ["probe", ref targets @ ..] => probe::run(targets),
        _ => ExitCode::from(2),
    }
}

/// What came through the socket on the standard input.
pub struct Told {
    pub socket: UnixStream,
    pub plan: Plan,
    pub input: std::os::fd::OwnedFd,
}

fn with_plan(act: fn(Told) -> std::io::Result<()>) -> ExitCode {
    let told = || {
        linux::close_inherited()?;
        set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
        let socket = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
        let (plan, input) = channel::receive(&socket)?;
        act(Told { socket, plan, input })
    };
    match told() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("journeyman: failed to fence a command: {error}");
            ExitCode::FAILURE
        }
    }
}

/// As the kernel says it.
fn ending(status: rustix::process::WaitStatus) -> Ending {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Ending::Exited(code),
        (None, Some(signal)) => Ending::Signalled(signal),
        (None, None) => Ending::Stopped,
    }
}

fn refused(why: impl std::fmt::Display) -> Report {
    Report::Refused { why: why.to_string(), unfenced: true }
}
