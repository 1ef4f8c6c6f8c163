//! The rules. Each returns a line for everything that breaks it.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::File;
use crate::{CORE, HOMES, LONGEST_FILE, MAY_USE, NOT_IN_THE_CORE, Rule};

/// `name` is `thing`, lies in it, or may bring it in by a glob.
fn is_or_lies_in(name: &str, thing: &str) -> bool {
    let below = |name: &str, thing: &str| name == thing || name.strip_prefix(thing).is_some_and(|rest| rest.starts_with("::"));
    below(name, thing) || name.strip_suffix("::*").is_some_and(|glob| below(thing, glob))
}

/// The module of the crate that a path leads to.
fn used(name: &str) -> Option<&str> {
    name.strip_prefix("crate::")?.split("::").next().filter(|first| MAY_USE.iter().any(|(module, _)| module == first))
}

pub const LAYERS: Rule = Rule {
    check: |files| {
        let mut found = Vec::new();
        for file in files {
            let Some(module) = file.top() else { continue };
            let Some((_, may)) = MAY_USE.iter().find(|(name, _)| *name == module) else {
                found.push(format!("{}: the module {module} is not in the table", file.path));
                continue;
            };
            let outside_tests = file.names.iter().filter(|name| !name.in_test).map(|name| name.path.as_str());
            let uses: BTreeSet<&str> = outside_tests.filter_map(used).collect();
            for other in uses {
                if other != module && !may.contains(&other) && !may.contains(&"*") {
                    found.push(format!("{}: {module} must not use {other}", file.path));
                }
            }
        }
        found
    },
    refuses: &[
        ("src/domain/a.rs", "use crate::specification::Step;"),
        ("src/domain/lib.rs", "use journeyman_core::specification::Step;"),
        ("src/core/specification/deep/a.rs", "fn f() { super::super::super::workflow::decide() }"),
        ("src/core/specification/b.rs", "use journeyman_core::guard::judge;"),
        ("src/workflow/a.rs", "use crate::{domain::{Sha, names}, store};"),
        ("src/web/a.rs", "fn f() { tracing::info!(\"{}\", crate::engine::turn()) }"),
        ("src/simulator/a.rs", "mod inner { use super::super::super::github::client; }"),
        ("src/store/a.rs", "fn f(x: Vec<crate::github::Event>) {}"),
        ("src/misc.rs", ""),
    ],
    accepts: &[
        ("src/workflow/a.rs", "use super::super::specification::Step; use super::run::Run; use crate::{domain::Sha, workflow::decide};"),
        ("src/workflow/b.rs", "//! As `crate::store` says.\nfn f() { print!(\"crate::store::claim\") }"),
        ("src/workflow/c.rs", "#[cfg(test)] mod tests { use crate::store; }"),
        ("src/workflow/tests.rs", "use crate::store;"),
        ("src/lib.rs", "use crate::engine::worker;"),
        ("src/core/lib.rs", "pub mod specification;"),
        ("src/core/specification/a.rs", "use journeyman_domain::Mode;"),
        ("src/cli/mod.rs", "use crate::engine::worker;"),
    ],
};

pub const CYCLES: Rule = Rule {
    check: |files| {
        let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for file in files {
            let Some(module) = file.top() else { continue };
            let others = file.names.iter().filter(|name| !name.in_test).filter_map(|name| used(&name.path));
            uses.entry(module).or_default().extend(others.filter(|other| *other != module));
        }
        let mut found = Vec::new();
        for module in uses.keys() {
            let mut reached = BTreeSet::new();
            let mut ahead: Vec<&str> = uses[module].iter().copied().collect();
            while let Some(next) = ahead.pop() {
                if reached.insert(next) {
                    ahead.extend(uses.get(next).into_iter().flatten());
                }
            }
            if reached.contains(module) {
                found.push(format!("{module} depends on itself by way of {:?}", uses[module]));
            }
        }
        found
    },
    // It takes several files to break it: the test brings them.
    refuses: &[],
    accepts: &[("src/cli/a.rs", "use crate::config::Config;"), ("src/config/a.rs", "use crate::domain::Sha;")],
};

