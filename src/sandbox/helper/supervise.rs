//! The outer helper: starts, watches, and ends everything.

use std::fs::File;
use std::io::{BufReader, Read};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::Pid;

use super::{Told, channel, command, contain, ending, processes, refused};
use crate::sandbox::linux;
use crate::sandbox::plan::{Ending, Plan, Report};

pub fn supervise(told: Told) -> std::io::Result<()> {
    let Told { socket, plan, input } = told;
    rustix::process::setsid()?;
    rustix::process::set_child_subreaper(Some(rustix::process::getpid()))?;
    // What an engine made outlives us: a service manager that ends all processes of a service must not end this one before it has cleared
    // up. It ends when nobody is there any more.
    let held: &[i32] = if plan.container.is_some() { &[libc::SIGTERM, libc::SIGINT, libc::SIGHUP] } else { &[] };
    let ends = linux::ends_of_children(held)?;
    if let Some(container) = &plan.container {
        contain::supervise(&socket, ends, &plan, container, input);
        return Ok(());
    }
    for group in &plan.groups {
        if let Err(error) = std::fs::write(group, "0") {
            channel::report(&socket, &refused(format!("control group {}: {error}", group.display())));
            return Ok(());
        }
    }
    let started = match plan.namespaces.clone() {
        None => command::spawn(&plan, input).map(|first| (first, None)),
        Some(program) => within(program, plan, input).map(|(first, inner)| (first, Some(inner))).map_err(refused),
    };
    match started {
        Err(refused) => channel::report(&socket, &refused),
        Ok((first, inner)) => {
            if inner.is_none() {
                channel::report(&socket, &Report::Started);
            }
            let last = Watch { socket: &socket, ends, first, inner, status: None, told: None }.run();
            processes::end_all();
            channel::report(&socket, &last);
        }
    }
    Ok(())
}

/// Starts the program that makes the namespaces, and tells the inner helper in them what to run.
fn within(program: Vec<String>, mut plan: Plan, input: std::os::fd::OwnedFd) -> std::io::Result<(Pid, BufReader<UnixStream>)> {
    let (ours, theirs) = UnixStream::pair()?;
    plan.namespaces = None;
    let (name, arguments) = program.split_first().ok_or(std::io::ErrorKind::InvalidInput)?;
    #[expect(clippy::disallowed_methods, reason = "this is the home of starting a command inside the fence")]
    let child = Command::new(name).args(arguments).env_clear().stdin(Stdio::from(std::os::fd::OwnedFd::from(theirs))).spawn()?;
    channel::send(&ours, &plan, std::os::fd::AsFd::as_fd(&input))?;
    ours.set_nonblocking(true)?;
    let first = i32::try_from(child.id()).ok().and_then(Pid::from_raw).ok_or(std::io::ErrorKind::InvalidData)?;
    Ok((first, BufReader::new(ours)))
}

struct Watch<'a> {
    /// Readable when we are to stop: something was said, or nobody is there any more.
    socket: &'a UnixStream,
    ends: File,
    first: Pid,
    inner: Option<BufReader<UnixStream>>,
    /// How the first process ended.
    status: Option<Ending>,
    /// What the inner helper said last.
    told: Option<Report>,
}

impl Watch<'_> {
    /// Until there is nothing more to wait for. Answers the last report.
    fn run(mut self) -> Report {
        loop {
            let mut waiting = vec![PollFd::new(self.socket, PollFlags::IN), PollFd::new(&self.ends, PollFlags::IN)];
            if let Some(inner) = &self.inner {
                waiting.push(PollFd::new(inner.get_ref(), PollFlags::IN));
            }
            // A bound in case an end is not signalled, which has not been seen.
            let second = Timespec { tv_sec: 1, tv_nsec: 0 };
            let _ = poll(&mut waiting, Some(&second));
            let stop = !waiting[0].revents().is_empty();
            drop(waiting);
            let _ = self.ends.read(&mut [0; 1024]);
            let (first, status) = (self.first, &mut self.status);
            let left = processes::reap(|child, how| {
                if child == first {
                    *status = Some(ending(how));
                }
            });
            self.listen();
            if let Some(last @ (Report::Ended(_) | Report::Refused { .. })) = self.told {
                return last;
            }
            match self.status {
                Some(status) if self.inner.is_none() => return Report::Ended(status),
                // Without the inner helper's word it has either never come so far, or the command has killed it.
                Some(_) if self.told.is_none() => return refused("the namespaces could not be made"),
                Some(Ending::Exited(status)) if status > 128 => return Report::Ended(Ending::Signalled(status - 128)),
                Some(status) => return Report::Ended(status),
                None if stop || left.is_none() => return Report::Ended(Ending::Stopped),
                None => {}
            }
        }
    }

    fn listen(&mut self) {
        let Some(inner) = &mut self.inner else { return };
        for report in channel::reports(inner) {
            if report == Report::Started {
                channel::report(self.socket, &report);
            }
            self.told = Some(report);
        }
    }
}
