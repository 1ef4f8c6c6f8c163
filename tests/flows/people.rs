//! People who talk with a run, and what they read: for stories in which nothing but words passes.

use journeyman::domain::IssueNumber;
use journeyman::simulator::Ci;
use journeyman::workflow::Phase;

use crate::harness::{BOT, World};
use crate::model::ModelServer;
use crate::samples::{GREEN, file};

pub const README: (&str, &str) = ("README.md", "# Notes\n");
pub const WORKFLOW: (&str, &str) = (".github/workflows/ci.yml", GREEN);

/// A repository with these files beside its README, whose checks pass at once.
pub async fn notes(files: &[(&str, &str)]) -> World {
    World::new(&[&[README, WORKFLOW], files].concat(), Ci::Workflows).await
}

/// ada files an issue, and it is worked on until nothing is left to do.
pub async fn filed(world: &mut World, body: &str) -> IssueNumber {
    let issue = file(&world.github, &world.repo, "Take notes", body);
    world.settle().await;
    issue
}

/// Somebody comments. People take their time.
pub async fn says(world: &mut World, by: &str, issue: IssueNumber, words: &str) -> u64 {
    world.clock.advance_seconds(60);
    let comment = world.github.person(by).comment(&world.repo, issue, words).unwrap();
    world.settle().await;
    comment
}

/// What replied to a comment.
pub fn reply(world: &mut World, issue: IssueNumber, to: u64) -> String {
    world.said(issue, &format!("reply-{to}"))
}

/// Nobody replied.
pub fn no_reply(world: &World, issue: IssueNumber, to: u64) {
    assert!(!world.comment_names(issue).contains(&format!("reply-{to}")), "{}", world.account());
}

pub async fn is_in(world: &World, issue: IssueNumber, phase: Phase) {
    assert_eq!(world.run(issue).await.phase, phase, "{}", world.everything().await);
}

/// The first lines of the commits of the run's branch.
pub async fn subjects(world: &World, issue: IssueNumber) -> Vec<String> {
    let first = |message: &str| message.lines().next().unwrap_or_default().to_owned();
    world.commits(issue).await.iter().map(|commit| first(&commit.message)).collect()
}

/// A file at the head of the run's branch; `None` where there is none.
pub async fn file_at_head(world: &World, issue: IssueNumber, path: &str) -> Option<Vec<u8>> {
    let head = world.commits(issue).await.pop().expect("a commit").sha;
    let directory = world.github.repository_path(&world.repo).unwrap();
    #[expect(clippy::disallowed_methods, reason = "the test looks at what was pushed")]
    let shown = std::process::Command::new("git").arg("--git-dir").arg(directory).arg("show").arg(format!("{head}:{path}")).output();
    shown.ok().filter(|shown| shown.status.success()).map(|shown| shown.stdout)
}

/// Everything that the model was asked so far.
pub fn asked(server: &ModelServer) -> String {
    server.requests().iter().map(|request| request.body.to_string()).collect::<Vec<_>>().join("\n")
}

/// All that the bot wrote: comments and the pull requests' bodies.
pub fn written(world: &World) -> Vec<String> {
    let repository = world.repository();
    let comments =
        repository.issues.iter().flat_map(|issue| &issue.comments).chain(repository.pulls.iter().flat_map(|pull| &pull.comments));
    let comments = comments.filter(|comment| comment.author == BOT).map(|comment| comment.body.clone());
    comments.chain(repository.pulls.iter().filter(|pull| pull.author == BOT).map(|pull| pull.body.clone())).collect()
}
