//! HTTP: the API, git and the pages behind one listener, whose connections can be cut.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::connect_info::{ConnectInfo, Connected};
use axum::extract::{Request, State as Shelf};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::serve::{IncomingStream, Listener};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::answer::Answer;
use super::faults::RequestFault;
use super::routes::{self, Incoming, Route};
use super::shared::Shared;
use super::world::{self, RequestRecord};
use super::{git_http, logs, pages};

/// The largest request. GitHub's own limit for a blob is 100 MB, which Base64 makes a third larger.
const LARGEST: usize = 140_000_000;

/// Whether a connection is to be closed without another byte.
#[derive(Debug, Clone, Default)]
pub(super) struct Cut(Arc<AtomicBool>);

pub(super) struct CuttableListener(pub TcpListener);

pub(super) struct CuttableStream {
    stream: TcpStream,
    cut: Cut,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        stream.set_nodelay(true).ok();
        (CuttableStream { stream, cut: Cut::default() }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for Cut {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> Self {
        stream.io().cut.clone()
    }
}

impl CuttableStream {
    fn pass(&self) -> io::Result<()> {
        if self.cut.0.load(Ordering::Acquire) { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) }
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.pass()?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pass()?;
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Every request.
pub(super) async fn handle(Shelf(shared): Shelf<Arc<Shared>>, ConnectInfo(cut): ConnectInfo<Cut>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, LARGEST).await else {
        return render(Answer::refusal(413, "Request body is too large"));
    };
    let path = parts.uri.path().to_owned();
    let query = parts.uri.query().unwrap_or("").to_owned();
    let method = parts.method.as_str().to_owned();
    let rest = match path.as_str() {
        "/api/graphql" => Some("/graphql".to_owned()),
        _ => path.strip_prefix("/api/v3").map(|rest| if rest.is_empty() { "/".to_owned() } else { rest.to_owned() }),
    };
    if let Some(rest) = rest {
        return api(shared, cut, Asked { method, path, rest, query, headers: parts.headers, bytes: bytes.to_vec() }).await;
    }
    if let Some(token) = path.strip_prefix(logs::PATH) {
        return shared.read(|state| logs::serve(state, token));
    }
    if path.contains(".git/") {
        return git_http::handle(&shared, &method, &path, &query, &parts.headers, &bytes).await;
    }
    let page = tokio::task::spawn_blocking(move || shared.read(|state| pages::page(state, &path))).await;
    page.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

struct Asked {
    method: String,
    path: String,
    /// The path below the API's root.
    rest: String,
    query: String,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

async fn api(shared: Arc<Shared>, cut: Cut, asked: Asked) -> Response {
    let name = routes::find(&asked.method, &asked.rest).map(|(route, _)| format!("{} {}", route.method, route.template));
    let name = name.unwrap_or_else(|| format!("{} {}", asked.method, asked.rest));
    let fault = shared.read(|state| state.faults.request(&name));
    if let Some(RequestFault::Slow(by)) = fault {
        tokio::time::sleep(by).await;
    }
    let work = tokio::task::spawn_blocking(move || {
        let started = Instant::now();
        let found = routes::find(&asked.method, &asked.rest);
        let template = found.as_ref().map(|(route, _)| route.template);
        let answer = match fault.and_then(instead) {
            Some(answer) => answer,
            None if fault == Some(RequestFault::CutBefore) => Answer::empty(0),
            None => perform(&shared, found, &asked),
        };
        let is_cut = matches!(fault, Some(RequestFault::CutBefore | RequestFault::CutAfter));
        shared.read(|state| log(state, &asked, template, &answer, is_cut, started.elapsed()));
        (with_rate(&shared, answer), is_cut)
    });
    match work.await {
        Ok((answer, is_cut)) => {
            if is_cut {
                cut.0.store(true, Ordering::Release);
            }
            render(answer)
        }
        Err(_) => render(Answer::broken("answer: it panicked")),
    }
}

fn perform(shared: &Shared, found: Option<(&'static Route, std::collections::HashMap<&'static str, String>)>, asked: &Asked) -> Answer {
    let Some((route, parameters)) = found else {
        let known = format!("{} {} is no route of the simulator", asked.method, asked.rest);
        return Answer::refusal(501, known);
    };
    let authorization = asked.headers.get("authorization").and_then(|value| value.to_str().ok());
    let incoming = Incoming { path: &asked.rest, query: &asked.query, authorization, body: &asked.bytes };
    let act = |state: &mut super::state::State| {
        state.used += 1;
        routes::answer(state, route, parameters, &incoming)
    };
    if asked.method == "GET" { shared.read(act) } else { shared.with(act) }
}

/// The answer of a fault that stands in for the work.
fn instead(fault: RequestFault) -> Option<Answer> {
    let limited = |status: u16, message: &str, after: u64| Some(Answer::refusal(status, message).with("retry-after", after.to_string()));
    match fault {
        RequestFault::Status(status) => Some(Answer::refusal(status, "Server Error")),
        RequestFault::SecondaryLimit(after) => {
            limited(403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", after)
        }
        RequestFault::TooManyRequests(after) => {
            limited(429, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.", after)
        }
        RequestFault::PrimaryLimit(after) => {
            let reset = super::time::now().plus_seconds(i64::try_from(after).unwrap_or(0)).0 / 1000;
            let refusal = Answer::refusal(403, "API rate limit exceeded for installation.");
            Some(refusal.with("x-ratelimit-remaining", "0").with("x-ratelimit-reset", reset.to_string()))
        }
        RequestFault::CutBefore | RequestFault::CutAfter | RequestFault::Slow(_) => None,
    }
}

fn with_rate(shared: &Shared, mut answer: Answer) -> Answer {
    for (name, value) in shared.read(|state| routes::rate(state)) {
        if answer.headers.iter().all(|(known, _)| *known != name) {
            answer.headers.push((name, value));
        }
    }
    answer
}

fn log(state: &mut super::state::State, asked: &Asked, route: Option<&'static str>, answer: &Answer, is_cut: bool, took: Duration) {
    let target = if asked.query.is_empty() { asked.path.clone() } else { format!("{}?{}", asked.path, asked.query) };
    let body = (!asked.bytes.is_empty()).then(|| {
        let text = || json!({ "unreadable": String::from_utf8_lossy(&asked.bytes[..asked.bytes.len().min(200)]) });
        serde_json::from_slice(&asked.bytes).unwrap_or_else(|_| text())
    });
    let token_made = route == Some("/app/installations/{installation_id}/access_tokens");
    let mut response = answer.body.as_deref().cloned();
    if let Some(token) = response.as_mut().filter(|_| token_made).and_then(|r| r.get_mut("token")) {
        *token = Value::String("ghs_…".into());
    }
    let record = RequestRecord {
        number: 0,
        at: String::new(),
        method: asked.method.clone(),
        target,
        route,
        body,
        status: if is_cut { 0 } else { answer.status },
        response,
        microseconds: u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
    };
    world::record(state, record);
}

fn render(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = Response::builder()
        .status(status)
        .header("x-github-request-id", uuid::Uuid::new_v4().simple().to_string())
        .header("x-github-media-type", "github.v3; format=json")
        .header("x-github-api-version-selected", "2022-11-28")
        .header("server", "journeyman-simulator");
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    let body = match answer.body {
        Some(body) => {
            response = response.header("content-type", "application/json; charset=utf-8");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    response.body(body).unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
