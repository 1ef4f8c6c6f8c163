//! Steps in prose written by agents of the Agent Client Protocol, from the issue to the pull request.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use journeyman::agent::acp::{AcpConfig, Preset};
use journeyman::agent::prices::PriceList;
use journeyman::agent::transcript::{self, Entry};
use journeyman::domain::{Allowance, Bound, IssueNumber};
use journeyman::simulator::Ci;
use journeyman::workflow::{Phase, StuckReason};
use serde_json::{Value, json};

use crate::harness::World;
use crate::model::{Asked, KEY, ModelServer, Script, Turn};
use crate::processes::{Process, github};
use crate::prose_steps::{FUNCTION, SPECIFICATION};
use crate::samples::{file, quick_greeter};

const FAKE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/acp");
const AGENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/target/agents");

/// An agent that asks its model what to do, and does it.
fn fake(server: &ModelServer) -> AcpConfig {
    let command = ["node", &format!("{FAKE}/agent.mjs"), "asks"].map(str::to_owned).to_vec();
    AcpConfig { command, readable: vec![FAKE.into()], ..of(server) }
}

fn codex(server: &ModelServer) -> AcpConfig {
    let program = PathBuf::from(AGENTS).join("node_modules/.bin/codex-acp");
    assert!(program.exists(), "codex-acp is missing at {}: run scripts/fetch-agents", program.display());
    AcpConfig { command: vec![program.display().to_string()], preset: Some(Preset::Codex), readable: vec![AGENTS.into()], ..of(server) }
}

fn of(server: &ModelServer) -> AcpConfig {
    let prices = PriceList { provider: "openai".into(), ..PriceList::default() };
    let (upstream, key, model) = (server.openai(), Some(KEY.into()), Some("gpt-5".into()));
    AcpConfig { command: Vec::new(), preset: None, upstream, key, model, prices, readable: Vec::new() }
}

/// The model tells the agent to do this.
fn acts(acts: &Value) -> Turn {
    Turn::reply(&format!("DO {acts}"))
}

fn writes() -> Value {
    json!({"disk": ["lib/goodbye.sh", FUNCTION]})
}

async fn build(world: &mut World, agent: AcpConfig) -> IssueNumber {
    world.has_agent(agent).await;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    issue
}

