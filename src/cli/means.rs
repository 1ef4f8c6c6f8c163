//! From the configuration to what steps in prose are built with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use crate::agent::acp::{AcpConfig, Preset};
use crate::agent::model::ModelConfig;
use crate::agent::places::Places;
use crate::agent::prices::{PriceList, Prices};
use crate::config::{self, Config, Kind, Price};
use crate::engine::{Allowances, Means};
use crate::sandbox::container::{self, Containers};
use crate::sandbox::proxy::DEFAULT_HOSTS;
use crate::sandbox::{Limits, Options, Sandbox};
use crate::workflow::Chosen;

/// Everything that is configured. Where neither a model nor an agent is, exact edits alone are built, and commands still verify them.
/// `helper` is the program whose `sandbox-exec` command is the fence.
pub async fn of(config: &Config, helper: &Path) -> anyhow::Result<Means> {
    let means = &config.means;
    let writes_prose = means.model.is_some() || !means.agent.is_empty();
    let mut models = BTreeMap::new();
    for name in means.model.iter().chain(&means.allowed) {
        models.insert(name.clone(), model(means, name));
    }
    let places = Places { work: absolute(&means.work.dir)?, transcripts: absolute(&means.work.transcripts)? };
    let hidden = [&config.store.path, &config.cache.dir, &places.transcripts].map(|path| absolute(path));
    let hidden = hidden.into_iter().collect::<anyhow::Result<Vec<PathBuf>>>()?;
    let options = Options { disposable_machine: means.sandbox.disposable_machine, hidden, ..Options::new(helper) };
    let containers = containers(means, options.clone()).await;
    let sandbox = Sandbox::prepare(options).await.map_err(|error| {
        format!("{error}. Steps in prose are not written on this machine, unless sandbox.unfenced says that the machine is disposable")
    });
    match &sandbox {
        Ok(sandbox) => tracing::info!("commands are fenced: {}", sandbox.describe()),
        Err(why) if writes_prose => tracing::error!("no command is run here: failed to {why}"),
        Err(why) => tracing::warn!("no command is run here: failed to {why}"),
    }
    Ok(Means {
        places,
        sandbox,
        containers,
        limits: Limits { memory: means.sandbox.memory, processes: means.sandbox.processes, wall: means.sandbox.wall, ..Limits::default() },
        hosts: means.sandbox.hosts.clone().unwrap_or_else(|| DEFAULT_HOSTS.iter().map(|host| (*host).to_owned()).collect()),
        model: means.model.clone(),
        models,
        implementer: match means.implementer {
            Kind::Model => Chosen::Model,
            Kind::Acp => Chosen::Acp,
        },
        agent: agent(means),
        review: means.review,
        allowances: Allowances {
            step: means.budget.step,
            run: means.budget.run,
            repository_day: means.budget.repository_day,
            server_day: means.budget.server_day,
        },
    })
}

/// The engine, tried at the start: whether it answers, and whether a container of an image that is here is the fence that it has to be.
async fn containers(means: &config::Means, options: Options) -> Option<Result<Containers, String>> {
    let kind = match means.sandbox.container? {
        config::Engine::Docker => container::Kind::Docker,
        config::Engine::Podman => container::Kind::Podman,
    };
    let settings = container::Settings { kind, program: None, images: means.sandbox.images.clone() };
    let prepared = Containers::prepare(options, settings).await.map_err(|error| error.to_string());
    match &prepared {
        Ok(_) if means.sandbox.images.is_empty() => {
            tracing::warn!("{kind} is there, and no image may be used: `sandbox.images` names none");
        }
        Ok(containers) => match containers.try_one().await {
            Ok(Some(image)) => tracing::info!("{}: a container of {image} was tried, and is a fence", containers.describe()),
            Ok(None) => tracing::info!("{}: no image is here to be tried yet; each is before its first use", containers.describe()),
            Err(error) => tracing::error!("{}: failed to {error}", containers.describe()),
        },
        Err(why) => tracing::error!("no command is run in a container here: failed to {why}"),
    }
    Some(prepared)
}

fn absolute(path: &Path) -> anyhow::Result<PathBuf> {
    Ok(std::path::absolute(path)?)
}

fn model(means: &config::Means, name: &str) -> ModelConfig {
    let provider = provider(means, name);
    ModelConfig {
        key: provider.key,
        base: provider.base,
        context: means.context,
        output: means.output,
        prices: means.prices.get(name).map(prices),
        ..ModelConfig::named(name)
    }
}

/// The settings of the provider that a model's name begins with.
fn provider(means: &config::Means, name: &str) -> config::Provider {
    let first = name.split(':').next().unwrap_or_default();
    let settings = if first == "openai-responses" { "openai" } else { first };
    means.providers.get(settings).cloned().unwrap_or_default()
}

fn prices(price: &Price) -> Prices {
    let micro = |dollars: f64| (dollars * 1e6).round() as u64;
    Prices {
        input: micro(price.input),
        output: micro(price.output),
        cache_read: micro(price.cache_read.unwrap_or(price.input)),
        cache_write: micro(price.cache_write.unwrap_or(price.input)),
        cache_write_hour: price.cache_write_hour.map(micro),
        up_to: None,
    }
}

/// The agent, which reaches its model at the address and with the key of the model's provider, or of its maker's where none is named.
fn agent(means: &config::Means) -> Option<AcpConfig> {
    let first = means.agent.first()?;
    let (preset, own) = match first.as_str() {
        "opencode" => (Some(Preset::Opencode), "openai"),
        "claude-agent-acp" | "claude-code" => (Some(Preset::ClaudeCode), "anthropic"),
        "codex-acp" | "codex" => (Some(Preset::Codex), "openai"),
        "gemini" => (Some(Preset::Gemini), "gemini"),
        "goose" => (Some(Preset::Goose), "openai"),
        _ => (None, "openai"),
    };
    let known = preset.is_some() && means.agent.len() == 1;
    let name = means.model.clone().unwrap_or_else(|| format!("{own}:"));
    let (maker, model) = name.split_once(':').unwrap_or((&name, ""));
    let settings = provider(means, &name);
    let upstream = settings.base.clone().unwrap_or_else(|| {
        let address = match maker {
            "anthropic" => "https://api.anthropic.com",
            "gemini" => "https://generativelanguage.googleapis.com",
            "ollama" => "http://127.0.0.1:11434/v1",
            _ => "https://api.openai.com/v1",
        };
        address.to_owned()
    });
    let key: Option<SecretString> = settings.key;
    let program = Path::new(first);
    Some(AcpConfig {
        command: if known { Vec::new() } else { means.agent.clone() },
        preset,
        upstream,
        key,
        prices: PriceList {
            provider: maker.to_owned(),
            own: means.prices.iter().map(|(name, price)| (name.clone(), prices(price))).collect(),
        },
        model: (!model.is_empty()).then(|| model.to_owned()),
        readable: program.parent().filter(|_| program.is_absolute()).map(Path::to_owned).into_iter().collect(),
    })
}
