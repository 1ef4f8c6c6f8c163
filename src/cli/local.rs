//! A whole world on loopback: a GitHub, and Journeyman installed there. `demo` and `build` do their work in it, through the
//! same webhooks, tokens and requests as anywhere.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use secrecy::SecretString;
use tempfile::TempDir;

use super::keys;
use super::service::{Place, Service};
use crate::config::{self, Config};
use crate::domain::{IssueNumber, RepoName};
use crate::engine::Failure;
use crate::simulator::{self, AppRegistration, Ci, Simulator};
use crate::store::Lane;
use crate::workflow::Run;

const APP: u64 = 1;

pub struct Local {
    pub github: Simulator,
    pub service: Service,
    scratch: TempDir,
}

impl Local {
    /// `grace` is how long a commit may have no check before the repository counts as one without CI.
    pub async fn start(ci: Ci, grace: Duration, place: Place) -> anyhow::Result<Self> {
        let scratch = tempfile::Builder::new().prefix("journeyman-").tempdir().context("failed to make a temporary directory")?;
        let keys = keys::generate()?;
        let secret = SecretString::from(uuid::Uuid::new_v4().to_string());
        let app = AppRegistration {
            id: APP,
            slug: "journeyman".into(),
            public_key_pem: keys.public_pem.clone(),
            webhook_url: None,
            webhook_secret: secret.clone(),
        };
        let tools = config::Tools::of_this_machine();
        let options = simulator::Options {
            ci,
            directory: Some(scratch.path().join("github")),
            ci_path: tools.path,
            ci_environment: tools.variables,
            ..simulator::Options::new(app)
        };
        let github = simulator::start(options).await.context("failed to start the simulator")?;
        let means = means(&scratch)?;
        let config = configuration(&github, keys, secret, &scratch, grace, means);
        let service = Service::start(&config, place).await?;
        github.set_webhook_url(&format!("http://{}/webhook", service.address));
        Ok(Self { github, service, scratch })
    }

    /// Waits until the run of an issue can be moved only by a person, and everything of ours is done.
    pub async fn at_rest(&self, repo: &RepoName, issue: IssueNumber) -> anyhow::Result<Run> {
        let lane = Lane::of(repo, issue);
        let mut news = self.service.engine.news();
        loop {
            if let Some(run) = self.resting(&lane).await? {
                return Ok(run);
            }
            // Recorded news wakes us; so does time, because webhooks may still be on their way after the last of them.
            drop(tokio::time::timeout(Duration::from_millis(20), news.recv()).await);
        }
    }

    async fn resting(&self, lane: &Lane) -> Result<Option<Run>, Failure> {
        // In this order: what is on its way is then either seen here or among what waits.
        if !self.github.is_quiet() {
            return Ok(None);
        }
        let counts = self.service.engine.store().counts().await?;
        let Some((run, _)) = self.service.engine.run(lane).await? else { return Ok(None) };
        let nothing_waits = counts.waiting == 0 && counts.unrouted == 0 && counts.outbox == 0;
        Ok((nothing_waits && run.is_at_rest() && self.github.is_quiet()).then_some(run))
    }

    pub async fn stop(self) -> anyhow::Result<()> {
        self.service.stop().await;
        self.github.shutdown().await;
        self.scratch.close().context("failed to remove the temporary directory")
    }
}

/// Models and budgets as the environment says. Work that nobody named a place for goes with the rest.
fn means(scratch: &TempDir) -> anyhow::Result<config::Means> {
    let (mut means, warnings) = config::means_with_environment(None)?;
    warnings.iter().for_each(|warning| tracing::warn!("{warning}"));
    for place in [&mut means.work.dir, &mut means.work.transcripts] {
        if place.is_relative() {
            *place = scratch.path().join(&place);
        }
    }
    Ok(means)
}

fn configuration(
    github: &Simulator,
    keys: keys::AppKeys,
    secret: SecretString,
    scratch: &TempDir,
    grace: Duration,
    means: config::Means,
) -> Config {
    Config {
        app: config::App { id: APP, private_key: keys.private_pem },
        webhook: config::Webhook { secrets: vec![secret] },
        github: config::GitHub { api: github.api_base() },
        store: config::Store { path: scratch.path().join("journeyman.db") },
        cache: config::Cache { dir: scratch.path().join("mirrors") },
        server: config::Server { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), public_url: None },
        workflow: config::Workflow { label: "implement".into(), workers: 2 },
        ci: config::Ci {
            poll: Duration::from_secs(5),
            grace,
            grace_with_workflows: grace,
            timeout: Duration::from_secs(3600),
            patience: Duration::from_secs(3600),
            repairs_per_check: 2,
            repairs: 10,
        },
        means,
        log: config::Log { format: config::LogFormat::Text, filter: "warn".into() },
        warnings: Vec::new(),
    }
}
