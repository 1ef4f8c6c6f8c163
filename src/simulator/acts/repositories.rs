//! Repositories appear, and the App is installed on their owner.

use serde_json::{Value, json};

use super::super::git::Git;
use super::super::state::{AccountKind, At, Installation, MergeRules, Repository, State};
use super::super::webhooks::emit_for_installation;
use super::super::{shapes, time};

/// Adds a repository. Its owner becomes an organization unless there is an account of that name.
pub(in super::super) fn add_repository(state: &mut State, owner: &str, name: &str, git: Git, default_branch: String) -> At {
    let owner = state.ensure_account(owner, AccountKind::Organization);
    let (id, now) = (state.fresh_id(), time::now());
    state.repositories.push(Repository {
        id,
        owner: owner.clone(),
        name: name.to_owned(),
        private: false,
        default_branch,
        git,
        labels: Vec::new(),
        collaborators: Default::default(),
        issues: Default::default(),
        gone: Default::default(),
        suites: Vec::new(),
        runs: Vec::new(),
        statuses: Vec::new(),
        rules: Default::default(),
        milestones: Vec::new(),
        delete_branch_on_merge: false,
        merge_rules: MergeRules::default(),
        created_at: now,
        pushed_at: now,
    });
    let at = At(state.repositories.len() - 1);
    if state.installation_on(&owner).is_some() {
        let added = json!([brief(state, at)]);
        let by = owner.clone();
        let installation = state.installation_on(&owner).map(|i| shapes::installation(state, i));
        let extra = json!({ "installation": installation, "repository_selection": "all", "repositories_added": added, "repositories_removed": [], "requester": null });
        let id = state.installation_on(&owner).map_or(0, |i| i.id);
        emit_for_installation(state, id, "installation_repositories", "added", &by, extra);
    } else {
        install(state, &owner);
    }
    at
}

/// Installs the App on an account, for all its repositories.
pub(in super::super) fn install(state: &mut State, account: &str) -> u64 {
    let id = state.fresh_id();
    let installation = Installation { id, account: account.to_owned(), created_at: time::now() };
    let shape = shapes::installation(state, &installation);
    state.installations.push(installation);
    let repositories: Vec<Value> =
        (0..state.repositories.len()).map(At).filter(|at| state.repo(*at).owner == account).map(|at| brief(state, at)).collect();
    let extra = json!({ "installation": shape, "repositories": repositories, "requester": null });
    emit_for_installation(state, id, "installation", "created", account, extra);
    id
}

fn brief(state: &State, at: At) -> Value {
    let repo = state.repo(at);
    json!({
        "id": repo.id,
        "node_id": shapes::node("R", repo.id),
        "name": repo.name,
        "full_name": repo.full_name(),
        "private": repo.private
    })
}
