//! The base branch moves on while a pull request is with its reviewers.

use std::path::PathBuf;
use std::process::Command;

use journeyman::domain::{IssueNumber, PullNumber};
use journeyman::simulator::Ci;
use journeyman::workflow::{Phase, Stage, StuckReason};
use serde_json::{Value, json};

use crate::harness::{Crash, World};
use crate::model::{ModelServer, Turn};
use crate::people::{file_at_head, filed, notes};
use crate::prose_steps::{FUNCTION, SPECIFICATION, config, content, submits, writes};
use crate::samples::{TWO_STEPS, file, quick_greeter};

/// What somebody else writes on the base into the file that the step adds.
const THEIRS: &str = "# Goodbyes.\ngoodbye() {\n  echo 'So long!'\n}\n";
/// What does both.
const BOTH: &str = "# Goodbyes.\ngoodbye() {\n  printf 'Goodbye!\\n'\n  echo 'So long!'\n}\n";

impl World {
    /// Somebody pushes to the base; what git calls the commit.
    fn base_moves(&self, files: &[(&str, Option<&str>)]) -> String {
        self.github.person("ada").push(&self.repo, "main", "Meanwhile", files).unwrap()
    }

    /// A base that moves is looked at before long, and again once GitHub has found out what that means.
    async fn a_while_passes(&mut self) {
        for _ in 0..3 {
            self.wait_until_due().await;
            self.settle().await;
        }
    }

    fn git_dir(&self) -> PathBuf {
        self.github.repository_path(&self.repo).unwrap()
    }

