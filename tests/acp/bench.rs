//! A workspace, a transcript and a budget for an agent, and what a test says to them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use journeyman::agent::acp::{Acp, AcpConfig, Patience, Preset};
use journeyman::agent::budget::{Account, Budget, Payer};
use journeyman::agent::prices::PriceList;
use journeyman::agent::transcript::{Entry, Transcript};
use journeyman::agent::{Ending, Error, Implementer as _, Site};
use journeyman::clock::Clock;
use journeyman::domain::{Allowance, Spent};
use journeyman::sandbox::{Limits, Sandbox};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::model::{KEY, ModelServer};

pub const FAKE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/acp");

pub struct Bench {
    pub site: Site,
    pub transcript: Transcript,
    pub patience: Patience,
    pub budget: Budget,
    pub prices: PriceList,
    pub stop: CancellationToken,
    pub scratch: tempfile::TempDir,
}

impl Bench {
    pub async fn new() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let at = |name: &str| scratch.path().canonicalize().unwrap().join(name);
        let (root, home) = (at("site"), at("home"));
        std::fs::create_dir(&root).unwrap();
        std::fs::create_dir(&home).unwrap();
        std::fs::write(root.join("README.md"), "a project\n").unwrap();
        std::fs::write(root.join("given.txt"), "as the specification prints it\n").unwrap();
        std::fs::write(at("secret"), "not yours\n").unwrap();
        let transcript = Transcript::open(&at("step.jsonl"), Clock::System).unwrap();
        let sandbox = Sandbox::prepare(PathBuf::from(env!("CARGO_BIN_EXE_journeyman"))).await.unwrap();
        assert!(sandbox.describe().contains("namespaces"), "agents need namespaces, by bubblewrap: {}", sandbox.describe());
        println!("{}", sandbox.describe());
        let given = ["given.txt".to_owned()].into();
        let limits = Limits { wall: Duration::from_secs(60), ..Limits::default() };
        let site = Site { root, home, sandbox, limits, given };
        let short = Duration::from_secs(20);
        let patience = Patience { begin: short, idle: short, leave: Duration::from_millis(500) };
        let prices = PriceList { provider: "openai".into(), ..PriceList::default() };
        Self { site, transcript, patience, budget: Budget::unlimited(), prices, stop: CancellationToken::new(), scratch }
    }

    pub fn allow(&mut self, allowance: Allowance) {
        self.budget = Budget::new(vec![Account::new(Payer::Step, allowance, Spent::default())], None);
    }

    pub fn tell(&mut self, words: &str) {
        self.transcript.push(Entry::Told(words.into())).unwrap();
    }

    /// What the fake agent is to do.
    pub fn acts(&mut self, acts: &Value) {
        self.tell(&format!("Do what the next line says.\nDO {acts}"));
    }

    /// Lets the fake agent work.
    pub async fn fake(&mut self, manner: &str, model: Option<&ModelServer>) -> Result<Ending, Error> {
        let command = ["node", &format!("{FAKE}/agent.mjs"), manner].map(str::to_owned).to_vec();
        let upstream = model.map_or_else(|| "http://127.0.0.1:9/v1".into(), ModelServer::openai);
        let prices = self.prices.clone();
        let key = Some(KEY.into());
        self.work(AcpConfig { command, preset: None, upstream, key, model: None, prices, readable: vec![FAKE.into()] }).await
    }

    /// Lets an agent work that the presets know.
    pub async fn preset(&mut self, preset: Preset, program: &Path, upstream: String, model: &str) -> Result<Ending, Error> {
        let arguments = preset.setup("", None).command.into_iter().skip(1);
        let command = std::iter::once(program.display().to_string()).chain(arguments).collect();
        let readable = vec![program.ancestors().find(|above| above.ends_with("agents")).unwrap().into()];
        let (key, prices) = (Some(KEY.into()), self.prices.clone());
        self.work(AcpConfig { command, preset: Some(preset), upstream, key, model: Some(model.into()), prices, readable }).await
    }

    async fn work(&mut self, config: AcpConfig) -> Result<Ending, Error> {
        let mut agent = Acp::new(config).with_patience(self.patience).until(self.stop.clone());
        agent.work(&self.site, &mut self.transcript, &self.budget).await
    }

    /// Every message of the agent, and whatever else the transcript tells of it.
    pub fn story(&self) -> String {
        let lines = self.transcript.entries().map(|entry| match entry {
            Entry::Update { kind, text } => format!("{kind}: {text}"),
            Entry::AtBase { command, failed } => format!("at base: {command}: {failed:?}"),
            Entry::Note(text) => format!("note: {text}"),
            Entry::Elapsed { millis } => format!("time: {millis}"),
            Entry::Ended(ending) => format!("ended: {ending:?}"),
            Entry::Replied(reply) => format!("paid: {} {:?}", reply.model, reply.spent),
            Entry::Began { .. } | Entry::System(_) | Entry::Told(_) | Entry::Results(_) => String::new(),
            Entry::Reviewed { .. } | Entry::SentBack { .. } => String::new(),
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Each answer of a model: its name and its cost.
    pub fn paid(&self) -> Vec<(String, Spent)> {
        let paid = self.transcript.entries().filter_map(|entry| if let Entry::Replied(reply) = entry { Some(reply) } else { None });
        paid.filter(|reply| reply.spent.turns > 0).map(|reply| (reply.model.clone(), reply.spent)).collect()
    }

    pub fn has(&self, what: &str) {
        let story = self.story();
        assert!(story.contains(what), "{what:?} is not in:\n{story}");
    }

    pub fn has_not(&self, what: &str) {
        let story = self.story();
        assert!(!story.contains(what), "{what:?} is in:\n{story}");
    }

    pub fn file(&self, path: &str) -> String {
        std::fs::read_to_string(self.site.root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}\n{}", self.story()))
    }

    pub fn outside(&self, name: &str) -> String {
        self.scratch.path().canonicalize().unwrap().join(name).display().to_string()
    }
}
