//! Which model, and where it is.

use secrecy::SecretString;

use crate::agent::prices::Prices;

/// What a model is configured with. The key is in no `Debug`.
#[derive(Debug, Clone)]
pub struct ModelConfig {
    /// `provider:model`, as in `anthropic:claude-opus-5-5`. Providers: `anthropic`, `openai` (chat completions), `openai-responses`,
    /// `gemini`, `ollama`, and `compatible` for any other server that speaks OpenAI's chat completions.
    pub name: String,
    pub key: Option<SecretString>,
    /// The address below which the provider's paths lie, `https://api.openai.com/v1` for instance. `compatible` has no other.
    pub base: Option<String>,
    /// Tokens of the model's window; a guess that is safe for the provider's current models where it is not given.
    pub context: Option<u64>,
    /// At most so many tokens in one answer.
    pub output: Option<u64>,
    /// Instead of the built-in table.
    pub prices: Option<Prices>,
}

impl ModelConfig {
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), key: None, base: None, context: None, output: None, prices: None }
    }
}

/// The languages that providers speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Anthropic,
    OpenAiChat,
    OpenAiResponses,
    Gemini,
}

/// The provider of a name, with its language, its own base address if it has one, and whether it wants a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Provider {
    pub name: &'static str,
    pub dialect: Dialect,
    pub base: Option<&'static str>,
    pub wants_key: bool,
    /// Tokens of the smallest window among its current models.
    pub context: u64,
}

/// Ollama's and llama.cpp's own default is less; whoever runs them sets `context` to what the server was started with.
const PROVIDERS: [Provider; 6] = [
    Provider {
        name: "anthropic",
        dialect: Dialect::Anthropic,
        base: Some("https://api.anthropic.com/v1/"),
        wants_key: true,
        context: 200_000,
    },
    Provider { name: "openai", dialect: Dialect::OpenAiChat, base: Some("https://api.openai.com/v1/"), wants_key: true, context: 128_000 },
    Provider {
        name: "openai-responses",
        dialect: Dialect::OpenAiResponses,
        base: Some("https://api.openai.com/v1/"),
        wants_key: true,
        context: 128_000,
    },
    Provider {
        name: "gemini",
        dialect: Dialect::Gemini,
        base: Some("https://generativelanguage.googleapis.com/v1beta/"),
        wants_key: true,
        context: 1_000_000,
    },
    Provider { name: "ollama", dialect: Dialect::OpenAiChat, base: Some("http://127.0.0.1:11434/v1/"), wants_key: false, context: 32_000 },
    Provider { name: "compatible", dialect: Dialect::OpenAiChat, base: None, wants_key: false, context: 32_000 },
];

/// The provider and the model of `provider:model`, or what is wrong with it.
pub fn parse(name: &str) -> Result<(Provider, &str), String> {
    let known = || PROVIDERS.map(|provider| provider.name).join(", ");
    let Some((first, model)) = name.split_once(':').filter(|(_, model)| !model.trim().is_empty()) else {
        return Err(format!("read the model's name {name:?}: it is written provider:model, and the providers are {}", known()));
    };
    match PROVIDERS.iter().find(|provider| provider.name == first) {
        Some(provider) => Ok((*provider, model.trim())),
        None => Err(format!("read the model's name {name:?}: there is no provider {first:?}; there are {}", known())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_provider_and_a_model_which_may_hold_colons() {
        let (provider, model) = parse("ollama:qwen3-coder:30b").unwrap();
        assert_eq!((provider.name, model), ("ollama", "qwen3-coder:30b"));
        for wrong in ["claude", "anthropic:", "mistral:large"] {
            let why = parse(wrong).unwrap_err();
            assert!(why.contains("anthropic, openai"), "{why}");
        }
    }

    #[test]
    fn the_key_is_not_shown() {
        let config = ModelConfig { key: Some("sk-very-secret".to_owned().into()), ..ModelConfig::named("anthropic:x") };
        assert!(!format!("{config:?}").contains("very-secret"));
    }
}
