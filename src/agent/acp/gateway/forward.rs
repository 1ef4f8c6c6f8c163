//! One request on its way out, and its answer on the way in.

use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::sync::oneshot;

use super::meter::Meter;
use super::routes::{Route, route};
use super::{Billed, Open, Passed, Upstream};
use crate::domain::Usage;

/// Bytes of the largest request.
const LARGEST_REQUEST: usize = 32 * 1024 * 1024;
/// Bytes of the largest answer.
const LARGEST_ANSWER: usize = 64 * 1024 * 1024;
/// How long an answer may be silent.
const SILENCE: Duration = Duration::from_secs(600);
/// The headers in which providers take a key.
const KEYS: [&str; 3] = ["x-api-key", "authorization", "x-goog-api-key"];

impl Upstream {
    pub(super) async fn answer(&self, request: Request) -> Response {
        self.pulse.beat();
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        let below = path.strip_prefix(&self.path).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let Some(route) = below.and_then(|rest| route(&parts.method, if rest.is_empty() { "/" } else { rest })) else {
            let what = format!("{} {path}", parts.method);
            let response = refusal(StatusCode::FORBIDDEN, &format!("{what} is not a route of the model, and only these lead out"));
            self.tell(Passed::Refused { what });
            return response;
        };
        if route == Route::Turn && self.budget.exhausted().is_some() {
            self.tell(Passed::OverBudget);
            return refusal(StatusCode::PAYMENT_REQUIRED, "the budget for this work is used up");
        }
        let Ok(body) = axum::body::to_bytes(body, LARGEST_REQUEST).await else {
            return refusal(StatusCode::PAYLOAD_TOO_LARGE, &format!("the request has more than {LARGEST_REQUEST} bytes"));
        };
        let sent = Sent { bytes: body.len(), costs: route == Route::Turn, errand: is_errand(&body), model: asked(path, &body) };
        let target = format!("{}{path}{}", self.origin, self.query(parts.uri.query()));
        let outgoing = self.client.request(parts.method.clone(), target).headers(self.outgoing(&parts.headers, path)).body(body).send();
        let began = Instant::now();
        let failed = sent.clone();
        let why = match tokio::time::timeout(SILENCE, outgoing).await {
            Ok(Ok(answer)) => return self.incoming(answer, sent, began),
            Ok(Err(error)) => error.without_url().to_string(),
            Err(_) => format!("no answer for {} seconds", SILENCE.as_secs()),
        };
        self.trouble(&failed, 0, None, why.clone());
        refusal(StatusCode::BAD_GATEWAY, &format!("the model's provider cannot be reached: {why}"))
    }

    fn tell(&self, passed: Passed) {
        // Nobody listens any more when the work has ended.
        drop(self.passed.send(passed));
    }

    /// Google takes a key in the query as well.
    fn query(&self, query: Option<&str>) -> String {
        let Some(query) = query else { return String::new() };
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("key=")).collect();
        if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) }
    }

    /// What goes out of what the agent sent: its key replaced, and nothing that belongs to the connection.
    fn outgoing(&self, headers: &HeaderMap, path: &str) -> HeaderMap {
        const LEFT_OUT: [HeaderName; 10] = [
            header::HOST,
            header::CONTENT_LENGTH,
            header::CONNECTION,
            header::TRANSFER_ENCODING,
            header::TE,
            header::TRAILER,
            header::UPGRADE,
            header::ACCEPT_ENCODING,
            header::COOKIE,
            header::PROXY_AUTHORIZATION,
        ];
        let mut out = HeaderMap::new();
        for (name, value) in headers {
            if !LEFT_OUT.contains(name) && !KEYS.contains(&name.as_str()) && name.as_str() != "keep-alive" {
                out.append(name, value.clone());
            }
        }
        let Some(key) = &self.key else { return out };
        // The header that the agent uses is the one that its provider takes.
        let usual = match path {
            path if path.contains("/messages") => "x-api-key",
            path if path.contains(':') => "x-goog-api-key",
            _ => "authorization",
        };
        let name = KEYS.into_iter().find(|name| headers.contains_key(*name)).unwrap_or(usual);
        let value = if name == "authorization" { format!("Bearer {}", key.expose_secret()) } else { key.expose_secret().to_owned() };
        if let Ok(mut value) = HeaderValue::from_str(&value) {
            value.set_sensitive(true);
            out.insert(HeaderName::from_static(name), value);
        }
        out
    }

    /// A failure of what costs nothing says nothing of the work.
    fn trouble(&self, sent: &Sent, status: u16, after: Option<Duration>, why: String) {
        if sent.costs {
            self.tell(Passed::Trouble { status, after, why, errand: sent.errand });
        }
    }

    fn incoming(&self, answer: reqwest::Response, sent: Sent, began: Instant) -> Response {
        let status = answer.status();
        if !status.is_success() {
            let after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
            let why = format!("the model's provider answers {status}");
            self.trouble(&sent, status.as_u16(), after.map(Duration::from_secs), why);
        }
        let mut response = Response::builder().status(status);
        for (name, value) in answer.headers() {
            let kept = ["content-type", "retry-after", "request-id", "x-request-id"].contains(&name.as_str());
            // Cookies and the like would tell the agent of the account.
            if kept || name.as_str().contains("ratelimit") || name.as_str().starts_with("openai-") {
                response = response.header(name, value);
            }
        }
        let content_type = answer.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let bill = (sent.costs && status.is_success()).then(|| Bill {
            meter: Meter::new(content_type),
            passed: self.passed.clone(),
            open: Open::one_more(&self.open),
            sent,
            received: 0,
            began,
            told: false,
        });
        let passing = Passing { pieces: answer.bytes_stream().boxed(), bill, pulse: self.pulse.clone(), room: LARGEST_ANSWER };
        let body = stream::unfold(Some(passing), |passing| async move { passing?.next().await });
        response.body(Body::from_stream(body)).unwrap_or_else(|_| refusal(StatusCode::BAD_GATEWAY, "the answer cannot be passed on"))
    }
}

