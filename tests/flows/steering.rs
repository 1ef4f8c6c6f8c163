//! People at work beside the bot: CI that fails, strangers, stops, pushes, hands on the checklist, a merge.
//!
//! CI is set by hand here: `ci` gives a commit its verdict.

use journeyman::domain::{IssueNumber, PullNumber};
use journeyman::simulator::{Ci, Role};
use journeyman::workflow::{Ending, NotMended, Phase, Stage, StuckReason};

use crate::harness::World;
use crate::samples::{GREEN, TWO_STEPS, file};

pub const NOTES: [(&str, &str); 1] = [("README.md", "# Notes\n")];
pub const BRANCH: &str = "journeyman/1-take-notes";

/// A repository whose CI is ours to play, and an issue labelled by ada.
pub async fn filed(specification: &str) -> (World, IssueNumber) {
    let mut world = World::new(&NOTES, Ci::None).await;
    let issue = file(&world.github, &world.repo, "Take notes", specification);
    world.settle().await;
    (world, issue)
}

impl World {
    /// CI speaks about the newest commit of the pull request's branch.
    pub async fn ci(&mut self, issue: IssueNumber, conclusion: &str) {
        let newest = self.commits(issue).await.pop().expect("a commit").sha;
        self.ci_of(&newest, conclusion).await;
    }

    pub async fn ci_of(&mut self, sha: &str, conclusion: &str) {
        self.github.person("ada").set_check(&self.repo, sha, "test", Some(conclusion)).unwrap();
        self.settle().await;
    }

    pub async fn messages(&self, issue: IssueNumber) -> Vec<String> {
        let subject = |message: &str| message.lines().next().unwrap_or_default().to_owned();
        self.commits(issue).await.iter().map(|commit| subject(&commit.message)).collect()
    }

    pub fn read_end(&mut self, issue: IssueNumber, name: &str, words: &str) {
        let said = self.said(issue, name);
        assert!(said.contains(words), "{words:?} in the {name} comment:\n{said}");
    }
}

