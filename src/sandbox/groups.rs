//! Control groups: a bound for all processes of a command together, where this machine lets us make some.
//!
//! Either version is used: of the second the part that was delegated to us, of the first the hierarchies in which we may make groups.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Limits;

/// Tasks of a fence itself: the helpers, and the program that makes the namespaces.
const OF_THE_FENCE: u64 = 8;

/// Where groups can be made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Groups {
    /// One directory of the second version, or one for each controller of the first.
    parents: Vec<(Version, PathBuf)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    Memory1,
    Pids1,
    Both2,
}

impl Groups {
    pub fn find() -> Self {
        let ours = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self::below(Path::new("/sys/fs/cgroup"), &ours)
    }

    /// `ours` is the text of `/proc/self/cgroup`, see cgroups(7).
    fn below(mount: &Path, ours: &str) -> Self {
        let mut parents = Vec::new();
        for line in ours.lines() {
            let mut fields = line.splitn(3, ':').skip(1);
            let (Some(controller), Some(path)) = (fields.next(), fields.next()) else { continue };
            let path = path.trim_start_matches('/');
            match controller {
                "memory" => parents.extend(usable(Version::Memory1, &[mount.join("memory").join(path), mount.join("memory")])),
                "pids" => parents.extend(usable(Version::Pids1, &[mount.join("pids").join(path), mount.join("pids")])),
                "" => parents.extend(delegated(&mount.join(path)).map(|parent| (Version::Both2, parent))),
                _ => {}
            }
        }
        Self { parents }
    }

    pub fn bound_memory(&self) -> bool {
        self.parents.iter().any(|(version, _)| matches!(version, Version::Memory1 | Version::Both2))
    }

    pub fn bound_processes(&self) -> bool {
        self.parents.iter().any(|(version, _)| matches!(version, Version::Pids1 | Version::Both2))
    }

    pub fn make(&self, limits: &Limits) -> io::Result<Group> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!("journeyman-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let mut group = Group { parts: Vec::new() };
        for (version, parent) in &self.parents {
            let directory = parent.join(&name);
            std::fs::create_dir(&directory)?;
            group.parts.push((*version, directory.clone()));
            let memory = limits.memory.to_string();
            let processes = (u64::from(limits.processes) + OF_THE_FENCE).to_string();
            let settings = match version {
                Version::Memory1 => vec![("memory.limit_in_bytes", memory.clone(), true), ("memory.memsw.limit_in_bytes", memory, false)],
                Version::Pids1 => vec![("pids.max", processes, true)],
                Version::Both2 => {
                    vec![("memory.max", memory, true), ("memory.swap.max", "0".into(), false), ("pids.max", processes, true)]
                }
            };
            for (file, value, needed) in settings {
                // What bounds swapping is not there on every machine.
                std::fs::write(directory.join(file), value).or_else(|error| if needed { Err(error) } else { Ok(()) })?;
            }
        }
        Ok(group)
    }
}

/// The first of these in which a group with the controller's files can be made.
fn usable(version: Version, candidates: &[PathBuf]) -> Option<(Version, PathBuf)> {
    let file = if version == Version::Memory1 { "memory.limit_in_bytes" } else { "pids.max" };
    let parent = candidates.iter().find(|parent| {
        let trial = parent.join(format!("journeyman-{}-trial", std::process::id()));
        let made = std::fs::create_dir(&trial).is_ok();
        let fits = made && trial.join(file).exists();
        made && std::fs::remove_dir(&trial).is_ok() && fits
    })?;
    remove_left_over(parent);
    Some((version, parent.clone()))
}

/// Of the second version, a group above our own whose children have both controllers: a service manager makes it so that we are in a
/// group of our own below what was delegated (systemd: `Delegate=`, `DelegateSubgroup=`). We never move ourselves.
fn delegated(ours: &Path) -> Option<PathBuf> {
    let parent = ours.parent()?;
    let controllers = std::fs::read_to_string(parent.join("cgroup.subtree_control")).ok()?;
    let has = |name: &str| controllers.split_whitespace().any(|controller| controller == name);
    let trial = parent.join(format!("journeyman-{}-trial", std::process::id()));
    let fits = has("memory") && has("pids") && std::fs::create_dir(&trial).is_ok() && std::fs::remove_dir(&trial).is_ok();
    // To move a process, the list of the common ancestor has to be writable, too.
    let moves = fits && std::fs::File::options().append(true).open(parent.join("cgroup.procs")).is_ok();
    moves.then(|| {
        remove_left_over(parent);
        parent.to_owned()
    })
}

