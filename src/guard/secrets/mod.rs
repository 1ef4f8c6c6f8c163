//! Credentials in what a step adds: the tokens whose issuers gave them a shape, so that they can be recognised, and private keys.
//!
//! Only shapes that are a credential almost surely stop a step: tests and documentation are full of strings that look alike, and an
//! architect who is stopped for nothing stops reading. A text that is merely random, where something is called a secret, is advice.

mod entropy;
mod key;
mod redact;
mod shapes;

use super::case::Case;
use super::file::File;
use super::{Finding, Rule};
pub use redact::redact;
use shapes::{ANY, EACH};

pub fn judge(case: &Case<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in case.written() {
        let found = if is_suspicious(file.changed()) { credentials(file) } else { Vec::new() };
        let none = found.is_empty();
        findings.extend(found);
        if none && let Some(line) = entropy::first(file) {
            let what = "looks as if it held a password or a token";
            findings.push(Finding::advise(Rule::Secrets, file.path, Some(line), what));
        }
    }
    findings
}

/// A quick look at a whole file, so that its lines are compared only when there is something.
fn is_suspicious(bytes: &[u8]) -> bool {
    ANY.is_match(bytes) || memchr::memmem::find(bytes, b"PRIVATE KEY").is_some()
}

/// The first line with each kind of credential.
fn credentials(file: &File<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let added = file.added();
    for (at, (number, line)) in added.iter().enumerate() {
        for (name, certain) in names(line, added.get(at + 1..).unwrap_or_default()) {
            let what = format!("holds {name}");
            if findings.iter().all(|finding| finding.what != what) {
                let finding = Finding::stop(Rule::Secrets, file.path, Some(*number), what);
                findings.push(Finding { blocking: certain, ..finding });
            }
        }
    }
    findings
}

fn names(line: &[u8], after: &[(usize, &[u8])]) -> Vec<(&'static str, bool)> {
    let hits = ANY.matches(line);
    let shaped = EACH.iter().enumerate().filter(|(at, (_, regex))| hits.matched(*at) && shapes::find(regex, line).next().is_some());
    let mut found: Vec<_> = shaped.map(|(_, (shape, _))| (shape.name, shape.certain)).collect();
    if key::begins(line) && key::has_body(line, after.iter().map(|(_, line)| *line)) {
        found.push(("a private key", true));
    }
    found
}
