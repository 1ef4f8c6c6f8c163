//! From settings to a [`Config`]: every key is judged, and everything wrong is gathered, before anything is refused.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use super::error::Error;
use super::keys::named;
use super::source::{Raw, Setting, Settings};
use super::{App, Cache, Ci, Config, GitHub, Log, LogFormat, Server, Store, Webhook, Workflow, pem, values};

/// The longest file that is read as a key or as secrets, in bytes.
const SECRET_FILE_LIMIT: u64 = 64 * 1024;
/// GitHub cuts labels at 50 characters: https://docs.github.com/en/rest/issues/labels
const LABEL_LIMIT: usize = 50;

pub(super) fn config(mut settings: Settings) -> Result<Config, Error> {
    let s = &mut settings;
    let app = App { id: value(s, "app.id", |raw| values::number(raw, 1, i64::MAX)), private_key: private_key(s) };
    let webhook = Webhook { secrets: secrets(s) };
    let github = GitHub { api: value(s, "github.api", values::api) };
    let store = Store { path: path(s, "store.path") };
    let cache = Cache { dir: path(s, "cache.dir") };
    let listen = value(s, "server.listen", |raw| values::address(raw).map(Some)).unwrap_or(([127, 0, 0, 1], 8420).into());
    let server = Server { listen, public_url: value(s, "server.public_url", values::public_url) };
    let label = value(s, "workflow.label", label);
    let workers = value(s, "workflow.workers", |raw| values::number(raw, 1, 64));
    let workflow = Workflow { label, workers: usize::try_from(workers).unwrap_or(1) };
    let ci = Ci {
        poll: seconds(s, "ci.poll_seconds", 1, 3600),
        grace: seconds(s, "ci.grace_seconds", 0, 86_400),
        grace_with_workflows: seconds(s, "ci.grace_with_workflows_seconds", 0, 86_400),
        timeout: seconds(s, "ci.timeout_seconds", 1, 604_800),
        patience: seconds(s, "ci.patience_seconds", 1, 604_800),
        repairs_per_check: most(s, "ci.repairs_per_check", 100),
        repairs: most(s, "ci.repairs", 1000),
    };
    let means = super::means::means(s);
    let formats = [("text", LogFormat::Text), ("json", LogFormat::Json)];
    let format = value(s, "log.format", |raw| values::word(raw, &formats).map(Some)).unwrap_or(LogFormat::Text);
    let log = Log { format, filter: value(s, "log.filter", values::filter) };
    if settings.problems.is_empty() {
        Ok(Config { app, webhook, github, store, cache, server, workflow, ci, means, log, warnings: settings.warnings })
    } else {
        Err(Error { problems: settings.problems })
    }
}

/// A number of times, from none.
fn most(settings: &mut Settings, name: &'static str, most: i64) -> usize {
    usize::try_from(value(settings, name, |raw| values::number(raw, 0, most))).unwrap_or_default()
}

/// The key's value, or its default; when neither can be had, a problem is noted and an empty value stands in until the end.
pub(super) fn value<T: Default>(settings: &mut Settings, name: &'static str, read: impl Fn(&Raw) -> Result<T, String>) -> T {
    let default = || named(name).and_then(|key| key.default).map(default_raw);
    let (origin, raw) = match settings.found.get(name) {
        Some(setting) => (Some(setting.origin.clone()), Some(setting.raw.clone())),
        None => (None, default()),
    };
    match raw.as_ref().map(read) {
        Some(Ok(value)) => return value,
        Some(Err(what)) => settings.problem(origin.as_deref(), name, what),
        None => missing(settings, &[name]),
    }
    T::default()
}

/// A default is written as in the file: a text in quotes, or a number.
fn default_raw(written: &str) -> Raw {
    match written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(text) => Raw::Text(text.to_owned()),
        None => Raw::Variable(written.to_owned()),
    }
}

