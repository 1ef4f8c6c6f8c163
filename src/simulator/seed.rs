//! A seed file: repositories, people and issues to begin with, as TOML (or JSON).

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;

use super::error::Error;
use super::state::Role;
use super::{Simulator, Source};
use crate::domain::RepoName;

/// What a GitHub begins with.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seed {
    #[serde(default, rename = "repository")]
    pub repositories: Vec<SeededRepository>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeededRepository {
    pub name: RepoName,
    /// A local repository to borrow; else the files.
    pub path: Option<PathBuf>,
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Logins with `read`, `triage`, `write`, `maintain` or `admin`.
    #[serde(default)]
    pub collaborators: BTreeMap<String, String>,
    #[serde(default, rename = "issue")]
    pub issues: Vec<SeededIssue>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeededIssue {
    pub author: String,
    pub title: String,
    #[serde(default)]
    pub body: String,
    #[serde(default)]
    pub labels: Vec<String>,
}

impl Seed {
    /// Reads a seed: JSON when the text begins with a brace, else TOML.
    pub fn read(text: &str) -> Result<Self, Error> {
        if text.trim_start().starts_with('{') {
            serde_json::from_str(text).map_err(|e| Error::Seed(e.to_string()))
        } else {
            toml::from_str(text).map_err(|e| Error::Seed(e.to_string()))
        }
    }
}

fn role(word: &str) -> Result<Role, Error> {
    Ok(match word {
        "read" => Role::Read,
        "triage" => Role::Triage,
        "write" => Role::Write,
        "maintain" => Role::Maintain,
        "admin" => Role::Admin,
        other => return Err(Error::Seed(format!("{other:?} is no role: read, triage, write, maintain or admin"))),
    })
}

/// Makes it all; gives the numbers of the issues by repository.
pub(super) fn plant(simulator: &Simulator, seed: &Seed) -> Result<BTreeMap<String, Vec<u64>>, Error> {
    let mut numbers = BTreeMap::new();
    for repository in &seed.repositories {
        let name = &repository.name;
        let files: Vec<(&str, &str)> = repository.files.iter().map(|(path, content)| (path.as_str(), content.as_str())).collect();
        let source = match &repository.path {
            Some(path) => Source::Directory { path, branch: None },
            None => Source::Files(&files),
        };
        simulator.create_repository(name, source)?;
        for (login, word) in &repository.collaborators {
            simulator.add_collaborator(name, login, role(word)?)?;
        }
        let mut made = Vec::new();
        for issue in &repository.issues {
            let number = simulator.person(&issue.author).create_issue(name, &issue.title, &issue.body)?;
            for label in &issue.labels {
                simulator.person(&labeller(repository, issue)?).label(name, number, label)?;
            }
            made.push(number.0);
        }
        numbers.insert(name.to_string(), made);
    }
    Ok(numbers)
}

/// Who sets an issue's labels: its author, if the role allows it, else the collaborator with the highest one, else the owner.
fn labeller(repository: &SeededRepository, issue: &SeededIssue) -> Result<String, Error> {
    let mut best = (Role::None, repository.name.owner());
    for (login, word) in &repository.collaborators {
        let role = role(word)?;
        if role >= Role::Triage && login.eq_ignore_ascii_case(&issue.author) {
            return Ok(login.clone());
        }
        if role >= Role::Triage && role > best.0 {
            best = (role, login);
        }
    }
    Ok(best.1.to_owned())
}
