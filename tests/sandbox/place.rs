//! What lies around a command that must not be reached: secrets, services, processes.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::os::fd::AsRawFd;
use std::os::linux::net::SocketAddrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::harness::Site;

/// Says to this program that it is an attempt, or the process that is to be left alone.
pub const ROLE: &str = "JOURNEYMAN_ATTEMPT";
/// Marks the variables that tell an attempt where things are.
const PREFIX: &str = "PLACE_";

/// What an attempt knows.
pub struct Place(BTreeMap<String, String>);

impl Place {
    pub fn told() -> Self {
        Self(std::env::vars().filter_map(|(name, value)| Some((name.strip_prefix(PREFIX)?.to_owned(), value))).collect())
    }

    pub fn text(&self, name: &str) -> &str {
        &self.0[name]
    }

    pub fn path(&self, name: &str) -> PathBuf {
        PathBuf::from(self.text(name))
    }

    pub fn number(&self, name: &str) -> usize {
        self.text(name).parse().unwrap()
    }
}

/// What is outside, alive as long as this.
pub struct Around {
    pub site: Site,
    victim: Child,
    _left_open: std::fs::File,
    variables: BTreeMap<String, String>,
}

impl Around {
    pub fn new() -> Self {
        let mut site = Site::new();
        let mut variables = BTreeMap::new();
        let mut tell = |name: &str, value: String| variables.insert(format!("{PREFIX}{name}"), value);
        for (name, file) in [
            ("key", "keys/app.pem"),
            ("configuration", "journeyman.toml"),
            ("database", "data/journeyman.sqlite"),
            ("other", "runs/2/workspace/src/main.rs"),
            ("private", "people/ada/.ssh/id_ed25519"),
            ("hook", "mirror/.git/hooks/pre-commit"),
            ("tool", "toolchain/bin/tool"),
        ] {
            let path = site.path(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, "secret").unwrap();
            tell(name, path.display().to_string());
        }
        site.readable.push(site.path("toolchain"));
        tell("workspace", site.workspace().display().to_string());
        tell("outside", site.root.path().display().to_string());
        let left_open = std::fs::File::open(site.path("keys/app.pem")).unwrap();
        rustix::io::fcntl_setfd(&left_open, rustix::io::FdFlags::empty()).unwrap();
        tell("descriptor", left_open.as_raw_fd().to_string());
        let (tcp, udp) = (TcpListener::bind("127.0.0.1:0").unwrap(), UdpSocket::bind("127.0.0.1:0").unwrap());
        tell("tcp", tcp.local_addr().unwrap().port().to_string());
        tell("udp", udp.local_addr().unwrap().port().to_string());
        let socket = site.path("service.sock");
        let unix = UnixListener::bind(&socket).unwrap();
        std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o777)).unwrap();
        tell("socket", socket.display().to_string());
        let name = format!("journeyman-{}-{}", std::process::id(), tcp.local_addr().unwrap().port());
        let hidden = UnixListener::bind_addr(&SocketAddr::from_abstract_name(&name).unwrap()).unwrap();
        tell("abstract", name);
        std::thread::spawn(move || tcp.incoming().flatten().for_each(echo));
        std::thread::spawn(move || {
            let mut bytes = [0; 16];
            while let Ok((read, from)) = udp.recv_from(&mut bytes) {
                let _ = udp.send_to(&bytes[..read], from);
            }
        });
        std::thread::spawn(move || unix.incoming().flatten().for_each(echo));
        std::thread::spawn(move || hidden.incoming().flatten().for_each(echo));
        let victim = victim();
        tell("victim", victim.id().to_string());
        tell("us", std::process::id().to_string());
        Self { site, victim, _left_open: left_open, variables }
    }

    /// For the attempt of a name.
    pub fn variables(&self, attempt: &str) -> BTreeMap<String, String> {
        let mut variables = self.variables.clone();
        variables.insert(ROLE.into(), attempt.into());
        variables
    }
}

impl Drop for Around {
    fn drop(&mut self) {
        let _ = self.victim.kill();
        let _ = self.victim.wait();
    }
}

fn echo(mut stream: impl Read + Write) {
    let mut bytes = [0; 16];
    if let Ok(read) = stream.read(&mut bytes) {
        let _ = stream.write_all(&bytes[..read]);
    }
}

/// The arguments by which this program makes an attempt, in its first thread.
pub const ARGUMENTS: [&str; 4] =
    ["--exact", "attempts::an_attempt_is_made_when_this_program_is_asked_to", "--test-threads=1", "--nocapture"];

pub fn ourselves() -> PathBuf {
    std::env::current_exe().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a process outside the fence")]
pub fn outside(program: &Path) -> Command {
    Command::new(program)
}

/// A process of our user with a secret in its environment, which lets itself be traced.
fn victim() -> Child {
    let mut victim = outside(&ourselves());
    victim.args(ARGUMENTS).env(ROLE, "be the victim").env("TOKEN", "secret").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut victim = victim.spawn().unwrap();
    let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).find(|line| line == "ready").unwrap();
    victim
}

pub fn be_the_victim() {
    let _ = rustix::process::set_ptracer(rustix::process::PTracer::Any);
    println!("\nready");
    let _ = std::io::stdin().read(&mut [0]);
}
