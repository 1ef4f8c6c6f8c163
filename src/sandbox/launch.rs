//! From a job to a running helper: what it may see, what it is told, and its first word.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::unix::pipe::Receiver;
use tokio::process::{Child, ChildStdin, ChildStdout};

use super::bubblewrap::{self, Namespaces};
use super::groups::Group;
use super::plan::{Bounds, Floor, Identity, Plan, Report};
use super::syscalls::Sockets;
use super::view::View;
use super::{Command, Error, Fence, Job, Limits, Network, Sandbox, container, disk, helper, ownership, rules};

/// Everything that belongs to one started command.
#[derive(Debug)]
pub struct Launched {
    pub begun: Instant,
    pub helper: Child,
    /// Ends the command when it is shut down or dropped.
    pub lifeline: OwnedWriteHalf,
    pub reports: BufReader<tokio::net::unix::OwnedReadHalf>,
    pub output: Receiver,
    pub stdin: Option<ChildStdin>,
    pub stdout: Option<ChildStdout>,
    pub group: Option<Group>,
    pub scratch: Scratch,
    /// What is measured while it runs.
    pub writable: Vec<PathBuf>,
}

/// The private directory of one command: `tmp` is what it sees, `names` stands in for files of `/etc`, `gate` is the way to the first
/// process of a container. Removed when dropped.
#[derive(Debug)]
pub struct Scratch {
    root: PathBuf,
    /// Change time in seconds, by the file system's clock: when the command's time began.
    pub since: i64,
}

impl Scratch {
    fn make(sandbox: &Sandbox, home: &Path) -> io::Result<Self> {
        let root = tempfile::Builder::new().prefix("journeyman-").tempdir_in(&sandbox.options.scratch)?.keep();
        let since = root.metadata()?.ctime();
        let scratch = Self { root, since };
        // Anybody passes through, nobody lists it.
        std::fs::set_permissions(&scratch.root, std::fs::Permissions::from_mode(0o711))?;
        let temporary = scratch.temporary();
        std::fs::create_dir(&temporary)?;
        std::fs::set_permissions(&temporary, std::fs::Permissions::from_mode(0o700))?;
        if let Some(owner) = sandbox.owner {
            ownership::give(&temporary, owner)?;
        }
        if matches!(sandbox.fence, Fence::Namespaces(_) | Fence::Container(_)) {
            std::fs::create_dir(scratch.names())?;
            let (user, group) = sandbox.owner.unwrap_or_else(ourselves);
            for (name, text) in bubblewrap::names(user, group, &home.to_string_lossy()) {
                std::fs::write(scratch.names().join(name), text)?;
            }
        }
        if matches!(sandbox.fence, Fence::Container(_)) {
            // It names nobody who could be asked for a name.
            std::fs::write(scratch.names().join("resolv.conf"), "")?;
            open_to_all(&scratch.names())?;
            std::fs::create_dir(scratch.gate())?;
            for name in ["words", "go"] {
                rustix::fs::mkfifoat(rustix::fs::CWD, scratch.gate().join(name), rustix::fs::Mode::from_raw_mode(0o600))?;
            }
            std::fs::set_permissions(scratch.gate(), std::fs::Permissions::from_mode(0o755))?;
            if let Some(owner) = sandbox.owner {
                ownership::give(&scratch.gate(), owner)?;
            }
        }
        Ok(scratch)
    }

    pub fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub fn names(&self) -> PathBuf {
        self.root.join("names")
    }

    pub fn gate(&self) -> PathBuf {
        self.root.join("gate")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        disk::remove(&self.root);
    }
}

/// User and group of this process.
pub fn ourselves() -> ownership::Owner {
    (rustix::process::getuid().as_raw(), rustix::process::getgid().as_raw())
}

/// Whatever our umask is.
fn open_to_all(directory: &Path) -> io::Result<()> {
    std::fs::set_permissions(directory, std::fs::Permissions::from_mode(0o755))?;
    for entry in std::fs::read_dir(directory)? {
        std::fs::set_permissions(entry?.path(), std::fs::Permissions::from_mode(0o644))?;
    }
    Ok(())
}

/// Whether the caller speaks with the command, or only reads what it wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Talk {
    Listens,
    Speaks,
}

