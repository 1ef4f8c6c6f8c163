//! The arguments for bubblewrap, which makes the namespaces. Pure.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::view::{ETC, SYSTEM, View};

/// How the machine is seen from inside.
pub struct Namespaces<'a> {
    /// bubblewrap itself.
    pub program: &'a Path,
    pub helper: &'a Path,
    pub view: &'a View,
    /// Files that stand in for the machine's own below `/etc`, by their names.
    pub names: &'a Path,
    /// Directories of the system that are links on this machine, with what they lead to.
    pub links: &'a [(PathBuf, PathBuf)],
    /// Masked, should they lie below something that is shown: whether each is a directory.
    pub hidden: &'a [(PathBuf, bool)],
    /// Sockets outside that are shown at their own paths.
    pub sockets: &'a [PathBuf],
    /// We are root: no user namespace is needed, and the inner helper becomes somebody else by itself.
    pub root: bool,
}

/// Names that stand in for the machine's, and what they say.
pub fn names(user: u32, group: u32, home: &str) -> [(&'static str, String); 5] {
    [
        ("passwd", format!("root:x:0:0:root:/root:/bin/sh\nnobody:x:{user}:{group}:nobody:{home}:/bin/sh\n")),
        ("group", format!("root:x:0:\nnogroup:x:{group}:\n")),
        ("hosts", "127.0.0.1 localhost\n::1 localhost\n".into()),
        ("nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n".into()),
        ("hostname", "sandbox\n".into()),
    ]
}

/// The whole command line, whose end is the inner helper's.
pub fn arguments(namespaces: &Namespaces<'_>) -> Vec<String> {
    let mut line = Line { words: vec![text(namespaces.program)], made: BTreeSet::new() };
    line.options(&["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]);
    line.options(&["--hostname", "sandbox", "--die-with-parent", "--as-pid-1", "--clearenv"]);
    if namespaces.root {
        line.options(&["--cap-drop", "ALL"]);
        // To become somebody else for good; and until then to see what is that somebody's.
        ["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP", "CAP_DAC_READ_SEARCH"]
            .iter()
            .for_each(|capability| line.options(&["--cap-add", capability]));
    } else {
        line.options(&["--unshare-user"]);
    }
    for system in SYSTEM {
        match namespaces.links.iter().find(|(link, _)| link == Path::new(system)) {
            Some((link, target)) => line.options(&["--symlink", &text(target), &text(link)]),
            None => line.show("--ro-bind-try", Path::new(system)),
        }
    }
    ETC.iter().for_each(|path| line.show("--ro-bind-try", Path::new(path)));
    for (name, _) in names(0, 0, "") {
        line.options(&["--ro-bind", &text(&namespaces.names.join(name)), &format!("/etc/{name}")]);
    }
    line.options(&["--proc", "/proc", "--dev", "/dev", "--perms", "1777", "--tmpfs", "/dev/shm"]);
    line.options(&[
        "--bind",
        &text(&namespaces.view.temporary),
        "/tmp",
        "--perms",
        "0755",
        "--dir",
        "/var",
        "--symlink",
        "/tmp",
        "/var/tmp",
    ]);
    namespaces.view.toolchains.iter().for_each(|path| line.show("--ro-bind-try", path));
    line.show("--ro-bind", namespaces.helper);
    for (path, directory) in namespaces.hidden {
        if namespaces.view.shows(path) {
            if *directory {
                line.options(&["--perms", "0000", "--tmpfs", &text(path)]);
            } else {
                line.options(&["--ro-bind", "/dev/null", &text(path)]);
            }
        }
    }
    line.show("--bind", &namespaces.view.workspace);
    line.show("--bind", &namespaces.view.home);
    namespaces.sockets.iter().for_each(|socket| line.show("--bind", socket));
    line.options(&["--chdir", "/", "--", &text(namespaces.helper), "sandbox-exec", "inside"]);
    line.words
}

struct Line {
    words: Vec<String>,
    /// Directories that were made, as mount points or on the way to one.
    made: BTreeSet<PathBuf>,
}

impl Line {
    fn options(&mut self, options: &[&str]) {
        self.words.extend(options.iter().map(|option| (*option).to_owned()));
    }

    /// At its own path. bubblewrap makes the directories on the way for itself alone, so that they are made before.
    fn show(&mut self, how: &str, path: &Path) {
        let above: Vec<&Path> = path.ancestors().skip(1).filter(|above| above.components().count() > 1).collect();
        for directory in above.into_iter().rev() {
            if self.made.insert(directory.to_owned()) {
                self.options(&["--perms", "0755", "--dir", &text(directory)]);
            }
        }
        let path = text(path);
        self.options(&[how, &path, &path]);
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
