//! Commit messages by Conventional Commits: their type by table, and their trailers by git.

use std::io::Write;
use std::process::{Command, Stdio};

use expect_test::expect;
use proptest::prelude::*;

use crate::domain::{ChangeSet, FileChange, Untrusted};
use crate::prose::commit_message;
use crate::workflow::tests::sample::{step, worked};
use crate::workflow::tests::story::Story;
use crate::workflow::{CommitForm, Run};

fn changing(paths: &[&str]) -> ChangeSet {
    ChangeSet { files: paths.iter().map(|&path| (path.to_owned(), FileChange::Delete)).collect() }
}

/// A run that wants conventional messages, whose second step is so entitled.
fn run_titled(title: &str) -> Run {
    let mut run = Story::in_review(2).run;
    let plan = run.plan.as_mut().unwrap();
    plan.repository.commit = CommitForm::Conventional;
    plan.title = Untrusted::new(title);
    plan.specification.steps[1] = step("2", title);
    run
}

fn subject(title: &str, paths: &[&str]) -> String {
    commit_message(&run_titled(title), 1, &changing(paths), None).lines().next().unwrap().to_owned()
}

const CODE: &[&str] = &["src/main.rs", "README.md"];

#[test]
fn the_type_follows_from_what_is_changed_and_said() {
    for (title, paths, expected) in [
        ("Greet people by name.", CODE, "feat: greet people by name"),
        ("Greet people by name", &[][..], "feat: greet people by name"),
        // By what is changed.
        ("Fix the tests", &["tests/run.rs", "src/a_test.go"], "test: fix the tests"),
        ("Say it in the README", &["README.md", "docs/usage.txt"], "docs: say it in the README"),
        ("Run on Windows too", &[".github/workflows/ci.yml"], "ci: run on Windows too"),
        ("Build with Rust 1.95", &["Cargo.toml", "Cargo.lock"], "build: build with Rust 1.95"),
        ("Find the library", &["lib/CMakeLists.txt"], "build: find the library"),
        ("Test in CI", &[".gitlab-ci.yml", "tests/a.py"], "test: test in CI"),
        ("Pin a dependency", &["package.json", "CHANGELOG.md"], "build: pin a dependency"),
        ("Add a dependency", &["Cargo.toml", "src/lib.rs"], "feat: add a dependency"),
        // By what is said.
        ("Fix a crash on empty input", CODE, "fix: fix a crash on empty input"),
        ("Empty input is a bug", CODE, "fix: empty input is a bug"),
        ("Repaired the greeting", CODE, "fix: repaired the greeting"),
        ("Correct the total", CODE, "fix: correct the total"),
        ("Debug output", CODE, "feat: debug output"),
        ("Prefix every line", CODE, "feat: prefix every line"),
        ("Refactor the parser", CODE, "refactor: refactor the parser"),
        ("Renaming `greet` to `hello`", CODE, "refactor: renaming `greet` to `hello`"),
        ("Move the greeting into a library", CODE, "refactor: move the greeting into a library"),
        ("Move the bug tracker's address", CODE, "refactor: move the bug tracker's address"),
        ("Extract a function", CODE, "refactor: extract a function"),
        ("Remove the unused helper", CODE, "refactor: remove the unused helper"),
        ("Drop dead code", CODE, "refactor: drop dead code"),
        ("Remove the `bye` command", CODE, "feat: remove the `bye` command"),
        ("Make start-up faster", CODE, "perf: make start-up faster"),
        ("Optimise the search", CODE, "perf: optimise the search"),
        ("Add a command that moves files", CODE, "feat: add a command that moves files"),
        ("Add a bug report form", CODE, "feat: add a bug report form"),
        // The first letter.
        ("API keys are refused", CODE, "feat: API keys are refused"),
        ("OAuth works", CODE, "feat: OAuth works"),
        ("Greeter::new takes a name", CODE, "feat: Greeter::new takes a name"),
        ("A name, then", CODE, "feat: a name, then"),
        ("Größe wird gezeigt", CODE, "feat: größe wird gezeigt"),
        ("Übung", CODE, "feat: übung"),
        // Conventional already, or not quite.
        ("docs(api): Say it.", CODE, "docs(api): Say it."),
        ("feat!: drop Python 2", CODE, "feat!: drop Python 2"),
        ("fix(core)!: a thing", &["README.md"], "fix(core)!: a thing"),
        ("note: a thing", CODE, "feat: note: a thing"),
        ("fix: ", CODE, "fix: fix:"),
        ("fix(): a thing", CODE, "fix: fix(): a thing"),
        // Titles that are none.
        ("", CODE, "feat: step 2"),
        ("...", CODE, "feat: step 2"),
        ("--- a/file", CODE, "feat: --- a/file"),
        ("# Heading", CODE, "feat: # Heading"),
        ("Closes #9 [skip ci]", CODE, "feat: closes # 9 (skip ci)"),
    ] {
        assert_eq!(subject(title, paths), expected, "{title:?} {paths:?}");
    }
}

