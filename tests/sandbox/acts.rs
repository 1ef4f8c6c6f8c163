//! The attempts themselves.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::{SocketAddr, UnixStream};
use std::path::Path;
use std::time::Duration;

use libc as c;
use rustix::process::{Pid, Signal};

use crate::place::Place;
use crate::raw;

pub struct Attempt {
    /// Completes "to …".
    pub name: &'static str,
    pub act: fn(&Place) -> io::Result<()>,
    pub outside: Outside,
}

/// Who could do it outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outside {
    Anybody,
    AsRoot,
    /// Anybody; and where commands run as our own user, the floor alone does not hinder it, which is written down.
    FloorCannotStop,
}

use Outside::{Anybody, AsRoot, FloorCannotStop};

const fn attempt(name: &'static str, outside: Outside, act: fn(&Place) -> io::Result<()>) -> Attempt {
    Attempt { name, act, outside }
}

pub const ATTEMPTS: &[Attempt] = &[
    // Files.
    attempt("read the App's key", Anybody, |p| secret(&p.path("key"))),
    attempt("read our configuration", Anybody, |p| secret(&p.path("configuration"))),
    attempt("read our database", Anybody, |p| secret(&p.path("database"))),
    attempt("read another run's workspace", Anybody, |p| secret(&p.path("other"))),
    attempt("read a person's private key", Anybody, |p| secret(&p.path("private"))),
    attempt("list a directory outside", Anybody, |p| fs::read_dir(p.path("outside").join("people")).map(drop)),
    attempt("list what the machine keeps", Anybody, |_| fs::read_dir("/var/lib").map(drop)),
    attempt("write outside", Anybody, |p| fs::write(p.path("outside").join("new"), "x")),
    attempt("change another run's workspace", Anybody, |p| fs::write(p.path("other"), "x")),
    attempt("change a toolchain", Anybody, |p| fs::write(p.path("tool"), "x")),
    attempt("put a program beside a toolchain's", Anybody, |p| fs::write(p.path("tool").with_file_name("cc"), "x")),
    attempt("write a hook of a repository outside", Anybody, |p| fs::write(p.path("hook"), "x")),
    attempt("change the system", AsRoot, |_| {
        fs::write("/usr/local/journeyman-attempt", "x").and_then(|()| fs::remove_file("/usr/local/journeyman-attempt"))
    }),
    attempt("read through a link that leads out of the workspace", Anybody, |p| {
        let link = p.path("workspace").join("link");
        symlink(p.path("key"), &link)?;
        secret(&link)
    }),
    attempt("write through a directory that was swapped for a link", Anybody, |p| {
        let directory = p.path("workspace").join("out");
        fs::create_dir(&directory)?;
        fs::remove_dir(&directory)?;
        symlink(p.path("outside"), &directory)?;
        fs::write(directory.join("new"), "x")
    }),
    attempt("bring a file in by a hard link", Anybody, |p| {
        let name = p.path("workspace").join("name");
        fs::hard_link(p.path("key"), &name)?;
        secret(&name)
    }),
    attempt("take a file out by a hard link", Anybody, |p| {
        fs::write(p.path("workspace").join("mine"), "x")?;
        fs::hard_link(p.path("workspace").join("mine"), p.path("outside").join("mine"))
    }),
    attempt("move a file out", Anybody, |p| {
        fs::write(p.path("workspace").join("mine"), "x")?;
        fs::rename(p.path("workspace").join("mine"), p.path("outside").join("mine"))
    }),
    attempt("delete a file outside", Anybody, |p| fs::remove_file(p.path("database"))),
    attempt("empty a file outside by its path", Anybody, |p| raw::with_text(c::SYS_truncate, p.text("database"), 0, &[0, 0]).map(drop)),
    attempt("open a file by its handle", AsRoot, |p| {
        let here = File::open(p.path("workspace"))?;
        raw::open_by_handle(p.text("key"), usize::try_from(here.as_raw_fd()).unwrap()).map(drop)
    }),
    attempt("make a device", AsRoot, |p| {
        let path = p.path("workspace").join("memory").display().to_string();
        raw::with_text(c::SYS_mknod, &path, 0, &[0, 0o020_666, 0x101]).map(drop)
    }),
    attempt("open a device of the machine", AsRoot, |_| {
        let found = ["/dev/kmsg", "/dev/mem", "/dev/vda", "/dev/sda"].map(|device| File::open(device).map(drop));
        found.into_iter().reduce(Result::or).unwrap()
    }),
    attempt("change the mode of a file outside", FloorCannotStop, |p| {
        fs::set_permissions(p.path("database"), fs::Permissions::from_mode(0o604))
    }),
    attempt("find out that a file is there", FloorCannotStop, |p| {
        // As root, who is nobody inside, closed directories hide it as well.
        fs::metadata(p.path("private")).and_then(|_| fs::set_permissions(p.path("private"), fs::Permissions::from_mode(0o604)))
    }),
    // Processes.
    attempt("read another process's environment", Anybody, |p| secret(&process(p, "environ"))),
    attempt("read our environment", Anybody, |p| fs::read(format!("/proc/{}/environ", p.text("us"))).map(drop)),
    attempt("open another process's memory", Anybody, |p| File::open(process(p, "mem")).map(drop)),
    attempt("go through another process's root", Anybody, |p| secret(&process(p, &format!("root{}", p.text("key"))))),
    attempt("see what another process has open", Anybody, |p| fs::read_link(process(p, "fd/0")).map(drop)),
    attempt("trace another process", Anybody, |p| raw::plain(c::SYS_ptrace, &[0x4206, p.number("victim"), 0, 0]).map(drop)),
    attempt("read another process's memory", Anybody, |p| {
        let maps = fs::read_to_string(process(p, "maps"))?;
        let start = maps.split('-').next().and_then(|start| usize::from_str_radix(start, 16).ok()).unwrap();
        raw::read_memory(p.number("victim"), start).map(drop)
    }),
    attempt("take a descriptor from another process", Anybody, |p| {
        let process = rustix::process::pidfd_open(victim(p), rustix::process::PidfdFlags::empty())?;
        raw::plain(c::SYS_pidfd_getfd, &[usize::try_from(process.as_raw_fd()).unwrap(), 0, 0]).map(drop)
    }),
    attempt("send a signal to another process", Anybody, |p| Ok(rustix::process::kill_process(victim(p), Signal::CONT)?)),
    attempt("send a signal to us", Anybody, |p| Ok(rustix::process::kill_process(pid(p, "us"), Signal::CONT)?)),
    attempt("bound another process", Anybody, |p| {
        let limit = rustix::process::getrlimit(rustix::process::Resource::Core);
        rustix::process::prlimit(Some(victim(p)), rustix::process::Resource::Core, limit).map(drop).map_err(Into::into)
    }),
    attempt("slow another process down", Anybody, |p| raw::plain(c::SYS_setpriority, &[0, p.number("victim"), 5]).map(drop)),
    attempt("use a descriptor that we left open", Anybody, |p| {
        let leads = fs::read_link(format!("/proc/self/fd/{}", p.text("descriptor")))?;
        if leads == p.path("key") { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }),
    attempt("see a variable of ours", Anybody, |_| {
        std::env::vars().find(|(name, _)| name == "CARGO_MANIFEST_DIR").map(drop).ok_or(io::ErrorKind::NotFound.into())
    }),
    // The network.
    attempt("reach a service by TCP", Anybody, |p| spoken(TcpStream::connect(("127.0.0.1", port(p, "tcp")))?)),
    attempt("send a datagram, as looking up a name does", Anybody, |p| {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.set_read_timeout(Some(Duration::from_secs(2)))?;
        socket.connect(("127.0.0.1", port(p, "udp")))?;
        socket.send(b"hello")?;
        socket.recv(&mut [0; 16]).map(drop)
    }),
    attempt("look a name up", Anybody, |_| {
        // Only that somebody could be asked: the service that is told in this file.
        let told = fs::read_to_string("/etc/resolv.conf")?;
        if told.contains("nameserver") { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
    }),
    attempt("reach a service by its socket's path", Anybody, |p| spoken(UnixStream::connect(p.path("socket"))?)),
    attempt("reach a service by its abstract name", Anybody, |p| {
        spoken(UnixStream::connect_addr(&SocketAddr::from_abstract_name(p.text("abstract"))?)?)
    }),
    attempt("make packets by hand", AsRoot, |_| raw::plain(c::SYS_socket, &[2, 3, 1]).map(drop)),
    attempt("listen to all packets", AsRoot, |_| raw::plain(c::SYS_socket, &[17, 3, 0x300]).map(drop)),
    attempt("hear the kernel's events", Anybody, |_| raw::plain(c::SYS_socket, &[16, 3, 15]).map(drop)),
    // The kernel.
    attempt("use io_uring", Anybody, |_| there(raw::with_buffer(c::SYS_io_uring_setup, 1, &[1, 0]).map(|(ring, _)| ring))),
    attempt("use clone3", Anybody, |_| there(raw::plain(c::SYS_clone3, &[0, 0]))),
    attempt("use a call newer than the table", Anybody, |_| there(raw::plain(468, &[0; 6]))),
    attempt("make a user namespace", Anybody, |_| {
        // Only a process with a single thread may.
        let child = raw::plain(c::SYS_clone, &[usize::try_from(c::SIGCHLD).unwrap(), 0, 0, 0, 0])?;
        if child == 0 {
            let made = raw::plain(c::SYS_unshare, &[0x1000_0000]).is_ok();
            raw::leave(i32::from(!made));
        }
        let status = rustix::process::waitpid(Pid::from_raw(i32::try_from(child).unwrap()), rustix::process::WaitOptions::empty())?;
        let made = status.is_some_and(|(_, status)| status.exit_status() == Some(0));
        if made { Ok(()) } else { Err(io::ErrorKind::PermissionDenied.into()) }
    }),
    attempt("start a process in a user namespace", Anybody, |_| {
        // Without sharing memory: the child leaves at once.
        let child = raw::plain(c::SYS_clone, &[0x1000_0011, 0, 0, 0, 0])?;
        if child == 0 { raw::leave(0) } else { Ok(()) }
    }),
    attempt("mount a file system", AsRoot, |p| {
        let at = p.text("workspace");
        reached(raw::with_text(c::SYS_mount, at, 1, &[0, 0, 0, 0, 0]))
    }),
    attempt("change the root directory", AsRoot, |_| raw::with_text(c::SYS_chroot, "/", 0, &[0]).map(drop)),
    attempt("swap the root directory", AsRoot, |_| reached(raw::plain(c::SYS_pivot_root, &[0, 0]))),
    attempt("enter a namespace", AsRoot, |_| {
        let namespace = File::open("/proc/self/ns/uts")?;
        raw::plain(c::SYS_setns, &[usize::try_from(namespace.as_fd().as_raw_fd()).unwrap(), 0]).map(drop)
    }),
    attempt("become root", AsRoot, |_| raw::plain(c::SYS_setresuid, &[0, 0, 0]).map(drop)),
    attempt("keep a key in the kernel", Anybody, |_| raw::plain(c::SYS_keyctl, &[0, usize::MAX - 2, 1]).map(drop)),
    attempt("load a program into the kernel", AsRoot, |_| reached(raw::plain(c::SYS_bpf, &[5, 0, 0]))),
    attempt("watch performance events", Anybody, |_| reached(raw::plain(c::SYS_perf_event_open, &[0; 5]))),
    attempt("handle page faults", AsRoot, |_| raw::plain(c::SYS_userfaultfd, &[0]).map(drop)),
    attempt("change the personality", Anybody, |_| raw::plain(c::SYS_personality, &[0x0040_0000]).map(drop)),
    attempt("type into our terminal", Anybody, |_| reached(raw::plain(c::SYS_ioctl, &[0, 0x5412, 0]))),
    attempt("load a module", AsRoot, |_| reached(raw::plain(c::SYS_init_module, &[0, 0, 0]))),
    attempt("read the kernel's log", AsRoot, |_| raw::plain(c::SYS_syslog, &[10, 0, 0]).map(drop)),
    attempt("set the clock", AsRoot, |_| reached(raw::plain(c::SYS_clock_settime, &[0, 0]))),
    attempt("name the machine", AsRoot, |_| reached(raw::plain(c::SYS_sethostname, &[0, usize::MAX >> 1]))),
    attempt("restart the machine", AsRoot, |_| reached(raw::plain(c::SYS_reboot, &[0, 0, 0, 0]))),
    attempt("change a setting of the kernel", AsRoot, |_| write_again("/proc/sys/vm/swappiness")),
    attempt("choose what the kernel runs on a crash", AsRoot, |_| write_again("/proc/sys/kernel/core_pattern")),
    #[cfg(target_arch = "x86_64")]
    attempt("look at segment descriptors", Anybody, |_| raw::with_buffer(c::SYS_modify_ldt, 1, &[0, 0, 4096]).map(drop)),
];

fn secret(path: &Path) -> io::Result<()> {
    let text = fs::read(path)?;
    if String::from_utf8_lossy(&text).contains("secret") { Ok(()) } else { Err(io::ErrorKind::NotFound.into()) }
}

fn process(place: &Place, file: &str) -> std::path::PathBuf {
    format!("/proc/{}/{file}", place.text("victim")).into()
}

fn pid(place: &Place, name: &str) -> Pid {
    Pid::from_raw(place.text(name).parse().unwrap()).unwrap()
}

fn victim(place: &Place) -> Pid {
    pid(place, "victim")
}

fn port(place: &Place, name: &str) -> u16 {
    place.text(name).parse().unwrap()
}

fn spoken(mut stream: impl Read + Write) -> io::Result<()> {
    stream.write_all(b"hello")?;
    stream.read_exact(&mut [0; 5])
}

/// The call came to the kernel's own code, which had something to say about its arguments.
fn reached(answer: io::Result<i64>) -> io::Result<()> {
    match answer {
        Err(error) if [Some(c::EPERM), Some(c::EACCES), Some(c::ENOSYS)].contains(&error.raw_os_error()) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// The kernel has the call.
fn there(answer: io::Result<i64>) -> io::Result<()> {
    match answer {
        Err(error) if error.raw_os_error() == Some(c::ENOSYS) => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn write_again(path: &str) -> io::Result<()> {
    let value = fs::read(path)?;
    fs::write(path, value)
}
