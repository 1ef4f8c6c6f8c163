//! How a pull request ends, and what others do to its branch.

use expect_test::expect;
use journeyman::domain::IssueNumber;
use journeyman::simulator::{Ci, Role};
use journeyman::workflow::{Ending, Phase, Stage, StuckReason};

use crate::harness::World;
use crate::samples::{TWO_STEPS, file, quick_greeter};

async fn built() -> (World, IssueNumber) {
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    let issue = file(&world.github, &world.repo, "Two notes", TWO_STEPS);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    (world, issue)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_is_thanked_for_in_one_line_and_the_branch_goes_where_the_repository_says_so() {
    for deletes in [false, true] {
        let (mut world, issue) = built().await;
        world.github.person("acme").set_delete_branch_on_merge(&world.repo, deletes).unwrap();
        let run = world.run(issue).await;
        world.github.person("ada").merge_pull(&world.repo, run.pull.unwrap()).unwrap();
        world.settle().await;
        assert_eq!(world.run(issue).await.phase, Phase::Over(Ending::Merged), "{}", world.everything().await);
        let status = world.said(issue, "status");
        assert_eq!(status.lines().next(), Some("**Merged. Thank you, ada** · pull request #2"));
        assert_eq!(world.repository().branch(run.branch.unwrap().as_str()).is_none(), deletes);
        world.read_all();
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_request_that_is_closed_ends_the_run_and_reopened_it_goes_on_where_it_was() {
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    let issue = file(&world.github, &world.repo, "Two notes", TWO_STEPS);
    world.settle().await;
    let run = world.run(issue).await;
    let (pull, first) = (run.pull.unwrap(), run.head.unwrap().to_string());
    world.github.person("ada").close_pull(&world.repo, pull).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Over(Ending::Closed), "{}", world.everything().await);
    let status = world.said(issue, "status");
    assert_eq!(status.lines().next(), Some("**Over: the pull request was closed; the branch is kept** · pull request #2"));
    assert!(status.contains("Reopen the pull request, and the run goes on where it was."), "{status}");
    assert!(world.repository().branch(run.branch.unwrap().as_str()).is_some());
    // CI goes on meanwhile, and changes nothing.
    world.github.ci(&world.repo).succeeds(&first, "test").unwrap();
    world.settle().await;
    assert_eq!(world.commits(issue).await.len(), 1);
    world.github.person("ada").reopen_pull(&world.repo, pull).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Building { step: 1, stage: Stage::Verifying }, "{}", world.everything().await);
    let second = world.run(issue).await.head.unwrap().to_string();
    world.github.ci(&world.repo).succeeds(&second, "test").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    // The same in review.
    world.github.person("ada").close_pull(&world.repo, pull).unwrap();
    world.settle().await;
    world.github.person("ada").reopen_pull(&world.repo, pull).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    assert_eq!((world.commits(issue).await.len(), world.repository().pulls.len()), (2, 1));
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reopened_pull_request_of_an_issue_that_is_no_longer_asked_for_stays_over() {
    let (mut world, issue) = built().await;
    let pull = world.run(issue).await.pull.unwrap();
    world.github.person("ada").close_pull(&world.repo, pull).unwrap();
    world.settle().await;
    world.github.person("ada").unlabel(&world.repo, issue, "implement").unwrap();
    world.github.person("ada").reopen_pull(&world.repo, pull).unwrap();
    world.settle().await;
    assert!(matches!(world.run(issue).await.phase, Phase::Over(Ending::Cancelled { .. })), "{}", world.everything().await);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn commits_of_others_stay_and_are_named_and_built_upon() {
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    world.github.add_collaborator(&world.repo, "grace", Role::Write).unwrap();
    let issue = file(&world.github, &world.repo, "Two notes", TWO_STEPS);
    world.settle().await;
    let run = world.run(issue).await;
    let branch = run.branch.unwrap().to_string();
    let theirs = world.github.person("grace").push(&world.repo, &branch, "Add three", &[("three.txt", Some("three\n"))]).unwrap();
    world.settle().await;
    for head in [run.head.unwrap().to_string(), theirs.clone()] {
        world.github.ci(&world.repo).succeeds(&head, "test").unwrap();
    }
    world.settle().await;
    let second = world.run(issue).await.head.unwrap().to_string();
    world.github.ci(&world.repo).succeeds(&second, "test").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let subjects: Vec<String> = world.commits(issue).await.iter().map(|commit| commit.message.lines().next().unwrap().to_owned()).collect();
    assert_eq!(subjects, ["Note one", "Add three", "Note two"]);
    let body = world.pull(issue).await.body;
    let line = format!("- changed by `@grace` after step 1 · {}", &theirs[..7]);
    assert!(body.contains(&line), "{body}");
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_force_push_that_drops_a_step_unticks_it_and_asks_and_what_was_dropped_is_built_anew() {
    let (mut world, issue) = built().await;
    let run = world.run(issue).await;
    let branch = run.branch.unwrap().to_string();
    let first = world.commits(issue).await[0].sha.clone();
    world.github.person("ada").force_push(&world.repo, &branch, &first, "Start over", &[("three.txt", Some("3\n"))]).unwrap();
    world.settle().await;
    let run = world.run(issue).await;
    assert!(matches!(run.phase, Phase::Stuck { reason: StuckReason::BranchRewritten, .. }), "{}", world.everything().await);
    expect![[r#"
        @ada, the branch was rewritten or deleted, and commits of this run are no longer on it.

        Shall they be built anew? `/journeyman retry` builds each dropped step as a new commit on top of what the branch holds now. Put the commits back instead, and the run goes on by itself."#]]
    .assert_eq(&world.said(issue, "stuck-1"));
    let pull = world.pull(issue).await;
    assert!(pull.draft && pull.body.contains("- [ ] **2.** Note two") && pull.body.contains("- [x] **1.** Note one"), "{}", pull.body);
    world.github.person("ada").comment(&world.repo, issue, "/journeyman retry").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let pull = world.pull(issue).await;
    assert!(!pull.draft && pull.body.contains("- [x] **2.** Note two"), "{}", pull.body);
    assert!(pull.body.contains("- changed by `@ada` after step 1"), "{}", pull.body);
    assert_eq!(world.commits(issue).await.len(), 3);
    world.read_all();
    world.end().await;
}
