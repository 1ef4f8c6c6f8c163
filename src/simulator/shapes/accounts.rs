//! Users, organizations, the App and its installations.

use serde_json::{Value, json};

use super::super::state::{AccountKind, Installation, State};
use super::super::time;
use super::{api, node};

/// A simple user. A login that has no account is GitHub's `ghost`.
pub(in super::super) fn user(state: &State, login: &str) -> Value {
    let (id, login, kind) = state.account(login).map_or((10_137, "ghost", AccountKind::User), |a| (a.id, a.login.as_str(), a.kind));
    let escaped = login.replace('[', "%5B").replace(']', "%5D");
    let (api, html) = (format!("{}/users/{escaped}", api(state)), &state.base);
    let (kind, prefix) = match kind {
        AccountKind::User => ("User", "U"),
        AccountKind::Organization => ("Organization", "O"),
        AccountKind::Bot => ("Bot", "BOT"),
    };
    json!({
        "login": login,
        "id": id,
        "node_id": node(prefix, id),
        "avatar_url": format!("{html}/avatars/{id}"),
        "gravatar_id": "",
        "url": api,
        "html_url": format!("{html}/{escaped}"),
        "followers_url": format!("{api}/followers"),
        "following_url": format!("{api}/following{{/other_user}}"),
        "gists_url": format!("{api}/gists{{/gist_id}}"),
        "starred_url": format!("{api}/starred{{/owner}}{{/repo}}"),
        "subscriptions_url": format!("{api}/subscriptions"),
        "organizations_url": format!("{api}/orgs"),
        "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events{{/privacy}}"),
        "received_events_url": format!("{api}/received_events"),
        "type": kind,
        "user_view_type": "public",
        "site_admin": false
    })
}

/// The `organization` of a webhook's payload; `None` for a user's repository.
pub(in super::super) fn organization(state: &State, login: &str) -> Option<Value> {
    let account = state.account(login).filter(|a| a.kind == AccountKind::Organization)?;
    let api = format!("{}/orgs/{}", api(state), account.login);
    Some(json!({
        "login": account.login,
        "id": account.id,
        "node_id": node("O", account.id),
        "url": api,
        "repos_url": format!("{api}/repos"),
        "events_url": format!("{api}/events"),
        "hooks_url": format!("{api}/hooks"),
        "issues_url": format!("{api}/issues"),
        "members_url": format!("{api}/members{{/member}}"),
        "public_members_url": format!("{api}/public_members{{/member}}"),
        "avatar_url": format!("{}/avatars/{}", state.base, account.id),
        "description": null
    }))
}

/// The App under test.
pub(in super::super) fn app(state: &State) -> Value {
    let permissions: Value = state.manifest.default_permissions.iter().map(|(name, level)| (name.clone(), json!(level.word()))).collect();
    integration(
        state,
        state.app.id,
        &state.app.slug,
        &state.manifest.name,
        &state.manifest.description,
        permissions,
        &state.manifest.default_events,
    )
}

/// The App that made a check: ours, or GitHub Actions, which has its true id.
pub(in super::super) fn app_brief(state: &State, ours: bool) -> Value {
    if ours {
        let mut shape = app(state);
        // GitHub describes which events may stand beside a check, and that list is older than sub-issues.
        if let Some(events) = shape["events"].as_array_mut() {
            events.retain(|event| event != "sub_issues");
        }
        return shape;
    }
    let permissions = json!({ "actions": "write", "checks": "write", "contents": "read", "metadata": "read" });
    integration(state, 15_368, "github-actions", "GitHub Actions", "Automate your workflow from idea to production", permissions, &[])
}

/// Another App, by its bot's login; null where the login is a person's.
pub(in super::super) fn other_app(state: &State, login: &str) -> Value {
    let Some(account) = state.account(login).filter(|account| account.kind == AccountKind::Bot) else { return Value::Null };
    let slug = account.login.trim_end_matches("[bot]");
    integration(state, account.id, slug, slug, "", json!({ "issues": "write", "metadata": "read" }), &[])
}

fn integration(state: &State, id: u64, slug: &str, name: &str, description: &str, permissions: Value, events: &[String]) -> Value {
    let owner = state.installations.first().map_or("github", |i| i.account.as_str());
    json!({
        "id": id,
        "slug": slug,
        "client_id": format!("Iv23li{id:014}"),
        "node_id": node("A", id),
        "owner": user(state, owner),
        "name": name,
        "description": description,
        "external_url": state.manifest.url,
        "html_url": format!("{}/apps/{slug}", state.base),
        "created_at": time::rfc3339(state.started),
        "updated_at": time::rfc3339(state.started),
        "permissions": permissions,
        "events": events
    })
}

pub(in super::super) fn installation(state: &State, installation: &Installation) -> Value {
    let account = user(state, &installation.account);
    let api = api(state);
    let permissions: Value = state.manifest.default_permissions.iter().map(|(name, level)| (name.clone(), json!(level.word()))).collect();
    json!({
        "id": installation.id,
        "client_id": format!("Iv23li{:014}", state.app.id),
        "app_id": state.app.id,
        "app_slug": state.app.slug,
        "target_id": account["id"],
        "target_type": account["type"],
        "account": account,
        "repository_selection": "all",
        "access_tokens_url": format!("{api}/app/installations/{}/access_tokens", installation.id),
        "repositories_url": format!("{api}/installation/repositories"),
        "html_url": format!("{}/settings/installations/{}", state.base, installation.id),
        "permissions": permissions,
        "events": state.manifest.default_events,
        "single_file_name": null,
        "has_multiple_single_files": false,
        "single_file_paths": [],
        "created_at": time::rfc3339(installation.created_at),
        "updated_at": time::rfc3339(installation.created_at),
        "suspended_by": null,
        "suspended_at": null
    })
}
