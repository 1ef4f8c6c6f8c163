//! The demo's story, from end to end.

use expect_test::expect_file;
use journeyman::simulator::Ci;
use journeyman::workflow::Phase;

use crate::harness::{Crash, World};
use crate::samples::{GREETER, SPECIFICATION, TITLE, file};

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// The story as `journeyman demo` tells it: filed, asked, answered, built.
pub async fn tell(files: &[(&str, &str)], crash: Crash) -> World {
    let mut world = World::new(files, Ci::Workflows).await;
    world.crash = crash;
    tell_on(&mut world).await;
    world
}

pub async fn tell_on(world: &mut World) {
    let issue = file(&world.github, &world.repo, TITLE, SPECIFICATION);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "{}", world.everything().await);
    world.github.person("ada").comment(&world.repo, issue, "1: exit status 2, as step 2 has it").unwrap();
    world.settle().await;
}

/// The same with a CI that is played: `style` and `test` pass on each commit as soon as nothing else is left to do.
pub async fn tell_with_played_ci(world: &mut World) {
    let issue = file(&world.github, &world.repo, TITLE, SPECIFICATION);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "{}", world.everything().await);
    world.github.person("ada").comment(&world.repo, issue, "1: exit status 2, as step 2 has it").unwrap();
    world.settle().await;
    for _ in 0..5 {
        let head = world.commits(issue).await.pop().expect("a commit to check").sha;
        for name in ["style", "test"] {
            world.github.person("ada").set_check(&world.repo, &head, name, Some("success")).unwrap();
        }
        world.settle().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_labelled_issue_becomes_a_pull_request_whose_boxes_ci_ticks() {
    let mut world = tell(&GREETER, Crash::Never).await;
    let pull = world.repository().pulls[0].clone();
    assert!(!pull.draft && pull.open, "{}", world.everything().await);
    assert!(pull.body.contains("- [x]") && !pull.body.contains("- [ ]"), "{}", pull.body);
    expect_file!["../../fixtures/flows/demo.md"].assert_eq(&world.account());
    hold_readme(&shown(&world));
    world.read_all();
    world.end().await;
}

/// The body of the pull request as the README shows it: quoted, without hidden marks, each commit by its tree's id.
fn shown(world: &World) -> String {
    let repository = world.repository();
    let mut body = repository.pulls[0].body.clone();
    for commit in repository.branches.iter().flat_map(|branch| &branch.commits) {
        body = body.replace(&commit.sha[..7], &commit.tree[..7]);
    }
    let lines = body.lines().filter(|line| !line.starts_with("<!--"));
    lines.map(|line| format!("> {line}").trim_end().to_owned() + "\n").collect()
}

fn hold_readme(shown: &str) {
    let readme = std::fs::read_to_string(README).unwrap();
    let (before, rest) = readme.split_once("<!-- demo:begin -->\n").expect("the README has the mark demo:begin");
    let (present, after) = rest.split_once("<!-- demo:end -->").expect("the README has the mark demo:end");
    if present == shown {
        return;
    }
    #[expect(clippy::disallowed_methods, reason = "the switch of expect-test")]
    let update = std::env::var("UPDATE_EXPECT").is_ok();
    assert!(update, "the README does not show what the demo makes (UPDATE_EXPECT=1 rewrites it):\n{shown}");
    std::fs::write(README, format!("{before}<!-- demo:begin -->\n{shown}<!-- demo:end -->{after}")).unwrap();
}
