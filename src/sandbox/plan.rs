//! What the helper is told and what it answers: the only words between us and `journeyman sandbox-exec`, over a socket of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::rules::PathRule;
use super::syscalls::Sockets;

/// A command with everything that is to be enforced around it. It holds no secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    pub program: String,
    pub arguments: Vec<String>,
    /// The whole environment.
    pub variables: BTreeMap<String, String>,
    /// Absolute.
    pub directory: PathBuf,
    pub bounds: Bounds,
    /// Who it becomes; as we are, when nothing stands here.
    pub identity: Option<Identity>,
    /// Missing on a machine that was declared disposable only.
    pub floor: Option<Floor>,
    /// Control groups to enter.
    pub groups: Vec<PathBuf>,
    /// The program that makes the namespaces, with its arguments; the inner helper's are their end.
    pub namespaces: Option<Vec<String>>,
    /// Ports of 127.0.0.1 inside, and the sockets to which they lead.
    pub forwards: Vec<(u16, PathBuf)>,
    /// An engine makes the fence; then the program is its image's name, for people, and the rest of this is the engine's business.
    #[serde(default)]
    pub container: Option<Container>,
}

/// Command lines of an engine's client, in the plan's variables, and the way to the container's first process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Container {
    /// Makes the container, and ends with it, as the command did.
    pub run: Vec<String>,
    /// Whether the command's standard error is its own; otherwise it is one with its output, and what comes there is the client's.
    pub speaks: bool,
    /// Prints the number of its first process.
    pub find: Vec<String>,
    /// Ends it, if it is there still, and forgets it.
    pub remove: Vec<String>,
    /// A directory with two FIFOs: `words`, by which the first process says that it is there, and in the end whether memory ran out; and
    /// `go`, for which it waits in between.
    pub gate: PathBuf,
}

/// What the kernel checks on every file and system call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Floor {
    pub paths: Vec<PathRule>,
    pub sockets: Sockets,
    /// The Landlock version that was found at the start.
    pub landlock: i32,
}

/// Resource limits of each process.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Bounds {
    pub data: Option<u64>,
    /// Of all processes of the user, where no group bounds the command's own.
    pub processes: Option<u64>,
    pub open_files: u64,
    pub file_size: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub user: u32,
    pub group: u32,
    /// It keeps the right to pass through directories that are closed to it, because its own files lie behind one. What it can open
    /// there is decided by the floor.
    pub search: bool,
}

/// What the helper says, in this order, each at most once: `Started` or `Refused`; after `Started`, `Ended`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Report {
    Started,
    /// Nothing was run.
    Refused {
        why: String,
        /// The fence could not be built; otherwise the program could not be started.
        unfenced: bool,
    },
    Ended(Ending),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    Exited(i32),
    Signalled(i32),
    /// Ended, after its container had no memory left.
    OutOfMemory,
    /// We asked for it.
    Stopped,
}
