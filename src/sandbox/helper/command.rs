//! From a plan to a process: forks, puts the fence around the child, and lets it become the command.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use rustix::fs::Mode;
use rustix::process::{DumpableBehavior, Pid, Signal};
use seccompiler::BpfProgram;

use super::{floor, identity, processes};
use crate::sandbox::linux::{self, Forked};
use crate::sandbox::plan::{Plan, Report};

/// Starts the command and answers once it is running, or why it is not.
pub fn spawn(plan: &Plan, input: OwnedFd) -> Result<Pid, Report> {
    let unfenced = |why: String| Report::Refused { why, unfenced: true };
    let (mut reader, writer) = std::io::pipe().map_err(|error| unfenced(error.to_string()))?;
    let us = rustix::process::getpid();
    match linux::fork().map_err(|error| unfenced(format!("a process for it cannot be made: {error}")))? {
        Forked::Child => {
            drop(reader);
            let refused = become_it(plan, input, us);
            let _ = File::from(OwnedFd::from(writer)).write_all(&serde_json::to_vec(&refused).unwrap_or_default());
            linux::leave(127)
        }
        Forked::Parent(child) => {
            drop((writer, input));
            let mut refused = Vec::new();
            // The other end closes by itself when the child has become the command.
            let read = reader.read_to_end(&mut refused);
            match (read, serde_json::from_slice(&refused)) {
                (Ok(0), _) => Ok(child),
                (_, Ok(report)) => Err(report),
                (_, Err(error)) => Err(unfenced(error.to_string())),
            }
        }
    }
}

/// Returns only when it could not.
fn become_it(plan: &Plan, input: OwnedFd, parent: Pid) -> Report {
    let filters = match fence(plan, parent) {
        Ok(filters) => filters,
        Err(why) => return Report::Refused { why, unfenced: true },
    };
    if let Err(error) = std::env::set_current_dir(&plan.directory) {
        return Report::Refused { why: format!("{}: {error}", plan.directory.display()), unfenced: false };
    }
    #[expect(clippy::disallowed_methods, reason = "this is the home of starting a command inside the fence")]
    let mut command = Command::new(&plan.program);
    command.args(&plan.arguments).env_clear().envs(&plan.variables).stdin(Stdio::from(input));
    if let Err(why) = floor::enforce_calls(&filters) {
        return Report::Refused { why, unfenced: true };
    }
    let error = command.exec();
    Report::Refused { why: format!("{}: {error}", plan.program), unfenced: false }
}

/// Everything but the system calls, whose filters it answers.
fn fence(plan: &Plan, parent: Pid) -> Result<Vec<BpfProgram>, String> {
    let named = |what: &'static str| move |error: std::io::Error| format!("{what}: {error}");
    linux::plain_signals().map_err(named("signals"))?;
    // A session of its own: no terminal, and no signal to our group.
    rustix::process::setsid().map_err(|error| format!("session: {error}"))?;
    rustix::process::umask(Mode::from_raw_mode(0o022));
    // When memory runs out, it goes first. The files of a process that hides itself, as the helper does, cannot be written.
    rustix::process::set_dumpable_behavior(DumpableBehavior::Dumpable).map_err(|error| format!("process: {error}"))?;
    let _ = std::fs::write("/proc/self/oom_score_adj", "1000");
    let others = if plan.bounds.beside_others { processes::of_user(plan.identity.map(|identity| identity.user)) } else { 0 };
    let ready = plan.floor.as_ref().map(floor::make_ready).transpose()?;
    floor::bound(&plan.bounds, others)?;
    if let Some(identity) = plan.identity {
        identity::take_on(identity).map_err(named("identity"))?;
    }
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).map_err(|error| format!("signals: {error}"))?;
    if rustix::process::getppid() != Some(parent) {
        return Err("the helper has ended".into());
    }
    rustix::thread::set_no_new_privs(true).map_err(|error| format!("privileges: {error}"))?;
    ready.map_or(Ok(Vec::new()), floor::Ready::enforce_files)
}
