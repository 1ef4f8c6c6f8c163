//! Acceptance criteria are ticked by what shows them at the head: a check, a test in its log, a command that a job ran.

use journeyman::simulator::Ci;
use journeyman::workflow::Phase;
use serde_json::json;

use crate::harness::World;
use crate::model::{ModelServer, Turn};
use crate::prose_steps::{FUNCTION, config, content, writes};
use crate::samples::{file, quick_greeter};

const SPECIFICATION: &str = "## Steps\n\n### Step 1: Say goodbye\n\nAdd a shell function `goodbye` to a new file `lib/goodbye.sh`. It prints \
                             `Goodbye!`.\n\n## Acceptance criteria\n\n- [ ] All is well (`test`)\n- [ ] It says goodbye\n- [ ] It is polite \
                             (`test_is_polite`)\n- [ ] The script runs (`sh tests/run.sh`)\n- [ ] It is quiet (`test_is_quiet`)\n- [ ] It is \
                             pleasant to use\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_criterion_is_ticked_by_a_check_a_test_in_its_log_or_a_command_and_what_nothing_shows_is_a_persons() {
    let submits = Turn::calls(
        "submit",
        json!({"done": ["`goodbye` is there"], "tests": ["says_goodbye"], "criteria": ["2: `says_goodbye`", "6: no_such_test"]}),
    );
    let server = ModelServer::start([writes(FUNCTION), submits, content()]).await;
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    world.has_model(config(&server)).await;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    let head = world.run(issue).await.head.unwrap().to_string();
    let log =
        "##[group]Run sh tests/run.sh\n##[endgroup]\nok 1 - says_goodbye\nok 2 - test_is_polite\nok 3 - test_is_quiet # SKIP not now\n";
    world.github.ci(&world.repo).concludes(&head, "test", "success", log).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let body = world.pull(issue).await.body;
    let criteria: Vec<&str> = body.lines().skip_while(|line| !line.contains("Acceptance criteria")).skip(2).take(6).collect();
    assert_eq!(
        criteria,
        [
            "- [x] All is well (`test`) · ✅ `test`",
            "- [x] It says goodbye · ✅ `says_goodbye` in `test`",
            "- [x] It is polite (`test_is_polite`) · ✅ `test_is_polite` in `test`",
            "- [x] The script runs (`sh tests/run.sh`) · ✅ `sh tests/run.sh` in `test`",
            "- [ ] It is quiet (`test_is_quiet`) · waits for `test_is_quiet`",
            "- [ ] It is pleasant to use · waits for `no_such_test`",
        ],
        "{body}"
    );
    let told = server.requests().remove(0).body.to_string();
    assert!(told.contains("6. It is pleasant to use") && !told.contains("1. All is well"), "{told}");
    server.end();
    world.read_all();
    world.end().await;
}
