//! What people order in comments, end to end, and what the bot replies; and what ends a run, whichever phase it is in.

use journeyman::domain::{IssueNumber, PullNumber, RepoName};
use journeyman::simulator::{Ci, DeliveryFault, Role, Source};
use journeyman::workflow::{Ending, Phase, StuckReason};

use crate::editing::{ONE, TWO, text};
use crate::harness::{BOT, World};
use crate::samples::file;
use crate::steering::{BRANCH, NOTES, filed, verifying};

const WANTS_APPROVAL: [(&str, &str); 2] = [("README.md", "# Notes\n"), (".github/journeyman.yml", "approve_plan: true\n")];

impl World {
    /// ada comments, and what is replied to it is read.
    async fn is_told(&mut self, issue: IssueNumber, comment: &str) -> String {
        let id = self.github.person("ada").comment(&self.repo, issue, comment).unwrap();
        self.settle().await;
        self.said(issue, &format!("reply-{id}"))
    }

    /// ada orders something, which is obeyed: a thumb and no reply.
    async fn obeys(&mut self, issue: IssueNumber, comment: &str) {
        let id = self.github.person("ada").comment(&self.repo, issue, comment).unwrap();
        self.settle().await;
        assert_eq!(self.glances(issue, id), ["+1"], "{}", self.everything().await);
        assert!(!self.comment_names(issue).contains(&format!("reply-{id}")), "{}", self.account());
    }

