//! Manifests in TOML: cargo, Python projects (PEP 621, dependency groups, Poetry), Pipenv, Gradle's catalogue of versions.

use toml::{Table, Value};

use super::Wanted;
use super::lines::requirement;

fn table(text: &str) -> Table {
    text.parse().unwrap_or_default()
}

/// What stands at the end of a path of names.
fn at<'t>(table: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(*first)?;
    if rest.is_empty() { Some(value) } else { at(value.as_table()?, rest) }
}

pub fn cargo(text: &str) -> Wanted {
    let root = table(text);
    let mut wanted = Wanted::new();
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let mut holders: Vec<&Table> = vec![&root];
    holders.extend(root.get("workspace").and_then(Value::as_table));
    holders
        .extend(root.get("target").and_then(Value::as_table).into_iter().flat_map(|targets| targets.values()).filter_map(Value::as_table));
    for holder in holders {
        for list in kinds.iter().filter_map(|kind| holder.get(*kind)).filter_map(Value::as_table) {
            for (name, value) in list {
                // `serde2 = { package = "serde" }`
                let real = value.get("package").and_then(Value::as_str).unwrap_or(name);
                if let Some(version) = version_of_crate(value) {
                    wanted.insert(real.to_owned(), version);
                }
            }
        }
    }
    wanted
}

/// `None` for a crate of the same repository, and for one whose version the workspace says.
fn version_of_crate(value: &Value) -> Option<String> {
    let said = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    if let Some(git) = said("git") {
        return Some(git);
    }
    let is_ours = value.get("path").is_some() || value.get("workspace").and_then(Value::as_bool) == Some(true);
    (!is_ours).then(|| value.as_str().map(str::to_owned).or_else(|| said("version")).unwrap_or_default())
}

pub fn pyproject(text: &str) -> Wanted {
    let root = table(text);
    let mut wanted = Wanted::new();
    let mut take = |value: Option<&Value>| {
        let listed = value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        wanted.extend(listed.filter_map(requirement));
    };
    take(at(&root, &["project", "dependencies"]));
    for groups in [
        at(&root, &["project", "optional-dependencies"]),
        at(&root, &["dependency-groups"]),
        at(&root, &["tool", "pdm", "dev-dependencies"]),
    ] {
        groups.and_then(Value::as_table).into_iter().flat_map(|groups| groups.values()).for_each(|group| take(Some(group)));
    }
    take(at(&root, &["tool", "uv", "dev-dependencies"]));
    let mut lists = vec![at(&root, &["tool", "poetry", "dependencies"]), at(&root, &["tool", "poetry", "dev-dependencies"])];
    let groups = at(&root, &["tool", "poetry", "group"]).and_then(Value::as_table);
    lists.extend(groups.into_iter().flat_map(|groups| groups.values()).map(|group| group.get("dependencies")));
    wanted.extend(lists.into_iter().flatten().flat_map(named));
    // A project may ask for itself with its extras.
    let own =
        at(&root, &["project", "name"]).or_else(|| at(&root, &["tool", "poetry", "name"])).and_then(Value::as_str).unwrap_or_default();
    wanted.remove(&own.to_lowercase().replace(['_', '.'], "-"));
    wanted
}

pub fn pipfile(text: &str) -> Wanted {
    let root = table(text);
    ["packages", "dev-packages"].iter().filter_map(|list| root.get(*list)).flat_map(named).collect()
}

/// `name = "version"`, or a table with one. Python itself is none.
fn named(list: &Value) -> Wanted {
    let all = list.as_table().into_iter().flatten();
    let kept = all
        .filter(|(name, value)| name.starts_with(|c: char| c.is_ascii_alphanumeric()) && *name != "python" && value.get("path").is_none());
    let version = |value: &Value| {
        let said = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        value.as_str().map(str::to_owned).or_else(|| said("git")).or_else(|| said("version")).unwrap_or_default()
    };
    kept.map(|(name, value)| (name.to_lowercase().replace(['_', '.'], "-"), version(value))).collect()
}

/// `gradle/libs.versions.toml`.
pub fn catalogue(text: &str) -> Wanted {
    let root = table(text);
    let mut wanted = Wanted::new();
    for (_, value) in root.get("libraries").and_then(Value::as_table).into_iter().flatten() {
        let said = |key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        let module = said("module").or_else(|| Some(format!("{}:{}", said("group")?, said("name")?)));
        let plain = value.as_str().and_then(|text| text.rsplit_once(':')).map(|(module, version)| (module.to_owned(), version.to_owned()));
        wanted.extend(plain.or_else(|| module.map(|module| (module, said("version").unwrap_or_default()))));
    }
    for (_, value) in root.get("plugins").and_then(Value::as_table).into_iter().flatten() {
        wanted.extend(value.get("id").and_then(Value::as_str).map(|id| (id.to_owned(), String::new())));
    }
    wanted
}
