//! Every key there is: its name, its variable, what it means. The example file and the README's table are made from this.

use std::fmt::Write;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// `table.key` in the file.
    pub name: &'static str,
    /// The environment variable that wins over the file.
    pub variable: &'static str,
    /// As it would stand in the file; `None` when the key has to be set, or another in its place.
    pub default: Option<&'static str>,
    /// A value for the example file of a key without a default.
    pub sample: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
    /// One line, for people.
    pub about: &'static str,
}

const fn required(name: &'static str, variable: &'static str, sample: &'static str, about: &'static str) -> Key {
    Key { name, variable, default: None, sample, secret: false, about }
}

const fn secret(name: &'static str, variable: &'static str, sample: &'static str, about: &'static str) -> Key {
    Key { name, variable, default: None, sample, secret: true, about }
}

const fn optional(name: &'static str, variable: &'static str, default: &'static str, about: &'static str) -> Key {
    Key { name, variable, default: Some(default), sample: "", secret: false, about }
}

/// In the order in which they are shown.
pub const KEYS: [Key; 55] = [
    required("app.id", "JOURNEYMAN_APP_ID", "123456", "the App's id, from its settings page on GitHub"),
    required(
        "app.private_key_path",
        "JOURNEYMAN_APP_PRIVATE_KEY_PATH",
        "\"private-key.pem\"",
        "the file with the App's private key, as GitHub gave it (PEM)",
    ),
    secret(
        "app.private_key",
        "JOURNEYMAN_APP_PRIVATE_KEY",
        "\"-----BEGIN RSA PRIVATE KEY-----…\"",
        "the private key itself, instead of its file",
    ),
    required(
        "webhook.secrets_path",
        "JOURNEYMAN_WEBHOOK_SECRETS_PATH",
        "\"webhook-secret\"",
        "a file with the webhook's secret; while it is being replaced, the new and the old one, a line each",
    ),
    secret(
        "webhook.secrets",
        "JOURNEYMAN_WEBHOOK_SECRET",
        "[\"a long random text\"]",
        "the secrets themselves, instead of their file; in the variable, separated by commas or line breaks",
    ),
    optional(
        "github.api",
        "JOURNEYMAN_GITHUB_API",
        "\"https://api.github.com\"",
        "the API's base address; for GitHub Enterprise Server `https://HOST/api/v3`",
    ),
    optional("store.path", "JOURNEYMAN_STORE_PATH", "\"journeyman.db\"", "the database (SQLite); made when absent"),
    optional("cache.dir", "JOURNEYMAN_CACHE_DIR", "\"journeyman-cache\"", "mirrors of repositories; can be deleted while nothing runs"),
    optional("server.listen", "JOURNEYMAN_SERVER_LISTEN", "\"127.0.0.1:8420\"", "the address and port on which webhooks arrive"),
    optional(
        "server.public_url",
        "JOURNEYMAN_SERVER_PUBLIC_URL",
        "\"\"",
        "how people reach this server, such as `https://journeyman.example.com`; without it runs have no pages",
    ),
    optional("workflow.label", "JOURNEYMAN_WORKFLOW_LABEL", "\"implement\"", "the label that starts a run"),
    optional("workflow.workers", "JOURNEYMAN_WORKFLOW_WORKERS", "4", "how many runs are worked on at once, 1 to 64"),
    optional("ci.poll_seconds", "JOURNEYMAN_CI_POLL_SECONDS", "60", "time between two looks at a commit's checks when no webhook comes"),
    optional(
        "ci.grace_seconds",
        "JOURNEYMAN_CI_GRACE_SECONDS",
        "120",
        "how long a commit may have no check at all before its repository counts as one without CI",
    ),
    optional(
        "ci.grace_with_workflows_seconds",
        "JOURNEYMAN_CI_GRACE_WITH_WORKFLOWS_SECONDS",
        "600",
        "the same for a repository that has workflow files",
    ),
    optional(
        "ci.timeout_seconds",
        "JOURNEYMAN_CI_TIMEOUT_SECONDS",
        "7200",
        "how long checks may take before a person is told, where the base has none to compare with",
    ),
    optional(
        "ci.patience_seconds",
        "JOURNEYMAN_CI_PATIENCE_SECONDS",
        "900",
        "how much longer checks may take than they did on the base before a person is told",
    ),
    optional(
        "ci.repairs_per_check",
        "JOURNEYMAN_CI_REPAIRS_PER_CHECK",
        "2",
        "how often in a row one failed check is repaired before a person is told",
    ),
    optional("ci.repairs", "JOURNEYMAN_CI_REPAIRS", "10", "how often failed checks are repaired over the life of a pull request"),
    optional(
        "model.name",
        "JOURNEYMAN_MODEL",
        "\"\"",
        "the model that writes steps in prose, as `provider:model`; providers: `anthropic`, `openai`, `openai-responses`, `gemini`, `ollama`, `compatible`",
    ),
    optional("model.allowed", "JOURNEYMAN_MODEL_ALLOWED", "\"\"", "other models that a repository may choose, separated by commas"),
    optional(
        "model.context_tokens",
        "JOURNEYMAN_MODEL_CONTEXT_TOKENS",
        "0",
        "tokens of the model's window; 0 for what is known of the provider",
    ),
    optional(
        "model.output_tokens",
        "JOURNEYMAN_MODEL_OUTPUT_TOKENS",
        "0",
        "at most so many tokens in one answer; 0 for what is known of the provider",
    ),
    optional(
        "model.prices_path",
        "JOURNEYMAN_MODEL_PRICES_PATH",
        "\"\"",
        "a file in TOML with prices in US dollars for a million tokens: a table `[\"provider:model\"]` with `input`, `output`, `cache_read`, `cache_write`, `cache_write_hour`",
    ),
    optional(
        "model.review",
        "JOURNEYMAN_MODEL_REVIEW",
        "\"on\"",
        "whether the model reads each change a second time, with fresh eyes: `on` or `off`",
    ),
    optional("providers.anthropic_key_path", "JOURNEYMAN_PROVIDERS_ANTHROPIC_KEY_PATH", "\"\"", "the file with the key of Anthropic"),
    secret("providers.anthropic_key", "ANTHROPIC_API_KEY", "\"…\"", "the key itself, instead of its file"),
    optional("providers.anthropic_base", "JOURNEYMAN_PROVIDERS_ANTHROPIC_BASE", "\"\"", "another address than Anthropic's own"),
    optional("providers.openai_key_path", "JOURNEYMAN_PROVIDERS_OPENAI_KEY_PATH", "\"\"", "the file with the key of OpenAI"),
    secret("providers.openai_key", "OPENAI_API_KEY", "\"…\"", "the key itself, instead of its file"),
    optional("providers.openai_base", "JOURNEYMAN_PROVIDERS_OPENAI_BASE", "\"\"", "another address than OpenAI's own"),
    optional("providers.gemini_key_path", "JOURNEYMAN_PROVIDERS_GEMINI_KEY_PATH", "\"\"", "the file with the key of Gemini"),
    secret("providers.gemini_key", "GEMINI_API_KEY", "\"…\"", "the key itself, instead of its file"),
    optional("providers.gemini_base", "JOURNEYMAN_PROVIDERS_GEMINI_BASE", "\"\"", "another address than Gemini's own"),
    optional(
        "providers.compatible_key_path",
        "JOURNEYMAN_PROVIDERS_COMPATIBLE_KEY_PATH",
        "\"\"",
        "the file with the key of the server that speaks OpenAI's language",
    ),
    secret("providers.compatible_key", "JOURNEYMAN_PROVIDERS_COMPATIBLE_KEY", "\"…\"", "the key itself, instead of its file"),
    optional(
        "providers.compatible_base",
        "JOURNEYMAN_PROVIDERS_COMPATIBLE_BASE",
        "\"\"",
        "its address, such as `http://127.0.0.1:8000/v1/` (llama.cpp, vLLM and others)",
    ),
    optional("providers.ollama_base", "JOURNEYMAN_PROVIDERS_OLLAMA_BASE", "\"\"", "another address than `http://127.0.0.1:11434/v1/`"),
    optional(
        "implementer.kind",
        "JOURNEYMAN_IMPLEMENTER_KIND",
        "\"model\"",
        "who writes steps in prose: `model`, our own loop, or `acp`, an agent that speaks the Agent Client Protocol",
    ),
    optional(
        "implementer.agent",
        "JOURNEYMAN_IMPLEMENTER_AGENT",
        "\"\"",
        "the agent: `opencode`, `claude-agent-acp`, `codex-acp`, `gemini`, `goose`, or the command that starts another",
    ),
    optional(
        "budget.step",
        "JOURNEYMAN_BUDGET_STEP",
        "\"80 turns, 4000000 tokens, $5, 60 minutes\"",
        "what one step may cost; `unlimited`, or any of the four",
    ),
    optional("budget.run", "JOURNEYMAN_BUDGET_RUN", "\"$40, 600 minutes\"", "what one run may cost"),
    optional("budget.repository_day", "JOURNEYMAN_BUDGET_REPOSITORY_DAY", "\"$100\"", "what one repository may cost in a day (UTC)"),
    optional("budget.server_day", "JOURNEYMAN_BUDGET_SERVER_DAY", "\"$200\"", "what everything may cost in a day (UTC)"),
    optional(
        "work.dir",
        "JOURNEYMAN_WORK_DIR",
        "\"journeyman-work\"",
        "checkouts in which steps in prose are written, one for each run; can be deleted while nothing runs",
    ),
    optional(
        "work.transcripts",
        "JOURNEYMAN_WORK_TRANSCRIPTS",
        "\"journeyman-transcripts\"",
        "what models and agents said and did, a file for each step",
    ),
    optional(
        "sandbox.unfenced",
        "JOURNEYMAN_SANDBOX_UNFENCED",
        "\"\"",
        "where no fence can be built, commands are refused, unless this says `this machine is disposable`",
    ),
    optional(
        "sandbox.hosts",
        "JOURNEYMAN_SANDBOX_HOSTS",
        "\"\"",
        "hosts that a repository's `setup` commands reach, separated by commas, `*.example.com` for all below; instead of the well-known package registries",
    ),
    optional(
        "sandbox.container",
        "JOURNEYMAN_SANDBOX_CONTAINER",
        "\"off\"",
        "the engine that runs commands in a container where a repository names an image: `docker`, `podman`, or `off`",
    ),
    optional(
        "sandbox.images",
        "JOURNEYMAN_SANDBOX_IMAGES",
        "\"\"",
        "images that may be used, separated by commas: `rust:1.90`, `ghcr.io/acme/*` with `*` for anything; a name without a tag allows every tag",
    ),
    optional("sandbox.memory_megabytes", "JOURNEYMAN_SANDBOX_MEMORY_MEGABYTES", "4096", "memory of one command with all its processes"),
    optional("sandbox.processes", "JOURNEYMAN_SANDBOX_PROCESSES", "512", "processes of one command"),
    optional("sandbox.command_minutes", "JOURNEYMAN_SANDBOX_COMMAND_MINUTES", "10", "how long one command may take"),
    optional("log.format", "JOURNEYMAN_LOG_FORMAT", "\"text\"", "`text` or `json`"),
    optional("log.filter", "JOURNEYMAN_LOG_FILTER", "\"info\"", "what is logged: `warn`, `info`, `debug`, or `journeyman=debug,info`"),
];