/// Groups of a process that was killed. One that is in use cannot be removed.
fn remove_left_over(parent: &Path) {
    for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with("journeyman-")) && is_ownerless(&entry.file_name()) {
            let _ = std::fs::remove_dir(entry.path());
        }
    }
}

fn is_ownerless(name: &std::ffi::OsStr) -> bool {
    let owner = name.to_str().and_then(|name| name.split('-').nth(1)).unwrap_or_default();
    !Path::new("/proc").join(owner).exists()
}

/// The groups of one command. They are removed when it is dropped, which has to be after the command's end.
#[derive(Debug)]
pub struct Group {
    parts: Vec<(Version, PathBuf)>,
}

impl Group {
    /// The files by which a process enters.
    pub fn entrances(&self) -> Vec<PathBuf> {
        self.parts.iter().map(|(_, directory)| directory.join("cgroup.procs")).collect()
    }

    /// The bound at which something was refused or ended.
    pub fn out_of(&self) -> Option<&'static str> {
        self.parts.iter().find_map(|(version, directory)| {
            let count = |file: &str, name: &str| {
                let text = std::fs::read_to_string(directory.join(file)).unwrap_or_default();
                text.lines().filter_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok()).sum::<u64>()
            };
            match version {
                Version::Memory1 if count("memory.oom_control", "oom_kill ") > 0 => Some("memory"),
                Version::Both2 if count("memory.events", "oom_kill ") > 0 => Some("memory"),
                Version::Pids1 | Version::Both2 if count("pids.events", "max ") > 0 => Some("processes"),
                Version::Memory1 | Version::Pids1 | Version::Both2 => None,
            }
        })
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for (_, directory) in &self.parts {
            // The kernel may still be clearing away the last process.
            for _ in 0..20 {
                match std::fs::remove_dir(directory) {
                    Err(error) if error.kind() == io::ErrorKind::ResourceBusy => std::thread::sleep(Duration::from_millis(1)),
                    Ok(()) | Err(_) => break,
                }
            }
        }
    }
}

impl std::fmt::Display for Groups {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let one = |version: &Version| match version {
            Version::Memory1 => "memory (control groups 1)",
            Version::Pids1 => "processes (control groups 1)",
            Version::Both2 => "memory and processes (control groups 2)",
        };
        let all: Vec<&str> = self.parents.iter().map(|(version, _)| one(version)).collect();
        if all.is_empty() {
            f.write_str("no control groups: memory is bounded for each process alone")
        } else {
            f.write_str(&all.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_above_our_own_is_used_when_both_controllers_are_on_for_its_children() {
        let mount = tempfile::tempdir().unwrap();
        let parent = mount.path().join("system/journeyman.service");
        std::fs::create_dir_all(parent.join("main")).unwrap();
        std::fs::write(parent.join("cgroup.procs"), "").unwrap();
        std::fs::write(parent.join("cgroup.subtree_control"), "cpu memory pids\n").unwrap();
        let found = Groups::below(mount.path(), "0::/system/journeyman.service/main\n");
        assert_eq!(found, Groups { parents: vec![(Version::Both2, parent.clone())] });
        std::fs::write(parent.join("cgroup.subtree_control"), "cpu memory\n").unwrap();
        assert_eq!(Groups::below(mount.path(), "0::/system/journeyman.service/main\n"), Groups::default());
    }

    #[test]
    fn what_a_dead_process_left_is_removed_and_what_a_living_one_uses_is_not() {
        let parent = tempfile::tempdir().unwrap();
        let left = parent.path().join("journeyman-999999999-3");
        let used = parent.path().join(format!("journeyman-{}-3", std::process::id()));
        [&left, &used].iter().for_each(|path| std::fs::create_dir(path).unwrap());
        remove_left_over(parent.path());
        assert!(!left.exists() && used.exists());
    }
}
