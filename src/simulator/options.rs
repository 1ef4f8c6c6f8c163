//! What a simulator is started with.

use std::ffi::OsString;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

/// The App under test as GitHub knows it: the public half of its key, and where its webhooks go.
#[derive(Debug, Clone)]
pub struct AppRegistration {
    pub id: u64,
    /// The App's login is `slug[bot]`.
    pub slug: String,
    pub public_key_pem: String,
    /// Nothing is sent, and nothing is kept for later, while there is no address.
    pub webhook_url: Option<String>,
    pub webhook_secret: SecretString,
}

/// What runs on each commit that is pushed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Ci {
    /// Nothing, and no check suite appears.
    None,
    /// The jobs of the commit's own `.github/workflows/*.yml`: each job is one check run of that name and runs its `run:` steps.
    #[default]
    Workflows,
    /// One check run a command, named after the command.
    Commands(Vec<String>),
    /// One job a name, queued on each push; it ends when [`super::Hands`] say so, and nothing waits for it.
    ByHand(Vec<String>),
}

/// Settings; the default is a GitHub on a free port, in a temporary directory, with the repositories' own workflows as CI.
#[derive(Debug, Clone)]
pub struct Options {
    pub listen: SocketAddr,
    /// Where the bare repositories live; a temporary directory, removed at the end, when `None`.
    pub directory: Option<PathBuf>,
    pub app: AppRegistration,
    pub ci: Ci,
    /// Whether pushes to the default branch run the CI as well.
    pub ci_on_default_branch: bool,
    /// How long one check may run.
    pub ci_time_limit: Duration,
    /// Variables that CI commands see besides `PATH`, `HOME`, `CI` and GitHub's own few.
    pub ci_environment: Vec<(String, String)>,
    /// Where CI commands are looked for: their `PATH`.
    pub ci_path: OsString,
    /// How many requests the log keeps; older ones are dropped.
    pub requests_kept: usize,
    /// From how many entries on a recursive tree is cut and says `truncated`.
    pub tree_limit: usize,
    /// How long the App may take to answer a webhook. GitHub allows 10 s.
    pub webhook_time_limit: Duration,
}

impl Options {
    pub fn new(app: AppRegistration) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            directory: None,
            app,
            ci: Ci::default(),
            ci_on_default_branch: false,
            ci_time_limit: Duration::from_secs(600),
            ci_environment: Vec::new(),
            ci_path: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into(),
            requests_kept: 10_000,
            tree_limit: 100_000,
            webhook_time_limit: Duration::from_secs(10),
        }
    }
}
