//! Holds the code to its architecture by reading it: who may use whom, what has one home, what is nowhere.
//!
//! Each test first shows its rule a made-up piece of code that breaks it and one that does not, and then the source.

#![allow(
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "a failed expectation is how a test fails; the enums of syn are open"
)]

mod documents;
mod forms;
mod rules;
mod source;

use source::File;

/// Who may use whom, and why the exceptions: the table of the design. A module may always use itself.
/// `clock` may be used wherever there is a clock to be had, which is everywhere but in the core.
pub const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("specification", &["domain"]),
    ("workflow", &["domain", "specification"]),
    ("guard", &["domain", "specification"]),
    ("prose", &["domain", "specification", "workflow", "guard"]),
    ("sandbox", &["domain", "clock"]),
    ("git", &["domain", "sandbox", "clock"]),
    ("github", &["domain", "workflow", "clock"]),
    ("store", &["domain", "workflow", "clock"]),
    ("agent", &["domain", "specification", "guard", "prose", "sandbox", "git", "clock"]),
    ("engine", &["domain", "specification", "workflow", "guard", "prose", "sandbox", "git", "github", "store", "agent", "clock"]),
    ("web", &["domain", "workflow", "prose", "github", "store", "clock"]),
    // It must not share the code that it judges; what the time is, is not judged.
    ("simulator", &["domain", "clock"]),
    ("cli", &["*"]),
    ("config", &["*"]),
    ("clock", &["*"]),
];

/// What the core, which is pure, does not name.
pub const CORE: &[&str] = &["domain", "specification", "workflow", "guard", "prose"];
pub const NOT_IN_THE_CORE: &[&str] = &[
    "tokio",
    "std::env",
    "std::fs",
    "std::net",
    "std::process",
    "std::thread",
    "std::time::SystemTime",
    "std::time::Instant",
    "reqwest",
    "octocrab",
    "axum",
    "sqlx",
];

/// What is named in its home only: a module, or a file of one.
pub const HOMES: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("genai", &["agent::model::provider", "agent::model::translate", "agent::model::failure"]),
    ("cap_std", &["agent", "sandbox", "git"]),
    ("grep_searcher", &["agent::model::tools"]),
    ("grep_regex", &["agent::model::tools"]),
    ("globset", &["guard", "agent::model::tools", "agent::verbatim::attributes", "workflow::repository"]),
    // The lines of a repository's settings; whoever needs no lines reads YAML through `serde_saphyr`.
    ("granit_parser", &["workflow::repository::yaml"]),
    ("strsim", &["workflow::repository::near"]),
    ("ignore", &["agent::model::tools", "agent::map", "git::checkout"]),
    ("octocrab", &["github"]),
    // The simulator sends webhooks, the health check asks our own server, and the gateway leads an agent to its model.
    ("reqwest", &["github", "simulator", "cli::healthcheck", "agent::acp::gateway"]),
    ("agent_client_protocol", &["agent::acp"]),
    // Those who sign and those who verify; `config` shows that a key signs.
    ("jsonwebtoken", &["github", "simulator", "config"]),
    // The simulator shows issues and pull requests as pages.
    ("pulldown_cmark", &["specification::document", "simulator", "web::markdown"]),
    // What characters are: which show nothing, which look like others.
    ("unicode_properties", &["specification::seen"]),
    ("unicode_script", &["specification::seen", "specification::lookalikes"]),
    ("unicode_security", &["specification::lookalikes"]),
    ("clap", &["cli"]),
    // What the kernel enforces on a command.
    ("landlock", &["sandbox"]),
    ("seccompiler", &["sandbox"]),
    ("libc", &["sandbox"]),
    // JSON as people write it for their editors.
    ("jsonc_parser", &["workflow::devcontainer"]),
    // Programs as trees are read in one place.
    ("tree_sitter", &["guard::syntax"]),
    ("tree_sitter_rust", &["guard::syntax"]),
    ("tree_sitter_python", &["guard::syntax"]),
    ("tree_sitter_javascript", &["guard::syntax"]),
    ("tree_sitter_typescript", &["guard::syntax"]),
    ("tree_sitter_go", &["guard::syntax"]),
    ("tree_sitter_java", &["guard::syntax"]),
    ("tree_sitter_ruby", &["guard::syntax"]),
    // Settings are read in one place. Those who start programs pass a few named variables on to them.
    ("std::env::var", &["config"]),
    ("std::env::var_os", &["config", "simulator"]),
    ("std::env::vars", &["config"]),
    ("std::env::vars_os", &["config", "git::command", "sandbox::environment"]),
    // A mirror's upkeep compares the times of files with one another.
    ("std::time::SystemTime", &["clock", "git::upkeep"]),
];

/// Lines of the longest file that is still read in one go.
pub const LONGEST_FILE: usize = 400;

/// A rule: what it finds wrong in some files, with code that it must refuse and code that it must not.
pub struct Rule {
    pub check: fn(&[File]) -> Vec<String>,
    /// Path and code; each by itself is refused.
    pub refuses: &'static [(&'static str, &'static str)],
    /// Path and code; all together are accepted.
    pub accepts: &'static [(&'static str, &'static str)],
}

fn hold(rule: &Rule) {
    for (path, code) in rule.refuses {
        assert!(!(rule.check)(&[File::new(path, code)]).is_empty(), "the rule does not refuse {path}: {code}");
    }
    let accepted: Vec<File> = rule.accepts.iter().map(|(path, code)| File::new(path, code)).collect();
    assert_eq!((rule.check)(&accepted), Vec::<String>::new(), "the rule refuses what it should accept");
    let found = (rule.check)(source::tree());
    assert!(found.is_empty(), "\n{}\n", found.join("\n"));
}

#[test]
fn modules_use_only_what_the_table_allows() {
    hold(&rules::LAYERS);
}

#[test]
fn no_module_depends_on_one_that_depends_on_it() {
    let round = [("src/git/a.rs", "use crate::store;"), ("src/store/a.rs", "use crate::web;"), ("src/web/a.rs", "use crate::git;")];
    let found = (rules::CYCLES.check)(&round.map(|(path, code)| File::new(path, code)));
    assert_eq!(found.len(), 3, "each module of a circle is named: {found:?}");
    hold(&rules::CYCLES);
}

#[test]
fn the_core_is_pure() {
    hold(&rules::PURE_CORE);
}

#[test]
fn each_outside_thing_has_one_home() {
    hold(&rules::ONE_HOME);
}

#[test]
fn unsafe_code_is_in_the_sandbox_only() {
    hold(&rules::UNSAFE);
}

#[test]
fn no_file_is_too_long_to_read() {
    hold(&rules::LENGTH);
}

#[test]
fn every_file_says_what_it_is_for() {
    hold(&rules::HEADS);
}

#[test]
fn no_test_is_ignored_or_meant_to_panic() {
    hold(&rules::HONEST_TESTS);
}

#[test]
fn deciding_names_every_case() {
    hold(&rules::NO_WILDCARD);
}

#[test]
fn the_source_was_found() {
    let files = source::tree();
    assert!(files.iter().any(|file| file.path == "src/lib.rs"), "{} files", files.len());
    assert!(files.iter().any(|file| file.path == "tests/structure/main.rs"), "{} files", files.len());
}
