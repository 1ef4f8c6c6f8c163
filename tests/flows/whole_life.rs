//! One run with everything that happens to a pull request: a check that fails and is repaired, a review, a base that conflicts, a merge.
//! Wherever the process crashes, the world ends the same.

use journeyman::domain::IssueNumber;
use journeyman::simulator::{Ci, LineComment, Role};
use journeyman::workflow::{Ending, Phase};
use serde_json::json;

use crate::account::without_ids;
use crate::harness::{BOT, Crash, World};
use crate::model::{ModelServer, Turn};
use crate::people::file_at_head;
use crate::prose_steps::{FUNCTION, SPECIFICATION, config, content, submits, writes};
use crate::samples::{file, quick_greeter};

const MENDED: &str = "goodbye() {\n  printf 'Goodbye!\\n'\n}\n# Mended.\n";
const RENAMED: &str = "goodbye() {\n  printf 'Farewell!\\n'\n}\n# Mended.\n";
const THEIRS: &str = "# Goodbyes.\ngoodbye() {\n  echo 'So long!'\n}\n";
const BOTH: &str = "# Goodbyes.\ngoodbye() {\n  printf 'Farewell!\\n'\n  echo 'So long!'\n}\n# Mended.\n";
const LOG: &str = "2026-01-02T03:04:06.0000000Z lib/goodbye.sh: 3: it is not mended\n\
                   2026-01-02T03:04:06.0000000Z ##[error]Process completed with exit code 2.\n";

/// Everything that people see in the end, with no commit's name in it.
async fn told(crash: Crash) -> (String, usize) {
    let server = ModelServer::start([
        writes(FUNCTION),
        submits(),
        content(),
        writes(MENDED).after_words("it is not mended"),
        submits(),
        content(),
        writes(RENAMED).after_words("Say farewell instead."),
        Turn::calls("submit", json!({"done": ["It says farewell now."], "tests": []})),
        writes(BOTH).after_words("- `lib/goodbye.sh`"),
        submits(),
    ])
    .await;
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    world.github.add_collaborator(&world.repo, "grace", Role::Write).unwrap();
    world.has_model(config(&server)).await;
    world.crash = crash;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    let head = world.head(issue).await;
    world.github.ci(&world.repo).fails(&head, "test", LOG).unwrap();
    world.settle().await;
    passes(&mut world, issue).await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let pull = world.run(issue).await.pull.unwrap();
    let comments = [LineComment::on("lib/goodbye.sh", 2, "Say farewell instead.")];
    world.github.person("grace").submit_review(&world.repo, pull, "REQUEST_CHANGES", "", &comments).unwrap();
    world.settle().await;
    passes(&mut world, issue).await;
    world.github.person("ada").push(&world.repo, "main", "Meanwhile", &[("lib/goodbye.sh", Some(THEIRS))]).unwrap();
    for _ in 0..3 {
        world.wait_until_due().await;
        world.settle().await;
    }
    passes(&mut world, issue).await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    assert_eq!(file_at_head(&world, issue, "lib/goodbye.sh").await, Some(BOTH.into()));
    let subjects: Vec<String> = world.commits(issue).await.iter().map(|commit| commit.message.lines().next().unwrap().to_owned()).collect();
    let shown = world.pull(issue).await;
    let thread = shown.threads[0].comments.iter().filter(|comment| comment.author == BOT).count();
    world.github.person("ada").merge_pull(&world.repo, pull).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Over(Ending::Merged), "{}", world.everything().await);
    let end = format!("{subjects:?}\n{thread} answer\n{}\n{}", world.said(issue, "done"), world.said(issue, "status"));
    let end = without_ids(&end);
    let pieces = world.performed.len();
    server.end();
    world.read_all();
    world.end().await;
    (end, pieces)
}

/// CI is content with the head.
async fn passes(world: &mut World, issue: IssueNumber) {
    let head = world.head(issue).await;
    world.github.ci(&world.repo).succeeds(&head, "test").unwrap();
    world.settle().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_a_review_and_a_conflict_end_the_same_wherever_a_crash_falls() {
    let (wanted, pieces) = told(Crash::Never).await;
    assert!(wanted.contains("1 answer\n") && wanted.contains("Merged. Thank you, ada, grace"), "{wanted}");
    assert!(pieces > 60, "{pieces} pieces of work");
    assert_eq!(told(Crash::Always).await.0, wanted);
    // A single crash in places all over the story.
    for place in (5..pieces).step_by(pieces / 6) {
        assert_eq!(told(Crash::At(place)).await.0, wanted, "crashed at piece {place}");
    }
}
