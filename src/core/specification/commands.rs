//! Which words are commands, and which commands a step may be verified with.

use super::pattern::{Pattern, is_one_of};

/// Whether the text begins with the name of a program that checks, builds or runs something.
pub fn looks_like_one(text: &str) -> bool {
    let mut words = text.split_whitespace().skip_while(|word| is_assignment(word));
    let Some(first) = words.next() else { return false };
    let more = words.next();
    let script = ["./", "scripts/", "bin/", ".venv/", "node_modules/.bin/", "vendor/bin/"].iter().any(|folder| first.starts_with(folder));
    let script = script && (more.is_some() || !first.ends_with('/'));
    // A program's name alone is mostly the program itself, spoken of.
    script || is_one_of(PROGRAMS, first) && (more.is_some() || is_one_of(ALONE, first))
}

/// Whether running it leaves nothing behind outside of the checkout: it does not push, merge, publish, deploy or delete.
pub fn is_safe(command: &str) -> bool {
    static HARMFUL: Pattern = Pattern::new(
        r"(?xi)\bgit\s+(?:-\S+\s+)*(?:push|merge|commit|add|tag|checkout|switch|branch|rebase|reset|clean|worktree|stash|rm|mv|cherry-pick|revert|pull|restore|clone|init)\b
              | \b(?:rm|rmdir|unlink|shred|dd|mkfs|sudo|su|kill|pkill|killall|shutdown|reboot|chown|scp|rsync|ssh)\b(?:\s|$)
              | \bgh\s+(?:pr|release|repo|issue|workflow|api|secret|auth|run)\b
              | \b(?:npm|pnpm|yarn|bun|cargo|poetry|uv|gem|dotnet\s+nuget|vsce|hatch|flit|lerna|changeset|mvn|twine)\s+(?:run\s+)?(?:publish|push|upload|unpublish|release|login|deploy)\b
              | \b(?:docker|podman)\s+(?:push|login|rm|rmi|system)\b | \bhelm\s+(?:install|upgrade|uninstall|delete)\b
              | \bkubectl\s+(?:apply|delete|create|patch|rollout|scale|replace|edit)\b | \b(?:terraform|tofu|pulumi|cdk)\s+(?:apply|destroy|up|deploy|import)\b
              | \b(?:deploy|undeploy|--prod|--production)\b | \b(?:vercel|netlify|fly|flyctl|heroku|firebase|wrangler|serverless|sls|gcloud|aws|az|openai|modal|replicate|stripe|twilio|eas)\s
              | --dangerously | \bskip-permissions\b | \|\s*(?:sudo\s+)?(?:ba|z)?sh\b | \bdrop\s+(?:table|database)\b | \b(?:claude|codex|gemini)\s+-",
    );
    !HARMFUL.is_in(command) && !reaches_outside(command)
}

/// Whether it asks a server that is not on this machine.
fn reaches_outside(command: &str) -> bool {
    static ASKS: Pattern = Pattern::new(r"\b(?:curl|wget|http|https|xh|ping|telnet|nc|ncat|ftp|sftp|openssl\s+s_client)\s");
    static HOST: Pattern = Pattern::new(r"(?i)\b[a-z]+://([^/\s:'\x22]+)");
    const HERE: [&str; 6] = ["localhost", "127.0.0.1", "0.0.0.0", "[", "host.docker.internal", "$"];
    ASKS.is_in(command)
        && HOST.all(command).iter().filter_map(|found| found.get(1)).any(|host| !HERE.iter().any(|here| host.as_str().starts_with(here)))
}

/// The commands of a fenced block of shell, one for each line that is one.
pub fn of_block(body: &str) -> Vec<String> {
    let mut commands = Vec::new();
    let mut pending = String::new();
    let mut until: Option<String> = None;
    let mut quoted = false;
    for line in body.lines() {
        if let Some(end) = &until {
            if line.trim() == end {
                until = None;
            }
            continue;
        }
        let line = line.trim_end();
        let text = line.trim_start().trim_start_matches("$ ").trim_start_matches("% ").trim_start_matches("> ");
        if !quoted && pending.is_empty() && (text.is_empty() || text.starts_with('#')) {
            continue;
        }
        if let Some((_, heredoc)) = text.split_once("<<").filter(|(_, rest)| !rest.starts_with('<')) {
            let end: String = heredoc
                .trim_start_matches('-')
                .trim()
                .trim_matches(['\'', '"'])
                .chars()
                .take_while(|char| char.is_alphanumeric() || *char == '_')
                .collect();
            until = (!end.is_empty()).then_some(end);
            pending.clear();
            continue;
        }
        let continued = text.strip_suffix('\\');
        pending.push_str(continued.unwrap_or(text).trim_end());
        quoted = pending.matches('"').count() % 2 == 1;
        if quoted {
            pending.push('\n');
        } else if continued.is_some() {
            pending.push(' ');
        } else {
            commands.push(without_comment(&std::mem::take(&mut pending)));
        }
        if pending.len() > 4000 {
            return commands;
        }
    }
    commands.retain(|command| !command.is_empty() && !is_assignment(command));
    commands
}

/// Without a remark at its end.
fn without_comment(command: &str) -> String {
    let cut = command.find("  #").or_else(|| command.find(" # "));
    let open =
        |at: usize| command.get(..at).is_some_and(|before| before.matches('"').count() % 2 == 0 && before.matches('\'').count() % 2 == 0);
    cut.filter(|at| open(*at)).and_then(|at| command.get(..at)).unwrap_or(command).trim().to_owned()
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_')
    }) && !word.contains(' ')
}

const ALONE: &str = " make pytest tox ctest mypy rspec jest vitest tsc nox phpunit golangci-lint pyright just rake mocha ";
const PROGRAMS: &str = " cargo rustc npm npx pnpm pnpx yarn bun bunx deno node tsc tsx jest vitest mocha eslint prettier biome playwright cypress \
    turbo nx make gmake cmake ctest ninja meson bazel bazelisk buck2 go gofmt golangci-lint staticcheck python python3 \
    pytest uv uvx poetry pdm hatch tox nox ruff mypy black pyright pip pipenv coverage dotnet msbuild nuget mvn ./mvnw \
    gradle gradlew sbt lein clj bundle rake rspec ruby rails bin/rails rubocop php composer phpunit artisan swift xcodebuild \
    swiftlint flutter dart mix elixir rebar3 stack cabal ghc dune opam zig just task bash sh zsh pwsh powershell docker \
    docker-compose podman kubectl helm terraform tofu ansible-lint shellcheck actionlint yamllint markdownlint hadolint grep \
    rg test curl ls cat wc find diff jq head git bats pre-commit lefthook sqlite3 psql redis-cli julia Rscript perl prove \
    lua busted nix gleam wasm-pack trunk tauri vite next ng astro storybook svelte-check vue-tsc mkdocs sphinx-build hugo \
    jekyll forge hardhat anchor mise direnv tree timeout stat file sed awk cd ollama protoc buf sqlfluff dbt alembic prisma ";