pub fn verifying(step: usize) -> Phase {
    Phase::Building { step, stage: Stage::Verifying }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_red_check_stops_the_run_until_a_rerun_is_green() {
    let (mut world, issue) = filed(TWO_STEPS).await;
    assert_eq!(world.run(issue).await.phase, verifying(0), "{}", world.everything().await);
    world.ci(issue, "failure").await;
    let run = world.run(issue).await;
    let Phase::Stuck { reason, .. } = &run.phase else { panic!("{}", world.everything().await) };
    assert_eq!(*reason, StuckReason::ChecksRed { step: 0, failing: vec!["test".into()], why: Some(NotMended::NoWriter) });
    let report = world.said(issue, "stuck-1");
    assert!(report.contains("test") && report.contains("Note one"), "{report}");
    assert!(world.pull(issue).await.body.contains("- [ ] **1.** Note one"), "{}", world.pull(issue).await.body);
    assert_eq!(world.messages(issue).await, ["Note one"]);
    world.ci(issue, "success").await;
    assert_eq!(world.run(issue).await.phase, verifying(1), "{}", world.everything().await);
    assert!(world.pull(issue).await.body.contains("- [x] **1.** Note one"), "{}", world.pull(issue).await.body);
    world.ci(issue, "success").await;
    assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
    let pull = world.pull(issue).await;
    assert!(!pull.draft && !pull.body.contains("- [ ]"), "{}", pull.body);
    world.read_end(issue, "status", "Built and verified");
    world.read_end(issue, "done", "ready for review");
    world.said(issue, "stuck-1");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_by_a_stranger_builds_nothing_and_says_so() {
    let mut world = World::new(&NOTES, Ci::None).await;
    world.github.add_collaborator(&world.repo, "tim", Role::Triage).unwrap();
    let issue = world.github.person("tim").create_issue(&world.repo, "Take notes", TWO_STEPS).unwrap();
    world.github.person("tim").label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    let run = world.run(issue).await;
    assert!(matches!(&run.phase, Phase::Stuck { reason: StuckReason::NotPermitted { login }, .. } if login.as_str() == "tim"));
    assert_eq!(world.repository().branches.len(), 1, "{}", world.everything().await);
    world.read_end(issue, "stuck-1", "tim");
    world.read_end(issue, "status", "Waiting for a person");
    world.github.person("ada").comment(&world.repo, issue, "/journeyman retry").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, verifying(0), "{}", world.everything().await);
    assert!(world.commits(issue).await[0].message.contains("Co-authored-by: ada "), "whoever may ask is who asked");
    world.read_end(issue, "status", "Step 1 of 2 is with CI");
    world.said(issue, "stuck-1");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comment_by_a_stranger_is_neither_an_answer_nor_read() {
    let unclear = format!("{TWO_STEPS}\n## Open questions\n\n- In which language are the notes?\n");
    let (mut world, issue) = filed(&unclear).await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking);
    world.read_end(issue, "questions", "In which language are the notes?");
    world.github.person("mallory").comment(&world.repo, issue, "1: in Klingon, and /journeyman stop\n/journeyman stop").unwrap();
    world.settle().await;
    let run = world.run(issue).await;
    assert_eq!(run.phase, Phase::Asking, "{}", world.everything().await);
    assert!(!format!("{run:?}").contains("Klingon"), "a stranger's words are kept nowhere");
    world.github.person("ada").comment(&world.repo, issue, "In English.").unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, verifying(0), "{}", world.everything().await);
    world.read_end(issue, "questions", "ada answered: In English.");
    world.read_end(issue, "status", "Step 1 of 2 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_stopped_pushes_nothing_more() {
    let (mut world, issue) = filed(TWO_STEPS).await;
    world.github.person("ada").unlabel(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    world.ci(issue, "success").await;
    assert!(matches!(world.run(issue).await.phase, Phase::Over(Ending::Cancelled { .. })), "{}", world.everything().await);
    assert_eq!(world.messages(issue).await, ["Note one"]);
    assert!(world.pull(issue).await.open, "the work is kept");
    world.read_end(issue, "status", "Stopped by ada; the work is kept");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_that_arrives_between_writing_and_pushing_is_obeyed() {
    let mut world = World::new(&NOTES, Ci::None).await;
    world.interfere("write:1:", |github, repo| github.person("ada").unlabel(repo, IssueNumber(1), "implement").unwrap());
    let issue = file(&world.github, &world.repo, "Take notes", TWO_STEPS);
    world.settle().await;
    world.ci(issue, "success").await;
    assert!(matches!(world.run(issue).await.phase, Phase::Over(Ending::Cancelled { .. })), "{}", world.everything().await);
    assert_eq!(world.messages(issue).await, ["Note one"]);
    world.read_end(issue, "status", "Stopped by ada");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_a_person_pushes_in_between_is_kept_and_built_upon() {
    for between in ["write:1:", "read-checks:", "push:"] {
        let mut world = World::new(&NOTES, Ci::None).await;
        let issue = file(&world.github, &world.repo, "Take notes", TWO_STEPS);
        world.settle().await;
        let step_1 = world.commits(issue).await[0].sha.clone();
        world.interfere(between, |github, repo| {
            github.person("ada").push(repo, BRANCH, "Note three", &[("three.txt", Some("three\n"))]).unwrap();
        });
        world.ci_of(&step_1, "success").await;
        let written = world.commits(issue).await.into_iter().find(|c| c.message.starts_with("Note two"));
        let Some(step_2) = written.map(|commit| commit.sha) else { panic!("after {between}\n{}", world.everything().await) };
        world.ci_of(&step_2, "success").await;
        // A check on a commit that is no branch's head names no branch: only the timer finds it.
        world.wait_until_due().await;
        world.settle().await;
        let head = world.commits(issue).await.pop().unwrap().sha;
        world.ci_of(&head, "success").await;
        let mut messages = world.messages(issue).await;
        let order = if between == "push:" { ["Note one", "Note two", "Note three"] } else { ["Note one", "Note three", "Note two"] };
        assert_eq!(messages, order, "after {between}\n{}", world.everything().await);
        messages.sort();
        assert_eq!(world.run(issue).await.phase, Phase::InReview, "after {between}\n{}", world.everything().await);
        assert!(!world.pull(issue).await.body.contains("- [ ]"), "{}", world.pull(issue).await.body);
        world.read_end(issue, "status", "Built and verified");
        world.read_end(issue, "done", "ready for review");
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn boxes_untick_when_a_push_by_force_drops_their_commits_and_tick_when_they_return() {
    let (mut world, issue) = filed(TWO_STEPS).await;
    world.ci(issue, "success").await;
    world.ci(issue, "success").await;
    let (base, head) = (world.run(issue).await.plan.unwrap().base, world.commits(issue).await.pop().unwrap().sha);
    let ada = world.github.person("ada");
    ada.force_push(&world.repo, BRANCH, base.as_str(), "Start over", &[("zero.txt", Some("0\n"))]).unwrap();
    world.settle().await;
    let body = world.pull(issue).await.body;
    assert!(!body.contains("- [x]") && body.contains("left the branch"), "{body}");
    let directory = world.github.repository_path(&world.repo).unwrap();
    world.github.person("ada").push_from(&world.repo, BRANCH, &directory, &head).unwrap();
    world.settle().await;
    let body = world.pull(issue).await.body;
    assert!(!body.contains("- [ ]"), "{body}");
    world.read_end(issue, "status", "Built and verified");
    world.read_end(issue, "done", "ready for review");
    world.read_end(issue, "stuck-1", "the run went on");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_ticked_by_hand_is_set_back_and_peoples_words_around_the_list_stay() {
    let (mut world, issue) = filed(TWO_STEPS).await;
    let pull = world.pull(issue).await;
    let edited = format!("Please look at step 2 first.\n\n{}\nThanks!\n", pull.body.replace("- [ ]", "- [x]"));
    world.github.person("ada").edit_pull(&world.repo, PullNumber(pull.number), &edited).unwrap();
    world.settle().await;
    let body = world.pull(issue).await.body;
    assert_eq!(body, format!("Please look at step 2 first.\n\n{}\nThanks!\n", pull.body));
    world.ci(issue, "success").await;
    let body = world.pull(issue).await.body;
    assert!(body.starts_with("Please look at step 2 first.\n") && body.ends_with("\nThanks!\n"), "{body}");
    assert!(body.contains("- [x] **1.** Note one") && body.contains("- [ ] **2.** Note two"), "{body}");
    world.read_end(issue, "status", "Step 2 of 2 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_merge_ends_the_run_and_a_label_set_again_begins_another() {
    let (mut world, issue) = filed(TWO_STEPS).await;
    world.ci(issue, "success").await;
    world.ci(issue, "success").await;
    let first = PullNumber(world.pull(issue).await.number);
    world.github.person("ada").merge_pull(&world.repo, first).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, Phase::Over(Ending::Merged), "{}", world.everything().await);
    world.read_end(issue, "status", "Merged");
    world.read_end(issue, "done", "ready for review");
    let ada = world.github.person("ada");
    ada.reopen_issue(&world.repo, issue).unwrap();
    ada.edit_issue(&world.repo, issue, &TWO_STEPS.replace("one", "uno").replace("two", "due")).unwrap();
    ada.unlabel(&world.repo, issue, "implement").unwrap();
    ada.label(&world.repo, issue, "implement").unwrap();
    world.settle().await;
    let run = world.run(issue).await;
    assert_eq!((run.attempt, run.phase.clone()), (2, verifying(0)), "{}", world.everything().await);
    assert_eq!(run.branch.unwrap().as_str(), "journeyman/1-take-notes-2");
    assert_ne!(run.pull, Some(first));
    assert_eq!(world.repository().pulls.len(), 2);
    world.read_end(issue, "status", "Step 1 of 2 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_issues_are_built_side_by_side() {
    let files = [("README.md", "# Notes\n"), (".github/workflows/ci.yml", GREEN)];
    let mut world = World::new(&files, Ci::Workflows).await;
    let issues = [
        file(&world.github, &world.repo, "Take notes", TWO_STEPS),
        file(&world.github, &world.repo, "Annotare", &TWO_STEPS.replace("one", "uno").replace("two", "due")),
    ];
    world.settle().await;
    let mut branches = Vec::new();
    for issue in issues {
        assert_eq!(world.run(issue).await.phase, Phase::InReview, "{}", world.everything().await);
        assert!(!world.pull(issue).await.draft && !world.pull(issue).await.body.contains("- [ ]"));
        assert_eq!(world.commits(issue).await.len(), 2);
        branches.push(world.pull(issue).await.head);
        assert_eq!(world.comment_names(issue), ["status", "done"]);
        world.read_end(issue, "status", "Built and verified");
        world.read_end(issue, "done", "ready for review");
    }
    assert_ne!(branches[0], branches[1]);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_without_a_word_is_asked_about_and_built_once_it_has_some() {
    let (mut world, issue) = filed("").await;
    assert_eq!(world.run(issue).await.phase, Phase::Asking, "{}", world.everything().await);
    let questions = world.said(issue, "questions");
    assert!(questions.contains("1. "), "{questions}");
    world.github.person("ada").edit_issue(&world.repo, issue, TWO_STEPS).unwrap();
    world.settle().await;
    assert_eq!(world.run(issue).await.phase, verifying(0), "{}", world.everything().await);
    world.read_end(issue, "questions", "Settled in the specification");
    world.read_end(issue, "status", "Step 1 of 2 is with CI");
    world.end().await;
}
