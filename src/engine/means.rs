//! What steps in prose are built with, as the operator has configured it.

use std::collections::BTreeMap;

use super::books::Allowances;
use crate::agent::acp::AcpConfig;
use crate::agent::model::ModelConfig;
use crate::agent::places::Places;
use crate::sandbox::container::Containers;
use crate::sandbox::{Limits, Sandbox};
use crate::workflow::{Chosen, RepositorySettings};

pub struct Means {
    pub places: Places,
    /// The fence, or why this machine cannot build one: then no command is run, and so no step in prose is written.
    pub sandbox: Result<Sandbox, String>,
    /// The engine of containers, if one is configured, or why it does not work.
    pub containers: Option<Result<Containers, String>>,
    /// Of each command.
    pub limits: Limits,
    /// Hosts that a repository's `setup` commands reach.
    pub hosts: Vec<String>,
    /// The model by default, if one is configured.
    pub model: Option<String>,
    /// Every model that may be used, by its name.
    pub models: BTreeMap<String, ModelConfig>,
    pub implementer: Chosen,
    /// The agent that speaks the Agent Client Protocol, if one is configured.
    pub agent: Option<AcpConfig>,
    /// Whether what was submitted is read a second time.
    pub review: bool,
    pub allowances: Allowances,
}

/// Who writes a repository's steps in prose.
#[derive(Debug, Clone)]
pub enum Writer {
    Model(ModelConfig),
    Agent(Box<AcpConfig>),
}

impl Means {
    /// The writer for a repository; `None` when none is configured. The error is for people: what the repository wants is not to be had here.
    pub fn writer(&self, repository: &RepositorySettings) -> Result<Option<Writer>, String> {
        match repository.implementer.unwrap_or(self.implementer) {
            Chosen::Acp => match (&self.agent, repository.implementer) {
                (Some(agent), _) => Ok(Some(Writer::Agent(Box::new(agent.clone())))),
                (None, Some(_)) => {
                    Err("the repository wants its steps written by an ACP agent, and this server has none configured".into())
                }
                (None, None) => Ok(None),
            },
            Chosen::Model => Ok(self.model(repository)?.map(Writer::Model)),
        }
    }

    /// The model for a repository: what it chose among those that are allowed, or the server's own.
    pub fn model(&self, repository: &RepositorySettings) -> Result<Option<ModelConfig>, String> {
        match (&repository.model, &self.model) {
            (Some(name), _) => match self.models.get(name) {
                Some(model) => Ok(Some(model.clone())),
                None => Err(format!(
                    "the repository wants the model {name}, which this server does not allow; it allows {}",
                    if self.models.is_empty() { "none".to_owned() } else { self.models.keys().cloned().collect::<Vec<_>>().join(", ") }
                )),
            },
            (None, Some(name)) => Ok(self.models.get(name).cloned()),
            (None, None) => Ok(None),
        }
    }
}
