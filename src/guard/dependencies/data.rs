//! Manifests in JSON and YAML: npm, Composer, pub.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Wanted;

pub fn npm(text: &str) -> Wanted {
    let root: Value = serde_json::from_str(text).unwrap_or_default();
    let kinds = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
    let listed = kinds.iter().filter_map(|kind| root.get(kind)).filter_map(Value::as_object).flatten();
    let ours = |version: &str| ["workspace:", "file:", "link:", "portal:", "./", "../"].iter().any(|begin| version.starts_with(begin));
    listed
        .filter_map(|(name, version)| version.as_str().map(|version| (name.clone(), version.to_owned())))
        .filter(|(_, version)| !ours(version))
        .collect()
}

pub fn composer(text: &str) -> Wanted {
    let root: Value = serde_json::from_str(text).unwrap_or_default();
    let listed = ["require", "require-dev"].iter().filter_map(|kind| root.get(kind)).filter_map(Value::as_object).flatten();
    // `php` and `ext-json` are the platform.
    let kept = listed.filter(|(name, _)| name.contains('/'));
    kept.map(|(name, version)| (name.clone(), version.as_str().unwrap_or_default().to_owned())).collect()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Pubspec {
    dependencies: Option<BTreeMap<String, Option<Value>>>,
    dev_dependencies: Option<BTreeMap<String, Option<Value>>>,
}

pub fn pubspec(text: &str) -> Wanted {
    let read: Pubspec = serde_saphyr::from_str(text).unwrap_or_default();
    let all = read.dependencies.into_iter().chain(read.dev_dependencies).flatten();
    let version = |value: Option<Value>| match value {
        None => Some(String::new()),
        Some(Value::String(version)) => Some(version),
        Some(value) if value.get("path").is_some() || value.get("sdk").is_some() => None,
        Some(value) => {
            Some(value.get("git").map(|git| git.get("url").unwrap_or(git)).and_then(Value::as_str).unwrap_or_default().to_owned())
        }
    };
    all.filter_map(|(name, value)| version(value).map(|version| (name, version))).collect()
}
