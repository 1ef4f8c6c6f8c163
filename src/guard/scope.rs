//! Files that the step neither names nor plainly implies.
//!
//! It stops a step only where the step names files and this one has nothing to do with them. A step that names none is not judged:
//! then nobody can say what it implies.

use std::collections::HashSet;

use super::case::{Case, covers};
use super::file::{File, name_of};
use super::kinds;
use super::syntax;
use super::{Finding, Rule};

/// Files in which a module of a language is made known to the others.
const INDEXES: [&str; 16] = [
    "mod.rs",
    "lib.rs",
    "main.rs",
    "__init__.py",
    "index.js",
    "index.ts",
    "index.tsx",
    "index.mjs",
    "index.jsx",
    "index.d.ts",
    "package-info.java",
    "module-info.java",
    "doc.go",
    "mod.ts",
    "index.css",
    "index.scss",
];
const MANIFESTS: [&str; 24] = [
    "Cargo.toml",
    "package.json",
    "pyproject.toml",
    "setup.py",
    "setup.cfg",
    "requirements.txt",
    "go.mod",
    "pom.xml",
    "build.gradle",
    "build.gradle.kts",
    "Gemfile",
    "composer.json",
    "Package.swift",
    "pubspec.yaml",
    "mix.exs",
    ".gitignore",
    "tsconfig.json",
    "Makefile",
    "CMakeLists.txt",
    "settings.gradle",
    "Directory.Packages.props",
    "justfile",
    "jsr.json",
    "deno.json",
];

/// Parts of paths that say nothing of the file.
const COMMON: [&str; 20] = [
    "src",
    "lib",
    "app",
    "main",
    "test",
    "tests",
    "spec",
    "locale",
    "locales",
    "i18n",
    "config",
    "index",
    "public",
    "assets",
    "docs",
    "resources",
    "org",
    "com",
    "java",
    "internal",
];

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    if case.rules.named.is_empty() {
        return Vec::new();
    }
    let outside: Vec<&File<'_>> = case.files.iter().filter(|file| !case.names(file.path) && !is_implied(file, case)).collect();
    if outside.is_empty() {
        return Vec::new();
    }
    let declared = declared_by_named(case);
    let what = "is outside of what the step names";
    let finding = |file: &&File<'_>| {
        let mut near = is_spoken_of(file, case) || uses(file, &declared);
        near |= is_called_by_named(file, case) || lists_a_named_file(file, case);
        near |= !file.is_new() && file.after.is_some() && case.rules.named.iter().any(|name| folder(name) == folder(file.path));
        Finding { blocking: !near, ..Finding::stop(Rule::Scope, file.path, None, what) }
    };
    outside.iter().map(finding).collect()
}

/// Tests, documentation, manifests, lock files and module indexes go with whatever is changed.
fn is_implied(file: &File<'_>, case: &Case<'_>) -> bool {
    let name = file.name();
    let follows = kinds::is_test(file.path) || kinds::is_documentation(file.path) || kinds::is_lock(file.path) || MANIFESTS.contains(&name);
    let follows = follows || name.ends_with(".gemspec") || is_schema_of_a_migration(file, case);
    let index = INDEXES.contains(&name)
        || case
            .rules
            .named
            .iter()
            .any(|named| name_of(named).split('.').next() == name.split('.').next() && folder(named).starts_with(folder(file.path)));
    // Rust: `src/a.rs` is the index of `src/a/`.
    let above = file.path.strip_suffix(".rs").is_some_and(|stem| case.rules.named.iter().any(|named| covers(stem, named)));
    let moved = file.origin.is_some_and(|origin| case.names(origin));
    // A deleted test or document is implied by nothing but the removal of a directory above it.
    (file.after.is_some() && (follows || index || above)) || moved || (file.after.is_none() && case.words.remove_folder_of(file.path))
}

