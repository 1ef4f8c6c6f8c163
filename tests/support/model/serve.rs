//! The routes: which dialect, whose key, which turn; and the side routes that agents ask.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::response::Response;
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Value, json};

use super::asked::{Asked, Dialect};
use super::reply::{self, Reply, ReplyCall};
use super::script::{Act, After, Say, Stop, Then, Turn};
use super::{KEY, LARGEST, State, anthropic, chat, gemini, responses};

type Shared = Arc<Mutex<State>>;

pub fn router(state: Shared) -> Router {
    Router::new().fallback(move |request: Request| {
        let state = state.clone();
        async move { answer(&state, request).await }
    })
}

async fn answer(state: &Shared, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or_else(|| "/".into(), ToString::to_string);
    let path = parts.uri.path().to_owned();
    let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let headers: Vec<(String, String)> = headers.collect();
    let bytes = axum::body::to_bytes(body, LARGEST).await;
    let dialect = match path.as_str() {
        path if path.ends_with("/v1/messages") => Dialect::Anthropic,
        path if path.ends_with("/chat/completions") => Dialect::Chat,
        path if path.ends_with("/responses") => Dialect::Responses,
        path if path.ends_with(":generateContent") || path.ends_with(":streamGenerateContent") => Dialect::Gemini,
        path => return side_route(state, parts.method.as_str(), path, bytes.map(|bytes| bytes.len()).unwrap_or_default()),
    };
    let Ok(bytes) = bytes else { return refuse(state, dialect, 413, &format!("{target}: the body has more than {LARGEST} bytes")) };
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    let mut asked = Asked {
        dialect,
        target,
        headers,
        body,
        model: String::new(),
        stream: false,
        system: String::new(),
        tools: Vec::new(),
        messages: Vec::new(),
    };
    if parts.method != "POST" || !asked.body.is_object() {
        return refuse(state, dialect, 400, &format!("{} {}: not a POST of a JSON object", parts.method, asked.target));
    }
    if let Err(what) = key(&asked) {
        return refuse(state, dialect, 401, &what);
    }
    let read = match dialect {
        Dialect::Anthropic => anthropic::read(&mut asked),
        Dialect::Chat => chat::read(&mut asked),
        Dialect::Responses => responses::read(&mut asked),
        Dialect::Gemini => gemini::read(&mut asked),
    };
    note(state, &told(&asked));
    if let Err(what) = read {
        return refuse(state, dialect, 400, &what);
    }
    match play(state, asked) {
        Some(response) => response,
        None => std::future::pending().await,
    }
}

fn key(asked: &Asked) -> Result<(), String> {
    let bearer = asked.header("authorization").and_then(|value| value.strip_prefix("Bearer "));
    let (name, found) = match asked.dialect {
        Dialect::Anthropic => ("x-api-key", asked.header("x-api-key").or(bearer)),
        Dialect::Chat | Dialect::Responses => ("authorization", bearer),
        Dialect::Gemini => ("x-goog-api-key", asked.header("x-goog-api-key")),
    };
    if found == Some(KEY) { Ok(()) } else { Err(format!("{}: the header {name} is {found:?} and not the key", asked.target)) }
}

fn state_of(state: &Shared) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn note(state: &Shared, line: &str) {
    state_of(state).conversation.push(line.into());
}

/// What a request adds to the conversation.
fn told(asked: &Asked) -> String {
    let mut text = format!("▶ {} {} ({} tools, {} messages)", asked.target, asked.model, asked.tools.len(), asked.messages.len());
    for result in asked.results() {
        let failed = if result.failed { " failed" } else { "" };
        text.push_str(&format!("\n    result of {}{failed}: {}", result.id, shortened(&result.text)));
    }
    text.push_str(&format!("\n    {}", shortened(&asked.said())));
    text
}

fn shortened(text: &str) -> String {
    let text = text.trim().replace('\n', "\n    ");
    if text.chars().count() <= 1200 { text } else { format!("{}…", text.chars().take(1200).collect::<String>()) }
}

fn refuse(state: &Shared, dialect: Dialect, status: u16, what: &str) -> Response {
    let mut state = state_of(state);
    state.violations.push(what.into());
    state.conversation.push(format!("◀ {status} {what}"));
    status_of(dialect, status, None, what)
}

fn status_of(dialect: Dialect, status: u16, retry_after: Option<u64>, message: &str) -> Response {
    // Gemini has no 529.
    let shown = if status == 529 && dialect == Dialect::Gemini { 503 } else { status };
    let mut response = Response::builder().status(shown).header("content-type", "application/json").header("request-id", "req_0");
    if let Some(seconds) = retry_after {
        response = response.header("retry-after", seconds.to_string());
    }
    response.body(Body::from(reply::error(dialect, status, message).to_string())).unwrap()
}

