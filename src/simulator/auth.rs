//! Who calls: the App by a JWT, or an installation by a token.
//!
//! The rules are those of "Generating a JSON Web Token (JWT) for a GitHub App" and "Authenticating as a GitHub App installation"
//! in GitHub's documentation: RS256, at most ten minutes, tokens for one hour, narrowed to repositories and permissions.

use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use super::answer::Answer;
use super::permissions::Permissions;
use super::state::{At, State};
use super::time;
use crate::domain::Timestamp;

/// An installation access token.
#[derive(Debug, Clone)]
pub(super) struct Token {
    pub installation: u64,
    pub permissions: Permissions,
    /// The repositories it was narrowed to; `None` for all of the installation's.
    pub repositories: Option<Vec<At>>,
    pub expires_at: Timestamp,
    pub revoked: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Caller {
    App,
    Installation(Token),
}

/// The bearer of a request, from its `Authorization` header.
pub(super) fn caller(state: &State, header: Option<&str>) -> Result<Caller, Answer> {
    let header = header.ok_or_else(|| Answer::refusal(401, "Requires authentication"))?;
    let (scheme, credential) = header.split_once(' ').unwrap_or(("", header));
    if !scheme.eq_ignore_ascii_case("bearer") && !scheme.eq_ignore_ascii_case("token") {
        return Err(bad_credentials());
    }
    let credential = credential.trim();
    if credential.split('.').count() == 3 {
        json_web_token(state, credential).map(|()| Caller::App)
    } else {
        token(state, credential).map(Caller::Installation)
    }
}

/// A token that is known, neither revoked nor expired.
pub(super) fn token(state: &State, credential: &str) -> Result<Token, Answer> {
    let token = state.tokens.get(credential).ok_or_else(bad_credentials)?;
    if token.revoked || token.expires_at <= time::now() {
        return Err(bad_credentials());
    }
    Ok(token.clone())
}

fn bad_credentials() -> Answer {
    Answer::refusal(401, "Bad credentials")
}

/// Whether the token reaches this repository at all.
pub(super) fn reaches(state: &State, token: &Token, at: At) -> bool {
    let owner = &state.repo(at).owner;
    state.installation_on(owner).is_some_and(|i| i.id == token.installation)
        && token.repositories.as_ref().is_none_or(|narrowed| narrowed.contains(&at))
}

fn json_web_token(state: &State, text: &str) -> Result<(), Answer> {
    let undecodable = || Answer::refusal(401, "A JSON web token could not be decoded");
    let key = DecodingKey::from_rsa_pem(state.app.public_key_pem.as_bytes()).map_err(|_| undecodable())?;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let claims = jsonwebtoken::decode::<Value>(text, &key, &rules).map_err(|_| undecodable())?.claims;
    let now = time::now().0 / 1000;
    let moment = |name: &str| claims.get(name).and_then(Value::as_i64);
    let refuse = |message: &str| Err(Answer::refusal(401, message));
    let issuer = match claims.get("iss") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        None | Some(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) => {
            return refuse("Missing 'issuer' claim ('iss') in assertion");
        }
    };
    if issuer != state.app.id.to_string() {
        return Err(Answer::refusal(404, "Integration not found"));
    }
    match moment("exp") {
        None => {
            return refuse(
                "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
            );
        }
        Some(expires) if expires <= now => {
            return refuse(
                "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
            );
        }
        Some(expires) if expires > now + 600 => return refuse("'Expiration time' claim ('exp') is too far in the future"),
        Some(_) => {}
    }
    match moment("iat") {
        Some(issued) if issued <= now => Ok(()),
        _ => refuse("'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued"),
    }
}
