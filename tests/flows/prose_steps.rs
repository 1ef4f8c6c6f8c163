//! Steps in prose, written by a model that plays a script over its provider's own protocol.

use journeyman::agent::model::ModelConfig;
use journeyman::domain::{Allowance, Bound, IssueNumber, RepoName};
use journeyman::simulator::{Ci, Simulator};
use journeyman::workflow::{Ending, Phase, StuckReason};
use serde_json::json;

use crate::harness::{Crash, World};
use crate::model::{KEY, ModelServer, Turn};
use crate::samples::{file, quick_greeter};

pub const SPECIFICATION: &str = "The greeter is to know goodbyes.\n\n## Steps\n\n### Step 1: Say goodbye\n\nAdd a shell function `goodbye` to a new file \
                             `lib/goodbye.sh`. It prints `Goodbye!`.\n\nVerify: `sh lib/goodbye.sh`\n\n## Acceptance criteria\n\n- [ ] It is there (`test`)\n";

pub const FUNCTION: &str = "goodbye() {\n  printf 'Goodbye!\\n'\n}\n";

pub fn config(server: &ModelServer) -> ModelConfig {
    let base = Some(format!("{}/v1", server.base()));
    ModelConfig { key: Some(KEY.to_owned().into()), base, ..ModelConfig::named("anthropic:claude-opus-5-5") }
}

pub fn writes(text: &str) -> Turn {
    Turn::calls("write", json!({"path": "lib/goodbye.sh", "content": text}))
}

pub fn submits() -> Turn {
    let tests = json!([]);
    Turn::calls(
        "submit",
        json!({"done": ["`goodbye` is in lib/goodbye.sh"], "tests": tests, "suggestions": ["Say it in other languages."]}),
    )
}

/// The second reader has nothing to say.
pub fn content() -> Turn {
    Turn::calls("findings", json!({"not_done": [], "done_otherwise": [], "beyond": []}))
}

fn finds(text: &str) -> Turn {
    Turn::calls("findings", json!({"not_done": [text], "done_otherwise": [], "beyond": []}))
}

async fn world(server: &ModelServer) -> World {
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(server)).await;
    world
}

