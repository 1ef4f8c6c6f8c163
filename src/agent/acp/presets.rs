//! The agents that are known: how each is started so that it talks to its model through the gateway, asks little, and keeps to itself.
//!
//! Where each setting is documented stands beside it. An agent that is not here is given as a command, and finds the gateway by the
//! variables that most of them read.

use std::collections::BTreeMap;

use serde_json::json;

use super::gateway::DUMMY_KEY;

/// An agent that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// `opencode acp` with an OpenAI-compatible upstream; npm: `opencode-ai`.
    Opencode,
    /// Claude Code by `claude-agent-acp`, with Anthropic as its upstream; npm: `@agentclientprotocol/claude-agent-acp`.
    ClaudeCode,
    /// Codex by `codex-acp`, with OpenAI's Responses as its upstream; npm: `@agentclientprotocol/codex-acp`.
    Codex,
    /// `gemini --acp`, with Gemini as its upstream; npm: `@google/gemini-cli`.
    Gemini,
    /// `goose acp` with an OpenAI-compatible upstream; npm, for each machine: `@aaif/goose-binary-linux-x64`. It chooses between chat
    /// completions and Responses by the model's name (1.52.0).
    Goose,
}

/// How an agent is started.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Setup {
    pub command: Vec<String>,
    pub variables: BTreeMap<String, String>,
    /// Below its home: path and content.
    pub files: Vec<(String, String)>,
    /// The method by which it is logged in, if it wants to be.
    pub login: Option<&'static str>,
    /// Files are not served to it: it is to read and write them by itself.
    pub own_files: bool,
}

impl Preset {
    /// `base` is the model's base address as the agent reaches it, with the upstream's own path at its end.
    pub fn setup(self, base: &str, model: Option<&str>) -> Setup {
        match self {
            Preset::Opencode => opencode(base, model),
            Preset::ClaudeCode => claude_code(base, model),
            Preset::Codex => codex(base, model),
            Preset::Gemini => gemini(base, model),
            Preset::Goose => goose(base, model),
        }
    }
}

/// For an agent that is not known.
pub fn other(base: &str, model: Option<&str>) -> Setup {
    let mut setup = started(&[]);
    for (name, value) in [
        ("OPENAI_BASE_URL", base),
        ("OPENAI_API_KEY", DUMMY_KEY),
        ("ANTHROPIC_BASE_URL", base),
        ("ANTHROPIC_API_KEY", DUMMY_KEY),
        ("GOOGLE_GEMINI_BASE_URL", base),
        ("GEMINI_API_KEY", DUMMY_KEY),
    ] {
        setup.set(name, value);
    }
    if let Some(model) = model {
        setup.set("MODEL", model);
    }
    setup
}

fn started(command: &[&str]) -> Setup {
    Setup { command: command.iter().map(|part| (*part).to_owned()).collect(), ..Setup::default() }
}

impl Setup {
    fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.into(), value.into());
    }
}

/// <https://opencode.ai/docs/config>, <https://opencode.ai/docs/providers> (a custom provider), <https://opencode.ai/docs/acp>.
fn opencode(base: &str, model: Option<&str>) -> Setup {
    let mut setup = started(&["opencode", "acp"]);
    let model = model.unwrap_or("gpt-5");
    let provider = json!({
        "npm": "@ai-sdk/openai-compatible",
        "name": "Journeyman",
        "options": {"baseURL": base, "apiKey": DUMMY_KEY},
        "models": {model: {"name": model}},
    });
    let config = json!({
        "$schema": "https://opencode.ai/config.json",
        "model": format!("journeyman/{model}"),
        "small_model": format!("journeyman/{model}"),
        "enabled_providers": ["journeyman"],
        "provider": {"journeyman": provider},
        "autoupdate": false,
        "share": "disabled",
        "permission": {"edit": "allow", "bash": "allow", "webfetch": "deny"},
        // It would spend a turn on a title that nobody sees.
        "agent": {"title": {"disable": true}},
    });
    setup.set("OPENCODE_CONFIG_CONTENT", &config.to_string());
    for switch in [
        "OPENCODE_DISABLE_AUTOUPDATE",
        "OPENCODE_DISABLE_MODELS_FETCH",
        "OPENCODE_DISABLE_LSP_DOWNLOAD",
        "OPENCODE_DISABLE_DEFAULT_PLUGINS",
    ] {
        setup.set(switch, "1");
    }
    setup
}

