//! Ports of 127.0.0.1 in a network namespace that lead to unix sockets outside it.
//!
//! A process of its own, without capabilities, listens before the command starts and lives as long as the namespaces do.

use std::io;
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread::{Builder, JoinHandle};

use super::identity;
use crate::sandbox::linux::{self, Forked};

/// A small stack is enough for copying.
const STACK: usize = 256 * 1024;

pub fn serve(forwards: &[(u16, PathBuf)]) -> io::Result<()> {
    if forwards.is_empty() {
        return Ok(());
    }
    let listening = |(port, socket): &(u16, PathBuf)| Ok((TcpListener::bind((Ipv4Addr::LOCALHOST, *port))?, socket.clone()));
    let listeners = forwards.iter().map(listening).collect::<io::Result<Vec<_>>>()?;
    match linux::fork()? {
        Forked::Parent(_) => Ok(()),
        Forked::Child => {
            let _ = listen(listeners);
            linux::leave(1)
        }
    }
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
