//! GitHub's JSON: what a user, a repository, an issue … looks like in an answer and in a webhook.
//!
//! Written after the response schemas of GitHub's REST reference. One file a kind of thing.

mod accounts;
mod actions;
mod checks;
mod commits;
mod issues;
mod milestones;
mod pulls;
mod repositories;
mod reviews;
mod rules;

use base64::Engine;
use serde_json::Value;

pub(super) use accounts::{app, app_brief, installation, organization, other_app, user};
pub(super) use actions::{annotation, job, workflow, workflow_run};
pub(super) use checks::{check_run, check_suite, combined_status, repository_status};
pub(super) use commits::{changed_file, commit, git_commit, push_commit};
pub(super) use issues::{comment, issue, label, reaction, reactions};
pub(super) use milestones::milestone;
pub(super) use pulls::{pull, pull_brief, pull_simple};
pub(super) use repositories::{minimal_repository, repository};
pub(super) use reviews::{actor, comment_node, review, review_comment, thread, thread_node};
pub(super) use rules::{protection, protection_brief, rule};

use super::state::State;
use super::time;
use crate::domain::Timestamp;

/// `http://127.0.0.1:PORT/api/v3`
pub(super) fn api(state: &State) -> String {
    format!("{}/api/v3", state.base)
}

/// An opaque id as GraphQL and `node_id` carry it: the kind, and the number within it.
pub(super) fn node(kind: &str, id: u64) -> String {
    format!("{kind}_{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(id.to_be_bytes()))
}

/// The number within [`node`], if the id is of that kind.
pub(super) fn node_number(kind: &str, node: &str) -> Option<u64> {
    let encoded = node.strip_prefix(kind)?.strip_prefix('_')?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(encoded).ok()?;
    Some(u64::from_be_bytes(bytes.try_into().ok()?))
}

fn moment(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::String(time::rfc3339(at)))
}

/// A name within a path of an address.
pub(super) fn escape(text: &str) -> String {
    use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
    const UNSAFE: &AsciiSet =
        &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'[').add(b']').add(b'`').add(b'{').add(b'}');
    utf8_percent_encode(text, UNSAFE).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_ids_are_read_back_and_not_taken_for_another_kind() {
        let id = node("PR", 77);
        assert_eq!(node_number("PR", &id), Some(77));
        assert_eq!(node_number("I", &id), None);
        assert_eq!(node_number("PRR", &id), None);
    }
}