async fn build(world: &mut World) -> IssueNumber {
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    issue
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_in_prose_becomes_a_commit_that_ci_verifies() {
    let server = ModelServer::start([Turn::calls("list", json!({"depth": 2})), writes(FUNCTION), submits(), content()]).await;
    let mut world = world(&server).await;
    let issue = build(&mut world).await;
    let run = world.run(issue).await;
    assert_eq!(run.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let commit = world.commits(issue).await.pop().unwrap();
    assert!(commit.message.contains("Journeyman-Model: anthropic:claude-opus-5-5"), "{}", commit.message);
    assert!(commit.message.contains("Journeyman-Tokens: ") && commit.message.contains("Journeyman-Cost: $"), "{}", commit.message);
    let work = run.plan.unwrap().steps[0].work.clone().unwrap();
    assert_eq!((work.spent.turns, work.verified), (4, vec!["sh lib/goodbye.sh".to_owned()]));
    let first = server.requests().remove(0).body.to_string();
    assert!(first.contains("The greeter is to know goodbyes.") && first.contains("run.sh style.sh"), "{first}");
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_commands_guards_and_a_second_reader_find_goes_back_and_is_mended() {
    let workflow = Turn::calls("write", json!({"path": ".github/workflows/more.yml", "content": "on: push\n"}));
    let undo = Turn::calls("delete", json!({"path": ".github/workflows/more.yml"}));
    let server = ModelServer::start([
        writes("goodbye() {\n"),
        submits(),
        writes(FUNCTION).after_words("sh lib/goodbye.sh"),
        workflow,
        submits(),
        undo.after_words(".github/workflows/more.yml"),
        submits(),
        finds("The function prints `Goodbye`, without its exclamation mark."),
        submits().after_words("exclamation mark"),
        content(),
    ])
    .await;
    let mut world = world(&server).await;
    let issue = build(&mut world).await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    assert_eq!(world.commits(issue).await.pop().unwrap().message.lines().next(), Some("Say goodbye"));
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_red_before_the_step_is_told_to_people_and_not_repaired() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut repository = quick_greeter();
    repository.push((".github/journeyman.yml", "verify: ['echo 2 tests fail; exit 1']\n"));
    let mut world = World::new(&repository, Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let issue = build(&mut world).await;
    let run = world.run(issue).await;
    assert_eq!(run.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let body = world.pull(issue).await.body;
    let (_, people) = body.split_once("For a person to look at").unwrap();
    assert!(people.contains("echo 2 tests fail") && people.contains("failed before it as well"), "{body}");
    assert_eq!(run.plan.unwrap().steps[0].work.clone().unwrap().verified, ["sh lib/goodbye.sh"]);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_implementer_asks_and_goes_on_with_the_answer() {
    let server = ModelServer::start([
        Turn::calls("ask", json!({"question": "Shall it greet the world or a person?"})),
        writes(FUNCTION).after_words("The world."),
        submits(),
        content(),
    ])
    .await;
    let mut world = world(&server).await;
    let issue = build(&mut world).await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "{}\n{}", world.everything().await, server.conversation());
    world.github.person("ada").comment(&world.repo, issue, "1: The world.").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_budget_stops_the_run_and_a_person_lets_it_go_on_with_the_work_kept() {
    let server = ModelServer::start([writes(FUNCTION), submits().after_result("lib/goodbye.sh")]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.step_allowance = Allowance { turns: Some(1), ..Allowance::default() };
    world.has_model(config(&server)).await;
    let issue = build(&mut world).await;
    let run = world.run(issue).await;
    assert!(
        matches!(&run.phase, Phase::Stuck { reason: StuckReason::OutOfBudget { exhausted, .. }, .. } if exhausted.bound == Bound::Turns),
        "{}",
        world.everything().await
    );
    world.github.person("ada").comment(&world.repo, issue, "/journeyman retry").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let body = world.pull(issue).await.body;
    assert!(body.contains("not read a second time"), "what was left out is told: {body}");
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_whose_checkout_was_lost_begins_anew() {
    let server = ModelServer::start([writes(FUNCTION), writes(FUNCTION).after_words("lib/goodbye.sh"), submits()]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.step_allowance = Allowance { turns: Some(1), ..Allowance::default() };
    world.has_model(config(&server)).await;
    let issue = build(&mut world).await;
    world.loses_work().await;
    for _ in 0..2 {
        world.github.person("ada").comment(&world.repo, issue, "/journeyman retry").unwrap();
        world.settle().await;
    }
    let run = world.run(issue).await;
    assert_eq!(run.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    assert_eq!(world.store().spent_by_run(&run.id).await.unwrap().turns, 3, "what was lost was paid for, too");
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crash_after_every_piece_of_work_pays_for_no_turn_twice() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut world = world(&server).await;
    world.crash = Crash::Always;
    let issue = build(&mut world).await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    assert_eq!(server.requests().len(), 3);
    let run = world.run(issue).await;
    assert_eq!(world.store().spent_by_run(&run.id).await.unwrap().turns, 3);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_for_which_there_is_no_engine_is_told_to_a_person_and_nothing_is_built() {
    let server = ModelServer::start([]).await;
    let mut files = quick_greeter();
    files.push((".github/journeyman.yml", "image: rust:1.90\n"));
    let mut world = World::new(&files, Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let issue = build(&mut world).await;
    let run = world.run(issue).await;
    assert!(matches!(run.phase, Phase::Stuck { .. }), "{}", world.everything().await);
    let told = world.everything().await;
    assert!(told.contains("in the image `rust:1.90`, and this server runs no containers"), "{told}");
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_under_way_is_left_when_the_run_is_called_off() {
    type Act = fn(&Simulator, &RepoName);
    let stops: Act = |github, repo| {
        github.person("ada").comment(repo, IssueNumber(1), "/journeyman stop").unwrap();
    };
    let unlabels: Act = |github, repo| github.person("ada").unlabel(repo, IssueNumber(1), "implement").unwrap();
    for act in [stops, unlabels] {
        let server = ModelServer::start([]).await;
        // Without being called off it would take the better part of an hour.
        let files = [quick_greeter(), vec![(".github/journeyman.yml", "setup: [sleep 3000]\n")]].concat();
        let mut world = World::new(&files, Ci::Workflows).await;
        world.has_model(config(&server)).await;
        world.meanwhile("write:0:", act);
        let issue = build(&mut world).await;
        assert!(matches!(world.run(issue).await.phase, Phase::Over(Ending::Cancelled { .. })), "{}", world.everything().await);
        assert_eq!(world.repository().branches.len(), 1, "nothing was pushed");
        server.end();
        world.read_all();
        world.close().await;
    }
}
