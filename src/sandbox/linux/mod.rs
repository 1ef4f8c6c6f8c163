//! The only `unsafe` code: system calls that no library offers as safe functions. The helper alone uses it, in a single thread.
#![allow(unsafe_code, reason = "this is its one home; each block says why it is sound")]

use std::fs::File;
use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

use rustix::process::Pid;

/// In whose process we are after a fork.
pub enum Forked {
    Child,
    Parent(Pid),
}

/// Makes a second process. Callers have one thread only, so that no lock can be held by another one in the child.
pub fn fork() -> io::Result<Forked> {
    // SAFETY: fork has no preconditions on memory. The helper is single-threaded (it runs before any runtime or thread is made, and
    // the forwarder makes its threads only after its own fork), so that the child may do whatever the parent may.
    let answer = unsafe { libc::fork() };
    match Pid::from_raw(answer) {
        None => Ok(Forked::Child),
        Some(_) if answer < 0 => Err(io::Error::last_os_error()),
        Some(child) => Ok(Forked::Parent(child)),
    }
}

/// Ends this process at once, without what a normal end would do: in a forked child that is the parent's business.
pub fn leave(status: i32) -> ! {
    // SAFETY: _exit takes any value, touches no memory of ours and does not return.
    unsafe { libc::_exit(status) }
}

/// Holds SIGCHLD back and answers a file that becomes readable when a child has ended. Other signals can be held back as well.
pub fn ends_of_children(held: &[i32]) -> io::Result<File> {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigemptyset initialises the set that it is given; the other calls read the initialised set, or add to a copy of it. signalfd answers a new
    // descriptor that nobody else owns, or -1, which is looked at before it is owned.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGCHLD);
        if libc::sigprocmask(libc::SIG_SETMASK, set.as_ptr(), std::ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
        let mut others = set;
        for signal in held {
            libc::sigaddset(others.as_mut_ptr(), *signal);
        }
        if libc::sigprocmask(libc::SIG_BLOCK, others.as_ptr(), std::ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
        let fd = libc::signalfd(-1, set.as_ptr(), libc::SFD_CLOEXEC | libc::SFD_NONBLOCK);
        if fd < 0 { Err(io::Error::last_os_error()) } else { Ok(File::from(OwnedFd::from_raw_fd(fd))) }
    }
}

/// Lets all signals through, and gives each its default meaning, as a program expects when it starts.
pub fn plain_signals() -> io::Result<()> {
    let mut set = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: sigemptyset initialises the set, sigprocmask reads it. Setting a signal to its default installs no handler of ours; for
    // numbers that cannot be set the call fails, which changes nothing.
    unsafe {
        for signal in 1..=64 {
            libc::signal(signal, libc::SIG_DFL);
        }
        libc::sigemptyset(set.as_mut_ptr());
        if libc::sigprocmask(libc::SIG_SETMASK, set.as_ptr(), std::ptr::null_mut()) != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

/// Closes every descriptor beyond the standard three, whoever left it open. Called first, when nothing of ours is open yet.
pub fn close_inherited() -> io::Result<()> {
    // SAFETY: at this point the process owns no descriptor beyond 0, 1 and 2, so that no owned descriptor is closed behind its owner.
    let answer = unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, 0u32) };
    if answer == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// The Landlock version of this kernel; below 1 there is none.
pub fn landlock_version() -> i32 {
    // SAFETY: with the version flag (1) the kernel takes a null pointer and the size 0, and touches no memory.
    let answer = unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, std::ptr::null::<u8>(), 0usize, 1u32) };
    i32::try_from(answer).unwrap_or(0)
}