/// Rails writes the schema anew after each migration.
fn is_schema_of_a_migration(file: &File<'_>, case: &Case<'_>) -> bool {
    ["db/schema.rb", "db/structure.sql"].iter().any(|schema| file.path.ends_with(schema))
        && case.written().any(|other| other.path.contains("db/migrate/") && case.names(other.path))
}

/// The step's words hold the file's stem, or a name that the file declares.
fn is_spoken_of(file: &File<'_>, case: &Case<'_>) -> bool {
    let stem = stem(file);
    if stem.len() > 3 && case.words.say(stem) {
        return true;
    }
    let text = file.text().or_else(|| file.before_text()).unwrap_or_default();
    let symbols = syntax::symbols(file.path, text);
    symbols.iter().any(|symbol| {
        symbol.name.len() > 4 && symbol.name.contains(|c: char| c.is_uppercase() || c == '_') && case.words.say_exactly(&symbol.name)
    })
}

/// A new file of a name that a named file's new lines hold (`mod outcome;`, `from './outcome'`): a part that it was parted into.
fn is_called_by_named(file: &File<'_>, case: &Case<'_>) -> bool {
    let stem = HashSet::from([stem(file).to_owned()]);
    let named = || case.files.iter().filter(|other| case.names(other.path));
    file.is_new() && stem.iter().all(|stem| stem.len() > 3) && named().any(|other| added_words(other).any(|word| stem.contains(word)))
}

/// A file whose new lines hold the name of a new named file, or of the folder that is its own: a list of languages, of plugins, of pages.
fn lists_a_named_file(file: &File<'_>, case: &Case<'_>) -> bool {
    let new: Vec<&File<'_>> = case.files.iter().filter(|other| other.is_new() && case.names(other.path)).collect();
    let parts = |path: &str| path.split(['/', '.']).map(str::to_owned).collect::<HashSet<_>>();
    let mut names: HashSet<String> = new.iter().flat_map(|other| parts(other.path)).filter(|part| part.len() > 1).collect();
    let endings: HashSet<&str> = new.iter().map(|other| other.ending()).collect();
    names.retain(|name| !COMMON.contains(&name.as_str()) && !endings.contains(name.as_str()) && !parts(file.path).contains(name));
    !file.is_new() && file.after.is_some() && added_words(file).any(|word| names.contains(word))
}

fn stem<'a>(file: &File<'a>) -> &'a str {
    file.name().split('.').next().unwrap_or_default()
}

fn added_words<'f>(file: &'f File<'_>) -> impl Iterator<Item = &'f str> {
    file.added_text().flat_map(|(_, line)| line.split(|c: char| !(c.is_alphanumeric() || c == '_')))
}

/// What the named files declare on changed lines: whoever uses it has to follow.
fn declared_by_named(case: &Case<'_>) -> HashSet<String> {
    let mut names = HashSet::new();
    for file in case.files.iter().filter(|file| case.names(file.path)) {
        let mut take = |text: &str, changed: &dyn Fn(usize, &str) -> bool| {
            let symbols = syntax::symbols(file.path, text).into_iter().filter(|symbol| changed(symbol.line, &symbol.signature_line));
            names.extend(symbols.map(|symbol| symbol.name).filter(|name| name.len() > 3));
        };
        let added: HashSet<usize> = file.added().iter().map(|(number, _)| *number).collect();
        take(file.text().unwrap_or_default(), &|line, _| added.contains(&line));
        let removed: HashSet<&str> = file.removed_text().into_iter().map(str::trim).collect();
        take(file.before_text().unwrap_or_default(), &|_, signature| removed.contains(signature.trim()));
    }
    names
}

fn uses(file: &File<'_>, names: &HashSet<String>) -> bool {
    if names.is_empty() {
        return false;
    }
    let lines = file.added_text().map(|(_, line)| line).chain(file.removed_text());
    lines.into_iter().flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_'))).any(|word| names.contains(word))
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
