//! The cached bare mirror of a repository: single commits are fetched into it, without history, and kept.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt;

use super::{Error, Workspace, command, run, upkeep};
use crate::domain::{RepoName, Sha};

/// How long one fetch may take: a large repository without history over a slow line.
const FETCH_LIMIT: Duration = Duration::from_secs(15 * 60);
/// How long a git that was asked to end may take for it.
const LEAVE: Duration = Duration::from_secs(3);

/// `<cache>/<owner>/<name>.git`. Several may be open at once, also in several processes: a lock file puts fetches in a row.
#[derive(Debug, Clone)]
pub struct Mirror {
    git_dir: PathBuf,
}

impl Mirror {
    /// The mirror of a repository, made if it is not there yet. Talks to nobody.
    pub fn open(cache: &Path, repo: &RepoName) -> Result<Self, Error> {
        let owner = cache.join(repo.owner().to_lowercase());
        let git_dir = owner.join(format!("{}.git", repo.name().to_lowercase()));
        let failed = |error: std::io::Error| Error::Never(format!("make the mirror of {repo}: {error}"));
        fs::create_dir_all(&owner).map_err(failed)?;
        let mirror = Self { git_dir };
        if !mirror.git_dir.join("HEAD").is_file() {
            let _lock = mirror.lock().map_err(failed)?;
            let mut init = command(&mirror.git_dir);
            init.args(["init", "--quiet", "--bare", "--template="]).arg(&mirror.git_dir);
            run(init, &format!("make the mirror of {repo}"))?;
        }
        Ok(mirror)
    }

    /// Where its objects are, for `git::command`.
    pub fn git_dir(&self) -> &Path {
        &self.git_dir
    }

    /// Whether the commit and its tree are here already.
    pub fn has(&self, commit: &Sha) -> Result<bool, Error> {
        let mut git = command(&self.git_dir);
        git.args(["rev-parse", "--quiet", "--verify", "--end-of-options"]).arg(format!("{}^{{commit}}", kept(commit)));
        let output = git.output().map_err(|error| Error::Never(format!("look for {}: {error}", commit.short())))?;
        Ok(output.status.success())
    }

    /// Brings one commit, without its history, from `url` (`https:`, or a path for a local repository). Nothing happens if it is
    /// here. `authorization` is a whole header line (`AUTHORIZATION: basic …`) for this address; only this git process sees it.
    pub async fn fetch(&self, url: &str, authorization: Option<&SecretString>, commit: &Sha) -> Result<(), Error> {
        let doing = format!("fetch {}", commit.short());
        if url.starts_with('-') || url.contains("::") {
            return Err(Error::Never(format!("{doing}: the repository's address is not one")));
        }
        let here = self.clone();
        let lock = tokio::task::spawn_blocking(move || here.lock()).await;
        let lock = lock.map_err(|error| Error::Later(format!("{doing}: {error}")))?;
        let lock = lock.map_err(|error| Error::Later(format!("{doing}: {error}")))?;
        let failed = |error: std::io::Error| Error::Later(format!("{doing}: the mirror cannot be looked through: {error}"));
        upkeep::remove_stale_locks(&self.git_dir).map_err(failed)?;
        if self.has(commit)? {
            return upkeep::touch(&self.git_dir, &kept(commit)).map_err(failed);
        }
        let lock = Arc::new(lock);
        if upkeep::let_go_of_old(&self.git_dir).map_err(failed)? > 0 {
            self.collect(&lock).await;
        }
        let mut git = command(&self.git_dir);
        git.env("GIT_ALLOW_PROTOCOL", "https:http:file");
        if let Some(header) = authorization {
            git.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", format!("http.{url}.extraHeader"));
            git.env("GIT_CONFIG_VALUE_0", header.expose_secret());
        }
        git.args(["-c", "http.followRedirects=initial", "-c", "fetch.fsckObjects=false", "-c", "protocol.version=2"]);
        git.args(["fetch", "--quiet", "--no-tags", "--depth=1", "--no-write-fetch-head", "--no-recurse-submodules", "--end-of-options"]);
        git.arg(url).arg(format!("+{commit}:{}", kept(commit)));
        tokio::time::timeout(FETCH_LIMIT, finish(git, &doing, lock)).await.unwrap_or_else(|_| {
            let minutes = FETCH_LIMIT.as_secs() / 60;
            Err(Error::Later(format!("{doing}: git was not done after {minutes} minutes")))
        })
    }

    /// The files of a commit that is here.
    pub fn workspace(&self, commit: &Sha) -> Result<Workspace, Error> {
        Workspace::open(&self.git_dir, commit)
    }

    /// Removes what no kept commit needs. That it could not be done costs space and nothing else.
    async fn collect(&self, lock: &Arc<File>) {
        let mut git = command(&self.git_dir);
        // References packed into one file would lose the time at which they were last asked for.
        git.args(["-c", "gc.packRefs=false", "gc", "--quiet", "--prune=now", "--force"]);
        let collected = tokio::time::timeout(FETCH_LIMIT, finish(git, "collect garbage", lock.clone())).await;
        if !matches!(collected, Ok(Ok(()))) {
            tracing::warn!(mirror = %self.git_dir.display(), "what is no longer needed could not be removed: {collected:?}");
        }
    }

    /// Held by whoever changes the mirror; other processes respect it too. Blocks.
    pub(super) fn lock(&self) -> std::io::Result<File> {
        let path = self.git_dir.with_extension("lock");
        let file = File::options().create(true).append(true).open(path)?;
        file.lock()?;
        Ok(file)
    }
}

/// The reference that keeps a commit from being collected.
pub(super) fn kept(commit: &Sha) -> String {
    format!("refs/kept/{commit}")
}

/// Waits for git. When the waiting is given up, git and all its children are ended, and `lock` is held until they are gone.
async fn finish(mut git: std::process::Command, doing: &str, lock: Arc<File>) -> Result<(), Error> {
    git.stdout(Stdio::null());
    let mut git = tokio::process::Command::from(git);
    let mut child = git.spawn().map_err(|error| Error::Never(format!("{doing}: the git program cannot be started: {error}")))?;
    let group = Group { id: child.id(), lock: Some(lock) };
    let mut said = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        let _ = stderr.take(64 * 1024).read_to_end(&mut said).await;
    }
    let status = child.wait().await.map_err(|error| Error::Later(format!("{doing}: {error}")))?;
    group.over();
    if status.success() { Ok(()) } else { Err(Error::of_stderr(doing, &said)) }
}

/// A process group that is ended when it is dropped before its own end: asked first, so that git takes its lock files along.
struct Group {
    id: Option<u32>,
    lock: Option<Arc<File>>,
}

impl Group {
    fn over(mut self) {
        self.id = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let Some(id) = self.id.and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw) else { return };
        if kill_process_group(id, Signal::TERM).is_err() {
            return;
        }
        let lock = self.lock.take();
        let watch = std::thread::Builder::new().name("git-ends".into()).spawn(move || {
            wait_until_gone(id);
            drop(lock);
        });
        if watch.is_err() {
            let _ = kill_process_group(id, Signal::KILL);
        }
    }
}

fn wait_until_gone(id: Pid) {
    let step = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    while test_kill_process_group(id).is_ok() {
        if waited >= LEAVE {
            let _ = kill_process_group(id, Signal::KILL);
            return;
        }
        std::thread::sleep(step);
        waited += step;
    }
}
