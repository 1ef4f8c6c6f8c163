//! Whether a container of an image is the fence that it has to be: tried with a command that does what is allowed, tries what is
//! forbidden, and looks up how it is bounded. It needs nothing of the image but a shell.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::{Command, Job, Limits, Network, Policy, Sandbox};

const MIB: u64 = 1024 * 1024;

/// `$1` is a file to write, `$2` one that is there, outside. Each line that is printed is a fault, or a bound that was found.
const SCRIPT: &str = r#"
echo written 2>/dev/null >"$1" || echo "fault: the workspace cannot be written"
echo written 2>/dev/null >"$HOME/probe" || echo "fault: the home cannot be written"
echo written 2>/dev/null >/tmp/probe || echo "fault: /tmp cannot be written"
(read -r x <"$2") 2>/dev/null && echo "fault: a file outside could be read"
for place in / /etc /usr /run /var "$2.new"; do
  (echo written >"$place/journeyman-probe") 2>/dev/null && echo "fault: $place could be written"
done
for socket in /var/run/docker.sock /run/docker.sock /run/podman/podman.sock; do
  [ -e "$socket" ] && echo "fault: $socket is there"
done
while read -r name value rest; do
  case $name:$value in
    NoNewPrivs:*:1|Seccomp:*:2|Cap*:*:0000000000000000) ;;
    NoNewPrivs:*|Seccomp:*|CapEff:*|CapPrm:*|CapBnd:*|CapAmb:*) echo "fault: $name $value" ;;
    Uid:*:0) echo "fault: it is root" ;;
  esac
done </proc/self/status
while read -r name rest; do
  case $name in Inter-*|face|lo:*) ;; *) echo "fault: there is a network, $name" ;; esac
done </proc/net/dev
for file in /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes; do
  [ -r "$file" ] && read -r bound <"$file" && echo "memory: $bound"
done
for file in /sys/fs/cgroup/pids.max /sys/fs/cgroup/pids/pids.max; do
  [ -r "$file" ] && read -r bound <"$file" && echo "processes: $bound"
done
exit 0"#;

/// Why it is none, if it is none.
pub async fn holds(sandbox: &Sandbox) -> Result<(), String> {
    let at = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    let scratch = &sandbox.options.scratch;
    let site = tempfile::Builder::new().prefix("journeyman-try-").tempdir_in(scratch).map_err(|error| at(scratch, error))?;
    let [workspace, home] = ["workspace", "home"].map(|name| site.path().join(name));
    let closed = site.path().join("closed");
    std::fs::create_dir(&workspace).and_then(|()| std::fs::write(&closed, "closed\n")).map_err(|error| at(site.path(), error))?;
    let open = |path: &Path, mode| std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode));
    open(site.path(), 0o755).and_then(|()| open(&closed, 0o644)).map_err(|error| at(&closed, error))?;
    let limits = Limits { memory: 512 * MIB, processes: 60, wall: Duration::from_secs(60), ..Limits::default() };
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let arguments = vec!["-c".into(), SCRIPT.into(), "probe".into(), text(workspace.join("allowed")), text(closed)];
    let job = Job {
        command: Command::Program { program: "/bin/sh".into(), arguments },
        directory: PathBuf::new(),
        policy: Policy { workspace: workspace.clone(), home, readable: Vec::new(), network: Network::None, limits },
        variables: BTreeMap::new(),
    };
    let outcome = sandbox.run(&job).await.map_err(|error| error.to_string())?;
    if !outcome.succeeded() {
        return Err(format!("{:?}: {}", outcome.status, outcome.output.trim()));
    }
    let written = workspace.join("allowed").is_file();
    judge(&outcome.output, written, limits)
}

/// What was printed, and whether the file came to be on this machine.
fn judge(output: &str, written: bool, limits: Limits) -> Result<(), String> {
    let mut faults: Vec<String> = output.lines().filter_map(|line| line.strip_prefix("fault: ")).map(str::to_owned).collect();
    if !written {
        faults.push("what it writes does not come to this machine: the engine runs elsewhere".into());
    }
    // Some pages or tasks more are the container's own.
    for (name, bound) in [("memory", limits.memory), ("processes", u64::from(limits.processes) + 16)] {
        let found = output.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")?.parse::<u64>().ok()).min();
        if found.is_none_or(|found| found > bound) {
            faults.push(format!("the engine does not bound {name} here (without root it takes delegated control groups)"));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_or_a_missing_bound_is_no_fence() {
        let limits = Limits { memory: 100, processes: 10, ..Limits::default() };
        let good = "memory: 100\nprocesses: 14\n";
        assert_eq!(judge(good, true, limits), Ok(()));
        for (output, written, word) in [
            (good, false, "elsewhere"),
            ("fault: it is root\nmemory: 100\nprocesses: 14\n", true, "it is root"),
            ("memory: max\nprocesses: 14\n", true, "bound memory"),
            ("memory: 9223372036854771712\nprocesses: 14\n", true, "bound memory"),
            ("memory: 100\n", true, "bound processes"),
        ] {
            let why = judge(output, written, limits).unwrap_err();
            assert!(why.contains(word), "{output}: {why}");
        }
    }
}
