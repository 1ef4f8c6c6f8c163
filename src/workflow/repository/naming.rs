//! The name of a run's branch.

use super::{RepositorySettings, forms};
use crate::domain::{BranchName, IssueNumber};

impl RepositorySettings {
    /// The pattern where the repository has none of its own.
    pub const BRANCH: &'static str = "journeyman/{issue}-{title}";

    /// The branch of an issue's first run: the pattern with the issue's number and the words of its title. A title without a
    /// single letter or digit of ASCII leaves its place out, with the mark before it.
    pub fn branch_name(&self, issue: IssueNumber, title: &str) -> BranchName {
        let words = BranchName::words(title);
        let filled = |pattern: &str, title: &str| pattern.replace("{issue}", &issue.to_string()).replace("{title}", title);
        let pattern = self.branch.as_deref().unwrap_or(Self::BRANCH);
        if !words.is_empty() {
            return BranchName::new(filled(pattern, &words));
        }
        let bare = ["-", "/", "_"].iter().fold(pattern.to_owned(), |pattern, mark| pattern.replace(&format!("{mark}{{title}}"), ""));
        let name = filled(&bare, "issue");
        // What is left of an unusual pattern may be no name of a branch.
        BranchName::new(if forms::BRANCH.fits(&name) { name } else { filled(pattern, "issue") })
    }
}
