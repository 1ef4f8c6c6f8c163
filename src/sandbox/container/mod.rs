//! A container image as the fence: an engine (`docker`, `podman`) runs each command in a fresh container of an image, under the same
//! rules as everywhere. What comes out is a [`Sandbox`] like any other, so that nobody who runs a command knows the difference.
//!
//! What is made sure of by the engine: no network but its own loopback, no capability, no new privileges, its seccomp profile
//! (narrowed to what the floor allows, where it is a file), a read-only root, memory and processes bounded by a control group, and
//! nothing of the machine but the workspace, the home and a directory for what is temporary. The programs are the image's; the machine's toolchains are not there. Ports that lead to a socket
//! of ours are listened on by our helper, which enters the container's network for that, before the command starts. An image is
//! fetched once, before anything is run in it; from then on it is known by its own id.

mod arguments;
mod engine;
mod image;
mod probe;
mod seccomp;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tempfile::TempPath;
use tokio::sync::Mutex;

use super::launch::{Scratch, Talk};
use super::plan::{self, Bounds, Plan};
use super::{Built, Command, Error, Fence, Job, Network, Options, Sandbox};
use arguments::Contained;
pub use arguments::{OUT_OF_MEMORY, READY};
use engine::Engine;
pub use image::Image;

/// By which our containers are found again: the process that made them.
const LABEL: &str = "journeyman.owner";

/// Of one user in all containers: what podman would ask for by itself is more than it may have on some machines. The command's own
/// processes are bounded by its control group.
const MOST_PROCESSES: u64 = 16_384;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Docker,
    Podman,
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
        })
    }
}

/// What containers are made with.
#[derive(Debug, Clone)]
pub struct Settings {
    pub kind: Kind,
    /// The engine's program; looked for in `PATH` where it is not given.
    pub program: Option<PathBuf>,
    /// Patterns of images that may be used, see [`Image`].
    pub images: Vec<String>,
}

/// An engine that answered, and the images that were found fit so far.
#[derive(Debug, Clone)]
pub struct Containers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    built: Built,
    engine: Engine,
    images: Vec<String>,
    version: String,
    profile: Option<Arc<TempPath>>,
    /// Each found out once; whoever asks meanwhile waits.
    fit: Mutex<BTreeMap<Image, Sandbox>>,
}

/// The image in which commands run.
#[derive(Debug, Clone)]
pub struct Chosen {
    engine: Engine,
    /// The engine's own is used where there is none.
    profile: Option<Arc<TempPath>>,
    /// As it was asked for, for people.
    name: String,
    id: String,
}

impl Containers {
    /// Finds the engine, and removes what an earlier life of ours left in it.
    pub async fn prepare(options: Options, settings: Settings) -> Result<Self, Error> {
        // The engine makes the groups.
        let options = Options { groups: false, ..options };
        let built = tokio::task::spawn_blocking(move || Built::new(options)).await.map_err(|error| Error::Unfenced(error.to_string()))?;
        let kind = settings.kind;
        let program = match settings.program {
            Some(program) => program,
            None => built.environment.find(&kind.to_string()).ok_or_else(|| Error::Unfenced(format!("{kind} is not installed")))?,
        };
        let owner = format!("{}-{}", std::process::id(), token());
        let engine = Engine { kind, program, variables: built.environment.engine.clone(), owner };
        let version = engine.version().await.map_err(|why| Error::Unfenced(format!("{kind} does not work here: {why}")))?;
        match engine.remove_left_over().await {
            Ok(0) => {}
            Ok(count) => tracing::info!("{count} containers that an earlier run left behind are removed"),
            Err(why) => tracing::warn!("failed to look for containers that were left behind: {why}"),
        }
        let profile = match engine.profile().await {
            Some(path) => Some(Arc::new(narrowed(&path).map_err(|why| Error::Unfenced(format!("{}: {why}", path.display())))?)),
            None => None,
        };
        Ok(Self(Arc::new(Inner { built, engine, images: settings.images, version, profile, fit: Mutex::default() })))
    }

    /// The image of a name, if this server allows it. The error is for people.
    pub fn allowed(&self, name: &str) -> Result<Image, String> {
        let image = Image::read(name)?;
        if image.is_allowed(&self.0.images) {
            return Ok(image);
        }
        let allowed = if self.0.images.is_empty() { "none".to_owned() } else { self.0.images.join(", ") };
        Err(format!("the image {image} is not among those that this server allows (`sandbox.images`): {allowed}"))
    }

    /// The fence made of an image: fetched if it is not there, and tried before the first command. It is told in the log.
    pub async fn fence(&self, image: &Image) -> Result<Sandbox, Error> {
        let mut fit = self.0.fit.lock().await;
        if let Some(sandbox) = fit.get(image) {
            return Ok(sandbox.clone());
        }
        let engine = &self.0.engine;
        let id = match engine.find(image).await {
            Some(id) => id,
            None => {
                tracing::info!("fetching the image {image} with {}", engine.kind);
                engine.fetch(image).await.map_err(|why| Error::Unfenced(format!("the image {image} cannot be fetched: {why}")))?;
                engine.find(image).await.ok_or_else(|| Error::Unfenced(format!("the image {image} was fetched and is not there")))?
            }
        };
        let sandbox = self.sandbox(image, id);
        let held = probe::holds(&sandbox).await;
        held.map_err(|why| Error::Unfenced(format!("a container of the image {image} is no fence here: {why}")))?;
        tracing::info!("commands can be fenced: {}", sandbox.describe());
        fit.insert(image.clone(), sandbox.clone());
        Ok(sandbox)
    }

