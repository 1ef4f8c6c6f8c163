//! A site with a workspace and a home, and every fence that this machine allows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use journeyman::sandbox::{Command, Job, Limits, Network, Options, Outcome, Policy, Sandbox};
use tempfile::TempDir;

/// Our program, or a copy that we were told of.
pub fn helper() -> PathBuf {
    let told = std::env::vars_os().find(|(name, _)| name == "JOURNEYMAN_HELPER");
    told.map_or_else(|| env!("CARGO_BIN_EXE_journeyman").into(), |(_, path)| path.into())
}

/// Each fence by itself: the floor, and the namespaces where this machine allows them. Says which one could not be tried.
pub async fn fences(options: impl Fn() -> Options) -> Vec<(&'static str, Sandbox)> {
    let floor = Sandbox::prepare(Options { namespaces: false, ..options() }).await.expect("the floor holds on every supported machine");
    assert!(floor.describe().starts_with("landlock "), "{}", floor.describe());
    let best = Sandbox::prepare(options()).await.expect("the floor holds on every supported machine");
    let mut fences = vec![("floor", floor)];
    if best.describe().starts_with("namespaces, ") {
        fences.push(("namespaces", best));
    } else {
        assert!(best.describe().starts_with("landlock ") && best.describe().contains("no namespaces: "), "{}", best.describe());
        eprintln!("NOT TESTED here: the fence of namespaces ({})", best.describe());
    }
    fences
}

/// With the containers of every engine that can be had here.
pub async fn with_containers(options: impl Fn() -> Options) -> Vec<(&'static str, Sandbox)> {
    let mut fences = fences(&options).await;
    fences.extend(crate::containers::fences(options).await);
    fences
}

/// Where a command works.
pub struct Site {
    pub root: TempDir,
    pub limits: Limits,
    pub network: Network,
    pub readable: Vec<PathBuf>,
    pub variables: BTreeMap<String, String>,
}

impl Site {
    pub fn new() -> Self {
        let root = tempfile::Builder::new().prefix("site-").tempdir().unwrap();
        for name in ["workspace", "home"] {
            std::fs::create_dir(root.path().join(name)).unwrap();
        }
        let limits = Limits { wall: Duration::from_secs(60), ..Limits::default() };
        Self { root, limits, network: Network::None, readable: Vec::new(), variables: BTreeMap::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.root.path().join(name)
    }

    pub fn workspace(&self) -> PathBuf {
        self.path("workspace")
    }

    pub fn job(&self, command: Command) -> Job {
        let policy = Policy {
            workspace: self.workspace(),
            home: self.path("home"),
            readable: self.readable.clone(),
            network: self.network.clone(),
            limits: self.limits,
        };
        Job { command, directory: PathBuf::new(), policy, variables: self.variables.clone() }
    }

    pub fn shell(&self, line: &str) -> Job {
        self.job(Command::Shell(line.into()))
    }

    pub async fn run(&self, sandbox: &Sandbox, line: &str) -> Outcome {
        sandbox.run(&self.shell(line)).await.unwrap_or_else(|error| panic!("failed to {error}"))
    }
}

/// Processes whose command line holds a word, by number. Ours and our children's included.
pub fn processes_with(word: &str) -> Vec<u32> {
    let numbers = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let holds = |number: &u32| {
        std::fs::read(Path::new("/proc").join(number.to_string()).join("cmdline"))
            .is_ok_and(|line| String::from_utf8_lossy(&line).contains(word))
    };
    numbers.filter(holds).collect()
}