    /// The bot's reactions to a comment.
    pub fn glances(&self, issue: IssueNumber, comment: u64) -> Vec<String> {
        let comments = self.repository().issue(issue.0).unwrap().comments.clone();
        let reactions = comments.into_iter().find(|c| c.id == comment).unwrap().reactions;
        reactions.into_iter().filter(|(by, _)| by == BOT).map(|(_, what)| what).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_is_answered_in_a_reply() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    let before = world.shas(issue).await;
    // A check that runs: without any the run would go on by itself.
    world.github.person("ada").set_check(&world.repo, &before[0], "test", None).unwrap();
    let help = world.is_told(issue, "/journeyman help").await;
    for order in ["status", "approve", "proceed", "retry [step N]", "rebuild step N", "stop", "resume", "help"] {
        assert!(help.contains(&format!("`/journeyman {order}`")), "{order} in {help}");
    }
    let replies = [
        ("/journeyman status", "**Step 1 of 2 is with CI** · pull request #2 · 0 of 2 verified"),
        ("/journeyman rety", "I know no command `rety`. Did you mean `/journeyman retry`?"),
        ("/journeyman approve", "no plan waits for an approval"),
        ("/journeyman proceed", "nothing is open"),
        ("/journeyman retry", "the run is not stuck"),
        ("/journeyman retry step 1", "the run is not stuck at that step"),
        ("/journeyman resume", "the run was not stopped"),
        ("/journeyman rebuild step 2", "that step is not built yet"),
        ("/journeyman rebuild step 9", "there is no step with that number"),
        ("/journeyman rebuild", "needs a step's number"),
    ];
    for (order, words) in replies {
        // A person takes a while to type.
        world.clock.advance_seconds(40);
        let reply = world.is_told(issue, order).await;
        assert!(reply.contains(words), "{order} is answered: {reply}");
    }
    assert_eq!(world.shas(issue).await, before);
    world.is_at(issue, verifying(0)).await;
    world.read_end(issue, "status", "Step 1 of 2 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_shown_follows_the_text_and_is_built_once_it_is_approved() {
    let mut world = World::new(&WANTS_APPROVAL, Ci::None).await;
    let issue = file(&world.github, &world.repo, "Take notes", &text(&[ONE]));
    world.settle().await;
    world.is_at(issue, Phase::Planned).await;
    world.read_end(issue, "plan", "- **1** Note one · `one.txt`");
    world.edits(issue, &text(&[ONE, TWO])).await;
    world.is_at(issue, Phase::Planned).await;
    world.read_end(issue, "plan", "- **2** Note two · `two.txt`");
    world.read_end(issue, "status", "The plan waits for approval");
    assert_eq!(world.repository().branches.len(), 1, "nothing is built");

    // What was approved is not what is there now.
    world.sweeping = false;
    world.github.faults(|f| f.next_deliveries("issues", DeliveryFault::Lost, 1));
    world.edits(issue, &text(&[TWO])).await;
    world.obeys(issue, "/journeyman approve").await;
    world.is_at(issue, Phase::Planned).await;
    let plan = world.said(issue, "plan");
    assert!(plan.contains("- **1** Note two") && !plan.contains("Note one"), "{plan}");
    assert_eq!(world.repository().branches.len(), 1, "nothing is built");

    world.obeys(issue, "/journeyman approve").await;
    world.is_at(issue, verifying(0)).await;
    assert_eq!(world.messages(issue).await, ["Note two"]);
    world.read_end(issue, "status", "Step 1 of 1 is with CI");
    let plan = world.said(issue, "plan");
    assert!(plan.contains("Approved by ada") && !plan.contains("/journeyman approve"), "{plan}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_was_stopped_goes_on_with_what_is_built() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    world.obeys(issue, "/journeyman stop, we talk about it first").await;
    assert!(matches!(world.run(issue).await.phase, Phase::Over(Ending::Cancelled { .. })), "{}", world.everything().await);
    let built = world.shas(issue).await;
    world.ci(issue, "success").await;
    assert_eq!(world.shas(issue).await, built);
    world.read_end(issue, "status", "Stopped by ada; the work is kept");
    let again = world.is_told(issue, "/journeyman stop").await;
    assert!(again.contains("the run is over"), "{again}");
    world.obeys(issue, "/journeyman resume").await;
    world.is_at(issue, verifying(1)).await;
    assert_eq!(world.shas(issue).await[..1], built[..]);
    assert_eq!(world.messages(issue).await, ["Note one", "Note two"]);
    world.read_end(issue, "status", "Step 2 of 2 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn proceed_goes_on_where_the_text_itself_holds_it_up() {
    let gated = format!("Do not implement until this is reviewed.\n\n{}", text(&[ONE]));
    let (mut world, issue) = filed(&gated).await;
    world.is_at(issue, Phase::Asking).await;
    world.obeys(issue, "/journeyman proceed").await;
    world.is_at(issue, verifying(0)).await;
    world.read_end(issue, "questions", "ada answered: Proceed.");
    world.read_end(issue, "status", "Step 1 of 1 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_tries_again_the_step_at_which_the_run_is_stuck_and_no_other() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    world.ci(issue, "failure").await;
    let other = world.is_told(issue, "/journeyman retry step 2").await;
    assert!(other.contains("the run is not stuck at that step"), "{other}");
    world.obeys(issue, "/journeyman retry step 1").await;
    let stuck = |phase: &Phase| matches!(phase, Phase::Stuck { reason: StuckReason::ChecksRed { step: 0, .. }, .. });
    assert!(stuck(&world.run(issue).await.phase), "{}", world.everything().await);
    world.read_end(issue, "stuck-1", "This is settled");
    world.read_end(issue, "stuck-2", "CI is red at step 1");
    let repair: &[(&str, Option<&str>)] = &[("one.txt", Some("one, mended\n"))];
    let repaired = world.github.person("ada").push(&world.repo, BRANCH, "Mend it", repair).unwrap();
    world.settle().await;
    world.obeys(issue, "/journeyman retry").await;
    world.ci_of(&repaired, "success").await;
    world.is_at(issue, verifying(1)).await;
    assert_eq!(world.messages(issue).await, ["Note one", "Mend it", "Note two"]);
    world.read_end(issue, "stuck-2", "This is settled");
    world.read_end(issue, "status", "Step 2 of 2 is with CI");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rebuild_builds_a_step_once_more_on_top() {
    let (mut world, issue) = filed(&text(&[ONE, TWO])).await;
    world.ci(issue, "success").await;
    world.ci(issue, "success").await;
    world.is_at(issue, Phase::InReview).await;
    let spoiled: &[(&str, Option<&str>)] = &[("one.txt", Some("spoiled\n"))];
    world.github.person("ada").push(&world.repo, BRANCH, "Spoil it", spoiled).unwrap();
    world.settle().await;
    world.obeys(issue, "/journeyman rebuild step 1").await;
    assert_eq!(world.holds("one.txt"), "one\n", "{}", world.everything().await);
    assert_eq!(world.messages(issue).await, ["Note one", "Note two", "Spoil it", "Note one"]);
    world.read_end(issue, "status", "Step 1 of 2 is with CI");
    world.ci(issue, "success").await;
    world.is_at(issue, Phase::InReview).await;
    assert!(!world.pull(issue).await.body.contains("- [ ]"), "{}", world.pull(issue).await.body);
    world.obeys(issue, "/journeyman rebuild step 2").await;
    world.ci(issue, "success").await;
    world.is_at(issue, Phase::InReview).await;
    assert_eq!(world.shas(issue).await.len(), 4, "it is as the step says already");
    assert!(world.pull(issue).await.body.contains("- [x] **2.** Note two · ✅ no change needed"), "{}", world.pull(issue).await.body);
    world.read_end(issue, "status", "Built and verified");
    world.read_end(issue, "done", "ready for review");
    world.end().await;
}

/// A run in one of its phases, by a name.
async fn at(phase: &str) -> (World, IssueNumber) {
    let files = if phase == "planned" { WANTS_APPROVAL.to_vec() } else { NOTES.to_vec() };
    let body =
        if phase == "asking" { format!("{}\n## Open questions\n\n- In which language?\n", text(&[ONE, TWO])) } else { text(&[ONE, TWO]) };
    let mut world = World::new(&files, Ci::None).await;
    world.github.add_collaborator(&world.repo, "ada", Role::Admin).unwrap();
    let issue = file(&world.github, &world.repo, "Take notes", &body);
    world.settle().await;
    if phase == "review" {
        world.ci(issue, "success").await;
        world.ci(issue, "success").await;
    }
    let is = match (phase, world.run(issue).await.phase) {
        ("asking", Phase::Asking) | ("planned", Phase::Planned) | ("review", Phase::InReview) => true,
        ("building", phase) => phase == verifying(0),
        (_, _) => false,
    };
    assert!(is, "{phase}: {}", world.everything().await);
    (world, issue)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Act {
    Unlabel,
    CloseIssue,
    ClosePull,
    DeleteBranch,
    DeleteIssue,
    TransferIssue,
}

/// Somebody ends it; what the status says then, and that nothing more is pushed.
async fn ends(phase: &str, act: Act) {
    let (mut world, issue) = at(phase).await;
    let elsewhere: RepoName = "acme/attic".parse().unwrap();
    world.github.create_repository(&elsewhere, Source::Files(&NOTES)).unwrap();
    world.github.add_collaborator(&elsewhere, "ada", Role::Admin).unwrap();
    let ada = world.github.person("ada");
    let pull = world.run(issue).await.pull;
    match act {
        Act::Unlabel => ada.unlabel(&world.repo, issue, "implement").unwrap(),
        Act::CloseIssue => ada.close_issue(&world.repo, issue).unwrap(),
        Act::ClosePull => ada.close_pull(&world.repo, PullNumber(pull.unwrap().0)).unwrap(),
        Act::DeleteBranch => ada.delete_branch(&world.repo, BRANCH).unwrap(),
        Act::DeleteIssue => ada.delete_issue(&world.repo, issue).unwrap(),
        Act::TransferIssue => drop(ada.transfer_issue(&world.repo, issue, &elsewhere).unwrap()),
    }
    world.settle().await;
    let run = world.run(issue).await;
    assert!(matches!(run.phase, Phase::Over(_)), "{act:?} while {phase}: {:?}\n{}", run.phase, world.everything().await);
    let branches = |world: &World| world.repository().branches.iter().map(|b| (b.name.clone(), b.sha.clone())).collect::<Vec<_>>();
    let before = branches(&world);
    if act != Act::DeleteBranch
        && let Some(newest) = before.iter().find(|(name, _)| name == BRANCH)
    {
        world.ci_of(&newest.1, "success").await;
    }
    if !matches!(act, Act::DeleteIssue | Act::TransferIssue) {
        world.edits(issue, &text(&[ONE, TWO, ("More", "more.txt", "more")])).await;
        world.hears(issue, "In English.").await;
    }
    assert_eq!(branches(&world), before, "{act:?} while {phase}\n{}", world.everything().await);
    if !matches!(act, Act::DeleteIssue | Act::TransferIssue) {
        let words = if matches!(act, Act::ClosePull | Act::DeleteBranch) {
            "the pull request was closed"
        } else {
            "Stopped by ada; the work is kept"
        };
        let status = world.said(issue, "status");
        assert!(status.contains(words), "{act:?} while {phase}: {status}");
    }
    world.read_all();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_label_or_its_issue_a_run_ends_in_every_phase() {
    for phase in ["asking", "planned", "building", "review"] {
        for act in [Act::Unlabel, Act::CloseIssue] {
            ends(phase, act).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issue_that_is_deleted_or_transferred_ends_its_run() {
    for (phase, act) in
        [("asking", Act::TransferIssue), ("building", Act::DeleteIssue), ("review", Act::TransferIssue), ("planned", Act::DeleteIssue)]
    {
        ends(phase, act).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_branch_or_its_pull_request_a_run_ends() {
    for phase in ["building", "review"] {
        for act in [Act::ClosePull, Act::DeleteBranch] {
            ends(phase, act).await;
        }
    }
}