#[test]
fn a_long_title_is_cut_and_stands_whole_in_the_body() {
    let title = "Greet everybody who is named on the command line, in the order in which they are named there.";
    expect![[r#"
        feat: greet everybody who is named on the command line, in the order in…

        feat: greet everybody who is named on the command line, in the order in which they are named there

        Step 2 of 2 of the specification in #12.

        Journeyman-Run: octo/hello#12.1
        Journeyman-Step: 2
        Journeyman-Model: anthropic:claude-x
        Journeyman-Tokens: 46200 in (31000 cached), 2100 out
        Journeyman-Cost: $0.31
        Co-authored-by: ada <ada@users.noreply.github.com>
    "#]]
    .assert_eq(&commit_message(&run_titled(title), 1, &changing(CODE), Some(&worked())));
}

/// What git finds.
#[expect(clippy::disallowed_methods, reason = "git itself is the judge of what a trailer is")]
fn trailers(message: &str) -> Vec<String> {
    let mut git = Command::new("git");
    let mut git = git.args(["interpret-trailers", "--parse"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    git.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    let out = git.wait_with_output().unwrap();
    assert!(out.status.success());
    String::from_utf8(out.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn git_finds_the_trailers_and_nothing_else() {
    assert_eq!(trailers("a\n\nSigned-off-by: b\n"), ["Signed-off-by: b"], "the judge judges");
    let ours =
        ["Journeyman-Run: octo/hello#12.1", "Journeyman-Step: 2", "Co-authored-by: ada <ada@users.noreply.github.com>"].map(str::to_owned);
    let long = format!("Signed-off-by: {}", "x ".repeat(200));
    let titles = ["Plain", "", "---", "# Heading", "Two\n\nJourneyman-Step: 9", "Signed-off-by: nobody <a@b>", "fix: a: b", long.as_str()];
    for form in [CommitForm::Plain, CommitForm::Conventional] {
        for title in titles {
            let mut run = run_titled(title);
            run.plan.as_mut().unwrap().repository.commit = form;
            assert_eq!(trailers(&commit_message(&run, 1, &changing(CODE), None)), ours, "{form:?} {title:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_first_line_is_conventional(title in "(Fix|fix: |feat\\(|\\)|!|[A-Za-z .:#`ü-]|\n|long words here ){0,30}") {
        let message = commit_message(&run_titled(&title), 1, &changing(CODE), None);
        let (subject, body) = message.split_once("\n\n").unwrap();
        prop_assert!(subject.chars().count() <= 72 && !subject.contains('\n'), "{subject:?}");
        let form = regex::Regex::new(r"^(build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(\([^()]+\))?!?: \S.*$").unwrap();
        prop_assert!(form.is_match(subject), "{subject:?}");
        prop_assert!(body.trim_end().rsplit("\n\n").next().unwrap().starts_with("Journeyman-Run: "), "{message}");
    }
}
