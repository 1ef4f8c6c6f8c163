//! Names of images, and which of them a server allows. Pure.

/// A name in full: the registry, the path, and a tag or a digest. A short name means the same as with Docker, whatever an engine is
/// configured to make of it, so that what was allowed is what is run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Image {
    /// `docker.io/library/rust`
    path: String,
    /// `:1.90` or `@sha256:…`
    version: String,
}

const LONGEST: usize = 512;

impl Image {
    /// Reads a name as people write it. The error is for people.
    pub fn read(name: &str) -> Result<Self, String> {
        let wrong = || format!("`{}` is no name of an image", name.chars().take(80).collect::<String>());
        let fits = |c: char| c.is_ascii_alphanumeric() || "._-/:@".contains(c);
        if name.is_empty() || name.len() > LONGEST || !name.chars().all(fits) || name.starts_with(['-', '.', '/', ':', '@']) {
            return Err(wrong());
        }
        let (tagged, digest) = match name.split_once('@') {
            Some((tagged, digest)) => (tagged, Some(digest)),
            None => (name, None),
        };
        // A colon before the last slash belongs to the registry's port.
        let last = tagged.rfind('/').map_or(0, |slash| slash + 1);
        let (path, tag) = match tagged[last..].split_once(':') {
            Some((end, tag)) => (&tagged[..last + end.len()], Some(tag)),
            None => (tagged, None),
        };
        let parts: Vec<&str> = path.split('/').collect();
        if parts.iter().any(|part| part.is_empty() || *part == "..") || tag.is_some_and(|tag| tag.is_empty() || tag.contains(':')) {
            return Err(wrong());
        }
        let version = match (digest, tag) {
            (Some(digest), _) if digest.strip_prefix("sha256:").is_some_and(is_hash) => format!("@{digest}"),
            (Some(_), _) => return Err(wrong()),
            (None, tag) => format!(":{}", tag.unwrap_or("latest")),
        };
        Ok(Self { path: in_full(path), version })
    }

    /// Whether one of the patterns allows it.
    pub fn is_allowed(&self, patterns: &[String]) -> bool {
        let whole = self.to_string();
        patterns.iter().map(|pattern| in_full(pattern)).any(|pattern| matches(&pattern, &whole) || matches(&pattern, &self.path))
    }
}

impl std::fmt::Display for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.path, self.version)
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// With its registry: the first part is one if it has a dot or a port, or is `localhost`.
fn in_full(path: &str) -> String {
    match path.split_once('/') {
        Some((first, _)) if first.contains(['.', ':', '*']) || first == "localhost" => path.to_owned(),
        Some(_) => format!("docker.io/{path}"),
        None if path == "*" => path.to_owned(),
        None => format!("docker.io/library/{path}"),
    }
}

/// `*` stands for anything, slashes included.
fn matches(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            // The whole rest may match from any place on; a pattern is the operator's own and short.
            (0..=text.len()).any(|from| text.get(from..).is_some_and(|text| matches(rest, text)))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_completed_as_docker_does() {
        let digest = format!("@sha256:{}", "ab".repeat(32));
        for (name, full) in [
            ("rust", "docker.io/library/rust:latest"),
            ("rust:1.90", "docker.io/library/rust:1.90"),
            ("acme/tools", "docker.io/acme/tools:latest"),
            ("localhost/busy:1", "localhost/busy:1"),
            ("10.0.0.1:5000/a/b", "10.0.0.1:5000/a/b:latest"),
            ("ghcr.io/acme/tools:v1", "ghcr.io/acme/tools:v1"),
        ] {
            assert_eq!(Image::read(name).unwrap().to_string(), full);
        }
        assert_eq!(Image::read(&format!("rust:1{digest}")).unwrap().to_string(), format!("docker.io/library/rust{digest}"));
    }

    #[test]
    fn what_is_no_name_is_refused_above_all_what_an_engine_could_take_for_an_option() {
        let long = "a".repeat(600);
        for name in ["", "--privileged", "a b", "a//b", "a:", "a@sha256:12", "../a", "a/../b", "a;b", "$(x)", "a\n", "a:1:2", "/a", &long] {
            assert!(Image::read(name).is_err(), "{name}");
        }
    }

    #[test]
    fn nothing_is_allowed_but_what_a_pattern_names() {
        let allowed = |name: &str, patterns: &[&str]| {
            Image::read(name).unwrap().is_allowed(&patterns.iter().map(|pattern| (*pattern).to_owned()).collect::<Vec<_>>())
        };
        assert!(!allowed("rust", &[]));
        assert!(allowed("rust:1.90", &["rust"]) && allowed("rust:1.90", &["rust:1.*"]) && !allowed("rust:2", &["rust:1.*"]));
        assert!(allowed("docker.io/library/rust", &["rust"]) && !allowed("ghcr.io/x/rust", &["rust"]));
        assert!(allowed("ghcr.io/acme/a/b:2", &["ghcr.io/acme/*"]) && !allowed("ghcr.io/acmeevil/a", &["ghcr.io/acme/*"]));
        assert!(!allowed("evil.example/ghcr.io/acme/a", &["ghcr.io/acme/*"]));
        assert!(allowed("evil.example/a", &["*"]) && allowed("a", &["*"]));
    }
}
