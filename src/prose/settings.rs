//! What is wrong with a repository's `.github/journeyman.yml`.

use super::text::{lines, paragraph, plain};
use crate::workflow::{Problem, RepositorySettings};

/// What happens next.
pub const SETTINGS_REMEDY: &str =
    "Mend the file on the default branch and comment `/journeyman retry`; it is also looked at again by itself.";

/// The whole comment: the file, each problem with its line, and what happens next.
pub fn settings_comment(problems: &[Problem]) -> String {
    format!("{}\n\n{SETTINGS_REMEDY}\n", settings_problems(problems))
}

/// The file and a list with a line for each problem.
pub fn settings_problems(problems: &[Problem]) -> String {
    let listed = lines(problems.iter().map(|problem| format!("\n- line {}: {}", problem.line, paragraph(&problem.what))), |more| {
        format!("\n- and {more} more")
    });
    format!("`{}` on the default branch cannot be used as it is, and nothing is built until it can:\n{listed}", RepositorySettings::PATH)
}

/// All of it on one line, for the terminal and the journal.
pub fn settings_line(problems: &[Problem]) -> String {
    let told: Vec<String> = problems.iter().map(|problem| format!("line {}: {}", problem.line, plain(&problem.what, 300))).collect();
    format!("`{}` cannot be used: {}", RepositorySettings::PATH, told.join("; "))
}
