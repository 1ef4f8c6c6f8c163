//! `.github/journeyman.yml`, whole: each key is followed from the default branch alone; a broken file builds nothing and is told, and a
//! mended one is followed.

use journeyman::domain::IssueNumber;
use journeyman::simulator::Ci;
use journeyman::workflow::{Phase, Stage};

use crate::harness::World;
use crate::people::{file_at_head, filed, is_in, notes, subjects};
use crate::samples::{TWO_STEPS, file};

const FILE: &str = ".github/journeyman.yml";

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_of_settings_builds_nothing_until_it_is_mended() {
    let files = [("README.md", "# Notes\n"), (FILE, "# ours\ncommit: convential\naprove_plan: false\n")];
    let mut world = World::new(&files, Ci::None).await;
    let issue = file(&world.github, &world.repo, "Take notes", TWO_STEPS);
    world.settle().await;
    assert!(matches!(world.run(issue).await.phase, Phase::Stuck { .. }), "{}", world.everything().await);
    assert_eq!(world.repository().branches.len(), 1, "nothing is built");
    let report = world.said(issue, "stuck-1");
    assert!(report.contains(FILE) && report.contains("line 2: ") && report.contains("did you mean `conventional`?"), "{report}");

    let mended: &[(&str, Option<&str>)] = &[(FILE, Some("# ours\ncommit: conventional\napprove_plan: false\n"))];
    world.github.person("ada").push(&world.repo, "main", "Mend the settings", mended).unwrap();
    world.github.person("ada").comment(&world.repo, issue, "/journeyman retry").unwrap();
    world.settle().await;
    let expected = Phase::Building { step: 0, stage: Stage::Verifying };
    assert_eq!(world.run(issue).await.phase, expected, "{}", world.everything().await);
    let commit = world.commits(issue).await.pop().unwrap();
    assert_eq!(commit.message.lines().next(), Some("docs: note one"), "{}", commit.message);
    world.read_all();
    world.end().await;
}

/// A repository with these settings whose checks pass at once, and an issue in it.
async fn built_with(settings: &str) -> (World, IssueNumber) {
    let mut world = notes(&[(FILE, settings)]).await;
    let issue = filed(&mut world, TWO_STEPS).await;
    (world, issue)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_of_its_own_starts_a_run_and_the_servers_does_not() {
    let (mut world, issue) = built_with("label: build-it\n").await;
    assert!(world.engine().run(&world.lane(issue)).await.unwrap().is_none(), "{}", world.everything().await);
    world.github.person("ada").label(&world.repo, issue, "build-it").unwrap();
    world.settle().await;
    is_in(&world, issue, Phase::InReview).await;
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn base_and_branch_are_as_the_repository_names_them() {
    let mut world = notes(&[(FILE, "base: develop\nbranch: 'feature/{issue}-{title}'\n")]).await;
    world.github.person("ada").push(&world.repo, "develop", "Develop", &[("only-here.txt", Some("x\n"))]).unwrap();
    let issue = filed(&mut world, TWO_STEPS).await;
    is_in(&world, issue, Phase::InReview).await;
    let pull = world.pull(issue).await;
    assert_eq!((pull.base.as_str(), pull.head.as_str()), ("develop", "feature/1-take-notes"));
    assert!(file_at_head(&world, issue, "only-here.txt").await.is_some(), "{}", world.account());
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_checks_that_are_named_count() {
    let mut world = World::new(&[("README.md", "# Notes\n"), (FILE, "checks: ['te*']\n")], Ci::None).await;
    let issue = file(&world.github, &world.repo, "Take notes", TWO_STEPS);
    world.settle().await;
    for step in 0..2 {
        is_in(&world, issue, Phase::Building { step, stage: Stage::Verifying }).await;
        let sha = world.commits(issue).await.pop().unwrap().sha;
        world.github.person("ada").set_check(&world.repo, &sha, "slow-lint", Some("failure")).unwrap();
        world.settle().await;
        is_in(&world, issue, Phase::Building { step, stage: Stage::Verifying }).await;
        world.github.person("ada").set_check(&world.repo, &sha, "test", Some("success")).unwrap();
        world.settle().await;
    }
    is_in(&world, issue, Phase::InReview).await;
    assert!(!world.pull(issue).await.body.contains("- [ ]"), "{}", world.pull(issue).await.body);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_default_branch_has_a_say() {
    let mut world = notes(&[(FILE, "base: develop\n")]).await;
    let theirs: &[(&str, Option<&str>)] = &[(FILE, Some("base: develop\ncommit: conventional\napprove_plan: true\nbroken: [\n"))];
    world.github.person("ada").push(&world.repo, "develop", "Settings of a branch", theirs).unwrap();
    let issue = filed(&mut world, TWO_STEPS).await;
    is_in(&world, issue, Phase::InReview).await;
    assert_eq!(subjects(&world, issue).await, ["Settings of a branch", "Note one", "Note two"], "neither approved first nor conventional");
    let branch = world.pull(issue).await.head;
    world.github.person("ada").push(&world.repo, &branch, "Settings of the pull request", theirs).unwrap();
    world.settle().await;
    let edited = format!("{TWO_STEPS}\n").replace("### Step 2: Note two", "### Step 2: Note the second");
    world.github.person("ada").edit_issue(&world.repo, issue, &edited).unwrap();
    world.settle().await;
    let all = subjects(&world, issue).await;
    assert!(!matches!(world.run(issue).await.phase, Phase::Stuck { .. } | Phase::Planned), "{}", world.everything().await);
    assert!(all.iter().all(|subject| !subject.starts_with("docs:")), "{all:?}");
    world.read_all();
    world.end().await;
}