/// The commit is there with its trailers, and CI has ticked the box.
async fn is_built(world: &World, issue: IssueNumber, by: &str, server: &ModelServer) {
    let run = world.run(issue).await;
    assert_eq!(run.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let message = world.commits(issue).await.pop().unwrap().message;
    for trailer in [&format!("Journeyman-Model: {by} with openai:gpt-5\n"), "Journeyman-Tokens: ", "Journeyman-Cost: $"] {
        assert!(message.contains(trailer), "{trailer} is not in {message}");
    }
    assert!(!message.contains("unknown") && !message.contains(env!("CARGO_MANIFEST_DIR")), "{message}");
    let body = world.pull(issue).await.body;
    assert!(body.contains("- [x] **1.** Say goodbye") && body.contains(&format!("{by} with openai:gpt-5")), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_written_by_an_agent_becomes_a_commit_that_ci_verifies() {
    let server = ModelServer::start([acts(&json!([writes()]))]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    let issue = build(&mut world, fake(&server)).await;
    is_built(&world, issue, "node agent.mjs asks", &server).await;
    let work = world.run(issue).await.plan.unwrap().steps[0].work.clone().unwrap();
    assert_eq!((work.spent.turns, work.spent.unpriced_turns, work.verified), (1, 0, vec!["sh lib/goodbye.sh".to_owned()]));
    assert!(work.spent.micro_dollars > 0 && work.spent.millis > 0, "{:?}", work.spent);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_asks_and_goes_on_with_the_answer() {
    let asks = json!({"disk": [".journeyman/question.md", "Shall it greet the world or a person?"]});
    let server = ModelServer::start([acts(&json!([asks])), acts(&json!([writes()])).after_words("The world.")]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    let issue = build(&mut world, fake(&server)).await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "{}\n{}", world.everything().await, server.conversation());
    world.github.person("ada").comment(&world.repo, issue, "1: The world.").unwrap();
    world.settle().await;
    is_built(&world, issue, "node agent.mjs asks", &server).await;
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_whose_budget_is_spent_goes_on_when_a_person_says_so() {
    let more = json!({"model": ["/chat/completions", {"model": "gpt-5", "messages": [{"role": "user", "content": "and now?"}]}]});
    let server = ModelServer::start([acts(&json!([writes(), more, {"hang": true}])), acts(&json!([{"look": "lib/goodbye.sh"}]))]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.step_allowance = Allowance { turns: Some(1), ..Allowance::default() };
    let issue = build(&mut world, fake(&server)).await;
    let run = world.run(issue).await;
    assert!(
        matches!(&run.phase, Phase::Stuck { reason: StuckReason::OutOfBudget { exhausted, .. }, .. } if exhausted.bound == Bound::Turns),
        "{}\n{}",
        world.everything().await,
        server.conversation()
    );
    world.github.person("ada").comment(&world.repo, issue, "/journeyman retry").unwrap();
    world.settle().await;
    is_built(&world, issue, "node agent.mjs asks", &server).await;
    let told: Vec<Entry> = world.transcripts(&run.id).into_iter().flatten().map(|line| line.entry).collect();
    let said = |words: &str| told.iter().any(|entry| matches!(entry, Entry::Update { text, .. } if text.contains(words)));
    assert!(said("told to stop") && said("look lib/goodbye.sh: goodbye()"), "{told:#?}");
    server.end();
    world.read_all();
    world.close().await;
}

/// A command that writes the file, by the tool that codex has for commands.
fn commanded(asked: &Asked) -> Turn {
    let shell = format!("cat > lib/goodbye.sh <<'END'\n{FUNCTION}END\n");
    let Some(tool) = asked.tool(&["exec_command", "shell_command", "shell"]) else {
        return Turn::reply("There is nothing to write with.").expecting(|asked| Err(format!("no shell: {:?}", asked.tool_names())));
    };
    let fields = &tool.schema["properties"];
    let arguments = match (fields.get("cmd"), &fields["command"]["type"]) {
        (Some(_), _) => json!({"cmd": shell}),
        (None, kind) if kind == "array" => json!({"command": ["sh", "-c", shell]}),
        (None, _) => json!({"command": shell}),
    };
    Turn::reply("I write it.").call(&tool.name.clone(), arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn codex_writes_a_step_from_the_issue_to_the_pull_request() {
    let script = Script::new([Turn::answering(commanded), Turn::reply("`goodbye` is in lib/goodbye.sh.")]).errands_aside();
    let server = ModelServer::start(script).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    let issue = build(&mut world, codex(&server)).await;
    is_built(&world, issue, "codex-acp", &server).await;
    server.end();
    world.read_all();
    world.close().await;
}

/// The agent as a program of its own, which is all that a configuration names.
fn program(place: &std::path::Path) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = place.join("agent");
    std::fs::create_dir(&directory).unwrap();
    std::fs::copy(format!("{FAKE}/agent.mjs"), directory.join("agent.mjs")).unwrap();
    let program = directory.join("fake-agent");
    std::fs::write(&program, "#!/bin/sh\nexec node \"$(dirname \"$0\")/agent.mjs\" \"$@\"\n").unwrap();
    for (path, mode) in [(place, 0o755), (directory.as_path(), 0o755), (program.as_path(), 0o755)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    program.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_told_to_stop_when_the_server_stops_and_the_next_start_goes_on() {
    let server = ModelServer::start([acts(&json!([writes(), {"cancel": true}])), acts(&json!([]))]).await;
    let place = tempfile::tempdir().unwrap();
    let (github, repo, config) = github(place.path()).await;
    let more = format!(
        "[model]\nname = \"openai:gpt-5\"\nreview = \"off\"\n[providers]\nopenai_key = \"{KEY}\"\nopenai_base = \"{}\"\n[implementer]\nkind = \"acp\"\n\
         agent = \"{} asks\"\n[work]\ndir = \"work\"\ntranscripts = \"transcripts\"\n",
        server.openai(),
        program(place.path()),
    );
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, format!("{text}{more}")).unwrap();
    let written = place.path().join("work/acme+greeter+1.1/checkout/files/lib/goodbye.sh");
    let patience = Duration::from_secs(90);

    let serve = Process::start(&["serve", "--config", &config]);
    file(&github, &repo, "Say goodbye", SPECIFICATION);
    let began = Instant::now();
    while !written.exists() {
        assert!(began.elapsed() < patience, "it is not at work:\n{}\n{}", serve.said(), server.conversation());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let stopping = Instant::now();
    let ended = tokio::task::block_in_place(|| serve.terminate());
    assert!(ended.success() && stopping.elapsed() < Duration::from_secs(20), "{ended} after {:?}", stopping.elapsed());
    let transcripts = place.path().join("transcripts/acme+greeter+1.1");
    let file = std::fs::read_dir(&transcripts).unwrap().next().unwrap().unwrap().path();
    let lines = transcript::read(&file).unwrap();
    let told = |entry: &Entry| matches!(entry, Entry::Update { text, .. } if text.contains("told to stop"));
    assert!(lines.iter().any(|line| told(&line.entry)), "{lines:#?}");
    assert!(matches!(lines.last().unwrap().entry, Entry::Elapsed { .. }), "its time is booked: {lines:#?}");

    let serve = Process::start(&["serve", "--config", &config]);
    let mut changes = github.changed();
    let ready = async {
        loop {
            changes.mark_unchanged();
            let world = github.world().unwrap();
            if world.repository("acme/greeter").unwrap().pulls.iter().any(|pull| !pull.draft) {
                return;
            }
            changes.changed().await.unwrap();
        }
    };
    let done = tokio::time::timeout(patience, ready).await.is_ok();
    assert!(done, "{}\n{}", serve.said(), server.conversation());
    assert!(tokio::task::block_in_place(|| serve.terminate()).success());
    server.end();
    github.shutdown().await;
}
