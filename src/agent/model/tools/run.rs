//! `run`: a command in the sandbox, without network.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;

use super::{Arguments, Folder, Said, Tool};
use crate::agent::{Error, Site};
use crate::sandbox::{self, Command, Job, Network, Policy, Status};

pub fn tool() -> Tool {
    Tool {
        name: "run",
        description: "Runs a shell command in the checkout: builds, tests, generators. It has no network and no credentials, and both its time and its \
                      output are bounded. Use `read`, `search` and `edit` for looking and changing.",
        schema: json!({"type": "object", "properties": {
            "command": {"type": "string", "description": "A line for sh -c."},
            "folder": {"type": "string", "description": "Where it starts; the repository's root if left out."},
            "seconds": {"type": "integer", "description": "After so many seconds it is ended."}
        }, "required": ["command"]}),
    }
}

pub async fn run(arguments: &Arguments<'_>, folder: &Folder, site: &Site) -> Result<Said, Error> {
    let directory = match Folder::plain_folder(arguments.text("folder")) {
        Ok(path) if folder.metadata(&path).is_ok_and(|found| found.is_dir()) => path,
        Ok(path) => return Ok(Err(format!("`{path}` is no folder"))),
        Err(why) => return Ok(Err(why)),
    };
    if arguments.text("command").trim().is_empty() {
        return Ok(Err("the command is empty".to_owned()));
    }
    let wall = arguments.number("seconds").map_or(site.limits.wall, |seconds| Duration::from_secs(seconds.max(1)).min(site.limits.wall));
    let job = Job {
        command: Command::Shell(arguments.text("command").to_owned()),
        directory: PathBuf::from(directory),
        policy: Policy {
            workspace: site.root.clone(),
            home: site.home.clone(),
            readable: Vec::new(),
            network: Network::None,
            limits: sandbox::Limits { wall, ..site.limits },
        },
        variables: BTreeMap::new(),
    };
    let outcome = site.sandbox.run(&job).await.map_err(|error| Error::Never(error.to_string()))?;
    let how = match outcome.status {
        Status::Exited(0) => "succeeded".to_owned(),
        Status::Exited(code) => format!("failed with exit code {code}"),
        Status::Signalled(signal) => format!("was ended by signal {signal}"),
        Status::TimedOut => format!("was ended after {} seconds", wall.as_secs()),
        Status::OutOf(what) => format!("was ended: it used more {what} than it may"),
    };
    let output = if outcome.output.is_empty() { "(no output)".to_owned() } else { super::fenced("output", outcome.output.trim_end()) };
    Ok(Ok(format!("The command {how}, in {:.1} s.\n{output}", outcome.took.as_secs_f64())))
}
