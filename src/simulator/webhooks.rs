//! Webhooks: what happened is written down as a payload at once, and sent from a queue, in order, signed.
//!
//! As at GitHub: only the events that the App subscribed to, ten seconds to answer, no second attempt unless it is asked
//! for, and a log of deliveries that the App can read.

use std::sync::Arc;
use std::time::Instant;

use hmac::{Hmac, KeyInit, Mac};
use reqwest::Client;
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use sha1::Sha1;
use sha2::Sha256;
use tokio::sync::mpsc::UnboundedReceiver;

use super::faults::DeliveryFault;
use super::shapes;
use super::shared::Shared;
use super::state::{At, State};
use super::time;
use crate::domain::Timestamp;

/// The hook's id: an App has one.
const HOOK: u64 = 1;
/// Events that every App receives, subscribed or not.
const ALWAYS: [&str; 4] = ["installation", "installation_repositories", "github_app_authorization", "ping"];

/// A webhook on its way.
#[derive(Debug, Clone)]
pub(super) struct Outgoing {
    pub guid: String,
    pub event: String,
    pub action: Option<String>,
    pub installation: Option<u64>,
    pub repository: Option<u64>,
    pub payload: Arc<str>,
    pub redelivery: bool,
}

/// A webhook as it was answered, or not answered.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    pub id: u64,
    pub sent: Outgoing,
    pub at: Timestamp,
    pub seconds: f64,
    /// 0 when nobody answered.
    pub status_code: u16,
    pub status: String,
    pub headers: Vec<(String, String)>,
    pub answered: Option<(Vec<(String, String)>, String)>,
}

/// Writes down that something happened in a repository and queues the webhook, if the App is to hear of it.
pub(super) fn emit(state: &mut State, at: At, event: &str, action: Option<&str>, by: &str, extra: Value) {
    let repo = state.repo(at);
    let Some(installation) = state.installation_on(&repo.owner).map(|i| i.id) else { return };
    let mut payload = Map::new();
    if let Value::Object(extra) = extra {
        payload.extend(extra);
    }
    payload.insert("repository".into(), shapes::repository(state, repo));
    if let Some(organization) = shapes::organization(state, &repo.owner) {
        payload.insert("organization".into(), organization);
    }
    payload.insert("installation".into(), json!({ "id": installation, "node_id": shapes::node("MDIz", installation) }));
    let repository = Some(repo.id);
    queue(state, event, action, by, payload, Some(installation), repository);
}

/// The same for what concerns an installation and no repository.
pub(super) fn emit_for_installation(state: &mut State, installation: u64, event: &str, action: &str, by: &str, extra: Value) {
    let mut payload = Map::new();
    if let Value::Object(extra) = extra {
        payload.extend(extra);
    }
    queue(state, event, Some(action), by, payload, Some(installation), None);
}

fn queue(
    state: &mut State,
    event: &str,
    action: Option<&str>,
    by: &str,
    mut payload: Map<String, Value>,
    installation: Option<u64>,
    repository: Option<u64>,
) {
    let wanted = ALWAYS.contains(&event) || state.manifest.default_events.iter().any(|name| name == event);
    if !wanted || state.app.webhook_url.is_none() {
        return;
    }
    if let Some(action) = action {
        payload.insert("action".into(), json!(action));
    }
    payload.insert("sender".into(), shapes::user(state, by));
    let outgoing = Outgoing {
        guid: uuid::Uuid::new_v4().to_string(),
        event: event.to_owned(),
        action: action.map(str::to_owned),
        installation,
        repository,
        payload: Value::Object(payload).to_string().into(),
        redelivery: false,
    };
    enqueue(state, outgoing);
}

/// Puts a webhook into the queue, also one that is sent again.
pub(super) fn enqueue(state: &mut State, outgoing: Outgoing) {
    if state.outbox.send(outgoing).is_ok() {
        state.outbox_waiting += 1;
    }
}

