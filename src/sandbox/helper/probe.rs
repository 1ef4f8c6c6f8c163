//! What the self-test runs inside the fence: one allowed act that must succeed, and forbidden ones that must fail.

use std::fs;
use std::net::{Ipv4Addr, UdpSocket};
use std::process::ExitCode;

/// `allowed` is a file to write, `closed` one that is there, outside, and must not be read.
pub fn run(targets: &[&str]) -> ExitCode {
    let [allowed, closed] = targets else { return ExitCode::from(2) };
    let failures = [
        fs::write(allowed, "written").err().map(|error| format!("{allowed} could not be written: {error}")),
        fs::read(closed).ok().map(|_| format!("{closed} could be read")),
        fs::write(format!("{closed}.new"), "written").ok().map(|()| format!("a file could be written beside {closed}")),
        reached_out().then(|| "a socket could be made that leads outside".to_owned()),
        rustix::thread::no_new_privs().is_ok_and(|set| !set).then(|| "it could gain privileges".to_owned()),
        seccomp_is_off().then(|| "system calls are not filtered".to_owned()),
    ];
    let failures: Vec<String> = failures.into_iter().flatten().collect();
    println!("{}", failures.join("; "));
    if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Either no socket of this kind can be made, or nothing is there to which it could lead: 192.0.2.0/24 is reserved for documents, so
/// that a machine with a network tries to reach it, and one without says at once that it cannot be.
fn reached_out() -> bool {
    let outside = (Ipv4Addr::new(192, 0, 2, 1), 9);
    let datagram = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).and_then(|socket| socket.connect(outside));
    datagram.is_ok()
}

fn seccomp_is_off() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    !status.lines().any(|line| line.split_whitespace().eq(["Seccomp:", "2"]))
}
