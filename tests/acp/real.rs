//! Agents that people use, as their registry has them: each in the sandbox, against the model that plays a script.

use std::path::PathBuf;
use std::time::Instant;

use journeyman::agent::Ending;
use journeyman::agent::acp::Preset;
use journeyman::domain::{Allowance, Bound};
use serde_json::{Value, json};

use crate::bench::Bench;
use crate::model::{Asked, KEY, ModelServer, Offered, Script, Turn};

fn program(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/agents/node_modules/.bin").join(name);
    assert!(path.exists(), "{name} is missing at {}: run scripts/fetch-agents", path.display());
    path
}

/// A call that writes the file, by whichever tool the agent has for it.
fn writing(asked: &Asked, path: &str, content: &str) -> Turn {
    let shell = format!("printf '%s' '{content}' > {path}");
    let has = |tool: &Offered, field: &str| tool.schema["properties"].get(field).is_some();
    let Some(tool) = asked.tool(&["write", "Write", "write_file", "exec_command", "shell_command", "shell", "bash", "Bash"]) else {
        return Turn::reply("There is nothing to write with.")
            .expecting(|asked| Err(format!("no tool that writes: {:?}", asked.tool_names())));
    };
    let arguments: Value = match tool {
        tool if has(tool, "filePath") => json!({"filePath": path, "content": content}),
        tool if has(tool, "file_path") => json!({"file_path": path, "content": content}),
        tool if has(tool, "cmd") => json!({"cmd": shell}),
        tool if tool.schema["properties"]["command"]["type"] == "array" => json!({"command": ["sh", "-c", shell]}),
        _ => json!({"command": shell, "description": "Writes the file"}),
    };
    Turn::reply("I write the file.").call(&tool.name.clone(), arguments)
}

fn script(path: PathBuf, question: bool) -> Script {
    let (path, content) = if question {
        (path.join(".journeyman/question.md"), "Which colour shall it have?")
    } else {
        (path.join("src/made.txt"), "made by an agent")
    };
    let path = path.display().to_string();
    Script::new([
        Turn::answering(move |asked| writing(asked, &path, content)).after_words("Write the file"),
        Turn::reply("The file is written."),
    ])
    // Titles and the like.
    .aside(|asked| asked.tools.is_empty(), "A title")
}

async fn drive(preset: Preset, name: &str, model: &str, question: bool) {
    let program = program(name);
    let mut bench = Bench::new().await;
    std::fs::create_dir_all(bench.site.root.join("src")).unwrap();
    let server = ModelServer::start(script(bench.site.root.clone(), question)).await;
    let upstream = match preset {
        Preset::ClaudeCode | Preset::Gemini => server.base(),
        Preset::Opencode | Preset::Codex | Preset::Goose => server.openai(),
    };
    bench.tell("Write the file src/made.txt. Its content is: made by an agent");
    let began = Instant::now();
    let ended = bench.preset(preset, &program, upstream, model).await;
    let took = began.elapsed();
    println!("{name}: {took:?}\n{}", bench.story());
    let ended = ended.unwrap_or_else(|error| panic!("{error}\n{}\n{}", bench.story(), server.conversation()));
    if question {
        assert_eq!(ended, Ending::Asks { question: "Which colour shall it have?".into() }, "{}", server.conversation());
        assert!(!bench.site.root.join(".journeyman").exists());
    } else {
        let Ending::Submitted(report) = &ended else { panic!("{ended:?}\n{}\n{}", bench.story(), server.conversation()) };
        assert_eq!(report.done, ["The file is written."]);
        assert_eq!(bench.file("src/made.txt"), "made by an agent");
    }
    bench.has("paid:");
    bench.has_not(KEY);
    assert!(bench.transcript.spent().turns >= 2 && bench.transcript.spent().usage.input > 0);
    server.end();
}

#[tokio::test]
async fn opencode_writes_a_file() {
    drive(Preset::Opencode, "opencode", "gpt-5", false).await;
}

#[tokio::test]
async fn opencode_asks() {
    drive(Preset::Opencode, "opencode", "gpt-5", true).await;
}

#[tokio::test]
async fn claude_code_writes_a_file() {
    drive(Preset::ClaudeCode, "claude-agent-acp", "claude-sonnet-4-5", false).await;
}

#[tokio::test]
async fn claude_code_asks() {
    drive(Preset::ClaudeCode, "claude-agent-acp", "claude-sonnet-4-5", true).await;
}

#[tokio::test]
async fn codex_writes_a_file() {
    drive(Preset::Codex, "codex-acp", "gpt-5.5", false).await;
}

#[tokio::test]
async fn codex_asks() {
    drive(Preset::Codex, "codex-acp", "gpt-5.5", true).await;
}

#[tokio::test]
async fn gemini_writes_a_file() {
    drive(Preset::Gemini, "gemini", "gemini-2.5-pro", false).await;
}

#[tokio::test]
async fn gemini_asks() {
    drive(Preset::Gemini, "gemini", "gemini-2.5-pro", true).await;
}

#[tokio::test]
async fn claude_code_is_refused_what_leads_outside() {
    let program = program("claude-agent-acp");
    let mut bench = Bench::new().await;
    let outside = bench.outside("new.txt");
    let written = outside.clone();
    let turns = [
        Turn::answering(move |asked| writing(asked, &written, "taken")),
        Turn::reply("I was not allowed to.").expecting(|asked| {
            let results = asked.results();
            if results.iter().any(|result| result.failed) { Ok(()) } else { Err(format!("it was let: {results:?}")) }
        }),
    ];
    let server = ModelServer::start(Script::new(turns).errands_aside()).await;
    bench.tell("Write a file that is not yours.");
    let ended = bench.preset(Preset::ClaudeCode, &program, server.base(), "claude-sonnet-4-5").await.unwrap();
    assert!(matches!(ended, Ending::Submitted(_)), "{ended:?}");
    bench.has("is outside the working directory");
    assert!(!std::path::Path::new(&outside).exists());
    server.end();
}

#[tokio::test]
async fn the_budget_stops_each_of_them_before_its_second_turn() {
    let agents = [(Preset::Opencode, "opencode", "gpt-5"), (Preset::Codex, "codex-acp", "gpt-5.5")];
    for (preset, name, model) in agents {
        let program = program(name);
        let mut bench = Bench::new().await;
        bench.allow(Allowance { turns: Some(1), ..Allowance::default() });
        std::fs::create_dir_all(bench.site.root.join("src")).unwrap();
        let path = bench.site.root.join("src/made.txt").display().to_string();
        let server = ModelServer::start([Turn::answering(move |asked| writing(asked, &path, "one turn"))]).await;
        bench.tell("Write the file.");
        let ended = bench.preset(preset, &program, server.openai(), model).await.unwrap();
        let Ending::OutOfBudget(exhausted) = ended else { panic!("{ended:?}\n{}\n{}", bench.story(), server.conversation()) };
        assert_eq!((exhausted.bound, exhausted.spent.turns), (Bound::Turns, 1));
        assert_eq!(bench.file("src/made.txt"), "one turn", "what was paid for was done");
        server.end();
    }
}