/// Sends what is queued until the simulator ends.
pub(super) async fn send_all(shared: Arc<Shared>, mut queue: UnboundedReceiver<Outgoing>, client: Client) {
    let mut held: Option<Outgoing> = None;
    loop {
        let next = match held.take() {
            None => queue.recv().await,
            Some(earlier) => match tokio::time::timeout(shared.reorder_limit, queue.recv()).await {
                Ok(Some(later)) => {
                    held = Some(earlier);
                    Some(later)
                }
                Ok(None) | Err(_) => {
                    deliver(&shared, &client, earlier).await;
                    continue;
                }
            },
        };
        let Some(outgoing) = next else { return };
        let fault = if outgoing.redelivery { None } else { shared.with(|state| state.faults.delivery(&outgoing.event)) };
        match fault {
            None => deliver(&shared, &client, outgoing).await,
            Some(DeliveryFault::Lost) => record(&shared, outgoing, Vec::new(), 0.0, Err("failed to connect to host".into())),
            Some(DeliveryFault::Doubled) => {
                shared.with(|state| state.outbox_waiting += 1);
                deliver(&shared, &client, outgoing.clone()).await;
                deliver(&shared, &client, outgoing).await;
            }
            Some(DeliveryFault::Delayed(by)) => {
                let (shared, client) = (shared.clone(), client.clone());
                shared.clone().spawn(async move {
                    tokio::time::sleep(by).await;
                    deliver(&shared, &client, outgoing).await;
                });
            }
            Some(DeliveryFault::Reordered) if held.is_none() => held = Some(outgoing),
            Some(DeliveryFault::Reordered) => deliver(&shared, &client, outgoing).await,
        }
        if let Some(earlier) = held.take_if(|_| fault != Some(DeliveryFault::Reordered)) {
            deliver(&shared, &client, earlier).await;
        }
    }
}

async fn deliver(shared: &Shared, client: &Client, outgoing: Outgoing) {
    let (url, headers) = shared.read(|state| (state.app.webhook_url.clone(), headers(state, &outgoing)));
    let Some(url) = url else {
        return record(shared, outgoing, headers, 0.0, Err("no webhook address".into()));
    };
    let started = Instant::now();
    let mut request = client.post(url).timeout(shared.webhook_time_limit).body(outgoing.payload.to_string());
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    let answer = async {
        let response = request.send().await?;
        let status = response.status();
        let headers = response.headers().iter().map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect();
        Ok::<_, reqwest::Error>((status.as_u16(), status.canonical_reason().unwrap_or("").to_owned(), headers, response.text().await?))
    };
    let result = answer.await.map_err(|e| if e.is_timeout() { "timed out".to_owned() } else { "failed to connect to host".to_owned() });
    record(shared, outgoing, headers, started.elapsed().as_secs_f64(), result);
}

type Answered = (u16, String, Vec<(String, String)>, String);

fn record(shared: &Shared, sent: Outgoing, headers: Vec<(String, String)>, seconds: f64, result: Result<Answered, String>) {
    shared.with(|state| {
        let id = state.fresh_id();
        let (status_code, status, answered) = match result {
            Ok((code, reason, headers, body)) => (code, if code < 400 { "OK".to_owned() } else { reason }, Some((headers, body))),
            Err(why) => (0, why, None),
        };
        state.outbox_waiting = state.outbox_waiting.saturating_sub(1);
        state.deliveries.push(Delivery { id, sent, at: time::now(), seconds, status_code, status, headers, answered });
    });
}

fn headers(state: &State, outgoing: &Outgoing) -> Vec<(String, String)> {
    let secret = state.app.webhook_secret.expose_secret().as_bytes();
    let payload = outgoing.payload.as_bytes();
    let mut headers = vec![
        ("Accept", "*/*".to_owned()),
        ("Content-Type", "application/json".to_owned()),
        ("User-Agent", "GitHub-Hookshot/51a1e2c".to_owned()),
        ("X-GitHub-Delivery", outgoing.guid.clone()),
        ("X-GitHub-Event", outgoing.event.clone()),
        ("X-GitHub-Hook-ID", HOOK.to_string()),
        ("X-GitHub-Hook-Installation-Target-ID", state.app.id.to_string()),
        ("X-GitHub-Hook-Installation-Target-Type", "integration".to_owned()),
    ];
    if !secret.is_empty() {
        if let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) {
            mac.update(payload);
            headers.push(("X-Hub-Signature", format!("sha1={}", hex(&mac.finalize().into_bytes()))));
        }
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) {
            mac.update(payload);
            headers.push(("X-Hub-Signature-256", format!("sha256={}", hex(&mac.finalize().into_bytes()))));
        }
    }
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}
