//! What CI says in its own time: late, twice, under another name, on many pages, or never.

use journeyman::domain::IssueNumber;
use journeyman::simulator::Ci;
use journeyman::workflow::{NotMended, Phase, Stage, StuckReason};

use crate::harness::World;
use crate::model::ModelServer;
use crate::prose_steps::{FUNCTION, SPECIFICATION, config, content, submits, writes};
use crate::samples::{GREEN, TWO_STEPS, file, quick_greeter};

const NOTE: &str = "A note is wanted.\n\n## Steps\n\n### Step 1: Note one\n\n`one.txt`\n```text\none\n```\n\n## Acceptance criteria\n\n\
                    - [ ] It is there (`test`)\n";

/// The step is on its branch, and these jobs wait for the test's hand.
async fn noted(jobs: &[&str]) -> (World, IssueNumber, String) {
    let world = World::new(&quick_greeter(), Ci::ByHand(jobs.iter().map(|job| (*job).to_owned()).collect())).await;
    built(world, NOTE).await
}

async fn built(mut world: World, specification: &str) -> (World, IssueNumber, String) {
    let issue = file(&world.github, &world.repo, "Take notes", specification);
    world.settle().await;
    let head = world.head(issue).await;
    (world, issue, head)
}

impl World {
    async fn is_verifying(&self, issue: IssueNumber, step: usize) {
        assert_eq!(self.run(issue).await.phase, Phase::Building { step, stage: Stage::Verifying }, "{}", self.everything().await);
    }

    async fn is_in_review(&self, issue: IssueNumber) {
        assert_eq!(self.run(issue).await.phase, Phase::InReview, "{}", self.everything().await);
        let pull = self.pull(issue).await;
        assert!(!pull.draft && pull.body.contains("- [x] **1.**"), "{}", pull.body);
    }

    /// What is red, and why it is a person's matter.
    async fn stuck_at(&self, issue: IssueNumber) -> (Vec<String>, Option<NotMended>) {
        let Phase::Stuck { reason: StuckReason::ChecksRed { failing, why, .. }, .. } = self.run(issue).await.phase else {
            panic!("{}", self.everything().await)
        };
        (failing, why)
    }

    fn succeeds(&self, sha: &str, name: &str) {
        self.github.ci(&self.repo).succeeds(sha, name).unwrap();
    }

    fn fails(&self, sha: &str, name: &str) {
        self.github.ci(&self.repo).fails(sha, name, "one.txt: 1: it says one\n##[error]Process completed with exit code 1.\n").unwrap();
    }

    fn runs_again(&self, sha: &str, name: &str) {
        self.github.person("ada").rerequest_check(&self.repo, sha, name).unwrap();
    }

    /// Looks as often as it wants to, until its checks are no longer waited for.
    async fn waits_in_vain(&mut self, issue: IssueNumber) {
        for _ in 0..10 {
            if !matches!(self.run(issue).await.phase, Phase::Building { stage: Stage::Verifying, .. }) {
                return;
            }
            self.wait_until_due().await;
            self.settle().await;
        }
        panic!("{}", self.everything().await);
    }

