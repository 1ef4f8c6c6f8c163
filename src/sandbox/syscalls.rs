//! Which system calls a command may make, as a table for seccomp. Pure: the helper applies it.
//!
//! Whatever reaches beyond a command's own files and processes is refused, and so is every way to a part of the kernel that a build
//! does not need. A system call that is newer than this table is answered as one that the kernel does not have.

use std::collections::BTreeMap;

use seccompiler::{SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompRule};
use serde::{Deserialize, Serialize};

/// Which sockets can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sockets {
    /// Connected pairs. A unix socket could reach a service of the machine by its path, so that there is none.
    Pairs,
    /// Whatever ends inside a network namespace: unix, TCP and UDP on its own loopback, and the list of its interfaces.
    Inside,
}

/// The last system call of the table's time (`mseal`, Linux 6.10); the numbers are the same on all architectures from 424 on.
pub const LAST_KNOWN: u32 = 462;

/// What is refused, and when.
pub struct Refusal {
    pub name: &'static str,
    pub call: i64,
    /// Any of these; always, if there is none.
    pub when: Vec<Vec<Argument>>,
}

/// A condition on one argument of a system call.
#[derive(Clone, Copy)]
pub struct Argument(pub u8, pub Is);

#[derive(Clone, Copy)]
pub enum Is {
    Equal(u64),
    Not(u64),
    /// All bits of it are set.
    Has(u64),
}

macro_rules! always {
    ($($name:ident)*) => { [$(Refusal { name: stringify!($name), call: libc::$name, when: Vec::new() }),*] };
}

/// Answered with EPERM.
pub fn refused(sockets: Sockets, landlock: i32) -> Vec<Refusal> {
    let mut table: Vec<Refusal> = Vec::new();
    // Other processes.
    table.extend(always!(SYS_ptrace SYS_process_vm_readv SYS_process_vm_writev SYS_process_madvise SYS_kcmp SYS_pidfd_getfd));
    // The tree of files, and ways around paths.
    table.extend(always!(SYS_mount SYS_umount2 SYS_pivot_root SYS_chroot SYS_move_mount SYS_open_tree SYS_fsopen SYS_fsconfig));
    table.extend(always!(SYS_fsmount SYS_fspick SYS_mount_setattr SYS_open_by_handle_at SYS_name_to_handle_at SYS_setns));
    table.extend(always!(SYS_quotactl SYS_quotactl_fd SYS_fanotify_init SYS_fanotify_mark SYS_swapon SYS_swapoff SYS_acct));
    // The kernel itself.
    table.extend(always!(SYS_bpf SYS_perf_event_open SYS_userfaultfd SYS_keyctl SYS_add_key SYS_request_key SYS_syslog));
    table.extend(always!(SYS_init_module SYS_finit_module SYS_delete_module SYS_kexec_load SYS_kexec_file_load SYS_reboot));
    // The machine.
    table.extend(always!(SYS_settimeofday SYS_clock_settime SYS_clock_adjtime SYS_adjtimex SYS_sethostname SYS_setdomainname));
    table.extend(always!(SYS_vhangup SYS_move_pages SYS_migrate_pages));
    #[cfg(target_arch = "x86_64")]
    table.extend(always!(SYS_modify_ldt SYS_iopl SYS_ioperm SYS_uselib SYS_ustat SYS_sysfs SYS__sysctl));
    if landlock < 3 {
        // Landlock does not see a file being emptied by its path before its third version.
        table.extend(always!(SYS_truncate));
    }
    table.extend([
        some("SYS_clone", libc::SYS_clone, namespaces(&NAMESPACES)),
        // Only here: in `clone` the lowest byte is the signal at the end.
        some("SYS_unshare", libc::SYS_unshare, namespaces(&[&NAMESPACES[..], &[0x80]].concat())),
        some("SYS_personality", libc::SYS_personality, vec![PERSONALITIES.map(|kept| Argument(0, Is::Not(kept))).to_vec()]),
        some("SYS_ioctl", libc::SYS_ioctl, TERMINAL.map(|request| vec![Argument(1, Is::Equal(request))]).to_vec()),
        some("SYS_prlimit64", libc::SYS_prlimit64, vec![vec![Argument(0, Is::Not(0))]]),
        some("SYS_setpriority", libc::SYS_setpriority, vec![vec![Argument(1, Is::Not(0))]]),
        some("SYS_socketpair", libc::SYS_socketpair, vec![vec![Argument(0, Is::Not(UNIX))]]),
        some("SYS_socket", libc::SYS_socket, refused_sockets(sockets)),
    ]);
    table
}

/// Answered with ENOSYS, so that programs fall back: `clone3` keeps its flags where a filter cannot see them.
pub fn missing() -> Vec<Refusal> {
    always!(SYS_clone3 SYS_io_uring_setup SYS_io_uring_enter SYS_io_uring_register).into()
}

/// Typing into a terminal, and pasting into a console.
const TERMINAL: [u64; 2] = [0x5412, 0x541C];
/// Linux, the same without address randomisation, and asking for it.
const PERSONALITIES: [u64; 3] = [0, 0x0004_0000, 0xffff_ffff];
const UNIX: u64 = 1;
const INET: u64 = 2;
const INET6: u64 = 10;
const NETLINK: u64 = 16;
/// Of the kinds of socket, the one that makes its own packets.
const RAW: u64 = 3;

fn some(name: &'static str, call: i64, when: Vec<Vec<Argument>>) -> Refusal {
    Refusal { name, call, when }
}

/// The flags that make a namespace: mount, cgroup, uts, ipc, user, pid, net.
pub const NAMESPACES: [u64; 7] = [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000];

fn namespaces(flags: &[u64]) -> Vec<Vec<Argument>> {
    flags.iter().map(|flag| vec![Argument(0, Is::Has(*flag))]).collect()
}

fn refused_sockets(sockets: Sockets) -> Vec<Vec<Argument>> {
    match sockets {
        Sockets::Pairs => Vec::new(),
        Sockets::Inside => vec![
            [UNIX, INET, INET6, NETLINK].map(|family| Argument(0, Is::Not(family))).to_vec(),
            vec![Argument(0, Is::Equal(NETLINK)), Argument(2, Is::Not(0))],
            vec![Argument(0, Is::Equal(INET)), Argument(1, Is::Has(RAW))],
            vec![Argument(0, Is::Equal(INET6)), Argument(1, Is::Has(RAW))],
        ],
    }
}

/// The table as seccomp's compiler takes it.
pub fn compiled(table: &[Refusal]) -> Result<BTreeMap<i64, Vec<SeccompRule>>, String> {
    let mut rules = BTreeMap::new();
    for refusal in table {
        let mut any = Vec::new();
        for all in &refusal.when {
            let conditions = all.iter().map(condition).collect::<Result<Vec<_>, _>>();
            let rule = conditions.and_then(SeccompRule::new).map_err(|error| format!("{}: {error}", refusal.name))?;
            any.push(rule);
        }
        rules.insert(refusal.call, any);
    }
    Ok(rules)
}

fn condition(Argument(index, is): &Argument) -> Result<SeccompCondition, seccompiler::BackendError> {
    let (operator, value) = match *is {
        Is::Equal(value) => (SeccompCmpOp::Eq, value),
        Is::Not(value) => (SeccompCmpOp::Ne, value),
        Is::Has(bits) => (SeccompCmpOp::MaskedEq(bits), bits),
    };
    SeccompCondition::new(*index, SeccompCmpArgLen::Dword, operator, value)
}
