//! One conversation with an agent over its standard input and output: greeted, given a session and a prompt, served until it stops.
//!
//! It knows nothing of transcripts and budgets: whatever is heard goes to whoever started it, who may cancel at any time.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use agent_client_protocol::schema::ProtocolVersion;
use agent_client_protocol::v1::ConnectionTo;
use agent_client_protocol::v1::schema::{
    AuthenticateRequest, CancelNotification, ClientCapabilities, ErrorCode, FileSystemCapabilities, Implementation, InitializeRequest,
    InitializeResponse, NewSessionRequest, PromptRequest, SessionId, SessionNotification, SessionUpdate, StopReason,
};
use agent_client_protocol::{Agent, Error, Lines};
use futures_util::{SinkExt as _, sink, stream};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{ChildStdin, ChildStdout};
use tokio::sync::{mpsc, watch};

use super::gateway::Pulse;
use super::serve::{Host, serving};

/// Bytes of the longest message that is read.
const LONGEST: u64 = 32 * 1024 * 1024;

/// What is heard of an agent.
#[derive(Debug)]
pub enum Heard {
    /// It has answered, and has a session.
    Ready {
        name: String,
    },
    Update(Box<SessionUpdate>),
    /// Something it asked for was refused.
    Refused(String),
}

/// What the conversation needs.
#[derive(Debug)]
pub struct Talk {
    pub host: Arc<Host>,
    pub root: PathBuf,
    pub words: String,
    pub login: Option<&'static str>,
    pub own_files: bool,
    pub heard: mpsc::Sender<Heard>,
    /// Becomes true when the agent is to stop.
    pub cancelled: watch::Receiver<bool>,
    pub pulse: Pulse,
    /// How long it may take to stop.
    pub leave: Duration,
}

/// How far it came before it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// It could not be made to begin: the command, the agent or its settings are wrong.
    Begin(String),
    /// It failed in the middle of its work.
    Work(String),
}

/// Talks until the agent stops. Everything it asks for meanwhile is served.
pub async fn talk(stdin: ChildStdin, stdout: ChildStdout, talk: Talk) -> Result<StopReason, Broken> {
    let transport = Lines::new(outgoing(stdin), incoming(stdout, talk.pulse.clone()));
    let client = serving(talk.host.clone(), talk.heard.clone());
    let mut began = false;
    let held = client.connect_with(transport, async |agent: ConnectionTo<Agent>| {
        let session = begin(&agent, &talk).await?;
        began = true;
        work(&agent, &talk, session).await
    });
    let result = held.await;
    result.map_err(|error| if began { Broken::Work(told(&error)) } else { Broken::Begin(told(&error)) })
}

async fn begin(agent: &ConnectionTo<Agent>, talk: &Talk) -> Result<SessionId, Error> {
    let files = FileSystemCapabilities::new().read_text_file(!talk.own_files).write_text_file(!talk.own_files);
    let greeting = InitializeRequest::new(ProtocolVersion::V1)
        .client_capabilities(ClientCapabilities::new().fs(files).terminal(true))
        .client_info(Implementation::new("journeyman", env!("CARGO_PKG_VERSION")));
    let greeted = agent.send_request(greeting).block_task().await?;
    if greeted.protocol_version != ProtocolVersion::V1 {
        let version = greeted.protocol_version;
        return Err(failure(format!("it speaks version {version:?} of the protocol, and only version 1 is known here")));
    }
    let session = NewSessionRequest::new(&talk.root);
    let made = match agent.send_request(session.clone()).block_task().await {
        Err(error) if error.code == ErrorCode::AuthRequired => {
            let method = login(&greeted, talk.login)?;
            agent.send_request(AuthenticateRequest::new(method)).block_task().await?;
            agent.send_request(session).block_task().await?
        }
        made => made?,
    };
    let name = greeted.agent_info.map_or_else(|| "an agent without a name".into(), |info| format!("{} {}", info.name, info.version));
    hear(&talk.heard, Heard::Ready { name }).await;
    Ok(made.session_id)
}

fn login(greeted: &InitializeResponse, wanted: Option<&str>) -> Result<String, Error> {
    let offered: Vec<String> = greeted.auth_methods.iter().map(|method| method.id().0.to_string()).collect();
    let method = wanted.filter(|wanted| offered.iter().any(|method| method == wanted));
    method.map(str::to_owned).ok_or_else(|| failure(format!("it wants to be logged in, by one of {offered:?}")))
}

async fn work(agent: &ConnectionTo<Agent>, talk: &Talk, session: SessionId) -> Result<StopReason, Error> {
    let prompt = PromptRequest::new(session.clone(), vec![talk.words.as_str().into()]);
    let answered = agent.send_request(prompt).block_task();
    tokio::pin!(answered);
    let mut cancelled = talk.cancelled.clone();
    tokio::select! {
        response = &mut answered => return Ok(response?.stop_reason),
        // Whoever could cancel is gone: then nobody does.
        Ok(_) = cancelled.wait_for(|cancelled| *cancelled) => {}
    }
    agent.send_notification(CancelNotification::new(session))?;
    match tokio::time::timeout(talk.leave, answered).await {
        Ok(response) => Ok(response?.stop_reason),
        Err(_) => Ok(StopReason::Cancelled),
    }
}

pub async fn hear(heard: &mpsc::Sender<Heard>, what: Heard) {
    // Nobody listens any more when the work has ended.
    drop(heard.send(what).await);
}

fn failure(what: String) -> Error {
    Error::new(agent_client_protocol::ErrorCode::INTERNAL_ERROR, what)
}

/// An error's words, with what it adds to them.
fn told(error: &Error) -> String {
    match &error.data {
        Some(data) => format!("{} ({data})", error.message),
        None => error.message.clone(),
    }
}

fn outgoing(stdin: ChildStdin) -> impl futures_util::Sink<String, Error = io::Error> + Send + 'static {
    sink::unfold(stdin, async |mut stdin, line: String| {
        stdin.write_all(line.as_bytes()).await?;
        stdin.write_all(b"\n").await?;
        stdin.flush().await?;
        Ok(stdin)
    })
    .sink_map_err(|error: io::Error| error)
}

/// The agent's lines. What is no JSON object is chatter, and passed over.
fn incoming(stdout: ChildStdout, pulse: Pulse) -> impl futures_util::Stream<Item = io::Result<String>> + Send + 'static {
    stream::unfold(Some((BufReader::new(stdout), pulse)), async |state| {
        let (mut stdout, pulse) = state?;
        loop {
            let mut line = Vec::new();
            match (&mut stdout).take(LONGEST).read_until(b'\n', &mut line).await {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => return Some((Err(error), None)),
            }
            pulse.beat();
            if line.len() as u64 == LONGEST && line.last() != Some(&b'\n') {
                return Some((Err(io::Error::other(format!("a message has more than {LONGEST} bytes"))), None));
            }
            let text = String::from_utf8_lossy(&line);
            let text = text.trim();
            if text.starts_with('{') {
                return Some((Ok(text.to_owned()), Some((stdout, pulse))));
            }
        }
    })
}

/// A notification becomes something heard.
pub async fn updated(heard: &mpsc::Sender<Heard>, notification: SessionNotification) {
    hear(heard, Heard::Update(Box::new(notification.update))).await;
}