pub const PURE_CORE: Rule = Rule {
    check: |files| {
        let mut found = Vec::new();
        for file in files.iter().filter(|file| file.top().is_some_and(|top| CORE.contains(&top))) {
            for name in file.names.iter().filter(|name| !name.in_test) {
                if let Some(thing) = NOT_IN_THE_CORE.iter().find(|thing| is_or_lies_in(&name.path, thing)) {
                    found.push(format!("{}: the core must not name {thing} ({})", file.path, name.path));
                }
            }
        }
        found
    },
    refuses: &[
        ("src/core/specification/a.rs", "use std::{collections::BTreeMap, time::Instant};"),
        ("src/guard/a.rs", "fn f() { std::fs::read(\"x\"); }"),
        ("src/workflow/a.rs", "use std::time::*;"),
        ("src/prose/a.rs", "async fn f() { tokio::task::yield_now().await }"),
        ("src/domain/a.rs", "fn f() { assert!(std::env::var(\"X\").is_ok()) }"),
    ],
    accepts: &[
        ("src/core/specification/a.rs", "use std::time::Duration; use std::fmt;"),
        ("src/core/specification/b.rs", "#[test] fn t() { std::fs::read(\"x\"); }"),
        ("src/git/a.rs", "use tokio::process::Command;"),
    ],
};

pub const ONE_HOME: Rule = Rule {
    check: |files| {
        let mut found = Vec::new();
        for file in files.iter().filter(|file| file.path.starts_with("src/")) {
            let module = file.module.join("::");
            for name in file.names.iter().filter(|name| !name.in_test) {
                for (thing, homes) in HOMES {
                    if is_or_lies_in(&name.path, thing) && !homes.iter().any(|home| is_or_lies_in(&module, home)) {
                        found.push(format!("{}: {thing} is named in {} only", file.path, homes.join(", ")));
                    }
                }
            }
        }
        found
    },
    refuses: &[
        ("src/web/a.rs", "use sqlx::Row;"),
        ("src/engine/a.rs", "fn f() -> Result<(), octocrab::Error> { Ok(()) }"),
        ("src/core/specification/steps.rs", "use pulldown_cmark::Parser;"),
        ("src/guard/weakened.rs", "use tree_sitter::Node;"),
        ("src/git/a.rs", "fn f() { std::env::var_os(\"PATH\"); }"),
        ("src/engine/b.rs", "use std::time::SystemTime;"),
    ],
    accepts: &[
        ("src/store/a.rs", "use sqlx::Row;"),
        ("src/core/specification/document/inline.rs", "use pulldown_cmark::Parser;"),
        ("src/core/specification/document.rs", "use pulldown_cmark::Parser;"),
        ("src/guard/syntax/rust.rs", "use tree_sitter::Node;"),
        ("src/sandbox/a.rs", "fn f() { std::env::current_exe(); }"),
        ("src/engine/c.rs", "#[cfg(test)] mod tests { use sqlx::Row; }"),
        ("tests/flow/main.rs", "use sqlx::Row;"),
    ],
};

pub const UNSAFE: Rule = Rule {
    check: |files| {
        let mut found = Vec::new();
        // The sandbox's own tests try system calls that no library offers.
        let elsewhere =
            |file: &&File| !(file.module.len() > 1 && file.module[..2] == ["sandbox", "linux"]) && file.path != "tests/sandbox/raw.rs";
        for file in files.iter().filter(elsewhere) {
            if file.unsafe_code {
                found.push(format!("{}: unsafe code belongs into sandbox::linux", file.path));
            }
        }
        found
    },
    refuses: &[
        ("src/git/a.rs", "fn f() { unsafe { g() } }"),
        ("src/git/b.rs", "unsafe fn f() {}"),
        ("src/git/c.rs", "unsafe impl Send for X {}"),
        ("tests/flow/main.rs", "fn f() { print!(\"{}\", unsafe { g() }) }"),
        ("tests/sandbox/acts.rs", "fn f() { unsafe { g() } }"),
    ],
    accepts: &[("src/sandbox/linux.rs", "fn f() { unsafe { g() } }"), ("src/git/d.rs", "//! Not unsafe.\nfn f() { print!(\"unsafe\") }")],
};

