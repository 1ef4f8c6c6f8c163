//! What the fence is to be built from, as whoever starts the service knows it.

use std::path::PathBuf;

#[derive(Debug, Clone)]
pub struct Options {
    /// The program whose `sandbox-exec` command is the fence: our own executable.
    pub helper: PathBuf,
    /// The configuration says in so many words that nothing on this machine is worth a fence: where none can be built, commands run
    /// without one.
    pub disposable_machine: bool,
    /// Whether namespaces are used where they can be had. Without them the floor alone is the fence.
    pub namespaces: bool,
    /// Whether control groups are used where they can be had.
    pub groups: bool,
    /// Files and directories that no command may see even if they lie below something that it may: our configuration, keys, database.
    pub hidden: Vec<PathBuf>,
    /// Absolute; where each command gets its private temporary directory.
    pub scratch: PathBuf,
}

impl Options {
    pub fn new(helper: impl Into<PathBuf>) -> Self {
        Self {
            helper: helper.into(),
            disposable_machine: false,
            namespaces: true,
            groups: true,
            hidden: Vec::new(),
            scratch: PathBuf::from("/tmp"),
        }
    }
}

impl From<PathBuf> for Options {
    fn from(helper: PathBuf) -> Self {
        Self::new(helper)
    }
}
