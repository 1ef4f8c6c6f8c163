//! What steps in prose are built with: models and their providers, budgets, the fence, and where work is kept.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use super::keys::named;
use super::read::{inline_text, path, secret_file, value};
use super::source::{Raw, Settings};
use super::values;
use crate::domain::Allowance;

/// All of it, checked. Nothing here is needed for specifications made of exact edits.
#[derive(Debug, Clone)]
pub struct Means {
    /// `provider:model`; absent when no model is configured.
    pub model: Option<String>,
    /// Other models that a repository may choose.
    pub allowed: Vec<String>,
    /// Tokens of the model's window, and of one answer, where they are not the provider's usual ones.
    pub context: Option<u64>,
    pub output: Option<u64>,
    /// Prices of models, in US dollars for a million tokens, over the built-in ones.
    pub prices: BTreeMap<String, Price>,
    /// Whether a model reads what was submitted a second time.
    pub review: bool,
    /// By the provider's name: `anthropic`, `openai`, `gemini`, `compatible`, `ollama`.
    pub providers: BTreeMap<&'static str, Provider>,
    pub implementer: Kind,
    /// An ACP agent by its name, or the command that starts one; empty when none is configured.
    pub agent: Vec<String>,
    pub budget: Budget,
    pub work: Work,
    pub sandbox: Sandbox,
}

/// US dollars for a million tokens.
#[derive(Debug, Clone, Copy, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub input: f64,
    pub output: f64,
    /// Where it is not given, cached tokens cost as much as others.
    pub cache_read: Option<f64>,
    pub cache_write: Option<f64>,
    /// What is written to the cache for an hour; where it is not given, such turns count as unpriced.
    pub cache_write_hour: Option<f64>,
}

#[derive(Debug, Clone, Default)]
pub struct Provider {
    pub key: Option<SecretString>,
    /// Instead of the provider's own address.
    pub base: Option<String>,
}

/// Who writes steps in prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Model,
    Acp,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Budget {
    pub step: Allowance,
    pub run: Allowance,
    pub repository_day: Allowance,
    pub server_day: Allowance,
}

#[derive(Debug, Clone)]
pub struct Work {
    /// Checkouts, one for each run. It can be deleted while Journeyman is down: what was not pushed is then written again.
    pub dir: PathBuf,
    pub transcripts: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Docker,
    Podman,
}

#[derive(Debug, Clone)]
pub struct Sandbox {
    /// Commands may run without a fence, because the operator says that nothing on the machine is worth one.
    pub disposable_machine: bool,
    /// The engine of containers, if one is to be used, and the images that may be.
    pub container: Option<Engine>,
    pub images: Vec<String>,
    /// Hosts that a repository's `setup` commands reach; absent for the built-in package registries.
    pub hosts: Option<Vec<String>>,
    /// Bytes.
    pub memory: u64,
    pub processes: u32,
    /// Of one command.
    pub wall: Duration,
}

/// The words that let commands run without a fence.
const DISPOSABLE: &str = "this machine is disposable";
/// The names of providers whose key and address are settings.
const PROVIDERS: [&str; 5] = ["anthropic", "openai", "gemini", "compatible", "ollama"];

pub(super) fn means(s: &mut Settings) -> Means {
    let kinds = [("model", Kind::Model), ("acp", Kind::Acp)];
    let switches = [("on", true), ("off", false)];
    let count = |number: u64| (number > 0).then_some(number);
    Means {
        model: option(s, "model.name"),
        allowed: list(s, "model.allowed"),
        context: count(value(s, "model.context_tokens", |raw| values::number(raw, 0, 100_000_000))),
        output: count(value(s, "model.output_tokens", |raw| values::number(raw, 0, 10_000_000))),
        prices: prices(s),
        review: value(s, "model.review", |raw| values::word(raw, &switches)),
        providers: PROVIDERS.into_iter().map(|name| (name, provider(s, name))).collect(),
        implementer: value(s, "implementer.kind", |raw| values::word(raw, &kinds).map(Some)).unwrap_or(Kind::Model),
        agent: option(s, "implementer.agent").map(|text| text.split_whitespace().map(str::to_owned).collect()).unwrap_or_default(),
        budget: Budget {
            step: value(s, "budget.step", values::allowance),
            run: value(s, "budget.run", values::allowance),
            repository_day: value(s, "budget.repository_day", values::allowance),
            server_day: value(s, "budget.server_day", values::allowance),
        },
        work: Work { dir: path(s, "work.dir"), transcripts: path(s, "work.transcripts") },
        sandbox: sandbox(s),
    }
}

