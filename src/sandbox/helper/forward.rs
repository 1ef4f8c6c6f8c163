//! Ports of 127.0.0.1 in a network namespace that lead to unix sockets outside it.
//!
//! A process of its own, without capabilities, listens before the command starts and lives as long as the namespaces do. Into the
//! network of a container it goes from outside: nothing of ours has to be in an image.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread::{Builder, JoinHandle};

use rustix::process::{Pid, Signal, set_parent_process_death_signal};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::identity;
use crate::sandbox::linux::{self, Forked};

/// A small stack is enough for copying.
const STACK: usize = 256 * 1024;

pub fn serve(forwards: &[(u16, PathBuf)]) -> io::Result<()> {
    if forwards.is_empty() {
        return Ok(());
    }
    let listeners = bind(forwards)?;
    match linux::fork()? {
        Forked::Parent(_) => Ok(()),
        Forked::Child => {
            let _ = listen(listeners);
            linux::leave(1)
        }
    }
}

/// The same in the network namespace of another process, which has to be another than ours.
pub fn serve_in_network_of(process: i32, forwards: &[(u16, PathBuf)]) -> io::Result<()> {
    let (mut ours, mut theirs) = UnixStream::pair()?;
    match linux::fork()? {
        Forked::Parent(_) => {
            drop(theirs);
            let mut said = String::new();
            // It says one thing, and closes.
            ours.read_to_string(&mut said)?;
            if said == "listening" { Ok(()) } else { Err(io::Error::other(said)) }
        }
        Forked::Child => {
            drop(ours);
            let bound = set_parent_process_death_signal(Some(Signal::KILL)).map_err(io::Error::from);
            match bound.and_then(|()| enter_network_of(process)).and_then(|()| bind(forwards)) {
                Ok(listeners) => {
                    let _ = theirs.write_all(b"listening");
                    drop(theirs);
                    let _ = listen(listeners);
                }
                Err(error) => {
                    let _ = theirs.write_all(error.to_string().as_bytes());
                }
            }
            linux::leave(1)
        }
    }
}

/// Without root the network belongs to a user namespace of ours, in which we may do what root may in it.
fn enter_network_of(process: i32) -> io::Result<()> {
    let process = Pid::from_raw(process).ok_or(io::ErrorKind::InvalidInput)?.as_raw_nonzero();
    let open = |kind: &str| -> io::Result<(File, bool)> {
        let theirs = File::open(format!("/proc/{process}/ns/{kind}"))?;
        let other = theirs.metadata()?.ino() != std::fs::metadata(format!("/proc/self/ns/{kind}"))?.ino();
        Ok((theirs, other))
    };
    let ((user, other_user), (network, other_network)) = (open("user")?, open("net")?);
    if !other_network {
        return Err(io::Error::other("it has the network of this machine"));
    }
    if other_user {
        move_into_link_name_space(std::os::fd::AsFd::as_fd(&user), Some(LinkNameSpaceType::User))?;
    }
    move_into_link_name_space(std::os::fd::AsFd::as_fd(&network), Some(LinkNameSpaceType::Network))?;
    Ok(())
}

fn bind(forwards: &[(u16, PathBuf)]) -> io::Result<Vec<(TcpListener, PathBuf)>> {
    let listening = |(port, socket): &(u16, PathBuf)| Ok((TcpListener::bind((Ipv4Addr::LOCALHOST, *port))?, socket.clone()));
    forwards.iter().map(listening).collect()
}

fn listen(listeners: Vec<(TcpListener, PathBuf)>) -> io::Result<()> {
    identity::give_up_capabilities()?;
    let threads = listeners.into_iter().map(|(listener, socket)| thread(move || accept(&listener, &socket)));
    for thread in threads.collect::<io::Result<Vec<_>>>()? {
        let _ = thread.join();
    }
    Ok(())
}

fn thread(act: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    Builder::new().stack_size(STACK).spawn(act)
}

fn accept(listener: &TcpListener, socket: &Path) {
    for inside in listener.incoming().flatten() {
        // What cannot be connected is closed: the command sees a connection that ends.
        if let Ok(outside) = UnixStream::connect(socket) {
            let _ = thread(move || join(inside, outside));
        }
    }
}

/// Copies both ways until both sides have nothing more to say.
fn join(inside: TcpStream, outside: UnixStream) {
    let (Ok(mut inside_reader), Ok(mut outside_writer)) = (inside.try_clone(), outside.try_clone()) else { return };
    let up = thread(move || {
        let _ = io::copy(&mut inside_reader, &mut outside_writer);
        let _ = outside_writer.shutdown(Shutdown::Write);
    });
    let (mut outside, mut inside) = (outside, inside);
    let _ = io::copy(&mut outside, &mut inside);
    let _ = inside.shutdown(Shutdown::Write);
    if let Ok(up) = up {
        let _ = up.join();
    }
}
