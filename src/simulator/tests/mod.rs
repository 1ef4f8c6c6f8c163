//! The simulator from outside: over HTTP, with JWTs made here, each refusal beside an acceptance.

mod actions;
mod apps;
mod buttons;
mod checks;
mod faults;
mod git;
mod hands;
mod issues;
mod merges;
mod milestones;
mod pages;
mod pulls;
mod reviews;
mod rollup;
mod rules;
mod threads;
mod webhooks;
mod world;

use std::sync::OnceLock;
use std::time::Duration;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::Method;
use serde_json::{Value, json};

use super::*;

pub(super) const APP: u64 = 4711;
/// Long enough for a loaded machine; nothing waits so long unless it fails.
pub(super) const SOON: Duration = Duration::from_secs(60);

fn pem(kind: &str, der: &[u8]) -> String {
    format!("-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n", base64::engine::general_purpose::STANDARD.encode(der))
}

/// A private and a public key, made once.
pub(super) fn keys() -> &'static (String, String) {
    static KEYS: OnceLock<(String, String)> = OnceLock::new();
    KEYS.get_or_init(|| {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let private: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
        (pem("PRIVATE KEY", private.as_ref()), pem("PUBLIC KEY", public.as_ref()))
    })
}

pub(super) fn options() -> Options {
    Options::new(AppRegistration {
        id: APP,
        slug: "journeyman".into(),
        public_key_pem: keys().1.clone(),
        webhook_url: None,
        webhook_secret: "secret".to_owned().into(),
    })
}

pub(super) fn signed(claims: &Value, algorithm: Algorithm) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, &EncodingKey::from_rsa_pem(keys().0.as_bytes()).unwrap()).unwrap()
}

pub(super) fn jwt() -> String {
    let now = time::now().0 / 1000;
    signed(&json!({ "iat": now - 60, "exp": now + 540, "iss": APP.to_string() }), Algorithm::RS256)
}

pub(super) fn repository() -> RepoName {
    "acme/widgets".parse().unwrap()
}

/// A simulator with `acme/widgets`, in which `ada` may write.
pub(super) async fn github() -> Client {
    github_with(options()).await
}

pub(super) async fn github_with(options: Options) -> Client {
    let simulator = start(options).await.unwrap();
    let files = [("README.md", "# Widgets\n"), ("src/widget.txt", "one\ntwo\n"), ("run.sh", "#!/bin/sh\necho hello\n")];
    simulator.create_repository(&repository(), Source::Files(&files)).unwrap();
    simulator.add_collaborator(&repository(), "ada", Role::Write).unwrap();
    Client { simulator, http: reqwest::Client::new(), token: String::new() }.authorised(json!({})).await
}

/// The App under test, by hand.
pub(super) struct Client {
    pub simulator: Simulator,
    pub http: reqwest::Client,
    pub token: String,
}

#[derive(Debug)]
pub(super) struct Got {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

impl Got {
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The sentence of a refusal.
    pub fn message(&self) -> String {
        let first = self.body.pointer("/errors/0/message").or_else(|| self.body.get("message"));
        first.and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    pub async fn send(&self, method: Method, path: &str, bearer: &str, body: Option<Value>) -> Result<Got, reqwest::Error> {
        let base = if path == "/graphql" { format!("{}/api", self.simulator.base_url()) } else { self.simulator.api_base() };
        let mut request = self.http.request(method, format!("{base}{path}"));
        if !bearer.is_empty() {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = body {
            request = request.body(body.to_string());
        }
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await?;
        Ok(Got { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null) })
    }

    pub async fn get(&self, path: &str) -> Got {
        self.send(Method::GET, path, &self.token, None).await.unwrap()
    }

    pub async fn post(&self, path: &str, body: Value) -> Got {
        self.send(Method::POST, path, &self.token, Some(body)).await.unwrap()
    }

    pub async fn patch(&self, path: &str, body: Value) -> Got {
        self.send(Method::PATCH, path, &self.token, Some(body)).await.unwrap()
    }

    pub async fn delete(&self, path: &str) -> Got {
        self.send(Method::DELETE, path, &self.token, None).await.unwrap()
    }

    pub async fn as_app(&self, method: Method, path: &str, body: Option<Value>) -> Got {
        self.send(method, path, &jwt(), body).await.unwrap()
    }

    /// The same client with a new token, narrowed as `body` says.
    pub async fn authorised(mut self, body: Value) -> Self {
        self.token = self.new_token(body).await;
        self
    }

    pub async fn new_token(&self, body: Value) -> String {
        let installation = self.as_app(Method::GET, "/repos/acme/widgets/installation", None).await.expect(200);
        let path = format!("/app/installations/{}/access_tokens", installation["id"]);
        let token = self.as_app(Method::POST, &path, Some(body)).await.expect(201);
        token["token"].as_str().unwrap().to_owned()
    }

    pub fn ada(&self) -> Person<'_> {
        self.simulator.person("ada")
    }

    /// Puts a branch on top of `main` through the Git database, with one file more, and gives its commit.
    pub async fn branch(&self, name: &str, path: &str, content: &str) -> String {
        let main = self.get("/repos/acme/widgets/git/ref/heads/main").await.expect(200);
        let sha = self.commit(main["object"]["sha"].as_str().unwrap(), path, content).await;
        let body = json!({ "ref": format!("refs/heads/{name}"), "sha": sha });
        self.post("/repos/acme/widgets/git/refs", body).await.expect(201);
        sha
    }

    pub async fn commit(&self, parent: &str, path: &str, content: &str) -> String {
        let base = self.get(&format!("/repos/acme/widgets/git/commits/{parent}")).await.expect(200);
        let entry = json!({ "path": path, "mode": "100644", "type": "blob", "content": content });
        let tree =
            self.post("/repos/acme/widgets/git/trees", json!({ "base_tree": base["tree"]["sha"], "tree": [entry] })).await.expect(201);
        let commit = json!({ "message": format!("Write {path}"), "tree": tree["sha"], "parents": [parent] });
        let made = self.post("/repos/acme/widgets/git/commits", commit).await.expect(201);
        made["sha"].as_str().unwrap().to_owned()
    }
}
