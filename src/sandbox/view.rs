//! What is there for a command: the machine's programs, the toolchains, its own three directories. Pure but for the names.

use std::path::{Path, PathBuf};

/// Directories of the system's programs. Those that are links on this machine are made as links.
pub const SYSTEM: [&str; 8] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt/rh"];

/// Of `/etc`, what programs need to start, to know their libraries, their certificates and their time zone.
pub const ETC: [&str; 23] = [
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/ld-musl-x86_64.path",
    "/etc/alternatives",
    "/etc/ssl/certs",
    "/etc/ssl/cert.pem",
    "/etc/ssl/openssl.cnf",
    "/etc/pki/tls/certs",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust/extracted",
    "/etc/ca-certificates",
    "/etc/crypto-policies",
    "/etc/localtime",
    "/etc/timezone",
    "/etc/mime.types",
    "/etc/protocols",
    "/etc/services",
    "/etc/terminfo",
    "/etc/fonts",
    "/etc/os-release",
    "/etc/debian_version",
    "/etc/python3",
];

/// On the machine's own file system, where nothing can be put in their place: who is who, by name.
pub const NAMES: [&str; 4] = ["/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/hosts"];

/// Everything that one command sees, by absolute paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub workspace: PathBuf,
    pub home: PathBuf,
    /// Its private directory for what is temporary, on the machine.
    pub temporary: PathBuf,
    /// Toolchains, and what the policy adds.
    pub toolchains: Vec<PathBuf>,
}

impl View {
    pub fn readable(&self) -> impl Iterator<Item = &Path> {
        let system = SYSTEM.iter().chain(&ETC).chain(&NAMES).map(Path::new);
        system.chain(self.toolchains.iter().map(PathBuf::as_path))
    }

    pub fn writable(&self) -> impl Iterator<Item = &Path> {
        [&self.workspace, &self.home, &self.temporary].into_iter().map(PathBuf::as_path)
    }

    /// Whether a path lies below something that is shown read-only.
    pub fn shows(&self, path: &Path) -> bool {
        self.readable().any(|shown| path.starts_with(shown))
    }
}
