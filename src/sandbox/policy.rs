//! What a command may do: plain values, apart from how they are enforced.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// A command with its fence.
#[derive(Debug, Clone)]
pub struct Job {
    pub command: Command,
    /// Where it starts, relative to the workspace; empty for its root.
    pub directory: PathBuf,
    pub policy: Policy,
    /// Variables beside the allow-list. Never a credential: whatever stands here can be read by the command.
    pub variables: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// A line for `sh -c`.
    Shell(String),
    Program {
        program: String,
        arguments: Vec<String>,
    },
}

/// The fence of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Absolute; writable, with everything in it.
    pub workspace: PathBuf,
    /// Absolute; `HOME` inside, writable, kept between the commands of a run: what a repository's `setup` fetched lies here.
    pub home: PathBuf,
    /// Absolute paths that are readable beside the system's programs and the toolchains.
    pub readable: Vec<PathBuf>,
    pub network: Network,
    pub limits: Limits,
}

/// What a command can reach. There is no way to name an address: whatever goes out goes through a socket that we serve.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Network {
    /// No socket but those between its own processes.
    #[default]
    None,
    /// Inside, each port of 127.0.0.1 leads to a unix socket outside. Needs network namespaces.
    Forwards(Vec<Forward>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forward {
    pub port: u16,
    /// Absolute path of the socket outside.
    pub socket: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of memory of all processes together, where a control group can bound them; of each process's data otherwise.
    pub memory: u64,
    pub processes: u32,
    /// Of each process.
    pub open_files: u32,
    /// Bytes of the largest file that may be written.
    pub file_size: u64,
    /// Bytes by which workspace and home together may grow.
    pub disk: u64,
    pub wall: Duration,
    /// Bytes of output that are kept, half from its head and half from its tail.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const GIB: u64 = 1024 * 1024 * 1024;
        Self {
            memory: 4 * GIB,
            processes: 512,
            open_files: 4096,
            file_size: 2 * GIB,
            disk: 10 * GIB,
            wall: Duration::from_secs(600),
            output: 32 * 1024,
        }
    }
}
