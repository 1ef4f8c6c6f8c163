//! Which directories outside the system's own hold compilers and interpreters, judged by our environment. They are readable inside.
//!
//! A home directory holds both toolchains and credentials. Of a home, only directories that a tool's variable or well-known name
//! leads to are taken, never one with a file in it that is known to hold credentials, and of anything else the programs alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::view::SYSTEM;

/// Variables that name a toolchain, and where below a home it is when the variable is not set.
const ROOTS: [(&str, &str); 16] = [
    ("RUSTUP_HOME", ".rustup"),
    ("PYENV_ROOT", ".pyenv"),
    ("NVM_DIR", ".nvm"),
    ("RBENV_ROOT", ".rbenv"),
    ("NODENV_ROOT", ".nodenv"),
    ("VOLTA_HOME", ".volta"),
    ("ASDF_DATA_DIR", ".asdf"),
    ("MISE_DATA_DIR", ".local/share/mise"),
    ("SDKMAN_DIR", ".sdkman"),
    ("GHCUP_INSTALL_BASE_PREFIX", ".ghcup"),
    ("DENO_INSTALL", ".deno"),
    ("BUN_INSTALL", ".bun"),
    ("GOROOT", ".go"),
    ("JAVA_HOME", ".java"),
    ("DOTNET_ROOT", ".dotnet"),
    ("FNM_DIR", ".local/share/fnm"),
];

/// Variables that lead to public certificates.
pub const CERTIFICATES: [&str; 8] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "NODE_EXTRA_CA_CERTS",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CERT",
    "GIT_SSL_CAINFO",
    "NIX_SSL_CERT_FILE",
];

/// A directory with one of these at its top is not shown.
const CREDENTIALS: [&str; 14] = [
    "credentials",
    "credentials.toml",
    "credentials.json",
    ".credentials",
    ".npmrc",
    ".yarnrc.yml",
    ".netrc",
    ".pypirc",
    ".git-credentials",
    ".gitconfig",
    ".ssh",
    ".aws",
    ".config",
    "auth.json",
];

pub struct Toolchains {
    pub variables: BTreeMap<String, String>,
    pub readable: Vec<PathBuf>,
}

