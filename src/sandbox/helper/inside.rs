//! The inner helper: the first process of the namespaces. When it ends, the kernel ends everything that is left in them.

use rustix::process::{Signal, WaitOptions, set_parent_process_death_signal};

use super::{Told, channel, command, ending, forward, identity, refused};
use crate::sandbox::plan::Report;

pub fn run(told: Told) -> std::io::Result<()> {
    let Told { socket, plan, input } = told;
    if let Err(error) = forward::serve(&plan.forwards) {
        channel::report(&socket, &refused(format!("forwarding: {error}")));
        return Ok(());
    }
    let first = match command::spawn(&plan, input) {
        Ok(first) => first,
        Err(refused) => {
            channel::report(&socket, &refused);
            return Ok(());
        }
    };
    channel::report(&socket, &Report::Started);
    // From here on it waits only. Signals from inside cannot end the first process of its namespace.
    identity::give_up_capabilities()?;
    set_parent_process_death_signal(Some(Signal::KILL))?;
    loop {
        match rustix::process::wait(WaitOptions::empty()) {
            Ok(Some((child, status))) if child == first => {
                channel::report(&socket, &Report::Ended(ending(status)));
                return Ok(());
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}
