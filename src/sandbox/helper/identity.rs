//! Becoming nobody: what root gives up before it runs a command.

use std::io;

use rustix::thread::{CapabilitiesSecureBits, CapabilitySet, CapabilitySets};

use crate::sandbox::plan::Identity;

/// Takes the identity on, for good: no way back, no groups, no capability but, if it was asked for, that of passing through closed
/// directories.
pub fn take_on(identity: Identity) -> io::Result<()> {
    let kept = if identity.search { CapabilitySet::DAC_READ_SEARCH } else { CapabilitySet::empty() };
    for capability in CapabilitySet::all().difference(kept).iter() {
        // A capability that this kernel does not know, or may not be taken out here, cannot be regained without privileges either.
        let _ = rustix::thread::remove_capability_from_bounding_set(capability);
    }
    let (user, group) = (rustix::process::Uid::from_raw(identity.user), rustix::process::Gid::from_raw(identity.group));
    rustix::thread::set_thread_groups(&[])?;
    rustix::thread::set_thread_res_gid(group, group, group)?;
    if identity.search {
        // Capabilities do not change with the user then, and access(2), by which programs look for others, heeds them.
        rustix::thread::set_capabilities_secure_bits(CapabilitiesSecureBits::NO_SETUID_FIXUP)?;
    }
    rustix::thread::set_thread_res_uid(user, user, user)?;
    rustix::thread::set_capabilities(None, CapabilitySets { effective: kept, permitted: kept, inheritable: kept })?;
    if identity.search {
        rustix::thread::configure_capability_in_ambient_set(CapabilitySet::DAC_READ_SEARCH, true)?;
    }
    Ok(())
}

/// Gives up all capabilities and stays who it is.
pub fn give_up_capabilities() -> io::Result<()> {
    let none = CapabilitySet::empty();
    let _ = rustix::thread::clear_ambient_capability_set();
    rustix::thread::set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    rustix::thread::set_no_new_privs(true)?;
    Ok(())
}
