//! The way out for a command that fetches packages: an HTTP proxy of ours on a unix socket, which lets the configured hosts through
//! and remembers the names of those that it refused.
//!
//! It sees `CONNECT` (what is inside stays encrypted) and plain requests in absolute form. It adds no credential.

mod hosts;
mod serve;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub use hosts::{DEFAULT_HOSTS, Rules};
use tokio::net::UnixListener;
use tokio::task::JoinHandle;

use super::Forward;

/// Where it is found inside.
const PORT: u16 = 3128;

/// A serving proxy. Dropping it ends it, with every connection.
#[derive(Debug)]
pub struct Proxy {
    socket: PathBuf,
    refused: Refused,
    serving: JoinHandle<()>,
}

/// The names of hosts that were refused, each once.
#[derive(Debug, Clone, Default)]
struct Refused(Arc<Mutex<BTreeSet<String>>>);

/// More are not remembered: a command can ask for as many as it likes.
const REMEMBERED: usize = 100;

impl Refused {
    fn remember(&self, host: &str) {
        let mut refused = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.len() < REMEMBERED {
            refused.insert(host.chars().filter(|c| !c.is_control()).take(255).collect());
        }
    }
}

impl Proxy {
    /// Serves on a socket that is made at a path, where nothing may be yet.
    pub fn serve(socket: &Path, rules: Rules) -> io::Result<Self> {
        let listener = UnixListener::bind(socket)?;
        let refused = Refused::default();
        let serving = serve::serve(listener, Arc::new(rules), refused.clone());
        #[expect(clippy::disallowed_methods, reason = "it is ended when the proxy is dropped")]
        let serving = tokio::spawn(serving);
        Ok(Self { socket: socket.to_owned(), refused, serving })
    }

    /// What was asked for and refused so far, in the order of the alphabet.
    pub fn refused(&self) -> Vec<String> {
        self.refused.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// What a job needs for its command to use the proxy: `Network::Forwards` with this, and these variables.
    pub fn forward(&self) -> (Forward, BTreeMap<String, String>) {
        let address = format!("http://127.0.0.1:{PORT}");
        let java = format!("-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort={PORT} -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort={PORT}");
        let mut variables = BTreeMap::new();
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
            variables.insert(name.to_owned(), address.clone());
        }
        for name in ["NO_PROXY", "no_proxy"] {
            variables.insert(name.to_owned(), "localhost,127.0.0.1,::1".to_owned());
        }
        for name in ["MAVEN_OPTS", "GRADLE_OPTS"] {
            variables.insert(name.to_owned(), java.clone());
        }
        (Forward { port: PORT, socket: self.socket.clone() }, variables)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
        let _ = std::fs::remove_file(&self.socket);
    }
}
