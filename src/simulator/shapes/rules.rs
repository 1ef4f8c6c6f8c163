//! What a branch requires: classic protection, and the rules of rulesets.

use serde_json::{Value, json};

use super::super::checks::{Required, Ruleset};
use super::super::state::{Repository, State};
use super::{api, escape};

fn contexts(required: &Required) -> Vec<&str> {
    required.checks.iter().map(|(name, _)| name.as_str()).collect()
}

fn checks(required: &Required) -> Vec<Value> {
    required.checks.iter().map(|(name, app)| json!({ "context": name, "app_id": app })).collect()
}

/// The `protection` of a branch, as its own answer tells it.
pub(in super::super) fn protection_brief(required: Option<&Required>) -> Value {
    let level = if required.is_some_and(|required| !required.checks.is_empty()) { "non_admins" } else { "off" };
    let (contexts, checks) = required.map(|required| (contexts(required), checks(required))).unwrap_or_default();
    json!({
        "enabled": required.is_some(),
        "required_status_checks": { "enforcement_level": level, "contexts": contexts, "checks": checks }
    })
}

/// The protection of a branch in full.
pub(in super::super) fn protection(state: &State, repo: &Repository, branch: &str, required: &Required) -> Value {
    let url = format!("{}/repos/{}/branches/{}/protection", api(state), repo.full_name(), escape(branch));
    let off = json!({ "enabled": false });
    let mut shape = json!({
        "url": url,
        "required_signatures": { "url": format!("{url}/required_signatures"), "enabled": false },
        "enforce_admins": { "url": format!("{url}/enforce_admins"), "enabled": false },
        "required_linear_history": off,
        "allow_force_pushes": off,
        "allow_deletions": off,
        "block_creations": off,
        "required_conversation_resolution": off,
        "lock_branch": off,
        "allow_fork_syncing": off
    });
    if !required.checks.is_empty() {
        shape["required_status_checks"] = json!({
            "url": format!("{url}/required_status_checks"),
            "strict": required.strict,
            "contexts": contexts(required),
            "contexts_url": format!("{url}/required_status_checks/contexts"),
            "checks": checks(required)
        });
    }
    shape
}

/// The one rule that a ruleset has here.
pub(in super::super) fn rule(repo: &Repository, ruleset: &Ruleset) -> Value {
    let one = |(name, app): &(String, Option<u64>)| match app {
        Some(app) => json!({ "context": name, "integration_id": app }),
        None => json!({ "context": name }),
    };
    let required: Vec<Value> = ruleset.required.checks.iter().map(one).collect();
    json!({
        "type": "required_status_checks",
        "parameters": {
            "strict_required_status_checks_policy": ruleset.required.strict,
            "do_not_enforce_on_create": false,
            "required_status_checks": required
        },
        "ruleset_source_type": "Repository",
        "ruleset_source": repo.full_name(),
        "ruleset_id": ruleset.id
    })
}