    /// At the start: tries the first image that is allowed by its full name and is there already. Says which, if there is one.
    pub async fn try_one(&self) -> Result<Option<Image>, Error> {
        for name in self.0.images.iter().filter(|name| !name.contains('*')) {
            let Ok(image) = Image::read(name) else { continue };
            if self.0.engine.find(&image).await.is_some() {
                return self.fence(&image).await.map(|_| Some(image));
            }
        }
        Ok(None)
    }

    /// For the log.
    pub fn describe(&self) -> String {
        let whose = if self.is_rootless() { ", without root" } else { "" };
        let profile = if self.0.profile.is_some() { "a narrowed seccomp profile" } else { "its own seccomp profile" };
        format!("{} {}{whose}, with {profile}", self.0.engine.kind, self.0.version)
    }

    fn is_rootless(&self) -> bool {
        self.0.engine.kind == Kind::Podman && self.0.built.owner.is_none()
    }

    fn sandbox(&self, image: &Image, id: String) -> Sandbox {
        let built = &self.0.built;
        let short: String = id.chars().take("sha256:".len() + 12).collect();
        let description = format!("a container of {image} ({short}) by {}", self.describe());
        let chosen = Chosen { engine: self.0.engine.clone(), profile: self.0.profile.clone(), name: image.to_string(), id };
        Sandbox(Arc::new(Built { fence: Fence::Container(Box::new(chosen)), description, ..built.clone() }))
    }
}

/// A file with what is left of a profile. Blocks shortly.
fn narrowed(profile: &Path) -> Result<TempPath, String> {
    let text = std::fs::read_to_string(profile).map_err(|error| error.to_string())?;
    let file = tempfile::Builder::new().prefix("journeyman-seccomp-").suffix(".json").tempfile().map_err(|error| error.to_string())?;
    std::fs::write(file.path(), seccomp::narrowed(&text)?).map_err(|error| error.to_string())?;
    Ok(file.into_temp_path())
}

/// No two processes have the same.
fn token() -> String {
    static TOKEN: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| uuid::Uuid::new_v4().simple().to_string()[..8].to_owned());
    static COUNT: AtomicU64 = AtomicU64::new(0);
    // The first half is the process's.
    format!("{}-{}", *TOKEN, COUNT.fetch_add(1, Ordering::Relaxed))
}

/// What the helper is told. Blocks shortly.
pub(super) fn plan(sandbox: &Sandbox, chosen: &Chosen, job: &Job, scratch: &Scratch, talk: Talk) -> Result<Plan, Error> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let Job { command, directory, policy, variables } = job;
    let Chosen { engine, profile, id, .. } = chosen;
    let name = format!("journeyman-{}-{}", engine.owner, COUNT.fetch_add(1, Ordering::Relaxed));
    let words = match command {
        Command::Shell(line) => vec!["/bin/sh".to_owned(), "-c".to_owned(), line.clone()],
        Command::Program { program, arguments } => std::iter::once(program).chain(arguments).cloned().collect(),
    };
    let forwards = match &policy.network {
        Network::None => Vec::new(),
        Network::Forwards(forwards) => forwards.iter().map(|forward| (forward.port, forward.socket.clone())).collect(),
    };
    let (temporary, gate) = (scratch.temporary(), scratch.gate());
    let hard = |resource| rustix::process::getrlimit(resource).maximum;
    let most_files = hard(rustix::process::Resource::Nofile).unwrap_or(u64::MAX);
    let mut limits = policy.limits;
    limits.open_files = limits.open_files.min(u32::try_from(most_files).unwrap_or(u32::MAX));
    let directory: PathBuf = policy.workspace.components().chain(directory.components()).collect();
    // What the image has is the image's: only what is outside of every system's own directories is shown in it.
    let readable: Vec<PathBuf> = policy.readable.iter().filter(|path| !is_of_the_system(path)).cloned().collect();
    let contained = Contained {
        kind: engine.kind,
        program: &engine.program,
        name: &name,
        owner: &engine.owner,
        image: id,
        profile: profile.as_ref().map(|profile| -> &Path { profile }),
        user: sandbox.owner.unwrap_or_else(super::launch::ourselves),
        rootless: engine.kind == Kind::Podman && sandbox.owner.is_none(),
        workspace: &policy.workspace,
        home: &policy.home,
        temporary: &temporary,
        readable: &readable,
        names: &scratch.names(),
        gate: &gate,
        limits,
        most_processes: hard(rustix::process::Resource::Nproc).unwrap_or(u64::MAX).min(MOST_PROCESSES),
        variables: &sandbox.environment.in_image(&policy.home, Path::new("/tmp"), variables),
        directory: &directory,
        speaks: talk == Talk::Speaks,
        command: &words,
    };
    let run = contained.arguments().map_err(Error::NotStarted)?;
    let client = |arguments: Vec<String>| std::iter::once(engine.program.to_string_lossy().into_owned()).chain(arguments).collect();
    Ok(Plan {
        program: chosen.name.clone(),
        arguments: Vec::new(),
        variables: engine.variables.clone(),
        directory: PathBuf::from("/"),
        bounds: Bounds { data: None, processes: None, open_files: policy.limits.open_files.into(), file_size: policy.limits.file_size },
        identity: None,
        floor: None,
        groups: Vec::new(),
        namespaces: None,
        forwards,
        container: Some(plan::Container {
            run,
            speaks: talk == Talk::Speaks,
            find: client(["inspect", "--format", "{{.State.Pid}}", &name].map(str::to_owned).to_vec()),
            remove: client(engine.remove(&name)),
            gate,
        }),
    })
}

fn is_of_the_system(path: &Path) -> bool {
    super::view::SYSTEM.iter().any(|system| path.starts_with(system))
}
