//! A repository's `setup` commands: they fetch what the others need, once in a run, and alone reach package registries.

use std::fs;

use sha2::{Digest, Sha256};

use super::{Error, Site, verify};
use crate::sandbox::Network;
use crate::sandbox::proxy::{Proxy, Rules};

/// How setting up ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setup {
    Done,
    /// What to tell people: the command, how it ended, which hosts were refused.
    Failed(String),
}

/// Runs the commands unless they ran before, in this home, in these words. What they fetched stays in the home and in what the repository
/// ignores.
pub async fn run(commands: &[String], site: &Site, hosts: &[String]) -> Result<Setup, Error> {
    if commands.is_empty() {
        return Ok(Setup::Done);
    }
    let mark = site.home.join(".journeyman-setup");
    let words = digest(commands);
    if fs::read_to_string(&mark).is_ok_and(|done| done == words) {
        return Ok(Setup::Done);
    }
    fs::create_dir_all(&site.home).map_err(|error| Error::Never(format!("make the home of commands: {error}")))?;
    let way = tempfile::tempdir().map_err(|error| Error::Never(format!("make a directory for a socket: {error}")))?;
    let proxy = Proxy::serve(&way.path().join("proxy"), Rules::new(hosts.iter().cloned()))
        .map_err(|error| Error::Never(format!("open the way to package registries: {error}")))?;
    for command in commands {
        let (forward, variables) = proxy.forward();
        let outcome = verify::one(command, site, Network::Forwards(vec![forward]), variables).await?;
        if !outcome.succeeded() {
            let refused = proxy.refused();
            let refused = if refused.is_empty() {
                String::new()
            } else {
                format!("; it wanted to reach {}, which is not allowed", refused.join(", "))
            };
            let last = outcome.output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let last: String = last.chars().take(300).collect();
            return Ok(Setup::Failed(format!(
                "the repository's setup command `{command}` {}{refused}: {last}",
                verify::ended(outcome.status)
            )));
        }
    }
    fs::write(&mark, words).map_err(|error| Error::Never(format!("remember that the setup is done: {error}")))?;
    Ok(Setup::Done)
}

fn digest(commands: &[String]) -> String {
    let digest = Sha256::digest(commands.join("\n"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
