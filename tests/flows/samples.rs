//! Repositories and specifications of the stories.

use journeyman::domain::{IssueNumber, RepoName};
use journeyman::simulator::Simulator;
use journeyman::workflow::Settings;

macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("../../fixtures/demo/repository/", $path)))
    };
}

/// The repository of the demo.
pub const GREETER: [(&str, &str); 8] = [
    file!(".github/workflows/ci.yml"),
    file!("README.md"),
    file!("bin/bye"),
    file!("bin/greet"),
    file!("docs/usage.txt"),
    file!("lib/README"),
    file!("tests/run.sh"),
    file!("tests/style.sh"),
];

/// The demo's specification: five steps, one open question.
pub const SPECIFICATION: &str = include_str!("../../fixtures/demo/specification.md");
pub const TITLE: &str = "Greet people by name";

/// The same checks by name, which always pass at once.
pub const GREEN: &str = "name: CI\non: [push]\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: exit 0\n  style:\n    \
                         runs-on: x\n    steps:\n      - run: exit 0\n";

/// The demo's repository with checks that pass at once.
pub fn quick_greeter() -> Vec<(&'static str, &'static str)> {
    let quick = |(path, text)| if path == ".github/workflows/ci.yml" { (path, GREEN) } else { (path, text) };
    GREETER.into_iter().map(quick).collect()
}

/// Two steps of one file each.
pub const TWO_STEPS: &str = "Two notes are wanted.\n\n## Steps\n\n### Step 1: Note one\n\n`one.txt`\n```text\none\n```\n\n\
                             ### Step 2: Note two\n\n`two.txt`\n```text\ntwo\n```\n\n## Acceptance criteria\n\n- [ ] Both are there (`test`)\n";

/// ada files an issue and labels it.
pub fn file(github: &Simulator, repo: &RepoName, title: &str, body: &str) -> IssueNumber {
    let issue = github.person("ada").create_issue(repo, title, body).unwrap();
    github.person("ada").label(repo, issue, "implement").unwrap();
    issue
}

/// What an operator of the tests configures.
pub fn settings() -> Settings {
    Settings {
        poll: 60,
        grace: 120,
        grace_with_workflows: 600,
        ci_timeout: 7200,
        ci_patience: 900,
        repairs_per_check: 2,
        repairs: 10,
        base: None,
        branch: None,
        label: None,
        handle: "journeyman".into(),
    }
}
