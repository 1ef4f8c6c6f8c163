//! A GitHub that is nothing but a wire: it records what it is asked and answers what the test says.
#![allow(dead_code, reason = "each user takes its own part of this")]

use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use base64::Engine as _;
use serde_json::{Value, json};

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Recorded {
    pub method: String,
    /// Path and query.
    pub target: String,
    /// The whole header.
    pub authorization: Option<String>,
    pub body: Option<Value>,
    /// `X-GitHub-Event`, where a webhook comes in.
    pub event: Option<String>,
}

pub enum Reply {
    Json(u16, Vec<(&'static str, String)>, Value),
    /// The connection ends after the answer's first bytes.
    Cut,
}

pub fn ok(body: Value) -> Reply {
    Reply::Json(200, Vec::new(), body)
}

pub fn refuse(status: u16, message: &str) -> Reply {
    Reply::Json(status, Vec::new(), json!({ "message": message }))
}

#[derive(Clone)]
pub struct Wire {
    /// `http://127.0.0.1:PORT/api/v3`
    pub base: String,
    log: Arc<Mutex<Vec<Recorded>>>,
}

impl Wire {
    /// Answers every request as `answer` says. It is given the wire's base address and how many requests came before.
    #[expect(clippy::disallowed_methods, reason = "the server lives as long as the test's runtime")]
    pub async fn answering(answer: impl Fn(&Recorded, &str, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}/api/v3", listener.local_addr().unwrap());
        let wire = Wire { base, log: Arc::default() };
        let (log, base) = (wire.log.clone(), wire.base.clone());
        let answer = Arc::new(answer);
        let app = Router::new().fallback(move |request: Request| {
            let (log, base, answer) = (log.clone(), base.clone(), answer.clone());
            async move {
                let recorded = record(request).await;
                let before = {
                    let mut log = log.lock().unwrap();
                    log.push(recorded.clone());
                    log.len() - 1
                };
                respond(answer(&recorded, &base, before))
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        wire
    }

    pub fn log(&self) -> Vec<Recorded> {
        self.log.lock().unwrap().clone()
    }
}

async fn record(request: Request) -> Recorded {
    let (parts, body) = request.into_parts();
    let header = |name: &str| parts.headers.get(name).map(|v| v.to_str().unwrap().to_owned());
    let (authorization, event) = (header("authorization"), header("x-github-event"));
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    Recorded {
        method: parts.method.to_string(),
        target: parts.uri.path_and_query().unwrap().to_string(),
        authorization,
        event,
        body: (!bytes.is_empty()).then(|| serde_json::from_slice(&bytes).unwrap()),
    }
}

fn respond(reply: Reply) -> Response {
    match reply {
        Reply::Json(status, headers, body) => {
            let mut response = Response::builder().status(status).header("x-github-request-id", "ABCD:1");
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(Body::from(if body.is_null() { String::new() } else { body.to_string() })).unwrap()
        }
        Reply::Cut => {
            let broken = futures_util::stream::iter([Ok(Bytes::from_static(b"{")), Err(std::io::Error::other("cut"))]);
            Response::new(Body::from_stream(broken))
        }
    }
}

/// A fresh RSA key as PEM, the same one throughout a process.
pub fn private_key() -> &'static str {
    &KEYS.0
}

/// Its public half.
pub fn public_key() -> &'static str {
    &KEYS.1
}

static KEYS: LazyLock<(String, String)> = LazyLock::new(|| {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    (pem("PRIVATE KEY", pair.as_der().unwrap().as_ref()), pem("PUBLIC KEY", public.as_ref()))
});

fn pem(label: &str, der: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// GitHub's answer to a request for an installation token.
pub fn token(secret: &str, expires_at: &str) -> Reply {
    Reply::Json(
        201,
        Vec::new(),
        json!({ "token": secret, "expires_at": expires_at, "permissions": {}, "repository_selection": "selected" }),
    )
}
