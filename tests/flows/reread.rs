//! In the end every step is read against the final tree, and what was missed is built as a further commit of its step.

use journeyman::simulator::Ci;
use journeyman::workflow::Phase;
use serde_json::json;

use crate::harness::{Crash, World};
use crate::model::{ModelServer, Turn};
use crate::prose_steps::{FUNCTION, config, content, submits, writes};
use crate::samples::{file, quick_greeter};

const SPECIFICATION: &str = "## Steps\n\n### Step 1: Say goodbye\n\nAdd a shell function `goodbye` to a new file `lib/goodbye.sh`. Add a test \
                             `test_goodbye` to a new file `tests/goodbye.sh`.\n";

fn writes_test() -> Turn {
    Turn::calls("write", json!({"path": "tests/goodbye.sh", "content": "test_goodbye() {\n  . lib/goodbye.sh && goodbye\n}\n"}))
}

async fn completed(crash: Crash) {
    let server = ModelServer::start([
        writes(FUNCTION),
        submits(),
        content(),
        writes_test().after_words("It names `tests/goodbye.sh`, and there is no such file."),
        submits(),
        content(),
    ])
    .await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(&server)).await;
    world.crash = crash;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let commits = world.commits(issue).await;
    let subjects: Vec<&str> = commits.iter().map(|commit| commit.message.lines().next().unwrap()).collect();
    assert_eq!(subjects, ["Say goodbye", "Complete step 1: Say goodbye"]);
    assert!(commits[1].message.contains("Journeyman-Step: 1\nJourneyman-Attempt: 2\n"), "{}", commits[1].message);
    let pull = world.pull(issue).await;
    assert!(!pull.draft && !pull.body.contains("For a person to look at"), "{}", pull.body);
    server.end();
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_of_a_step_is_built_as_a_further_commit_of_it() {
    completed(Crash::Never).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_completed_once_wherever_a_crash_falls() {
    completed(Crash::Always).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_missing_for_whoever_built_it_is_told_to_people() {
    let nothing = Turn::calls("submit", json!({"done": ["The test is in lib/goodbye.sh."], "tests": []}));
    let server = ModelServer::start([writes(FUNCTION), submits(), content(), nothing]).await;
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let body = world.pull(issue).await.body;
    assert!(body.contains("- **1.** It names `tests/goodbye.sh`, and there is no such file."), "{body}");
    assert_eq!(world.commits(issue).await.len(), 1);
    server.end();
    world.read_all();
    world.end().await;
}
