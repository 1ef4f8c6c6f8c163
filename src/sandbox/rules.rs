//! Which files a command may touch, as rules for Landlock. Pure: the helper applies them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::view::View;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Access {
    /// Read, list and execute.
    Read,
    /// Everything.
    Write,
    /// Read and write, neither make nor execute.
    Device,
}

/// A file, or a directory with everything below it. One that is not there is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathRule {
    pub path: PathBuf,
    pub access: Access,
}

fn rule(path: impl Into<PathBuf>, access: Access) -> PathRule {
    PathRule { path: path.into(), access }
}

const DEVICES: [&str; 6] = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty"];

/// On the machine's own file system: what is to be seen is listed. `/proc` is readable because runtimes look up their own stack and
/// limits there; of other processes it shows names and command lines, and the kernel keeps the rest closed.
pub fn on_the_host(view: &View, helper: &Path) -> Vec<PathRule> {
    let mut rules: Vec<PathRule> = view.readable().map(|path| rule(path, Access::Read)).collect();
    rules.extend([rule("/proc", Access::Read), rule(helper, Access::Read)]);
    rules.extend(DEVICES.map(|device| rule(device, Access::Device)));
    rules.extend(view.writable().map(|path| rule(path, Access::Write)));
    rules
}

/// In namespaces of its own: only what was mounted is there, so that everything can be read, and the rest is a second lock.
pub fn in_namespaces(view: &View) -> Vec<PathRule> {
    let mut rules = vec![rule("/", Access::Read), rule("/dev", Access::Device)];
    rules.extend([rule("/tmp", Access::Write), rule("/dev/shm", Access::Write)]);
    rules.extend([&view.workspace, &view.home].map(|path| rule(path, Access::Write)));
    rules
}