/// Starts a command, and answers when it runs.
pub async fn launch(sandbox: &Sandbox, job: &Job, talk: Talk) -> Result<Launched, Error> {
    let begun = Instant::now();
    let (ours, task) = (sandbox.clone(), job.clone());
    let prepared = tokio::task::spawn_blocking(move || prepare(&ours, &task, talk)).await;
    let (plan, scratch, group) = prepared.map_err(|error| not_started(&error))??;
    let writable = vec![job.policy.workspace.clone(), job.policy.home.clone(), scratch.temporary()];
    let Started { helper, socket, output, stdin, stdout, input } = spawn(sandbox, talk).map_err(|error| not_started(&error))?;
    let (reports, lifeline) = socket.into_split();
    let reports = BufReader::new(reports);
    let mut launched = Launched { begun, helper, lifeline, reports, output, stdin, stdout, group, scratch, writable };
    let text = serde_json::to_vec(&plan).map_err(|error| not_started(&error))?;
    helper::send_head(launched.lifeline.as_ref(), text.len(), input.as_fd()).map_err(|error| not_started(&error))?;
    drop(input);
    launched.lifeline.write_all(&text).await.map_err(|error| not_started(&error))?;
    match report(&mut launched.reports).await {
        Some(Report::Started) => Ok(launched),
        Some(Report::Refused { why, unfenced: false }) => Err(Error::NotStarted(why)),
        Some(Report::Refused { why, unfenced: true }) => Err(Error::Unfenced(with_output(why, &mut launched.output).await)),
        Some(Report::Ended(_)) | None => Err(Error::Unfenced(with_output("the helper ended early".into(), &mut launched.output).await)),
    }
}

/// The helper's next word; nothing when it has ended.
pub async fn report(reports: &mut BufReader<tokio::net::unix::OwnedReadHalf>) -> Option<Report> {
    let mut line = String::new();
    reports.read_line(&mut line).await.ok().filter(|read| *read > 0)?;
    serde_json::from_str(&line).ok()
}

/// A fence that could not be built often says why on its way out.
async fn with_output(why: String, output: &mut Receiver) -> String {
    let mut said = Vec::new();
    let _ = tokio::time::timeout(std::time::Duration::from_secs(1), output.take(2048).read_to_end(&mut said)).await;
    let said = String::from_utf8_lossy(&said);
    if said.trim().is_empty() { why } else { format!("{why}: {}", said.trim()) }
}

fn not_started(error: &dyn std::fmt::Display) -> Error {
    Error::NotStarted(error.to_string())
}

/// The helper's process, which waits to be told what to do.
struct Started {
    helper: Child,
    socket: UnixStream,
    output: Receiver,
    stdin: Option<ChildStdin>,
    stdout: Option<ChildStdout>,
    /// What becomes the command's standard input.
    input: OwnedFd,
}

fn spawn(sandbox: &Sandbox, talk: Talk) -> io::Result<Started> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    ours.set_nonblocking(true)?;
    let (output, written) = io::pipe()?;
    let (mut stdin, mut stdout) = (None, None);
    let (input, answers) = match talk {
        Talk::Listens => (OwnedFd::from(std::fs::File::open("/dev/null")?), OwnedFd::from(written.try_clone()?)),
        Talk::Speaks => {
            let (input, from_us) = io::pipe()?;
            let (to_us, answers) = io::pipe()?;
            stdin = Some(ChildStdin::from_std(OwnedFd::from(from_us).into())?);
            stdout = Some(ChildStdout::from_std(OwnedFd::from(to_us).into())?);
            (input.into(), answers.into())
        }
    };
    #[expect(clippy::disallowed_methods, reason = "this is the home of starting a command inside the fence")]
    let mut helper = tokio::process::Command::new(&sandbox.options.helper);
    helper.arg("sandbox-exec").env_clear().current_dir("/");
    helper.stdin(Stdio::from(OwnedFd::from(theirs))).stdout(Stdio::from(answers)).stderr(Stdio::from(OwnedFd::from(written)));
    let helper = helper.spawn()?;
    Ok(Started { helper, socket: UnixStream::from_std(ours)?, output: Receiver::from_owned_fd(output.into())?, stdin, stdout, input })
}

/// An error at a path.
fn at(path: &Path) -> impl Fn(io::Error) -> Error {
    move |error| Error::NotStarted(format!("{}: {error}", path.display()))
}

