//! Credentials in added lines, by the shapes that their makers gave them so that they can be recognised.
//!
//! Only shapes that are a credential almost surely stop a step: tests and documentation are full of strings that look alike, and an
//! architect who is stopped for nothing stops reading. Generic "high entropy" is not judged.

use std::collections::HashSet;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::{Finding, Rule};
use crate::domain::{ChangeSet, FileChange};

/// Name and shape. The tokens' lengths are part of their shape.
const SHAPES: [(&str, &str); 7] = [
    ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b"),
    ("an AWS access key", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    ("a Slack token", r"\bxox[baprs]-[0-9]{10,13}-[0-9]{10,13}-[A-Za-z0-9-]{24,}"),
    ("a Stripe live key", r"\b[rs]k_live_[A-Za-z0-9]{24,}\b"),
    ("a Google API key", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    ("an Anthropic or OpenAI key", r"\bsk-(?:ant-api03-|proj-)[A-Za-z0-9_-]{80,}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}\b"),
];
const KEY_BEGIN: &[u8] = b"-----BEGIN ";

static COMPILED: LazyLock<Vec<(&str, Regex)>> = LazyLock::new(|| {
    let compile = |(name, shape): &(&'static str, &str)| Regex::new(&format!("(?-u){shape}")).ok().map(|regex| (*name, regex));
    SHAPES.iter().filter_map(compile).collect()
});

pub fn judge(changes: &ChangeSet, before: &mut dyn FnMut(&str) -> Option<Vec<u8>>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, change) in &changes.files {
        let FileChange::Write(file) = change else {
            continue;
        };
        if !is_suspicious(&file.bytes) {
            continue;
        }
        let old = before(path).unwrap_or_default();
        let known: HashSet<&[u8]> = old.split(|byte| *byte == b'\n').collect();
        let lines: Vec<&[u8]> = file.bytes.split(|byte| *byte == b'\n').collect();
        let added = lines.iter().enumerate().filter(|(_, line)| !known.contains(*line));
        if let Some((at, name)) =
            added.filter_map(|(at, line)| credential(line, lines.get(at + 1..).unwrap_or_default()).map(|name| (at, name))).next()
        {
            let what = format!("holds {name} in line {}", at + 1);
            findings.push(Finding { rule: Rule::Secrets, path: path.clone(), what, blocking: true });
        }
    }
    findings
}

/// A quick look at a whole file, so that its lines are compared only when there is something.
fn is_suspicious(bytes: &[u8]) -> bool {
    COMPILED.iter().any(|(_, shape)| shape.is_match(bytes)) || bytes.split(|byte| *byte == b'\n').any(begins_key)
}

fn begins_key(line: &[u8]) -> bool {
    line.trim_ascii_start().starts_with(KEY_BEGIN) && line.windows(16).any(|part| part == b"PRIVATE KEY-----".as_slice())
}

fn credential(line: &[u8], after: &[&[u8]]) -> Option<&'static str> {
    let shaped = COMPILED.iter().find(|(_, shape)| shape.find_iter(line).any(|found| !is_example(found.as_bytes())));
    shaped.map(|(name, _)| *name).or_else(|| (begins_key(line) && has_body(after)).then_some("a private key"))
}

/// Documentation's own examples: `AKIAIOSFODNN7EXAMPLE`, `ghp_xxxxxxxx…`, `ghp_1234567890…`.
fn is_example(token: &[u8]) -> bool {
    let body = token.get(4..).unwrap_or(token);
    let distinct: HashSet<u8> = body.iter().map(u8::to_ascii_lowercase).collect();
    let low = token.to_ascii_lowercase();
    let says = [b"example".as_slice(), b"1234567890", b"0123456789", b"abcdefghij"];
    distinct.len() < 8 || says.iter().any(|word| low.windows(word.len()).any(|part| part == *word))
}

/// At least three full lines of base 64 follow, as in any real key; a placeholder has none.
fn has_body(after: &[&[u8]]) -> bool {
    let is_base64 = |line: &&&[u8]| {
        let line = line.trim_ascii();
        line.len() >= 60 && line.iter().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(byte))
    };
    after.iter().take(5).filter(is_base64).count() >= 3
}