/// The key of this name.
pub(super) fn named(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// What a key without default needs in its place: the two ways of giving the private key and the secrets.
fn default_or_need(key: &Key) -> String {
    match (key.default, key.name) {
        (Some("\"\""), _) => "none".into(),
        (None, name) if name.starts_with("providers.") => "none".into(),
        (Some(default), _) => format!("`{}`", default.replace('"', "")),
        (None, "app.id") => "must be set".into(),
        (None, _) => "one of the two".into(),
    }
}

/// `deploy/journeyman.example.toml`: every key with its meaning. Defaults and the second of two ways are commented out.
pub fn example() -> String {
    let mut text = String::from(
        "# Journeyman's configuration. A line that is commented out shows the default, or another way to say the same.\n\
         # Each key can also be given as the variable named beside it, which wins over this file. Relative paths start at\n\
         # this file's directory. `journeyman serve --config journeyman.toml` names everything that is wrong at once.\n",
    );
    let mut table = "";
    for key in &KEYS {
        let (section, name) = key.name.split_once('.').unwrap_or(("", key.name));
        if section != table {
            table = section;
            let _ = write!(text, "\n[{section}]\n");
        }
        let comment = if key.default.is_some() || key.secret { "# " } else { "" };
        let value = key.default.unwrap_or(key.sample);
        let _ = write!(text, "# {} ({})\n{comment}{name} = {value}\n", key.about, key.variable);
    }
    text
}

/// The configuration table of README.md.
pub fn table() -> String {
    let mut text = String::from("| key | variable | default | meaning |\n|---|---|---|---|\n");
    for key in &KEYS {
        let _ = writeln!(text, "| `{}` | `{}` | {} | {} |", key.name, key.variable, default_or_need(key), key.about);
    }
    text
}
