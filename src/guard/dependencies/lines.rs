//! Manifests that are read a line at a time: Python's lists, Go, Ruby, Swift, Elixir. Modestly: what is computed is not seen.

use std::sync::LazyLock;

use regex::Regex;

use super::Wanted;

/// `Name[extra]>=1.0; python_version < "3"`, or `name @ https://…`. The name comes out as PyPI compares names.
pub fn requirement(line: &str) -> Option<(String, String)> {
    let line = line.split(" #").next().unwrap_or_default().trim();
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('[').and_then(|extras| extras.split_once(']')).map_or(rest, |(_, rest)| rest.trim_start());
    let fits = rest.is_empty() || rest.starts_with(['=', '<', '>', '~', '!', ';', '@', '(', '^']);
    let version = rest.split(';').next().unwrap_or_default().trim().trim_start_matches('@').trim();
    fits.then(|| (name.to_lowercase().replace(['_', '.'], "-"), version.trim_end_matches('\\').trim().to_owned()))
}

pub fn requirements(text: &str) -> Wanted {
    let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '-', '.', '/']));
    let mut wanted: Wanted = lines.filter_map(requirement).collect();
    // `-e git+https://…#egg=name`
    for line in text.lines().filter(|line| line.contains("#egg=")) {
        let (place, name) = line.split_once("#egg=").unwrap_or_default();
        wanted.insert(name.trim().to_lowercase(), place.trim_start_matches("-e").trim().to_owned());
    }
    wanted
}

pub fn setup_cfg(text: &str) -> Wanted {
    let mut wanted = Wanted::new();
    let mut inside = false;
    for line in text.lines() {
        let key = line.split('=').next().unwrap_or_default().trim();
        if line.starts_with('[') {
            inside = line.trim() == "[options.extras_require]";
        } else if !line.starts_with([' ', '\t']) && line.contains('=') {
            inside = ["install_requires", "setup_requires", "tests_require"].contains(&key) || inside && !line.starts_with('[');
            wanted.extend(line.split_once('=').filter(|_| inside).and_then(|(_, rest)| requirement(rest)));
        } else if inside {
            wanted.extend(requirement(line));
        }
    }
    wanted
}

/// The texts in the lists that `install_requires` and its like begin.
pub fn setup_py(text: &str) -> Wanted {
    static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?s)(?:install_requires|setup_requires|tests_require|requires|requirements|REQUIRED)\w*\s*=\s*[\[(](.*?)\n?\s*[\])]\s*[,)\n]|extras_require\s*=\s*\{(.*?)\}").ok()
    });
    static QUOTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"["']([^"'\n]+)["'](\s*:)?"#).ok());
    let (Some(list), Some(quoted)) = (LIST.as_ref(), QUOTED.as_ref()) else { return Wanted::new() };
    let lists = list.captures_iter(text).filter_map(|found| found.get(1).or_else(|| found.get(2)));
    let texts = lists.flat_map(|found| {
        quoted.captures_iter(found.as_str()).filter(|quote| quote.get(2).is_none()).filter_map(|quote| quote.get(1)).collect::<Vec<_>>()
    });
    texts.filter_map(|quote| requirement(quote.as_str())).collect()
}

/// Those that the module itself asks for: an indirect one follows from them.
pub fn go_mod(text: &str) -> Wanted {
    go_entries(text).filter(|(_, _, indirect)| !indirect).map(|(name, version, _)| (name, version)).collect()
}

pub fn go_mod_indirect(text: &str) -> Wanted {
    go_entries(text).filter(|(_, _, indirect)| *indirect).map(|(name, version, _)| (name, version)).collect()
}

/// Name, version, and whether it is marked `// indirect`.
fn go_entries(text: &str) -> impl Iterator<Item = (String, String, bool)> {
    let mut block = "";
    text.lines().map(str::trim).filter_map(move |line| {
        let (said, comment) = line.split_once("//").unwrap_or((line, ""));
        let said = said.trim();
        if let Some(word) = said.strip_suffix('(') {
            block = word.trim();
            return None;
        }
        if said == ")" {
            block = "";
            return None;
        }
        let within = block == "require" || block == "tool";
        let entry = if within { Some(said) } else { said.strip_prefix("require ").or_else(|| said.strip_prefix("tool ")) };
        let mut words = entry?.split_whitespace();
        let name = words.next().filter(|name| name.contains('.'))?;
        Some((name.to_owned(), words.next().unwrap_or_default().to_owned(), comment.trim() == "indirect"))
    })
}

/// A Gemfile's `gem`, and a gemspec's `add_dependency`. A gem with a path is of this repository.
pub fn gemfile(text: &str) -> Wanted {
    static GEM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"^\s*(?:gem|\w+\.add_(?:runtime_|development_)?dependency)[\s(]+(?:%q)?["'(<]([\w.-]+)["')>](.*)$"#).ok()
    });
    let Some(gem) = GEM.as_ref() else { return Wanted::new() };
    let found = text.lines().filter_map(|line| gem.captures(line));
    let entries =
        found.filter_map(|found| Some((found.get(1)?.as_str().to_owned(), found.get(2).map_or("", |rest| rest.as_str()).to_owned())));
    let ours = |rest: &str| rest.contains("path:") || rest.contains(":path");
    entries
        .filter(|(_, rest)| !ours(rest))
        .map(|(name, rest)| (name, rest.trim_start_matches([',', ' ']).trim_end_matches(')').to_owned()))
        .collect()
}

/// `.package(url: "https://github.com/apple/swift-nio.git", from: "2.0.0")`: called by the last part of its address.
pub fn swift(text: &str) -> Wanted {
    static PACKAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"\.package\s*\([^)]*?url:\s*"([^"]+)"\s*,?\s*([^\n]*)"#).ok());
    let found = PACKAGE.iter().flat_map(|package| package.captures_iter(text));
    let entries = found.filter_map(|found| Some((found.get(1)?.as_str(), found.get(2).map_or("", |rest| rest.as_str()))));
    let name = |url: &str| url.trim_end_matches('/').trim_end_matches(".git").rsplit('/').next().unwrap_or_default().to_owned();
    entries.map(|(url, rest)| (name(url), rest.trim_end_matches([',', ')', ' ']).to_owned())).collect()
}

/// `{:phoenix, "~> 1.7"}`.
pub fn mix(text: &str) -> Wanted {
    static ENTRY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\{\s*:([a-z_0-9]+)\s*,\s*([^}\n]*)").ok());
    let Some((_, deps)) = text.split_once("defp deps").or_else(|| text.split_once("def deps")) else { return Wanted::new() };
    let deps = deps.split("\n  end").next().unwrap_or(deps);
    let found = ENTRY.iter().flat_map(|entry| entry.captures_iter(deps));
    let entries = found
        .filter_map(|found| Some((found.get(1)?.as_str().to_owned(), found.get(2).map_or("", |rest| rest.as_str()).trim().to_owned())));
    entries.filter(|(_, rest)| !rest.contains("path:") && !rest.contains("in_umbrella:")).collect()
}
