//! The floor: resource limits, then Landlock, then seccomp, on the process that becomes the command. Whatever cannot be enforced is
//! an error; nothing is run then.

use std::os::fd::{AsFd, OwnedFd};

use landlock::{ABI, Access as _, AccessFs, BitFlags, CompatLevel, Compatible, PathBeneath, Ruleset, RulesetAttr, RulesetCreated};
use landlock::{RulesetCreatedAttr, RulesetStatus, Scope};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Resource, Rlimit};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, sock_filter};

use crate::sandbox::plan::{Bounds, Floor};
use crate::sandbox::rules::{Access, PathRule};
use crate::sandbox::syscalls;

/// The newest version whose rights we know; what the kernel lacks of it is left away.
const NEWEST: ABI = ABI::V8;

/// A floor made ready while we may still open everything.
pub struct Ready {
    rules: RulesetCreated,
    filters: Vec<BpfProgram>,
}

pub fn make_ready(floor: &Floor) -> Result<Ready, String> {
    let landlock = |error: landlock::RulesetError| format!("landlock: {error}");
    let rules = Ruleset::default().set_compatibility(CompatLevel::BestEffort);
    let rules = rules.handle_access(AccessFs::from_all(NEWEST)).map_err(landlock)?;
    let rules = rules.scope(Scope::from_all(NEWEST)).map_err(landlock)?;
    let mut rules = rules.create().map_err(landlock)?;
    for rule in &floor.paths {
        let Some((path, access)) = open(rule)? else { continue };
        rules = rules.add_rule(PathBeneath::new(path.as_fd(), access)).map_err(landlock)?;
    }
    let filters = vec![
        filter(&syscalls::refused(floor.sockets, floor.landlock), libc::EPERM)?,
        filter(&syscalls::missing(), libc::ENOSYS)?,
        newer_is_missing(),
    ];
    Ok(Ready { rules, filters })
}

fn open(rule: &PathRule) -> Result<Option<(OwnedFd, BitFlags<AccessFs>)>, String> {
    let path = match rustix::fs::open(&rule.path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()) {
        Ok(path) => path,
        Err(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR) => return Ok(None),
        // What we cannot reach, the command could not either.
        Err(rustix::io::Errno::ACCESS) if rule.access == Access::Read => return Ok(None),
        Err(error) => return Err(format!("landlock: {}: {error}", rule.path.display())),
    };
    let wanted = match rule.access {
        Access::Read => AccessFs::from_read(NEWEST),
        Access::Write => AccessFs::from_all(NEWEST),
        Access::Device => AccessFs::ReadFile | AccessFs::WriteFile | AccessFs::ReadDir | AccessFs::Truncate | AccessFs::IoctlDev,
    };
    let mode = rustix::fs::fstat(&path).map_err(|error| format!("landlock: {}: {error}", rule.path.display()))?.st_mode;
    let directory = rustix::fs::FileType::from_raw_mode(mode) == rustix::fs::FileType::Directory;
    Ok(Some((path, if directory { wanted } else { wanted & AccessFs::from_file(NEWEST) })))
}

fn filter(table: &[syscalls::Refusal], answer: i32) -> Result<BpfProgram, String> {
    let architecture = TargetArch::try_from(std::env::consts::ARCH).map_err(|error| format!("seccomp: {error}"))?;
    let answer = SeccompAction::Errno(answer.unsigned_abs());
    let filter = SeccompFilter::new(syscalls::compiled(table)?, SeccompAction::Allow, answer, architecture);
    filter.and_then(TryInto::try_into).map_err(|error| format!("seccomp: {error}"))
}

/// Numbers beyond the table's time, and with them the second set of numbers that x86-64 may have.
fn newer_is_missing() -> BpfProgram {
    let instruction = |code: u32, jt: u8, jf: u8, k: u32| sock_filter { code: code as u16, jt, jf, k };
    vec![
        instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        instruction(libc::BPF_JMP | libc::BPF_JGT | libc::BPF_K, 0, 1, syscalls::LAST_KNOWN),
        instruction(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ERRNO | libc::ENOSYS.unsigned_abs()),
        instruction(libc::BPF_RET | libc::BPF_K, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

impl Ready {
    /// Files first, then system calls, after which nothing can be undone.
    pub fn enforce_files(self) -> Result<Vec<BpfProgram>, String> {
        let status = self.rules.restrict_self().map_err(|error| format!("landlock: {error}"))?;
        match status.ruleset {
            RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced if status.no_new_privs => Ok(self.filters),
            RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced | RulesetStatus::NotEnforced => {
                Err("landlock: this kernel does not enforce it".into())
            }
        }
    }
}

pub fn enforce_calls(filters: &[BpfProgram]) -> Result<(), String> {
    filters.iter().try_for_each(|filter| seccompiler::apply_filter(filter).map_err(|error| format!("seccomp: {error}")))
}

/// `others` is how many processes the user has beside the command's.
pub fn bound(bounds: &Bounds, others: u64) -> Result<(), String> {
    let processes = bounds.processes.saturating_add(others);
    let limits = [
        (Resource::Core, Some(0)),
        (Resource::Data, bounds.data),
        (Resource::Nproc, Some(processes)),
        (Resource::Nofile, Some(bounds.open_files)),
        (Resource::Fsize, Some(bounds.file_size)),
    ];
    for (resource, limit) in limits {
        let Some(limit) = limit else { continue };
        let highest = rustix::process::getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let limit = Some(limit.min(highest));
        rustix::process::setrlimit(resource, Rlimit { current: limit, maximum: limit })
            .map_err(|error| format!("resource limits: {error}"))?;
    }
    Ok(())
}
