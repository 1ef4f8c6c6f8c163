//! The arguments with which an engine runs one command in a container. Pure.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Kind;
use crate::sandbox::Limits;

/// Where the way to the waiting first process is, inside.
pub const GATE: &str = "/run/journeyman";

/// The first process: it says that it is there, waits until the ways out are open, and runs the command as its child, so that signals
/// have their usual meaning for it. What it says itself goes nowhere. `$1` is `listens` when both streams are one, `$2` the directory.
const FIRST: &str = "\
case $1 in listens) exec 2>&1;; esac
exec 3>&2 2>/dev/null
cd \"$2\" || { echo \"$2: no such directory\" >/run/journeyman/words; exit 1; }
shift 2
command -v \"$1\" >/dev/null || { echo \"$1: not found in the image\" >/run/journeyman/words; exit 127; }
echo ready >/run/journeyman/words
read -r go </run/journeyman/go || exit 1
umask 022
\"$@\" 2>&3 3>&-
status=$?
for file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
  while read -r name count; do
    case $name:$count in oom_kill:0) ;; oom_kill:*) echo 'out of memory' >/run/journeyman/words;; esac
  done <$file
done
exit $status";

/// What the first process says when the command is about to start.
pub const READY: &str = "ready";

/// What it says when something in the container was ended for its memory, whatever the engine makes of that.
pub const OUT_OF_MEMORY: &str = "out of memory";

/// Tasks of the container itself: the first process, and one that an engine may run in it for a moment.
const OF_THE_CONTAINER: u32 = 4;

/// Client settings that Docker would pass on from a person's configuration, credentials of proxies among them.
const PROXIES: [&str; 10] =
    ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"];

/// Everything about one container.
pub struct Contained<'a> {
    pub kind: Kind,
    pub program: &'a Path,
    /// By which the engine knows it, and who made it.
    pub name: &'a str,
    pub owner: &'a str,
    /// The image's own id, not a name that may come to mean another.
    pub image: &'a str,
    /// A seccomp profile instead of the engine's own.
    pub profile: Option<&'a Path>,
    /// Who the command is.
    pub user: (u32, u32),
    /// We are not root, and neither is the engine.
    pub rootless: bool,
    pub workspace: &'a Path,
    pub home: &'a Path,
    pub temporary: &'a Path,
    pub readable: &'a [PathBuf],
    /// Files that stand in for the image's own below `/etc`.
    pub names: &'a Path,
    pub gate: &'a Path,
    pub limits: Limits,
    /// Of one user, in all containers.
    pub most_processes: u64,
    pub variables: &'a BTreeMap<String, String>,
    pub directory: &'a Path,
    /// Whether standard input and output are spoken over; otherwise there is no input, and both streams are one.
    pub speaks: bool,
    pub command: &'a [String],
}

/// Files below `/etc` whose text is ours.
pub const NAMES: [&str; 4] = ["passwd", "group", "hosts", "resolv.conf"];