/// The next turn's answer; nothing if it is that there is none.
fn play(state: &Shared, asked: Asked) -> Option<Response> {
    let dialect = asked.dialect;
    let mut locked = state_of(state);
    locked.requests.push(asked.clone());
    let aside = locked.script.aside.iter().find(|(which, _)| which(&asked)).map(|(_, text)| Turn::reply(text));
    let Some(mut turn) = aside.or_else(|| locked.script.turns.pop_front()) else {
        drop(locked);
        return Some(refuse(state, dialect, 400, &format!("{}: the script has no turn left for this request", asked.target)));
    };
    let say = loop {
        for check in &turn.checks {
            if let Err(what) = check(&asked) {
                locked.conversation.push(format!("  ! {what}"));
                locked.violations.push(what);
            }
        }
        match turn.act {
            Act::Say(say) => break say,
            Act::Compute(make) => turn = make(&asked),
            Act::Status { status, retry_after } => {
                locked.conversation.push(format!("◀ {status}"));
                return Some(status_of(dialect, status, retry_after, "as the script says"));
            }
            Act::Hang => {
                locked.conversation.push("◀ (nothing)".into());
                return None;
            }
        }
    };
    let reply = made(&mut locked, &asked, &say);
    locked.conversation.push(format!("◀ {}", shortened(&say.text)));
    for call in &reply.calls {
        let line = format!("    {} {} {}", call.id, call.tool, shortened(&call.arguments));
        locked.conversation.push(line);
    }
    drop(locked);
    Some(written(&asked, &reply, &say))
}

fn made(state: &mut State, asked: &Asked, say: &Say) -> Reply {
    let mut usage = state.cache.charge(asked);
    let arguments: usize = say.calls.iter().map(|(tool, arguments)| tool.len() + arguments.len()).sum();
    usage.output = reply::tokens(say.thinking.len() + say.text.len() + arguments).max(1);
    state.costs.push(usage);
    state.answers += 1;
    let (answer, call) = match asked.dialect {
        Dialect::Anthropic => ("msg_", "toolu_"),
        Dialect::Chat => ("chatcmpl-", "call_"),
        Dialect::Responses => ("resp_", "call_"),
        Dialect::Gemini => ("", "call_"),
    };
    let mut calls = Vec::new();
    for (tool, arguments) in &say.calls {
        state.calls += 1;
        let offered = asked.tools.iter().find(|offered| offered.name == *tool);
        calls.push(ReplyCall {
            id: format!("{call}{:04}", state.calls),
            tool: tool.clone(),
            free_form: offered.is_some_and(|offered| offered.free_form),
            arguments: arguments.clone(),
        });
    }
    Reply {
        id: format!("{answer}{:04}", state.answers),
        model: asked.model.clone(),
        thinking: say.thinking.clone(),
        text: say.text.clone(),
        stop: say.stop.unwrap_or(if calls.is_empty() { Stop::Done } else { Stop::Calls }),
        calls,
        usage,
        tells_usage: asked.body["stream_options"]["include_usage"].as_bool().unwrap_or(false),
    }
}

fn written(asked: &Asked, reply: &Reply, say: &Say) -> Response {
    let (kind, mut events) = if asked.stream {
        ("text/event-stream; charset=utf-8", reply::events(asked.dialect, reply))
    } else {
        ("application/json", vec![reply::whole(asked.dialect, reply).to_string()])
    };
    let then = say.broken.map(|(after, then)| {
        match after {
            After::Events(count) => events.truncate(count),
            After::Bytes(bytes) => {
                let mut head = events.concat().into_bytes();
                head.truncate(bytes);
                events = vec![String::from_utf8_lossy(&head).into_owned()];
            }
        }
        then
    });
    if let Some(Then::Overloaded) = then {
        events.push(reply::overloaded(asked.dialect));
    }
    let sent = stream::iter(events.into_iter().map(|event| Ok::<_, std::io::Error>(Bytes::from(event)))).then(|event| async {
        tokio::task::yield_now().await;
        event
    });
    let body = match then {
        None | Some(Then::Overloaded) => Body::from_stream(sent),
        Some(Then::Hang) => Body::from_stream(sent.chain(stream::pending())),
        Some(Then::Cut) => {
            let cut = stream::once(async {
                // So that what came before is on its way.
                tokio::time::sleep(Duration::from_millis(20)).await;
                Err(std::io::Error::other("cut"))
            });
            Body::from_stream(sent.chain(cut))
        }
    };
    Response::builder().header("content-type", kind).header("request-id", format!("req_{}", reply.id)).body(body).unwrap()
}

/// What agents ask beside: which models there are, how many tokens something has, whether anyone is there.
fn side_route(state: &Shared, method: &str, path: &str, bytes: usize) -> Response {
    const MODEL: &str = "fake-model";
    let model = |id: &str| {
        json!({
            "type": "model", "id": id, "object": "model", "display_name": id, "created_at": "2026-01-01T00:00:00Z", "created": 1_760_000_000,
            "owned_by": "nobody",
        })
    };
    let body = match (method, path.trim_end_matches('/')) {
        ("GET", "/v1/models") => {
            json!({"object": "list", "data": [model(MODEL)], "has_more": false, "first_id": MODEL, "last_id": MODEL, "models": []})
        }
        ("GET", path) if path.starts_with("/v1/models/") => model(path.trim_start_matches("/v1/models/")),
        ("GET", "/v1beta/models") => json!({"models": [{"name": format!("models/{MODEL}"), "version": "1", "inputTokenLimit": 1_000_000}]}),
        ("POST", "/v1/messages/count_tokens") => json!({"input_tokens": reply::tokens(bytes)}),
        ("POST", path) if path.ends_with(":countTokens") => json!({"totalTokens": reply::tokens(bytes)}),
        ("HEAD" | "GET", "") => json!({}),
        _ => return refuse(state, Dialect::Chat, 404, &format!("nobody expected {method} {path}")),
    };
    note(state, &format!("▶ {method} {path} (aside)"));
    Response::builder().header("content-type", "application/json").body(Body::from(body.to_string())).unwrap()
}
