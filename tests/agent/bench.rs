//! A checkout, a transcript and a budget for the model implementer.

use std::path::PathBuf;
use std::time::Duration;

use journeyman::agent::budget::Budget;
use journeyman::agent::model::{Model, ModelConfig, ModelImplementer, Patience};
use journeyman::agent::transcript::{Entry, Transcript};
use journeyman::agent::{Ending, Error, Implementer as _, Site};
use journeyman::clock::Clock;
use journeyman::sandbox::{Limits, Sandbox};
use serde_json::{Value, json};

use crate::model::{KEY, ModelServer, Turn};

pub const TASK: &str = "# Your step: rename `one` to `uno` in src/lib.rs";

pub struct Bench {
    pub site: Site,
    pub transcript: Transcript,
    pub budget: Budget,
    pub scratch: tempfile::TempDir,
}

impl Bench {
    /// A small repository, and a task.
    pub async fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let at = |name: &str| scratch.path().canonicalize().unwrap().join(name);
        let (root, home) = (at("site"), at("home"));
        std::fs::create_dir_all(root.join("src")).unwrap();
        std::fs::create_dir(&home).unwrap();
        std::fs::write(root.join("src/lib.rs"), "pub fn one() -> u8 {\n    1\n}\n").unwrap();
        std::fs::write(root.join("given.txt"), "as the specification prints it\n").unwrap();
        let mut transcript = Transcript::open(&at("step.jsonl"), Clock::System).unwrap();
        transcript.push(Entry::Told(TASK.into())).unwrap();
        let sandbox = Sandbox::prepare(PathBuf::from(env!("CARGO_BIN_EXE_journeyman"))).await.unwrap();
        let site = Site { root, home, sandbox, limits: Limits::default(), given: ["given.txt".to_owned()].into() };
        Self { site, transcript, budget: Budget::unlimited(), scratch }
    }

    pub async fn work(&mut self, model: Model) -> Result<Ending, Error> {
        let patience = Patience { attempts: 3, first: Duration::from_millis(5), longest: Duration::from_secs(5) };
        ModelImplementer::new(model).with_patience(patience).work(&self.site, &mut self.transcript, &self.budget).await
    }

    /// The file as it is now.
    pub fn file(&self, path: &str) -> String {
        std::fs::read_to_string(self.site.root.join(path)).unwrap_or_default()
    }

    pub fn reopen(&mut self) {
        self.transcript = Transcript::open(self.transcript.path(), Clock::System).unwrap();
    }

    pub fn replies(&self) -> usize {
        self.transcript.entries().filter(|entry| matches!(entry, Entry::Replied(_))).count()
    }
}

/// The server as Anthropic.
pub fn anthropic(server: &ModelServer) -> Model {
    of(server, "anthropic:claude-opus-5-5")
}

/// The server as the provider of a name.
pub fn of(server: &ModelServer, name: &str) -> Model {
    let base = match name.split(':').next().unwrap() {
        "gemini" => format!("{}/v1beta", server.base()),
        "anthropic" => format!("{}/v1", server.base()),
        _ => server.openai(),
    };
    Model::new(ModelConfig { key: Some(KEY.to_owned().into()), base: Some(base), ..ModelConfig::named(name) }).unwrap()
}

pub fn edit() -> Value {
    json!({"path": "src/lib.rs", "search": "pub fn one()", "replace": "pub fn uno()"})
}

pub fn report() -> Value {
    json!({"done": ["`one` is `uno` in src/lib.rs"], "tests": [], "suggestions": ["say `un` too"]})
}

/// Looks, changes, submits.
pub fn whole() -> Vec<Turn> {
    vec![
        Turn::reply("I look.").call("list", json!({"depth": 2})).call("read", json!({"path": "src/lib.rs"})),
        Turn::calls("edit", edit()).after_result("pub fn one()"),
        Turn::calls("submit", report()).after_result("found exactly as written"),
    ]
}
