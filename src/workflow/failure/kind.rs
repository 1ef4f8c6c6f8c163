//! Whether a failure looks like the service's and not the code's.
//!
//! The rule, in this order. First the conclusion: what was cancelled, became stale, timed out or did not start was not judged.
//! Then what the runner itself says, in an annotation or a marked error that begins with its own sentence. Then trouble with the
//! network, the disk or memory, which counts only where the project's own work cannot have caused it: near the marked error of a
//! step that is the runner's, an action's or only fetches, and only if no compiler, linter or test tells of a failure there. A
//! test that speaks of a reset connection is therefore the code's. When in doubt it is the code's.

use serde::{Deserialize, Serialize};

use super::clean::Mark;
use super::found::found;
use super::log::{Log, Step, StepKind, read};

/// Whose failure it looks like.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Code,
    /// Running it again may pass. Why, as a fragment that follows "because": `the runner was lost`.
    Service(String),
}

/// Conclusions of check runs and jobs that judge nothing (GitHub's REST description of `check-run.conclusion`).
const CONCLUSIONS: &[(&str, &str)] = &[
    ("cancelled", "it was cancelled"),
    ("stale", "GitHub gave up on it"),
    ("timed_out", "it ran out of time"),
    ("startup_failure", "it did not start"),
];

/// Sentences of the runner and the service, in lower case.
const SENTENCES: &[(&str, &str)] = &[
    ("the runner has received a shutdown signal", "the runner was shut down"),
    ("the operation was canceled", "it was cancelled"),
    ("the hosted runner encountered an error", "the runner failed"),
    ("the job was not acquired by runner", "no runner took it"),
    ("job is waiting for a hosted runner", "no runner took it"),
    ("the job running on runner", "it ran out of time"),
    ("the job has exceeded the maximum execution time", "it ran out of time"),
    ("the self-hosted runner lost communication with the server", "the runner was lost"),
    ("the runner lost communication with the server", "the runner was lost"),
    ("the hosted runner lost communication with the server", "the runner was lost"),
    ("github actions has encountered an internal error", "the service failed"),
    ("failed to download action", "an action could not be fetched"),
    ("failed to resolve action download info", "an action could not be fetched"),
    ("no space left on device", "the runner's disk was full"),
    ("you are running out of disk space", "the runner's disk was full"),
    ("unhandled exception. system.io.ioexception: no space left on device", "the runner's disk was full"),
    ("docker pull failed", "an image could not be fetched"),
    ("system failure", "the runner failed"),
];

/// Words of a network, a disk or a memory that failed, in lower case.
const TROUBLE: &[(&str, &str)] = &[
    ("econnreset", "the network failed"),
    ("etimedout", "the network failed"),
    ("eai_again", "the network failed"),
    ("could not resolve host", "the network failed"),
    ("couldn't resolve host", "the network failed"),
    ("temporary failure in name resolution", "the network failed"),
    ("temporary failure resolving", "the network failed"),
    ("connection reset by peer", "the network failed"),
    ("connection timed out", "the network failed"),
    ("tls handshake timeout", "the network failed"),
    ("socket hang up", "the network failed"),
    ("the remote end hung up", "the network failed"),
    ("rpc failed", "the network failed"),
    ("toomanyrequests", "too much was asked of a registry"),
    ("you have reached your pull rate limit", "too much was asked of a registry"),
    ("api rate limit exceeded", "too much was asked of GitHub"),
    ("no space left on device", "the runner's disk was full"),
];

/// Answers of servers that are not to blame on who asked; each stands after one of [`ANSWERED`].
const ANSWERS: &[&str] = &["429", "500", "502", "503", "504"];
const ANSWERED: &[&str] = &[
    "returned error: ",
    "status code ",
    "status code: ",
    "response code: ",
    "http error ",
    "error: http ",
    "http/1.1 ",
    "http/2 ",
    "statuscode=",
    "received unexpected http status: ",
];

/// Lines before an error that can be its cause.
const NEAR: usize = 30;

/// What a failed check's conclusion, its annotations and, if it was read, its log look like.
pub fn kind(conclusion: &str, annotations: &[String], log: Option<&str>) -> Kind {
    if let Some((_, why)) = CONCLUSIONS.iter().find(|(name, _)| *name == conclusion) {
        return Kind::Service((*why).to_owned());
    }
    let said = annotations.iter().find_map(|annotation| sentence(annotation)).or_else(|| of_log(&read(log?)));
    said.map_or(Kind::Code, |why| Kind::Service(why.to_owned()))
}

