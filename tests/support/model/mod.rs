//! A model on loopback: it plays a script, and polices what it is asked, in the dialects of the providers.
//!
//! Written from the providers' documentation and not from our client. Whatever a provider would refuse is refused in the provider's form
//! and fails the test at its end, as do turns that are left over and requests that nobody expected.
//!
//! ```ignore
//! let model = ModelServer::start([Turn::reply("I write it.").call("write", json!({"path": "a"})), Turn::reply("Done.").after_result("ok")]).await;
//! // … `model.base()` is the base address for Anthropic and Gemini, `model.openai()` for OpenAI; the key is `model::KEY` …
//! model.end();
//! ```
#![allow(dead_code, reason = "each user takes its own part of this")]
#![allow(unused_imports, reason = "each user takes its own part of this")]

mod anthropic;
mod asked;
mod chat;
mod gemini;
mod reply;
mod responses;
mod script;
mod serve;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use asked::{Asked, Called, Dialect, Message, Offered, Resulted, Role};
pub use reply::Cost;
pub use script::{Script, Stop, Turn};

/// The only key that is accepted.
pub const KEY: &str = "sk-fake-key-of-the-model-server";

/// Bytes of the largest request.
pub const LARGEST: usize = 4 * 1024 * 1024;

/// A running server. `end` must be called.
#[must_use = "the script is checked by `end`"]
pub struct ModelServer {
    address: std::net::SocketAddr,
    state: Arc<Mutex<State>>,
    server: tokio::task::JoinHandle<()>,
    ended: bool,
}

#[derive(Default)]
struct State {
    script: Script,
    cache: reply::Cache,
    answers: usize,
    calls: usize,
    requests: Vec<Asked>,
    /// What each was answered, in the order of `conversation`.
    conversation: Vec<String>,
    violations: Vec<String>,
    costs: Vec<Cost>,
}

impl ModelServer {
    /// Plays the turns in their order. `Script` says what is answered aside.
    #[expect(clippy::disallowed_methods, reason = "the task ends with this value")]
    pub async fn start(script: impl Into<Script>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State { script: script.into(), ..State::default() }));
        let app = serve::router(state.clone());
        let server = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { address, state, server, ended: false }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `http://127.0.0.1:PORT`: for Anthropic (`/v1/messages`) and Gemini (`/v1beta/models/…`).
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// `http://127.0.0.1:PORT/v1`: for what adds `/chat/completions` or `/responses`.
    pub fn openai(&self) -> String {
        format!("http://{}/v1", self.address)
    }

    /// More turns, after those that are left.
    pub fn add(&self, turns: impl IntoIterator<Item = Turn>) {
        self.state().script.turns.extend(turns);
    }

    /// What was asked so far, side routes left out.
    pub fn requests(&self) -> Vec<Asked> {
        self.state().requests.clone()
    }

    /// What the answers so far cost, one for each answer with words.
    pub fn costs(&self) -> Vec<Cost> {
        self.state().costs.clone()
    }

    /// Turns that were not asked for yet.
    pub fn left(&self) -> usize {
        self.state().script.turns.len()
    }

    /// Everything that was said, for people.
    pub fn conversation(&self) -> String {
        self.state().conversation.join("\n")
    }

    /// What was wrong so far.
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    /// Fails with the whole conversation if anything was wrong, unexpected or left over.
    pub fn end(mut self) {
        self.ended = true;
        self.server.abort();
        let state = self.state();
        let mut wrong = state.violations.clone();
        if !state.script.turns.is_empty() {
            wrong.push(format!("{} turns of the script were not asked for", state.script.turns.len()));
        }
        let conversation = state.conversation.join("\n");
        drop(state);
        assert!(wrong.is_empty(), "\nthe model server was asked:\n{conversation}\n\nand what is wrong is:\n  {}\n", wrong.join("\n  "));
    }
}

impl Drop for ModelServer {
    fn drop(&mut self) {
        self.server.abort();
        if std::thread::panicking() {
            eprintln!("the model server was asked:\n{}\n{:?}", self.conversation(), self.violations());
        } else {
            assert!(self.ended, "a model server was dropped and not ended");
        }
    }
}