    async fn over(mut self) {
        self.read_all();
        self.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_appears_late_is_waited_for_and_unticks_what_is_in_review() {
    let (mut world, issue, head) = noted(&[]).await;
    world.is_verifying(issue, 0).await;
    world.wait_until_due().await;
    world.settle().await;
    world.github.ci(&world.repo).appears(&head, "test").unwrap();
    world.settle().await;
    world.is_verifying(issue, 0).await;
    world.succeeds(&head, "test");
    world.settle().await;
    world.is_in_review(issue).await;
    world.github.ci(&world.repo).appears(&head, "lint").unwrap();
    // Nothing tells of a check before it ends: the run looks by itself.
    world.settle().await;
    world.wait_until_due().await;
    world.settle().await;
    assert!(world.pull(issue).await.body.contains("- [ ] **1.**"), "{}", world.pull(issue).await.body);
    world.succeeds(&head, "lint");
    world.settle().await;
    world.is_in_review(issue).await;
    world.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_a_person_has_run_again_and_is_green_frees_a_run_that_is_stuck_at_it() {
    let world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    let (mut world, issue, first) = built(world, TWO_STEPS).await;
    world.fails(&first, "test");
    world.settle().await;
    assert_eq!(world.stuck_at(issue).await, (vec!["test".into()], Some(NotMended::NoWriter)));
    world.runs_again(&first, "test");
    world.settle().await;
    world.stuck_at(issue).await;
    world.succeeds(&first, "test");
    world.settle().await;
    world.is_verifying(issue, 1).await;
    let second = world.head(issue).await;
    assert_ne!(first, second);
    world.succeeds(&second, "test");
    world.settle().await;
    world.is_in_review(issue).await;
    world.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_that_gets_another_name_is_the_same_check() {
    let (mut world, issue, head) = noted(&["test"]).await;
    world.fails(&head, "test");
    world.settle().await;
    assert_eq!(world.stuck_at(issue).await.0, ["test"]);
    world.github.ci(&world.repo).renames(&head, "test", "unit tests").unwrap();
    world.runs_again(&head, "unit tests");
    world.settle().await;
    world.succeeds(&head, "unit tests");
    world.settle().await;
    world.is_in_review(issue).await;
    world.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_ruleset_requires_is_waited_for_and_decides_alone() {
    let world = World::new(&quick_greeter(), Ci::ByHand(vec!["lint".into()])).await;
    world.github.add_ruleset(&world.repo, "main", &[("test", None)]).unwrap();
    let (mut world, issue, head) = built(world, NOTE).await;
    world.fails(&head, "lint");
    world.settle().await;
    world.is_verifying(issue, 0).await;
    world.github.ci(&world.repo).appears(&head, "test").unwrap();
    world.settle().await;
    world.is_verifying(issue, 0).await;
    world.succeeds(&head, "test");
    world.settle().await;
    world.is_in_review(issue).await;
    world.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_workflows_with_a_job_of_one_name_the_red_one_decides() {
    let red = GREEN.replace("name: CI", "name: Nightly").replacen("exit 0", "exit 1", 1);
    for (first, second) in [(GREEN, red.as_str()), (red.as_str(), GREEN)] {
        let mut files: Vec<(&str, &str)> = quick_greeter();
        files.retain(|(path, _)| *path != ".github/workflows/ci.yml");
        files.extend([(".github/workflows/a.yml", first), (".github/workflows/b.yml", second)]);
        let world = World::new(&files, Ci::Workflows).await;
        let (world, issue, _) = built(world, NOTE).await;
        let (failing, why) = world.stuck_at(issue).await;
        assert_eq!((failing, why), (vec!["test".into()], Some(NotMended::NoWriter)));
        assert!(world.pull(issue).await.body.contains("- [ ] **1.**"));
        world.over().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_five_other_pull_requests_fail_is_told_and_no_model_is_asked_to_repair_it() {
    let server = ModelServer::start([writes(FUNCTION), submits(), content()]).await;
    let mut world = World::new(&quick_greeter(), Ci::ByHand(vec!["test".into()])).await;
    world.has_model(config(&server)).await;
    for number in 1..=5 {
        let note = NOTE.replace("one.txt", &format!("{number}.txt"));
        let issue = file(&world.github, &world.repo, "Take notes", &note);
        world.settle().await;
        let head = world.head(issue).await;
        world.fails(&head, "test");
        world.settle().await;
        assert_eq!(world.stuck_at(issue).await.1, Some(NotMended::NoWriter));
    }
    let issue = file(&world.github, &world.repo, "Say goodbye", SPECIFICATION);
    world.settle().await;
    let head = world.head(issue).await;
    world.fails(&head, "test");
    world.settle().await;
    assert_eq!(world.stuck_at(issue).await, (vec!["test".into()], Some(NotMended::Systemic(5))));
    assert_eq!(world.run(issue).await.mending.repairs, []);
    server.end();
    world.over().await;
}

/// A repository without workflows, and a step that is verified by this command.
async fn without_ci(command: &str) -> (World, IssueNumber) {
    let server = ModelServer::start([]).await;
    let mut world = World::new(&[("README.md", "# Notes\n")], Ci::None).await;
    world.has_model(config(&server)).await;
    let specification = NOTE.replace("## Acceptance", &format!("Verify: `{command}`\n\n## Acceptance"));
    let (mut world, issue, _) = built(world, &specification).await;
    world.waits_in_vain(issue).await;
    server.end();
    (world, issue)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ci_the_commands_of_a_step_verify_it_and_the_pull_request_says_so() {
    let (world, issue) = without_ci("grep -q one one.txt").await;
    world.is_in_review(issue).await;
    let body = world.pull(issue).await.body;
    let line = body.lines().find(|line| line.contains("**1.**")).unwrap();
    assert!(line.contains("verified locally by `grep -q one one.txt`"), "{line}");
    world.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_ci_a_command_that_fails_leaves_the_step_open() {
    let (world, issue) = without_ci("grep -q two one.txt").await;
    assert_eq!(world.stuck_at(issue).await, (vec!["grep -q two one.txt".into()], Some(NotMended::NoWriter)));
    let pull = world.pull(issue).await;
    assert!(pull.draft && pull.body.contains("- [ ] **1.**"), "{}", pull.body);
    world.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_turns_red_in_review_is_a_draft_again_until_it_is_green() {
    let (mut world, issue, head) = noted(&["test"]).await;
    world.succeeds(&head, "test");
    world.settle().await;
    world.is_in_review(issue).await;
    world.runs_again(&head, "test");
    world.settle().await;
    world.fails(&head, "test");
    world.settle().await;
    assert_eq!(world.stuck_at(issue).await.0, ["test"]);
    let pull = world.pull(issue).await;
    assert!(pull.draft && pull.body.contains("- [ ] **1.**"), "{}", pull.body);
    world.runs_again(&head, "test");
    world.settle().await;
    assert!(world.pull(issue).await.draft);
    world.succeeds(&head, "test");
    world.settle().await;
    world.is_in_review(issue).await;
    world.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_red_check_counts_on_whichever_page_of_checks_it_stands() {
    let names: Vec<String> = (0..120).map(|number| format!("check {number:03}")).collect();
    let jobs: Vec<&str> = names.iter().map(String::as_str).collect();
    let (mut world, issue, head) = noted(&jobs).await;
    // Whichever way they are sorted, one of the two is on the second page.
    let (first, last) = (jobs[0], jobs[119]);
    for green in &jobs[1..119] {
        world.succeeds(&head, green);
    }
    world.fails(&head, first);
    world.fails(&head, last);
    world.settle().await;
    let mut failing = world.stuck_at(issue).await.0;
    failing.sort();
    assert_eq!(failing, [first, last]);
    for red in [first, last] {
        world.runs_again(&head, red);
        world.settle().await;
        world.succeeds(&head, red);
        world.settle().await;
    }
    world.is_in_review(issue).await;
    world.over().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repository_with_slow_ci_has_its_steps_written_at_once_and_waited_for_in_the_end() {
    let files = [quick_greeter(), vec![(".github/journeyman.yml", "ci:\n  wait: end\n")]].concat();
    let mut world = World::new(&files, Ci::ByHand(vec!["test".into()])).await;
    let issue = file(&world.github, &world.repo, "Two notes", TWO_STEPS);
    world.settle().await;
    let commits = world.commits(issue).await;
    assert_eq!(commits.len(), 2, "{}", world.everything().await);
    assert!(world.pull(issue).await.draft);
    // The second is told first, and waits for the first.
    for commit in commits.iter().rev() {
        world.github.ci(&world.repo).succeeds(&commit.sha, "test").unwrap();
        world.settle().await;
    }
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let pull = world.pull(issue).await;
    assert!(!pull.draft && pull.body.contains("2 of 2 verified"), "{}", pull.body);
    world.read_all();
    world.end().await;
}
