//! Files that decide what runs with the repository's rights, who may approve, what agents are told and under which licence all of it
//! stands. They change only when the step's author named them.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::case::Case;
use super::file::name_of;
use super::{Finding, Rule, kinds};

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let configured = globs(case.rules.protected);
    let mut findings = Vec::new();
    for file in case.files.iter().filter(|file| !case.names(file.path)) {
        if let Some(reason) = why(file.path, &configured) {
            let what = format!("{reason}, and the step does not name it");
            findings.push(Finding::stop(Rule::Protected, file.path, None, what));
        }
    }
    findings
}

/// Why a file changes only when somebody names it, if that is so. `configured`: patterns of the repository's settings.
pub fn protection(path: &str, configured: &[String]) -> Option<&'static str> {
    why(path, &globs(configured))
}

fn why(path: &str, configured: &GlobSet) -> Option<&'static str> {
    reason(path).or_else(|| configured.is_match(path).then_some("is protected by the repository's settings"))
}

fn reason(path: &str) -> Option<&'static str> {
    let low = path.to_lowercase();
    let name = name_of(&low);
    let below = |folders: &[&str]| folders.iter().any(|folder| low.starts_with(folder));
    let top = !low.contains('/');
    let hooks = [".pre-commit-config.yaml", "lefthook.yml", "lefthook.yaml", ".gitmodules", ".npmrc", ".pypirc", ".yarnrc", ".yarnrc.yml"];
    let owners = ["codeowners", ".github/codeowners", ".gitlab/codeowners", "docs/codeowners"];
    let guidance = [
        "agents.md",
        "agent.md",
        "claude.md",
        "claude.local.md",
        "gemini.md",
        ".cursorrules",
        ".windsurfrules",
        ".clinerules",
        ".goosehints",
    ];
    let guidance_folders =
        [".cursor/", ".claude/", ".codex/", ".gemini/", ".windsurf/", ".github/instructions/", ".github/prompts/", ".github/agents/"];
    let ours = [".github/journeyman.yml", ".github/journeyman.yaml", "journeyman.toml", ".journeyman.yml"];
    if kinds::is_pipeline(path) {
        Some("decides what runs with the repository's rights")
    } else if owners.contains(&low.as_str()) {
        Some("decides whose approval a change needs")
    } else if below(&[".husky/", ".githooks/", ".cargo/config"]) || top && hooks.contains(&name) {
        Some("decides what runs on the machines of those who check the repository out")
    } else if guidance.contains(&name) || below(&guidance_folders) || low == ".github/copilot-instructions.md" {
        Some("tells agents what to do")
    } else if ours.contains(&low.as_str()) || [".github/dependabot.yml", ".github/renovate.json", "renovate.json"].contains(&low.as_str()) {
        Some("tells bots what they may do")
    } else if is_licence(name) && low.matches('/').count() <= 1 {
        Some("says under which licence the code stands")
    } else {
        None
    }
}

/// `LICENSE`, `LICENCE.md`, `LICENSE-MIT`, `COPYING`; not `license_test.go`.
fn is_licence(name: &str) -> bool {
    let stem = name.trim_end_matches(".md").trim_end_matches(".txt").trim_end_matches(".rst");
    let endings = ["", "-mit", "-apache", "-apache-2.0", "-bsd", "-apache2", ".mit", ".apache", "_mit", "_apache", ".lesser", "-unicode"];
    ["license", "licence", "copying", "unlicense", "notice"]
        .iter()
        .any(|begin| stem.strip_prefix(begin).is_some_and(|rest| endings.contains(&rest)))
}

/// A pattern that cannot be read protects nothing; the configuration refuses it before it comes here.
fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        if let Ok(glob) = GlobBuilder::new(pattern.trim_start_matches('/')).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().unwrap_or_default()
}
