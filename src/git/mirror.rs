//! The cached bare mirror of a repository: single commits are fetched into it, without history, and kept.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use tokio::io::AsyncReadExt;

use super::{Error, Workspace, command, run};
use crate::domain::{RepoName, Sha};

/// How long one fetch may take: a large repository without history over a slow line.
const FETCH_LIMIT: Duration = Duration::from_secs(15 * 60);

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
        let _lock = lock.map_err(|error| Error::Later(format!("{doing}: {error}")))?;
        if self.has(commit)? {
            return Ok(());
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
        tokio::time::timeout(FETCH_LIMIT, finish(git, &doing)).await.unwrap_or_else(|_| {
            let minutes = FETCH_LIMIT.as_secs() / 60;
            Err(Error::Later(format!("{doing}: git was not done after {minutes} minutes")))
        })
    }

    /// The files of a commit that is here.
    pub fn workspace(&self, commit: &Sha) -> Result<Workspace, Error> {
        Workspace::open(&self.git_dir, commit)
    }

    /// Held by whoever changes the mirror; other processes respect it too. Blocks.
    fn lock(&self) -> std::io::Result<File> {
        let path = self.git_dir.with_extension("lock");
        let file = File::options().create(true).append(true).open(path)?;
        file.lock()?;
        Ok(file)
    }
}

/// The reference that keeps a commit from being collected.
fn kept(commit: &Sha) -> String {
    format!("refs/kept/{commit}")
}

/// Waits for git, and takes it and all its children along when the waiting is given up.
async fn finish(mut git: std::process::Command, doing: &str) -> Result<(), Error> {
    git.stdout(Stdio::null());
    let mut git = tokio::process::Command::from(git);
    git.kill_on_drop(true);
    let mut child = git.spawn().map_err(|error| Error::Never(format!("{doing}: the git program cannot be started: {error}")))?;
    let group = Group(child.id());
    let mut said = Vec::new();
    if let Some(stderr) = child.stderr.take() {
        let _ = stderr.take(64 * 1024).read_to_end(&mut said).await;
    }
    let status = child.wait().await.map_err(|error| Error::Later(format!("{doing}: {error}")))?;
    group.over();
    if status.success() { Ok(()) } else { Err(Error::of_stderr(doing, &said)) }
}

/// A process group that is killed when it is dropped before its end.
struct Group(Option<u32>);

impl Group {
    fn over(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let id = self.0.and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
        if let Some(id) = id {
            let _ = rustix::process::kill_process_group(id, rustix::process::Signal::KILL);
        }
    }
}