/// Blocks: makes directories and groups, and gives away what has to be given.
fn prepare(sandbox: &Sandbox, job: &Job, talk: Talk) -> Result<(Plan, Scratch, Option<Group>), Error> {
    let policy = &job.policy;
    let shown = sandbox.options.hidden.iter().find(|hidden| {
        let rooted = [&policy.workspace, &policy.home].into_iter().chain(&policy.readable);
        rooted.into_iter().any(|root| hidden.starts_with(root) || root.starts_with(hidden))
    });
    if let Some(hidden) = shown {
        return Err(Error::Unfenced(format!("{} would be seen by it", hidden.display())));
    }
    let plain = |path: &Path| path.components().all(|part| matches!(part, std::path::Component::Normal(_) | std::path::Component::CurDir));
    if !policy.workspace.is_absolute() || !policy.home.is_absolute() || !plain(&job.directory) {
        return Err(Error::NotStarted("its directories are not where they have to be".into()));
    }
    std::fs::create_dir_all(&policy.home).map_err(at(&policy.home))?;
    if let Some(owner) = sandbox.owner {
        for path in [&policy.workspace, &policy.home] {
            ownership::give_unless_given(path, owner).map_err(at(path))?;
        }
    }
    let scratch = Scratch::make(sandbox, &policy.home).map_err(at(&sandbox.options.scratch))?;
    let group = match sandbox.options.groups {
        true => Some(sandbox.groups.make(&policy.limits).map_err(|error| Error::NotStarted(format!("control group: {error}")))?),
        false => None,
    };
    let plan = match &sandbox.fence {
        Fence::Container(chosen) => container::plan(sandbox, chosen, job, &scratch, talk)?,
        Fence::Namespaces(_) | Fence::Floor | Fence::Nothing => plan(sandbox, job, &scratch, group.as_ref())?,
    };
    Ok((plan, scratch, group))
}

fn plan(sandbox: &Sandbox, job: &Job, scratch: &Scratch, group: Option<&Group>) -> Result<Plan, Error> {
    let policy = &job.policy;
    let mut toolchains = sandbox.environment.readable.clone();
    toolchains.extend(policy.readable.iter().cloned());
    let (workspace, home) = (policy.workspace.clone(), policy.home.clone());
    let view = View { workspace, home, temporary: scratch.temporary(), toolchains };
    let forwards = match &policy.network {
        Network::None => &[][..],
        Network::Forwards(forwards) => forwards,
    };
    let sockets: Vec<PathBuf> = forwards.iter().map(|forward| forward.socket.clone()).collect();
    let forwards: Vec<(u16, PathBuf)> =
        forwards.iter().enumerate().map(|(number, forward)| (forward.port, bubblewrap::socket_inside(number))).collect();
    let (temporary, namespaces, floor) = match &sandbox.fence {
        Fence::Namespaces(program) => {
            let helper = &sandbox.options.helper;
            let (links, hidden, root) = (&sandbox.links, &sandbox.hidden, sandbox.owner.is_some());
            let outer = Namespaces { program, helper, view: &view, names: &scratch.names(), links, hidden, sockets: &sockets, root };
            (PathBuf::from("/tmp"), Some(bubblewrap::arguments(&outer)), Some((rules::in_namespaces(&view), Sockets::Inside)))
        }
        Fence::Floor | Fence::Nothing if !forwards.is_empty() => {
            return Err(Error::Unfenced(
                "it may reach some hosts only, which takes network namespaces that this machine does not allow".into(),
            ));
        }
        Fence::Floor => (scratch.temporary(), None, Some((rules::on_the_host(&view, &sandbox.options.helper), Sockets::Pairs))),
        Fence::Nothing | Fence::Container(_) => (scratch.temporary(), None, None),
    };
    let (program, arguments) = match &job.command {
        Command::Shell(line) => ("/bin/sh".to_owned(), vec!["-c".to_owned(), line.clone()]),
        Command::Program { program, arguments } => (program.clone(), arguments.clone()),
    };
    let on_the_host = namespaces.is_none();
    let search = on_the_host && view.writable().chain(view.toolchains.iter().map(PathBuf::as_path)).any(ownership::is_closed_to_others);
    let limits = &policy.limits;
    Ok(Plan {
        program,
        arguments,
        variables: sandbox.environment.inside(&view.home, &temporary, &job.variables),
        directory: policy.workspace.components().chain(job.directory.components()).collect(),
        bounds: Bounds {
            data: (!sandbox.groups.bound_memory() || group.is_none()).then_some(limits.memory),
            processes: processes(sandbox, group, limits, on_the_host),
            open_files: limits.open_files.into(),
            file_size: limits.file_size,
        },
        identity: sandbox.owner.map(|(user, group)| Identity { user, group, search }),
        floor: floor.map(|(paths, sockets)| Floor { paths, sockets, landlock: sandbox.landlock }),
        groups: group.map(Group::entrances).unwrap_or_default(),
        namespaces,
        forwards,
        container: None,
    })
}

/// The kernel counts all processes of a user, in a user namespace those in it. Commands of one user take from each other's bound then,
/// for which reason a group of one's own is preferred.
fn processes(sandbox: &Sandbox, group: Option<&Group>, limits: &Limits, on_the_host: bool) -> Option<u64> {
    if group.is_some() && sandbox.groups.bound_processes() {
        return None;
    }
    let others = match sandbox.owner {
        Some((user, _)) => helper::of_user(user),
        None if on_the_host => helper::of_user(rustix::process::getuid().as_raw()),
        None => 0,
    };
    Some(others + u64::from(limits.processes))
}
