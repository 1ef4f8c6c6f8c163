//! Installation tokens: narrowed to one repository and to the permissions that are needed, minted once however many
//! ask at the same time, renewed before they end. They exist in memory alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use http::Method;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};

use super::app::App;
use super::call::Call;
use super::error::{Error, Trouble};
use super::moment;
use crate::domain::{InstallationId, RepoName, Timestamp};

/// What the App needs, as `app-manifest.json` asks for it.
pub const PERMISSIONS: [(&str, &str); 7] = [
    ("actions", "read"),
    ("checks", "write"),
    ("contents", "write"),
    ("issues", "write"),
    ("metadata", "read"),
    ("pull_requests", "write"),
    ("statuses", "read"),
];

/// A token is renewed this long before GitHub lets it end.
const RENEW_BEFORE_MS: i64 = 5 * 60 * 1000;

type Slot = Arc<tokio::sync::Mutex<Option<Token>>>;

#[derive(Default)]
pub(super) struct Tokens {
    /// A lock of its own for each token: whoever comes while one is minted waits for that one.
    slots: Mutex<HashMap<(InstallationId, RepoName), Slot>>,
}

struct Token {
    secret: SecretString,
    ends: Timestamp,
}

#[derive(Deserialize)]
struct Minted {
    token: String,
    expires_at: String,
}

impl Tokens {
    fn slot(&self, installation: InstallationId, repo: &RepoName) -> Slot {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        slots.entry((installation, repo.clone())).or_default().clone()
    }

    /// A token with at least five minutes left.
    pub(super) async fn get(&self, app: &App, installation: InstallationId, repo: &RepoName) -> Result<SecretString, Error> {
        let slot = self.slot(installation, repo);
        let mut held = slot.lock().await;
        if let Some(token) = held.as_ref().filter(|t| t.ends.since(app.now()) > RENEW_BEFORE_MS) {
            return Ok(token.secret.clone());
        }
        let token = mint(app, installation, repo, &PERMISSIONS).await?;
        let secret = token.secret.clone();
        *held = Some(token);
        Ok(secret)
    }

    /// Drops a token that GitHub no longer takes, unless it has been renewed in the meantime.
    pub(super) async fn forget(&self, installation: InstallationId, repo: &RepoName, refused: &SecretString) {
        let slot = self.slot(installation, repo);
        let mut held = slot.lock().await;
        held.take_if(|token| token.secret.expose_secret() == refused.expose_secret());
    }
}

/// A token for one request, with permissions that no other has. It is not kept.
pub(super) async fn single(
    app: &App,
    installation: InstallationId,
    repo: &RepoName,
    wanted: &[(&str, &str)],
) -> Result<SecretString, Error> {
    mint(app, installation, repo, wanted).await.map(|token| token.secret)
}

async fn mint(app: &App, installation: InstallationId, repo: &RepoName, wanted: &[(&str, &str)]) -> Result<Token, Error> {
    let permissions: serde_json::Map<String, Value> = wanted.iter().map(|(name, level)| ((*name).into(), json!(level))).collect();
    let call = Call::new(Method::POST, "/app/installations/{installation_id}/access_tokens", &[&installation])
        .json(json!({ "repositories": [repo.name()], "permissions": permissions }))
        .changing_nothing();
    let answer = match app.request(&call).await {
        Err(Error::Never { why }) if why.status == Some(422) => return Err(ungranted(app, installation, wanted, why).await),
        other => other?,
    };
    let minted: Minted = answer.json(&call)?;
    let unreadable = || Error::Never { why: Trouble::new(&call.method, call.template, "the token's end is not a time") };
    let ends = moment::read(&minted.expires_at).ok_or_else(unreadable)?;
    Ok(Token { secret: SecretString::from(minted.token), ends })
}

/// GitHub refuses to mint a token with a permission that the installation lacks: find out which, for a person to grant.
async fn ungranted(app: &App, installation: InstallationId, wanted: &[(&str, &str)], why: Box<Trouble>) -> Error {
    let Ok(about) = app.installation(installation).await else { return Error::Never { why } };
    let lacking: Vec<String> = wanted
        .iter()
        .filter(|(name, level)| {
            let granted = about.permissions.get(*name).map(String::as_str);
            !matches!((granted, *level), (Some("write" | "admin"), _) | (Some("read"), "read"))
        })
        .map(|(name, level)| format!("{name}={level}"))
        .collect();
    if lacking.is_empty() {
        return Error::Never { why };
    }
    Error::Forbidden { needs: Some(lacking.join(",")), page: about.html_url, why }
}