/// Notes that none of these keys, which say the same, is set.
fn missing(settings: &mut Settings, names: &[&'static str]) {
    let keys: Vec<_> = names.iter().filter_map(|name| named(name)).collect();
    let ways = keys.iter().map(|key| format!("{} ({})", key.name, key.variable)).collect::<Vec<_>>().join(" or ");
    if let Some(key) = keys.first() {
        settings.problem(None, key.name, format!("missing: set {ways}: {}", key.about));
    }
}

fn seconds(settings: &mut Settings, name: &'static str, least: i64, most: i64) -> Duration {
    Duration::from_secs(value(settings, name, |raw| values::number(raw, least, most)))
}

fn label(raw: &Raw) -> Result<String, String> {
    let what = "a label's name of 1 to 50 characters";
    let text = values::text(raw, what)?;
    if text.chars().count() > LABEL_LIMIT { Err(format!("expected {what}, found {}", text.chars().count())) } else { Ok(text) }
}

pub(super) fn path(settings: &mut Settings, name: &'static str) -> PathBuf {
    let base = settings.found.get(name).map(|setting| setting.base.clone()).unwrap_or_default();
    base.join(value(settings, name, |raw| values::text(raw, "a path")))
}

fn private_key(settings: &mut Settings) -> SecretString {
    let Some((key, setting)) = settings.either("app.private_key_path", "app.private_key") else {
        missing(settings, &["app.private_key_path", "app.private_key"]);
        return SecretString::default();
    };
    let pem = if key.secret { inline_text(&setting.raw) } else { secret_file(settings, key.name, &setting) };
    match pem.and_then(|pem| pem::check(pem.expose_secret()).map(|()| pem).map_err(str::to_owned)) {
        Ok(pem) => pem,
        Err(what) => {
            settings.problem(Some(&setting.origin), key.name, what);
            SecretString::default()
        }
    }
}

/// A secret given as it is. A variable may hold a PEM whose line breaks were written as `\n`, as many platforms store it.
pub(super) fn inline_text(raw: &Raw) -> Result<SecretString, String> {
    match raw {
        Raw::Text(text) => Ok(text.as_str().into()),
        Raw::Variable(text) if !text.contains('\n') => Ok(text.replace("\\n", "\n").into()),
        Raw::Variable(text) => Ok(text.as_str().into()),
        Raw::Number(_) | Raw::List(_) | Raw::Other(_) => Err("expected text".to_owned()),
    }
}

pub(super) fn secret_file(settings: &mut Settings, key: &str, setting: &Setting) -> Result<SecretString, String> {
    let path = setting.base.join(values::text(&setting.raw, "a path")?);
    let text = read_secret(&path).map_err(|error| format!("failed to read {}: {error}", path.display()))?;
    settings.warn_when_readable_by_others(&path, key);
    Ok(text)
}

fn read_secret(path: &Path) -> std::io::Result<SecretString> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(std::io::Error::other("it is a directory"));
    }
    if metadata.len() > SECRET_FILE_LIMIT {
        return Err(std::io::Error::other("it is longer than 64 KiB, so it is not what was meant"));
    }
    std::fs::read_to_string(path).map(SecretString::from)
}

fn secrets(settings: &mut Settings) -> Vec<SecretString> {
    let Some((key, setting)) = settings.either("webhook.secrets_path", "webhook.secrets") else {
        missing(settings, &["webhook.secrets_path", "webhook.secrets"]);
        return Vec::new();
    };
    let found = if key.secret {
        match &setting.raw {
            Raw::Text(text) => Ok(vec![text.clone()]),
            Raw::List(texts) => Ok(texts.clone()),
            Raw::Variable(text) => Ok(text.split([',', '\n']).map(str::to_owned).collect()),
            Raw::Number(_) | Raw::Other(_) => Err("expected a list of texts".to_owned()),
        }
    } else {
        secret_file(settings, key.name, &setting)
            .map(|text| text.expose_secret().lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect())
    };
    match found.and_then(checked) {
        Ok(secrets) => secrets,
        Err(what) => {
            settings.problem(Some(&setting.origin), key.name, what);
            Vec::new()
        }
    }
}

/// An empty secret would make every forged delivery genuine. Space around one is never meant: files end in a line break.
fn checked(found: Vec<String>) -> Result<Vec<SecretString>, String> {
    let trimmed: Vec<&str> = found.iter().map(|secret| secret.trim()).collect();
    if trimmed.is_empty() || trimmed.contains(&"") {
        return Err("holds an empty secret; expected the text that was entered as the App's webhook secret".to_owned());
    }
    Ok(trimmed.into_iter().map(SecretString::from).collect())
}