fn sandbox(s: &mut Settings) -> Sandbox {
    let said = option(s, "sandbox.unfenced");
    if let Some(words) = said.as_deref().filter(|words| *words != DISPOSABLE) {
        let origin = s.found.get("sandbox.unfenced").map(|setting| setting.origin.clone());
        s.problem(origin.as_deref(), "sandbox.unfenced", format!("expected {DISPOSABLE:?} or nothing, found {words:?}"));
    }
    let hosts = list(s, "sandbox.hosts");
    let engines = [("off", None), ("docker", Some(Engine::Docker)), ("podman", Some(Engine::Podman))];
    let container = value(s, "sandbox.container", |raw| values::word(raw, &engines));
    let images = list(s, "sandbox.images");
    let megabytes = value(s, "sandbox.memory_megabytes", |raw| values::number(raw, 64, 1_048_576));
    let processes = value(s, "sandbox.processes", |raw| values::number(raw, 8, 1_000_000));
    let minutes = value(s, "sandbox.command_minutes", |raw| values::number(raw, 1, 1440));
    Sandbox {
        disposable_machine: said.as_deref() == Some(DISPOSABLE),
        container,
        images,
        hosts: (!hosts.is_empty()).then_some(hosts),
        memory: megabytes * 1024 * 1024,
        processes: u32::try_from(processes).unwrap_or(u32::MAX),
        wall: Duration::from_secs(minutes * 60),
    }
}

/// A text that may be empty: then nothing is set.
fn option(s: &mut Settings, name: &'static str) -> Option<String> {
    let text = value(s, name, |raw| match raw {
        Raw::Text(text) | Raw::Variable(text) => Ok(text.trim().to_owned()),
        Raw::Number(_) | Raw::List(_) | Raw::Other(_) => Err("expected a text".to_owned()),
    });
    (!text.is_empty()).then_some(text)
}

/// A list of texts, or one text separated by commas.
fn list(s: &mut Settings, name: &'static str) -> Vec<String> {
    value(s, name, |raw| match raw {
        Raw::List(items) => Ok(items.iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()),
        Raw::Text(text) | Raw::Variable(text) => {
            Ok(text.split([',', '\n']).map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
        }
        Raw::Number(_) | Raw::Other(_) => Err("expected a list of texts".to_owned()),
    })
}

fn provider(s: &mut Settings, name: &'static str) -> Provider {
    let key_of = |end: &str| named(&format!("providers.{name}_{end}")).map(|key| key.name);
    let key = match (key_of("key_path"), key_of("key")) {
        (Some(path), Some(key)) => key_from(s, path, key),
        _ => None,
    };
    let base = key_of("base").and_then(|base| option(s, base).map(|text| (base, text)));
    if let Some((key, text)) = &base
        && !(text.starts_with("https://") || text.starts_with("http://"))
    {
        let origin = s.found.get(key).map(|setting| setting.origin.clone());
        s.problem(origin.as_deref(), key, "expected an address that begins with https:// or http://");
    }
    Provider { key, base: base.map(|(_, text)| text) }
}

fn key_from(s: &mut Settings, path: &'static str, key: &'static str) -> Option<SecretString> {
    use secrecy::ExposeSecret;
    for name in [path, key] {
        let empty =
            |setting: &super::source::Setting| matches!(&setting.raw, Raw::Text(text) | Raw::Variable(text) if text.trim().is_empty());
        if s.found.get(name).is_some_and(empty) {
            s.found.remove(name);
        }
    }
    let (chosen, setting) = s.either(path, key)?;
    let found = if chosen.secret { inline_text(&setting.raw) } else { secret_file(s, chosen.name, &setting) };
    match found {
        Ok(text) if text.expose_secret().trim().is_empty() => None,
        Ok(text) => Some(text.expose_secret().trim().into()),
        Err(what) => {
            s.problem(Some(&setting.origin), chosen.name, what);
            None
        }
    }
}

/// `["provider:model"]` tables of prices in a file of its own.
fn prices(s: &mut Settings) -> BTreeMap<String, Price> {
    if option(s, "model.prices_path").is_none() {
        return BTreeMap::new();
    }
    let file = path(s, "model.prices_path");
    let read = std::fs::read_to_string(&file).map_err(|error| error.to_string());
    let read = read.and_then(|text| toml::from_str(&text).map_err(|error: toml::de::Error| error.message().to_owned()));
    read.unwrap_or_else(|error| {
        let origin = s.found.get("model.prices_path").map(|setting| setting.origin.clone());
        s.problem(origin.as_deref(), "model.prices_path", format!("failed to read {}: {error}", file.display()));
        BTreeMap::new()
    })
}