impl Contained<'_> {
    /// The whole command line. The error names a path that cannot be told to an engine.
    pub fn arguments(&self) -> Result<Vec<String>, String> {
        let mut words: Vec<String> = vec![self.program.to_string_lossy().into_owned()];
        let mut add = |options: &[&str]| words.extend(options.iter().map(|option| (*option).to_owned()));
        if self.kind == Kind::Podman {
            // What a distribution would mount into every container: its subscriptions, for example.
            add(&["--default-mounts-file=/dev/null"]);
        }
        add(&["run", "--name", self.name, "--label", &format!("{}={}", super::LABEL, self.owner), "--pull", "never"]);
        add(&["--network", "none", "--hostname", "sandbox", "--ipc", "private", "--cgroupns", "private"]);
        add(&["--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]);
        if let Some(profile) = self.profile {
            add(&["--security-opt", &format!("seccomp={}", profile.display())]);
        }
        add(&["--log-driver", "none", "--no-healthcheck", "--sig-proxy=false", "--stop-timeout", "0", "--workdir", "/"]);
        if self.kind == Kind::Podman {
            add(&["--read-only-tmpfs=false", "--image-volume=ignore", "--http-proxy=false", "--env-host=false", "--systemd=false"]);
            add(&["--pid", "private", "--uts", "private"]);
            // Should nobody be there any more to end it.
            add(&["--timeout", &(self.limits.wall.as_secs() + 60).to_string()]);
            if self.rootless {
                add(&["--userns", "keep-id"]);
            }
        }
        let (user, group) = self.user;
        add(&["--user", &format!("{user}:{group}")]);
        let Limits { memory, processes, open_files, file_size, .. } = self.limits;
        add(&["--memory", &format!("{memory}b"), "--memory-swap", &format!("{memory}b")]);
        add(&["--pids-limit", &(processes + OF_THE_CONTAINER).to_string()]);
        add(&["--ulimit", "core=0:0", "--ulimit", &format!("nofile={open_files}:{open_files}")]);
        add(&["--ulimit", &format!("fsize={file_size}:{file_size}")]);
        if self.kind == Kind::Podman {
            add(&["--ulimit", &format!("nproc={0}:{0}", self.most_processes)]);
        }
        for volume in self.volumes()? {
            add(&["--volume", &volume]);
        }
        for (name, value) in self.variables {
            add(&["--env", &format!("{name}={value}")]);
        }
        if self.kind == Kind::Docker {
            for name in PROXIES.iter().filter(|name| !self.variables.contains_key(**name)) {
                add(&["--env", &format!("{name}=")]);
            }
        }
        if self.speaks {
            add(&["--interactive"]);
        }
        let mode = if self.speaks { "speaks" } else { "listens" };
        add(&["--entrypoint", "/bin/sh", self.image, "-c", FIRST, "sandbox", mode, &self.directory.to_string_lossy()]);
        words.extend(self.command.iter().cloned());
        Ok(words)
    }

    /// Directories at their own paths, with a label that containers share where the machine has labels.
    fn volumes(&self) -> Result<Vec<String>, String> {
        let text = |path: &Path| match path.to_str() {
            Some(text) if !text.contains([':', ',', '\n']) => Ok(text.to_owned()),
            Some(_) | None => Err(format!("{}: a container cannot be given a path with a colon or a comma in it", path.display())),
        };
        let mut volumes = Vec::new();
        for path in self.readable {
            volumes.push(format!("{0}:{0}:ro", text(path)?));
        }
        for name in NAMES {
            volumes.push(format!("{}:/etc/{name}:ro,z", text(&self.names.join(name))?));
        }
        let temporary = text(self.temporary)?;
        volumes.extend([format!("{temporary}:/tmp:rw,z"), format!("{temporary}:/var/tmp:rw,z")]);
        for path in [self.workspace, self.home] {
            volumes.push(format!("{0}:{0}:rw,z", text(path)?));
        }
        volumes.push(format!("{}:{GATE}:ro,z", text(self.gate)?));
        Ok(volumes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contained<'a>(kind: Kind, variables: &'a BTreeMap<String, String>, command: &'a [String]) -> Contained<'a> {
        Contained {
            kind,
            program: Path::new("/usr/bin/engine"),
            name: "journeyman-7-0",
            owner: "7-ab",
            image: "sha256:1234",
            profile: (kind == Kind::Podman).then_some(Path::new("/tmp/profile.json")),
            user: (1000, 1000),
            rootless: kind == Kind::Podman,
            workspace: Path::new("/w/checkout"),
            home: Path::new("/w/home"),
            temporary: Path::new("/tmp/j/tmp"),
            readable: &[],
            names: Path::new("/tmp/j/names"),
            gate: Path::new("/tmp/j/gate"),
            limits: Limits::default(),
            most_processes: 4000,
            variables,
            directory: Path::new("/w/checkout/sub"),
            speaks: kind == Kind::Docker,
            command,
        }
    }

    #[test]
    fn the_whole_line_is_on_file_for_each_engine() {
        let variables = BTreeMap::from([("HOME".to_owned(), "/w/home".to_owned()), ("NO_PROXY".to_owned(), "localhost".to_owned())]);
        let command = ["/bin/sh".to_owned(), "-c".to_owned(), "make; echo $HOME".to_owned()];
        for (kind, file) in [
            (Kind::Podman, expect_test::expect_file!["../../../fixtures/sandbox/podman.txt"]),
            (Kind::Docker, expect_test::expect_file!["../../../fixtures/sandbox/docker.txt"]),
        ] {
            file.assert_eq(&(contained(kind, &variables, &command).arguments().unwrap().join("\n") + "\n"));
        }
    }

    #[test]
    fn a_path_that_an_engine_would_read_in_another_way_is_refused() {
        let (variables, command) = (BTreeMap::new(), []);
        for path in ["/w/a:/etc", "/w/a,rw", "/w/a\nb"] {
            let odd = Contained { workspace: Path::new(path), ..contained(Kind::Podman, &variables, &command) };
            assert!(odd.arguments().unwrap_err().contains("colon or a comma"), "{path}");
        }
    }
}
