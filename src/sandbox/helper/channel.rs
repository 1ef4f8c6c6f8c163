//! Plans one way, reports the other, over a socket: a plan is its length, one descriptor (the command's input) and JSON; a report is
//! a line of JSON.

use std::io::{self, BufRead, BufReader, IoSlice, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;

use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags};

use crate::sandbox::plan::{Plan, Report};

/// Bytes of the longest plan. A longer one could only come of an argument that the kernel would not pass on.
const LONGEST: usize = 8 * 1024 * 1024;

/// The length with the descriptor: short enough to be sent at once. The JSON is sent after it.
pub fn send_head(socket: impl AsFd, length: usize, input: BorrowedFd<'_>) -> io::Result<()> {
    let head = u64::try_from(length).unwrap_or(u64::MAX).to_le_bytes();
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let descriptors = [input];
    control.push(SendAncillaryMessage::ScmRights(&descriptors));
    let sent = rustix::net::sendmsg(socket, &[IoSlice::new(&head)], &mut control, SendFlags::NOSIGNAL)?;
    if sent == head.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
}

pub fn send(socket: &UnixStream, plan: &Plan, input: BorrowedFd<'_>) -> io::Result<()> {
    let text = serde_json::to_vec(plan)?;
    send_head(socket, text.len(), input)?;
    let mut socket = socket;
    socket.write_all(&text)
}

pub fn receive(socket: &UnixStream) -> io::Result<(Plan, OwnedFd)> {
    let mut head = [0; 8];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let received = rustix::net::recvmsg(socket, &mut [IoSliceMut::new(&mut head)], &mut control, RecvFlags::CMSG_CLOEXEC)?;
    let mut input = None;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(descriptors) = message {
            input = descriptors.into_iter().next().or(input);
        }
    }
    let length = usize::try_from(u64::from_le_bytes(head)).unwrap_or(usize::MAX);
    let (8, true, Some(input)) = (received.bytes, length <= LONGEST, input) else { return Err(io::ErrorKind::InvalidData.into()) };
    let mut text = vec![0; length];
    let mut reader = socket;
    reader.read_exact(&mut text)?;
    Ok((serde_json::from_slice(&text)?, input))
}

/// Nobody hears it if the other side is gone, and then nobody needs it.
pub fn report(socket: &UnixStream, report: &Report) {
    let mut line = serde_json::to_vec(report).unwrap_or_default();
    line.push(b'\n');
    let mut socket = socket;
    let _ = socket.write_all(&line);
}

/// The reports that are there to be read now; nothing more when the other side is gone.
pub fn reports(reader: &mut BufReader<UnixStream>) -> Vec<Report> {
    let mut found = Vec::new();
    let mut line = String::new();
    loop {
        line.clear();
        match reader.read_line(&mut line) {
            Ok(read) if read > 0 => found.extend(serde_json::from_str::<Report>(&line)),
            _ => return found,
        }
        if reader.buffer().is_empty() {
            return found;
        }
    }
}
