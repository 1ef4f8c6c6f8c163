//! Where settings come from: the lines of a file, and variables. Gathers each key's value with its origin; judges names only.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::error::Problem;
use super::keys::{KEYS, Key, named};

/// A value as it was found, not yet judged.
#[derive(Clone, PartialEq)]
pub(super) enum Raw {
    /// A TOML string.
    Text(String),
    /// A TOML integer.
    Number(i64),
    /// A TOML array of strings.
    List(Vec<String>),
    /// Any other TOML value: its type's name.
    Other(&'static str),
    /// A variable's text, which may stand for any of these.
    Variable(String),
}

/// A key's value and where it stands.
#[derive(Clone)]
pub(super) struct Setting {
    pub origin: String,
    pub raw: Raw,
    /// Where a relative path starts; empty for the working directory.
    pub base: PathBuf,
    /// Whether it is a variable, which wins over the file also where two keys say the same.
    pub from_variable: bool,
}

/// Everything that was set, and what was wrong so far.
#[derive(Default)]
pub(super) struct Settings {
    pub found: BTreeMap<&'static str, Setting>,
    pub problems: Vec<Problem>,
    pub warnings: Vec<String>,
}

impl Settings {
    pub fn problem(&mut self, origin: Option<&str>, key: &str, what: impl Into<String>) {
        self.problems.push(Problem { origin: origin.map(str::to_owned), key: key.to_owned(), what: what.into() });
    }

    /// False when the file cannot be read at all, so that nothing is known about what it sets.
    pub fn read_file(&mut self, path: &Path) -> bool {
        let shown = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => self.read_text(path, &shown, &text),
            Err(error) => {
                self.problem(Some(&shown), "", format!("failed to read the configuration: {error}"));
                false
            }
        }
    }

    fn read_text(&mut self, path: &Path, shown: &str, text: &str) -> bool {
        let (tree, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let origin = match error.span() {
                Some(span) => format!("{shown}:{}", line(text, span.start)),
                None => shown.to_owned(),
            };
            // Only the message: the error's Display would show the line, which may hold a secret.
            self.problem(Some(&origin), "", format!("not TOML: {}", error.message()));
        }
        if !errors.is_empty() {
            return false;
        }
        let base = path.parent().unwrap_or(Path::new("")).to_owned();
        for (table, content) in tree.get_ref() {
            let origin = format!("{shown}:{}", line(text, table.span().start));
            let DeValue::Table(entries) = content.get_ref() else {
                self.unknown(&origin, table.get_ref());
                continue;
            };
            if entries.is_empty() && !KEYS.iter().any(|key| key.name.split('.').next() == Some(table.get_ref())) {
                self.unknown(&origin, table.get_ref());
            }
            for (name, value) in entries {
                let full = format!("{}.{}", table.get_ref(), name.get_ref());
                let origin = format!("{shown}:{}", line(text, name.span().start));
                match named(&full) {
                    Some(key) => {
                        if key.secret {
                            self.warn_when_readable_by_others(path, key.name);
                        }
                        let setting = Setting { origin, raw: raw(value.get_ref()), base: base.clone(), from_variable: false };
                        self.found.insert(key.name, setting);
                    }
                    None => self.unknown(&origin, &full),
                }
            }
        }
        true
    }

    fn unknown(&mut self, origin: &str, name: &str) {
        let names = KEYS.iter().map(|key| key.name);
        let what = match nearest(name, names, 0.7) {
            Some(near) => format!("unknown key; did you mean {near}?"),
            None => "unknown key".to_owned(),
        };
        self.problem(Some(origin), name, what);
    }

    pub fn read_variables(&mut self, variables: impl IntoIterator<Item = (OsString, OsString)>) {
        // In the order of their names, so that the same environment gives the same lines.
        let variables: BTreeMap<_, _> = variables.into_iter().collect();
        for (name, value) in variables {
            let Some(name) = name.to_str().filter(|name| is_ours(name)) else { continue };
            match (KEYS.iter().find(|key| key.variable == name), value.into_string()) {
                (Some(key), Ok(text)) => {
                    let setting = Setting { origin: name.to_owned(), raw: Raw::Variable(text), base: PathBuf::new(), from_variable: true };
                    self.found.insert(key.name, setting);
                }
                (Some(key), Err(_)) => self.problem(Some(name), key.name, "expected UTF-8 text"),
                // Not refused: Kubernetes sets variables such as JOURNEYMAN_SERVICE_HOST for a service of our name.
                (None, _) => {
                    if let Some(near) = nearest(name, KEYS.iter().map(|key| key.variable), 0.85) {
                        self.warnings.push(format!("{name} is passed over: there is no such setting; did you mean {near}?"));
                    }
                }
            }
        }
    }

    /// Of two keys that say the same, the one that was set; a variable beats the file, and two in one place are a problem.
    pub fn either(&mut self, first: &'static str, second: &'static str) -> Option<(&'static Key, Setting)> {
        let chosen = match (self.found.get(first), self.found.get(second)) {
            (Some(a), Some(b)) if a.from_variable == b.from_variable => {
                let (origin, other) = (a.origin.clone(), b.origin.clone());
                self.problem(Some(&origin), first, format!("set together with {second} ({other}); keep one of them"));
                first
            }
            (Some(a), Some(_)) if a.from_variable => first,
            (_, Some(_)) => second,
            (Some(_), None) => first,
            (None, None) => return None,
        };
        Some((named(chosen)?, self.found.get(chosen)?.clone()))
    }

    pub fn warn_when_readable_by_others(&mut self, path: &Path, key: &str) {
        let Ok(metadata) = std::fs::metadata(path) else { return };
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            self.warnings.push(format!("{key}: {} can be read by others than its owner (mode {mode:03o}); chmod 600 it", path.display()));
        }
    }
}

/// A variable of our prefix, or one that providers of models give their own name.
fn is_ours(name: &str) -> bool {
    name.starts_with("JOURNEYMAN_") || KEYS.iter().any(|key| key.variable == name)
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Raw::Other("an integer out of range"), Raw::Number)
        }
        DeValue::Array(items) => {
            let texts: Option<Vec<String>> = items.iter().map(|item| item.get_ref().as_str().map(str::to_owned)).collect();
            texts.map_or(Raw::Other("a list of other things than text"), Raw::List)
        }
        DeValue::Float(_) => Raw::Other("a fraction"),
        DeValue::Boolean(_) => Raw::Other("a boolean"),
        DeValue::Datetime(_) => Raw::Other("a date"),
        DeValue::Table(_) => Raw::Other("a table"),
    }
}

/// The 1-based line of a byte offset.
fn line(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The name that most resembles `name`, if one does by more than `least`, where 1 is equality.
fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>, least: f32) -> Option<&'a str> {
    let likeness = |other: &str| similar::TextDiff::from_chars(name, other).ratio();
    let alike = names.map(|other| (likeness(other), other)).filter(|(ratio, _)| *ratio > least);
    alike.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}
