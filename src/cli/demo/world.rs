//! The demo's repository and its architect.

use crate::domain::{IssueNumber, Login, RepoName};
use crate::simulator::{Role, Simulator, Source};
use crate::workflow::Run;

const SPECIFICATION: &str = include_str!("../../../fixtures/demo/specification.md");
const TITLE: &str = "Greet people by name";
const ANSWER: &str = "exit status 2, as step 2 has it";

macro_rules! file {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../fixtures/demo/repository/", $path)))
    };
}

/// Small enough to be read in a minute, with tests that run wherever there is a shell.
const FILES: [(&str, &str); 8] = [
    file!(".github/workflows/ci.yml"),
    file!("README.md"),
    file!("bin/bye"),
    file!("bin/greet"),
    file!("docs/usage.txt"),
    file!("lib/README"),
    file!("tests/run.sh"),
    file!("tests/style.sh"),
];

pub struct World {
    pub repo: RepoName,
    pub architect: Login,
}

impl World {
    /// A GitHub with the repository on it and Journeyman installed.
    pub fn new(github: &Simulator) -> anyhow::Result<Self> {
        let world = Self { repo: "acme/greeter".parse()?, architect: Login::new("ada") };
        github.create_repository(&world.repo, Source::Files(&FILES))?;
        github.add_collaborator(&world.repo, world.architect.as_str(), Role::Write)?;
        Ok(world)
    }

    pub fn title(&self) -> &'static str {
        TITLE
    }

    /// The architect files the specification and labels it.
    pub fn file_issue(&self, github: &Simulator) -> anyhow::Result<IssueNumber> {
        let architect = github.person(self.architect.as_str());
        let issue = architect.create_issue(&self.repo, TITLE, SPECIFICATION)?;
        architect.label(&self.repo, issue, "implement")?;
        Ok(issue)
    }

    /// The architect answers every open question by its number. What was said.
    pub fn answer(&self, github: &Simulator, issue: IssueNumber, run: &Run) -> anyhow::Result<String> {
        let lines: Vec<String> = run.blocking_questions().map(|q| format!("{}: {ANSWER}", q.number)).collect();
        let words = lines.join("\n");
        github.person(self.architect.as_str()).comment(&self.repo, issue, &words)?;
        Ok(words)
    }
}