pub const LENGTH: Rule = Rule {
    check: |files| {
        let long = files.iter().filter(|file| file.text.lines().count() > LONGEST_FILE);
        long.map(|file| format!("{}: {} lines; {LONGEST_FILE} are enough", file.path, file.text.lines().count())).collect()
    },
    refuses: &[("src/git/a.rs", LONG), ("src/git/tests.rs", LONG), ("tests/flow/main.rs", LONG)],
    accepts: &[("src/git/b.rs", "fn f() {}")],
};
/// 401 lines.
const LONG: &str = match std::str::from_utf8(&[b'\n'; LONGEST_FILE + 1]) {
    Ok(text) => text,
    Err(_) => "",
};

pub const HEADS: Rule = Rule {
    check: |files| {
        let shipped = files.iter().filter(|file| file.path.starts_with("src/") && !file.is_test());
        let bare = shipped.filter(|file| !file.text.starts_with("//! "));
        bare.map(|file| format!("{}: starts without //! and what it is for", file.path)).collect()
    },
    refuses: &[("src/git/a.rs", "use std::fs;"), ("src/git/mod.rs", "")],
    accepts: &[("src/git/b.rs", "//! Purpose.\n"), ("src/git/tests.rs", "use super::*;")],
};

pub const HONEST_TESTS: Rule = Rule {
    check: |files| {
        let mut found = Vec::new();
        for file in files {
            found.extend(file.dodges.iter().map(|dodge| format!("{}: #[{dodge}]", file.path)));
        }
        found
    },
    refuses: &[
        ("src/git/a.rs", "#[cfg(test)] mod tests { #[test] #[ignore] fn t() {} }"),
        ("src/git/b.rs", "#[test] #[ignore = \"slow\"] fn t() {}"),
        ("tests/flow/main.rs", "#[test] #[should_panic(expected = \"x\")] fn t() {}"),
        ("tests/flow/main.rs", "#[cfg_attr(unix, ignore)] fn t() {}"),
    ],
    accepts: &[("src/git/c.rs", "#[test] fn no_ignore() {}"), ("src/git/d.rs", "#[serde(ignore_me)] struct X;")],
};

pub const NO_WILDCARD: Rule = Rule {
    check: |files| {
        let decides = |file: &&File| {
            let inner = file.path.strip_prefix("src/workflow/").unwrap_or_default();
            !file.is_test() && (inner.starts_with("decide") || inner.starts_with("phase"))
        };
        let mut found = Vec::new();
        for file in files.iter().filter(decides) {
            found.extend(file.wild_arms.iter().map(|pattern| format!("{}: an arm `{pattern} =>` names no case", file.path)));
        }
        found
    },
    refuses: &[
        ("src/workflow/decide.rs", "fn f(p: Phase) { match p { Phase::A => (), _ => () } }"),
        ("src/workflow/decide/mod.rs", "fn f(p: Phase) { match p { Phase::A => (), other => drop(other) } }"),
        ("src/workflow/phases/asking.rs", "fn f(p: Phase) { match (p, 1) { (Phase::A, _) => (), (_, _) => () } }"),
        ("src/workflow/phase_over.rs", "fn f(p: &Phase) { match p { &_ => () } }"),
    ],
    accepts: &[
        ("src/workflow/decide.rs", "fn f(p: Phase) { match p { Phase::A { .. } | Phase::B => (), Phase::C(_) => () } }"),
        ("src/workflow/phases/asking.rs", "fn f(p: Phase) { match (p, 1) { (Phase::A, _) => () } }"),
        ("src/workflow/command.rs", "fn f(word: &str) { match word { \"a\" => (), _ => () } }"),
    ],
};
