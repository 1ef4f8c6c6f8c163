//! What steps in prose are built with, in a story that has a model or an agent.

use journeyman::agent::acp::AcpConfig;
use journeyman::agent::model::ModelConfig;
use journeyman::agent::places::Places;
use journeyman::agent::transcript::{self, Line};
use journeyman::domain::RunId;
use journeyman::engine::{Allowances, Means};
use journeyman::sandbox::{Limits, Options, Sandbox};
use journeyman::workflow::Chosen;

use super::World;

impl World {
    /// What steps in prose are built with, where the story has a model or an agent.
    pub(super) async fn means(&self) -> Option<Means> {
        if self.model.is_none() && self.agent.is_none() {
            return None;
        }
        let at = |name: &str| self.scratch.path().join(name);
        Some(Means {
            places: Places { work: at("work"), transcripts: at("transcripts") },
            sandbox: Ok(Sandbox::prepare(Options::new(env!("CARGO_BIN_EXE_journeyman"))).await.unwrap()),
            containers: None,
            limits: Limits::default(),
            hosts: Vec::new(),
            model: self.model.as_ref().map(|model| model.name.clone()),
            models: self.model.iter().map(|model| (model.name.clone(), model.clone())).collect(),
            implementer: if self.agent.is_some() { Chosen::Acp } else { Chosen::Model },
            agent: self.agent.clone(),
            review: true,
            allowances: Allowances { step: self.step_allowance, ..Allowances::default() },
        })
    }

    /// From now on the process has this model.
    pub async fn has_model(&mut self, model: ModelConfig) {
        self.model = Some(model);
        self.restart().await;
        self.restarts = 0;
    }

    /// From now on the process has this agent.
    pub async fn has_agent(&mut self, agent: AcpConfig) {
        self.agent = Some(agent);
        self.restart().await;
        self.restarts = 0;
    }

    /// The lines of each transcript of a run.
    pub fn transcripts(&self, run: &RunId) -> Vec<Vec<Line>> {
        let at = |name: &str| self.scratch.path().join(name);
        let files = Places { work: at("work"), transcripts: at("transcripts") }.transcripts_of(run).unwrap();
        files.iter().map(|file| transcript::read(file).unwrap()).collect()
    }

    /// Whatever implementers have done and not submitted is gone.
    pub async fn loses_work(&self) {
        std::fs::remove_dir_all(self.scratch.path().join("work")).unwrap();
    }
}
