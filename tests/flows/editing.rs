//! The specification is edited while it is built and reviewed: what did not change keeps its commits, what did is built as it reads now.

use journeyman::domain::IssueNumber;
use journeyman::simulator::{Ci, DeliveryFault};
use journeyman::workflow::{Phase, StuckReason};

use crate::harness::World;
use crate::program::git;
use crate::samples::file;
use crate::steering::{BRANCH, NOTES, filed, verifying};

pub type Step = (&'static str, &'static str, &'static str);
pub const ONE: Step = ("Note one", "one.txt", "one");
pub const TWO: Step = ("Note two", "two.txt", "two");
pub const THREE: Step = ("Note three", "three.txt", "three");

/// Steps in this order, numbered from 1: a title, a file and what is in it.
pub fn text(steps: &[Step]) -> String {
    let step =
        |(at, (title, path, content)): (usize, &Step)| format!("### Step {}: {title}\n\n`{path}`\n```text\n{content}\n```\n\n", at + 1);
    let steps: String = steps.iter().enumerate().map(step).collect();
    format!("Notes are wanted.\n\n## Steps\n\n{steps}## Acceptance criteria\n\n- [ ] All are there (`test`)\n")
}

impl World {
    pub async fn edits(&mut self, issue: IssueNumber, body: &str) {
        self.github.person("ada").edit_issue(&self.repo, issue, body).unwrap();
        self.settle().await;
    }

    pub async fn hears(&mut self, issue: IssueNumber, comment: &str) {
        self.github.person("ada").comment(&self.repo, issue, comment).unwrap();
        self.settle().await;
    }

    pub async fn shas(&self, issue: IssueNumber) -> Vec<String> {
        self.commits(issue).await.into_iter().map(|commit| commit.sha).collect()
    }

    /// A file at the head of the run's branch.
    pub fn holds(&self, path: &str) -> String {
        git(&self.github.repository_path(&self.repo).unwrap(), &["show", &format!("{BRANCH}:{path}")])
    }

    pub async fn is_at(&self, issue: IssueNumber, phase: Phase) {
        let run = self.run(issue).await;
        assert_eq!(run.phase, phase, "{}", self.everything().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_step_that_changes_is_built_as_it_reads_when_its_turn_comes() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    let before = world.shas(issue).await;
    world.edits(issue, &text(&[ONE, ("Note two", "two.txt", "zwei")])).await;
    world.is_at(issue, verifying(0)).await;
    assert_eq!(world.shas(issue).await, before);
    world.read_end(issue, "status", "The specification was edited: step 2 changed before it was built. 1 step unchanged.");
    world.ci(issue, "success").await;
    assert_eq!(world.messages(issue).await, ["Note one", "Note two"]);
    assert_eq!(world.holds("two.txt"), "zwei\n");
    world.ci(issue, "success").await;
    world.is_at(issue, Phase::InReview).await;
    world.read_end(issue, "status", "Built and verified");
    world.read_end(issue, "done", "ready for review");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_built_step_that_changes_is_built_as_a_new_commit_and_the_old_one_stays() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    let before = world.shas(issue).await;
    world.edits(issue, &text(&[("Note one", "one.txt", "uno"), TWO])).await;
    world.is_at(issue, verifying(0)).await;
    let after = world.shas(issue).await;
    assert_eq!((after.len(), &after[0]), (2, &before[0]), "{}", world.everything().await);
    assert_eq!(world.holds("one.txt"), "uno\n");
    world.read_end(issue, "status", "step 1 changed and is built anew, as a new commit. 1 step unchanged.");
    let body = world.pull(issue).await.body;
    assert!(body.contains(&after[1][..7]) && !body.contains(&after[0][..7]), "{body}");
    world.edits(issue, &text(&[("Note one", "one.txt", "ein"), TWO])).await;
    assert_eq!(world.holds("one.txt"), "ein\n");
    world.ci(issue, "success").await;
    world.ci(issue, "success").await;
    assert_eq!(world.messages(issue).await, ["Note one", "Note one", "Note one", "Note two"]);
    world.is_at(issue, Phase::InReview).await;
    world.read_end(issue, "status", "Built and verified");
    world.read_end(issue, "done", "ready for review");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_words_around_the_same_code_need_no_commit() {
    let worded = |words: &str| text(&[ONE, TWO]).replace("`one.txt`", &format!("{words}\n\n`one.txt`"));
    let (mut world, issue) = filed(&worded("The first of the notes.")).await;
    let before = world.shas(issue).await;
    world.edits(issue, &worded("This is the note that comes before all the others.")).await;
    assert_eq!(world.shas(issue).await, before);
    world.ci(issue, "success").await;
    world.is_at(issue, verifying(1)).await;
    assert!(world.pull(issue).await.body.contains("- [x] **1.** Note one · ✅ no change needed"), "{}", world.pull(issue).await.body);
    world.read_end(issue, "status", "Step 2 of 2 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_put_in_between_is_built_in_its_place() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    let before = world.shas(issue).await;
    world.edits(issue, &text(&[ONE, THREE, TWO])).await;
    assert_eq!(world.shas(issue).await, before);
    world.read_end(issue, "status", "step 2 is new; with the same words, 2 is now 3.");
    world.ci(issue, "success").await;
    world.ci(issue, "success").await;
    world.ci(issue, "success").await;
    assert_eq!(world.messages(issue).await, ["Note one", "Note three", "Note two"]);
    world.is_at(issue, Phase::InReview).await;
    world.read_end(issue, "status", "Built and verified");
    world.read_end(issue, "done", "ready for review");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_in_another_order_with_other_numbers_keep_their_commits() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    world.ci(issue, "success").await;
    world.ci(issue, "success").await;
    let before = world.shas(issue).await;
    world.edits(issue, &text(&[TWO, ONE])).await;
    world.is_at(issue, Phase::InReview).await;
    assert_eq!(world.shas(issue).await, before, "{}", world.everything().await);
    let body = world.pull(issue).await.body;
    let (two, one) = (format!("- [x] **1.** Note two · {}", &before[1][..7]), format!("- [x] **2.** Note one · {}", &before[0][..7]));
    assert!(body.contains(&two) && body.contains(&one), "{body}");
    world.read_end(issue, "status", "the order is another");
    world.read_end(issue, "done", "ready for review");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_built_step_that_is_taken_out_is_asked_about_and_kept_where_that_is_the_answer() {
    let (mut world, issue) = filed(&text(&[ONE, TWO, THREE])).await;
    world.ci(issue, "success").await;
    let before = world.shas(issue).await;
    world.edits(issue, &text(&[ONE, THREE])).await;
    world.is_at(issue, Phase::Asking).await;
    world.read_end(issue, "questions", "Step 2 (“Note two”) is no longer in the specification");
    world.read_end(issue, "status", "Waiting for 1 answer");
    world.hears(issue, "1: keep it").await;
    world.ci(issue, "success").await;
    let after = world.shas(issue).await;
    assert_eq!(after[..2], before[..], "{}", world.everything().await);
    assert_eq!(world.messages(issue).await, ["Note one", "Note two", "Note three"]);
    world.ci(issue, "success").await;
    world.is_at(issue, Phase::InReview).await;
    let kept = format!("Note two · {}", &before[1][..7]);
    let body = world.pull(issue).await.body;
    assert!(body.contains(&kept) && body.contains("No longer in the specification"), "{body}");
    world.read_end(issue, "status", &kept);
    world.read_end(issue, "questions", "ada answered: keep it");
    world.read_end(issue, "done", "ready for review");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_between_writing_and_pushing_is_followed() {
    for between in ["write:0:", "push:"] {
        let mut world = World::new(&NOTES, Ci::None).await;
        let edited = text(&[("Note one", "one.txt", "uno"), TWO]);
        world.interfere(between, move |github, repo| github.person("ada").edit_issue(repo, IssueNumber(1), &edited).unwrap());
        let issue = file(&world.github, &world.repo, "Take notes", &text(&[ONE, TWO]));
        world.settle().await;
        world.is_at(issue, verifying(0)).await;
        assert_eq!(world.holds("one.txt"), "uno\n", "after {between}\n{}", world.everything().await);
        world.read_end(issue, "status", "step 1 changed");
        world.ci(issue, "success").await;
        world.ci(issue, "success").await;
        world.is_at(issue, Phase::InReview).await;
        assert_eq!(world.pull(issue).await.body.matches("- [x]").count(), 3, "{}", world.pull(issue).await.body);
        world.read_end(issue, "status", "Built and verified");
        world.read_end(issue, "done", "ready for review");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_added_in_review_is_built_and_listed() {
    let (mut world, issue) = filed(&text(&[ONE])).await;
    world.ci(issue, "success").await;
    world.is_at(issue, Phase::InReview).await;
    world.read_end(issue, "done", "ready for review");
    world.edits(issue, &text(&[ONE, THREE])).await;
    world.is_at(issue, verifying(1)).await;
    world.read_end(issue, "status", "step 2 is new");
    let body = world.pull(issue).await.body;
    assert!(body.contains("- [x] **1.** Note one") && body.contains("- [ ] **2.** Note three"), "{body}");
    world.ci(issue, "success").await;
    world.is_at(issue, Phase::InReview).await;
    let body = world.pull(issue).await.body;
    assert!(body.contains("- [x] **2.** Note three") && !body.contains("- [ ]"), "{body}");
    assert_eq!(world.comment_names(issue), ["status", "done"]);
    world.read_end(issue, "status", "Built and verified");
    world.read_end(issue, "done", "ready for review");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_which_no_webhook_told_is_found_by_the_timer() {
    for built in [false, true] {
        let (mut world, issue) = filed(&text(&[ONE])).await;
        if built {
            world.ci(issue, "success").await;
        }
        // A check that runs: without any the run would go on by itself.
        let running = world.commits(issue).await.pop().unwrap().sha;
        if !built {
            world.github.person("ada").set_check(&world.repo, &running, "test", None).unwrap();
            world.settle().await;
        }
        world.sweeping = false;
        world.github.faults(|f| f.next_deliveries("issues", DeliveryFault::Lost, 1));
        world.edits(issue, &text(&[ONE, TWO])).await;
        assert_eq!(world.run(issue).await.plan.unwrap().steps.len(), 1, "nobody told of the edit");
        let mut looks = 0;
        while world.run(issue).await.plan.unwrap().steps.len() == 1 {
            looks += 1;
            assert!(looks < 20, "{}", world.everything().await);
            world.wait_until_due().await;
            world.settle().await;
        }
        if !built {
            world.ci(issue, "success").await;
        }
        world.is_at(issue, verifying(1)).await;
        assert_eq!(world.messages(issue).await, ["Note one", "Note two"]);
        world.read_all();
        world.end().await;
    }
}

/// A step that replaces a line of the README.
fn replacing(from: &str, to: &str) -> String {
    let block = format!("`README.md`\n```\n<<<<<<< SEARCH\n{from}\n=======\n{to}\n>>>>>>> REPLACE\n```\n");
    format!(
        "## Steps\n\n### Step 1: Name it\n\n{block}\n### Step 2: Note two\n\n`two.txt`\n```text\ntwo\n```\n\n## Acceptance criteria\n\n- [ ] It has a name (`test`)\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replacement_whose_first_version_is_built_is_refused_with_its_reason_and_mended_by_another_edit() {
    let (mut world, issue) = filed(&replacing("# Notes", "# Our notes")).await;
    world.is_at(issue, verifying(0)).await;
    world.edits(issue, &replacing("# Notes", "# All notes")).await;
    let run = world.run(issue).await;
    assert!(
        matches!(run.phase, Phase::Asking | Phase::Stuck { reason: StuckReason::EditRefused { .. }, .. }),
        "{}",
        world.everything().await
    );
    world.read_end(issue, "questions", "the text to be replaced is not in the file: `# Notes`");
    world.edits(issue, &replacing("# Our notes", "# All notes")).await;
    world.is_at(issue, verifying(0)).await;
    assert_eq!(world.holds("README.md"), "# All notes\n");
    assert_eq!(world.messages(issue).await, ["Name it", "Name it"]);
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_of_the_step_at_which_the_run_is_stuck_lets_it_go_on() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    world.ci(issue, "failure").await;
    let Phase::Stuck { reason: StuckReason::ChecksRed { .. }, .. } = world.run(issue).await.phase else {
        panic!("{}", world.everything().await)
    };
    world.read_end(issue, "stuck-1", "CI is red");
    world.edits(issue, &text(&[("Note one", "one.txt", "uno"), TWO])).await;
    world.is_at(issue, verifying(0)).await;
    assert_eq!(world.messages(issue).await, ["Note one", "Note one"]);
    world.read_end(issue, "stuck-1", "settled");
    world.ci(issue, "success").await;
    world.is_at(issue, verifying(1)).await;
    world.read_end(issue, "status", "Step 2 of 2 is with CI");
    world.end().await;
}
