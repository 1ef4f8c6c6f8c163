//! What a command may know of our own environment: where programs are. Nothing else of it is passed on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::toolchains::{self, CERTIFICATES, Toolchains};

/// Read once, when the fence is prepared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Environment {
    /// Passed on as they are.
    variables: BTreeMap<String, String>,
    /// Readable because the variables lead there.
    pub readable: Vec<PathBuf>,
    /// For the client of a container engine, never for a command: where it keeps its own, and whom it asks.
    pub engine: BTreeMap<String, String>,
}

/// What an engine's client is told of our environment.
const ENGINE: [&str; 22] = [
    "PATH",
    "HOME",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "DOCKER_HOST",
    "DOCKER_CONFIG",
    "DOCKER_CONTEXT",
    "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY",
    "CONTAINERS_CONF",
    "CONTAINERS_REGISTRIES_CONF",
    "CONTAINERS_STORAGE_CONF",
    "REGISTRY_AUTH_FILE",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "NO_PROXY",
    "no_proxy",
];

impl Environment {
    /// Of this process.
    pub fn of_ours(hidden: &[PathBuf]) -> Self {
        let ours = std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::of(&ours.collect(), hidden)
    }

    fn of(ours: &BTreeMap<String, String>, hidden: &[PathBuf]) -> Self {
        let Toolchains { mut variables, mut readable } = toolchains::find(ours, hidden);
        for name in CERTIFICATES {
            if let Some(value) = ours.get(name).filter(|value| Path::new(value).is_absolute() && Path::new(value).exists()) {
                variables.insert(name.into(), value.clone());
                readable.push(PathBuf::from(value));
            }
        }
        for (name, otherwise) in [("LANG", "C.UTF-8"), ("TZ", "")] {
            let value = ours.get(name).map_or(otherwise, String::as_str);
            if !value.is_empty() {
                variables.insert(name.into(), value.into());
            }
        }
        readable.sort();
        readable.dedup();
        let mut engine: BTreeMap<String, String> =
            ENGINE.iter().filter_map(|name| Some(((*name).to_owned(), ours.get(*name)?.clone()))).collect();
        // Its own helpers are there, and services often have a short path.
        let path = engine.entry("PATH".into()).or_default();
        *path =
            [path.as_str(), "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"].join(":").trim_start_matches(':').to_owned();
        Self { variables, readable, engine }
    }

    /// Directories of programs.
    pub fn programs(&self) -> impl Iterator<Item = &Path> {
        self.variables.get("PATH").into_iter().flat_map(|path| path.split(':')).map(Path::new)
    }

    /// Where a program of this name is.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        let path = self.engine.get("PATH").map(String::as_str).unwrap_or_default();
        path.split(':').map(|directory| Path::new(directory).join(name)).find(|program| program.is_absolute() && program.is_file())
    }

    /// The whole environment of a command. What it adds wins over what we pass on, but for the places that are given to it.
    pub fn inside(&self, home: &Path, temporary: &Path, added: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        Self::with(self.variables.clone(), home, temporary, added)
    }

    /// The same in an image, whose programs are its own.
    pub fn in_image(&self, home: &Path, temporary: &Path, added: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let kept = self.variables.iter().filter(|(name, _)| ["LANG", "TZ"].contains(&name.as_str()));
        Self::with(kept.map(|(name, value)| (name.clone(), value.clone())).collect(), home, temporary, added)
    }

    fn with(
        mut variables: BTreeMap<String, String>,
        home: &Path,
        temporary: &Path,
        added: &BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        for (name, value) in [("TERM", "dumb"), ("CI", "1"), ("SHELL", "/bin/sh"), ("USER", "nobody"), ("LOGNAME", "nobody")] {
            variables.insert(name.into(), value.into());
        }
        variables.insert("CARGO_HOME".into(), text(&home.join(".cargo")));
        variables.insert("GOPATH".into(), text(&home.join("go")));
        variables.extend(added.iter().map(|(name, value)| (name.clone(), value.clone())));
        for (name, path) in [("HOME", home), ("TMPDIR", temporary)] {
            variables.insert(name.into(), text(path));
        }
        variables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn nothing_is_inherited_but_what_is_listed() {
        let ours = map(&[("PATH", "/usr/bin:/bin"), ("GITHUB_TOKEN", "secret"), ("LANG", "de_DE.UTF-8"), ("LD_PRELOAD", "/x.so")]);
        let inside = Environment::of(&ours, &[]).inside(Path::new("/h"), Path::new("/t"), &map(&[("A", "1"), ("HOME", "/root")]));
        let expected = map(&[
            ("A", "1"),
            ("CARGO_HOME", "/h/.cargo"),
            ("CI", "1"),
            ("GOPATH", "/h/go"),
            ("HOME", "/h"),
            ("LANG", "de_DE.UTF-8"),
            ("LOGNAME", "nobody"),
            ("PATH", "/usr/bin:/bin"),
            ("SHELL", "/bin/sh"),
            ("TERM", "dumb"),
            ("TMPDIR", "/t"),
            ("USER", "nobody"),
        ]);
        assert_eq!(inside, expected);
    }
}
