//! CI is the judge: what becomes of a check that fails, and what our own check says.

use journeyman::domain::IssueNumber;
use journeyman::simulator::Ci;
use journeyman::workflow::{NotMended, Phase, Stage, StuckReason};

use crate::harness::{Crash, World};
use crate::model::{ModelServer, Turn};
use crate::people::file_at_head;
use crate::prose_steps::{FUNCTION, SPECIFICATION, config, content, submits, writes};
use crate::samples::{TWO_STEPS, file, quick_greeter};

const BROKEN: &str = "2026-01-02T03:04:05.0000000Z ##[group]Run sh tests/run.sh\n\
                      2026-01-02T03:04:05.0000000Z ##[endgroup]\n\
                      2026-01-02T03:04:06.0000000Z lib/goodbye.sh: 3: Syntax error: end of file unexpected\n\
                      2026-01-02T03:04:06.0000000Z ##[error]Process completed with exit code 2.\n";

/// The step is written, and its check waits for the test's hand.
async fn written(server: &ModelServer, crash: Crash) -> (World, IssueNumber) {
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    world.has_model(config(server)).await;
    world.crash = crash;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, verifying(), "{}", world.everything().await);
    (world, issue)
}

fn verifying() -> Phase {
    Phase::Building { step: 0, stage: Stage::Verifying }
}

impl World {
    pub async fn head(&self, issue: IssueNumber) -> String {
        self.run(issue).await.head.unwrap().to_string()
    }

    /// How our own check stands on the head.
    async fn specification_check(&self, issue: IssueNumber) -> String {
        let head = self.head(issue).await;
        let repository = self.repository();
        let check = repository.checks.iter().find(|check| check.by_app && check.sha == head);
        let Some(check) = check else { panic!("our check is not on the head\n{}", self.everything().await) };
        format!("{}: {}", check.conclusion.as_deref().unwrap_or("in progress"), check.title.as_deref().unwrap_or_default())
    }
}

