//! The model behind our own narrow type. genai is known here, in `translate` and in `failure`, and nowhere else.
//!
//! Always streamed: a call that is not JSON is then kept as it came, and goes back to the model with a lesson. Nothing is retried here.
//! Two of genai's readers (Responses, Gemini) end a stream that was cut as if it were whole; an end without a reason is therefore a cut.

use std::time::Duration;

use futures_util::StreamExt as _;
use genai::adapter::AdapterKind;
use genai::chat::{ChatOptions, ChatStreamEvent, ReasoningEffort};
use genai::resolver::{AuthData, Endpoint};
use genai::{Client, ModelIden, ServiceTarget, WebConfig};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::chat::{Answer, Message, Request};
use super::config::{self, Dialect, ModelConfig, Provider};
use super::failure::{self, Failure};
use super::translate;
use crate::agent::Error;
use crate::agent::prices::{self, Prices};

const CONNECT: Duration = Duration::from_secs(20);
/// Until the answer begins; models that think may keep the headers back.
const FIRST_BYTE: Duration = Duration::from_secs(300);
/// Between two pieces of an answer; providers send signs of life while a model thinks.
const IDLE: Duration = Duration::from_secs(180);
/// Of a whole answer, however alive its stream is.
const LONGEST: Duration = Duration::from_secs(1800);

/// A model that can be asked. Clones share the connections.
#[derive(Clone)]
pub struct Model {
    name: String,
    model: String,
    provider: Provider,
    base: String,
    key: SecretString,
    context: u64,
    output: Option<u64>,
    prices: Option<Prices>,
    client: Client,
}

impl std::fmt::Debug for Model {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Model").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Model {
    /// Asks nobody: a wrong key shows with the first turn.
    pub fn new(config: ModelConfig) -> Result<Self, Error> {
        let (provider, model) = config::parse(&config.name).map_err(Error::Never)?;
        let Some(base) = config.base.as_deref().or(provider.base) else {
            return Err(Error::Never(format!("use {}: it needs the base address of its server", config.name)));
        };
        if !base.starts_with("https://") && !base.starts_with("http://") {
            return Err(Error::Never(format!("use {}: its base address must begin with https:// or http://", config.name)));
        }
        let key = match config.key {
            Some(key) => key,
            // A server without keys does not look at it.
            None if !provider.wants_key || config.base.is_some() => "none".to_owned().into(),
            None => return Err(Error::Never(format!("use {}: it needs the provider's key", config.name))),
        };
        let web = WebConfig::default().with_connect_timeout(CONNECT);
        let client = Client::builder().with_web_config(web).build().map_err(|_| Error::Never("start an HTTP client".to_owned()))?;
        Ok(Self {
            model: model.to_owned(),
            base: format!("{}/", base.trim_end_matches('/')),
            context: config.context.unwrap_or(provider.context),
            output: config.output,
            prices: config.prices.or_else(|| prices::built_in(provider.name, model)),
            name: config.name,
            provider,
            key,
            client,
        })
    }

    /// `provider:model`, as configured.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tokens of its window, the answer included.
    pub fn context(&self) -> u64 {
        self.context
    }

    /// At most so many tokens in an answer.
    pub fn output(&self) -> Option<u64> {
        self.output
    }

    /// Whether what it thought is sealed to the conversation before it, as Anthropic's newest models do.
    pub fn seals(&self) -> bool {
        self.provider.dialect == Dialect::Anthropic
    }

    /// `None` when nobody said what it costs.
    pub fn prices(&self) -> Option<Prices> {
        self.prices
    }

    /// One turn, to its end.
    pub async fn answer(&self, request: &Request) -> Result<Answer, Failure> {
        let late = |_| Failure::Later { after: None, why: format!("hear {} to the end: it took longer than half an hour", self.name) };
        tokio::time::timeout(LONGEST, self.heard(request)).await.map_err(late)?
    }

    async fn heard(&self, request: &Request) -> Result<Answer, Failure> {
        let sent = |part: &str| request.system.contains(part) || request.messages.iter().any(|message| mentions(message, part));
        let failed = |error: &genai::Error| failure::of(error, &self.name, self.key.expose_secret(), &sent);
        let options = self.options(request);
        let stream = self
            .client
            .exec_chat_stream(self.target(), translate::request(request, self.provider.dialect == Dialect::Anthropic), Some(&options))
            .await;
        let mut stream = stream.map_err(|error| failed(&error))?.stream;
        while let Some(event) = stream.next().await {
            if let ChatStreamEvent::End(end) = event.map_err(|error| failed(&error))? {
                return if end.captured_stop_reason.is_some() { Ok(translate::answer(end)) } else { Err(failure::cut(&self.name)) };
            }
        }
        Err(failure::cut(&self.name))
    }

    fn target(&self) -> ServiceTarget {
        let kind = match self.provider.dialect {
            Dialect::Anthropic => AdapterKind::Anthropic,
            Dialect::OpenAiChat => AdapterKind::OpenAI,
            Dialect::OpenAiResponses => AdapterKind::OpenAIResp,
            Dialect::Gemini => AdapterKind::Gemini,
        };
        ServiceTarget {
            endpoint: Endpoint::from_owned(self.base.as_str()),
            auth: AuthData::from_single(self.key.expose_secret()),
            model: ModelIden::new(kind, self.model.as_str()),
        }
    }

    fn options(&self, request: &Request) -> ChatOptions {
        let mut options = ChatOptions::default()
            .with_stream_header_timeout(FIRST_BYTE)
            .with_stream_read_timeout(IDLE)
            .with_capture_usage(true)
            .with_capture_content(true)
            .with_capture_tool_calls(true)
            .with_capture_reasoning_content(self.reasons());
        options.max_tokens = self.output.and_then(|most| u32::try_from(most).ok());
        // Models of OpenAI that cache only what is marked fall back to their own marks when a key is given.
        if self.provider.name.starts_with("openai") {
            options = options.with_prompt_cache_key(&request.thread);
        }
        let mut body = json!({});
        // genai takes the end of such a name for how hard to think.
        if self.provider.dialect != Dialect::Gemini && ReasoningEffort::from_model_name(&self.model).0.is_some() {
            body["model"] = json!(self.model);
            if self.provider.dialect == Dialect::OpenAiChat {
                body["reasoning_effort"] = Value::Null;
            }
        }
        // Reasoning is kept sealed between turns; its summary, which not every account may ask for, is nobody's to read here.
        if self.provider.dialect == Dialect::OpenAiResponses && self.reasons() {
            body["reasoning"] = json!({});
        }
        if body.as_object().is_some_and(|body| !body.is_empty()) { options.with_extra_body(body) } else { options }
    }

    /// Whether what the model thought is to be kept for its next turn. OpenAI's older models refuse to be asked for it.
    fn reasons(&self) -> bool {
        match self.provider.dialect {
            Dialect::Anthropic | Dialect::Gemini | Dialect::OpenAiChat => true,
            Dialect::OpenAiResponses => {
                let thinks = ["gpt-5", "gpt-6", "o1", "o3", "o4", "codex"];
                thinks.iter().any(|start| self.model.starts_with(start)) && !self.model.contains("-chat")
            }
        }
    }
}

fn mentions(message: &Message, part: &str) -> bool {
    match message {
        Message::Told(text) => text.contains(part),
        Message::Replied { text, .. } => text.contains(part),
        Message::Results(results) => results.iter().any(|(_, result)| result.text.contains(part)),
    }
}