/// <https://code.claude.com/docs/en/env-vars> and `/llm-gateway`.
fn claude_code(base: &str, model: Option<&str>) -> Setup {
    let mut setup = started(&["claude-agent-acp"]);
    setup.set("ANTHROPIC_BASE_URL", base);
    setup.set("ANTHROPIC_API_KEY", DUMMY_KEY);
    for switch in ["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "DISABLE_AUTOUPDATER", "DISABLE_TELEMETRY", "DISABLE_ERROR_REPORTING"] {
        setup.set(switch, "1");
    }
    // It would spend a turn on what a person might type next.
    setup.set("CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION", "false");
    if let Some(model) = model {
        setup.set("ANTHROPIC_MODEL", model);
        setup.set("ANTHROPIC_DEFAULT_HAIKU_MODEL", model);
    }
    setup
}

/// <https://developers.openai.com/codex/config-reference> (`model_providers`) and the adapter's own page, for `CODEX_CONFIG`. Codex has
/// a sandbox of its own, which cannot be built inside ours and is not needed there.
fn codex(base: &str, model: Option<&str>) -> Setup {
    let mut setup = started(&["codex-acp"]);
    let provider =
        json!({"name": "Journeyman", "base_url": base, "env_key": "OPENAI_API_KEY", "wire_api": "responses", "supports_websockets": false});
    let mut config = json!({
        "model_provider": "journeyman",
        "model_providers": {"journeyman": provider},
        "sandbox_mode": "danger-full-access",
        "approval_policy": "never",
        "web_search": "disabled",
        "check_for_update_on_startup": false,
        "analytics": {"enabled": false},
    });
    if let Some(model) = model {
        config["model"] = json!(model);
    }
    setup.set("CODEX_CONFIG", &config.to_string());
    setup.set("MODEL_PROVIDER", "journeyman");
    setup.set("INITIAL_AGENT_MODE", "agent-full-access");
    setup.set("OPENAI_API_KEY", DUMMY_KEY);
    setup.set("NO_BROWSER", "1");
    setup.login = Some("api-key");
    setup
}

/// <https://geminicli.com/docs/reference/configuration>. It takes the answer that a file is not there for a failure (0.61.0), so that it
/// could write no new file if files were served to it.
fn gemini(base: &str, model: Option<&str>) -> Setup {
    let mut setup = started(&["gemini", "--acp"]);
    setup.set("GOOGLE_GEMINI_BASE_URL", base);
    setup.set("GEMINI_API_KEY", DUMMY_KEY);
    setup.set("GEMINI_CLI_TRUST_WORKSPACE", "true");
    if let Some(model) = model {
        setup.set("GEMINI_MODEL", model);
    }
    let settings = json!({
        "security": {"auth": {"selectedType": "gemini-api-key"}},
        "privacy": {"usageStatisticsEnabled": false},
        "general": {"enableAutoUpdate": false},
    });
    setup.files.push((".gemini/settings.json".into(), settings.to_string()));
    setup.login = Some("gemini-api-key");
    setup.own_files = true;
    setup
}

/// <https://goose-docs.ai/docs/guides/environment-variables>. It takes the host and the path apart.
fn goose(base: &str, model: Option<&str>) -> Setup {
    let mut setup = started(&["goose", "acp"]);
    let at = base.match_indices('/').nth(2).map_or(base.len(), |(at, _)| at);
    let (host, path) = base.split_at(at);
    setup.set("GOOSE_PROVIDER", "openai");
    setup.set("OPENAI_HOST", host);
    setup.set("OPENAI_BASE_PATH", format!("{path}/chat/completions").trim_start_matches('/'));
    setup.set("OPENAI_API_KEY", DUMMY_KEY);
    setup.set("GOOSE_MODEL", model.unwrap_or("gpt-5"));
    setup.set("GOOSE_MODE", "auto");
    setup.set("GOOSE_DISABLE_KEYRING", "1");
    // It would spend a turn on a title that nobody sees.
    setup.set("GOOSE_DISABLE_SESSION_NAMING", "true");
    setup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_agent_is_sent_to_the_gateway_and_holds_no_key_of_worth() {
        for preset in [Preset::Opencode, Preset::ClaudeCode, Preset::Codex, Preset::Gemini, Preset::Goose] {
            let setup = preset.setup("http://127.0.0.1:8765/v1", Some("some-model"));
            let all = format!("{setup:?}");
            assert!(all.contains("127.0.0.1:8765") && all.contains(DUMMY_KEY) && all.contains("some-model"), "{all}");
            assert!(!setup.command.is_empty());
        }
        let goose = Preset::Goose.setup("http://127.0.0.1:8765/v1", None).variables;
        assert_eq!((goose["OPENAI_HOST"].as_str(), goose["OPENAI_BASE_PATH"].as_str()), ("http://127.0.0.1:8765", "v1/chat/completions"));
    }
}