/// A request that went out.
#[derive(Debug, Clone)]
struct Sent {
    bytes: usize,
    costs: bool,
    errand: bool,
    model: Option<String>,
}

/// The model that a request names: in its body, or in its path as Gemini has it.
fn asked(path: &str, body: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Named {
        model: Option<String>,
    }
    let in_path = path.rsplit_once("/models/").and_then(|(_, rest)| rest.split_once(':'));
    in_path.map(|(model, _)| model.to_owned()).or_else(|| serde_json::from_slice::<Named>(body).ok()?.model)
}

/// Work is done with tools; what comes without them is beside it.
fn is_errand(body: &[u8]) -> bool {
    match memchr::memmem::find(body, b"\"tools\"") {
        None => true,
        Some(at) => {
            let rest: Vec<u8> = body[at + 7..].iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(3).collect();
            rest == b":[]"
        }
    }
}

/// An answer on its way in.
struct Passing {
    pieces: BoxStream<'static, reqwest::Result<Bytes>>,
    bill: Option<Bill>,
    pulse: super::Pulse,
    room: usize,
}

impl Passing {
    /// The next piece, and what there is to do after it.
    async fn next(mut self) -> Option<(std::io::Result<Bytes>, Option<Self>)> {
        let piece = match tokio::time::timeout(SILENCE, self.pieces.next()).await {
            Ok(Some(Ok(piece))) if piece.len() <= self.room => piece,
            Ok(None) => {
                if let Some(mut bill) = self.bill.take() {
                    bill.meter.end();
                    bill.settle().await;
                }
                return None;
            }
            // Broken off, silent or endless: the bill is told when it is dropped.
            Ok(Some(Ok(_) | Err(_))) | Err(_) => return Some((Err(std::io::Error::other("the answer broke off")), None)),
        };
        self.pulse.beat();
        self.room -= piece.len();
        if let Some(bill) = &mut self.bill {
            bill.received += piece.len();
            bill.meter.pass(&piece);
            if bill.meter.is_finished() {
                bill.settle().await;
            }
        }
        Some((Ok(piece), Some(self)))
    }
}

/// What an answer cost, told once: when it is complete, or when nobody wants the rest.
struct Bill {
    meter: Meter,
    passed: tokio::sync::mpsc::UnboundedSender<Passed>,
    open: Open,
    sent: Sent,
    received: usize,
    began: Instant,
    told: bool,
}

impl Bill {
    fn tell(&mut self) -> Option<oneshot::Receiver<()>> {
        if std::mem::replace(&mut self.told, true) {
            return None;
        }
        // Four bytes a token, where the provider does not say.
        let estimate = || Usage { input: self.sent.bytes as u64 / 4, output: self.received as u64 / 16, ..Usage::default() };
        let (settled, receiver) = oneshot::channel();
        let bill = Billed {
            asked: self.sent.model.clone(),
            answered: self.meter.model().map(str::to_owned),
            usage: self.meter.usage().unwrap_or_else(estimate),
            hours: self.meter.hours(),
            estimated: self.meter.usage().is_none(),
            unusual: self.meter.is_unusual(),
        };
        let passed = Passed::Paid { bill, took: self.began.elapsed(), errand: self.sent.errand, settled };
        let sent = self.passed.send(passed).ok().map(|()| receiver);
        self.open.close();
        sent
    }

    async fn settle(&mut self) {
        if let Some(receiver) = self.tell() {
            // Dropped, when the work has ended: nothing follows from this answer then.
            drop(receiver.await);
        }
    }
}

impl Drop for Bill {
    fn drop(&mut self) {
        drop(self.tell());
    }
}

/// In a form that the agents of all providers show.
fn refusal(status: StatusCode, message: &str) -> Response {
    let error = json!({"type": "journeyman", "code": status.as_u16(), "message": message});
    let body = json!({"type": "error", "error": error}).to_string();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