async fn repaired(crash: Crash) {
    let mended = format!("{FUNCTION}\n# Mended.\n");
    let server = ModelServer::start([
        writes(FUNCTION),
        submits(),
        content(),
        writes(&mended).after_words("Syntax error: end of file unexpected"),
        submits(),
        content(),
    ])
    .await;
    let (mut world, issue) = written(&server, crash).await;
    assert_eq!(world.specification_check(issue).await, "in progress: 0 of 1 step verified · Step 1 of 1 is with CI");
    let red = world.head(issue).await;
    world.github.ci(&world.repo).fails(&red, "test", BROKEN).unwrap();
    world.settle().await;
    let run = world.run(issue).await;
    assert_eq!(run.phase, verifying(), "{}\n{}", world.everything().await, server.conversation());
    assert_eq!((run.mending.repairs.len(), run.mending.reruns.len()), (1, 0));
    let commits = world.commits(issue).await;
    let repair = &commits.last().unwrap().message;
    assert_eq!(repair.lines().next(), Some("Repair step 1: Say goodbye"));
    assert!(repair.contains("Journeyman-Step: 1\nJourneyman-Attempt: 2\n"), "{repair}");
    let green = world.head(issue).await;
    world.github.ci(&world.repo).succeeds(&green, "test").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    assert_eq!(world.specification_check(issue).await, "success: The one step is verified");
    let pull = world.pull(issue).await;
    assert!(!pull.draft && pull.body.contains("- [x] **1.** Say goodbye"), "{}", pull.body);
    // The check leads to where the run is told.
    let leads = |address: &str| address.contains("/acme/greeter/issues/1#issuecomment-");
    let requests = world.github.requests();
    let mut addresses = requests.iter().filter_map(|request| request.body.as_ref()?["details_url"].as_str());
    assert!(addresses.any(leads), "{}", world.everything().await);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ci_finds_is_repaired_by_a_further_commit_of_its_step() {
    repaired(Crash::Never).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_is_made_once_wherever_a_crash_falls() {
    repaired(Crash::Always).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_that_came_to_nothing_is_begun_anew_when_a_person_asks_for_it() {
    let mended = format!("{FUNCTION}\n# Mended.\n");
    let server = ModelServer::start([
        writes(FUNCTION),
        submits(),
        content(),
        submits().after_words("Syntax error"),
        submits(),
        // Another conversation, with the failure told once more.
        writes(&mended).after_words("Syntax error"),
        submits(),
        content(),
    ])
    .await;
    let (mut world, issue) = written(&server, Crash::Never).await;
    let red = world.head(issue).await;
    world.github.ci(&world.repo).fails(&red, "test", BROKEN).unwrap();
    world.settle().await;
    let run = world.run(issue).await;
    let is_nothing =
        matches!(&run.phase, Phase::Stuck { reason: StuckReason::ChecksRed { why: Some(NotMended::NothingToRepair), .. }, .. });
    assert!(is_nothing, "{}\n{}", world.everything().await, server.conversation());
    world.github.person("ada").press_button(&world.repo, &red, "retry").unwrap();
    world.settle().await;
    let green = world.head(issue).await;
    assert_ne!(green, red, "{}\n{}", world.everything().await, server.conversation());
    world.github.ci(&world.repo).succeeds(&green, "test").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repair_of_a_step_leaves_the_files_of_its_exact_edits_as_they_are() {
    let mended = format!("{FUNCTION}\n# Mended.\n");
    let printed = Turn::calls("write", serde_json::json!({"path": "note.txt", "content": "another note\n"}));
    let server = ModelServer::start([
        writes(FUNCTION),
        submits(),
        content(),
        printed.after_words("Syntax error"),
        writes(&mended),
        submits(),
        content(),
    ])
    .await;
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    world.has_model(config(&server)).await;
    let note = "It prints `Goodbye!`.\n\nBeside it stands a note.\n\n`note.txt`\n```text\nnoted\n```\n";
    let issue = file(&world.github, &world.repo, "Say goodbye", &SPECIFICATION.replace("It prints `Goodbye!`.\n", note));
    world.settle().await;
    let red = world.head(issue).await;
    world.github.ci(&world.repo).fails(&red, "test", BROKEN).unwrap();
    world.settle().await;
    let repaired = world.head(issue).await;
    assert_ne!(repaired, red, "{}\n{}", world.everything().await, server.conversation());
    assert_eq!(file_at_head(&world, issue, "note.txt").await, Some("noted\n".into()));
    assert_eq!(file_at_head(&world, issue, "lib/goodbye.sh").await, Some(mended.into()));
    world.github.ci(&world.repo).succeeds(&repaired, "test").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_runner_is_run_again_where_the_app_may_and_told_where_it_may_not() {
    for (may, crash) in [(true, Crash::Never), (true, Crash::Always), (false, Crash::Never)] {
        let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
        let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
        world.github.set_permission("actions", Some(if may { "write" } else { "read" })).unwrap();
        world.has_model(config(&server)).await;
        world.crash = crash;
        let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
        world.settle().await;
        let head = world.head(issue).await;
        world.github.ci(&world.repo).loses_runner(&head, "test", journeyman::simulator::Lost::Hosted).unwrap();
        world.settle().await;
        let run = world.run(issue).await;
        assert_eq!(run.mending.reruns.len(), 1, "{}", world.everything().await);
        if may {
            assert_eq!(run.phase, verifying(), "{}", world.everything().await);
            world.github.ci(&world.repo).succeeds(&head, "test").unwrap();
            world.settle().await;
            assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
        } else {
            let Phase::Stuck { reason: StuckReason::ChecksRed { why: Some(NotMended::NotRunAgain(why)), .. }, .. } = &run.phase else {
                panic!("{}", world.everything().await)
            };
            assert!(why.contains("actions=write"), "{why}");
            assert!(world.specification_check(issue).await.starts_with("failure: "));
        }
        server.end();
        world.read_all();
        world.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_of_our_check_stops_the_run() {
    let server =
        ModelServer::start([writes(FUNCTION), submits(), content(), Turn::calls("ask", serde_json::json!({"question": "How?"}))]).await;
    let (mut world, issue) = written(&server, Crash::Never).await;
    let head = world.head(issue).await;
    world.github.ci(&world.repo).fails(&head, "test", BROKEN).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "{}", world.everything().await);
    assert!(world.specification_check(issue).await.starts_with("action_required: "));
    // GitHub itself refuses who may not write.
    assert!(world.github.person("mallory").press_button(&world.repo, &head, "stop").is_err());
    world.github.person("ada").press_button(&world.repo, &head, "stop").unwrap();
    world.settle().await;
    assert!(matches!(world.run(issue).await.phase, Phase::Over(_)), "{}", world.everything().await);
    assert!(world.specification_check(issue).await.starts_with("cancelled: "));
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_base_requires_decides_alone() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into(), "lint".into()])).await;
    world.github.protect(&world.repo, "main", &[("test", None), ("Specification", None)], false).unwrap();
    world.has_model(config(&server)).await;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    let head = world.head(issue).await;
    world.github.ci(&world.repo).fails(&head, "lint", BROKEN).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, verifying(), "{}", world.everything().await);
    world.github.ci(&world.repo).succeeds(&head, "test").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_check_leads_to_the_page_of_its_run() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    world.has_pages().await;
    world.has_model(config(&server)).await;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    let requests = world.github.requests();
    let newest = requests.iter().rev().find_map(|request| request.body.as_ref()?["details_url"].as_str()).unwrap();
    let read = async || {
        let answer = reqwest::get(newest).await.unwrap();
        assert_eq!(answer.status(), 200, "{newest}");
        answer.text().await.unwrap()
    };
    let page = read().await;
    for words in ["Step 1 of 1 is with CI", "Say goodbye", "waiting for CI", "opened pull request #2"] {
        assert!(page.contains(words), "{words} is not in {page}");
    }
    let head = world.head(issue).await;
    world.github.ci(&world.repo).succeeds(&head, "test").unwrap();
    world.settle().await;
    let page = read().await;
    assert!(page.contains("Built and verified") && page.contains(&format!("/acme/greeter/commit/{head}")), "{page}");
    assert_eq!(reqwest::get(newest.replace("/1/", "/2/")).await.unwrap().status(), 404);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_check_names_the_places_and_being_asked_for_anew_looks_again() {
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    let issue = file(&world.github, &world.repo, "Take notes", TWO_STEPS);
    world.settle().await;
    let red = world.head(issue).await;
    world.github.ci(&world.repo).fails(&red, "test", "one.txt:1: error: a note is no word\n").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.times_stuck, 1, "{}", world.everything().await);
    assert!(world.specification_check(issue).await.starts_with("failure: "));
    let asked = world.github.requests();
    let shown = asked.iter().rev().find_map(|request| request.body.as_ref()?["output"]["annotations"].as_array()?.first().cloned());
    let shown = shown.unwrap_or_else(|| panic!("{}", world.account()));
    assert_eq!((shown["path"].as_str(), shown["start_line"].as_u64()), (Some("one.txt"), Some(1)), "{shown}");
    world.github.person("ada").rerequest_check(&world.repo, &red, "Specification").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.times_stuck, 2, "it was looked into once more\n{}", world.everything().await);
    world.github.person("ada").rerequest_check(&world.repo, &red, "test").unwrap();
    world.github.ci(&world.repo).succeeds(&red, "test").unwrap();
    world.settle().await;
    let head = world.head(issue).await;
    assert_ne!(head, red, "{}", world.everything().await);
    world.github.ci(&world.repo).succeeds(&head, "test").unwrap();
    world.settle().await;
    assert_eq!(world.specification_check(issue).await, "success: Both steps are verified");
    world.read_all();
    world.end().await;
}
