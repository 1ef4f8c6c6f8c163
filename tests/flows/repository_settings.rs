//! `.github/journeyman.yml`, whole: a broken file builds nothing and is told, and a mended one is followed.

use journeyman::simulator::Ci;
use journeyman::workflow::{Phase, Stage};

use crate::harness::World;
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
