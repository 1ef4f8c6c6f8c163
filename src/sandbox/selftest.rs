//! Which fence holds on this machine: each is tried with a command that does something allowed and several things forbidden.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use super::{Built, Command, Fence, Job, Limits, Network, Policy, Sandbox};

/// Why a fence does not hold, if it does not.
pub async fn holds(candidate: &Sandbox) -> Result<(), String> {
    let site = tempfile::Builder::new().prefix("journeyman-try-").tempdir_in(&candidate.options.scratch);
    let site = site.map_err(|error| format!("{}: {error}", candidate.options.scratch.display()))?;
    let [workspace, home] = ["workspace", "home"].map(|name| site.path().join(name));
    let closed = site.path().join("closed");
    let made = std::fs::create_dir(&workspace).and_then(|()| std::fs::write(&closed, "closed"));
    made.map_err(|error| format!("{}: {error}", site.path().display()))?;
    // Where nothing is enforced, whoever the command is could read it.
    let _ = std::fs::set_permissions(&closed, std::os::unix::fs::PermissionsExt::from_mode(0o644));
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    let arguments = vec!["sandbox-exec".into(), "probe".into(), text(workspace.join("allowed")), text(closed)];
    let job = Job {
        command: Command::Program { program: text(candidate.options.helper.clone()), arguments },
        directory: PathBuf::new(),
        policy: Policy {
            workspace,
            home,
            readable: Vec::new(),
            network: Network::None,
            limits: Limits { wall: Duration::from_secs(20), ..Limits::default() },
        },
        variables: BTreeMap::new(),
    };
    let outcome = candidate.run(&job).await.map_err(|error| error.to_string())?;
    if outcome.succeeded() { Ok(()) } else { Err(format!("{:?}: {}", outcome.status, outcome.output.trim())) }
}

/// For the log.
pub fn description(sandbox: &Built, without: &[String]) -> String {
    let fence = match &sandbox.fence {
        Fence::Namespaces(_) => format!("namespaces, landlock {}, seccomp", sandbox.landlock),
        Fence::Floor => format!("landlock {}, seccomp", sandbox.landlock),
        Fence::Container(_) => return sandbox.description.clone(),
        Fence::Nothing => "no fence: the configuration calls this machine disposable".into(),
    };
    let mut parts = vec![fence];
    parts.push(if sandbox.options.groups { sandbox.groups.to_string() } else { "control groups switched off".into() });
    if let Some((user, _)) = sandbox.owner {
        parts.push(format!("commands run as user {user}"));
    }
    parts.extend(without.iter().cloned());
    parts.join("; ")
}