    #[expect(clippy::disallowed_methods, reason = "the test looks at what was pushed, and makes what a person pushes")]
    fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.arg("--git-dir").arg(self.git_dir()).args(arguments).env("GIT_INDEX_FILE", self.git_dir().join("index-of-a-person"));
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), "Ada").env(format!("GIT_{role}_EMAIL"), "ada@example.org");
        }
        let output = git.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn parents(&self, commit: &str) -> Vec<String> {
        self.git(&["log", "-1", "--format=%P", commit]).split(' ').map(str::to_owned).collect()
    }

    /// ada merges that commit of the base by hand, with the branch's own files on top, and pushes.
    async fn a_person_merges(&mut self, issue: IssueNumber, tip: &str) -> String {
        let run = self.run(issue).await;
        let (head, branch) = (run.head.unwrap().to_string(), run.branch.unwrap().to_string());
        self.git(&["read-tree", tip]);
        for path in ["one.txt", "two.txt"] {
            let blob = self.git(&["rev-parse", &format!("{head}:{path}")]);
            self.git(&["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{path}")]);
        }
        let tree = self.git(&["write-tree"]);
        let merge = self.git(&["commit-tree", &tree, "-p", &head, "-p", tip, "-m", "Merge main"]);
        self.github.person("ada").push_from(&self.repo, &branch, &self.git_dir(), &merge).unwrap();
        self.settle().await;
        merge
    }

    fn forced(&self) -> usize {
        self.github.requests().iter().filter(|r| r.body.as_ref().is_some_and(|body| body["force"] == Value::Bool(true))).count()
    }

    async fn is_our_merge(&self, issue: IssueNumber, head: &str, tip: &str) {
        let merge = self.head(issue).await;
        assert_eq!(self.parents(&merge), [head, tip], "{}", self.everything().await);
        let message = self.git(&["log", "-1", "--format=%B", &merge]);
        let run = self.run(issue).await;
        assert_eq!(message.lines().next(), Some(format!("Merge main into {}", run.branch.unwrap()).as_str()));
        assert!(message.contains(&format!("\nJourneyman-Run: {}\n", run.id)), "{message}");
        assert_eq!(self.forced(), 0, "nothing is pushed by force");
        let commit = self.commits(issue).await.into_iter().find(|commit| commit.sha == merge).unwrap();
        assert!(commit.verified, "GitHub signs it");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_that_moves_without_a_conflict_is_left_alone_and_merged_in_where_its_rules_want_that() {
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, TWO_STEPS).await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let head = world.head(issue).await;
    world.base_moves(&[("more.txt", Some("more\n")), ("README.md", Some("# More notes\n"))]);
    world.settle().await;
    let due = world.store().next_due().await.unwrap().unwrap();
    assert_eq!(due.since(world.clock.now()), 30_000, "a push to the base is heard of");
    world.a_while_passes().await;
    assert_eq!((world.head(issue).await, world.run(issue).await.reviews.rounds.len()), (head.clone(), 0));
    world.github.person("acme").set_merge_rules(&world.repo, true, 0).unwrap();
    let tip = world.base_moves(&[("more.txt", Some("and more\n"))]);
    world.a_while_passes().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    world.is_our_merge(issue, &head, &tip).await;
    for (path, text) in [("one.txt", "one\n"), ("two.txt", "two\n"), ("more.txt", "and more\n"), ("README.md", "# More notes\n")] {
        assert_eq!(file_at_head(&world, issue, path).await, Some(text.into()), "{path}");
    }
    let (pull, repository, head) = (world.pull(issue).await, world.repository(), world.head(issue).await);
    assert!(!pull.draft && !pull.body.contains("- [ ]"), "{}", pull.body);
    assert!(repository.checks_of(&head).all(|check| check.conclusion.as_deref() == Some("success")), "{}", world.account());
    world.a_while_passes().await;
    assert_eq!(world.run(issue).await.reviews.rounds.len(), 1, "once");
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn conflicts_without_a_model_are_a_persons_who_merges_and_the_run_goes_on() {
    let mut world = notes(&[]).await;
    let issue = filed(&mut world, TWO_STEPS).await;
    let head = world.head(issue).await;
    let tip = world.base_moves(&[("one.txt", Some("eins\n")), ("more.txt", Some("more\n"))]);
    world.a_while_passes().await;
    let Phase::Stuck { reason, .. } = world.run(issue).await.phase else { panic!("{}", world.everything().await) };
    let why = "no model and no agent is configured".to_owned();
    assert_eq!(reason, StuckReason::Conflicts { files: vec!["one.txt".into()], why });
    let report = world.said(issue, "stuck-1");
    assert!(report.contains("`one.txt`") && report.contains("/journeyman retry"), "{report}");
    assert_eq!(world.head(issue).await, head, "nothing was pushed");
    // Nothing more is said while it stays so.
    world.a_while_passes().await;
    assert_eq!(world.comment_names(issue), ["status", "done", "stuck-1"]);
    let merge = world.a_person_merges(issue, &tip).await;
    world.a_while_passes().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    assert_eq!((world.head(issue).await, world.parents(&merge)), (merge.clone(), vec![head, tip]));
    assert!(!world.pull(issue).await.draft);
    assert_eq!(world.said(issue, "stuck-1"), "This is settled; the run went on.");
    let number = PullNumber(world.pull(issue).await.number);
    world.github.person("ada").merge_pull(&world.repo, number).unwrap();
    world.settle().await;
    world.read_all();
    world.end().await;
}

/// A pull request that is ready, and a base on which somebody wrote the same file otherwise.
async fn in_conflict(server: &ModelServer, crash: Crash) -> (World, IssueNumber, [String; 2]) {
    let mut world = World::new(&quick_greeter(), Ci::Workflows).await;
    world.has_model(config(server)).await;
    world.crash = crash;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let head = world.head(issue).await;
    let tip = world.base_moves(&[("lib/goodbye.sh", Some(THEIRS)), ("docs/usage.txt", Some("greet, and say goodbye\n"))]);
    world.a_while_passes().await;
    (world, issue, [head, tip])
}

async fn resolved(crash: Crash) {
    let server = ModelServer::start([
        writes(FUNCTION),
        submits(),
        content(),
        // A file that still holds markers goes back.
        writes(&BOTH.replace("}\n", "}\n>>>>>>> base-branch\n")).after_words("- `lib/goodbye.sh`"),
        submits(),
        writes(BOTH).after_words("still holds a conflict marker"),
        submits(),
    ])
    .await;
    let (mut world, issue, [head, tip]) = in_conflict(&server, crash).await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    world.is_our_merge(issue, &head, &tip).await;
    assert_eq!(file_at_head(&world, issue, "lib/goodbye.sh").await, Some(BOTH.into()));
    assert_eq!(file_at_head(&world, issue, "docs/usage.txt").await, Some("greet, and say goodbye\n".into()));
    let message = world.git(&["log", "-1", "--format=%B", &world.head(issue).await]);
    assert!(message.contains("Journeyman-Model: anthropic:claude-opus-5-5"), "{message}");
    let files = world.git(&["diff-tree", "-r", "--name-only", "--no-commit-id", &tip, &world.head(issue).await]);
    assert_eq!(files, "lib/goodbye.sh", "beside the base only what the branch is about");
    assert_eq!(server.requests().len(), 7, "no turn was paid for twice");
    assert!(!world.pull(issue).await.draft);
    let number = PullNumber(world.pull(issue).await.number);
    world.github.person("ada").merge_pull(&world.repo, number).unwrap();
    world.settle().await;
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_is_resolved_by_the_implementer_in_a_commit_with_two_parents() {
    resolved(Crash::Never).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_is_made_once_wherever_a_crash_falls() {
    resolved(Crash::Always).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_implementer_asks_of_a_merge_goes_to_a_person_who_has_it_tried_again() {
    let server = ModelServer::start([
        writes(FUNCTION),
        submits(),
        content(),
        Turn::calls("ask", json!({"question": "Which goodbye is meant?"})),
        writes(BOTH).after_words("- `lib/goodbye.sh`"),
        submits(),
    ])
    .await;
    let (mut world, issue, [head, tip]) = in_conflict(&server, Crash::Never).await;
    let Phase::Stuck { reason, .. } = world.run(issue).await.phase else { panic!("{}", world.everything().await) };
    let why = "the implementer asks: Which goodbye is meant?".to_owned();
    assert_eq!(reason, StuckReason::Conflicts { files: vec!["lib/goodbye.sh".into()], why });
    let report = world.said(issue, "stuck-1");
    assert!(report.contains("lib/goodbye.sh") && report.contains("Which goodbye is meant?"), "{report}");
    assert_eq!(world.head(issue).await, head, "nothing was pushed");
    world.github.person("ada").comment(&world.repo, issue, "/journeyman retry").unwrap();
    world.settle().await;
    world.a_while_passes().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    world.is_our_merge(issue, &head, &tip).await;
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_gone_on_the_base_is_no_matter_for_a_model() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut files = quick_greeter();
    files.push(("lib/goodbye.sh", "# To be written.\n"));
    let mut world = World::new(&files, Ci::Workflows).await;
    world.has_model(config(&server)).await;
    let specification = SPECIFICATION.replace("a new file `lib/goodbye.sh`", "the file `lib/goodbye.sh`");
    let issue = file(&world.github, &world.repo, "Say goodbye", &specification);
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    world.base_moves(&[("lib/goodbye.sh", None)]);
    world.a_while_passes().await;
    let Phase::Stuck { reason, .. } = world.run(issue).await.phase else { panic!("{}", world.everything().await) };
    let why = "lib/goodbye.sh was changed here and deleted on the base".to_owned();
    assert_eq!(reason, StuckReason::Conflicts { files: vec!["lib/goodbye.sh".into()], why });
    server.end();
    world.read_all();
    world.close().await;
}

/// A pull request that is ready, and a merge of its base whose check is red; so is the base's own where `on_base_too`.
async fn merged_and_red(server: &ModelServer, on_base_too: bool) -> (World, IssueNumber) {
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    world.github.person("acme").set_merge_rules(&world.repo, true, 0).unwrap();
    world.has_model(config(server)).await;
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    let built = world.head(issue).await;
    world.github.ci(&world.repo).succeeds(&built, "test").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let tip = world.base_moves(&[("docs/usage.txt", Some("greet, and say goodbye\n"))]);
    let hands = world.github.ci(&world.repo);
    hands.appears(&tip, "test").unwrap();
    let ended = if on_base_too { hands.fails(&tip, "test", "goodbye is not there\n") } else { hands.succeeds(&tip, "test") };
    ended.unwrap();
    world.settle().await;
    for _ in 0..2 {
        world.wait_until_due().await;
        world.settle().await;
    }
    let verifying = Phase::Revising { round: 0, stage: Stage::Verifying };
    assert_eq!(world.run(issue).await.phase, verifying, "{}", world.everything().await);
    let merge = world.head(issue).await;
    assert_eq!(world.parents(&merge), [built, tip]);
    world.github.ci(&world.repo).fails(&merge, "test", "lib/goodbye.sh: say it louder\n").unwrap();
    world.settle().await;
    (world, issue)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_merge_breaks_is_repaired_on_top_of_it() {
    let louder = FUNCTION.replace("Goodbye!", "GOODBYE!");
    let repair = [writes(&louder).after_words("say it louder"), submits(), content()];
    let server = ModelServer::start([writes(FUNCTION), submits(), content()].into_iter().chain(repair)).await;
    let (mut world, issue) = merged_and_red(&server, false).await;
    let repaired = world.head(issue).await;
    assert_eq!(world.run(issue).await.reviews.rounds.len(), 1);
    world.github.ci(&world.repo).succeeds(&repaired, "test").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    assert_eq!(file_at_head(&world, issue, "lib/goodbye.sh").await, Some(louder.into()));
    assert_eq!(world.parents(&world.parents(&repaired)[0]).len(), 2, "the repair stands on the merge");
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_red_on_the_merged_base_too_is_left_to_whoever_broke_it() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let (mut world, issue) = merged_and_red(&server, true).await;
    let run = world.run(issue).await;
    assert_eq!((&run.phase, run.mending.repairs.len()), (&Phase::InReview, 0), "{}", world.everything().await);
    assert!(!world.pull(issue).await.draft, "{}", world.everything().await);
    server.end();
    world.read_all();
    world.close().await;
}

/// A workflow that runs for pull requests alone, as most do on branches.
const FOR_PULL_REQUESTS: &str =
    "on:\n  push: { branches: [main] }\n  pull_request:\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: exit 0\n";

impl World {
    /// The run looks as often as it wants to, for as long as it awaits CI.
    async fn ci_is_awaited(&mut self, issue: IssueNumber) {
        for _ in 0..12 {
            if !matches!(self.run(issue).await.phase, Phase::Building { stage: Stage::Verifying, .. }) {
                return;
            }
            self.wait_until_due().await;
            self.settle().await;
        }
        panic!("CI is awaited for ever\n{}", self.everything().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_that_keeps_ci_away_from_a_step_is_merged_and_the_step_verified_by_the_merge() {
    let server =
        ModelServer::start([writes(FUNCTION), submits(), content(), writes(BOTH).after_words("- `lib/goodbye.sh`"), submits()]).await;
    let mut files = quick_greeter();
    files.retain(|(path, _)| *path != ".github/workflows/ci.yml");
    files.push((".github/workflows/ci.yml", FOR_PULL_REQUESTS));
    let mut world = World::new(&files, Ci::Workflows).await;
    world.has_model(config(&server)).await;
    world.meanwhile("write:0:", |github, repo| {
        github.person("ada").push(repo, "main", "Meanwhile", &[("lib/goodbye.sh", Some(THEIRS))]).unwrap();
    });
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    let step = world.head(issue).await;
    assert_eq!(world.repository().checks_of(&step).filter(|check| !check.by_app).count(), 0, "{}", world.account());
    world.ci_is_awaited(issue).await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}\n{}", world.everything().await, server.conversation());
    let tip = world.repository().branch("main").unwrap().sha.clone();
    world.is_our_merge(issue, &step, &tip).await;
    let pull = world.pull(issue).await;
    assert!(!pull.draft && pull.body.contains(&format!("- [x] **1.** Say goodbye · {}", &step[..7])), "{}", pull.body);
    server.end();
    world.read_all();
    world.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_conflict_below_an_unfinished_run_is_a_persons_and_their_merge_verifies_the_step() {
    let mut world = World::new(&[("README.md", "# Notes\n"), (".github/workflows/ci.yml", FOR_PULL_REQUESTS)], Ci::Workflows).await;
    world.meanwhile("write:1:", |github, repo| {
        github.person("ada").push(repo, "main", "Meanwhile", &[("one.txt", Some("eins\n"))]).unwrap();
    });
    let issue = filed(&mut world, TWO_STEPS).await;
    world.ci_is_awaited(issue).await;
    let Phase::Stuck { reason: StuckReason::Conflicts { files, .. }, .. } = world.run(issue).await.phase else {
        panic!("{}", world.everything().await)
    };
    assert_eq!(files, ["one.txt"]);
    assert!(world.pull(issue).await.body.contains("- [ ] **2.** Note two"), "{}", world.pull(issue).await.body);
    let tip = world.repository().branch("main").unwrap().sha.clone();
    world.a_person_merges(issue, &tip).await;
    world.a_while_passes().await;
    world.ci_is_awaited(issue).await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let pull = world.pull(issue).await;
    assert!(!pull.draft && !pull.body.contains("- [ ]"), "{}", pull.body);
    world.read_all();
    world.end().await;
}