/// What the runner itself says.
fn sentence(text: &str) -> Option<&'static str> {
    let text = text.trim().trim_start_matches("ERROR: Job failed (").trim_start_matches("Error: ").to_lowercase();
    let begins = SENTENCES.iter().find(|(sentence, _)| text.starts_with(sentence)).map(|(_, why)| *why);
    // "The self-hosted runner: NAME lost communication with the server."
    let lost = text.starts_with("the ") && text.contains("runner") && text.contains("lost communication with the server");
    begins.or(lost.then_some("the runner was lost"))
}

fn of_log(log: &Log<'_>) -> Option<&'static str> {
    let errors = || log.lines.iter().enumerate().filter(|(_, line)| line.mark == Mark::Error);
    let judged = found(log).iter().any(|found| !matches!(found.tool(), "exception" | "python" | "docker" | "crash"));
    if let Some(why) = errors().find_map(|(_, line)| sentence(&line.text)) {
        // Only a runner that went away leaves open what the tests that it ran would have said.
        return Some(why).filter(|_| !judged || why.starts_with("the runner was"));
    }
    if judged {
        return None;
    }
    let (at, error) = errors().next().map_or_else(|| (log.lines.len(), log.lines.last()), |(at, line)| (at, Some(line)));
    let error = error?;
    let step = log.steps.get(error.step)?;
    if error.mark == Mark::Error && error.text.ends_with("exit code 137") {
        return Some("it was killed, as happens when the memory is full");
    }
    let only_fetches = match step.kind {
        StepKind::SetUp => step.failed,
        StepKind::Action | StepKind::CleanUp => true,
        StepKind::Command => fetches(step),
    };
    if !only_fetches {
        return None;
    }
    let near = log.lines.get(at.saturating_sub(NEAR)..=at.min(log.lines.len().saturating_sub(1))).unwrap_or_default();
    near.iter().rev().filter(|line| line.step == error.step && !line.head).find_map(|line| trouble(&line.text))
}

fn trouble(line: &str) -> Option<&'static str> {
    let line = line.to_lowercase();
    let named = TROUBLE.iter().find(|(words, _)| line.contains(words)).map(|(_, why)| *why);
    let answered = || {
        ANSWERED.iter().filter_map(|before| line.split_once(before)).any(|(_, rest)| ANSWERS.iter().any(|answer| rest.starts_with(answer)))
    };
    named.or_else(|| answered().then_some("a server failed"))
}

/// Whether a script only brings things in.
fn fetches(step: &Step) -> bool {
    const FETCHES: &[&str] = &[
        "npm ci",
        "npm install",
        "npm i ",
        "yarn install",
        "pnpm install",
        "pnpm i ",
        "pip install",
        "pip3 install",
        "python -m pip",
        "uv sync",
        "uv pip",
        "poetry install",
        "bundle install",
        "composer install",
        "cargo fetch",
        "go mod download",
        "apt-get ",
        "apt ",
        "sudo apt",
        "brew ",
        "choco ",
        "curl ",
        "wget ",
        "git clone",
        "git fetch",
        "git submodule",
        "docker pull",
        "docker login",
        "rustup ",
        "dotnet restore",
        "mvn dependency:",
        "corepack ",
        "gem install",
        "npx playwright install",
        "echo ",
        "set ",
        "cd ",
        "mkdir ",
        "tar ",
        "unzip ",
        "export ",
        "sudo apt-get",
    ];
    let lines: Vec<&str> = match step.script.as_slice() {
        [] => vec![step.title.strip_prefix("Run ").unwrap_or(&step.title)],
        script => script.iter().map(String::as_str).collect(),
    };
    let parts = lines.iter().flat_map(|line| line.split("&&")).map(str::trim).filter(|part| !part.is_empty() && !part.starts_with('#'));
    let mut any = false;
    let all = parts.fold(true, |all, part| {
        any = true;
        all && FETCHES.iter().any(|fetch| format!("{part} ").starts_with(fetch))
    });
    any && all
}
