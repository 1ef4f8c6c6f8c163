//! Which checks count.

use globset::Glob;

use super::RepositorySettings;

impl RepositorySettings {
    /// Whether a check of this name counts for a verdict: all do where none is named. A name counts as it is written, and a
    /// pattern's `*` also runs over slashes, as in `ci/build`.
    pub fn counts(&self, check_name: &str) -> bool {
        let fits = |pattern: &str| Glob::new(pattern).is_ok_and(|glob| glob.compile_matcher().is_match(check_name));
        self.checks.is_empty() || self.checks.iter().any(|pattern| pattern == check_name || fits(pattern))
    }
}