/// Looks at names only; nothing in them is read.
pub fn find(ours: &BTreeMap<String, String>, hidden: &[PathBuf]) -> Toolchains {
    let home = ours.get("HOME").map(PathBuf::from).filter(|home| home.is_absolute() && home.components().count() > 1);
    let mut found = Toolchains { variables: BTreeMap::new(), readable: Vec::new() };
    for (variable, usual) in ROOTS {
        let named = ours.get(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        let Some(root) = named.or_else(|| home.as_ref().map(|home| home.join(usual))).filter(|root| root.is_dir()) else { continue };
        if fit_to_show(&root, home.as_deref(), hidden) {
            found.variables.insert(variable.into(), root.to_string_lossy().into_owned());
            found.show(root);
        }
    }
    if let Some(version) = ours.get("RUSTUP_TOOLCHAIN") {
        found.variables.insert("RUSTUP_TOOLCHAIN".into(), version.clone());
    }
    let path = ours.get("PATH").map_or("/usr/local/bin:/usr/bin:/bin", String::as_str);
    let mut kept: Vec<&str> = Vec::new();
    for entry in path.split(':').filter(|entry| Path::new(entry).is_absolute()) {
        if kept.contains(&entry) || !found.programs(Path::new(entry), home.as_deref(), hidden) {
            continue;
        }
        kept.push(entry);
    }
    found.variables.insert("PATH".into(), kept.join(":"));
    found
}

impl Toolchains {
    fn show(&mut self, path: PathBuf) {
        if !is_shown(&path, &self.readable) {
            self.readable.push(path);
        }
    }

    /// A directory of programs: shown with what belongs to it, and whether it can be.
    fn programs(&mut self, entry: &Path, home: Option<&Path>, hidden: &[PathBuf]) -> bool {
        if is_shown(entry, &self.readable) {
            return true;
        }
        if !entry.is_dir() || !fit_to_show(entry, home, hidden) {
            return false;
        }
        // `/opt/tool/bin` needs `/opt/tool/lib`; but what lies beside a home's `bin` may be anything.
        let whole = entry.parent().filter(|parent| parent.components().count() > 2 && entry.ends_with("bin"));
        let whole = whole.filter(|parent| home.is_none_or(|home| !parent.starts_with(home)) && fit_to_show(parent, home, hidden));
        self.show(whole.unwrap_or(entry).to_owned());
        true
    }
}

fn is_shown(path: &Path, shown: &[PathBuf]) -> bool {
    SYSTEM.iter().any(|system| path.starts_with(system)) || shown.iter().any(|root| path.starts_with(root))
}

fn fit_to_show(root: &Path, home: Option<&Path>, hidden: &[PathBuf]) -> bool {
    let above = |path: &Path| path.starts_with(root);
    let holds_something = home.is_some_and(above) || hidden.iter().any(|path| above(path) || root.starts_with(path));
    let shared =
        ["/", "/home", "/root", "/tmp", "/var", "/etc", "/run", "/proc", "/sys", "/dev"].iter().any(|path| root == Path::new(path));
    !holds_something && !shared && !CREDENTIALS.iter().any(|name| root.join(name).symlink_metadata().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Machine(tempfile::TempDir);

    impl Machine {
        fn with(directories: &[&str], files: &[&str]) -> Self {
            let root = tempfile::tempdir().unwrap();
            directories.iter().for_each(|path| std::fs::create_dir_all(root.path().join(path)).unwrap());
            files.iter().for_each(|path| std::fs::write(root.path().join(path), "").unwrap());
            Self(root)
        }

        fn find(&self, variables: &[(&str, &str)], hidden: &[&str]) -> (Vec<String>, String) {
            let root = self.0.path().to_str().unwrap();
            let ours = variables.iter().map(|(name, value)| ((*name).to_owned(), value.replace('~', root))).collect();
            let hidden: Vec<PathBuf> = hidden.iter().map(|path| PathBuf::from(path.replace('~', root))).collect();
            let found = find(&ours, &hidden);
            let shown = found.readable.iter().map(|path| path.to_str().unwrap().replace(root, "~")).collect();
            (shown, found.variables["PATH"].replace(root, "~"))
        }
    }

    #[test]
    fn of_a_home_only_toolchains_and_programs_are_shown() {
        let machine = Machine::with(&["h/.cargo/bin", "h/.rustup/toolchains", "h/.local/bin", "h/.ssh"], &["h/.cargo/credentials.toml"]);
        let (shown, path) = machine.find(&[("HOME", "~/h"), ("PATH", "~/h/.cargo/bin:/usr/bin:~/h/.local/bin:~/h:relative:~/no")], &[]);
        assert_eq!(shown, ["~/h/.rustup", "~/h/.cargo/bin", "~/h/.local/bin"]);
        assert_eq!(path, "~/h/.cargo/bin:/usr/bin:~/h/.local/bin");
    }

    #[test]
    fn elsewhere_a_tool_is_shown_whole_unless_it_holds_what_is_hidden_or_credentials() {
        let machine = Machine::with(&["o/go/bin", "o/ours/bin", "o/npm/bin"], &["o/npm/.npmrc"]);
        let path = [("HOME", "~/h"), ("PATH", "~/o/go/bin:~/o/ours/bin:~/o/npm/bin")];
        let (shown, _) = machine.find(&path, &["~/o/ours/database.sqlite"]);
        assert_eq!(shown, ["~/o/go", "~/o/ours/bin", "~/o/npm/bin"]);
        let (open, _) = machine.find(&path, &[]);
        assert_eq!(open[1], "~/o/ours", "without something hidden it is shown whole");
    }

    #[test]
    fn a_variable_cannot_show_a_home_or_what_is_hidden() {
        let machine = Machine::with(&["h", "data"], &[]);
        for (root, hidden) in [("~/h", "~/x"), ("~", "~/x"), ("~/data", "~/data"), ("~/data", "~/data/db"), ("/etc", "/x")] {
            let (shown, _) = machine.find(&[("HOME", "~/h"), ("PATH", "/bin"), ("JAVA_HOME", root)], &[hidden]);
            assert_eq!(shown, Vec::<String>::new(), "{root} with {hidden}");
        }
        let (shown, _) = machine.find(&[("HOME", "~/h"), ("PATH", "/bin"), ("JAVA_HOME", "~/data")], &["~/x"]);
        assert_eq!(shown, ["~/data"]);
    }
}
