//! The engine's own program, asked for something that is not a command in a container: which images are there, to fetch one, what
//! an earlier life of ours left behind. Each question has its time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::{Kind, LABEL, image::Image};

/// For everything but fetching.
const PATIENCE: Duration = Duration::from_secs(60);
/// For fetching an image.
const FETCH: Duration = Duration::from_secs(30 * 60);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    pub kind: Kind,
    pub program: PathBuf,
    /// Its environment: where it keeps its own, or whom it asks.
    pub variables: BTreeMap<String, String>,
    /// Marks the containers of this process: its number, and a word that no other process with that number had.
    pub owner: String,
}

impl Engine {
    /// Whether it answers, and with which version.
    pub async fn version(&self) -> Result<String, String> {
        let format = match self.kind {
            Kind::Podman => "{{.Client.Version}}",
            Kind::Docker => "{{.Server.Version}}",
        };
        self.ask(&["version", "--format", format], PATIENCE).await
    }

    /// The seccomp profile that it uses where none is named, if that is a file: Docker's is a part of its service.
    pub async fn profile(&self) -> Option<PathBuf> {
        let path = match self.kind {
            Kind::Podman => self.ask(&["info", "--format", "{{.Host.Security.SECCOMPProfilePath}}"], PATIENCE).await.ok()?,
            Kind::Docker => return None,
        };
        Some(PathBuf::from(path.trim())).filter(|path| path.is_file())
    }

    /// The id of an image that is on this machine.
    pub async fn find(&self, image: &Image) -> Option<String> {
        let id = self.ask(&["image", "inspect", "--format", "{{.Id}}", &image.to_string()], PATIENCE).await.ok()?;
        let hash = id.trim().trim_start_matches("sha256:").to_owned();
        (hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| format!("sha256:{hash}"))
    }

    /// Fetches an image, as the engine itself is configured to reach registries.
    pub async fn fetch(&self, image: &Image) -> Result<(), String> {
        self.ask(&["pull", "--quiet", &image.to_string()], FETCH).await.map(drop)
    }

    /// Removes containers of processes that are no more.
    pub async fn remove_left_over(&self) -> Result<usize, String> {
        let format = "{{.Names}} {{.Label \"LABEL\"}}".replace("LABEL", LABEL);
        let (filter, format) = match self.kind {
            // Podman's `ps` knows labels as a map only.
            Kind::Podman => (format!("label={LABEL}"), format!("{{{{.Names}}}} {{{{index .Labels \"{LABEL}\"}}}}")),
            Kind::Docker => (format!("label={LABEL}"), format),
        };
        let all = self.ask(&["ps", "--all", "--filter", &filter, "--format", &format], PATIENCE).await?;
        let left: Vec<&str> =
            all.lines().filter_map(|line| line.split_once(' ')).filter(|(_, owner)| self.is_gone(owner)).map(|l| l.0).collect();
        for name in &left {
            let remove = self.remove(name);
            self.ask(&remove.iter().map(String::as_str).collect::<Vec<_>>(), PATIENCE).await?;
        }
        Ok(left.len())
    }

    /// Our number with another word is an earlier life in a container of our own, where numbers begin anew.
    fn is_gone(&self, owner: &str) -> bool {
        let number = owner.split('-').next().unwrap_or_default();
        let ours = self.owner.split('-').next() == Some(number);
        let lives = number.parse::<u32>().is_ok_and(|number| Path::new("/proc").join(number.to_string()).exists());
        let process = |owner: &str| owner.rsplit_once('-').map(|(process, _)| process.to_owned());
        if ours { process(owner) != process(&self.owner) } else { !lives }
    }

    /// The arguments that end a container and forget it, with what its image wanted kept.
    pub fn remove(&self, name: &str) -> Vec<String> {
        let words: &[&str] = match self.kind {
            Kind::Podman => &["rm", "--force", "--time", "0", "--volumes", name],
            Kind::Docker => &["rm", "--force", "--volumes", name],
        };
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    async fn ask(&self, arguments: &[&str], patience: Duration) -> Result<String, String> {
        #[expect(clippy::disallowed_methods, reason = "the engine's client, which makes the fence")]
        let mut client = tokio::process::Command::new(&self.program);
        client.args(arguments).env_clear().envs(&self.variables).current_dir("/").stdin(Stdio::null()).kill_on_drop(true);
        let asked = tokio::time::timeout(patience, client.output()).await;
        let output =
            asked.map_err(|_| format!("{} does not answer", self.kind))?.map_err(|error| format!("{}: {error}", self.program.display()))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        if output.status.success() {
            return Ok(text(&output.stdout));
        }
        let said = text(&output.stderr);
        let last = said.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("it failed and did not say why");
        Err(last.chars().take(400).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_of_the_dead_are_left_over_and_those_of_the_living_are_not() {
        let us = std::process::id();
        let engine =
            Engine { kind: Kind::Podman, program: PathBuf::from("podman"), variables: BTreeMap::new(), owner: format!("{us}-now-0") };
        assert!(engine.is_gone("999999999-x") && engine.is_gone(&format!("{us}-before-0")) && engine.is_gone(""));
        assert!(!engine.is_gone(&format!("{us}-now-1")) && !engine.is_gone("1-x"));
    }
}
