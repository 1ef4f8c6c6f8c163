//! What build tools need to know of this machine.

use std::ffi::OsString;

/// Where tools keep what they have installed or fetched; none of them holds a secret.
const NAMED: [&str; 11] = [
    "CARGO_HOME",
    "RUSTUP_HOME",
    "RUSTUP_TOOLCHAIN",
    "GOPATH",
    "GOCACHE",
    "GOMODCACHE",
    "JAVA_HOME",
    "LANG",
    "LC_ALL",
    "VIRTUAL_ENV",
    "NVM_DIR",
];
/// Those that tools look for below the home directory when no variable names them.
const BELOW_HOME: [(&str, &str); 3] = [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup"), ("GOPATH", "go")];

/// For commands that somebody wants run on their own machine: where programs are, and where their tools keep things.
#[derive(Debug, Clone)]
pub struct Tools {
    pub path: OsString,
    pub variables: Vec<(String, String)>,
}

impl Tools {
    /// As this process's environment has them.
    pub fn of_this_machine() -> Self {
        let mut variables: Vec<(String, String)> =
            NAMED.iter().filter_map(|name| Some(((*name).to_owned(), std::env::var_os(name)?.into_string().ok()?))).collect();
        let home = std::env::var_os("HOME").and_then(|home| home.into_string().ok());
        for (name, folder) in BELOW_HOME {
            let place = home.as_ref().map(|home| format!("{home}/{folder}"));
            if let Some(place) = place.filter(|p| std::path::Path::new(p).is_dir() && !variables.iter().any(|(n, _)| n == name)) {
                variables.push((name.to_owned(), place));
            }
        }
        Self { path: std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into()), variables }
    }
}
